"""Failures of one unit over time: renewed by each repair, or only kept running.

Times in any one unit. ``weibull_renewals`` is as-good-as-new repair, ``minimal_repair`` is
as-bad-as-old: reality lies between them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma

from simnet.theory.arrays import Floats, amounts, positive

STEPS_PER_MEAN = 250
MOST_STEPS = 10_000
LONG_RUN = 40.0
"""Mean lives after which the asymptote takes over, unless units fail mostly when young."""


def renewal_function(cdf: Callable[[Floats], Floats], step: float, steps: int) -> Floats:
    """Mean number of renewals up to 0, step, 2 step, .. steps step, shape (steps + 1,).

    ``cdf`` of the time between renewals, from an array of times to an array, with cdf(0) = 0; a
    new unit starts at 0. The renewal equation as a Riemann-Stieltjes sum with the cdf at midpoints:
    Xie 1989, Communications in Statistics - Simulation and Computation 18(1), pp. 281-293; also
    Tijms, A First Course in Stochastic Models, 2003, sec. 8.1. The error falls with the square of
    the step where the cdf is smooth.

    ValueError for a step or steps not above 0, and for a step so long that half of it leaves no
    unit alive.
    """
    positive(step=step, steps=steps)
    grid = np.arange(steps + 1, dtype=np.float64)
    whole = cdf(step * grid)
    half = cdf(step * (grid[1:] - 0.5))
    if half[0] >= 1:
        raise ValueError("step must leave units alive after half of it")
    found = np.zeros(steps + 1)
    gain = np.zeros(steps)
    for i in range(1, steps + 1):
        older = gain[: i - 1] @ half[i - 1 : 0 : -1]
        gain[i - 1] = (whole[i] + older - found[i - 1]) / (1 - half[0])
        found[i] = found[i - 1] + gain[i - 1]
    return found


def weibull_renewals(t: ArrayLike, shape: float, scale: float) -> Floats:
    """Mean number of failures up to ``t`` if each repair makes the unit as good as new.

    Lives are Weibull: cdf 1 - exp(-(t / scale)^shape). By ``renewal_function``, 250 steps a mean
    life but 10 000 at most, and for a shape from 1 the asymptote after 40 mean lives. ``t`` may
    have any shape. Errors are some 1e-5 renewals for a shape from 1, 1e-3 for a shape of 0.5.

    ValueError for a negative or non-finite t, and a shape or scale not above 0.
    """
    (time,) = amounts(t=t)
    positive(shape=shape, scale=scale)
    mean = float(gamma(1 + 1 / shape))
    cv = float(np.sqrt(gamma(1 + 2 / shape) / mean**2 - 1))
    lives = time / scale
    long_run = LONG_RUN * mean if shape >= 1 else np.inf
    until = min(float(np.max(lives, initial=0.0)), long_run)
    steps = min(int(until / mean * STEPS_PER_MEAN), MOST_STEPS) + 1
    step = (until or mean) / steps
    grid = step * np.arange(steps + 1, dtype=np.float64)

    def cdf(x: Floats) -> Floats:
        return -np.expm1(-(x**shape))

    found = renewal_function(cdf, step, steps)
    # Between grid points the ratio to the cdf is smooth, even where the cdf rises like a root.
    ratio = np.concatenate([[1.0], found[1:] / cdf(grid[1:])])
    near = cdf(lives) * np.interp(lives, grid, ratio)
    return np.where(lives > long_run, asymptotic_renewals(lives, mean, cv), near)


def asymptotic_renewals(t: ArrayLike, mean: ArrayLike, cv: ArrayLike) -> Floats:
    """What the mean number of renewals approaches: t / mean + (cv^2 - 1) / 2.

    ``mean`` of the time between renewals and ``cv``, its standard deviation over its mean. Cox,
    Renewal Theory, 1962, chapter 4; Tijms 2003, sec. 8.2. ValueError for negative or non-finite
    arguments and a mean of 0.
    """
    time, m, v = amounts(t=t, mean=mean, cv=cv)
    positive(mean=m)
    return time / m + (v**2 - 1) / 2


def minimal_repair(t: ArrayLike, shape: ArrayLike, scale: ArrayLike) -> Floats:
    """Mean number of failures up to ``t`` if a repair leaves the unit as old as it was.

    A Poisson process with the hazard of the first life, here Weibull: (t / scale)^shape, the power
    law process. Barlow and Hunter 1960, Operations Research 8(1), pp. 90-100. Arguments broadcast.

    ValueError for negative or non-finite arguments and a shape or scale of 0.
    """
    time, k, s = amounts(t=t, shape=shape, scale=scale)
    positive(shape=k, scale=s)
    return (time / s) ** k
