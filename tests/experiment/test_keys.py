"""What decides under which key a run is kept: all that its figures depend on, and no more."""

import numpy as np
import pytest
from conftest import SMALL
from hypothesis import given, settings
from properties.networks import networks
from pydantic import BaseModel
from ruamel.yaml import YAML

import simnet
from simnet.experiment.keys import keys_of
from simnet.records import TABLES
from simnet.run import Run
from simnet.scenario.physical import _priced

BASE = YAML(typ="safe").load(SMALL)


def keys(**changes):
    return keys_of(simnet.parse(BASE | changes))


def test_names_do_not_count():
    assert keys(name="other", description="x", currency="€", seed=9) == keys()


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": {"motor": {**BASE["parts"]["motor"], "cost": 60}}},
        {"logistics": {"holding_rate": 0.2}},
        {"contracts": {"partner": {"terms": []}}},
    ],
)
def test_prices_count_for_the_whole_key_only(changes):
    assert keys(**changes).physical == keys().physical
    assert keys(**changes).whole != keys().whole


@pytest.mark.parametrize(
    "changes",
    [
        {"horizon": "61 days"},
        {"parts": {"motor": {**BASE["parts"]["motor"], "outlet_stock": {"base_stock": 3}}}},
        {"contracts": {"partner": {"refusal": 0.1}}},
        {"outlets": {"places": dict(reversed(BASE["outlets"]["places"].items()))}},
    ],
)
def test_what_happens_counts(changes):
    assert keys(**changes).physical != keys().physical


def repriced(value):
    """The model with every price another one."""
    if isinstance(value, BaseModel):
        new = {name: repriced(getattr(value, name)) for name in type(value).model_fields}
        for name in _priced(type(value)):
            old = new[name]
            if isinstance(old, tuple):
                new[name] = tuple(t.model_copy(update={"amount": 3 * t.amount + 1}) for t in old)
            elif old is not None:
                new[name] = 3 * old + 1
        return value.model_copy(update=new)
    if isinstance(value, dict):
        return {key: repriced(item) for key, item in value.items()}
    return tuple(map(repriced, value)) if type(value) is tuple else value


@settings(max_examples=25)
@given(networks())
def test_prices_change_no_record_and_need_no_new_run(data):
    """Of 25 random networks with every option of the schema, each price changed: the same records,
    and the same figures whether simulated anew or taken from the records. No error rate: exact."""
    scenario = simnet.parse(data)
    other = repriced(scenario)
    assert keys_of(other).physical == keys_of(scenario).physical
    one, two = (simnet.simulate(s, audit=False) for s in (scenario, other))
    for table in ("cases", *TABLES):
        for name, column in getattr(one.records, table).items():
            np.testing.assert_array_equal(column, getattr(two.records, table)[name])
    assert isinstance(one.at_prices_of(other), Run)
    again = one.at_prices_of(other).kpis.total
    assert again.keys() == two.kpis.total.keys()
    np.testing.assert_array_equal([*again.values()], [*two.kpis.total.values()])
