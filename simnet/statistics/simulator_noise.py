"""What of a response's variance over a design is the factors', and what the simulator's chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simnet.statistics.arrays import Floats, table


@dataclass(frozen=True)
class VarianceSplit:
    """Variances in the square of the response's unit."""

    factors: float
    """of the expected response between the points of the design, not below 0"""
    noise: float
    """of one replication about what its point, and its random numbers everywhere, expect"""
    common: float
    """of what a replication adds at all points alike; 0 without common random numbers"""
    share: float
    """of the variance between the points' means: noise / replications over it, at most 1"""


def split_variance(values: ArrayLike, common: bool) -> VarianceSplit:
    """Analysis of variance of (points, replications), points and replications random.

    Without common random numbers (``common`` False) one way: noise is the mean square within the
    points, factors are (mean square between - noise) / replications. With them two ways: what the
    replications have in common drops out of all differences between points, and noise is their
    interaction. Searle, Casella and McCulloch, Variance Components, 1992, ch. 3 and 4:
    unbiased before negative estimates are set to 0. The points should be a random or space-filling
    sample of the factors; the noise may differ between points and is then their mean.

    ValueError for another shape, NaN, and fewer than two points or replications.
    """
    array = table("values", values, "points, replications")
    points, replications = array.shape
    if points < 2 or replications < 2 or np.isnan(array).any():
        raise ValueError("two points and replications are the fewest, and none may be NaN")
    means = array.mean(axis=1)
    between = float(means.var(ddof=1))
    rest = array - means[:, None]
    if common:
        shared = rest.mean(axis=0)
        rest = rest - shared
        noise = float((rest**2).sum()) / ((points - 1) * (replications - 1))
        together = max(float(shared.var(ddof=1)) - noise / points, 0.0)
    else:
        noise, together = float((rest**2).sum()) / (points * (replications - 1)), 0.0
    share = min(noise / replications / between, 1.0) if between > 0 else 0.0
    return VarianceSplit((1 - share) * between, noise, together, share)


def sobol_without_noise(first: ArrayLike, total: ArrayLike, share: float) -> tuple[Floats, Floats]:
    """Sobol' indices of the expected response from those of means over replications.

    ``first`` and ``total`` are (factors,) indices estimated from the points' means, ``share`` that
    of the noise in the variance of these means (``VarianceSplit.share``). The noise of different
    points is independent, so it is in the variance of the means (variance + noise / replications)
    and, as it acts with every factor, in every total effect, but in no first-order one: first /
    (1 - share) and (total - share) / (1 - share). That is the bias from finitely many repetitions
    that Mazo 2021, SIAM/ASA Journal on Uncertainty Quantification 9(4), pp. 1673-1713, studies for
    first-order indices; for total effects the same step in Jansen's mean square of differences.
    Total variance as in Marrel, Iooss, Da Veiga and Ribatet 2012, Statistics and Computing 22(3),
    pp. 833-847. Corrected indices may come out a little below 0, as any estimated ones.

    ValueError for a share outside 0 to 1, 1 excluded: there is nothing but noise.
    """
    if not 0 <= share < 1:
        raise ValueError(f"share must be at least 0 and below 1, got {share}")
    one, all_ = np.asarray(first, dtype=np.float64), np.asarray(total, dtype=np.float64)
    return one / (1 - share), (all_ - share) / (1 - share)
