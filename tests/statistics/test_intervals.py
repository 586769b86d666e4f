"""Intervals against scipy, and their coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy import stats

from simnet.statistics import mean_interval, paired_differences

VALUES = arrays(
    np.float64,
    st.tuples(st.integers(2, 5), st.integers(3, 8)),
    elements=st.floats(-100, 100).map(lambda value: round(value, 3)),
    unique=True,
)


def test_mean_interval_is_that_of_scipy():
    values = np.random.default_rng(1).gamma(2, size=(3, 4, 7))
    found = mean_interval(values, 0.9)
    low, high = stats.t.interval(0.9, 6, values.mean(-1), stats.sem(values, axis=-1))
    assert_allclose(found.mean - found.half_width, low)
    assert_allclose(found.mean + found.half_width, high)


def test_mean_interval_leaves_out_what_is_not_known():
    found = mean_interval([[1, np.nan, 3, 5], [2, np.nan, np.nan, np.nan], [np.nan] * 4])
    assert found.count.tolist() == [3, 1, 0]
    assert_allclose(found.mean, [3, 2, np.nan])
    assert_allclose(found.half_width, [mean_interval([1, 3, 5]).half_width, np.nan, np.nan])


def test_mean_interval_covers(about):
    rng = np.random.default_rng(2)
    found = mean_interval(rng.normal(3, 2, size=(20_000, 8)))
    about((abs(found.mean - 3) <= found.half_width).sum(), 20_000, 0.95)


@pytest.mark.parametrize("adjust", ["holm", "bonferroni"])
def test_simultaneous_intervals_cover_at_their_level(adjust, crn, at_least):
    """Four differences at once, of strongly correlated strategies."""
    rng, truth = np.random.default_rng(3), np.array([10.0, 10.5, 9.0, 10.0, 12.0])
    hits = 0
    for _ in range(3000):
        found = paired_differences(crn(rng, truth, 10), baseline=0, adjust=adjust)
        apart = truth[1:] - truth[0]
        hits += ((found.lower <= apart) & (apart <= found.upper)).all()
    at_least(hits, 3000, 0.95)


def test_each_unadjusted_interval_covers_and_fieller_too(crn, about):
    rng, truth = np.random.default_rng(4), np.array([4.0, 5.0])
    plain = relative = 0
    for _ in range(6000):
        found = paired_differences(crn(rng, truth, 8), adjust="none")
        plain += found.lower[0] <= 1 <= found.upper[0]
        relative += found.percent_lower[0] <= 25 <= found.percent_upper[0]
    about(plain, 6000, 0.95)
    about(relative, 6000, 0.95)


@pytest.mark.parametrize("adjust", ["holm", "bonferroni"])
def test_adjusted_p_values_keep_the_familywise_error(adjust, crn, at_least):
    """No strategy differs: a false alarm in at most 5 % of the experiments."""
    rng = np.random.default_rng(5)
    quiet = sum(
        (paired_differences(crn(rng, np.zeros(5), 10), adjust=adjust).adjusted_p > 0.05).all()
        for _ in range(3000)
    )
    at_least(quiet, 3000, 0.95)


def test_p_values_are_those_of_the_paired_t_test_and_holm_is_as_in_his_paper(crn):
    values = crn(np.random.default_rng(6), [0, 0.2, 0.5, 0.9], 12)
    found = paired_differences(values, baseline=1, adjust="holm")
    raw = np.array([stats.ttest_rel(values[i], values[1]).pvalue for i in (0, 2, 3)])
    assert_allclose(found.p_value, raw)
    expected, least = np.empty(3), 0.0
    for rank, at in enumerate(np.argsort(raw)):
        least = max(least, min(1.0, (3 - rank) * raw[at]))
        expected[at] = least
    assert_allclose(found.adjusted_p, expected)
    assert_allclose(
        paired_differences(values, baseline=1, adjust="bonferroni").adjusted_p,
        np.minimum(1, 3 * raw),
    )


def test_fieller_limits_are_where_the_test_of_the_ratio_turns(crn):
    """At a limit x the mean of (strategy - (1 + x) baseline) is just significant."""
    values = crn(np.random.default_rng(7), [10, 11], 9)
    found = paired_differences(values, adjust="none")
    for limit in (found.percent_lower[0], found.percent_upper[0]):
        ratio = 1 + limit / 100
        assert_allclose(stats.ttest_1samp(values[1] - ratio * values[0], 0).pvalue, 0.05)


def test_a_baseline_about_zero_has_no_relative_interval(crn):
    values = crn(np.random.default_rng(8), [0.0, 1.0], 9)
    found = paired_differences(values - values[0].mean() + 1e-3)
    assert (found.percent_lower[0], found.percent_upper[0]) == (-np.inf, np.inf)


def test_a_strategy_that_changes_nothing():
    row = [3.0, 4.0, 6.0]
    found = paired_differences([row, row, [value + 1 for value in row]])
    assert found.difference.tolist() == [0, 1]
    assert found.p_value.tolist() == [1, 0]
    assert found.variance_reduction.tolist() == [np.inf, np.inf]


def test_a_pair_counts_where_both_are_known():
    values = np.array([[1.0, 2, 4, np.nan], [2.0, 4, 5, 9], [1.0, 7, np.nan, 0]])
    found = paired_differences(values, adjust="none")
    assert_allclose(found.difference, [4 / 3, 2.5])
    assert_allclose(found.percent, 100 * found.difference / [7 / 3, 1.5])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"values": [[1, 2]]}, "needs another"),
        ({"values": [[1, 2], [3, 4]], "baseline": 2}, "baseline 2"),
        ({"values": [[1, 2], [3, 4]], "level": 1}, "level must be between 0 and 1"),
        ({"values": [[1, 2], [3, 4]], "adjust": "sidak"}, "adjust must be"),
        ({"values": [1, 2]}, r"\(strategies, replications\)"),
    ],
)
def test_nonsense_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        paired_differences(**arguments)


@given(VALUES, st.floats(-1000, 1000))
def test_a_constant_changes_no_difference(values, constant):
    one, other = paired_differences(values), paired_differences(values + constant)
    for name in ("difference", "lower", "upper"):
        assert_allclose(getattr(one, name), getattr(other, name), atol=1e-8)


@given(VALUES, st.randoms(use_true_random=False))
def test_strategies_in_another_order_give_the_same(values, random):
    order = list(range(1, len(values)))
    random.shuffle(order)
    one = paired_differences(values)
    other = paired_differences(values[[0, *order]])
    for name in ("difference", "lower", "upper", "adjusted_p", "percent_lower"):
        assert_allclose(getattr(other, name), getattr(one, name)[np.array(order) - 1], atol=1e-12)


@given(VALUES)
def test_pairing_pays_just_where_the_correlation_is_positive(values):
    found = paired_differences(values)
    covariance = np.array([np.cov(values[0], row)[0, 1] for row in values[1:]])
    clear = abs(covariance) > 1e-6 * values.var()
    assert ((found.variance_reduction > 1) == (covariance > 0))[clear].all()
