"""The picture: time for a case over the size, on logarithmic axes."""

import math
from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from simnet.plots import style

from .growth import CASES, FEW, OUTLETS, Point
from .report import Report

NAMES = {"compiled": "compiled", "simpy": "SimPy engine"}
COLOURS = {"compiled": style.BLUE, "simpy": style.VERMILLION}


def picture(report: Report) -> Figure:
    """Two panels: over cases at a fixed number of outlets, and over outlets."""
    with style.rc():
        figure = style.frame(
            "What a case costs as the network grows",
            "Time of the engine's loop for a case; the load of an outlet is the same everywhere",
            note=report.machine["processor"],
            foot=f"simnet {report.versions.get('simnet', '')}, {report.machine['python']}",
        )
        left, right = figure.subplots(1, 2, sharey=True)
        _panel(left, report.growth, CASES, f"More cases, {FEW} outlets", "cases")
        _panel(right, report.growth, OUTLETS, "More outlets", "outlets")
        left.set_ylabel("microseconds a case")
        return style.finish(figure)


def _panel(axes: Axes, points: tuple[Point, ...], line: str, title: str, label: str) -> None:
    axes.set_title(title)
    axes.set_xscale("log")
    axes.set_yscale("log")
    mine = [point for point in points if point.line == line]
    for engine, name in NAMES.items():
        spots = sorted((_size(p), p.per_case) for p in mine if p.timed.contestant == engine)
        if spots:
            axes.plot(*zip(*spots, strict=True), marker="o", color=COLOURS[engine])
            side = "right" if len(spots) > 2 else "left"  # a short line has no room above it
            (size, cost), highest = spots[-1], max(cost for _, cost in spots[-2:])
            axes.annotate(f"{name}, {style.number(cost)} µs", (size, highest), xytext=(0, 10),
                          textcoords="offset points", ha=side, color=COLOURS[engine],
                          size=style.SMALL)  # fmt: skip
    costs = [point.per_case for point in points]
    low, high = _decade(min(costs), math.floor), _decade(max(costs), math.ceil)
    axes.set_ylim(low, max(high, 10 * low))
    axes.set_xticks(sorted({_size(point) for point in mine}))
    axes.set_xlabel(label)
    axes.margins(x=0.08)
    axes.grid(axis="y")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_plain))
    axes.xaxis.set_minor_locator(NullLocator())


def _size(point: Point) -> int:
    """Outlets, or cases as they were asked for: by chance there are a few more or fewer."""
    return point.outlets if point.line == OUTLETS else 10 ** round(math.log10(point.timed.cases))


def _decade(cost: float, towards: Callable[[float], int]) -> float:
    return float(10.0 ** towards(math.log10(cost)))


def _plain(value: float, _position: int | None) -> str:
    return style.tick(value)
