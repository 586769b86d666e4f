"""Two echelons against plain sums, the sample path of a long run, and single echelons."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import nbinom, poisson

from simnet.theory import base_stock, echelons

METHODS = (echelons.metric, echelons.vari_metric, echelons.exact)
RATES, TRANSIT, BASES = np.array([0.05, 0.02, 0.0, 0.13]), np.array([10.0, 24, 8, 0]), [1, 2, 0, 3]
LEAD, DEPOT = 40.0, 6


def depot_law():
    """Chances of 0, 1, .. backorders at the depot."""
    on_order = poisson.pmf(np.arange(200), RATES.sum() * LEAD)
    return np.concatenate([[on_order[: DEPOT + 1].sum()], on_order[DEPOT + 1 :]])


def measured(law, base):
    """Of units on order with this law: fill rate, backorders, on hand."""
    number = np.arange(len(law))
    return (
        law[:base].sum(),
        law @ np.maximum(number - base, 0),
        law @ np.maximum(base - number, 0),
    )


def check(found, laws):
    for i, law in enumerate(laws):
        expected = measured(law, BASES[i])
        at = [getattr(found.outlets, f)[i] for f in ("fill_rate", "backorders", "on_hand")]
        assert_allclose(at, expected, rtol=1e-9, atol=1e-11)
        if RATES[i]:
            assert_allclose(found.outlets.wait[i], expected[1] / RATES[i], rtol=1e-9)


def call(method, bases=BASES, depot=DEPOT):
    return method(RATES, TRANSIT, bases, LEAD, depot)


@pytest.mark.parametrize("method", METHODS)
def test_the_depot_is_base_stock_under_all_demand(method):
    found, depot = call(method).depot, base_stock(0.2, 40.0, 6)
    law = depot_law()
    assert_allclose(found.backorders, law @ np.arange(len(law)))
    for field in ("fill_rate", "backorders", "on_hand", "wait"):
        assert_allclose(getattr(found, field), getattr(depot, field), rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_an_outlet_without_demand(method):
    found = call(method, [0, 0, 0, 0]).outlets
    mean = TRANSIT + depot_law() @ np.arange(len(depot_law())) / 0.2
    assert_allclose(found.wait, mean)
    assert_allclose([found.fill_rate, found.on_hand], np.zeros((2, 4)), atol=1e-15)
    stocked = call(method, [0, 0, 2, 0]).outlets
    at = [stocked.fill_rate[2], stocked.on_hand[2], stocked.wait[2]]
    assert_allclose(at, [1, 2, 0], rtol=1e-12)


def test_metric_is_poisson():
    late = depot_law() @ np.arange(len(depot_law()))
    check(call(echelons.metric), [
        poisson.pmf(np.arange(200), rate * (transit + late / 0.2))
        for rate, transit in zip(RATES, TRANSIT, strict=True)
    ])  # fmt: skip


def test_vari_metric_is_negative_binomial():
    law = depot_law()
    late = law @ np.arange(len(law))
    spread = law @ np.arange(len(law)) ** 2 - late**2
    laws = []
    for rate, transit in zip(RATES, TRANSIT, strict=True):
        share = rate / 0.2
        mean = rate * transit + share * late
        variance = rate * transit + share * (1 - share) * late + share**2 * spread
        laws.append(nbinom.pmf(np.arange(300), mean**2 / (variance - mean), mean / variance)
                    if rate else np.eye(300)[0])  # fmt: skip
    check(call(echelons.vari_metric), laws)


def test_exact_is_a_double_sum():
    law, laws = depot_law(), []
    for rate, transit in zip(RATES, TRANSIT, strict=True):
        share = rate / 0.2
        waiting = np.zeros(80)
        for late in range(80):
            for mine in range(late + 1):
                ways = math.comb(late, mine) * share**mine * (1 - share) ** (late - mine)
                waiting[mine] += law[late] * ways
        moving = poisson.pmf(np.arange(80), rate * transit)
        laws.append(np.convolve(waiting, moving))
    check(call(echelons.exact), laws)


@pytest.mark.parametrize("depot_base", [0, 3, 9])
def test_exact_is_a_sample_path(depot_base):
    """Demand n of all gets the unit that demand n - S ordered; the outlet's likewise."""
    rng, count = np.random.default_rng(2), 600_000
    share, transit, bases = np.array([0.6, 0.3, 0.1]), np.array([12.0, 5.0, 40.0]), [4, 1, 2]
    demand = np.cumsum(rng.exponential(5.0, count))
    outlet = rng.choice(3, count, p=share)
    shipped = demand.copy()
    shipped[depot_base:] = np.maximum(demand[depot_base:], demand[: count - depot_base] + 30.0)
    found = echelons.exact(0.2 * share, transit, bases, 30.0, depot_base)
    assert_allclose(found.depot.wait, (shipped - demand).mean(), rtol=0.02)
    for i in range(3):
        mine = demand[outlet == i]
        arrives = shipped[outlet == i] + transit[i]
        wait = np.maximum(arrives[: len(mine) - bases[i]] - mine[bases[i] :], 0)
        assert_allclose(found.outlets.wait[i], wait.mean(), rtol=0.03)
        assert_allclose(found.outlets.fill_rate[i], (wait == 0).mean(), atol=0.006)


