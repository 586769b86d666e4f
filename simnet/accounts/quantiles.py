"""Quantiles of the rows of many groups at once, without sorting all of them.

The values are spread over buckets first, in order; what the counts say lies in the bucket of a
quantile is then sorted, a small part of all.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .sums import Bools, Floats

FINEST = 12
"""2 to this power are the most buckets of a group"""


def quantiles(
    member: NDArray[np.int32], groups: int, where: Bools, values: Floats, shares: Sequence[float]
) -> Floats:
    """Quantiles of `values` (n,) in each group, shape (groups, shares); NaN for an empty one.

    member: (n, kinds) numbers of the groups of each row, `groups` for none; where: (n,) rows that
    count. Straight in between the two values next to each, to the bit as `np.quantile` has them.
    """
    from .loops import groups as loops

    # a few values in each bucket: many buckets would not stay in the cache
    fineness = min(max((len(values) // (groups + 1)).bit_length() - 2, 4), FINEST)
    count = np.zeros((groups + 1, 1 << fineness), dtype=np.int32)
    bits = np.ascontiguousarray(values).view(np.int64)
    loops.spread(member, where, bits, fineness, count)

    # how many lie in buckets up to each, of this and earlier groups
    until = np.cumsum(count, dtype=np.int64)
    of_group = count[:groups].sum(axis=1)
    empty = of_group == 0
    if empty.all():
        return np.full((groups, len(shares)), np.nan)
    position = np.multiply.outer(np.maximum(of_group - 1, 0), shares)
    below = position.astype(np.int64)
    above = np.minimum(below + 1, np.maximum(of_group - 1, 0)[:, None])
    ranks = np.array((below, above)) + (np.cumsum(of_group) - of_group)[:, None]
    inside = np.minimum(np.searchsorted(until, ranks, side="right"), count.size - 1)
    asked, which = np.unique(inside, return_inverse=True)

    number = np.full(count.shape, -1, dtype=np.int32)
    number.reshape(-1)[asked] = np.arange(len(asked))
    size = count.reshape(-1)[asked]
    first = np.cumsum(size) - size
    found = np.empty(size.sum())
    loops.collect(member, where, bits, fineness, number, first.copy(), found.view(np.int64))
    for start, end in pairwise([*first.tolist(), len(found)]):
        found[start:end].sort()
    at = (first - until[asked] + size)[which.reshape(ranks.shape)] + ranks
    low, high = np.where(empty[:, None], np.nan, found[np.where(empty[:, None], 0, at)])
    part, rise = position - below, high - low
    return np.where(part >= 0.5, high - rise * (1 - part), low + rise * part)
