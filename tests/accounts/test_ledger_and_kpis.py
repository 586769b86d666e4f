"""The ledger adds up, a case's amounts are in it, prices re-run nothing, and figures agree."""

import numpy as np
import pandas as pd
import pytest

import simnet
from simnet.accounts import COMPANY, NOT_SERVICE, results
from simnet.records import Outcome
from simnet.run import Run
from tests.conftest import SMALL


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("small") / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    changes = [
        "horizon=200 days", "follow_up=0", "products.fridge.sales=30",
        "products.fridge.warranty=100 days",
        "products.fridge.comes_after_warranty=1", "hotline.cost_per_minute=0.2",
        "logistics.carriers.carrier.per_shipment=5", "logistics.holding_rate=0.1",
        "parts.motor.repairable=0.5", "parts.motor.workshop_cost=12",
    ]  # fmt: skip
    return simnet.simulate(simnet.load(file, changes))


def test_every_amount_leaves_one_party_and_reaches_another(run):
    entries = run.ledger
    assert (entries["payer"] != entries["payee"]).all()
    assert abs(results(entries).sum()) <= 1e-9 * entries["amount"].abs().sum()
    assert not entries.duplicated(["month", "payer", "payee", "category"]).any()
    assert set(entries["month"]) == set(run.plan.month_names)


def test_a_cases_amounts_are_in_the_ledger(run):
    """What the cases caused one by one is what the ledger holds in the categories of cases."""
    caused = pd.concat([run.case_ledger(case) for case in range(len(run.cases))])
    sums = caused.groupby(["payer", "payee", "category"])["amount"].sum()
    whole = run.ledger.groupby(["payer", "payee", "category"])["amount"].sum()
    for key in sums.index:
        if key[2] in ("transport", "partner fees", "repair fees", "part sales", "workshop",
                      "telephone", "bonuses", "penalties", "travel"):  # fmt: skip
            assert sums[key] == pytest.approx(whole[key])
    over = run.at_horizon.cases["outcome"] != Outcome.OPEN
    assert not over.all()
    of_these = pd.concat([run.case_ledger(case) for case in np.flatnonzero(over).tolist()])
    paid = of_these[(of_these["payer"] == COMPANY) & ~of_these["category"].isin(NOT_SERVICE)]
    direct = run.kpis.market.filter(like="direct_cost: ")
    assert direct.to_numpy().sum() == pytest.approx(paid["amount"].sum())


def test_a_terms_amount_is_what_is_counted_times_the_price(run):
    """Partner fees of the built-in contract, counted by hand from the cases."""
    cases = run.cases
    mine = (cases["outlet"] == "Hamburg") & cases["warranty"] & (cases["outcome"] == "repaired")
    partner = run.plan.scenario.contracts["partner"]
    fee = next(t.amount for t in partner.terms if t.category == "partner fees" and t.per == "case")
    per_km = next(t.amount for t in partner.terms if t.category == "partner fees" and t.per == "km")
    visited = (cases["outlet"] == "Hamburg") & cases["warranty"]
    home = visited & cases["closed"].notna()
    expected = mine.sum() * fee + cases.loc[home, "km"].sum() * per_km
    booked = run.ledger[run.ledger["category"] == "partner fees"]["amount"].sum()
    assert booked == pytest.approx(expected)


def test_duty_hours_are_paid_by_the_calendar(run):
    """Own technicians: people x weekly hours x wage, to within the edge of the horizon."""
    weeks = run.plan.horizon / 168
    hours = run.plan.outlets["Berlin"].hours.hours * 2 * weeks
    entries = run.ledger
    paid = entries[(entries["payer"] == COMPANY) & (entries["category"] == "technicians")]
    extra = run.kpis.outlet.loc["Berlin", "overtime_hours"] * 30.0
    assert paid["amount"].sum() - extra == pytest.approx(hours * 20.0, rel=0.02)


def test_a_new_price_needs_no_new_run(run):
    """The same records under another scenario's prices are that scenario's ledger, to the bit."""
    plan = run.plan
    terms = {
        "contracts": {
            "company": {
                "owned": True,
                "terms": [
                    {
                        "payer": "owner",
                        "payee": "staff",
                        "per": "visit",
                        "amount": 33,
                        "category": "visits",
                    }
                ],
            }
        }
    }
    dearer = simnet.parse(
        {**plan.scenario.model_dump(mode="json", by_alias=True, exclude={"contracts"}), **terms}
    )
    again = simnet.simulate(dearer, run.seed)
    priced = Run(again.plan, run.records, run.seed, run.replication)
    pd.testing.assert_frame_equal(priced.ledger, again.ledger, check_exact=True)
    visits = (run.records.visits["outlet"] == 0) & ~np.isnan(run.records.visits["free"])
    booked = priced.ledger[priced.ledger["category"] == "visits"]["amount"].sum()
    assert booked == pytest.approx(33 * visits.sum())


