"""Records as files: `cases.parquet` for everybody, and the other tables with numbers for names.

A run read again has the records that the engine handed over, to the bit.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.draws import Staff, Units
from simnet.draws.groups import Groups
from simnet.draws.units import lives
from simnet.plan import Plan
from simnet.records import CASES, MILESTONES, Outcome, Records, Table
from simnet.run import Run

RECORDS = "records"
"""folder of the tables with numbers"""
_PLAIN = ("calls", "visits", "bench", "shipments", "moves", "trips", "queues")
_COUNTED = ("row", "unit", "warranty", "attempts", "refusals", "km")


def frames(run: Run) -> Iterator[tuple[str, pd.DataFrame]]:
    """(path without suffix, table) of all that a run leaves."""
    yield "cases", run.cases
    yield "ledger", run.ledger
    yield "levels", run.levels
    records = run.records
    for name in _PLAIN:
        yield f"{RECORDS}/{name}", pd.DataFrame(getattr(records, name))
    yield f"{RECORDS}/units", pd.DataFrame(records.units.columns())
    staff = vars(records.staff)
    yield f"{RECORDS}/people", pd.DataFrame({"crew": staff["crew"]})
    yield f"{RECORDS}/duty", pd.DataFrame({k: v for k, v in staff.items() if k != "crew"})
    place, part = np.indices(records.initial_stock.shape).reshape(2, -1)
    stock = {"place": place, "part": part, "on_hand": records.initial_stock.ravel()}
    yield f"{RECORDS}/initial_stock", pd.DataFrame(stock)


def read_records(folder: Path, plan: Plan, replication: int) -> Records:
    """The records of one replication. Raises OSError, KeyError or ValueError where files lack."""

    def table(name: str) -> Table:
        frame = pd.read_parquet(
            folder / RECORDS / f"{name}.parquet", filters=[("replication", "==", replication)]
        )
        return {str(k): frame[k].to_numpy() for k in frame.columns if k != "replication"}

    stock = table("initial_stock")["on_hand"]
    return Records(
        cases=_cases(folder, plan, replication),
        **{name: table(name) for name in _PLAIN},
        units=_units(plan, table("units")),
        staff=Staff(**table("people"), **table("duty")),
        initial_stock=stock.reshape(plan.depot + 1, len(plan.scenario.parts)),
    )


def _units(plan: Plan, found: Table) -> Units:
    """Each group begins with the unit number 0."""
    first = np.flatnonzero(found["index"] == 0)
    kind, market, who = (found[name][first] for name in ("product", "market", "who"))
    groups = Groups(kind, market, who, np.append(first, len(found["sold"])))
    return Units(groups, lives(plan)[kind], found["sold"])


def _cases(folder: Path, plan: Plan, replication: int) -> Table:
    """Names back to numbers."""
    frame = pd.read_parquet(folder / "cases.parquet", filters=[("replication", "==", replication)])

    def codes(column: str, names: list[str]) -> NDArray[np.int64]:
        known = frame[column].astype("category").cat.set_categories(names)
        return np.asarray(known.cat.codes, dtype=np.int64)

    parts = list(plan.scenario.parts)
    source = codes("source", [s.label for s in plan.sources])
    tiers = [
        list(plan.scenario.products.values())[s.product].tiers if s.product >= 0 else {}
        for s in plan.sources
    ]
    tier = np.zeros(len(frame), dtype=np.int64)
    for s, names in enumerate(tiers):
        at = np.flatnonzero(source == s)
        for number, name in enumerate(names):
            tier[at[(frame["tier"].iloc[at] == name).to_numpy()]] = number
    counted = {name: frame[name].to_numpy() for name in _COUNTED}
    found = {
        "row": counted["row"],
        "source": source,
        "market": codes("market", list(plan.markets)),
        "unit": counted["unit"],
        "tier": tier,
        "part": codes("part", parts),
        "second_part": codes("second_part", parts),
        "warranty": counted["warranty"],
        "outcome": codes("outcome", [o.name.lower() for o in Outcome]),
        "attempts": counted["attempts"],
        "refusals": counted["refusals"],
        "outlet": codes("outlet", list(plan.outlets)),
        "km": counted["km"],
        **{name: frame[name].to_numpy() for name in MILESTONES},
    }
    return {name: found[name].astype(kind, copy=False) for name, kind in CASES.items()}
