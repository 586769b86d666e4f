"""Strategies that no other beats in every response, and how sure that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simnet.statistics.arrays import Bools, Floats, complete, table


def front(points: ArrayLike, against: Bools | None = None) -> Bools:
    """(strategies,) which points are on the Pareto front, all responses to be minimised.

    ``points`` is (strategies, responses). A point is off the front where another is at most as
    large in all responses and smaller in one, so equal points are on it together. against:
    (strategies, strategies) whether the second may push the first off, all where None. ValueError
    for another shape or NaN.
    """
    array = table("points", points, "strategies, responses")
    if np.isnan(array).any():
        raise ValueError("points has NaN")
    on = np.ones(len(array), dtype=bool)
    for i, point in enumerate(array):
        beats = (array <= point).all(axis=1) & (array < point).any(axis=1)
        on[i] = not (beats if against is None else beats & against[i]).any()
    return on


def front_share(
    values: ArrayLike, seed: int, resamples: int = 1000, against: Bools | None = None
) -> Floats:
    """(strategies,) share of bootstrap samples in which a strategy's means are on the `front`.

    ``values`` is (strategies, responses, replications). The same replications are drawn for all
    strategies and responses, so what common random numbers have in common stays in common; only
    replications that are known everywhere count. Equal seeds give equal shares, whose standard
    error is at most 1 / sqrt(4 resamples). The bootstrap of Efron and Tibshirani, An Introduction
    to the Bootstrap, 1993, ch. 8: a measure of how much the front depends on chance, not a
    confidence level.

    ValueError for another shape and fewer than two complete replications.
    """
    array = complete(table("values", values, "strategies, responses, replications"))
    replications = array.shape[-1]
    draws = np.random.default_rng(seed).multinomial(
        replications, np.full(replications, 1 / replications), size=resamples
    )
    shares = np.zeros(len(array))
    for weights in draws:
        shares += front(array @ (weights / replications), against)
    return shares / resamples
