"""Pareto fronts by hand and by their properties, and their shares over resampled replications."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from simnet.statistics import front, front_share

POINTS = arrays(
    np.float64,
    st.tuples(st.integers(1, 8), st.integers(1, 4)),
    elements=st.integers(-9, 9).map(float),
)


def test_a_front_by_hand():
    points = [[1, 9], [2, 5], [2, 6], [4, 4], [4, 4], [5, 5], [9, 1]]
    assert front(points).tolist() == [True, True, False, True, True, False, True]


@given(POINTS)
def test_a_front_has_what_no_point_dominates(points):
    on = front(points)
    assert on.any()
    for i, point in enumerate(points):
        dominated = any((row <= point).all() and (row != point).any() for row in points)
        assert on[i] == (not dominated)


@given(POINTS, st.randoms(use_true_random=False))
def test_order_and_increasing_scales_do_not_matter(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    assert (front(points[order]) == front(points)[order]).all()
    assert (front(points**3) == front(points)).all()
    assert (front(np.exp(points)) == front(points)).all()


def test_shares_say_who_is_surely_on_the_front_and_who_may_be(crn):
    rng = np.random.default_rng(800)
    cost = crn(rng, [0, 0, 5, 0], 40)
    wait = crn(rng, [0, 5, 5, 0], 40)
    cost[3], wait[3] = cost[0] + rng.normal(0, 0.1, 40), wait[0] + rng.normal(0, 0.1, 40)
    share = front_share(np.stack([cost, wait], axis=1), seed=1)
    assert share[2] == 0
    assert 0.05 < share[0] < 1  # not told apart from the last one
    assert 0.05 < share[3] < 1
    again = front_share(np.stack([cost, wait], axis=1), seed=1)
    assert_allclose(again, share)


def test_common_random_numbers_make_a_small_difference_sure():
    """The second is 0.01 worse in every replication, the replications 1 apart."""
    common = np.random.default_rng(801).normal(0, 1, 20)
    values = np.stack([common, common + 0.01])[:, None, :]
    assert front_share(values, seed=2).tolist() == [1, 0]


def test_the_share_of_one_response_is_the_chance_of_the_bootstrap(about):
    """Two replications: the mean of the difference over the three resamples is -1, 1 and 3, with
    chances 1/4, 1/2 and 1/4."""
    values = np.array([[[-1.0, 3.0]], [[0.0, 0.0]]])
    share = front_share(values, seed=3, resamples=4000)
    about(round(share[0] * 4000), 4000, 0.25)
    assert share.sum() == 1


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match=r"\(strategies, responses\)"):
        front([1, 2])
    with pytest.raises(ValueError, match="NaN"):
        front([[1, np.nan]])
    with pytest.raises(ValueError, match="complete"):
        front_share([[[1, np.nan]]], seed=1)