def test_months_and_markets_add_up_to_the_whole(run):
    total, months, markets = run.kpis.total, run.kpis.month, run.kpis.market
    for figure in ("cases", "calls_offered", "calls_abandoned"):
        assert months[figure].sum() == total[figure]
        assert markets[figure].sum() == total[figure]
    years = run.plan.horizon / 8760
    paid = total["cost_per_year"] - total["cost_per_year: open cases"]  # which are of no month
    assert months["cost"].sum() == pytest.approx(paid * years)
    assert markets["backorders"].sum() == pytest.approx(total["backorders"])
    share = np.diff(np.append(run.plan.month_starts, run.plan.horizon)) / run.plan.horizon
    assert (months["backorders"] * share).sum() == pytest.approx(total["backorders"])
    levels = run.levels
    at_outlets = (levels["level"] == "backorders") & (levels["place"] != "depot")
    length = np.diff(np.append(np.arange(0, run.plan.horizon, 24.0), run.plan.horizon))
    by_day = levels[at_outlets].groupby("day")["mean"].sum().to_numpy()
    assert (by_day * length).sum() / run.plan.horizon == pytest.approx(total["backorders"])


def test_figures_agree_with_the_table_of_cases(run):
    cases, total = run.cases, run.kpis.total
    service = cases[cases["unit"] >= 0]
    so_far = run.plan.end - service["called"]  # what is still open has lasted until now
    response, resolution = (service[name].fillna(so_far) for name in ("response", "resolution"))
    assert total["response_mean"] == pytest.approx(response.mean())
    assert total["resolution_p90"] == pytest.approx(resolution.quantile(0.9))
    assert total["promise_kept"] == pytest.approx(cases["kept"].mean())
    waits = [column for column in cases if column.startswith("wait_")]
    done = cases["resolution"].notna()
    assert np.allclose(cases.loc[done, waits].sum(axis=1), cases.loc[done, "resolution"], atol=1e-9)
    down = run.levels[(run.levels["level"] == "units down")]["mean"].to_numpy()
    units = run.records.units
    there = (np.minimum(units.leaves, run.plan.horizon) - np.maximum(units.sold, 0)).sum()
    length = np.diff(np.append(np.arange(0, run.plan.horizon, 24.0), run.plan.horizon))
    assert 1 - (down * length).sum() / there == pytest.approx(total["availability"])


def parts_of_a_network(**more):
    product = {"failure": {"law": "exponential", "mean": 500}, "in_field": {"units": 40},
               "price": 1000, "warranty": "9 years", **more.pop("product", {})}  # fmt: skip
    return simnet.simulate(
        simnet.parse({"horizon": 2000, "products": {"machine": product}, **more}), 1
    )


def test_units_in_the_field_are_not_sold_again():
    """Also those of age 0, which were sold at the very start."""
    run = parts_of_a_network()
    assert not run.records.units.new.any()
    assert "product sales" not in set(run.ledger["category"])
    assert np.isnan(run.kpis["cost_per_unit_sold"])


def test_a_product_that_never_fails():
    run = simnet.simulate(simnet.parse({"products": {"m": {"price": 10, "sales": 100}}}))
    assert run.kpis["availability"] == 1
    assert run.ledger["amount"].sum() == pytest.approx(10 * run.records.units.new.sum())


def test_what_others_mend_breaks_no_promise_of_ours():
    """A network without outlets refers its cases; the units are down until others mend them."""
    run = parts_of_a_network(product={"elsewhere": 100})
    assert set(run.cases["outcome"]) == {"referred"}
    assert np.isnan(run.kpis["promise_kept"])
    # an up-and-down process: 500 h up, 100 h down; 40 units, standard error about 0.007
    assert run.kpis["availability"] == pytest.approx(500 / 600, abs=0.03)


def test_downtime_ends_when_the_unit_leaves():
    run = parts_of_a_network(
        product={"failure": 1000, "end_of_life": 1005, "in_field": {"units": 1},
                 "modes": {"m": {"share": 1, "repair": 100}}},
        outlets={"places": {"here": {"technicians": "unlimited", "hours": "24/7"}}},
    )  # fmt: skip
    assert run.kpis["availability"] == pytest.approx(1000 / 1005)


def test_breaks_and_absences_are_paid_once():
    """A 24/7 shift costs its hours, whatever the shrinkage: there is nothing outside of it."""
    team = {"shifts": [{"agents": 2, "hours": "24/7"}], "shrinkage": 0.3, "wage": 10}
    run = simnet.simulate(
        simnet.parse({"horizon": 720, "hotline": {"teams": {"all": team}},
                      "enquiries": {"question": {"per_week": 2000}}})
    )  # fmt: skip
    assert run.ledger["amount"].sum() == pytest.approx(2 * 720 * 10)


def test_who_pays_for_a_requests_visit():
    data = {
        "horizon": 2000,
        "enquiries": {"check-up": {"per_week": 10, "work": {}}},
        "outlets": {"places": {"here": {"contract": "partner"}}},
    }
    paid = simnet.simulate(simnet.parse(data)).ledger
    assert "partner fees" in set(paid["category"])
    data["enquiries"]["check-up"]["in_warranty"] = False
    paid = simnet.simulate(simnet.parse(data)).ledger
    assert "repair fees" in set(paid["category"])
    assert "partner fees" not in set(paid["category"])
