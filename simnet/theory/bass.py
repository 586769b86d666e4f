"""Diffusion of a new product: Bass 1969, Management Science 15(5), pp. 215-227.

Who has not bought yet buys at a rate of innovation ``p`` plus imitation ``q`` times the share that
has. Times in any unit, p and q per that unit. Arguments broadcast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simnet.theory.arrays import Floats, amounts, positive


def cumulative(t: ArrayLike, potential: ArrayLike, p: ArrayLike, q: ArrayLike) -> Floats:
    """Units sold up to ``t`` of ``potential`` in all; the distribution F of Bass 1969 times it.

    ValueError for negative or non-finite arguments and p of 0.
    """
    time, m, p, q = amounts(t=t, potential=potential, p=p, q=q)
    positive(p=p)
    left = np.exp(-(p + q) * time)
    return m * -np.expm1(-(p + q) * time) / (1 + q / p * left)


def rate(t: ArrayLike, potential: ArrayLike, p: ArrayLike, q: ArrayLike) -> Floats:
    """Units sold per unit of time at ``t``: the derivative of ``cumulative``, same errors."""
    time, m, p, q = amounts(t=t, potential=potential, p=p, q=q)
    positive(p=p)
    left = np.exp(-(p + q) * time)
    return m * (p + q) ** 2 / p * left / (1 + q / p * left) ** 2


def peak(p: ArrayLike, q: ArrayLike) -> Floats:
    """When most is sold: log(q / p) / (p + q), Bass 1969; 0 where imitation is not above p.

    ValueError for negative or non-finite arguments and p of 0.
    """
    p, q = amounts(p=p, q=q)
    positive(p=p)
    return np.log(np.maximum(q / p, 1.0)) / (p + q)