def test_an_empty_depot_is_a_longer_way():
    """All on order is Poisson then, so all three are right: one echelon with the summed time."""
    alone = base_stock(RATES, TRANSIT + LEAD, BASES)
    for method in METHODS:
        found = call(method, depot=0)
        for field in ("fill_rate", "backorders", "on_hand", "wait"):
            assert_allclose(
                getattr(found.outlets, field), getattr(alone, field), rtol=1e-9, atol=1e-12
            )


def test_a_full_depot_is_not_there():
    alone = base_stock(RATES, TRANSIT, BASES)
    for method in METHODS:
        found = call(method, depot=60)
        for field in ("fill_rate", "backorders", "wait"):
            assert_allclose(
                getattr(found.outlets, field), getattr(alone, field), rtol=1e-9, atol=1e-12
            )


def test_metric_hopes_too_much():
    """The order of the methods in a case that Graves looked at: many outlets, some depot stock."""
    rates, bases = np.full(4, 0.05), np.full(4, 4)
    late = [float(m(rates, 10.0, bases, 60.0, 6).outlets.backorders[0]) for m in METHODS]
    assert late[0] < late[2]
    assert abs(late[1] - late[2]) < 0.2 * (late[2] - late[0])


@pytest.mark.parametrize("method", METHODS)
def test_single_numbers_hold_for_all(method):
    together = method([0.1, 0.2], 5.0, 2, 30.0, 4)
    apart = method([0.1, 0.2], [5.0, 5.0], [2, 2], 30.0, 4)
    assert_allclose(together.outlets.backorders, apart.outlets.backorders)
    one = method(0.3, 5.0, 2, 30.0, 4)
    assert one.outlets.fill_rate.shape == (1,)


@pytest.mark.parametrize("method", METHODS)
def test_echelons_refuse_nonsense(method):
    message = "must be finite and not negative$"
    names = ["rates", "transit", "bases", "depot_lead_time", "depot_base"]
    for i, name in enumerate(names):
        arguments = [[0.1, 0.2], 5.0, 2, 30.0, 4]
        arguments[i] = -1
        with pytest.raises(ValueError, match=rf"^{name} {message}"):
            method(*arguments)
    with pytest.raises(ValueError, match=r"^bases must be a whole number$"):
        method(0.1, 5.0, 2.5, 30.0, 4)
    with pytest.raises(ValueError, match=r"^depot_base must be a whole number$"):
        method(0.1, 5.0, 2, 30.0, 4.5)
    with pytest.raises(ValueError, match=r"^rates must be above 0$"):
        method([0.0, 0.0], 5.0, 2, 30.0, 4)


# --- a depot that orders in lots, and whose demand comes in lots ----------------------------------


def test_a_depot_that_orders_in_lots():
    """The mean over the positions 5, 6, .. 8 of base stock."""
    found = echelons.waiting_orders(RATES / RATES.sum(), RATES.sum() * LEAD, 4, 4, 30)
    each = [
        echelons.waiting_orders(RATES / RATES.sum(), RATES.sum() * LEAD, level - 1, 1, 30)
        for level in (5, 6, 7, 8)
    ]
    assert_allclose(found, np.mean(each, axis=0), rtol=1e-9, atol=1e-13)
    assert_allclose(found[0].sum(), 1, rtol=1e-9)
    late = np.mean([base_stock(0.2, LEAD, level).backorders for level in (5, 6, 7, 8)])
    assert_allclose(found @ np.arange(30), late * RATES / RATES.sum(), rtol=1e-7)


def test_the_moments_of_the_backorders():
    law = depot_law()
    number = np.arange(len(law))
    mean = law @ number
    more = law @ number**2 - mean**2 - mean
    assert_allclose(echelons.more_variance(8.0, DEPOT - 1, 1), more, rtol=1e-9)


@pytest.mark.parametrize("r", [-1, 3])
@pytest.mark.parametrize("excess", [0.0, 6.0])
def test_depot_stock_is_a_plain_sum(r, excess):
    """Means over the positions r + 1 .. r + 3 of what a law of 8 due, and more variance, gives."""
    number = np.arange(400)
    due = nbinom.pmf(number, 64 / excess, 8 / (8 + excess)) if excess else poisson.pmf(number, 8)
    found = echelons.depot_stock(0.2, 40.0, r, 3, excess)
    each = np.array([measured(due, level) for level in (r + 1, r + 2, r + 3)]).mean(axis=0)
    got = [found.fill_rate, found.backorders, found.on_hand]
    assert_allclose(got, each, rtol=1e-8, atol=1e-10)
    assert_allclose(found.wait, each[1] / 0.2, rtol=1e-8)


def test_very_many_backorders_are_two_moments(monkeypatch):
    """Cut to its first terms the exact law is taken as negative binomial: near, and the mean."""
    share = np.array([0.1, 0.9])
    exact = echelons.waiting_orders(share, 30.0, 9, 1, 80)
    monkeypatch.setattr(echelons, "MOST", 10)
    near = echelons.waiting_orders(share, 30.0, 9, 1, 80)
    assert_allclose(near @ np.arange(80), exact @ np.arange(80), rtol=1e-6)
    assert np.abs(near - exact).max() < 0.02
    assert not np.array_equal(near, exact)
