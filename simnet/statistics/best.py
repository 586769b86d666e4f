"""Multiple comparisons with the best: how far each strategy can be from the best other one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from simnet.statistics.arrays import Bools, Floats, between, complete, table


@dataclass(frozen=True)
class WithBest:
    """Each strategy's mean minus that of the best of the others; arrays of (strategies,).

    For minimising, above 0 means worse than the best by so much, below 0 the best by so much.
    """

    difference: Floats
    lower: Floats
    """not above 0"""
    upper: Floats
    """not below 0"""
    can_be_best: Bools
    """the strategies that the data do not rule out; never empty"""


def compare_with_best(
    values: ArrayLike, level: float = 0.95, direction: Literal["min", "max"] = "min"
) -> WithBest:
    """Constrained intervals of mean_i - min over j != i of mean_j ("max": minus the maximum).

    ``values`` is (strategies, replications) under common random numbers; only replications that
    are known for all strategies count. With chance ``level`` at least, all intervals hold at once
    and a truly best strategy is among ``can_be_best``: exactly so for jointly normal replications,
    whatever their correlation.

    The intervals follow from one-sided paired t intervals of the best against each other strategy
    at (1 - level) / (strategies - 1) (Bonferroni: whichever is the best, there are only so many)
    in the way of Hsu, Multiple Comparisons, 1996, ch. 4, and Edwards and Hsu 1983, Journal of the
    American Statistical Association 78(384), pp. 965-971; paired and without assumed sphericity,
    other than Nelson and Matejcik 1995, Management Science 41(12), pp. 1935-1945.

    ValueError for fewer than two strategies or complete replications, a level outside 0 to 1 and
    an unknown direction.
    """
    between(0, 1, level=level)
    if direction not in ("min", "max"):
        raise ValueError(f'direction must be "min" or "max", got {direction!r}')
    if direction == "max":
        turned = compare_with_best(-np.asarray(values, dtype=np.float64), level)
        return WithBest(-turned.difference, -turned.upper, -turned.lower, turned.can_be_best)
    array = table("values", values, "strategies, replications")
    if len(array) < 2:
        raise ValueError("a comparison needs two strategies")
    array = complete(array)
    strategies, replications = array.shape
    student = stdtrit(replications - 1, 1 - (1 - level) / (strategies - 1))
    apart = np.empty((strategies, strategies))
    width = np.empty((strategies, strategies))
    for i, row in enumerate(array):
        paired = row - array
        apart[i] = paired.mean(axis=1)
        width[i] = student * paired.std(axis=1, ddof=1) / np.sqrt(replications)

    # the best is not behind anyone: who surely is behind someone is not the best
    other = ~np.eye(strategies, dtype=bool)
    surely = np.max(apart - width, axis=1, where=other, initial=-np.inf)
    can_be_best = surely <= 0
    # the best is one of those, and behind the best one is at most by the farthest of them
    at_most = np.max(apart + width, axis=1, where=other & can_be_best, initial=0.0)
    return WithBest(
        np.max(apart, axis=1, where=other, initial=-np.inf),
        np.minimum(surely, 0.0),
        at_most,
        can_be_best,
    )
