"""Stock formulas against sums over the states, chains, and the sample path of a long run."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import poisson

from simnet.theory import base_stock, erlang_b, lost_sales, order_up_to, reorder_point

FIELDS = ("fill_rate", "backorders", "on_hand", "wait")


def summed(rate, lead_time, r, q):
    """(r, Q) by plain sums over positions and demands."""
    demand = np.arange(2000)
    chance = poisson.pmf(demand, rate * lead_time)
    fill = late = shelf = 0.0
    for position in range(r + 1, r + q + 1):
        net = position - demand
        fill += chance @ (net > 0) / q
        late += chance @ np.maximum(-net, 0) / q
        shelf += chance @ np.maximum(net, 0) / q
    return fill, late, shelf, late / rate


def fields(found):
    return [getattr(found, name) for name in FIELDS]


@pytest.mark.parametrize(
    ("rate", "lead_time", "base"),
    [(0.02, 72.0, 3), (0.02, 72.0, 0), (1.5, 100.0, 170), (1.5, 100.0, 130), (0.001, 24, 1)],
)
def test_base_stock_is_a_sum(rate, lead_time, base):
    expected = summed(rate, lead_time, base - 1, 1)
    assert_allclose(fields(base_stock(rate, lead_time, base)), expected, rtol=1e-9, atol=1e-12)


def test_base_stock_by_hand():
    """Demand in the lead time of mean 1: one unit is there with chance exp(-1)."""
    found = base_stock(0.5, 2.0, [0, 1, 2])
    e = math.exp(-1)
    assert_allclose(found.fill_rate, [0, e, 2 * e], atol=1e-15)
    assert_allclose(found.backorders, [1, e, 3 * e - 1])
    assert_allclose(found.on_hand, [0, e, 3 * e], atol=1e-15)
    assert_allclose(found.wait, [2, 2 * e, 6 * e - 2])


def test_stock_without_demand():
    found = base_stock(0.0, 10.0, [0, 1, 3])
    assert found.fill_rate.tolist() == [0, 1, 1]
    assert found.backorders.tolist() == [0, 0, 0]
    assert found.on_hand.tolist() == [0, 1, 3]
    assert found.wait.tolist() == [10, 0, 0]
    rare, none = reorder_point(1e-7, 12.0, [-1, 0], 3), reorder_point(0.0, 12.0, [-1, 0], 3)
    assert none.wait.tolist() == [4, 0]
    assert_allclose(rare.wait, none.wait, atol=1e-4)


def test_stock_without_lead_time_never_waits():
    found = base_stock(2.0, 0.0, [0, 4])
    assert found.wait.tolist() == [0, 0]
    assert found.on_hand.tolist() == [0, 4]


@pytest.mark.parametrize(
    ("rate", "lead_time", "r", "q"),
    [(0.1, 50.0, 4, 6), (0.1, 50.0, -1, 4), (0.1, 50.0, 0, 1), (2.0, 60.0, 110, 40),
     (0.1, 50.0, 20, 3), (3.0, 50.0, 90, 25)],
)  # fmt: skip
def test_reorder_point_is_a_sum(rate, lead_time, r, q):
    expected = summed(rate, lead_time, r, q)
    found = reorder_point(rate, lead_time, r, q)
    assert_allclose(fields(found), expected, rtol=1e-9, atol=1e-10)


def test_reorder_point_broadcasts():
    found = reorder_point(0.1, [[50.0], [20.0]], [2, 4, 0], [1, 3, 5])
    for i, lead_time in enumerate((50.0, 20.0)):
        for j, (r, q) in enumerate([(2, 1), (4, 3), (0, 5)]):
            at = [getattr(found, name)[i, j] for name in FIELDS]
            assert_allclose(at, summed(0.1, lead_time, r, q), rtol=1e-9)


@pytest.mark.parametrize(("r", "q"), [(3, 5), (7, 1), (0, 12)])
def test_reorder_point_is_a_sample_path(r, q):
    """Unit by unit: demand n takes unit n, which came with the order at the demand that made it."""
    rate, lead_time, count = 0.2, 30.0, 400_000
    demand = np.cumsum(np.random.default_rng(1).exponential(1 / rate, count))
    n = np.arange(r + q, count)
    order = demand[q * ((n - r - q) // q + 1) - 1]  # every q-th demand orders q units
    wait = np.maximum(order + lead_time - demand[n], 0)
    found = reorder_point(rate, lead_time, r, q)
    assert_allclose(found.wait, wait.mean(), rtol=0.02)
    assert_allclose(found.fill_rate, (wait == 0).mean(), atol=0.004)


def test_order_up_to_is_a_reorder_point():
    found, same = order_up_to(0.1, 50.0, [2, -1], [9, 4]), reorder_point(0.1, 50.0, [2, -1], [7, 5])
    assert_allclose(fields(found), fields(same), rtol=0)


@pytest.mark.parametrize(("rate", "lead_time", "base"), [(0.1, 30.0, 4), (1.0, 30.0, 4), (5, 3, 0)])
def test_lost_sales_is_a_chain(rate, lead_time, base):
    """Exponential lead times: units on order grow at the rate, and each comes by itself."""
    on_order = np.arange(base + 1)
    chance = np.cumprod([1.0, *(rate * lead_time / n for n in range(1, base + 1))])
    chance /= chance.sum()
    found = lost_sales(rate, lead_time, base)
    assert_allclose(found.fill_rate, 1 - chance[-1], atol=1e-14)
    assert_allclose(found.fill_rate, 1 - erlang_b(base, rate * lead_time))
    assert_allclose(found.on_hand, chance @ (base - on_order), atol=1e-12)
    assert found.backorders == found.wait == 0
    assert lost_sales(rate, [lead_time, 1.0], base).wait.shape == (2,)


@given(st.floats(0.001, 5), st.floats(0.1, 80), st.integers(0, 60), st.integers(1, 20))
def test_stock_is_consistent(rate, lead_time, r, q):
    found = reorder_point(rate, lead_time, r, q)
    assert 0 <= found.fill_rate <= 1
    assert_allclose(found.backorders, rate * found.wait)  # Little's law
    net = r + (q + 1) / 2 - rate * lead_time
    assert_allclose(found.on_hand - found.backorders, net, atol=1e-9)
    higher = reorder_point(rate, lead_time, r + 1, q)
    assert higher.fill_rate >= found.fill_rate - 1e-12
    assert higher.wait <= found.wait + 1e-9


def test_stock_refuses_nonsense():
    message = "must be finite and not negative$"
    for formula in (base_stock, lost_sales):
        for i, name in enumerate(["rate", "lead_time", "base"]):
            for bad in (-1.0, math.nan, math.inf):
                arguments = [1.0, 1.0, 1.0]
                arguments[i] = bad
                with pytest.raises(ValueError, match=rf"^{name} {message}"):
                    formula(*arguments)
        with pytest.raises(ValueError, match=r"^base must be a whole number$"):
            formula(1.0, 1.0, [1, 1.5])
    for i, name in enumerate(["rate", "lead_time", r"r \+ 1", "q"]):
        arguments = [1.0, 1.0, 1.0, 1.0]
        arguments[i] = -2.0
        with pytest.raises(ValueError, match=rf"^{name} {message}"):
            reorder_point(*arguments)
    for r, q, name in ((0.5, 1, "r"), (1, 1.5, "q")):
        with pytest.raises(ValueError, match=rf"^{name} must be a whole number$"):
            reorder_point(1, 1, r, q)
    with pytest.raises(ValueError, match=r"^q must be above 0$"):
        reorder_point(1, 1, 1, 0)
    with pytest.raises(ValueError, match=r"^S - s must be above 0$"):
        order_up_to(1, 1, 3, [4, 3])
