"""Cost against response time: what more money buys, and who is beaten on both counts."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from simnet.plots import style
from simnet.plots.strategies import common, crosses, place
from simnet.plots.strategies.about import ABOUT, About, Axis
from simnet.plots.strategies.crosses import Points
from simnet.plots.view import NothingToShow
from simnet.statistics import front as on_front

NAMED, ALL = 12, 8
"""names beside points at most, and strategies that are few enough to name all of them"""
ROWS = 18
"""of the table beside the points at most"""
MAYBE = 0.05
"""share of the resamples that makes a strategy a possible one of the front"""


@common.styled
def draw(
    tables: Mapping[str, pd.DataFrame],
    front: pd.DataFrame,
    axes: Sequence[Axis],
    levels: pd.DataFrame | None = None,
    about: About = ABOUT,
) -> Figure:
    """A point a strategy, the first response to the right and the second upwards.

    tables: by response, a row a strategy: mean, half_width, at_worst, matters, kept; front: a row a
    strategy: on and share; axes: the responses, the first two of which are drawn; levels: a row a
    strategy, a column a factor, one of which gives the colours where it has few levels.
    """
    if len(axes) < 2:
        raise NothingToShow("No trade-off to show: there is only one response.")
    first, second = axes[:2]
    values = [tables[axis.name][["mean", "half_width"]] for axis in (first, second)]
    units = [common.unit_of(a, v["mean"], about.currency) for a, v in
             zip((first, second), values, strict=True)]  # fmt: skip
    factor, colours = grouping(levels)
    points = _points(tables, front, (first, second), units, levels, factor, colours, about)
    if not len(points.x):
        raise NothingToShow("No trade-off to show: no strategy has both responses.")
    if not points.kept.any():  # all of them are grey
        factor = ""
    few = any(any(common.bounds(tables[axis.name])) for axis in (first, second))
    for worded in (True, False):
        figure = _picture(points, (first, second), units, factor, colours, about, worded, few)
        if figure is not None:
            return style.finish(figure)
    raise AssertionError("numbers always find a place")


def grouping(levels: pd.DataFrame | None) -> tuple[str, list[str]]:
    """The factor that gives the colours, and its levels in words: one with few levels, if there
    is one, rather of words than of numbers."""
    few = []
    for name in levels if levels is not None and len(levels) > 1 else ():
        assert levels is not None
        values = common.values_of(levels[name])
        if 2 <= len(values) <= len(style.LINES) and len(values) < len(levels):
            few.append((common.numeric(values), len(values), str(name), values))
    if not few:
        return "", []
    _, _, name, values = min(few, key=lambda item: item[:2])
    return name, [common.level(value) for value in values]


def _points(
    tables: Mapping[str, pd.DataFrame], front: pd.DataFrame, axes: tuple[Axis, Axis],
    units: list[style.Unit], levels: pd.DataFrame | None, factor: str, colours: list[str],
    about: About,
) -> Points:  # fmt: skip
    one, two = (tables[axis.name] for axis in axes)
    known = (one["mean"].notna() & two["mean"].notna()).to_numpy()
    names = [str(name) for name in one.index[known]]
    kept = common.kept(tables).loc[names].to_numpy(dtype=bool)
    x, y = (t.loc[names, "mean"].to_numpy(np.float64) / u.size
            for t, u in zip((one, two), units, strict=True))  # fmt: skip
    wide, high = (t.loc[names, "half_width"].to_numpy(np.float64) / u.size
                  for t, u in zip((one, two), units, strict=True))  # fmt: skip
    signs = [1.0 if axis.goal == "min" else -1.0 for axis in axes]
    on = front.loc[names, "on"].to_numpy(dtype=bool) & kept
    # who leaves many without help is ranked at worst, and not where he is drawn: then there is no
    # line, which joins what is unbeaten
    able = np.flatnonzero(on)
    step: list[int] = []
    bounds = [
        [bound if name in about.unhelped else "" for name, bound in
         zip(names, common.bounds(table.loc[names]), strict=True)]
        for table in (one, two)
    ]  # fmt: skip
    if len(able) and not any(any(bound) for bound in bounds):
        flat = on_front(np.stack([signs[0] * x[able], signs[1] * y[able]], axis=1))
        step = sorted(
            (int(i) for i in able[flat]), key=lambda i: (x[i], signs[0] * signs[1] * y[i])
        )
    maybe = (front.loc[names, "share"].to_numpy(np.float64) >= MAYBE) & kept
    group = [0] * len(names)
    if factor and levels is not None:
        group = [colours.index(common.level(value)) for value in levels.loc[names, factor]]
    pre = axes[0].goal == "max"
    base = names.index(about.baseline) if about.baseline in names else -1
    shown = common.called(names, levels, about)
    return Points(shown, x, y, wide, high, kept, on, maybe, step, group, pre, base,
                  *bounds)  # fmt: skip


def _picture(
    points: Points, axes: tuple[Axis, Axis], units: list[style.Unit], factor: str,
    colours: list[str], about: About, worded: bool, few: bool,
) -> Figure | None:  # fmt: skip
    """None where the names do not fit beside the points."""
    everyone = len(points.names) <= ALL
    named = [i for i in _order(points) if everyone or points.on[i]]
    named += [points.base] if points.base >= 0 and points.base not in named else []
    if worded and len(named) > NAMED:
        return None
    title, count = _title(axes), int(points.on.sum())
    if not points.kept.any():
        title += ": no strategy keeps all limits"
    elif len(points.names) > 1:
        title += (
            f": {count} of {len(points.names)} strategies {'is' if count == 1 else 'are'} unbeaten"
        )
    crossed = "; crosses are 95 % intervals" if np.isfinite(points.across).any() else ""
    bound = any([*points.bounds_across, *points.bounds_along])
    arrows = "; arrows: farther than that, as some are never helped" if bound else (
        "; a few are never helped, so it may be more" if few else "")  # fmt: skip
    subtitle = f"{about.mean.capitalize()}{crossed}{arrows}"
    figure = style.frame(
        title, subtitle, about.note(), about.foot, top=style.TOP - (0.10 if factor else 0.055)
    )
    if worded:
        panel = figure.add_subplot()
    else:
        panel, side = figure.subplots(1, 2, width_ratios=(2.3, 1.0))
        side.set_axis_off()
    crosses.marks(panel, points)
    common.scaled(panel, "x", common.logarithmic(points.x))
    common.scaled(panel, "y", common.logarithmic(points.y))
    panel.margins(0.09)
    panel.autoscale_view()
    panel.grid()
    crosses.limits(panel, axes, units)
    panel.set_xlabel(common.label(axes[0], units[0], meaning=worded))
    panel.set_title(common.label(axes[1], units[1]), size=style.FONT)
    crosses.legends(figure, points, about.label(factor) if factor else "", colours)
    style.lay_out(figure)
    towards = tuple(-1.0 if axis.goal == "min" else 1.0 for axis in axes)
    spots = np.stack([points.x, points.y], axis=1)
    corner = _better(panel, towards[0], towards[1], spots)
    labels = common.brief([points.names[i] for i in named], 30) if worded else [
        str(n + 1) for n in range(len(named))]  # fmt: skip
    inks = [_ink(points, i) for i in named]
    fits = place.names(
        panel, spots[named], labels, inks, spots, crosses.segments(points),
        (towards[0], towards[1]), not worded, corner, [bool(points.on[i]) for i in named],
    )  # fmt: skip
    if not fits:
        return None
    if not worded:
        _table(side, points, named)
    return figure


def _title(axes: tuple[Axis, Axis]) -> str:
    return style.sentence(" against ".join(map(common.words, axes)))


def _order(points: Points) -> list[int]:
    """The front from left to right, then the others."""
    across = [int(i) for i in np.argsort(points.x, kind="stable")]
    front = points.step or [i for i in across if points.on[i]]
    return [*front, *(i for i in across if i not in front)]


def _ink(points: Points, i: int) -> str:
    return style.LINES[points.group[i]] if points.on[i] else style.MUTED


def _better(panel: Axes, right: float, up: float, spots: NDArray[np.float64]) -> list[Bbox]:
    """Say in which corner the best would be, or beside it where a point is there, if there is
    room; the box of the words."""
    arrow = {(-1, -1): "↙", (1, 1): "↗", (-1, 1): "↖", (1, -1): "↘"}[int(right), int(up)]
    said = f"{arrow} better" if right < 0 else f"better {arrow}"
    text = panel.annotate(
        said, (0.0 if right < 0 else 1.0, 0.0 if up < 0 else 1.0), xycoords="axes fraction",
        xytext=(-6 * right, -5 * up), textcoords="offset points", style="italic",
        ha="left" if right < 0 else "right", va="bottom" if up < 0 else "top", color=style.MUTED,
        size=style.SMALL,
    )  # fmt: skip
    text.set_in_layout(False)
    dots = panel.transData.transform(spots)
    for aside in range(0, 80, 20):
        text.set_position((-(6 + aside) * right, -5 * up))
        box = style.extent(text)
        room = box.padded(14 * style.DPI / 72)
        if not ((dots > room.min) & (dots < room.max)).all(axis=1).any():
            return [box]
    text.remove()
    return []


def _table(side: Axes, points: Points, named: list[int]) -> None:
    """Names of the numbers, from the left end of the front to its right."""
    shown = named[:ROWS]
    if points.base in named and points.base not in shown:
        shown = [*shown[:-1], points.base]
    names = common.brief([points.names[i] for i in named], 28)
    side.set_xlim(0, 1)
    side.set_ylim(ROWS + 0.5, -0.5)
    for row, i in enumerate(shown):
        number = named.index(i)
        side.text(0.07, row, str(number + 1), va="center", ha="right", size=style.SMALL,
                  color=_ink(points, i), weight="bold" if points.on[i] else "normal")  # fmt: skip
        side.text(0.10, row, names[number], va="center", size=style.SMALL,
                  color=style.INK if points.on[i] else style.MUTED)  # fmt: skip
    if len(named) > len(shown):
        side.text(0.10, len(shown), f"and {len(named) - len(shown)} more", va="center",
                  size=style.SMALL, color=style.MUTED)  # fmt: skip
