"""Who is never helped counts: cases followed to their end, bounds, and what open cases cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from properties.networks import networks

import simnet
from simnet import accounts
from simnet.records import Outcome

STARVED = {
    "horizon": "6 months",
    "enquiries": {"visits": {"per_week": 40, "promise": "24 h",
                             "work": {"repair": {"law": "exponential", "mean": 1}}}},
    "markets": {"places": {"North": {"lat": 53, "lon": 10},
                           "South": {"lat": 48, "lon": 11, "spread": 200}}},
    "outlets": {"defaults": {"hours": "24/7", "technicians": 2, "speed": 60},
                "places": {"N": {"lat": 53, "lon": 10}, "S": {"lat": 48, "lon": 11}}},
}  # fmt: skip
OVERLOAD = {
    "horizon": "2 years", "warm_up": "3 months",
    "enquiries": {"visits": {"per_week": 60,
                             "work": {"repair": {"law": "exponential", "mean": 1}}}},
    "markets": {"places": {"A": {"lat": 50, "lon": 8}}},
    "outlets": {"places": {"O": {"lat": 50, "lon": 8, "technicians": 1,
                                 "hours": "Mon-Fri 08:00-18:00"}}},
}  # fmt: skip
WAITING = {
    "horizon": "8 weeks",
    "enquiries": {"quick": {"per_week": 100, "call_type": "quick"},
                  "slow": {"per_week": 100, "call_type": "slow"}},
    "hotline": {"call_types": {"quick": {"talk": 0.05}, "slow": {"talk": 0.05}},
                "teams": {"a": {"skills": ["quick"], "shifts": [{"agents": 5, "hours": "24/7"}]},
                          "b": {"skills": ["slow"], "shifts": [{"agents": 0, "hours": "24/7"}]}}},
}  # fmt: skip


def starved(technicians, **more):
    places = STARVED["outlets"]["places"]
    south = places["S"] | {"technicians": technicians}
    data = STARVED | {"outlets": STARVED["outlets"] | {"places": places | {"S": south}}}
    return simnet.simulate(simnet.parse(data | more))


def test_cases_of_an_overloaded_outlet_are_followed_to_their_end():
    """The same cases, and what they show had the run gone on for two years more: the very same
    waits, no case being open."""
    followed = simnet.simulate(simnet.parse(OVERLOAD | {"follow_up": "12 weeks"}))
    longer = simnet.simulate(simnet.parse(OVERLOAD | {"horizon": "4 years", "follow_up": 0}))
    mine = longer.records.cases["failed"] < followed.plan.horizon
    counted = mine & (longer.records.cases["failed"] >= followed.plan.scenario.warm_up)
    hours = longer.times.response[counted]
    assert followed.kpis["cases"] == counted.sum()
    assert followed.kpis["response_mean"] == pytest.approx(hours.mean())
    assert followed.kpis["response_p90"] == pytest.approx(np.quantile(hours, 0.9))
    assert (round(followed.kpis["response_mean"], 1), round(followed.kpis["response_p90"], 1)) == (
        869.2, 1419.2,
    )  # fmt: skip
    assert followed.kpis["open_share"] == 0
    assert followed.kpis["response_mean (at worst)"] == followed.kpis["response_mean"]


def test_an_outlet_without_anybody_is_not_fast():
    none, two = starved(0).kpis, starved(2).kpis
    for name in ("response_mean", "response_p90", "cost_per_case", "cost_per_year"):
        assert none[name] > two[name], name
    assert none["open_share"] == pytest.approx(0.5357, abs=1e-4)
    assert none["response_p90 (at worst)"] > none["response_p90"] > 4000
    assert none["worst_outlet_open_share"] == none["open_share @ outlet S"] == 1
    assert none["response_p90 @ South"] == none["response_p90 @ market South"] > 4000
    assert none["response_p90 @ N"] == none["response_p90 @ outlet N"] < 1
    assert two["open_share"] == 0


def test_callers_whom_nobody_takes_wait_for_ever():
    """Half of the callers: no hotline answers nine of ten of them."""
    kpis = simnet.simulate(simnet.parse(WAITING)).kpis
    assert kpis["open_share"] == pytest.approx(0.5, abs=0.05)
    assert kpis["service_level"] == pytest.approx(0.5, abs=0.05)
    assert kpis["asa"] > 3600 * 24 * 7  # they have waited for weeks
    assert kpis["asa (at worst)"] > kpis["asa"]


def test_a_run_in_which_nobody_is_helped_has_no_cost_for_a_case():
    """What open cases would cost is not known where none was ever closed."""
    places = {name: place | {"technicians": 0} for name, place in
              STARVED["outlets"]["places"].items()}  # fmt: skip
    kpis = simnet.simulate(
        simnet.parse(STARVED | {"outlets": {"defaults": {}, "places": places}})
    ).kpis
    assert kpis["unhelped_share"] == 1
    assert np.isnan(kpis["cost_per_case"])
    assert np.isnan(kpis["cost_per_year"])


def test_open_cases_are_charged_what_others_cost_as_an_amount_of_its_own():
    run = starved(0, follow_up=0)
    paid = sum(float(amounts.sum()) for amounts in run._books.paid().values())
    waiting = int((run.cases["outcome"] == "open").sum())
    served = int(run.cases["started"].notna().sum())
    in_work = int((run.cases["started"].notna() & (run.cases["outcome"] == "open")).sum())
    expected = paid * (waiting - in_work) / served
    still = run.kpis["cost_per_year: open cases"] * run.plan.horizon / 8760
    assert still == pytest.approx(expected)
    assert "open cases" not in set(run.ledger["category"])  # nobody has paid it yet
    assert run.kpis["cost_per_case"] == pytest.approx((paid + still) / len(run.cases))


def test_a_unit_that_is_brought_in_and_never_begun_with_is_not_helped():
    """Accepted at once at both counters, but nobody works at one of them."""
    run = simnet.simulate(simnet.parse({
        "horizon": "8 weeks", "follow_up": 0,
        "markets": {"places": {"A": {"lat": 50, "lon": 10}, "B": {"lat": 52, "lon": 10}}},
        "enquiries": {"job": {"per_week": 60, "promise": "2 h", "work": {}}},
        "outlets": {"defaults": {"hours": "24/7", "service": "carry_in"}, "places": {
            "A": {"lat": 50, "lon": 10, "technicians": 2},
            "B": {"lat": 52, "lon": 10, "technicians": 0}}},
    }))  # fmt: skip
    open_share = run.kpis["open_share @ market B"]
    assert open_share == 1
    assert run.kpis["promise_kept @ market B"] < 0.05
    assert run.kpis["response_p90 @ market A"] == 0
    assert run.kpis["response_p90 @ market B"] > 1000
    assert run.kpis["response_p90 (at worst) @ market B"] >= run.plan.end


def test_what_open_cases_have_cost_so_far_makes_no_direct_cost():
    """Each took a part that was sent by express; those of B wait for ever."""
    run = simnet.simulate(simnet.parse({
        "horizon": "8 weeks", "follow_up": 0,
        "markets": {"places": {"A": {"lat": 50, "lon": 10}, "B": {"lat": 52, "lon": 10}}},
        "enquiries": {"job": {"per_week": 60, "work": {"part": "pump"}}},
        "outlets": {"defaults": {"hours": "24/7"}, "places": {
            "A": {"lat": 50, "lon": 10, "technicians": 2},
            "B": {"lat": 52, "lon": 10, "technicians": 0}}},
        "parts": {"pump": {"cost": 10, "outlet_stock": {"base_stock": 40}}},
    }))  # fmt: skip
    cost = run.kpis.market["direct_cost_per_case"]
    assert np.isnan(cost["B"])  # no case of it is over
    assert cost["A"] >= 10


def test_no_wait_is_the_shorter_for_those_who_are_never_helped():
    scenario = simnet.parse({
        "horizon": "8 weeks",
        "products": {"tv": {"failure": {"law": "exponential", "mean": "1 year"},
                            "in_field": {"units": 3000}}},
        "hotline": {"patience": {"law": "exponential", "mean": "2 min"}, "redial": {"chance": 0},
                    "call_types": {"technical": {"talk": "30 min"}},
                    "teams": {"all": {"shifts": [{"agents": 1, "hours": "24/7"}]}}},
        "outlets": {"places": {"A": {}}},
    })  # fmt: skip
    kpis = simnet.simulate(scenario).kpis
    assert kpis["unhelped_share"] > 0.05
    for name in kpis.total:
        if name.startswith("wait_") and not name.endswith("(at worst)"):
            assert kpis[f"{name} (at worst)"] >= kpis[name]


def test_kilometres_and_kilograms_beyond_the_horizons_hours_are_no_moments():
    """An outlet 400 km away, trucks with 300 kg, and a horizon of 200 hours."""
    run = simnet.simulate(simnet.parse({
        "horizon": 200, "start": "2026-01-05",
        "markets": {"places": {"town": {"lat": 50, "lon": 10}}},
        "enquiries": {"job": {"per_week": 30, "work": {"part": "pump"}}},
        "outlets": {"places": {"far": {"lat": 53.6, "lon": 10, "hours": "24/7"}}},
        "parts": {"pump": {"mass": 100, "outlet_stock": {"base_stock": 6},
                           "depot_stock": {"base_stock": 99}}},
        "logistics": {"depot": {"lat": 50, "lon": 10}, "lane": "fleet",
                      "fleet": {"departures": "Mon-Sun 06:00", "trucks": 3, "capacity": 900}},
    }))  # fmt: skip
    cut = run.at_horizon
    assert run.records.visits["km"].max() > 200
    assert run.records.trips["kg"].max() > 200
    for table, column in (("visits", "km"), ("trips", "km"), ("trips", "kg")):
        rows = len(getattr(cut, table)[column])
        np.testing.assert_array_equal(
            getattr(cut, table)[column], getattr(run.records, table)[column][:rows]
        )
    assert run.audit.passed, run.audit.broken
    assert run.ledger["amount"].notna().all()


def test_who_gave_up_or_was_referred_is_unhelped_and_not_open():
    run = simnet.simulate(simnet.parse({
        "horizon": "4 weeks", "markets": {"places": {"A": {}}},
        "enquiries": {"visit": {"per_week": 50, "work": {}}},
    }))  # fmt: skip
    assert set(run.cases["outcome"]) == {"referred"}
    kpis = run.kpis
    assert (kpis["open_cases"], kpis["unhelped"]) == (0, kpis["cases"])
    assert kpis["unhelped_share"] == 1
    assert kpis["response_mean (at worst)"] == run.plan.end
    said = accounts.never_helped(kpis.total, kpis.market, kpis.outlet)
    assert said.startswith(f"100.0 % of {kpis['cases']:,.0f} cases that came are never helped (")
    assert "given up or referred away" in said


def test_the_worst_place_is_named():
    kpis = starved(0).kpis
    said = accounts.never_helped(kpis.total, kpis.market, kpis.outlet)
    assert said.endswith("worst is outlet S (100.0 %)")
    two = starved(2).kpis
    assert accounts.never_helped(two.total, two.market, two.outlet) == ""


def without(data, *names):
    """Plain data without the fields of these names, wherever they stand."""
    if isinstance(data, dict):
        return {k: without(v, *names) for k, v in data.items() if k not in names}
    return [without(item, *names) for item in data] if isinstance(data, list) else data


@settings(max_examples=25, derandomize=True, deadline=None)
@given(networks())
def test_what_was_known_at_the_horizon_is_what_a_run_knows_that_ends_there(data):
    """Records cut at the horizon, against those of a run without a follow-up, to the bit."""
    # the last shift is a whole one where the run goes on, and so is an absence from it
    data = without(data, "capacity_share", "last_start", "shrinkage")
    ends = simnet.simulate(simnet.parse(data | {"follow_up": 0}))
    goes_on = simnet.simulate(simnet.parse(data | {"follow_up": "5 weeks"}))
    cut = goes_on.at_horizon
    for table in ("cases", "calls", "visits", "bench", "shipments", "moves", "trips", "queues"):
        mine, theirs = getattr(ends.records, table), getattr(cut, table)
        for name in mine.keys() - {"attempts", "refusals", "km"}:
            np.testing.assert_array_equal(mine[name], theirs[name], err_msg=f"{table}.{name}")
    assert ends.ledger.equals(goes_on.ledger)
    assert ends.levels.equals(goes_on.levels)
    assert goes_on.audit.passed
    still = (goes_on.records.cases["outcome"] == Outcome.OPEN).sum()
    assert still <= (ends.records.cases["outcome"] == Outcome.OPEN).sum()
