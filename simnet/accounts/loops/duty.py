"""The duties of people at many moments. See `accounts.duty`."""

from math import isnan

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY = 24.0


@inner
def _at(before: Wide, days: int, on: Floats, person: int, time: float) -> int:
    """Number of duties before and with the last one that the person began by that time."""
    day = min(int(time / DAY), days - 1) if time > 0 else 0
    key = person * days + day
    found = before[key]
    while found < before[key + 1] and on[found] <= time:
        found += 1
    return found


@entry
def at(before: Wide, days: int, on: Floats, person: Ints, time: Floats, found: Wide) -> None:
    """Fill `found` with that number; person, time, found: (n,)."""
    for i in range(len(person)):
        found[i] = _at(before, days, on, person[i], time[i])


@entry
def overrun(
    before: Wide, days: int, of: Ints, on: Floats, off: Floats,
    person: Ints, start: Floats, end: Floats, found: Bools,
) -> None:  # fmt: skip
    """Fill `found` with whether work from `start` to `end` is not within one duty; all (n,). What
    nobody (-1) does, or is not over (NaN), is left out.

    of, on, off: (duties,) of all people, ordered by person and start.
    """
    for i in range(len(person)):
        if person[i] < 0 or isnan(end[i]):
            found[i] = False
            continue
        last = _at(before, days, on, person[i], start[i]) - 1
        found[i] = last < 0 or of[last] != person[i] or not end[i] <= off[last]
