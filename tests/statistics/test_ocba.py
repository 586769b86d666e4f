"""OCBA: its equations, and fewer wrong choices than equal shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import norm

from simnet.statistics import Constraint, allocate, correct_selection


def test_the_ratios_of_chen():
    means, stds = np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.0, 2.0, 1.5, 3.0])
    given_ = allocate(means, stds, np.zeros(4, int), 1_000_000)
    noise = (stds[1:] / (means[1:] - 1)) ** 2
    assert_allclose(given_[1:] / given_[1], noise / noise[0], rtol=1e-4)
    assert_allclose(given_[0], np.sqrt(((given_[1:] / stds[1:]) ** 2).sum()), rtol=1e-4)


def test_what_has_more_than_its_share_gets_nothing():
    means, stds = [0.0, 1.0, 9.0], [1.0, 1.0, 1.0]
    given_ = allocate(means, stds, [10, 10, 50], 100)
    assert given_[2] == 0
    assert given_.sum() == 100
    assert abs((10 + given_[0]) - (10 + given_[1])) <= 2  # two designs of equal noise


def test_no_noise_no_replications_and_no_noise_anywhere_equal_ones():
    given_ = allocate([0, 1, 2], [1, 0, 1], [0, 0, 0], 100)
    assert given_[1] == 0
    assert allocate([0, 1, 2], [0, 0, 0], [5, 0, 0], 10).tolist() == [0, 5, 5]


def test_equal_means_share():
    given_ = allocate([1, 1, 5], [2, 2, 2], [0, 0, 0], 100)
    assert given_.tolist() == [50, 50, 0]


def test_with_a_limit_each_is_ruled_out_by_what_shows_more_clearly():
    """Best 1; 0 is cheaper, but infeasible; 2 is worse; 3 is both, clearer by the limit."""
    limit = Constraint([1.5, -2.0, -1.0, 4.0], [1.0, 1.0, 1.0, 1.0], 0.0)
    given_ = allocate([-1, 0, 0.5, 1], [1, 1, 1, 1], [0] * 4, 1_000_000, limit)
    noise = np.array([1 / 1.5**2, 1 / 0.5**2, 1 / 4**2])
    assert_allclose(given_[[0, 2, 3]] / given_[2], noise / noise[1], rtol=1e-4)
    assert_allclose(given_[1], given_[2], rtol=1e-4)  # the only comparison by means
    tight = Constraint([1.5, -0.1, -1.0, 4.0], [1.0, 1.0, 1.0, 1.0], 0.0)
    given_ = allocate([-1, 0, 0.5, 1], [1, 1, 1, 1], [0] * 4, 1_000_000, tight)
    assert_allclose(given_[1] / given_[2], 0.5**2 / 0.1**2, rtol=1e-4)


def test_where_no_strategy_seems_feasible_all_are_shared_by_the_limit():
    limit = Constraint([1.0, 2.0], [1.0, 1.0], 0.0)
    assert allocate([0, 5], [1, 1], [0, 0], 100, limit).tolist() == [80, 20]
    assert correct_selection([0, 5], [1, 1], [9, 9], limit) == 0


def test_the_chance_of_correct_selection_of_two_is_exact():
    found = correct_selection([0, 1], [2, 3], [10, 20])
    assert_allclose(found, norm.cdf(1 / np.sqrt(4 / 10 + 9 / 20)))
    limit = Constraint([-1.0, 2.0], [1.0, 1.0], 0.0)
    found = correct_selection([0, -1], [2, 3], [10, 20], limit)
    assert_allclose(found, norm.cdf(np.sqrt(10)) - norm.cdf(-2 * np.sqrt(20)))


@pytest.mark.parametrize("seed", range(3))
def test_the_chance_of_correct_selection_is_a_lower_bound(seed, at_least):
    rng = np.random.default_rng(700 + seed)
    means, stds, counts = rng.normal(0, 1, 6), rng.uniform(1, 3, 6), rng.integers(20, 60, 6)
    draws = rng.normal(means, stds / np.sqrt(counts), (20_000, 6))
    right = (draws.argmin(axis=1) == means.argmin()).sum()
    at_least(right, 20_000, correct_selection(means, stds, counts))


class Experiment:
    """Chen's ten designs, N(i, 6^2) for i = 0 to 9, and a second response for the limit 0."""

    means = np.arange(10.0)
    late = np.array([2, 2, -2, -2, 2, -2, -2, 2, -2, -2.0])
    std = 6.0

    def __init__(self, rng, limited):
        self.rng, self.limited = rng, limited
        self.sums = np.zeros((4, 10))
        self.counts = np.zeros(10, dtype=int)

    def observe(self, counts):
        for design in np.flatnonzero(counts):
            cost = self.rng.normal(self.means[design], self.std, counts[design])
            late = self.rng.normal(self.late[design], self.std, counts[design])
            self.sums[:, design] += cost.sum(), (cost**2).sum(), late.sum(), (late**2).sum()
        self.counts += counts

    def estimates(self):
        cost, squares, late, late_squares = self.sums / self.counts
        bessel = self.counts / (self.counts - 1)
        limit = Constraint(late, np.sqrt((late_squares - late**2) * bessel), 0.0)
        stds = np.sqrt((squares - cost**2) * bessel)
        return cost, stds, self.counts, limit if self.limited else None

    def right(self):
        cost, _, _, limit = self.estimates()
        if limit is None:
            return cost.argmin() == 0
        feasible = limit.means <= 0
        return feasible.any() and np.where(feasible, cost, np.inf).argmin() == 2


