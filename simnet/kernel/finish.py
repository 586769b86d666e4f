"""From the world of arrays to the records."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Draws
from simnet.heap import give_back
from simnet.plan import Plan
from simnet.records import CASES, TABLES, Queue, Records, Table

from .build import Rows, World
from .world import COUNT, HOTLINE, OF_CASE, OF_JOB, OF_LATER

_NEEDED = ("cases", "milestones", "assigned_to", "later", "stations", "stocks")
"""tables of the world"""


def records(plan: Plan, draws: Draws, w: World) -> Records:
    """The finished tables, as the reference engine hands them over; what they take is taken out of
    the world, so that nothing is there twice."""
    for name in set(w.tables) - set(_NEEDED):
        del w.tables[name]
    units, staff, drawn = draws.units, draws.staff, _drawn(draws)
    del draws  # nobody else may need it any more
    give_back(len(drawn["unit"]))
    state = w.tables.pop("cases")
    begun = _begun(state)
    cases = {"row": np.arange(len(state), dtype=np.int32) if begun is None else begun}
    while drawn:
        name, column = drawn.popitem()
        cases[name] = column if begun is None else column[begun]
    # of each row among those that began
    number = None if begun is None else np.cumsum(state["begun"], dtype=np.int32) - 1
    tables: dict[str, Table] = {}
    for name in TABLES:
        table = {column: found[: w.used(name)] for column, found in w.growing.pop(name).items()}
        tables[name] = table
        if "case" in table and number is not None:
            np.take(number, table["case"], out=table["case"], mode="clip")
    cases |= _lived(w, state, begun, number, tables["visits"])
    return Records(
        cases={name: cases[name].astype(kind, copy=False) for name, kind in CASES.items()},
        **tables,
        queues=_queues(plan, w),
        units=units,
        staff=staff,
        initial_stock=w.tables["stocks"]["held"].reshape(plan.depot + 1, -1).astype(np.int64),
    )


def _drawn(draws: Draws) -> Table:
    """What the draws know of each case, shape (rows,)."""
    drawn = draws.cases
    again = drawn.second & ~drawn.workshop
    none = drawn.second_part.dtype.type(-1)
    return {
        **{name: getattr(drawn, name) for name in ("source", "market", "unit", "tier", "part")},
        "second_part": np.where(again, drawn.second_part, none),
    }


def _begun(state: Rows) -> NDArray[np.int32] | None:
    """The rows of the cases that began, in order; None where all did."""
    if state["begun"].all():
        return None
    return np.flatnonzero(state["begun"]).astype(np.int32)


def _lived(
    w: World, state: Rows, begun: NDArray[np.int32] | None, number: NDArray[np.int32] | None,
    visits: Table,
) -> Table:  # fmt: skip
    """What the loop knows of them. begun: see `_begun`; number: of each row among those that began,
    None: all did."""
    count = len(state) if begun is None else len(begun)
    names = ("warranty", "outcome", "attempts", "refusals")
    found = {name: state[name].copy() if begun is None else state[name][begun] for name in names}
    # in order of their rows, as they were driven
    found["km"] = np.bincount(visits["case"], weights=visits["km"], minlength=count)
    late = 0 if begun is None else int(np.argmin(state["begun"]))

    def kept(column: NDArray[Any]) -> NDArray[Any]:
        if begun is not None:
            column[late:count] = column[begun[late:]]  # those that never began are few
        return column[:count]

    for name, times in zip((*OF_CASE, *OF_JOB), w.tables.pop("milestones"), strict=False):
        found[name] = kept(times)
    outlet = w.tables.pop("assigned_to")
    if len(outlet):
        found["outlet"] = kept(outlet)
    rows = w.tables.pop("later")[: w.used("later")]
    at = rows["case"] if number is None else number[rows["case"]]
    for name in OF_LATER if len(rows) else ():
        found[name] = np.full(count, np.nan)
        found[name][at] = rows[name]
    for name in {"outlet", *OF_JOB, *OF_LATER} - set(found):  # takes no memory
        nothing = np.array(-1 if name == "outlet" else np.nan, dtype=CASES[name])
        found[name] = np.broadcast_to(nothing, (count,))
    return found


def _queues(plan: Plan, w: World) -> Table:
    """Every queue: which, place, part, and the hours that were waited in it."""
    stations, stocks = (w.tables[name][list(COUNT.names or ())] for name in ("stations", "stocks"))
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
