"""From the world of arrays to the records."""

import numpy as np

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.records import CASES, MILESTONES, TABLES, Queue, Records, Table

from .build import World
from .world import HOTLINE


def records(plan: Plan, draws: Draws, w: World) -> Records:
    """The finished tables, as the reference engine hands them over."""
    begun = np.flatnonzero(w.tables["cases"]["begun"])
    number = np.full(len(w.tables["cases"]), -1, dtype=np.int32)
    number[begun] = np.arange(len(begun))
    tables: dict[str, Table] = {}
    for name, columns in TABLES.items():
        rows = w.tables[name][: w.used(name)]
        tables[name] = {column: np.ascontiguousarray(rows[column]) for column in columns}
        if "case" in columns:
            at = tables[name]["case"]
            tables[name]["case"] = np.where(at >= 0, number[at], -1).astype(at.dtype)
    stock = _rows_by_place(plan, w)
    return Records(
        cases=_cases(draws, w, begun), **tables, queues=_queues(plan, w), units=draws.units,
        staff=draws.staff, initial_stock=stock,
    )  # fmt: skip


def _rows_by_place(plan: Plan, w: World) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return (
        w.tables["stocks"]["held"]
        .astype(np.int64)
        .reshape(plan.depot + 1, len(plan.scenario.parts))
    )


def _cases(draws: Draws, w: World, begun: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Table:
    drawn, state, milestones = draws.cases, w.tables["cases"], w.tables["milestones"]
    again = drawn.second & ~drawn.workshop
    found = {
        "row": begun,
        **{name: getattr(drawn, name)[begun]
           for name in ("source", "market", "unit", "tier", "part")},
        "second_part": np.where(again[begun], drawn.second_part[begun], -1),
        **{name: state[name][begun]
           for name in ("warranty", "outcome", "attempts", "refusals", "outlet", "km")},
        **{name: milestones[i][begun] for i, name in enumerate(MILESTONES)},
    }  # fmt: skip
    return {name: found[name].astype(kind, copy=False) for name, kind in CASES.items()}


def _queues(plan: Plan, w: World) -> Table:
    """Every queue: which, place, part, and the hours that were waited in it."""
    rows = []
    if w.net["hotline"]:
        rows.append((Queue.HOTLINE, -1, -1, w.tables["stations"][HOTLINE]["waiting"]))
    rows.append((Queue.BOARD, -1, -1, w.net["waiting"]))
    for o in range(len(plan.outlets)):
        rows.append((Queue.OUTLET, o, -1, w.tables["stations"][o + 1]["waiting"]))
    rows.append((Queue.WORKSHOP, plan.depot, -1, w.tables["stations"][-1]["waiting"]))
    parts = len(plan.scenario.parts)
    for number, stock in enumerate(w.tables["stocks"]):
        rows.append((Queue.PART, *divmod(number, parts), stock["waiting"]))
    queue, place, part, counts = zip(*rows, strict=True)
    count = np.array(counts)
    return {
        "queue": np.array(queue, dtype=np.int64),
        "place": np.array(place, dtype=np.int64),
        "part": np.array(part, dtype=np.int64),
        "hours": count["hours"] + count["number"] * (plan.horizon - count["since"]),
    }
