"""Changes of a scenario that must not change what happens, or only in a known way.

Every random number belongs to a purpose and an individual (README), so that these hold case by
case and not only in the mean. All tests are derandomised and run with a fixed seed: no error rate.
"""

import copy
from itertools import count

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from properties.networks import BY_RULE, LAT, LON, networks
from properties.tools import (
    rewritten,
    run,
    same_cases,
    same_ledger,
    same_levels,
    same_records,
    told,
)

import simnet
from simnet.accounts.registry import find
from simnet.records import MILESTONES
from simnet.scenario import Scenario
from simnet.scenario.hotline import Hotline, Team
from simnet.scenario.law import Constant, Empirical
from simnet.scenario.logistics import Carrier, Depot, Fleet, Workshop
from simnet.scenario.market import Reporting
from simnet.scenario.outlet import Outlet, OutletTerms
from simnet.scenario.part import Part
from simnet.scenario.product import Product

# --- a market of weight 0 -------------------------------------------------------------------

NOBODY = (
    {},
    {"lat": LAT + 0.1, "lon": LON, "region": "north", "spread": 30},
    {"lat": LAT, "lon": LON, "sales": {"fridge": 0}, "in_field": {"fridge": {"units": 0}}},
)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(networks(), st.sampled_from(NOBODY), st.booleans())
@example(BY_RULE[0], NOBODY[2], True)
@example(BY_RULE[2], NOBODY[0], False)
def test_a_market_of_weight_0_changes_nothing(data, empty, first):
    """Not one record, cent or level: it has no customers, so it gets no units, no enquiries, no
    depot and no share of the stock or of the technicians.

    It is a place where an outlet may stand, though, where the candidates are the markets: then it
    is put so far away that none would.
    """
    site = data["outlets"].get("site")
    if site and site.get("candidates", "markets") == "markets":
        empty = {"lat": -60, "lon": -60}
        # with as many outlets as markets with customers, the last one might stand anywhere
        data["markets"]["places"].get("edge", {}).update(weight=30_011)
    places = data["markets"]["places"]
    more = {"lat": 0, "lon": 0, "weight": 0} | empty
    wider = {"nobody": more, **places} if first else {**places, "nobody": more}
    mine = run(data)
    theirs = run({**data, "markets": {**data["markets"], "places": wider}})
    names = list(theirs.plan.markets)
    same_records(mine, theirs, [names.index(name) for name in mine.plan.markets])
    others = [name for name in names if name != "nobody"]
    assert others == list(mine.plan.markets)
    assert mine.ledger.equals(theirs.ledger)
    assert mine.levels.equals(theirs.levels)
    assert list(mine.plan.outlets) == list(theirs.plan.outlets)
    assert mine.plan.outlets == theirs.plan.outlets
    assert mine.plan.depot_place == theirs.plan.depot_place
    assert mine.plan.served.tolist() == theirs.plan.served.tolist()
    assert mine.plan.technicians.tolist() == theirs.plan.technicians.tolist()
    assert mine.plan.stock == theirs.plan.stock
    np.testing.assert_equal(mine.kpis.total, theirs.kpis.total)
    assert mine.kpis.market.equals(theirs.kpis.market.loc[others])
    assert theirs.kpis.market.loc["nobody", "cases"] == 0


# --- order in the file ----------------------------------------------------------------------


def untied(data):
    """The scenario without the ties that the order in the file decides.

    Where two things come at one moment, or are equally good, the one that stands first in the file
    goes first. So every law gets a density, no two outlets stand on one spot, and customers who
    would call by night, all at one moment, have some delay.
    """
    number = count()

    def change(model, name, value):
        if isinstance(value, Constant | Empirical):
            middle = value.mean() or (2.0 if model is Reporting else 0.0)
            if middle > 0:
                return {"law": "lognormal", "median": middle, "sigma": 0.3}
        if model is Outlet and name == "lat":
            return value + 0.0137 * (next(number) % 7)
        return value

    return rewritten(simnet.parse(data), change)


def backwards(table):
    """A mapping with its keys in the opposite order."""
    return dict(reversed(table.items()))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(networks().map(untied))
