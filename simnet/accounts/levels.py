"""Levels over time: queues, busy people, stocks, units down; mean and peak of each day."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from simnet.plan import Plan
from simnet.records import MENDED_ELSEWHERE, Records, Table

from .cases import is_among, on_the_phone
from .steps import day_edges, open_intervals, time_weighted
from .sums import Floats, Ints, partition

Level = tuple[str, str, str, Floats, Floats]
"""place, level, part, and mean and peak of each day"""


def _levels(plan: Plan, records: Records) -> Iterator[Level]:
    cases, calls, visits, staff = records.cases, records.calls, records.visits, records.staff
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline is not None else 0
    edges, places = day_edges(plan.horizon), len(plan.outlets)
    crew = staff.crew[staff.person]
    if teams:
        served = np.flatnonzero(calls["agent"] >= 0)
        busy = calls["left"][served], calls["ended"][served]
        of_team = np.flatnonzero(crew < teams)
        on_duty = staff.start[of_team], staff.end[of_team]
        yield "hotline", "queue", "", *open_intervals(calls["queued"], calls["left"], edges)
        yield "hotline", "busy", "", *open_intervals(*busy, edges)
        yield "hotline", "on duty", "", *open_intervals(*on_duty, edges)
    technicians = np.where((crew >= teams) & (crew < teams + places), crew - teams, places)
    by_place = zip(
        plan.outlets,
        _by_place(*_queues(cases), places, edges),
        _by_place(visits["outlet"], visits["started"], visits["free"], places, edges),
        _by_place(technicians, staff.start, staff.end, places, edges),
        strict=True,
    )
    for name, queue, busy, on_duty in by_place:
        yield name, "queue", "", *queue
        yield name, "busy", "", *busy
        yield name, "on duty", "", *on_duty
    if teams or plan.outlets:
        # a case that needs no outlet of ours is closed when the call is over
        sent = np.fmin(cases["assigned"], cases["closed"])
        yield "network", "in dispatch", "", *open_intervals(cases["triaged"], sent, edges)
        yield "network", "open cases", "", *open_intervals(cases["called"], cases["closed"], edges)
    if plan.scenario.products:
        yield "network", "units down", "", *open_intervals(*downtime(plan, records), edges)
    yield from _stocks(plan, records, edges)


def _queues(cases: Table) -> tuple[Ints, Floats, Floats]:
    """(outlet, from, until) of each wait for a technician."""
    first, second = (np.flatnonzero(~np.isnan(cases[k])) for k in ("part_ready", "part_ready_2"))
    return (
        cases["outlet"][np.concatenate((first, second))],
        np.concatenate((cases["part_ready"][first], cases["part_ready_2"][second])),
        np.concatenate((cases["started"][first], cases["started_2"][second])),
    )


def _by_place(
    place: Ints, start: Floats, end: Floats, places: int, edges: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Mean and peak of the number of intervals that are open, for each place."""
    order, bounds = partition(place, places)
    for first, last in bounds:
        rows = order[first:last]
        yield open_intervals(start[rows], end[rows], edges)


def _stocks(plan: Plan, records: Records, edges: Floats) -> Iterator[Level]:
    """Parts on hand and owed, at each outlet and at the depot."""
    moves, parts = records.moves, list(plan.scenario.parts)
    names = [*plan.outlets, "depot"]
    stock = moves["part"].astype(np.int64) * len(names) + moves["place"]
    order, bounds = partition(stock, len(names) * len(parts))
    for number, (first, last) in enumerate(bounds):
        part, place = divmod(number, len(names))
        rows = order[first:last]
        time, at_first = moves["time"][rows], float(records.initial_stock[place, part])
        for column, initial in (("on_hand", at_first), ("backorders", 0.0)):
            level, steps = column.replace("_", " "), moves[column][rows]
            moved = np.flatnonzero(steps)
            days = time_weighted(time[moved], steps[moved], initial, edges)
            yield names[place], level, parts[part], *days


def downtime(plan: Plan, records: Records) -> tuple[Floats, Floats]:
    """From and until when a unit was down, for each case of a unit; NaN: beyond the horizon.

    A unit that leaves the field by age is down no longer than it is there.
    """
    cases, outcome = records.cases, records.cases["outcome"]
    product = np.array([s.product for s in plan.sources] or [-1])[cases["source"]]
    elsewhere = np.array([p.elsewhere for p in plan.scenario.products.values()] or [0.0])
    by_phone = on_the_phone(records)
    lost = is_among(outcome, MENDED_ELSEWHERE)
    end = np.where(by_phone, cases["triaged"], cases["repaired"])
    end = np.where(lost, cases["closed"] + elsewhere[np.maximum(product, 0)], end)
    of_unit = np.flatnonzero(cases["unit"] >= 0)
    failed, end = cases["failed"][of_unit], end[of_unit]
    leaves = records.units.leaves[cases["unit"][of_unit]]
    return failed, np.where(leaves < plan.horizon, np.fmin(end, leaves), end)


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
