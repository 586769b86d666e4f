"""Multiple comparisons with the best: coverage, and the same by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy import stats

from simnet.statistics import compare_with_best

VALUES = arrays(
    np.float64,
    st.tuples(st.integers(2, 5), st.integers(3, 8)),
    elements=st.floats(-100, 100).map(lambda value: round(value, 3)),
)


def from_best(truth):
    return np.array([truth[i] - np.delete(truth, i).min() for i in range(len(truth))])


@pytest.mark.parametrize(
    "truth", [(0, 0, 0, 0, 0), (0, 1, 1, 1, 1), (3, 2, 1, 0.5, 0), (0, 0.5, 5, 5, 5)]
)
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_all_intervals_cover_at_once(truth, correlation, crn, at_least):
    rng, truth = np.random.default_rng(10), np.array(truth, dtype=float)
    apart, covered, kept = from_best(truth), 0, 0
    for _ in range(2000):
        found = compare_with_best(crn(rng, truth, 10, correlation))
        covered += ((found.lower <= apart) & (apart <= found.upper)).all()
        kept += found.can_be_best[truth.argmin()]
    at_least(covered, 2000, 0.95)
    at_least(kept, 2000, 0.95)


def test_two_strategies_are_a_one_sided_paired_t_interval(crn):
    """Of the best: between how much better it is at most, and 0."""
    values = crn(np.random.default_rng(11), [0, 3], 8)
    found = compare_with_best(values)
    apart = values[0] - values[1]
    bound = apart.mean() - stats.t.ppf(0.95, 7) * stats.sem(apart)
    assert found.can_be_best.tolist() == [True, False]
    assert_allclose(found.lower, [bound, 0])
    assert_allclose(found.upper, [0, -bound])


def test_clear_order_and_what_is_unknown():
    values = np.array([[5.0, 6, 7, np.nan], [1, 2, 3.5, 0], [9, 9.5, 11, 3]])
    found = compare_with_best(values)
    assert found.can_be_best.tolist() == [False, True, False]
    assert_allclose(found.difference[1], np.mean([1 - 5, 2 - 6, 3.5 - 7]))
    assert found.upper[1] == 0


def test_nonsense_is_refused():
    for values, says in [([[1, 2]], "two strategies"), ([[1, np.nan], [1, 2]], "complete")]:
        with pytest.raises(ValueError, match=says):
            compare_with_best(values)
    with pytest.raises(ValueError, match="direction"):
        compare_with_best([[1, 2], [3, 4]], direction="least")


@given(VALUES)
def test_zero_is_in_every_interval_and_somebody_can_be_best(values):
    found = compare_with_best(values)
    assert (found.lower <= 0).all()
    assert (found.upper >= 0).all()
    assert found.can_be_best[values.mean(axis=1).argmin()] or np.ptp(values.mean(axis=1)) < 1e-9


@given(VALUES)
def test_the_largest_is_the_least_of_the_negative(values):
    most, least = compare_with_best(values, direction="max"), compare_with_best(-values)
    assert_allclose(most.lower, -least.upper)
    assert_allclose(most.upper, -least.lower)


@given(VALUES, st.randoms(use_true_random=False), st.floats(-1000, 1000))
def test_order_and_a_constant_do_not_matter(values, random, constant):
    order = list(range(len(values)))
    random.shuffle(order)
    one, other = compare_with_best(values), compare_with_best(values[order] + constant)
    assert_allclose(other.lower, one.lower[order], atol=1e-8)
    assert_allclose(other.difference, one.difference[order], atol=1e-8)
