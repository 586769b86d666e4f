import numpy as np
import pytest
from scipy import stats

from simnet.draws.enquiries import draw_enquiries
from simnet.draws.streams import Streams
from simnet.draws.units import draw_units
from simnet.plan import make_plan
from simnet.scenario import ScenarioError, parse

YEAR = 8760.0
OFFICE = {"hours": [0] * 8 + [1, 3, 2, 1, 1, 1, 2, 2, 1, 1] + [0] * 6,
          "days": [2, 1, 1, 1, 1, 0.5, 0],
          "weekend_hours": [0] * 10 + [1] * 3 + [0] * 11}  # fmt: skip


def enquiries_of(enquiry, seed=1, horizon="20 weeks", **scenario):
    plan = make_plan(
        parse({"horizon": horizon, "follow_up": 0, "enquiries": {"e": enquiry}, **scenario})
    )
    streams = Streams(seed, 0)
    units = draw_units(plan, streams)
    return plan, units, draw_enquiries(plan, streams, units)


@pytest.mark.parametrize("start", ["2026-01-05", "2026-01-01"])  # a Monday, a Thursday
def test_weekly_profile(start):
    plan, _, found = enquiries_of({"per_week": 2000, "profile": OFFICE}, start=start)
    hour = ((found.time + plan.offset) % 168).astype(int)
    counts = np.bincount(hour, minlength=168)
    expected = plan.scenario.enquiries["e"].profile.weights / 168 * 2000 * 20
    assert not counts[expected == 0].any()
    busy = expected > 0
    # both fail by chance once in 1e4
    assert abs(counts.sum() - 40_000) < 4 * np.sqrt(40_000)
    scaled = expected[busy] * counts.sum() / expected.sum()
    assert stats.chisquare(counts[busy], scaled).pvalue > 1e-4


@pytest.mark.parametrize("cv", [0.0, 0.3, 1.5])
def test_good_and_bad_days(cv):
    markets = {"places": {"a": {"weight": 1}, "b": {"weight": 2}}}
    _, _, found = enquiries_of(
        {"per_week": 700, "day_factor_cv": cv}, horizon="1000 days", markets=markets
    )
    counts = np.bincount((found.time // 24).astype(int), minlength=1000)
    squares = (counts - 100.0) ** 2
    # the factor is common to all markets; each fails by chance once in 1e4
    assert abs(counts.mean() - 100) < 4 * np.sqrt((100 + (100 * cv) ** 2) / 1000)
    error = squares.std() / np.sqrt(1000)
    assert abs(squares.mean() - (100 + (100 * cv) ** 2)) < 4 * error


def test_day_factor_belongs_to_the_enquiry_and_the_day():
    _, _, long = enquiries_of({"per_week": 70, "day_factor_cv": 1.0})
    _, _, short = enquiries_of({"per_week": 70, "day_factor_cv": 1.0}, horizon="10 weeks")
    assert np.array_equal(short.time, long.time[: len(short.time)])


def test_markets_by_weight():
    markets = {"places": {"a": {"weight": 1}, "none": {"weight": 0}, "b": {"weight": 3}}}
    _, _, found = enquiries_of({"per_week": 1000}, markets=markets)
    counts = np.bincount(found.groups.market[found.groups.each()], minlength=3)
    assert counts[1] == 0
    # each fails by chance once in 1e4
    assert abs(counts[0] - 5000) < 4 * np.sqrt(5000)
    assert abs(counts[2] - 15000) < 4 * np.sqrt(15000)


def test_a_customer_keeps_his_numbers_when_others_are_added():
    alone = enquiries_of({"per_week": 50})[2]
    products = {"p": {"sales": 10}}
    with_product = enquiries_of({"per_week": 50}, products=products)[2]
    assert np.array_equal(alone.time, with_product.time)
    assert np.array_equal(alone.groups.who, with_product.groups.who)


@pytest.mark.parametrize("product", [None, "p"])
def test_per_unit_year_follows_the_units_in_the_field(product):
    products = {
        "p": {"sales": 300, "end_of_life": "1 year",
              "in_field": {"units": 1000, "age": {"law": "uniform", "low": 0, "high": 10_000}}},
        "q": {"in_field": {"units": 500}},
    }  # fmt: skip
    enquiry = {"per_unit_year": 4, **({"product": product} if product else {})}
    plan, units, found = enquiries_of(enquiry, horizon="2 years", products=products)
    mine = units.product == 0 if product else units.product >= 0
    years = plan.horizon / YEAR
    for begin, end in ((0, 0.1), (0.1, years / 2), (years / 2, years), (0, years)):
        low, high = begin * YEAR, end * YEAR
        lived = np.clip(units.leaves[mine], low, high) - np.clip(units.sold[mine], low, high)
        expected = 4 * lived.sum() / YEAR
        count = ((found.time >= low) & (found.time < high)).sum()
        # each fails by chance once in 1e4; the field is looked at once an hour
        assert abs(count - expected) < 4 * np.sqrt(expected) + 1


def test_no_units_no_enquiries():
    _, _, found = enquiries_of({"per_unit_year": 4}, products={"p": {}})
    assert len(found.time) == 0


@pytest.mark.parametrize("enquiry", [{"per_week": 1e8}, {"per_unit_year": 1e6}], ids=str)
def test_too_many_enquiries_are_refused(enquiry):
    with pytest.raises(ScenarioError, match=r"enquiries\.e: more than"):
        enquiries_of(enquiry, products={"p": {"in_field": {"units": 10_000}}})
