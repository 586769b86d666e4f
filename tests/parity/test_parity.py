"""The compiled engine is the reference engine, to the bit. Nothing here is a matter of chance:
scenarios are generated, but any difference at all is a defect."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parity.same import both, same_run
from properties.networks import BY_RULE, networks

import simnet
from simnet import kernel
from simnet.draws import draw
from simnet.kernel.simulate import STEPS
from simnet.plan import make_plan
from tests.conftest import ROOT

SHIPPED = sorted((ROOT / "configs").glob("*.yaml"))
POLICIES = ["nearest", "nearest_free", "own_first", "territory", "shortest_wait", "central_board"]


@pytest.mark.long
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_scenarios_are_the_same_by_both_engines(file):
    scenario = simnet.load(file)
    same_run(*both(scenario, scenario.seed))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_weeks_of_shipped_scenarios_by_every_policy(file, policy):
    changes = ["horizon=8 weeks", "warm_up=2 weeks", f"dispatch.policy={policy}"]
    scenario = simnet.load(file, changes)
    same_run(*both(scenario, scenario.seed))


def _one(data, seed):
    same_run(*both(simnet.parse(data), seed))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(networks(), st.integers(0, 3))
@example(BY_RULE[0], 0)
@example(BY_RULE[1], 0)
@example(BY_RULE[2], 0)
def test_networks_of_every_kind_are_the_same_by_both_engines(data, seed):
    """The generator reaches every field and choice of the schema (properties/test_reach.py)."""
    _one(data, seed)


@pytest.mark.long
@settings(max_examples=600, derandomize=True, deadline=None)
@given(networks(), st.integers(4, 9))
def test_many_networks_of_every_kind_are_the_same_by_both_engines(data, seed):
    _one(data, seed)


# --- simultaneous events --------------------------------------------------------------------------


def _on_the_hour(data):
    """Times that fall together: fixed delays and repairs of whole hours, carriers by the hour."""
    found = dict(data)
    found["reporting"] = {"delay": 1}
    found["products"] = {
        name: {
            **{k: v for k, v in product.items() if k != "repair_effect"},
            "failure": {"law": "empirical", "values": [24, 48, 72, 120]},
            "modes": {
                mode: {k: v for k, v in own.items() if k not in ("failure", "repair_effect")}
                | {"share": 1, "repair": {"law": "empirical", "values": [1, 2, 3]}}
                for mode, own in product["modes"].items()
            },
        }
        for name, product in data.get("products", {}).items()
    }
    return found


@settings(max_examples=30, derandomize=True, deadline=None)
@given(networks(), st.sampled_from(POLICIES))
def test_events_that_fall_together_are_the_same_by_both_engines(data, policy):
    data = _on_the_hour(data) | {"dispatch": {"policy": policy}}
    same_run(*both(simnet.parse(data), 1))


# --- the compiled engine's own sides --------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn():
    plan = make_plan(simnet.load(SHIPPED[-1]))
    return plan, draw(plan, 1, 0)


def test_tables_grow_while_the_loop_runs(drawn, monkeypatch):
    """With room for a handful of rows at first, each table is made longer many times."""
    from simnet.kernel import build

    plan, draws = drawn
    wide = kernel.simulate(plan, draws)
    monkeypatch.setattr(build, "OPEN_ROWS", 32)
    narrow = kernel.simulate(plan, draws)
    for table in ("cases", "calls", "visits", "shipments", "moves"):
        for column, values in getattr(wide, table).items():
            assert values.tobytes() == getattr(narrow, table)[column].tobytes(), (table, column)


def test_progress_goes_up_to_the_end(drawn):
    plan, draws = drawn
    seen = []
    records = kernel.simulate(plan, draws, lambda share, cases: seen.append((share, cases)))
    assert len(seen) == STEPS
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, len(records.cases["row"]))


def test_an_unknown_engine_is_refused(drawn):
    with pytest.raises(ValueError, match=r"no engine 'fast'.*compiled, simpy"):
        simnet.simulate(simnet.load(SHIPPED[-1]), engine="fast")
