"""A response over two factors: whether one choice depends on the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from simnet.plots import style
from simnet.plots.strategies import common
from simnet.plots.strategies.about import ABOUT, About, Axis
from simnet.plots.view import NothingToShow

WIDE, HIGH = 14, 16
"""levels across and down at most"""
SCALE = LinearSegmentedColormap.from_list("good", ["#f4f8fb", "#9ecae4", "#3b8fc4", "#0b4a78"])
"""from good to bad, in one colour that print in grey keeps"""


@dataclass(frozen=True)
class Cells:
    """A response over two factors; arrays of (down, across), NaN where there is no strategy. Where
    there are other factors, means over them."""

    rows: list[Any]
    """levels down"""
    columns: list[Any]
    """levels across"""
    mean: NDArray[np.float64]
    judged: NDArray[np.float64]
    """what the best is found by"""
    kept: NDArray[np.bool_]
    """whether all limits are kept"""
    bounds: NDArray[np.str_]
    """whether a mean is a bound, see `common.bounds`"""


def cells(table: pd.DataFrame, levels: pd.DataFrame, down: str, across: str) -> Cells:
    """See `Cells`."""
    rows, columns = (common.values_of(levels[name]) for name in (down, across))
    means = np.full((len(rows), len(columns)), np.nan)
    judged, kept = means.copy(), np.ones(means.shape, dtype=bool)
    bounds = np.full(means.shape, "", dtype="<U1")
    spots = {repr(v): i for i, v in enumerate(rows)}, {repr(v): i for i, v in enumerate(columns)}
    row = [spots[0].get(repr(v), -1) for v in levels[down]]
    column = [spots[1].get(repr(v), -1) for v in levels[across]]
    place = pd.DataFrame({"row": row, "column": column}, index=levels.index)
    figures = ["mean", "judged", "at_worst", "matters"]
    joined = place.join(table[[*figures, "kept"]], how="inner")
    joined = joined[(joined["row"] >= 0) & (joined["column"] >= 0)]
    groups = joined.groupby(["row", "column"])
    found = groups[figures].mean().assign(kept=groups["kept"].all())
    at = tuple(found.index.to_frame().to_numpy().T)
    means[at], judged[at], kept[at] = found["mean"], found["judged"], found["kept"]
    bounds[at] = common.bounds(found)
    return Cells(rows, columns, means, judged, kept, bounds)


@common.styled
def draw(
    table: pd.DataFrame, levels: pd.DataFrame, down: str, across: str, axis: Axis,
    about: About = ABOUT,
) -> Figure:  # fmt: skip
    """A cell for each pair of levels with its mean; the best that keeps all limits is framed.

    table: a row a strategy: mean, at_worst, judged, matters, kept (within the limits of all
    responses), can_be_best; levels: a row a strategy, a column a factor; down, across: the two
    factors; axis: the response.
    """
    found = cells(table, levels, down, across)
    rows, columns, means, kept = found.rows, found.columns, found.mean, found.kept
    if min(len(rows), len(columns)) < 2 or np.isfinite(means).sum() < 3:
        raise NothingToShow("No interaction to show: two factors with two levels each are needed.")
    if len(columns) > WIDE or len(rows) > HIGH:
        raise NothingToShow(f"No interaction to show: more than {WIDE} by {HIGH} levels.")
    unit = common.unit_of(axis, means, about.currency)
    able = np.where(kept & np.isfinite(means), found.judged, np.nan)
    best: tuple[int, int] | None = None
    if np.isfinite(able).any():
        at = int(np.nanargmin(able) if axis.goal == "min" else np.nanargmax(able))
        best = divmod(at, len(columns))
    more = [name for name in levels if name not in (down, across)]
    subtitle = about.mean.capitalize()
    if more:
        subtitle += f", and over {common.listed([about.label(str(name)) for name in more])}"
    if best is None:
        title = f"{style.sentence(common.words(axis))}: no strategy keeps all limits"
    else:
        pair = common.combination({down: rows[best[0]], across: columns[best[1]]}, about)
        title = f"{common.superlative(axis)}: "
        bound = str(found.bounds[best])
        title += f"{common.alone(axis, float(means[best]), about.currency, bound)}, with {pair}"
        if not more:
            names = levels.index[
                (levels[down] == rows[best[0]]) & (levels[across] == columns[best[1]])
            ]
            title += about.never_helped(str(names[0]))
            subtitle = "; ".join(
                filter(None, [subtitle, common.rivals(table, str(names[0]), levels, about)])
            )
    notes = ["Crossed out: breaks a limit, or may"] if not kept.all() else []
    notes += [
        f"{bound} {words} that: some are never helped"
        for bound, words in common.BOUNDS.items() if (found.bounds == bound).any()
    ]  # fmt: skip
    note = "; ".join([*notes, "lighter is better"])
    figure = style.frame(title, subtitle, style.sentence(about.note(note)), about.foot)
    panel = figure.add_subplot()
    _cells(panel, found, unit, axis)
    if best is not None:
        panel.add_patch(Rectangle((best[1] - 0.5, best[0] - 0.5), 1, 1, fill=False, zorder=5,
                                  edgecolor=style.VERMILLION, linewidth=4.0))  # fmt: skip
    _ticks(panel, rows, columns)
    panel.set_xlabel(about.label(across))
    panel.set_ylabel(about.label(down))
    panel.set_title(common.label(axis, unit), size=style.FONT)
    return style.finish(figure)


def _cells(panel: Axes, found: Cells, unit: style.Unit, axis: Axis) -> None:
    values = found.mean / unit.size
    known = values[np.isfinite(values)]
    low, high = float(known.min()), float(known.max())
    log = common.logarithmic(known)
    shade = np.log(values / low) / np.log(high / low) if log else (values - low) / (
        (high - low) or 1.0)  # fmt: skip
    if axis.goal == "max":
        shade = 1.0 - shade
    if high == low:
        shade = np.where(np.isfinite(values), 0.2, np.nan)
    flat = list(values.ravel())
    words = [style.number(v) for v in flat] if log else style.alike(flat, 10 * (high - low) or high)
    size = style.FONT if values.shape[1] <= 8 else style.SMALL
    for (i, j), value in np.ndenumerate(values):
        if not np.isfinite(value):
            continue
        colour = to_hex(SCALE(float(shade[i, j])))
        panel.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=colour, edgecolor="white",
                                  linewidth=1.5))  # fmt: skip
        ink = style.on(colour)
        word = f"{found.bounds[i, j]} {words[i * values.shape[1] + j]}".lstrip()
        panel.text(j, i, word, ha="center", va="center", color=ink,
                   size=size, zorder=4,
                   path_effects=[withStroke(linewidth=5, foreground=colour)])  # fmt: skip
        if not found.kept[i, j]:
            panel.plot([j - 0.42, j + 0.42], [i + 0.36, i - 0.36], color=ink, linewidth=1.2,
                       alpha=0.8)  # fmt: skip


def _ticks(panel: Axes, rows: Sequence[Any], columns: Sequence[Any]) -> None:
    panel.set_xlim(-0.52, len(columns) - 0.48)
    panel.set_ylim(len(rows) - 0.48, -0.52)
    wide = max(6, int(88 / len(columns)))
    panel.set_xticks(range(len(columns)), common.wrapped(list(map(common.level, columns)), wide))
    panel.set_yticks(range(len(rows)), common.wrapped(list(map(common.level, rows)), 22))
    panel.tick_params(length=0)
    for side in panel.spines.values():
        side.set_visible(False)
