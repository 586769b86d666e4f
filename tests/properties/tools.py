"""What the property tests share: scenarios rewritten, and what a run says, told by names."""

import datetime
from dataclasses import fields

import numpy as np
import pandas as pd
from pydantic import BaseModel

import simnet
from simnet.records import MILESTONES, Records
from simnet.scenario.week import Timetable, Week

SEED = 1


def run(data, seed=SEED, replication=0):
    """A run of plain data."""
    return simnet.simulate(simnet.parse(data), seed=seed, replication=replication)


def rewritten(item, change):
    """A scenario as plain data, defaults written out and files read in.

    change(model, field, value): what stands there instead; it sees what holds before what is held.
    """
    if isinstance(item, BaseModel):
        return {
            info.alias or name: rewritten(change(type(item), name, getattr(item, name)), change)
            for name, info in type(item).model_fields.items()
        }
    if isinstance(item, dict):
        return {key: rewritten(value, change) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [rewritten(value, change) for value in item]
    if isinstance(item, Week | Timetable):
        return item.text
    return item.isoformat() if isinstance(item, datetime.date) else item


def columns(records):
    """(table, column, array) of all that a run recorded."""
    for table in fields(Records):
        held = getattr(records, table.name)
        held = held.columns() if table.name == "units" else held
        named = {"": held} if isinstance(held, np.ndarray) else held
        for name, array in (named if isinstance(named, dict) else vars(named)).items():
            yield table.name, name, np.asarray(array)


def same_records(mine, theirs, market=None):
    """That two runs recorded the same to the bit.

    market: number in `theirs` of each market of `mine`, where the numbers differ.
    """
    found = {(table, name): array for table, name, array in columns(theirs.records)}
    for table, name, array in columns(mine.records):
        if name == "market" and market is not None:
            array = np.asarray(market, dtype=array.dtype)[array]
        other = found.pop((table, name))
        assert array.dtype == other.dtype, (table, name)
        assert array.tobytes() == other.tobytes(), (table, name)
    assert not found


def told(run):
    """A row for each case, found by names: (source, market, group and number of the unit, turn).

    The n-th failure of a unit, or the n-th enquiry of a market, is the same case in every run,
    wherever its row stands.
    """
    cases, units = run.records.cases, run.records.units
    unit = cases["unit"]
    of_unit = unit >= 0
    frame = run.cases.astype(dict.fromkeys(("source", "product", "tier", "market", "outlet"), str))
    frame = frame.drop(columns=["case", "unit", "row"], errors="ignore")
    frame = frame.astype({c: str for c in ("part", "second_part") if c in frame})
    frame["group"] = np.where(of_unit, units.who[unit] if len(units.who) else 0, 0)
    frame["number"] = np.where(of_unit, units.index[unit] if len(units.who) else 0, 0)
    # a unit's failures in order of time, whatever their mode; enquiries apart by their source
    frame["kind"] = np.where(of_unit, "", frame["source"])
    who = ["kind", "market", "group", "number"]
    frame = frame.iloc[np.lexsort((np.arange(len(frame)), cases["failed"]))]
    frame["turn"] = frame.groupby(who).cumcount()
    frame = frame.set_index([*who, "turn"]).sort_index()
    assert frame.index.is_unique
    return frame


def same_cases(mine, theirs, rtol=0.0):
    """That two tables of `told` hold the same cases with the same lives."""
    assert mine.index.equals(theirs.index)
    for name in mine:
        if mine[name].dtype == float:
            np.testing.assert_allclose(
                mine[name], theirs[name], rtol=rtol, atol=1e3 * rtol, err_msg=name
            )
        else:
            assert mine[name].equals(theirs[name]), name


def same_ledger(mine, theirs, factor=1.0):
    """That two ledgers hold the same amounts, `factor` times as much in `theirs`."""
    keys = ["month", "payer", "payee", "category"]
    a, b = (r.ledger.set_index(keys)["amount"].sort_index() for r in (mine, theirs))
    a, b = a.align(b, fill_value=0.0)
    np.testing.assert_allclose(factor * a, b, rtol=1e-9, atol=1e-6)


def same_levels(mine, theirs):
    """That queues, stocks and busy people were the same every day."""
    keys = ["place", "level", "part", "day"]
    a, b = (
        r.levels.astype({"place": str, "level": str, "part": str}).set_index(keys).sort_index()
        for r in (mine, theirs)
    )
    assert a.index.equals(b.index)
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def milestones(run):
    """(cases, milestones) hours."""
    return np.column_stack([run.records.cases[name] for name in MILESTONES])


def frame(run, table):
    """One table of the records."""
    return pd.DataFrame(getattr(run.records, table))
