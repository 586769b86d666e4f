"""Sums of columns, and the order of their values, in many groups at once. See `accounts.groups`."""

from math import isnan

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner
from simnet.records import CallEnd

from .months import month_at

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOW, OCTAVES = 2.0**-12, 32
"""the values that are told apart most finely: from a second to some hundred years, if hours"""
_BITS_OF_LOW = int(np.array(LOW).view(np.int64))
_BITS_OF_RANGE = 52 + OCTAVES.bit_length() - 1


@entry
def add_up(member: Ints, values: Floats, table: Floats) -> None:
    """Add up the values of the rows of each group.

    member: (n, kinds) numbers of the groups of a row; values: (columns, n); table: (groups,
    columns).
    """
    rows, kinds = member.shape
    mine = np.empty(len(values))  # side by side, so that they are added with few instructions
    for i in range(rows):
        for column in range(len(values)):
            mine[column] = values[column, i]
        for kind in range(kinds):
            line = table[member[i, kind]]
            for column in range(len(mine)):
                line[column] += mine[column]


@entry
def members(
    time: Floats, market: Ints, outlet: Ints, month_of_day: Ints, edges: Floats, warm_up: float,
    first: Wide, found: Ints,
) -> None:  # fmt: skip
    """Fill `found` (n, 3 or 4) with the groups of each row, see `accounts.groups`.

    time, market: (n,); outlet: (n,), (1,) where none has one, or (0,) where there are no groups of
    outlets; month_of_day,
    edges: see `months`; first: numbers of the first month, market, outlet, and of none.
    """
    none = first[3]
    for i in range(len(time)):
        if not time[i] < edges[-1]:  # what begins in the follow-up does not count
            found[i, :] = none
            continue
        late = time[i] >= warm_up
        found[i, 0] = 0 if late else none
        within = min(max(time[i], 0.0), edges[-1])
        found[i, 1] = first[0] + month_at(month_of_day, edges, within)
        found[i, 2] = first[1] + market[i] if late else none
        if len(outlet) > 0:
            at = outlet[i if len(outlet) > 1 else 0]
            found[i, 3] = first[2] + at if late and at >= 0 else none


CALLS = (
    "offered", "blocked", "gone", "heard", "waited", "soon", "waiting", "waiting for",
    "waiting shortly", "gone for good", "blocked for good",
)  # fmt: skip
"""what `calls` counts and adds up: of the answered also the hours that they waited, and how many of
them no longer than promised; of those in the queue still likewise"""


@entry
def calls(
    end: Ints, queued: Floats, left: Floats, last: Bools, within: float, until: float,
    member: Ints, table: Floats,
) -> None:  # fmt: skip
    """Add up the figures of the calls of each group.

    end, queued, left: (calls,); last: (calls,) whether the customer gave up for good with it;
    within: hours; until: hours at which the records end; member: as above; table: (groups + 1,
    CALLS), but for the whole, which is the sum of its markets.
    """
    mine = np.zeros(table.shape[1])
    none = len(table) - 1
    for i in range(len(end)):
        wait, talks = left[i] - queued[i], end[i] == CallEnd.ANSWERED
        mine[0], mine[1] = end[i] != CallEnd.CLOSED, end[i] == CallEnd.BLOCKED
        mine[2] = end[i] == CallEnd.ABANDONED and not isnan(left[i])
        mine[3], mine[4], mine[5] = talks, wait if talks else 0.0, talks and wait <= within
        waits = isnan(left[i]) and not isnan(queued[i])
        so_far = until - queued[i] if waits else 0.0
        mine[6], mine[7], mine[8] = waits, so_far, waits and so_far <= within
        mine[9], mine[10] = last[i] and mine[2] > 0, last[i] and mine[1] > 0
        for kind in range(1, member.shape[1]):
            if member[i, kind] < none:
                for column in range(len(mine)):
                    table[member[i, kind], column] += mine[column]


@inner
def _bucket(bits: int, shift: int, buckets: int) -> int:
    """The larger a value is, the later its bucket, about in proportion to its logarithm, as a float
    is written. What is below LOW, or negative, lies in the first one."""
    return min(max((bits - _BITS_OF_LOW) >> shift, 0), buckets - 1)


@entry
def spread(member: Ints, where: Bools, bits: Wide, fineness: int, count: Ints) -> None:
    """Count the values of each group that lie in each bucket.

    member: as above; where: (n,) rows that count; bits: (n,) values, as the bits of floats; count:
    (groups + 1, 2 ** fineness) zeros.
    """
    rows, kinds = member.shape
    shift = _BITS_OF_RANGE - fineness
    for i in range(rows):
        if where[i]:
            bucket = _bucket(bits[i], shift, count.shape[1])
            for kind in range(kinds):
                count[member[i, kind], bucket] += 1


@entry
def collect(
    member: Ints, where: Bools, bits: Wide, fineness: int, number: Ints, at: Wide, found: Wide
) -> None:
    """Collect the values that lie in one of the buckets asked for.

    member to fineness: as for `spread`; number: (groups + 1, 2 ** fineness) of those asked for, -1
    for the others; at: where their values begin in `found`, goes on to where they end.
    """
    rows, kinds = member.shape
    shift = _BITS_OF_RANGE - fineness
    for i in range(rows):
        if where[i]:
            bucket = _bucket(bits[i], shift, number.shape[1])
            for kind in range(kinds):
                which = number[member[i, kind], bucket]
                if which >= 0:
                    found[at[which]] = bits[i]
                    at[which] += 1
