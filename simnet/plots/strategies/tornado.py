"""Which factor matters: the change of a response when one factor goes to either of its ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from simnet.plots import style
from simnet.plots.strategies import common
from simnet.plots.strategies.about import ABOUT, About, Axis
from simnet.plots.view import NothingToShow

MOST = 18
"""factors at most"""
LOW, HIGH, WORD = style.BLUE, style.ORANGE, style.PURPLE


@dataclass(frozen=True)
class Bar:
    """A factor at one of its ends."""

    level: str
    difference: float
    """from the response at the usual levels, in its unit"""
    lower: float
    upper: float
    """of the paired 95 % interval, NaN where unknown"""
    kind: str
    """low, high, or word where levels have no order"""


@dataclass(frozen=True)
class Row:
    """A factor; its one or two bars."""

    label: str
    bars: list[Bar]

    @property
    def size(self) -> float:
        """From the lowest of its values to the highest, the usual one among them."""
        ends = [0.0, *(bar.difference for bar in self.bars)]
        return max(ends) - min(ends)


def rows(effects: pd.DataFrame, about: About = ABOUT) -> list[Row]:
    """A row a factor, the largest change first: at its lowest and its highest level, or, where
    levels are words, at those with the lowest and the highest response."""
    found = []
    for name, part in effects[effects["difference"].notna()].groupby("factor", sort=False):
        bars = _words(part) if not common.numeric(part["level"]) else _numbers(part)
        if bars:
            found.append(Row(about.label(str(name)), bars))
    return sorted(found, key=lambda row: -row.size)


def _words(part: pd.DataFrame) -> list[Bar]:
    part = part.sort_values("difference", kind="stable")
    return [_as_bar(part, i, "word") for i in dict.fromkeys((0, len(part) - 1))]


def _numbers(part: pd.DataFrame) -> list[Bar]:
    part = part.loc[part["level"].astype(float).sort_values(kind="stable").index]
    if "usual" not in part:
        if len(part) == 1:
            return [_as_bar(part, 0, "word")]
        return [_as_bar(part, 0, "low"), _as_bar(part, len(part) - 1, "high")]
    above = (part["level"].astype(float) - part["usual"].astype(float)).to_numpy()
    ends = {0: "low"} if above[0] < 0 else {}
    if above[-1] > 0:
        ends[len(part) - 1] = "high"
    return [_as_bar(part, i, kind) for i, kind in ends.items()]


def _as_bar(part: pd.DataFrame, place: int, kind: str) -> Bar:
    difference, lower, upper = part[["difference", "lower", "upper"]].iloc[place].astype(float)
    said = common.level(part["level"].iloc[place])
    return Bar(said, float(difference), float(lower), float(upper), kind)


@common.styled
def draw(
    effects: pd.DataFrame, axis: Axis, base: float, about: About = ABOUT, bound: str = ""
) -> Figure:
    """Bars from the value at the usual levels, the factor that matters most on top.

    effects: a row for each factor and level beside the usual one: factor, level, difference of the
    response from that at the usual levels, lower and upper (paired 95 % interval); axis: the
    response; base: its mean at the usual levels. A column `usual`, the usual level of the factor,
    tells where a lowest or highest level is the usual one itself, which has no bar. bound: whether
    base is one, see `common.bounds`.
    """
    found = rows(effects, about)
    if not found:
        raise NothingToShow("No tornado to show: no factor was varied by itself.")
    note = f"{MOST} of {len(found):,} factors, the largest" if len(found) > MOST else ""
    found = found[:MOST]
    changes = [bar.difference for row in found for bar in row.bars]
    unit = common.unit_of(axis, changes, about.currency)
    if axis.unit == "share":
        unit = style.Unit("points", 0.01)
    top = found[0]
    title = f"{style.sentence(top.label)} matters most for {common.words(axis)}"
    if top.size == 0:
        title = f"No factor changes {common.words(axis)}"
    usual = f"{common.words(axis)} is {common.alone(axis, base, about.currency, bound)}"
    subtitle = (
        f"One factor at a time; at the usual levels, {usual}. Whiskers: paired 95 % intervals"
    )
    height = max(style.SIZE[1], 0.42 * len(found) + 2.0)
    figure = style.frame(title, subtitle, about.note(note), about.foot, style.TOP - 0.055, height)
    panel = figure.add_subplot()
    ends = []
    for spot, row in enumerate(found):
        for lane, bar in zip(_lanes(row), row.bars, strict=True):
            ends.append(_bar(panel, spot + lane[0], lane[1], bar, unit))
    names = common.brief([row.label for row in found], 30, "factor")
    panel.set_yticks(range(len(found)), names)
    panel.set_ylim(max(len(found), 4) - 0.4, -0.6)
    low, high = min(0.0, *(e[0] for e in ends)), max(0.0, *(e[1] for e in ends))
    span = (high - low) or 1.0
    left, right = (
        (0.03 + 0.014 * max([min(len(bar.level), 24) for row in found for bar in row.bars
                             if (bar.difference >= 0) == ahead], default=0)) * span
        for ahead in (False, True)
    )  # fmt: skip
    panel.set_xlim(low - left, high + right)
    style.bars(panel)
    panel.axvline(0, color=style.INK, linewidth=1.0)
    panel.xaxis.set_major_formatter(lambda x, _: f"{'+' if x > 0 else ''}{style.tick(x)}")
    better = ("lower" if axis.goal == "min" else "higher") + " is better"
    panel.set_xlabel(f"change of {common.words(axis)}, {unit.name or 'its unit'} ({better})")
    _key(figure, found)
    return style.finish(figure)


def _lanes(row: Row) -> Sequence[tuple[float, float]]:
    """Offset and height of its bars: side by side where both go the same way."""
    if len(row.bars) < 2 or row.bars[0].difference * row.bars[1].difference < 0:
        return [(0.0, 0.66)] * len(row.bars)
    return [(-0.19, 0.36), (0.19, 0.36)]


def _bar(
    panel: Axes, spot: float, height: float, bar: Bar, unit: style.Unit
) -> tuple[float, float]:
    """Draw it; returns what it reaches to on either side."""
    value = bar.difference / unit.size
    lower, upper = bar.lower / unit.size, bar.upper / unit.size
    colour = {"low": LOW, "high": HIGH, "word": WORD}[bar.kind]
    panel.barh(spot, value, height, color=colour)
    known = np.isfinite(lower) and np.isfinite(upper)
    if known:
        panel.plot([lower, upper], [spot, spot], color=style.INK, linewidth=1.3,
                   solid_capstyle="butt", marker="|", markersize=6)  # fmt: skip
    left, right = (min(value, lower), max(value, upper)) if known else (value, value)
    ahead = value >= 0
    panel.annotate(style.short(bar.level, 24), (right if ahead else left, spot), va="center",
                   xytext=(5 if ahead else -5, 0), textcoords="offset points", size=style.SMALL,
                   ha="left" if ahead else "right")  # fmt: skip
    return left, right


def _key(figure: Figure, found: Sequence[Row]) -> None:
    kinds = {bar.kind for row in found for bar in row.bars}
    said: list[tuple[str, str, Any]] = [
        ("low", "lowest level", LOW), ("high", "highest level", HIGH),
        ("word", "another choice", WORD),
    ]  # fmt: skip
    handles = [Patch(color=colour, label=text) for kind, text, colour in said if kind in kinds]
    y = style.from_top(style.TOP, figure.get_figheight())
    key = figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.012, y), ncols=len(handles),
        handlelength=0.9, handletextpad=0.4, columnspacing=1.2, borderaxespad=0.0, borderpad=0.3,
    )  # fmt: skip
    key.set_in_layout(False)
