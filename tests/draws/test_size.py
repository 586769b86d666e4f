"""What a run takes, about; how it is refused is in `tests/scenario/test_bad_input.py`."""

import pytest

from simnet import engine
from simnet.draws import draw, size
from simnet.draws.column import Column
from simnet.plan import make_plan
from simnet.scenario import parse

LINE = {"hotline": {"teams": {"all": {"shifts": [{"agents": 99, "hours": "24/7"}]}}}}
PLACE = {"outlets": {"places": {"here": {"lat": 0, "lon": 0}}}}


def held(arrays):
    """Bytes of arrays; a broadcast number takes none."""
    return sum(a.nbytes for a in arrays if a.strides != (0,))


def plan_of(horizon, **others):
    data = {
        "horizon": horizon,
        "follow_up": 0,
        "enquiries": {"job": {"per_week": 5000, "work": {}}},
    }
    return make_plan(parse({**data, **others}))


@pytest.mark.parametrize("others", [{}, LINE, PLACE, LINE | PLACE])
def test_arrays_and_estimate_of_memory_go_together(others):
    """Random numbers and records are held at once; what is said is more, and not much more."""
    plan = plan_of("4 weeks", **others)
    draws = draw(plan, 1)
    columns = []
    for found in vars(draws.cases).values():
        for column in found if isinstance(found, tuple) else (found,):
            columns.append(column.values if isinstance(column, Column) else column)
    count, drawn = len(draws.cases), held(columns)
    records = engine.run(plan, draws)
    tables = ("cases", "calls", "visits", "shipments", "moves")
    written = sum(held(getattr(records, table).values()) for table in tables)
    said = (size.memory(plan) * size.GIB - size.FIXED) / count
    assert drawn + written < said * count < 4 * (drawn + written)
    assert size.memory(plan, 3) > size.memory(plan)
