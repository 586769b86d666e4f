"""Where a budget of replications tells most about which strategy is the best: OCBA and OCBA-CO."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from simnet.statistics.arrays import Bools, Floats, Ints

EQUAL = 1e-6
"""Signal to noise under which two means count as this far apart: equal ones would take all."""


@dataclass(frozen=True)
class Constraint:
    """A second response, with the limit its mean must not exceed; arrays of (strategies,)."""

    means: ArrayLike
    stds: ArrayLike
    limit: float


def allocate(
    means: ArrayLike,
    stds: ArrayLike,
    counts: ArrayLike,
    extra: int,
    constraint: Constraint | None = None,
) -> Ints:
    """(strategies,) how to share ``extra`` further replications; they sum to ``extra``.

    Minimising. ``means``, ``stds`` (of one replication) and ``counts`` are (strategies,), from the
    replications so far. Counts go towards the ratios that asymptotically maximise the approximate
    chance of correct selection (``correct_selection``) for independent normal replications: Chen,
    Lin, Yucesan and Chick 2000, Discrete Event Dynamic Systems 10, pp. 251-270, theorem 1:
    N_i ~ (std_i / (mean_i - mean_b))^2 and N_b = std_b sqrt(sum of N_i^2 / std_i^2). What common
    random numbers would save is not in it. Use in steps: a part of the budget at a time.

    With a ``constraint``, OCBA-CO (Lee, Pujowidianto, Li, Chen and Yap 2012, IEEE Transactions on
    Automatic Control 57(11), pp. 2940-2945): a strategy that is not the best feasible one is ruled
    out by its mean or by the limit, whichever shows more clearly (larger mean difference over
    standard deviation), and gets N_i by that; the best one gets the more of what its comparisons
    with those ruled out by their means and its own limit ask for. Where no strategy seems
    feasible, all are by the limit.

    ValueError for arguments that do not fit, are not finite, or negative where they cannot be.
    """
    mean, std, count = _checked(means, stds, counts)
    if extra < 0:
        raise ValueError(f"extra must not be negative, got {extra}")
    return _fill(_ratios(mean, std, constraint), count, extra)


def correct_selection(
    means: ArrayLike, stds: ArrayLike, counts: ArrayLike, constraint: Constraint | None = None
) -> float:
    """Approximate chance that the least sample mean is the least mean: a lower bound.

    APCS-B of Chen et al. 2000: 1 - sum over the others of the chance to be better than the
    best, each mean normal about its estimate. With a ``constraint`` also minus the chance that the
    best is infeasible, and a strategy counts by the lesser of its chances to be better and to be
    feasible (Lee et al. 2012); 0 where none seems feasible. ValueError as ``allocate``.
    """
    mean, std, count = _checked(means, stds, counts)
    if not (count > 0).all():
        raise ValueError("every strategy needs a replication")
    feasible = np.ones(len(mean), dtype=bool)
    excess = beyond = np.zeros(0)
    if constraint is not None:
        excess, beyond = _limited(constraint, len(mean))
        feasible = excess <= 0
        if not feasible.any():
            return 0.0
    best = _best(mean, feasible)
    wrong = ndtr(_signal(mean[best] - mean, np.sqrt(std**2 / count + std[best] ** 2 / count[best])))
    wrong[best] = 0.0
    if constraint is not None:
        keeps = ndtr(_signal(-excess, beyond / np.sqrt(count)))
        wrong = np.minimum(wrong, keeps)
        wrong[best] = 1 - keeps[best]
    return max(0.0, 1 - float(wrong.sum()))


def _checked(means: ArrayLike, stds: ArrayLike, counts: ArrayLike) -> tuple[Floats, Floats, Ints]:
    mean, std = np.asarray(means, dtype=np.float64), np.asarray(stds, dtype=np.float64)
    count = np.asarray(counts, dtype=np.intp)
    if mean.ndim != 1 or not mean.size or not mean.shape == std.shape == count.shape:
        raise ValueError(f"shapes do not fit: {mean.shape}, {std.shape}, {count.shape}")
    if not (np.isfinite(mean).all() and np.isfinite(std).all()):
        raise ValueError("means and stds must be finite")
    if (std < 0).any() or (count < 0).any():
        raise ValueError("stds and counts must not be negative")
    return mean, std, count


def _limited(constraint: Constraint, strategies: int) -> tuple[Floats, Floats]:
    """Excess over the limit and standard deviation."""
    mean, std, _ = _checked(constraint.means, constraint.stds, np.zeros(strategies))
    return mean - constraint.limit, std


def _best(mean: Floats, feasible: Bools) -> int:
    return int(np.argmin(np.where(feasible, mean, np.inf)))


def _signal(apart: Floats, noise: Floats) -> Floats:
    """apart / noise, where nothing over no noise is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(apart == 0, 0.0, apart / noise)


def _ratios(mean: Floats, std: Floats, constraint: Constraint | None) -> Floats:
    """Shares of the replications, up to a common factor."""
    margin, feasible = np.full(len(mean), -np.inf), np.ones(len(mean), dtype=bool)
    if constraint is not None:
        excess, beyond = _limited(constraint, len(mean))
        margin, feasible = _signal(excess, beyond), excess <= 0
        if not feasible.any():
            return np.maximum(margin, EQUAL) ** -2
    best = _best(mean, feasible)
    apart = _signal(mean - mean[best], std)
    ratios = np.maximum(np.maximum(apart, margin), EQUAL) ** -2
    compared = (apart >= margin) & (std > 0)
    compared[best] = False
    by_means = std[best] * np.sqrt(((ratios[compared] / std[compared]) ** 2).sum())
    by_limit = max(-margin[best], EQUAL) ** -2
    ratios[best] = max(by_means, by_limit)
    return ratios


def _fill(ratios: Floats, counts: Ints, extra: int) -> Ints:
    """Further replications, so that the counts come as near to the ratios as they can."""
    top = ratios.max()
    share = np.maximum(ratios / top, 1e-12) if top > 0 else np.ones(len(ratios))
    total = counts.sum() + extra
    open_ = np.ones(len(counts), dtype=bool)
    while True:
        left = total - counts[~open_].sum()
        goal = np.where(open_, left * share / share[open_].sum(), counts)
        if (goal >= counts).all():
            break
        open_ &= goal >= counts
    more = goal - counts
    whole = np.floor(more).astype(np.intp)
    by_rest = np.argsort(whole - more, kind="stable")
    whole[by_rest[: extra - whole.sum()]] += 1
    return whole
