"""How busy the network is over the calendar: calls, people, cases."""

from dataclasses import dataclass

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simnet.plan import UNLIMITED
from simnet.plots import style
from simnet.plots.view import Floats, NothingToShow, RunView
from simnet.scenario.quantity import YEAR


@dataclass(frozen=True)
class Line:
    """One series."""

    label: str
    values: Floats
    """a value for each day or week; NaN where there is none"""
    colour: str


@dataclass(frozen=True)
class Panel:
    """Lines of one unit."""

    title: str
    unit: str
    lines: tuple[Line, ...]


def weekly(run: RunView) -> bool:
    """Whether weeks are shown instead of days: for horizons beyond half a year."""
    return run.plan.horizon > YEAR / 2


def panels(run: RunView) -> tuple[list[Panel], NDArray[np.datetime64]]:
    """What is shown, and the days on which its values begin."""
    plan, hotline = run.plan, run.plan.scenario.hotline
    levels = run.levels
    days = int(levels["day"].max()) + 1 if len(levels) else 0
    # a day that the horizon cuts short still counts as a day
    step = 7 if weekly(run) else 1
    count = max(days // step, 1)

    def binned(daily: Floats) -> Floats:
        return np.array([part.mean() for part in np.array_split(daily[: count * step], count)])

    def total(level: str, places: list[str], column: str = "mean") -> Floats:
        mine = levels[(levels["level"] == level) & levels["place"].isin(places)]
        weights = mine[column].to_numpy(dtype=np.float64)
        return np.bincount(mine["day"], weights=weights, minlength=days).astype(np.float64)

    def share(places: list[str]) -> Floats:
        busy, duty = binned(total("busy", places)), binned(total("on duty", places))
        real = duty > 0.02 * duty.max(initial=0.0)
        return np.where(real, 100 * busy / np.where(real, duty, 1.0), np.nan)

    found: list[Panel] = []
    if hotline is not None:
        # the mean over day and night says nothing: nearly all of it is an empty queue
        peak = binned(total("queue", ["hotline"], "peak"))
        lines = (Line("callers", peak, style.BLUE),)
        found.append(Panel("Callers in the hotline's queue, peak of the day", "callers", lines))
    people = []
    if hotline is not None:
        people.append(Line("hotline agents", share(["hotline"]), style.BLUE))
    limited = [
        name
        for name, staff in zip(plan.outlets, plan.technicians, strict=True)
        if staff != UNLIMITED
    ]
    if limited:
        people.append(Line("technicians", share(limited), style.VERMILLION))
    people = [line for line in people if np.isfinite(line.values).any()]
    if people:
        over = max(float(np.nanmax(line.values)) for line in people) > 100
        more = " (above 100 %: overtime)" if over else ""
        title = f"Busy hours as a share of hours on duty{more}"
        found.append(Panel(title, "%", tuple(people)))
    names = list(plan.outlets)
    if hotline is not None or names:
        cases = [Line("open", binned(total("open cases", ["network"])), style.BLACK)]
        if limited:
            waiting = total("queue", names)
            if plan.scenario.dispatch.policy == "central_board":
                waiting = waiting + total("in dispatch", ["network"])
            cases.append(Line("waiting", binned(waiting), style.VERMILLION))
        more = ", and of these waiting for a technician" if limited else ""
        found.append(Panel(f"Cases open{more}", "cases", tuple(cases)))
    if names and plan.scenario.parts:
        owed = Line("outlets", binned(total("backorders", names)), style.GREEN)
        found.append(
            Panel("Cases waiting for a part (backorders of the outlets)", "cases", (owed,))
        )
    if not found or count < 2:
        raise NothingToShow("No load to show: there is neither hotline nor outlet, or no time.")
    start = np.datetime64(plan.scenario.start)
    return found, start + np.arange(count) * step


def draw(run: RunView) -> Figure:
    """Small multiples over one calendar."""
    found, dates = panels(run)
    kpis, plan = run.kpis, run.plan
    busy = {
        "agents": kpis["occupancy"],
        "technicians": kpis["utilisation"] if "utilisation" in kpis.total else np.nan,
    }
    said = [f"{who} {style.percent(v)}" for who, v in busy.items() if np.isfinite(v)]
    title = f"Busy: {', '.join(said)} of the hours on duty" if said else _open(found)
    step = "Mean of each week" if weekly(run) else "Mean of each day"
    warm = plan.scenario.warm_up
    note = f"{step}" + ("; the numbers of the title leave the warm-up out" if warm and said else "")
    figure = style.frame(title, note, foot=style.origin(run))
    grid = figure.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
    right = dates[-1] + np.timedelta64(7 if weekly(run) else 1, "D")
    for axes, panel in zip(grid, found, strict=True):
        _panel(axes, panel, dates)
        axes.set_xlim(dates[0], right)
        if warm > 0:
            end = np.datetime64(plan.scenario.start) + np.timedelta64(round(warm * 60), "m")
            axes.axvspan(dates[0], min(end, right), color=style.SHADE, zorder=0)
    if warm > 0:
        grid[0].annotate("warm-up", (0, 1), xycoords="axes fraction", xytext=(5, -4),
                         textcoords="offset points", va="top", color=style.MUTED,
                         size=style.SMALL)  # fmt: skip
    # matplotlib's dates carry no types
    locator = mdates.AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    grid[-1].xaxis.set_major_locator(locator)
    dates_as_words = mdates.ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    grid[-1].xaxis.set_major_formatter(dates_as_words)
    grid[-1].set_xlabel("date, month and year" if weekly(run) else "date, day and month")
    figure.align_ylabels(grid)
    # what the layout will leave to each panel when title and ticks have their place
    height = (style.SIZE[1] * (style.TOP - 0.17) / len(found)) - 0.4
    for axes, panel in zip(grid, found, strict=True):
        if len(panel.lines) > 1 or panel.unit == "%":
            labels = [(_last(line.values), line.label, line.colour) for line in panel.lines]
            style.end_labels(axes, labels, height)
    return style.finish(figure)


def _panel(axes: Axes, panel: Panel, dates: NDArray[np.datetime64]) -> None:
    top = 0.0
    for line in panel.lines:
        known = np.isfinite(line.values)
        axes.plot(dates[known], line.values[known], color=line.colour, linewidth=1.8)
        top = max(top, float(line.values[known].max(initial=0.0)))
    if panel.unit == "%":
        axes.axhline(100, color=style.MUTED, linewidth=1.0, zorder=1)
        top = max(top, 100.0)
    axes.set_ylim(0, 1.08 * top or 1.0)
    axes.set_title(panel.title, size=style.FONT)
    axes.set_ylabel(panel.unit, size=style.SMALL)
    axes.locator_params(axis="y", nbins=3)
    axes.yaxis.set_major_formatter(lambda y, _: style.tick(y))
    axes.grid(axis="y")


def _last(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else 0.0


def _open(found: list[Panel]) -> str:
    """A title where no share of busy hours can be said."""
    panel = next((p for p in found if p.title.startswith("Cases open")), found[-1])
    values = panel.lines[0].values
    return f"{style.number(float(values.mean()))} cases are open on average"
