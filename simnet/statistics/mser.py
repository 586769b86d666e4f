"""Where the warm-up ends: MSER-5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simnet.statistics.arrays import Floats

BATCH = 5
"""Observations that are averaged before the rule looks at them: the 5 of MSER-5."""
UNUSED = 5
"""Batches at the end where the rule does not look: the spread of so few is small by chance."""


@dataclass(frozen=True)
class WarmUp:
    cut: int | None
    """observations to leave out at the beginning; None where the series is too short to tell"""
    mean: float
    """of the observations after the cut, NaN without one"""
    curve: Floats
    """(batches - 5,) the statistic where that many batches are cut; its least is the rule's"""


def mser5(series: ArrayLike) -> WarmUp:
    """Cut so that the interval of the mean of what remains is narrowest.

    ``series`` is (observations,) or (replications, observations) at equal distances in time;
    replications are averaged first. White 1997, Simulation 69(6), pp. 323-334, on batch means of
    five: White, Cobb and Spratt 2000, Proceedings of the Winter Simulation Conference, pp.
    755-760. The statistic is the sum of squares about the mean of the remaining batches over the
    square of their number. As Hoad, Robinson and Davies 2010, Journal of the Operational Research
    Society 61(9), pp. 1389-1403 advise, the last five batches are not looked at, and a least one
    in the second half of the series is no cut but a series too short. No test of whether there is
    a steady state: a series that grows to its end may have nothing to cut.

    ValueError for another shape, values that are not finite, and fewer than 10 batches.
    """
    array = np.asarray(series, dtype=np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(f"series must be (replications, observations), got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("series has a value that is not finite")
    mean = array if array.ndim == 1 else array.mean(axis=0)
    batches = len(mean) // BATCH
    if batches < 2 * UNUSED:
        raise ValueError(f"{2 * UNUSED * BATCH} observations are the fewest, got {len(mean)}")
    batch = mean[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    off = batch - batch.mean()  # small numbers, whose squares lose no digits
    left = np.arange(batches, 0, -1)
    sums, squares = (np.cumsum(part[::-1])[::-1] for part in (off, off**2))
    curve = (np.maximum(squares - sums**2 / left, 0.0) / left**2)[:-UNUSED]
    cut = int(np.argmin(curve))
    if 2 * cut > batches:
        return WarmUp(None, np.nan, curve)
    return WarmUp(cut * BATCH, float(mean[cut * BATCH :].mean()), curve)
