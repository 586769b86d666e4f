"""Variance of factors and of the simulator: on models where both are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from simnet.statistics import sobol_without_noise, split_variance


def design(rng, points, replications, together=0.0):
    """Variance of factors 4, of noise 9, of what replications have in common ``together``."""
    factors = rng.normal(0, 2, (points, 1))
    shared = rng.normal(0, np.sqrt(together), replications)
    return 5 + factors + shared + rng.normal(0, 3, (points, replications))


@pytest.mark.parametrize("together", [0.0, 25.0])
def test_the_split_is_unbiased(together):
    """Within four standard errors of the mean over 400 designs: wrong with chance 3e-4 at most."""
    rng = np.random.default_rng(1000)
    found = [split_variance(design(rng, 30, 6, together), together > 0) for _ in range(400)]
    truths = {"factors": 4.0, "noise": 9.0} | ({"common": 25.0} if together else {})
    for name, truth in truths.items():
        each = np.array([getattr(split, name) for split in found])
        assert abs(each.mean() - truth) < 4 * each.std() / 20
    assert all(split.common == 0 for split in found) == (together == 0)


def test_by_hand():
    """Rows 1 and 3 apart by 2: mean squares by an analysis of variance table."""
    values = [[1.0, 3.0], [3.0, 7.0]]
    one_way = split_variance(values, common=False)
    assert one_way.noise == 5  # (2 + 8) / 2
    assert one_way.factors == 2  # (9 - 5) / 2
    assert_allclose(one_way.share, 5 / 9)
    two_ways = split_variance(values, common=True)
    assert two_ways.noise == 1
    assert two_ways.factors == 4
    assert two_ways.common == 4  # (9 - 1) / 2


def test_common_noise_does_not_blur_the_points():
    """Replications that are far apart, but for all points alike."""
    values = np.arange(6.0)[:, None] + 1000 * np.random.default_rng(1001).normal(0, 1, 5)
    found = split_variance(values, common=True)
    assert_allclose(found.factors, np.var(np.arange(6), ddof=1))
    assert_allclose(found.noise, 0, atol=1e-18)
    assert split_variance(values, common=False).factors == 0


def ishigami(x):
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


FIRST = np.array([0.3139, 0.4424, 0.0])
TOTAL = np.array([0.5576, 0.4424, 0.2437])
"""Ishigami and Homma 1990; the function's variance is 13.84."""


@pytest.mark.parametrize("common", [False, True])
def test_corrected_indices_of_ishigami_are_nearer_to_the_truth(common):
    """Saltelli's design of 2^13 points with three replications whose noise has twice the variance
    of the function; estimators of Saltelli et al. 2010 and Jansen 1999."""
    rng = np.random.default_rng(1002)
    points, replications = 2**13, 3
    x, y = rng.uniform(-np.pi, np.pi, (2, points, 3))
    mixed = [np.where(np.arange(3) == factor, y, x) for factor in range(3)]
    shared = rng.normal(0, 10, replications) * common
    runs = [
        ishigami(part)[:, None] + shared + rng.normal(0, np.sqrt(2 * 13.84), (points, replications))
        for part in (x, y, *mixed)
    ]
    a, b, *ab = (run.mean(axis=1) for run in runs)
    split = split_variance(np.concatenate(runs[:2]), common)
    variance = np.concatenate([a, b]).var()
    mean = np.concatenate([a, b]).mean()
    first = np.array([((b - mean) * (each - a)).mean() for each in ab]) / variance
    total = np.array([((a - each) ** 2).mean() for each in ab]) / 2 / variance
    found_first, found_total = sobol_without_noise(first, total, split.share)
    assert abs(split.noise / (2 * 13.84) - 1) < 0.03
    assert abs(split.factors / 13.84 - 1) < 0.06
    assert abs(found_first - FIRST).max() < 0.06 < abs(first - FIRST).max()
    assert abs(found_total - TOTAL).max() < 0.06 < abs(total - TOTAL).max()


@given(st.integers(0, 1000), st.booleans(), st.floats(-1e3, 1e3), st.permutations(range(5)))
def test_order_and_a_constant_do_not_matter(seed, common, constant, order):
    values = design(np.random.default_rng(seed), 5, 4)
    one = split_variance(values, common)
    other = split_variance(values[list(order)] + constant, common)
    for name in ("factors", "noise", "common", "share"):
        assert_allclose(getattr(other, name), getattr(one, name), atol=1e-8)


def test_without_noise_nothing_is_corrected():
    split = split_variance([[1, 1], [2, 2], [4, 4]], common=False)
    assert (split.noise, split.share) == (0, 0)
    first, total = sobol_without_noise([0.3, 0.1], [0.5, 0.6], split.share)
    assert first.tolist() == [0.3, 0.1]
    assert total.tolist() == [0.5, 0.6]


def test_nonsense_is_refused():
    for values in ([[1.0, 2.0]], [[1.0], [2.0]], [[1.0, np.nan], [1.0, 2.0]]):
        with pytest.raises(ValueError, match="two points"):
            split_variance(values, common=False)
    with pytest.raises(ValueError, match="share"):
        sobol_without_noise([0.1], [0.2], 1.0)
