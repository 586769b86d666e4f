"""Sums of columns, and the order of their values, in many groups at once. See `accounts.groups`."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]
Bools = NDArray[np.bool_]


@entry
def add_up(member: Ints, part: Ints, values: Floats, table: Floats) -> None:
    """Add up the values of the rows of each group and part.

    member: (n, kinds) numbers of the groups of a row; part: (n,) numbers, or (1,) for one of all;
    values: (columns, n); table: (groups, parts, columns).
    """
    rows, kinds = member.shape
    mine = np.empty(len(values))  # side by side, so that they are added with few instructions
    for i in range(rows):
        at = part[i if len(part) > 1 else 0]
        for column in range(len(values)):
            mine[column] = values[column, i]
        for kind in range(kinds):
            line = table[member[i, kind], at]
            for column in range(len(mine)):
                line[column] += mine[column]


@inner
def _bucket(value: float, low: float, high: float, buckets: int) -> int:
    """The larger a value is, the later its bucket; small ones lie closer."""
    if not high > low:
        return 0
    return min(int(sqrt(sqrt((value - low) / (high - low))) * buckets), buckets - 1)


@entry
def spread(member: Ints, where: Bools, values: Floats, bucket: Ints, count: Ints) -> None:
    """Count the values of each group that lie in each bucket.

    member: as above; where: (n,) rows that count; values: (n,); bucket: (n,), filled with the
    bucket of each value; count: (groups, buckets) zeros.
    """
    rows, kinds = member.shape
    low, high = np.inf, -np.inf
    for i in range(rows):
        if where[i]:
            low, high = min(low, values[i]), max(high, values[i])
    for i in range(rows):
        if where[i]:
            bucket[i] = _bucket(values[i], low, high, count.shape[1])
            for kind in range(kinds):
                count[member[i, kind], bucket[i]] += 1


@entry
def collect(
    member: Ints, where: Bools, values: Floats, bucket: Ints, number: Ints, at: Wide, found: Floats
) -> None:
    """Collect the values that lie in one of the buckets asked for.

    number: (groups, buckets) of those asked for, -1 for the others; at: where their values begin
    in `found`, goes on to where they end.
    """
    rows, kinds = member.shape
    for i in range(rows):
        if where[i]:
            for kind in range(kinds):
                which = number[member[i, kind], bucket[i]]
                if which >= 0:
                    found[at[which]] = values[i]
                    at[which] += 1
