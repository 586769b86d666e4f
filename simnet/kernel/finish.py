"""From the world of arrays to the records."""

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.records import CASES, MILESTONES, TABLES, Queue, Records, Table

from .build import Rows, World
from .world import HOTLINE

BLOCK = 2**12
"""rows, about as many as the cache holds"""


def records(plan: Plan, draws: Draws, w: World) -> Records:
    """The finished tables, as the reference engine hands them over; what they take is taken out of
    the world, so that nothing is there twice for long."""
    state = w.tables.pop("cases")
    begun = np.flatnonzero(state["begun"])
    number = np.cumsum(state["begun"], dtype=np.int32) - 1
    tables: dict[str, Table] = {}
    for name, columns in TABLES.items():
        rows = w.tables.pop(name)[: w.used(name)]
        tables[name] = _columns(rows)
        if "case" in columns:  # each row belongs to a case
            tables[name]["case"] = number[tables[name]["case"]]
    return Records(
        cases=_cases(draws, state, w.tables.pop("milestones"), begun, tables["visits"]),
        **tables,
        queues=_queues(plan, w),
        units=draws.units,
        staff=draws.staff,
        initial_stock=w.tables["stocks"]["held"].reshape(plan.depot + 1, -1).astype(np.int64),
    )


def _columns(rows: Rows) -> Table:
    """Records as columns, a block at a time, so that each row is read from memory only once."""
    assert rows.dtype.fields is not None
    found = {name: np.empty(len(rows), kind) for name, (kind, *_) in rows.dtype.fields.items()}
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        for name, column in found.items():
            column[start : start + BLOCK] = block[name]
    return found


def _cases(
    draws: Draws, state: Rows, milestones: NDArray[np.float64], begun: NDArray[np.int64],
    visits: Table,
) -> Table:  # fmt: skip
    drawn, count = draws.cases, len(begun)
    again = drawn.second & ~drawn.workshop
    late = int(np.argmin(state["begun"])) if count < len(state) else count
    for times in milestones:  # the few that never began are taken out where they stand
        times[late:count] = times[begun[late:]]
    found = {
        "row": begun,
        **{name: getattr(drawn, name)[begun]
           for name in ("source", "market", "unit", "tier", "part")},
        "second_part": np.where(again[begun], drawn.second_part[begun], -1),
        **{name: state[name][begun]
           for name in ("warranty", "outcome", "attempts", "refusals", "outlet")},
        # in order of their rows, as they were driven
        "km": np.bincount(visits["case"], weights=visits["km"], minlength=count),
        **{name: milestones[i, :count] for i, name in enumerate(MILESTONES)},
    }  # fmt: skip
    return {name: found[name].astype(kind, copy=False) for name, kind in CASES.items()}


def _queues(plan: Plan, w: World) -> Table:
    """Every queue: which, place, part, and the hours that were waited in it."""
    stations, stocks = w.tables["stations"]["waiting"], w.tables["stocks"]["waiting"]
    outlets, parts = np.arange(plan.depot), len(plan.scenario.parts)
    hotline = int(w.net["hotline"])
    sizes = (hotline, 1, plan.depot, 1, len(stocks))
    kinds = (Queue.HOTLINE, Queue.BOARD, Queue.OUTLET, Queue.WORKSHOP, Queue.PART)
    nowhere = np.full(hotline + 1, -1)
    at = np.arange(len(stocks))
    counts = np.concatenate((
        stations[HOTLINE : HOTLINE + hotline], w.array["waiting"], stations[1:], stocks
    ))  # fmt: skip
    none = np.full(len(counts) - len(stocks), -1)
    return {
        "queue": np.repeat(np.array(kinds, dtype=np.int64), sizes),
        "place": np.concatenate((nowhere, outlets, [plan.depot], at // max(parts, 1))),
        "part": np.concatenate((none, at % max(parts, 1))),
        "hours": counts["hours"] + counts["number"] * (plan.horizon - counts["since"]),
    }
