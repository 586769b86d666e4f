"""What is measured on a run: small functions that return one number."""

import numpy as np
from numpy.typing import NDArray

from simnet.records import Kind
from simnet.run import Run
from simnet.scenario.market import BassSales
from simnet.scenario.quantity import WEEK

from .case import Control, Figure, Measure

Mask = NDArray[np.bool_]


def kpi(name: str) -> Measure:
    """A key figure of the network."""
    return lambda run: run.kpis[name]


def outlet_kpi(outlet: str, name: str) -> Measure:
    """A key figure of one outlet."""
    return lambda run: float(run.kpis.outlet[name][outlet])


def market_kpi(market: str, name: str) -> Measure:
    """A key figure of one market."""
    return lambda run: float(run.kpis.market[name][market])


def window(run: Run) -> tuple[float, float]:
    """From the warm-up to an equally long time before the end, in hours.

    Of what begins in between nothing is cut off by the horizon, as no textbook case has a wait so
    long. Else long waits would be missing.
    """
    warm_up = run.plan.scenario.warm_up
    return warm_up, run.plan.horizon - warm_up


def begun(run: Run, source: str | None = None) -> Mask:
    """(cases,) that began in the window, all or those of one enquiry or failure mode."""
    start, end = window(run)
    cases = run.records.cases
    found: Mask = (cases["failed"] >= start) & (cases["failed"] < end)
    if source is not None:
        labels = [s.label for s in run.plan.sources]
        found &= cases["source"] == labels.index(source)
    return found


def hours_between(first: str, last: str, source: str | None = None, power: int = 1) -> Measure:
    """Mean hours, or mean power of them, between two milestones of the cases begun."""

    def of(run: Run) -> float:
        mine = begun(run, source)
        hours = run.records.cases[last][mine] - run.records.cases[first][mine]
        return float(np.mean(hours**power))

    return of


def cases_per_hour(run: Run) -> float:
    """Cases begun in an hour of the window."""
    start, end = window(run)
    return float(begun(run).sum() / (end - start))


def load_of(
    rate: float, mean: float, work: str, first: str, last: str
) -> tuple[tuple[Control, ...], tuple[Figure, ...]]:
    """Cases an hour and mean hours of `work`, from milestone `first` to `last`.

    As controls, since the wait in a queue goes up and down with them: without their chance
    deviations about half of its variance is left. And as figures, so that an error in what the
    controls take out would show.
    """
    hours = hours_between(first, last)
    return (
        (Control(rate, cases_per_hour), Control(mean, hours)),
        (
            Figure("cases an hour", "", rate, cases_per_hour),
            Figure(f"mean {work}", "min", 60 * mean, lambda run: 60 * hours(run)),
        ),
    )


def share_elsewhere(home: NDArray[np.int64]) -> Measure:
    """Share of the cases begun that go to another outlet than the market's `home` (markets,)."""

    def of(run: Run) -> float:
        mine, cases = begun(run), run.records.cases
        return float(np.mean(cases["outlet"][mine] != home[cases["market"][mine]]))

    return of


def _queued(run: Run) -> tuple[NDArray[np.float64], Mask]:
    """Hours in the hotline's queue of each call, and whether it began in the window."""
    start, end = window(run)
    calls = run.records.calls
    mine = (calls["begun"] >= start) & (calls["begun"] < end) & ~np.isnan(calls["queued"])
    return calls["left"] - calls["queued"], mine


def hours_queued(run: Run) -> float:
    """Mean hours in the hotline's queue of all callers, those included who give up."""
    hours, mine = _queued(run)
    return float(hours[mine].mean())


def share_queued(run: Run) -> float:
    """Share of the callers whom nobody answers at once."""
    hours, mine = _queued(run)
    return float(np.mean(hours[mine] > 0))


def busy_at(hour: float) -> Measure:
    """Mean number of visits under way at an hour of the week (the run begins on a Monday)."""

    def of(run: Run) -> float:
        start, end = window(run)
        moments = np.arange(start + hour, end, WEEK)
        visits = run.records.visits
        going = np.searchsorted(np.sort(visits["started"]), moments, side="right")
        gone = np.searchsorted(np.sort(visits["finished"]), moments, side="right")
        return float(np.mean(going - gone))

    return of


def busy_on_average(run: Run) -> float:
    """Mean number of visits under way over the window."""
    start, end = window(run)
    visits = run.records.visits
    until = np.where(np.isnan(visits["finished"]), end, visits["finished"])
    hours = np.clip(until, start, end) - np.clip(visits["started"], start, end)
    return float(hours.sum() / (end - start))


def hours_for_a_truck(run: Run) -> float:
    """Mean hours from the order of a replenishment to its departure, of orders in the window."""
    start, end = window(run)
    shipments = run.records.shipments
    mine = shipments["kind"] == int(Kind.REPLENISHMENT)
    mine &= (shipments["ordered"] >= start) & (shipments["ordered"] < end)
    return float(np.mean((shipments["shipped"] - shipments["ordered"])[mine]))


def failures_per_unit(hours: float, source: str) -> Measure:
    """Mean number of failures of a mode that a unit has had by `hours`."""

    def of(run: Run) -> float:
        cases = run.records.cases
        mine = cases["source"] == [s.label for s in run.plan.sources].index(source)
        return float((cases["failed"][mine] <= hours).sum() / len(run.records.units.sold))

    return of


def share_sold(hours: float, product: str) -> Measure:
    """Units sold by `hours`, as a share of the customers who will buy at last (Bass)."""

    def of(run: Run) -> float:
        sales = run.plan.scenario.products[product].sales
        assert isinstance(sales, BassSales)
        return float((run.records.units.sold <= hours).sum() / sales.potential)

    return of
