"""What formulas need of a law: mean and spread, and how often a unit that lives by it fails."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simnet import theory
from simnet.scenario.law import Exponential, Gamma, Law, Lognormal, Weibull

Floats = NDArray[np.float64]

LEVELS = (np.arange(20_000) + 0.5) / 20_000
STEPS = 1000


def quantiles(law: Law, count: int) -> Floats:
    """`count` equally likely values, in order."""
    return law.ppf((np.arange(count) + 0.5) / count)


def second_moment(law: Law) -> float:
    """Mean of the square; of laws without a closed form from equally likely values."""
    if law.fixed is not None:
        return law.fixed**2
    if isinstance(law, Exponential):
        return 2 * law.mean() ** 2
    if isinstance(law, Weibull):
        shape, scale = law.parameters
        return scale**2 * math.gamma(1 + 2 / shape)
    if isinstance(law, Lognormal):
        median, sigma = law.parameters
        return float(median**2 * np.exp(2 * sigma**2))
    if isinstance(law, Gamma):
        shape, scale = law.parameters
        return shape * (shape + 1) * scale**2
    return float(np.mean(law.ppf(LEVELS) ** 2))


def residuals(values: Floats, weights: Floats) -> Floats:
    """Equally likely values of what is left of a job that is under way, in mean jobs, (1000,).

    values (n,) of a job, with their weights. Its density is the chance that a job is longer: Cox,
    Renewal Theory, 1962, sec. 5.1.
    """
    order = np.argsort(values)
    x, w = values[order], weights[order] / weights.sum()
    mean = float(x @ w)
    if mean <= 0:
        return np.full(1000, 0.5)
    longer = 1 - np.cumsum(w) + w  # at least as long as each value
    below = np.concatenate(([0.0], np.cumsum(np.diff(x, prepend=0.0) * longer))) / mean
    levels = (np.arange(1000) + 0.5) / 1000
    return np.interp(levels, below, np.concatenate(([0.0], x))) / mean


def longer_wait(load: float, servers: float, square: float, residual: Floats) -> float:
    """How many times as long as in M/M/c one waits: `theory.mgc`.

    load: of the servers' time; square: mean of the squared job, over the squared mean; residual:
    see `residuals`.
    """
    rate = min(load, 0.999) * servers
    # a mixture near the one whose residuals these are may have less spread of its own
    least = min(theory.least_of(residual, servers), 0.98 * square / 2)
    cv = np.sqrt(max(square - 1, 0.0))
    general = theory.mgc(rate, 1.0, cv, servers, max(least, 1e-9))
    plain = float(theory.mmc(rate, 1.0, servers).wait)
    return float(general.wait) / plain if plain > 1e-200 else square / 2


def hazard_of(law: Law) -> Callable[[Floats], Floats]:
    """Cumulative hazard as a function of the hours, up to 40."""
    level = np.concatenate(([0.0], np.geomspace(1e-6, 40.0, 2000)))
    hours = np.concatenate(([0.0], law.at_hazard(level[1:])))
    return lambda t: np.interp(t, hours, level)


def renewals(law: Law, effect: str, longest: float) -> Callable[[Floats], Floats]:
    """Expected failures of a unit until an age, as a function of the age; up to age `longest`.

    As new: the renewal function, beyond forty mean lives its asymptote. Minimal: the cumulative
    hazard (power law process where the life is Weibull).
    """
    if effect == "minimal":
        top = 1.0
        while law.at_hazard(np.array([top]))[0] < longest and top < 1e9:
            top *= 2
        hazard = np.concatenate(([0.0], np.geomspace(1e-9, top, 4000)))
        age = law.at_hazard(hazard)
        return lambda t: np.interp(t, age, hazard)
    mean = law.mean()
    if isinstance(law, Exponential):
        return lambda t: np.asarray(t) / mean
    if mean <= 0:
        return lambda t: np.full(np.shape(t), np.inf)
    end = min(longest, 40 * mean)
    grid = np.linspace(0.0, end, STEPS + 1)
    lives = law.ppf(LEVELS)

    def cdf(t: Floats) -> Floats:
        return np.searchsorted(lives, t, side="right") / len(lives)

    count = theory.renewal_function(cdf, end / STEPS, STEPS)
    return lambda t: np.interp(t, grid, count) + np.maximum(np.asarray(t) - end, 0.0) / mean
