"""From the world of arrays to the records."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Draws
from simnet.heap import give_back
from simnet.plan import Plan
from simnet.records import CASES, OF_CASES_ONLY, TABLES, Queue, Records, Table

from .build import Rows, World
from .world import COUNT, HOTLINE, OF_CASE, OF_JOB, OF_LATER

_NEEDED = ("cases", "milestones", "assigned_to", "later", "stations", "stocks")
"""tables of the world"""


def records(
    plan: Plan, draws: Draws, w: World, counted: NDArray[np.bool_], waited: Table
) -> Records:
    """The finished tables, as the reference engine hands them over; what they take is taken out of
    the world, so that nothing is there twice. counted: (rows,) cases that began before the horizon;
    waited: see `queues`."""
    for name in set(w.tables) - set(_NEEDED):
        del w.tables[name]
    units, staff, drawn = draws.units, draws.staff, _drawn(draws)
    del draws  # nobody else may need it any more
    give_back(len(drawn["unit"]))
    state = w.tables.pop("cases")
    begun = _begun(counted)
    cases = {"row": np.arange(len(state), dtype=np.int32) if begun is None else begun}
    while drawn:
        name, column = drawn.popitem()
        cases[name] = column if begun is None else column[begun]
    # of each row among those that began
    number = None if begun is None else _numbers(counted)
    tables: dict[str, Table] = {}
    for name in TABLES:
        table = {column: found[: w.used(name)] for column, found in w.growing.pop(name).items()}
        tables[name] = table
        if "case" in table and number is not None:
            np.take(number, table["case"], out=table["case"], mode="clip")
            if name in OF_CASES_ONLY and (table["case"] < 0).any():
                mine = table["case"] >= 0
                tables[name] = {column: found[mine] for column, found in table.items()}
    cases |= _lived(w, state, begun, number, tables["visits"])
    return Records(
        cases={name: cases[name].astype(kind, copy=False) for name, kind in CASES.items()},
        **tables,
        queues=waited,
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


def _begun(counted: NDArray[np.bool_]) -> NDArray[np.int32] | None:
    """The rows of the cases that began, in order; None where all did."""
    return None if counted.all() else np.flatnonzero(counted).astype(np.int32)


def _numbers(counted: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Of each row, its number among those that began; -1 for the others."""
    found = np.cumsum(counted, dtype=np.int32)
    found -= 1
    found[~counted] = -1
    return found


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
    late = 0 if number is None else int(np.argmin(number))

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
    if number is not None:
        rows = rows[number[rows["case"]] >= 0]
    at = rows["case"] if number is None else number[rows["case"]]
    for name in OF_LATER if len(rows) else ():
        found[name] = np.full(count, np.nan)
        found[name][at] = rows[name]
    for name in {"outlet", *OF_JOB, *OF_LATER} - set(found):  # takes no memory
        nothing = np.array(-1 if name == "outlet" else np.nan, dtype=CASES[name])
        found[name] = np.broadcast_to(nothing, (count,))
    return found


def queues(plan: Plan, w: World) -> Table:
    """Every queue: which, place, part, and the hours waited in it until now, the horizon."""
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
