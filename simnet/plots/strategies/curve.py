"""A response over a numeric factor, a line for each combination of the others."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from simnet.plots import style
from simnet.plots.strategies import common
from simnet.plots.strategies.about import ABOUT, About, Axis
from simnet.plots.view import NothingToShow

ARROWS = {">": "^", "<": "v"}
"""marks of means that are bounds"""
MOST = len(style.LINES)
"""lines in colour at most; the others are grey"""


@dataclass(frozen=True)
class Line:
    """The strategies that differ in the numeric factor only, from its lowest level to its highest;
    arrays of (levels,)."""

    label: str
    names: list[str]
    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    """in the unit of the response"""
    half_width: NDArray[np.float64]
    """of the 95 % interval, NaN where unknown"""
    kept: NDArray[np.bool_]
    bounds: list[str]
    """whether a mean is a bound, see `common.bounds`"""
    best: int
    """position of the best one that keeps all limits; -1 where none does"""
    turn: int
    """its position before it was sorted"""


def lines(
    table: pd.DataFrame, levels: pd.DataFrame, factor: str, axis: Axis, about: About = ABOUT
) -> list[Line]:
    """The line with the best mean first; those of one point are left out."""
    others = [str(name) for name in levels if name != factor]
    known = levels.loc[[n for n in levels.index if n in table.index]]
    known = known[known[factor].notna() & table["mean"].reindex(known.index).notna()]
    groups: dict[Hashable, list[str]] = {}
    for name, row in zip(
        known.index, known[others].itertuples(index=False, name=None), strict=True
    ):
        groups.setdefault(repr(row), []).append(str(name))
    found: list[Line] = []
    for names in groups.values():
        if len(names) < 2:
            continue
        names.sort(key=known[factor].astype(float).to_dict().__getitem__)
        rows = table.loc[names]
        kept = rows["kept"].to_numpy(dtype=bool)
        best = common.best(axis, rows["judged"][kept])
        here = {name: known.at[names[0], name] for name in others}
        found.append(Line(
            common.combination(here, about), names, known.loc[names, factor].to_numpy(np.float64),
            rows["mean"].to_numpy(np.float64), rows["half_width"].to_numpy(np.float64), kept,
            common.bounds(rows), -1 if best is None else names.index(best), len(found),
        ))  # fmt: skip
    sign = 1.0 if axis.goal == "min" else -1.0
    judged = table["judged"]

    def rank(line: Line) -> float:
        return sign * float(judged[line.names[line.best]]) if line.best >= 0 else np.inf

    return sorted(found, key=rank)


@common.styled
def draw(
    table: pd.DataFrame, levels: pd.DataFrame, factor: str, axis: Axis, about: About = ABOUT
) -> Figure:  # fmt: skip
    """Lines with bands of 95 %, the best of each line marked, and the best of all named.

    table: a row a strategy: mean, half_width, at_worst, judged, matters, kept (within the limits of
    all responses), can_be_best; levels: a row a strategy, a column a factor that varies; factor:
    the numeric one; axis: the response.
    """
    found = lines(table, levels, factor, axis, about)
    if not found:
        raise NothingToShow(f"No curve to show: {about.label(factor)} does not vary by itself.")
    unit = common.unit_of(axis, np.concatenate([line.mean for line in found]), about.currency)
    winner = found[0] if found[0].best >= 0 else None
    title = f"{style.sentence(common.words(axis))} over {about.label(factor)}"
    subtitle = [f"{about.mean.capitalize()}; bands are 95 % intervals"]
    if winner is not None:
        at = winner.best
        value = common.alone(axis, float(winner.mean[at]), about.currency, winner.bounds[at])
        with_ = ", ".join(filter(None, (_at(winner, about, factor), winner.label)))
        left = about.never_helped(winner.names[at])
        title = f"{common.superlative(axis)}: {value}, with {with_}{left}"
        subtitle += filter(None, [common.rivals(table, winner.names[winner.best], levels, about)])
    else:
        subtitle += ["no strategy keeps all limits"]
    more = len(found) - MOST if len(found) > MOST else 0
    note = f"In grey: {more} other combinations" if more else ""
    figure = style.frame(
        title, "; ".join(subtitle), about.note(note), about.foot, top=style.TOP - 0.055
    )
    many = len(found) > 1
    panel = figure.add_subplot()
    _panel(panel, found, unit, axis, factor, about)
    _key(figure, found, winner)
    if many:
        _ends(figure, panel, found, unit)
    return style.finish(figure)


def colours(found: Sequence[Line]) -> list[str]:
    """Of the lines in colour: the same in all pictures, whatever their order is."""
    shown = found[:MOST]
    turns = sorted(line.turn for line in shown)
    return [style.LINES[turns.index(line.turn)] for line in shown]


def _at(line: Line, about: About, factor: str) -> str:
    return f"{about.label(factor)} {common.level(line.x[line.best])}"


def _panel(
    panel: Axes, found: Sequence[Line], unit: style.Unit, axis: Axis, factor: str, about: About
) -> None:
    means = np.concatenate([line.mean for line in found]) / unit.size
    inks = colours(found)
    for rank in reversed(range(len(found))):
        line, coloured = found[rank], rank < MOST
        colour = inks[rank] if coloured else style.GRID
        y = line.mean / unit.size
        panel.plot(line.x, y, color=colour, linewidth=2.2 if coloured else 1.2,
                   zorder=3 if coloured else 2)  # fmt: skip
        if not coloured:
            continue
        wide = line.half_width / unit.size
        panel.fill_between(line.x, y - wide, y + wide, color=colour, alpha=0.15, linewidth=0)
        panel.plot(line.x[line.kept], y[line.kept], "o", color=colour, markersize=4.5, zorder=4)
        panel.plot(line.x[~line.kept], y[~line.kept], "x", color=colour, markersize=7,
                   markeredgewidth=1.6, zorder=4)  # fmt: skip
        for bound, arrow in ARROWS.items():
            at_bound = [i for i, found_bound in enumerate(line.bounds) if found_bound == bound]
            panel.plot(line.x[at_bound], y[at_bound], arrow, color=colour, markersize=9, zorder=4)
        if line.best >= 0:
            at, top = line.best, rank == 0
            panel.plot([line.x[at]], [y[at]], "*" if top else "o", color=colour,
                       markersize=20 if top else 11, markeredgecolor="white",
                       markeredgewidth=1.2, zorder=6 if top else 5)  # fmt: skip
    log = common.logarithmic(means)
    low, high = float(means.min()), float(means.max())
    panel.margins(0.04, 0.07)
    common.scaled(panel, "y", log)
    # the bands of a few replications may be far wider than what the means differ by
    spread = (high - low) or abs(high) or 1.0
    floor, roof = (low / 2.5, high * 2.5) if log else (low - 0.6 * spread, high + 0.6 * spread)
    panel.set_ylim(max(panel.get_ylim()[0], floor), min(panel.get_ylim()[1], roof))
    spots = np.unique(np.concatenate([line.x for line in found]))
    common.scaled(panel, "x", common.logarithmic(spots))
    if len(spots) <= 12 and not common.crowded(spots, common.logarithmic(spots)):
        panel.set_xticks(spots, [common.level(spot) for spot in spots])
        panel.set_xticks([], minor=True)
    panel.grid(axis="y")
    _limits(panel, found, unit, axis)
    panel.set_xlabel(about.label(factor))
    panel.set_title(common.label(axis, unit), size=style.FONT)


def _limits(panel: Axes, found: Sequence[Line], unit: style.Unit, axis: Axis) -> None:
    """Shade what a limit rules out, and name it where the lines are farthest."""
    low, high = panel.get_ylim()
    for limit, below in ((axis.at_most, False), (axis.at_least, True)):
        if limit is None or not low < limit / unit.size < high:
            continue
        at = limit / unit.size
        panel.axhspan(*((low, at) if below else (at, high)), color=style.SHADE, zorder=0)
        panel.axhline(at, color=style.MUTED, linewidth=1.0, zorder=1)
        right = _room(panel, found, unit, at, 0.75) > _room(panel, found, unit, at, 0.0)
        panel.annotate(
            f"{'at least' if below else 'at most'} {common.said(limit, unit)}",
            (1.0 if right else 0.0, at), xycoords=("axes fraction", "data"), size=style.SMALL,
            xytext=(-5 if right else 5, -4 if below else 4), textcoords="offset points",
            va="top" if below else "bottom", ha="right" if right else "left", color=style.MUTED,
        )  # fmt: skip
    panel.set_ylim(low, high)


def _room(
    panel: Axes, found: Sequence[Line], unit: style.Unit, at: float, start: float
) -> float:  # fmt: skip
    """Share of the height between `at` and the nearest line, in the quarter from `start` on."""
    flat = panel.transData + panel.transAxes.inverted()
    across = np.linspace(start, start + 0.25, 12)
    height = flat.transform((1.0, at))[1]
    gaps = []
    for line in found:
        x, y = flat.transform(np.stack([line.x, line.mean / unit.size], axis=1)).T
        gaps.append(np.abs(np.interp(across, x, y) - height).min())
    return float(min(gaps))


def _key(figure: Figure, found: Sequence[Line], winner: Line | None) -> None:
    grey = style.MUTED
    handles: list[Line2D | Patch] = []
    if winner is not None:
        handles.append(Line2D([], [], marker="*", color=grey, linestyle="", markersize=15,
                              markeredgecolor="white", label="best of all"))  # fmt: skip
        if len(found) > 1:
            handles.append(Line2D([], [], marker="o", color=grey, linestyle="", markersize=10,
                                  markeredgecolor="white", label="best of its line"))  # fmt: skip
    if not all(line.kept.all() for line in found[:MOST]):
        handles.append(Line2D([], [], marker="x", color=grey, linestyle="", markersize=7,
                              markeredgewidth=1.6, label="breaks a limit, or may"))  # fmt: skip
    there = {bound for line in found[:MOST] for bound in line.bounds}
    for bound, words in common.BOUNDS.items():
        if bound in there:
            label = f"{words} that: some are never helped"
            handles.append(Line2D([], [], marker=ARROWS[bound], color=grey, linestyle="",
                                  markersize=9, label=label))  # fmt: skip
    if not handles:
        return
    key = figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.012, style.TOP), ncols=len(handles),
        handlelength=1.0, handletextpad=0.4, columnspacing=1.2, borderaxespad=0.0, borderpad=0.3,
    )  # fmt: skip
    key.set_in_layout(False)


def _ends(figure: Figure, panel: Axes, found: Sequence[Line], unit: style.Unit) -> None:
    """Names of the lines at their right end."""
    shown = found[:MOST]
    names = common.brief([line.label for line in shown], 26, "line")
    inks = colours(found)
    style.lay_out(figure)
    low, high = panel.get_ylim()
    labels = []
    for rank, line in enumerate(shown):
        y = min(max(line.mean[-1] / unit.size, low), high)
        labels.append((float(y), names[rank], inks[rank]))
    style.end_labels(panel, labels, style.SIZE[1] * panel.get_position().height)