@example(untied(BY_RULE[0]))
def test_the_order_of_markets_and_outlets_changes_nothing(data):
    """But their numbers: a case is told by its source, market, unit and turn, and has the same
    milestones, outlet, parts and refusals; the ledger and the levels hold the same names."""
    turned = copy.deepcopy(data)
    turned["markets"]["places"] = backwards(data["markets"]["places"])
    turned["outlets"]["places"] = backwards(data["outlets"]["places"])
    mine, theirs = run(data), run(turned)
    # tours add up the same legs in another order
    same_cases(told(mine), told(theirs), rtol=1e-12 if mine.plan.tours else 0.0)
    same_ledger(mine, theirs)
    same_levels(mine, theirs)
    totals = mine.kpis.total
    assert totals == pytest.approx(theirs.kpis.total, rel=1e-9, nan_ok=True)
    for table in ("market", "outlet"):
        a, b = (getattr(r.kpis, table).astype(float) for r in (mine, theirs))
        np.testing.assert_allclose(a, b.loc[a.index, a.columns], rtol=1e-9, atol=1e-9)


def two(weights=(1, 1), **scenario):
    """Two markets 100 km apart with an outlet each; nothing fails yet."""
    places = {
        "a": {"lat": 0, "lon": 0, "weight": weights[0]},
        "b": {"lat": 0, "lon": 1, "weight": weights[1]},
    }
    data = {"start": "2026-01-05", "horizon": 504, "markets": {"places": places}, **scenario}
    return data, {**data, "markets": {"places": backwards(places)}}


def test_of_equal_claims_the_first_in_the_file_is_served_first():
    """Where two markets claim the same, the order in the file decides, and only there: the odd one
    of 9 units, and the depot, go to the first of two markets of one weight."""
    product = {"fridge": {"failure": 1000, "in_field": {"units": 9}}}
    outlets = {"places": {"here": {"lat": 0, "lon": 0}, "there": {"lat": 0, "lon": 1}}}
    mine, theirs = (run(data) for data in two(products=product, outlets=outlets))
    assert np.bincount(mine.records.units.market).tolist() == [5, 4]
    assert list(theirs.plan.markets) == ["b", "a"]
    assert np.bincount(theirs.records.units.market).tolist() == [5, 4]
    assert mine.plan.depot_place == mine.plan.markets["a"]
    assert theirs.plan.depot_place == mine.plan.markets["b"]
    mine, theirs = (run(data) for data in two((1.01, 1), products=product, outlets=outlets))
    assert np.bincount(mine.records.units.market).tolist() == [5, 4]
    assert np.bincount(theirs.records.units.market).tolist() == [4, 5]
    assert mine.plan.depot_place == theirs.plan.depot_place


def opening(data):
    """(market, outlet, hour of the start) of each case, in order of the failure."""
    cases = run(data).cases.sort_values("failed")
    return list(zip(cases["market"], cases["outlet"], cases["started"], strict=True))


def test_what_waits_for_the_opening_does_not_go_by_the_order_in_the_file():
    """Two cases of one night wait for 8 o'clock. On the central board the older one goes to the
    nearest outlet; at the counter who came first is served first."""
    product = {
        "failure": {"law": "uniform", "low": 24, "high": 30},
        "end_of_life": 30.1,
        "in_field": {"units": 2},
    }
    board = {
        "defaults": {"technicians": 1},
        "places": {"x": {"lat": 0, "lon": 0}, "y": {"lat": 0, "lon": 1}},
    }
    mine, _ = two(products={"p": product}, outlets=board, dispatch={"policy": "central_board"})
    theirs = mine | {"outlets": {**board, "places": backwards(board["places"])}}
    assert opening(mine) == opening(theirs) == [("a", "x", 32), ("b", "y", 32)]
    counter = {
        "defaults": {"technicians": 1, "service": "carry_in"},
        "places": {"x": {"lat": 0, "lon": 0.5}},
    }
    mine, theirs = two(products={"p": product}, outlets=counter)
    assert opening(mine) == opening(theirs) == [("a", "x", 32), ("b", "x", 33)]


# --- prices ---------------------------------------------------------------------------------

PRICES = {
    (Product, "price"), (Product, "unit_cost"), (Part, "cost"), (Part, "price"),
    (Part, "workshop_cost"), (Part, "outlet_cost"), (Depot, "per_month"),
    (Carrier, "per_shipment"), (Carrier, "per_kg"), (Carrier, "per_km"), (Carrier, "per_kg_km"),
    (Fleet, "per_km"), (Fleet, "per_truck_day"), (Workshop, "wage"), (Team, "wage"),
    (Hotline, "cost_per_minute"),
}  # fmt: skip
OF_VALUE = ("part_cost", "part_price", "sales_value")
"""terms whose amount is a share of a value, which is doubled already"""


