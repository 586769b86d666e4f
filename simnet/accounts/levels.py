"""Levels over time: queues, busy people, stocks, units down; mean and peak of each day."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from simnet.plan import Plan
from simnet.records import MENDED_ELSEWHERE, Records, Table

from .cases import ON_THE_PHONE, column, outcomes
from .steps import day_edges, open_intervals, time_weighted
from .sums import Floats

Level = tuple[str, str, str, Floats, Floats]
"""place, level, part, and mean and peak of each day"""


def _levels(plan: Plan, records: Records) -> Iterator[Level]:
    cases, calls, visits, staff = records.cases, records.calls, records.visits, records.staff
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline is not None else 0
    places, horizon = len(plan.outlets), plan.horizon
    crew = staff.crew[staff.person]

    def together(start: Floats, end: Floats) -> tuple[Floats, Floats]:
        mean, peak = open_intervals(np.zeros(len(start), np.int32), 1, start, end, horizon)
        return mean[0], peak[0]

    if teams:
        served = np.flatnonzero(calls["agent"] >= 0)
        busy = calls["left"][served], calls["ended"][served]
        of_team = np.flatnonzero(crew < teams)
        on_duty = staff.start[of_team], staff.end[of_team]
        yield "hotline", "queue", "", *together(calls["queued"], calls["left"])
        yield "hotline", "busy", "", *together(*busy)
        yield "hotline", "on duty", "", *together(*on_duty)
    technicians = np.where((crew >= teams) & (crew < teams + places), crew - teams, places)
    jobs = visits["outlet"], places, visits["started"], visits["free"]
    at_outlets = {
        "queue": _queues(cases, places, horizon),
        "busy": open_intervals(*jobs, horizon),
        "on duty": open_intervals(technicians, places, staff.start, staff.end, horizon),
    }
    for number, name in enumerate(plan.outlets):
        for level, (mean, peak) in at_outlets.items():
            yield name, level, "", mean[number], peak[number]
    if teams or plan.outlets:
        # a case that needs no outlet of ours is closed when the call is over
        sent = np.fmin(cases["assigned"], cases["closed"])
        yield "network", "in dispatch", "", *together(cases["triaged"], sent)
        yield "network", "open cases", "", *together(cases["called"], cases["closed"])
    if plan.scenario.products:
        yield "network", "units down", "", *together(*downtime(plan, records, horizon))
    yield from _stocks(plan, records)


def _queues(cases: Table, places: int, horizon: float) -> tuple[Floats, Floats]:
    """Cases that wait for a technician of each outlet."""
    first, second = (np.flatnonzero(~np.isnan(cases[k])) for k in ("part_ready", "part_ready_2"))
    return open_intervals(
        cases["outlet"][np.concatenate((first, second))],
        places,
        np.concatenate((cases["part_ready"][first], cases["part_ready_2"][second])),
        np.concatenate((cases["started"][first], cases["started_2"][second])),
        horizon,
    )


def _stocks(plan: Plan, records: Records) -> Iterator[Level]:
    """Parts on hand and owed, at each outlet and at the depot."""
    moves, parts, names = records.moves, list(plan.scenario.parts), [*plan.outlets, "depot"]
    initial = records.initial_stock.T.reshape(-1)
    stock = moves["part"] * np.int32(len(names)) + moves["place"]
    days = {
        "on hand": time_weighted(stock, moves["time"], moves["on_hand"], initial, plan.horizon),
        "backorders": time_weighted(
            stock, moves["time"], moves["backorders"], np.zeros_like(initial), plan.horizon
        ),
    }
    for number in range(len(initial)):
        part, place = divmod(number, len(names))
        for level, (mean, peak) in days.items():
            yield names[place], level, parts[part], mean[number], peak[number]


def downtime(plan: Plan, records: Records, until: float) -> tuple[Floats, Floats]:
    """From and until when a unit was down, for each case of a unit; NaN: beyond the end of the
    records, `until`.

    A unit that leaves the field by age is down no longer than it is there.
    """
    from .loops import cases as loops

    cases = records.cases
    of_unit = np.flatnonzero(cases["unit"] >= 0).astype(np.int32)
    product = np.array([s.product for s in plan.sources] or [-1])
    hours = np.array([p.elsewhere for p in plan.scenario.products.values()] or [0.0])
    ages = (records.units.life < np.inf).any()
    leaves = records.units.leave(cases["unit"][of_unit]) if ages else np.array([np.inf])
    triaged, repaired, closed = (column(cases[k]) for k in ("triaged", "repaired", "closed"))
    found = np.empty(len(of_unit))
    loops.down_until(
        of_unit, cases["outcome"], cases["source"], outcomes(ON_THE_PHONE),
        outcomes(MENDED_ELSEWHERE), hours[np.maximum(product, 0)], leaves, until,
        triaged, repaired, closed, found,
    )  # fmt: skip
    return cases["failed"][of_unit], found


def levels(plan: Plan, records: Records) -> pd.DataFrame:
    """Columns place, level, part, day, mean, peak; a row for each level and day."""
    days = np.arange(len(day_edges(plan.horizon)) - 1, dtype=np.int32)
    columns: dict[str, list[Floats]] = {"mean": [], "peak": []}
    labels: list[tuple[str, str, str]] = []
    for place, level, part, mean, peak in _levels(plan, records):
        labels.append((place, level, part))
        columns["mean"].append(mean)
        columns["peak"].append(peak)
    codes = np.repeat(np.arange(len(labels)), len(days))

    def label(i: int) -> Any:
        texts = [row[i] for row in labels]
        known = list(dict.fromkeys(texts))
        positions = np.array([known.index(text) for text in texts], dtype=np.int64)
        return pd.Categorical.from_codes(positions[codes], categories=pd.Index(known, dtype=object))

    return pd.DataFrame(
        {
            "place": label(0),
            "level": label(1),
            "part": label(2),
            "day": np.tile(days, len(labels)),
            **{name: np.concatenate([np.empty(0), *parts]) for name, parts in columns.items()},
        }
    )
