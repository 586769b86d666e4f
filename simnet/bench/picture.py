"""The picture: time for a case over the size, on logarithmic axes."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from simnet.plots import style

from .growth import CASES, FEW, OUTLETS, Point
from .report import Report

NAMES = {"compiled": "compiled", "simpy": "SimPy"}
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
    for engine, name in NAMES.items():
        mine = sorted(
            (point.timed.cases if line == CASES else point.outlets, point.per_case)
            for point in points
            if point.line == line and point.timed.contestant == engine
        )
        if mine:
            sizes, costs = zip(*mine, strict=True)
            axes.plot(sizes, costs, marker="o", color=COLOURS[engine])
            axes.annotate(name, (sizes[-1], costs[-1]), xytext=(0, 9), textcoords="offset points",
                          ha="right", color=COLOURS[engine], size=style.SMALL)  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(label)
    axes.grid(axis="y")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_plain))
        axis.set_minor_formatter(NullFormatter())


def _plain(value: float, _position: int | None) -> str:
    return style.tick(value)
