"""Months of moments, and hours of intervals in each. See `accounts.months`."""

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

DAY = 24.0


@inner
def month_at(month_of_day: Ints, edges: Floats, time: float) -> int:
    """The month of a moment of the run. Months begin at midnight, so the day says it all, but for
    a quotient that was rounded up."""
    month = month_of_day[int(time / DAY)]
    return month - 1 if time < edges[month] else month


@entry
def number(time: Floats, month_of_day: Ints, edges: Floats, found: Ints) -> None:
    """Fill `found` with the number of the month of each moment; all of shape (n,)."""
    for i in range(len(time)):
        found[i] = month_at(month_of_day, edges, min(max(time[i], 0.0), edges[-1]))


@entry
def add_up(
    group: Ints, start: Floats, end: Floats, weight: Floats, month_of_day: Ints, edges: Floats,
    since: float, through: Floats, partly: Floats, recent: Floats,
) -> None:  # fmt: skip
    """Add up weighted hours.

    start: (n,); group, end, weight: (n,), or (1,) for what all have in common; edges: (months + 1,)
    hours; through, partly: (groups, months), recent: (groups,), all zeros. Then `partly` has the
    hours in the months in which intervals begin and end, `through` by how much more (or less) than
    in the month before lasts through the month, and `recent` the hours after `since`.
    """
    last, horizon = len(edges) - 2, edges[-1]
    for i in range(len(start)):
        begin, until = start[i], end[i if len(end) > 1 else 0]
        if not begin < horizon:  # nor if it is NaN
            continue
        begin = max(begin, 0.0)
        if not until < horizon:
            until = horizon
        if until <= begin:
            continue
        of = group[i if len(group) > 1 else 0]
        pieces = weight[i if len(weight) > 1 else 0]
        recent[of] += pieces * max(until - max(begin, since), 0.0)
        first = month_at(month_of_day, edges, begin)
        final = last if until == horizon else month_at(month_of_day, edges, until)
        if first == final:
            partly[of, first] += pieces * (until - begin)
            continue
        partly[of, first] += pieces * (edges[first + 1] - begin)
        partly[of, final] += pieces * (until - edges[final])
        through[of, first + 1] += pieces
        through[of, final] -= pieces