def wrong_choices(reps, budget, step, limited, seed):
    """Of OCBA in steps and of equal shares, from ten replications each onwards."""
    rng, wrong = np.random.default_rng(seed), np.zeros(2, dtype=int)
    for _ in range(reps):
        ours, equal = Experiment(rng, limited), Experiment(rng, limited)
        ours.observe(np.full(10, 10))
        while (left := budget - ours.counts.sum()) > 0:
            means, stds, counts, limit = ours.estimates()
            ours.observe(allocate(means, stds, counts, min(step, left), limit))
        equal.observe(np.full(10, budget // 10))
        wrong += not ours.right(), not equal.right()
    return wrong


@pytest.mark.parametrize(("limited", "budget"), [(False, 1000), (True, 1500)])
def test_fewer_wrong_choices_than_equal_shares(limited, budget):
    """By four standard errors of the difference: wrong with chance 3e-5, were they equal."""
    reps = 300
    ours, equal = wrong_choices(reps, budget, 50, limited, 710)
    assert equal - ours > 4 * np.sqrt(ours + equal)


@pytest.mark.long
@pytest.mark.parametrize(("limited", "budget"), [(False, 1000), (True, 1500)])
def test_not_half_as_many_wrong_choices_at_full_length(limited, budget):
    """The bound is four standard errors above the ratio, were it one half."""
    ours, equal = wrong_choices(3000, budget, 20, limited, 711)
    assert ours < 0.5 * equal + 4 * np.sqrt(ours + 0.25 * equal)


THOUSANDTHS = st.integers(0, 50_000).map(lambda number: number / 1000)


@given(
    st.lists(st.tuples(THOUSANDTHS, THOUSANDTHS, st.integers(0, 30)), min_size=1),
    st.integers(0, 1000),
)
def test_all_is_given_away_and_nothing_taken(designs, extra):
    means, stds, counts = (np.array(part) for part in zip(*designs, strict=True))
    given_ = allocate(means, stds, counts, extra)
    assert given_.sum() == extra
    assert (given_ >= 0).all()
    shift = allocate(means[::-1] * 2, stds[::-1] * 2, counts[::-1], extra)
    if len(set(means)) == len(means):
        assert abs(shift[::-1] - given_).max() <= 1  # what is left of the rounding goes in order


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1, 2], [1], [1, 1], 5), "shapes"),
        (([1, np.nan], [1, 1], [1, 1], 5), "finite"),
        (([1, 2], [1, -1], [1, 1], 5), "negative"),
        (([1, 2], [1, 1], [1, 1], -5), "extra"),
        (([1, 2], [1, 1], [1, 1], 5, Constraint([1], [1], 0)), "shapes"),
    ],
)
def test_nonsense_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        allocate(*arguments)
