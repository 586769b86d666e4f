import itertools

import numpy as np
import pytest

from simnet.draws.streams import Streams, name_key
from simnet.draws.units import arrivals, draw_units, expected_sales
from simnet.plan import make_plan
from simnet.scenario import ScenarioError, parse

YEAR = 8760.0
MONTH = YEAR / 12


def plan_of(product=None, **scenario):
    return make_plan(parse({"horizon": "4 years", "products": {"p": product or {}}, **scenario}))


def units_of(product=None, seed=1, **scenario):
    return draw_units(plan_of(product, **scenario), Streams(seed, 0))


def places(**weights):
    return {"places": {name: {"weight": weight} for name, weight in weights.items()}}


def addresses(units):
    """What is known of each unit, by its address."""
    rows = zip(units.who.tolist(), units.index.tolist(), strict=True)
    return dict(zip(rows, zip(units.sold, units.leaves, strict=True), strict=True))


BASS = {"curve": "bass", "potential": 9000, "p": 0.03, "q": 0.5}


@pytest.mark.parametrize(
    ("sales", "total"),
    [
        (100, 4800),
        ({"curve": "linear", "start": 0, "end": 200}, 4800),
        ({"curve": "linear", "start": 150, "end": 50}, 4800),
        # Bass (1969), eq. 9, with other letters
        (BASS, 9000 * (1 - np.exp(-0.53 * 4)) / (1 + 0.5 / 0.03 * np.exp(-0.53 * 4))),
    ],
    ids=str,
)
def test_expected_sales(sales, total):
    plan = plan_of({"sales": sales})
    edges, expected = expected_sales(plan.scenario.products["p"].sales, plan)
    assert expected[0] == 0
    assert edges[-1] == plan.horizon
    assert expected[-1] == pytest.approx(total, rel=1e-3)
    sold = units_of({"sales": sales}).sold
    assert abs(len(sold) - expected[-1]) < 4 * np.sqrt(total)  # fails by chance once in 1e4
    for share in (0.25, 0.5, 0.75):  # and in time; each fails by chance once in 1e4
        level = np.interp(plan.horizon * share, edges, expected)
        assert abs((sold < plan.horizon * share).sum() - level) < 4 * np.sqrt(level)


def test_table_goes_on_with_its_last_month():
    plan = plan_of({"sales": {"curve": "table", "per_month": [100, 0, 300]}}, horizon=YEAR)
    edges, expected = expected_sales(plan.scenario.products["p"].sales, plan)
    days = np.diff(edges) / 24
    assert days.tolist() == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    per_month = np.array([100, 0, *[300] * 10])
    assert np.diff(expected) == pytest.approx(per_month * days * 24 / MONTH)
    sold = units_of({"sales": {"curve": "table", "per_month": [100, 0, 300]}}, horizon=YEAR).sold
    assert not ((sold > edges[1]) & (sold < edges[2])).any()


def test_season_follows_the_calendar_and_not_the_start():
    season = [0.0] * 6 + [2.0] + [0.0] * 5
    plan = plan_of({"sales": {"per_month": 100, "season": season}}, start="2026-05-01")
    _, expected = expected_sales(plan.scenario.products["p"].sales, plan)
    july = np.array([name.endswith("-07") for name in plan.month_names])
    assert july.sum() == 4
    assert np.diff(expected)[july] == pytest.approx(200 * 31 * 24 / MONTH)
    assert not np.diff(expected)[~july].any()


def test_sales_are_poisson():
    edges, expected = np.array([0.0, 10.0, 20.0]), np.array([0.0, 5.0, 6.0])
    times = [arrivals(Streams(1, r), "sale", 7, edges, expected) for r in range(4000)]
    first = np.array([(t < 10).sum() for t in times])
    second = np.array([(t >= 10).sum() for t in times])
    for counts, mean in ((first, 5.0), (second, 1.0)):
        # each fails by chance once in 1e4; a Poisson's fourth moment is mean + 3 mean^2
        assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / 4000)
        spread = np.sqrt((mean + 2 * mean**2) / 4000)
        assert abs(((counts - mean) ** 2).mean() - mean) < 4 * spread
    # fails by chance once in 1e4
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(4000)


