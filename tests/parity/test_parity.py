"""The compiled engine is the reference engine, to the bit. Nothing here is a matter of chance:
scenarios are generated, but any difference at all is a defect."""

import weakref
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parity.same import both, little_room, one_large_order, same_run
from properties.networks import BY_RULE, networks

import simnet
from simnet import engine, kernel
from simnet.draws import draw
from simnet.plan import make_plan
from simnet.policies import DESKS
from simnet.records import STEPS
from tests.conftest import ROOT

SHIPPED = sorted((ROOT / "configs").glob("*.yaml"))


@pytest.mark.long
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_scenarios_are_the_same_by_both_engines(file):
    scenario = simnet.load(file)
    same_run(*both(scenario, scenario.seed))


@pytest.mark.parametrize("policy", DESKS)
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
@given(networks(), st.sampled_from(list(DESKS)))
def test_events_that_fall_together_are_the_same_by_both_engines(data, policy):
    data = _on_the_hour(data) | {"dispatch": {"policy": policy}}
    same_run(*both(simnet.parse(data), 1))


@pytest.mark.parametrize("sigma", [10, 25])
@pytest.mark.parametrize("what", ["reporting", "reporting by the week", "redial"])
def test_times_beyond_any_horizon_are_the_same_by_both_engines(what, sigma):
    """No whole number of weeks could be kept of 1e30 hours."""
    long = {"law": "lognormal", "median": 1, "sigma": sigma}
    data = {
        "horizon": "20 weeks",
        "products": {"p": {"failure": "30 days", "in_field": {"units": 40},
                           "modes": {"a": {"share": 1, "repair": 1}}}},
        "outlets": {"places": {"here": {}}},
        "hotline": {"call_types": {"technical": {"talk": 0.1}}, "hours": "Mon-Fri 08:00-18:00",
                    "teams": {"all": {"shifts": [{"agents": 1, "hours": "Mon-Fri 08:00-18:00"}]}},
                    "patience": 0.1},
    }  # fmt: skip
    if what == "redial":
        data["hotline"]["redial"] = {"delay": long, "chance": 1, "attempts": 5}
    else:
        data["reporting"] = {"delay": long}
    if what == "reporting by the week":
        data["reporting"]["profile"] = {"hours": [0] * 8 + [1] * 10 + [0] * 6}
    _one(data, 1)


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
    monkeypatch.setattr(build, "CASES_A_ROW", 1 << 30)
    narrow = kernel.simulate(plan, draws)
    for table in ("cases", "calls", "visits", "shipments", "moves"):
        for column, values in getattr(wide, table).items():
            assert values.tobytes() == getattr(narrow, table)[column].tobytes(), (table, column)


@pytest.mark.parametrize("trucks", [1, 40, 1_000_000_000])
def test_as_many_trucks_as_there_are_leave_at_once(trucks, monkeypatch):
    """Each takes a piece of one large order; tables with little room, so that none is written
    beyond its end."""
    little_room(monkeypatch)
    data = one_large_order(trucks, "10 weeks")
    compiled, reference = both(simnet.parse(data), 1)
    same_run(compiled, reference)
    left = compiled.records.trips["departed"]
    assert (max(Counter(left.tolist()).values()) > 20) == (trucks > 1)


def test_the_draws_are_let_go_before_the_tables_are_written(monkeypatch):
    """They are half of what there is, so that nobody but the engine may hold them then."""
    from simnet.kernel import finish

    plan = make_plan(simnet.load(SHIPPED[-1]))
    draws = [draw(plan, 1, 0)]
    table = weakref.ref(draws[0].cases)
    written, held = finish._lived, []

    def lived(*arguments):
        held.append(table())
        return written(*arguments)

    monkeypatch.setattr(finish, "_lived", lived)
    engine.run(plan, draws.pop())
    assert held == [None]


def test_progress_goes_up_to_the_end(drawn):
    plan, draws = drawn
    seen = []
    records = kernel.simulate(plan, draws, lambda share, cases: seen.append((share, cases)))
    assert len(seen) == STEPS
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, len(records.cases["row"]))


def test_an_unknown_engine_is_refused(drawn):
    with pytest.raises(ValueError, match=r"no engine 'fast'.*compiled, uncompiled, simpy"):
        simnet.simulate(simnet.load(SHIPPED[-1]), engine="fast")
