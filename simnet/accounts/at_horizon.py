"""What was known at the horizon of a run that was followed beyond it.

Money, people's hours, levels and queues end there; what comes later only tells how cases ended.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.records import MEASURES, MILESTONES, CallEnd, Outcome, Records, Table

_BEGINS = {
    "calls": "begun", "visits": "started", "bench": "begun", "shipments": "shipped",
    "moves": "time", "trips": "departed",
}  # fmt: skip
"""column of each table in whose order its rows stand"""
_PLANNED = ("shipments", "moves")
"""tables that hold nothing which was not known when the row was written"""


def at_horizon(plan: Plan, records: Records) -> Records:
    """The records as they would be had the run ended at the horizon; but refusals, attempts and km
    of the cases, which nobody reckons with, are those of the whole run.

    What is the same is not copied.
    """
    if plan.end == plan.horizon:
        return records
    tables: dict[str, Any] = {}
    for name, begins in _BEGINS.items():
        table: Table = getattr(records, name)
        rows = int(np.searchsorted(table[begins], plan.horizon))
        found = {column: values[:rows] for column, values in table.items()}
        if name not in _PLANNED:
            found = {c: v if c in MEASURES else _before(v, plan.horizon) for c, v in found.items()}
        tables[name] = found
    tables["calls"] = _calls(tables["calls"])
    return replace(records, cases=_cases(records.cases, plan.horizon), **tables)


def _before(values: NDArray[Any], horizon: float) -> NDArray[Any]:
    """Moments from the horizon on are not known; whole numbers are none."""
    if values.dtype.kind != "f" or not (values >= horizon).any():
        return values
    return np.where(values >= horizon, np.nan, values)


def _calls(calls: Table) -> Table:
    """Who has not come out of the queue has no agent yet."""
    waits = np.isnan(calls["left"])
    if not waits.any():
        return calls
    ends = {"agent": -1, "end": int(CallEnd.ABANDONED)}
    return calls | {
        name: np.where(waits, code, calls[name]).astype(calls[name].dtype)
        for name, code in ends.items()
    }


def _cases(cases: Table, horizon: float) -> Table:
    found = {n: _before(v, horizon) if n in MILESTONES else v for n, v in cases.items()}
    mended = cases["outcome"] == Outcome.REPAIRED
    ended = np.where(mended, found["repaired"], found["closed"])
    for name, unknown, code in (
        ("outcome", np.isnan(ended), int(Outcome.OPEN)),
        ("outlet", np.isnan(found["assigned"]), -1),
    ):
        if (unknown & (cases[name] != code)).any():
            found[name] = np.where(unknown, code, cases[name]).astype(cases[name].dtype)
    return found