def test_arrivals_ascend_within_the_horizon():
    edges, expected = np.array([0.0, 1.0, 2.0, 3.0, 9.0]), np.array([0.0, 0.0, 40.0, 40.0, 90.0])
    times = arrivals(Streams(5, 0), "sale", 7, edges, expected)
    assert (np.diff(times) >= 0).all()
    assert times.min() >= 1
    assert times.max() < 9
    assert not ((times > 2) & (times < 3)).any()
    assert len(arrivals(Streams(5, 0), "sale", 7, edges, expected * 0)) == 0


def test_a_unit_keeps_its_numbers_when_the_volume_changes():
    few, many = units_of({"sales": 100}), units_of({"sales": 200})
    who = name_key("sold", "p", "everywhere")
    assert (few.who == who).all()
    assert (many.who == who).all()
    assert many.index[: len(few.index)].tolist() == few.index.tolist()
    # twice the demand: the same customers in half the time
    at = np.searchsorted(many.sold, 2 * YEAR)
    assert many.sold[:at] * 2 == pytest.approx(few.sold[:at])


def test_units_in_the_field_have_ages_and_leave():
    age = {"law": "uniform", "low": "1 year", "high": "3 years"}
    units = units_of({"in_field": {"units": 5000, "age": age}, "end_of_life": "4 years"})
    assert len(units.sold) == 5000
    assert (-units.sold).min() >= YEAR
    assert (-units.sold).max() <= 3 * YEAR
    # fails by chance once in 1e4
    assert abs(-units.sold.mean() - 2 * YEAR) < 4 * 2 * YEAR / np.sqrt(12 * 5000)
    assert units.leaves == pytest.approx(units.sold + 4 * YEAR)
    assert np.isinf(units_of({"in_field": {"units": 3}}).leaves).all()


def test_units_in_the_field_follow_the_weights():
    units = units_of({"in_field": {"units": 100}}, markets=places(a=1, b=3))
    assert np.bincount(units.market).tolist() == [25, 75]


def test_a_market_with_its_own_numbers():
    markets = places(a=1, b=1)
    markets["places"]["b"] |= {"sales": {"p": 0}, "in_field": {"p": {"units": 7}}}
    units = units_of({"sales": 100, "in_field": {"units": 20}}, markets=markets)
    assert (units.sold[units.market == 1] <= 0).sum() == 7
    assert (units.market == 1).sum() == 7
    sold = ((units.market == 0) & (units.sold > 0)).sum()
    assert abs(sold - 2400) < 4 * np.sqrt(2400)  # fails by chance once in 1e4


PRODUCT = {"sales": 50, "in_field": {"units": 97, "age": {"law": "exponential", "mean": 9000}}}


def test_a_market_of_weight_0_changes_nothing():
    without = addresses(units_of(PRODUCT, markets=places(a=1, b=3)))
    assert addresses(units_of(PRODUCT, markets=places(a=1, nobody=0, b=3))) == without


def test_the_order_of_markets_changes_nothing_but_the_order():
    weights = {"a": 0.1, "b": 0.7, "c": 0.2, "d": 1 / 3}
    found = [
        addresses(units_of(PRODUCT, markets=places(**{name: weights[name] for name in order})))
        for order in itertools.permutations(weights)
    ]
    assert all(other == found[0] for other in found)


def test_another_product_changes_nothing():
    alone = addresses(units_of(PRODUCT))
    both = make_plan(
        parse({"horizon": "4 years", "products": {"q": {**PRODUCT, "price": 1}, "p": PRODUCT}})
    )
    found = addresses(draw_units(both, Streams(1, 0)))
    assert len(found) > len(alone)
    assert {row: found[row] for row in alone} == alone


@pytest.mark.parametrize(
    ("product", "markets"),
    [
        ({"sales": 1e9}, places(a=1)),
        ({"in_field": {"units": 10**9}}, places(a=1)),
        # each market alone would do
        ({"sales": 40e6 / 48 * 3}, places(a=1, b=1, c=1)),
        ({"in_field": {"units": 120_000_000}}, places(**{f"m{i}": 1 for i in range(10)})),
    ],
    ids=str,
)
def test_too_many_units_are_refused(product, markets, monkeypatch):
    plan = plan_of(product, markets=markets)
    monkeypatch.setattr("simnet.draws.units.arrivals", lambda *_: np.empty(0))
    monkeypatch.setattr(Streams, "uniform", lambda *_: np.empty(0))
    with pytest.raises(ScenarioError, match=r"products.p: .* let one unit stand for many"):
        draw_units(plan, Streams(1, 0))
