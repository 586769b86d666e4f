"""Levels over time: queues, busy people, stocks, units down; mean and peak of each day."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.records import MENDED_ELSEWHERE, Outcome, Records
from simnet.scenario.quantity import DAY

Floats = NDArray[np.float64]


def day_edges(horizon: float) -> Floats:
    """Edges of the days, the last one perhaps cut short."""
    return np.append(np.arange(0.0, horizon, DAY), horizon)


def time_weighted(
    times: Floats, changes: Floats, initial: float, edges: Floats
) -> tuple[Floats, Floats]:
    """Mean and peak of a step function in each interval of `edges`.

    times: (n,) hours, in any order, NaN and beyond the last edge left out; changes: (n,) steps
    there; initial: level at edges[0]. Returns two arrays of shape (len(edges) - 1,).
    """
    inside = times < edges[-1]
    order = np.argsort(times[inside], kind="stable")
    moments, steps = times[inside][order], changes[inside][order]
    if len(moments):
        # what happens at one moment counts once: a level that lasted no time is no peak
        fresh = np.concatenate(([True], moments[1:] > moments[:-1]))
        steps = np.add.reduceat(steps, np.flatnonzero(fresh))
        moments = moments[fresh]
    levels = initial + np.concatenate(([0.0], np.cumsum(steps)))
    knots = np.concatenate(([edges[0]], moments))
    area = np.concatenate(([0.0], np.cumsum(levels[:-1] * np.diff(knots))))
    at = np.searchsorted(knots, edges, side="right") - 1
    until = area[at] + levels[at] * (edges - knots[at])
    mean = np.diff(until) / np.diff(edges)
    peak = levels[at[:-1]].copy()
    day = np.searchsorted(edges, moments, side="right") - 1
    np.maximum.at(peak, np.clip(day, 0, len(peak) - 1), levels[1:])
    return mean, peak


def _between(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Steps up at `start`, down at `end` (NaN: never)."""
    known = ~np.isnan(start)
    times = np.concatenate((start[known], end[known]))
    return times, np.concatenate((np.ones(known.sum()), -np.ones(known.sum())))


Series = tuple[str, str, str, Floats, Floats, float]


def _duty(records: Records, crew: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    mine = crew[records.staff.person]
    return _between(records.staff.start[mine], records.staff.end[mine])


def _series(plan: Plan, records: Records) -> Iterator[Series]:
    """(place, level, part, times, changes, initial) of each level."""
    cases = records.cases
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline is not None else 0
    if teams:
        calls = records.calls
        yield "hotline", "queue", "", *_between(calls["queued"], calls["left"]), 0.0
        served = calls["agent"] >= 0
        yield "hotline", "busy", "", *_between(calls["left"][served], calls["ended"][served]), 0.0
        yield "hotline", "on duty", "", *_duty(records, records.staff.crew < teams), 0.0
    outlet = records.cases["outlet"]
    visits = records.visits
    site = records.visits["outlet"]
    for o, name in enumerate(plan.outlets):
        mine = outlet == o
        ready = np.concatenate((cases["part_ready"][mine], cases["part_ready_2"][mine]))
        started = np.concatenate((cases["started"][mine], cases["started_2"][mine]))
        yield name, "queue", "", *_between(ready, started), 0.0
        here = site == o
        yield name, "busy", "", *_between(visits["started"][here], visits["free"][here]), 0.0
        yield name, "on duty", "", *_duty(records, records.staff.crew == teams + o), 0.0
    if teams or plan.outlets:
        # a case that needs no outlet of ours is closed when the call is over
        sent = np.fmin(cases["assigned"], cases["closed"])
        yield "network", "in dispatch", "", *_between(cases["triaged"], sent), 0.0
        yield "network", "open cases", "", *_between(cases["called"], cases["closed"]), 0.0
    if plan.scenario.products:
        yield "network", "units down", "", *_between(*downtime(plan, records)), 0.0
    place, part = records.moves["place"], records.moves["part"]
    moment = records.moves["time"]
    names = [*plan.outlets, "depot"]
    for k, part_name in enumerate(plan.scenario.parts):
        for p, name in enumerate(names):
            mine = (place == p) & (part == k)
            for level, column in (("on hand", "on_hand"), ("backorders", "backorders")):
                initial = float(records.initial_stock[p, k]) if column == "on_hand" else 0.0
                steps = records.moves[column][mine]
                yield name, level, part_name, moment[mine], steps, initial


def downtime(plan: Plan, records: Records) -> tuple[Floats, Floats]:
    """From and until when a unit was down, for each case of a unit; NaN: beyond the horizon.

    A unit that leaves the field by age is down no longer than it is there.
    """
    cases, outcome = records.cases, records.cases["outcome"]
    product = np.array([s.product for s in plan.sources] or [-1])[cases["source"]]
    elsewhere = np.array([p.elsewhere for p in plan.scenario.products.values()] or [0.0])
    by_phone = np.isin(outcome, [int(Outcome.REMOTE_FIX), int(Outcome.SELF_SERVICE)])
    lost = np.isin(outcome, [int(o) for o in MENDED_ELSEWHERE])
    end = np.where(by_phone, cases["triaged"], cases["repaired"])
    end = np.where(lost, cases["closed"] + elsewhere[np.maximum(product, 0)], end)
    of_unit = cases["unit"] >= 0
    failed, end = cases["failed"][of_unit], end[of_unit]
    leaves = records.units.leaves[cases["unit"][of_unit]]
    return failed, np.where(leaves < plan.horizon, np.fmin(end, leaves), end)


def levels(plan: Plan, records: Records) -> pd.DataFrame:
    """Columns place, level, part, day, mean, peak; a row for each level and day."""
    edges = day_edges(plan.horizon)
    days = np.arange(len(edges) - 1, dtype=np.int32)
    columns: dict[str, list[NDArray[np.generic]]] = {"mean": [], "peak": []}
    labels: list[tuple[str, str, str]] = []
    for place, level, part, times, changes, initial in _series(plan, records):
        mean, peak = time_weighted(times, changes, initial, edges)
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
