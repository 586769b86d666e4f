"""Whole numbers in proportion."""

import numpy as np
from numpy.typing import NDArray


def share_out(total: int, weights: NDArray[np.float64], least: int = 0) -> NDArray[np.int64]:
    """Whole numbers that add up to `total` and follow `weights`, by largest remainders.

    Each gets at least `least`; of equal remainders the earlier one is served first.
    """
    count = len(weights)
    rest = total - least * count
    if rest <= 0 or weights.sum() <= 0:
        found = np.full(count, total // max(count, 1))
        found[: total - int(found.sum())] += 1
        return found.astype(np.int64)
    # the least is a floor: what the weights would give beyond it is shared among the others
    ideal = weights / weights.sum() * total
    free = np.ones(count, dtype=bool)
    while True:
        left = total - least * int((~free).sum())
        ideal = np.where(free, weights * left / weights[free].sum(), least)
        low = free & (ideal < least)
        if not low.any():
            break
        free &= ~low
    found = np.floor(ideal).astype(np.int64)
    order = np.argsort(-(ideal - found), kind="stable")
    found[order[: total - int(found.sum())]] += 1
    return found
