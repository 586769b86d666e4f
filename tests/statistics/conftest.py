"""What the tests of chances share: each asks whether a count agrees with a chance, and may be
wrong with chance 1e-4 (each seed is fixed: it then always is, or never)."""

import numpy as np
import pytest
from scipy.stats import binom

ERROR = 1e-4


@pytest.fixture
def at_least():
    """Fails where so few hits have a chance below ERROR if one hit's chance is the level."""

    def check(hits, trials, level):
        bound = binom.ppf(ERROR, trials, level)
        assert hits >= bound, f"{hits / trials:.4f} is below {level}, bound {bound / trials:.4f}"

    return check


@pytest.fixture
def about():
    """Fails where so few or so many hits have a chance below ERROR."""

    def check(hits, trials, level):
        low, high = binom.ppf([ERROR / 2, 1 - ERROR / 2], trials, level)
        assert low <= hits <= high, f"{hits / trials:.4f}, not {level}"

    return check


@pytest.fixture
def crn():
    """Normal replications (strategies, count) that have a part in common."""

    def draw(rng, means, count, correlation=0.7, std=1.0):
        own = rng.standard_normal((len(means), count)) * np.sqrt(1 - correlation)
        together = rng.standard_normal(count) * np.sqrt(correlation)
        return np.asarray(means)[:, None] + std * (own + together)

    return draw
