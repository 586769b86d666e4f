"""What a run takes at least; how it is refused is in `tests/scenario/test_bad_input.py`."""

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
def test_no_case_takes_less_than_is_said(others):
    """Random numbers and records of a run hold more than the bound by which runs are refused."""
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
    least = size.BYTES_OF_CASE
    least += size.BYTES_OF_CALL if "hotline" in others else 0
    least += size.BYTES_OF_JOB if "outlets" in others else 0
    assert least * count <= drawn + written
    assert drawn + written < 5 * least * count  # else the bound would tell nothing
