"""Both engines on the same draws, compared to the bit."""

from dataclasses import fields
from unittest.mock import patch

import numpy as np
import pandas as pd

from simnet import kernel, model
from simnet.draws import draw
from simnet.kernel import build
from simnet.plan import make_plan
from simnet.records import Records
from simnet.run import Run

TABLES = [field.name for field in fields(Records) if field.name not in ("units", "staff")]


MANY = (0, 30)
"""events under way from which on a large network is looked ahead in: always; now and then"""


def little_room(monkeypatch):
    """Tables of the compiled loop with room for a handful of rows at first."""
    monkeypatch.setattr(build, "OPEN_ROWS", 32)
    monkeypatch.setattr(build, "CASES_A_ROW", 1 << 30)
    monkeypatch.setattr(build, "ROWS_OF_CASE", dict.fromkeys(build.ROWS_OF_CASE, 0))


def one_large_order(trucks, horizon):
    """A network in which one order needs many trucks, which leave at once."""
    return {
        "start": "2026-01-05",
        "horizon": horizon,
        "enquiries": {"job": {"per_week": 100, "work": {"part": "pump"}}},
        "markets": {"places": {"town": {"lat": 1.0, "lon": 0}}},
        "outlets": {"places": {"here": {"lat": 1.0, "lon": 0, "technicians": 9, "hours": "24/7"}}},
        "parts": {"pump": {"mass": 1, "depot_stock": {"base_stock": 500},
                           "outlet_stock": {"reorder_point": 20, "order_quantity": 300}}},
        "logistics": {"depot": {"lat": 0.0, "lon": 0.0}, "lane": "fleet",
                      "fleet": {"departures": "Mon 06:00", "trucks": trucks, "capacity": 10}},
    }  # fmt: skip


def both(scenario, seed=0, replication=0, uncompiled=False):
    """A run by each engine, (compiled, reference), of one set of draws. The compiled one finds the
    same when it looks ahead, as it does in networks that are too large for a test; and uncompiled,
    where that is wanted, in both ways too."""
    plan = make_plan(scenario)
    draws = draw(plan, seed, replication)
    compiled, reference = (engine.simulate(plan, draws) for engine in (kernel, model))
    for many in MANY:
        with patch.object(build, "MANY", many):
            for plain in (False, True)[: 1 + uncompiled]:
                same_records(kernel.simulate(plan, draws, uncompiled=plain), compiled)
    return tuple(Run(plan, records, seed, replication) for records in (compiled, reference))


def same_array(mine, theirs, name):
    assert mine.dtype == theirs.dtype, name
    assert mine.shape == theirs.shape, name
    # the bits, so that 0.0 is not -0.0; a NaN is a NaN
    floats = mine.dtype.kind == "f"
    known = ~(np.isnan(mine) & np.isnan(theirs)) if floats else np.ones(mine.shape, dtype=bool)
    bits = np.dtype(f"i{mine.dtype.itemsize}") if floats else mine.dtype
    differ = np.flatnonzero(mine[known].view(bits) != theirs[known].view(bits))
    assert not len(differ), (name, differ[:5], mine[known][differ[:5]], theirs[known][differ[:5]])


def same_records(mine, theirs):
    """Every column of every table, its order and its type."""
    for name in TABLES:
        a, b = getattr(mine, name), getattr(theirs, name)
        if isinstance(a, np.ndarray):
            same_array(a, b, name)
            continue
        assert list(a) == list(b), name
        for column in a:
            same_array(a[column], b[column], f"{name}.{column}")


def same_run(mine, theirs):
    """Records, and all that is said of them."""
    same_records(mine.records, theirs.records)
    for name in ("cases", "ledger", "levels"):
        pd.testing.assert_frame_equal(getattr(mine, name), getattr(theirs, name), check_exact=True)
    assert repr(mine.kpis.to_dict()) == repr(theirs.kpis.to_dict())
