"""The marks of the trade-off: points with their intervals, the front, limits, and the legends."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from simnet.plots import style
from simnet.plots.strategies import common
from simnet.plots.strategies.about import Axis

FAR = 0.6
"""widths of the panel to a limit that it still reaches to"""
ARROW = 26
"""length in points of an arrow from a mean that is a bound"""
SHAPES = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True)
class Points:
    """Strategies as they are drawn; arrays of (strategies,), in the units of the axes."""

    names: list[str]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    across: NDArray[np.float64]
    """half-widths of the 95 % intervals, NaN where unknown"""
    along: NDArray[np.float64]
    kept: NDArray[np.bool_]
    """keeps all limits"""
    on: NDArray[np.bool_]
    """on the front, of those that keep all limits"""
    maybe: NDArray[np.bool_]
    step: list[int]
    """those on the front of the two axes alone, from left to right"""
    group: list[int]
    """number of the colour"""
    pre: bool
    """whether the front steps up or down before it goes right: where more of the first is better"""
    base: int
    """position of the baseline, -1 for none"""
    bounds_across: list[str]
    """whether a mean is a bound, see `common.bounds`"""
    bounds_along: list[str]


def marks(panel: Axes, points: Points) -> None:
    """Front, intervals and points."""
    base = points.base
    if len(points.step) > 1:
        x, y = points.x[points.step], points.y[points.step]
        panel.plot(
            x,
            y,
            color=style.MUTED,
            linewidth=1.4,
            drawstyle="steps-pre" if points.pre else "steps-post",
            zorder=2,
        )
    for i in range(len(points.names)):
        colour = style.LINES[points.group[i]] if points.kept[i] else style.MUTED
        strong = points.on[i] or i == base
        panel.errorbar(
            points.x[i], points.y[i],
            xerr=np.nan_to_num(points.across[i : i + 1]),
            yerr=np.nan_to_num(points.along[i : i + 1]), fmt="none", ecolor=colour,
            elinewidth=1.3 if strong else 0.9, alpha=0.75 if strong else 0.4, zorder=3,
        )  # fmt: skip
        shape = SHAPES[points.group[i]] if points.kept[i] else "x"
        face = colour if points.on[i] else pale(colour) if points.maybe[i] else "white"
        panel.plot([points.x[i]], [points.y[i]], shape, color=face,
                   markeredgecolor=colour, markeredgewidth=1.5, markersize=8 if strong else 7,
                   zorder=5 if strong else 4)  # fmt: skip
        ways = {(1, 0): points.bounds_across[i], (0, 1): points.bounds_along[i]}
        for (right, up), bound in ways.items():
            length = {"": 0, ">": ARROW, "<": -ARROW}[bound]
            if length:
                panel.annotate("", (points.x[i], points.y[i]), zorder=4,
                               xytext=(right * length, up * length), textcoords="offset points",
                               arrowprops={"arrowstyle": "<-", "color": colour})  # fmt: skip
    if base >= 0:
        panel.plot([points.x[base]], [points.y[base]], "o", markersize=16, color="none",
                   markeredgecolor=style.INK, markeredgewidth=1.3, zorder=6)  # fmt: skip


def pale(colour: str) -> str:
    """A colour thinned with white."""
    red, green, blue = (0.45 * part + 0.55 for part in to_rgb(colour))
    return to_hex((red, green, blue))


def segments(points: Points) -> NDArray[np.float64]:
    """Intervals and front, which names should not cover."""
    x, y = points.x, points.y
    wide, high = np.nan_to_num(points.across), np.nan_to_num(points.along)
    found = [[(a - w, b), (a + w, b)] for a, b, w in zip(x, y, wide, strict=True)]
    found += [[(a, b - h), (a, b + h)] for a, b, h in zip(x, y, high, strict=True)]
    for i, j in zip(points.step, points.step[1:], strict=False):
        knee = (x[i], y[j]) if points.pre else (x[j], y[i])
        found += [[(x[i], y[i]), knee], [knee, (x[j], y[j])]]
    return np.array(found, dtype=np.float64)


def limits(panel: Axes, axes: tuple[Axis, Axis], units: list[style.Unit]) -> None:
    """Shade what a limit rules out; the panel reaches to a limit that is not far away."""
    for axis, unit, x in zip(axes, units, (True, False), strict=True):
        for limit, below in ((axis.at_most, False), (axis.at_least, True)):
            if limit is not None:
                _limit(panel, x, limit / unit.size, below, common.said(limit, unit))


def _limit(panel: Axes, x: bool, at: float, below: bool, value: str) -> None:
    low, high = panel.get_xlim() if x else panel.get_ylim()
    log = (panel.get_xscale() if x else panel.get_yscale()) == "log"
    share = -np.inf
    if not log:
        share = (at - low) / (high - low)
    elif at > 0:
        share = np.log(at / low) / np.log(high / low)
    near = -FAR < share < 1 + FAR
    if near:  # with a bit of what it rules out
        ends = (min(0.0, share - 0.05), max(1.0, share + 0.05))
        low, high = (
            [low * (high / low) ** end for end in ends] if log
            else [low + (high - low) * end for end in ends]
        )  # fmt: skip
    span = (low, min(max(at, low), high)) if below else (min(max(at, low), high), high)
    if span[0] < span[1]:
        (panel.axvspan if x else panel.axhspan)(*span, color=style.SHADE, zorder=0)
    (panel.set_xlim if x else panel.set_ylim)(low, high)
    if not near:
        return
    (panel.axvline if x else panel.axhline)(at, color=style.MUTED, linewidth=1.0, zorder=1)
    said = f"{'at least' if below else 'at most'} {value}"
    if x:
        panel.annotate(said, (at, 1.0), xycoords=("data", "axes fraction"), va="top",
                       xytext=(4 if below else -4, -4), textcoords="offset points", rotation=90,
                       ha="left" if below else "right", color=style.MUTED,
                       size=style.SMALL)  # fmt: skip
    else:
        panel.annotate(said, (1.0, at), xycoords=("axes fraction", "data"), ha="right",
                       xytext=(-4, -4 if below else 4), textcoords="offset points",
                       va="top" if below else "bottom", color=style.MUTED,
                       size=style.SMALL)  # fmt: skip


def legends(figure: Figure, points: Points, factor: str, colours: Sequence[str]) -> None:
    """Above the panel: which colour is which level, and what filled and hollow marks mean."""

    def mark(shape: str, face: str, colour: str, said: str) -> Line2D:
        return Line2D([], [], linestyle="", markersize=8, markeredgewidth=1.5, marker=shape,
                      markerfacecolor=face, markeredgecolor=colour, label=said)  # fmt: skip

    used = sorted({g for g, able in zip(points.group, points.kept, strict=True) if able})
    levels = [mark(SHAPES[g], style.LINES[g], style.LINES[g], colours[g]) for g in used if factor]
    grey = style.MUTED
    off = points.kept & ~points.on
    kinds = [
        (points.on.any(), mark("o", grey, grey, "on the front")),
        ((off & points.maybe).any(), mark("o", pale(grey), grey, "may be on it")),
        ((off & ~points.maybe).any(), mark("o", "white", grey, "beaten by another" )),
        ((~points.kept).any(), mark("x", grey, grey, "breaks a limit, or may")),
    ]  # fmt: skip
    states = [handle for there, handle in kinds if there]
    if points.base >= 0:
        ring = mark(
            "o", "none", style.INK, f"baseline: {common.brief(points.names, 26)[points.base]}"
        )
        ring.set_markersize(12)
        states.append(ring)
    _row(figure, levels, style.TOP + 0.002, factor)
    _row(figure, states, style.TOP - (0.048 if levels else -0.002), "")


def _row(figure: Figure, handles: list[Line2D], y: float, title: str) -> None:
    if not handles:
        return
    left = 0.012
    if title:
        said = figure.text(0.015, y - 0.012, f"{style.short(title, 20)}:", va="top",
                           size=style.SMALL)  # fmt: skip
        said.set_in_layout(False)
        left = 0.025 + style.width(said) / figure.bbox.width
    key = figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(left, y), ncols=len(handles),
        handlelength=1.0, handletextpad=0.4, columnspacing=1.1, borderaxespad=0.0, borderpad=0.3,
    )  # fmt: skip
    key.set_in_layout(False)