def doubled(data):
    """The scenario with every price twice as high."""

    def change(model, name, value):
        if model is Scenario and name == "contracts":
            return {
                key: contract.model_copy(update={"terms": tuple(map(twice, contract.terms))})
                for key, contract in value.items()
            }
        return 2 * value if (model, name) in PRICES and value is not None else value

    def twice(term):
        amount = term.amount if term.per in OF_VALUE else 2 * term.amount
        return term.model_copy(update={"amount": amount})

    return rewritten(simnet.parse(data), change)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(networks())
def test_twice_the_prices_is_twice_the_ledger_and_the_same_records(data):
    """Prices are applied after the run, and every amount is a price times what was counted; a
    factor of 2 is exact in binary numbers."""
    mine, theirs = run(data), run(doubled(data))
    same_records(mine, theirs)
    twice = mine.ledger.assign(amount=2 * mine.ledger["amount"])
    assert twice.equals(theirs.ledger)
    for name, value in mine.kpis.total.items():
        money = find(name).unit in ("money", "money/year")
        np.testing.assert_equal(theirs.kpis.total[name], 2 * value if money else value, name)


# --- names ----------------------------------------------------------------------------------


@settings(max_examples=40, derandomize=True, deadline=None)
@given(networks())
def test_names_that_own_no_random_numbers_do_not_matter(data):
    """Parts, call types, tiers, teams without shrinkage, skills and regions have no random numbers
    of their own: another name for them changes no record and no amount."""
    data = copy.deepcopy(data)
    if "hotline" in data:
        for team in data["hotline"]["teams"].values():
            team.pop("shrinkage", None)

    def anew(name):
        return f"{name} bis" if isinstance(name, str) else name

    def change(model, name, value):
        if (model, name) in MAPPINGS:
            return {anew(key): item for key, item in value.items()}
        if (model.__name__, name) in NAMES:
            return anew(value) if isinstance(value, str) else value and tuple(map(anew, value))
        return value

    mine, theirs = run(data), run(rewritten(simnet.parse(data), change))
    same_records(mine, theirs)
    assert mine.ledger.equals(theirs.ledger)
    assert [anew(name) for name in mine.plan.scenario.parts] == list(theirs.plan.scenario.parts)


MAPPINGS = {
    (Scenario, "parts"), (Hotline, "call_types"), (Hotline, "teams"), (Product, "tiers"),
    (Outlet, "stock"), (OutletTerms, "stock"),
}  # fmt: skip
NAMES = {
    *((model, field) for model in ("Work", "FailureMode") for field in ("part", "second_part")),
    *((model, "skill") for model in ("Work", "FailureMode")),
    *((model, "call_type") for model in ("Enquiry", "FailureMode")),
    *((model, "skills") for model in ("Team", "Outlet", "OutletTerms")),
}


# --- a longer horizon -----------------------------------------------------------------------


def until(run, end):
    """The cases that began before `end`, without what happened later."""
    found = told(run)
    found = found[found["failed"] < end]
    times = found[list(MILESTONES)]
    return found[["tier", "part", "second_part", "warranty"]].join(times.where(times < end))


@settings(max_examples=35, derandomize=True, deadline=None)
@given(networks())
def test_a_longer_horizon_does_not_change_what_was_before(data):
    """To the bit. The horizon is put on the end of a month at midnight, since expected sales are
    straight lines from month to month. Three things may differ, and are left out:

    linear sales, which by their definition end with the horizon; duty that the shorter horizon cuts
    (an absence has its place in what is left of the shift, and nobody begins a job in the last
    hours of it), so the last day is not compared; and callers who found the line closed, whose new
    call is put into the opening hours that follow as far as the horizon shows them.
    """
    july = 720.0  # hours from Monday, 1 June 2026
    data = copy.deepcopy(data) | {"start": "2026-06-01", "horizon": july, "follow_up": 0}
    places = data["markets"]["places"].values()
    for table in (*data["products"].values(), *(place.get("sales", {}) for place in places)):
        for name in ("sales", "fridge"):
            curve = table.get(name)
            if isinstance(curve, dict) and curve.get("curve") == "linear":
                table[name] = {"curve": "constant", "per_month": 10}
    mine, theirs = run(data), run(data | {"horizon": july + 31 * 24})
    before = july - 24
    same_cases(until(mine, before), until(theirs, before))
    for table, moment in (("moves", "time"), ("shipments", "shipped"), ("trips", "departed")):
        a, b = (getattr(r.records, table) for r in (mine, theirs))
        assert a[moment][a[moment] < before].tolist() == b[moment][b[moment] < before].tolist()
    sold = [np.sort(r.records.units.sold) for r in (mine, theirs)]
    assert sold[0].tolist() == sold[1][sold[1] < july].tolist()
