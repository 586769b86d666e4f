"""How many replications more until the means are known closely enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from simnet.statistics.arrays import between, table


@dataclass(frozen=True)
class Target:
    """How closely a mean shall be known."""

    half_width: float
    """in the unit of the response, or as a share of the mean's size where ``relative``"""
    relative: bool = False


class Need(NamedTuple):
    reached: bool
    wanted: int
    """replications more, by the spread seen so far; 0 where reached"""


def replications_wanted(
    responses: Mapping[str, ArrayLike],
    targets: Mapping[str, Target],
    level: float = 0.95,
    least: int = 10,
    most: int = 100_000,
) -> dict[str, Need]:
    """For each target: is its response's half-width there, and if not, how many runs are missing.

    ``responses`` are (replications,) each, NaN where a replication does not know. Law, Simulation
    Modeling and Analysis, 5th ed. 2015, sec. 9.4.1: the least n so that t(n - 1) S / sqrt(n) is
    at most the target, S from the replications so far; a relative error g of the mean asks for
    g / (1 + g) of its estimate. Asked again after each batch it is the sequential rule of
    Chow and Robbins 1965, Annals of Mathematical Statistics 36(2), pp. 457-462: the interval's
    level is asymptotic as targets become small, and a little short of it otherwise; so nothing is
    reached before ``least`` replications (Law advises 10). Each response by itself: for all at
    once give 1 - (1 - level) / targets.

    No answer exceeds ``most``, as where a mean of 0 shall be known to a share of itself.

    ValueError for a target that is not above 0 and a level outside 0 to 1; KeyError for a target
    without response.
    """
    between(0, 1, level=level)
    for name, target in targets.items():
        if not target.half_width > 0:
            raise ValueError(f"the target of {name} must be above 0, got {target.half_width}")
    return {
        name: _need(table(name, responses[name], "replications"), target, level, least, most)
        for name, target in targets.items()
    }


def _need(values: ArrayLike, target: Target, level: float, least: int, most: int) -> Need:
    array = np.asarray(values, dtype=np.float64)
    known = array[~np.isnan(array)]
    if known.size < 2:
        return Need(False, max(least - known.size, 1))
    goal, spread = target.half_width, float(known.std(ddof=1))
    if target.relative:
        goal *= abs(float(known.mean())) / (1 + goal)

    def enough(count: int) -> bool:
        return float(stdtrit(count - 1, (1 + level) / 2)) * spread / math.sqrt(count) <= goal

    if known.size >= least and enough(known.size):
        return Need(True, 0)
    low, high = known.size, known.size + most
    if not enough(high):
        return Need(False, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    # where some replications do not know the response, so will some of those to come
    missing = (max(high, least) - known.size) * array.size / known.size
    return Need(False, min(math.ceil(missing), most))
