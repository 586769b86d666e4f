"""From the world of arrays to the records."""

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.records import CASES, SUPPLIER, TABLES, Queue, Records, Table

from .build import Rows, World
from .world import HOTLINE, OF_CASE, OF_JOB, OF_LATER

BLOCK = 2**12
"""rows, about as many as the cache holds"""


def records(plan: Plan, draws: Draws, w: World) -> Records:
    """The finished tables, as the reference engine hands them over; what they take is taken out of
    the world, so that nothing is there twice for long."""
    state = w.tables.pop("cases")
    begun = np.flatnonzero(state["begun"])
    number = np.cumsum(state["begun"], dtype=np.int32) - 1
    cases = _drawn(draws, begun)
    units, staff = draws.units, draws.staff
    del draws  # most of what is still there; nobody else may need it any more
    tables: dict[str, Table] = {}
    for name, columns in TABLES.items():
        rows = w.tables.pop(name)[: w.used(name)]
        found = _columns(rows)
        del rows
        if "case" in columns:  # each row belongs to a case
            found["case"] = number[found["case"]]
        if name == "shipments":
            found |= _loads(plan, found, cases["source"])
        tables[name] = {column: found[column] for column in columns}
    cases |= _lived(w, state, begun, number, tables["visits"])
    return Records(
        cases={name: cases[name].astype(kind, copy=False) for name, kind in CASES.items()},
        **tables,
        queues=_queues(plan, w),
        units=units,
        staff=staff,
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


def _drawn(draws: Draws, begun: NDArray[np.int64]) -> Table:
    """What the draws know of the cases that began."""
    drawn = draws.cases
    again = drawn.second & ~drawn.workshop
    names = ("source", "market", "unit", "tier", "part")
    return {
        "row": begun.astype(np.int32),
        **{name: getattr(drawn, name)[begun].astype(CASES[name]) for name in names},
        "second_part": np.where(again[begun], drawn.second_part[begun], -1),
    }


def _lived(
    w: World, state: Rows, begun: NDArray[np.int64], number: NDArray[np.int32], visits: Table
) -> Table:
    """What the loop knows of them. number: of each row among those that began."""
    count = len(begun)
    found = {name: state[name][begun] for name in ("warranty", "outcome", "attempts", "refusals")}
    # in order of their rows, as they were driven
    found["km"] = np.bincount(visits["case"], weights=visits["km"], minlength=count)
    late = int(np.argmin(state["begun"])) if count < len(state) else count
    for name, times in zip(OF_CASE, w.tables.pop("milestones"), strict=True):
        times[late:count] = times[begun[late:]]  # the few that never began are taken out in place
        found[name] = times[:count]
    for table, names in {"jobs": ("outlet", *OF_JOB), "later": OF_LATER}.items():
        rows = w.tables.pop(table)[: w.used(table)]
        at = number[rows["case"]]
        for name in names:
            nothing = np.array(-1 if name == "outlet" else np.nan, dtype=CASES[name])
            column = np.broadcast_to(nothing, (count,))  # takes no memory, where no case came here
            if len(rows):
                column = column.copy()
                column[at] = rows[name]
            found[name] = column
    return found


def _loads(plan: Plan, shipments: Table, source: NDArray[np.int16]) -> Table:
    """Product, mass and way of each shipment. source: of the cases."""
    scenario, part, lane = plan.scenario, shipments["part"], shipments["lane"]
    product = np.array([s.product for s in plan.sources], dtype=np.int16)[source[shipments["case"]]]
    # the last one is of no part, and of no product
    of_part, of_product = (
        np.array([*(thing.mass for thing in things.values()), 0.0])
        for things in (scenario.parts, scenario.products)
    )
    km = np.append(plan.depot_km, 0.0)[shipments["outlet"]]
    return {
        "product": product,
        "kg": np.where(part >= 0, of_part[part] * shipments["quantity"], of_product[product]),
        "km": np.where(lane == SUPPLIER, 0.0, km),
    }


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
