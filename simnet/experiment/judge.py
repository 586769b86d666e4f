"""What a difference between two strategies comes to, in a word."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

BETTER, WORSE, HIGHER, LOWER = "better", "worse", "higher", "lower"
NOTHING = "no difference that matters"
UNKNOWN = "cannot be told apart"
NO_VALUE = "no value"
MANY = 1000
"""replications that nobody will wait for"""


def judged(
    difference: float, lower: float, upper: float, matters: float,
    goal: Literal["min", "max"] | None,
) -> str:  # fmt: skip
    """A difference with its interval: better or worse (higher or lower where no goal is known) if
    the interval lies beyond zero and the difference matters; of no matter if the whole interval is
    too small to matter; else they cannot be told apart."""
    if math.isnan(difference):
        return NO_VALUE
    if -matters <= lower and upper <= matters:
        return NOTHING
    if not (lower > 0 or upper < 0) or abs(difference) <= matters:
        return UNKNOWN
    if goal is None:
        return HIGHER if difference > 0 else LOWER
    return BETTER if (difference < 0) == (goal == "min") else WORSE


def in_both(as_it_was: str, at_worst: str) -> str:
    """The word that holds whether those who were never helped count as they were seen or at worst:
    what only one of the two says is not known."""
    return as_it_was if as_it_was == at_worst else UNKNOWN


def needed(one: NDArray[np.float64], other: NDArray[np.float64], least: float, others: int) -> int:
    """Replications with which the interval of the difference between two strategies would leave out
    zero, if the gap seen is the true one; MANY at most.

    one, other: (replications,) of each; least: a smaller gap than this is not to be shown; others:
    strategies that are compared with the one, whose intervals are to hold together with 95 %. Law,
    Simulation Modeling and Analysis, 5th ed. 2015, sec. 9.4.1, with the gap as half-width.
    """
    apart = one - other
    apart = apart[~np.isnan(apart)]
    spread, gap = float(np.std(apart, ddof=1)), max(abs(float(apart.mean())), least)
    if spread == 0 or gap == 0:
        return 2 if gap else MANY
    counts = np.arange(2, MANY + 1)
    enough = stdtrit(counts - 1, 1 - 0.025 / max(others, 1)) * spread / np.sqrt(counts) < gap
    return int(counts[enough][0]) if enough.any() else MANY
