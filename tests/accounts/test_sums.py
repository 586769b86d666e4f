"""Sums, orders and quantiles of groups, against the plain way; people's duty, against a search."""

import numpy as np
import pytest

from simnet.accounts.sums import order_by_time, quantiles, sums

SHARES = [0.0, 0.5, 0.9, 0.95, 1.0]


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def test_quantiles_are_those_of_numpy_to_the_bit(rng):
    """Of groups of 0 to 60 values; what has the number of the groups belongs to none."""
    group = np.repeat(np.arange(61), np.arange(61))
    rng.shuffle(group)
    values = rng.lognormal(3, 2, len(group))
    found = quantiles(group, 60, values, SHARES)
    assert found.shape == (60, len(SHARES))
    assert np.isnan(found[0]).all()
    for number in range(1, 60):
        expected = np.quantile(values[group == number], SHARES)
        np.testing.assert_array_equal(found[number], expected)


def test_sums_are_numbers_with_a_point_even_of_nothing():
    nothing = np.zeros(0, dtype=np.int64)
    for found in (sums(nothing, 3), sums(nothing, 3, np.zeros(0))):
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, np.zeros(3))
    np.testing.assert_array_equal(sums(np.array([2, 0, 1, 0]), 2), [2, 1])


@pytest.mark.parametrize("groups", [5, 100_000])
def test_order_by_group_and_time(rng, groups):
    """Whether or not the rows are in order before; equal ones stay as they are."""
    group = rng.integers(0, groups, 3000).astype(np.int32)
    time = rng.integers(0, 50, 3000) / 4
    np.testing.assert_array_equal(order_by_time(group, time), np.lexsort((time, group)))
    time.sort()
    np.testing.assert_array_equal(order_by_time(group, time), np.lexsort((time, group)))
