"""Records as files: `cases.parquet` for everybody, and the other tables with numbers for names.

A run read again has the records that the engine handed over, to the bit.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simnet.draws import Staff, Units
from simnet.draws.groups import Groups
from simnet.draws.units import lives
from simnet.plan import Plan
from simnet.records import CASES, MILESTONES, Outcome, Records, Table
from simnet.run import Run

RECORDS = "records"
"""folder of the tables with numbers"""
CASES_TABLE = "cases"
_PLAIN = ("calls", "visits", "bench", "shipments", "moves", "trips", "queues")
_COUNTED = ("row", "unit", "warranty", "attempts", "refusals", "km")


def _people(run: Run) -> pd.DataFrame:
    return pd.DataFrame({"crew": run.records.staff.crew})


def _duty(run: Run) -> pd.DataFrame:
    return pd.DataFrame({k: v for k, v in vars(run.records.staff).items() if k != "crew"})


def _initial_stock(run: Run) -> pd.DataFrame:
    held = run.records.initial_stock
    place, part = np.indices(held.shape).reshape(2, -1)
    return pd.DataFrame({"place": place, "part": part, "on_hand": held.ravel()})


def _numbers(name: str) -> Callable[[Run], pd.DataFrame]:
    return lambda run: pd.DataFrame(getattr(run.records, name), copy=False)


FRAMES: dict[str, Callable[[Run], pd.DataFrame]] = {
    "ledger": lambda run: run.ledger,
    "levels": lambda run: run.levels,
    **{f"{RECORDS}/{name}": _numbers(name) for name in _PLAIN},
    f"{RECORDS}/units": lambda run: pd.DataFrame(run.records.units.columns(), copy=False),
    f"{RECORDS}/people": _people,
    f"{RECORDS}/duty": _duty,
    f"{RECORDS}/initial_stock": _initial_stock,
}
"""path without suffix of each table that a run leaves, and how it is made"""
PORTION = 1 << 17
"""rows of the table of cases that are made at a time: it takes more room than the records"""


def _portions(run: Run, name: str) -> Iterator[pd.DataFrame]:
    """The table, a portion at a time."""
    if name != CASES_TABLE:
        yield FRAMES[name](run)
        return
    count = len(run.records.cases["row"])
    for begin in range(0, max(count, 1), PORTION):
        yield run.cases_of(slice(begin, min(begin + PORTION, count)))


def write_tables(folder: Path, runs: list[Run]) -> None:
    """All tables of all replications, one after the other, so that little is held at once."""
    for name in (CASES_TABLE, *FRAMES):
        with contextlib.ExitStack() as opened:
            writer: pq.ParquetWriter | None = None
            for run in runs:
                for made in _portions(run, name):
                    frame = made.copy(deep=False)  # what the run holds stays as it is
                    frame.insert(0, "replication", run.replication)
                    table = pa.Table.from_pandas(frame, preserve_index=False)
                    if writer is None:
                        new = pq.ParquetWriter(
                            folder / f"{name}.parquet", table.schema, compression="zstd"
                        )
                        writer = opened.enter_context(new)
                    writer.write_table(table)


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
