"""Mean and peak of levels in each day. See `accounts.steps`.

The peak of open intervals lies between two moves, so days are cut into slots, and what begins and
ends in each is counted first. That gives the level at every edge of a slot, and how high it can
rise within. Only the few slots in which it may rise above all edges of its day are then gone
through move by move.
"""

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Wide = NDArray[np.int64]

DAY = 24.0


@inner
def _slot(time: float, width: float) -> int:
    """The slot that a moment lies in; each holds its beginning."""
    slot = int(time / width)
    return slot - 1 if slot * width > time else slot  # where the quotient was rounded up


@inner
def _slot_until(time: float, width: float) -> int:
    """The slot that a moment after 0 lies in, if each holds its end."""
    slot = int(time / width)
    return slot - 1 if slot * width >= time else slot


@inner
def _sort(values: Floats) -> None:
    """In place. Most are few, or in order already."""
    gap = len(values)
    while gap > 1:
        gap = 1 if gap < 16 else gap * 4 // 9
        for i in range(gap, len(values)):
            value, at = values[i], i
            while at >= gap and values[at - gap] > value:
                values[at] = values[at - gap]
                at -= gap
            values[at] = value


@inner
def _highest(level: int, ups: Floats, downs: Floats) -> int:
    """Highest level after one of the `ups`; what ends at that moment is gone. Both in order."""
    top, gone = level, 0
    for i in range(len(ups)):
        while gone < len(downs) and downs[gone] <= ups[i]:
            gone += 1
        top = max(top, level + i + 1 - gone)
    return top


@entry
def count(
    place: Ints, start: Floats, end: Floats, horizon: float, bits: int,
    rise: Ints, fall: Ints, mean: Floats,
) -> None:  # fmt: skip
    """Count what begins and what ends in each slot, and add up what a day's first and last hours
    differ from whole ones.

    place, start, end: (n,), see `accounts.steps`; bits: 2 ** bits slots are a day; rise, fall:
    (places * slots,) zeros; mean: (places, days) zeros.
    """
    places, days = mean.shape
    width, row = DAY / (1 << bits), days << bits
    for i in range(len(start)):
        of = place[i]
        # a start of NaN never was, what lasts no time counts nowhere
        if of < places and start[i] < horizon and not end[i] <= start[i]:
            slot = _slot(start[i], width)
            rise[of * row + slot] += 1
            day = slot >> bits
            mean[of, day] += min((day + 1) * DAY, horizon) - start[i]
            if end[i] < horizon:
                slot = _slot_until(end[i], width)
                fall[of * row + slot] += 1
                day = slot >> bits
                mean[of, day] -= min((day + 1) * DAY, horizon) - end[i]


@entry
def choose(
    rise: Ints, fall: Ints, horizon: float, bits: int, number: Ints, chosen: Wide, mean: Floats,
    peak: Floats,
) -> int:  # fmt: skip
    """Finish `mean`, fill `peak` with the highest level at an edge of a slot, and choose the slots
    in which it may be higher. Returns how many.

    number: (places * slots,) filled with the number of each slot that is chosen; chosen: (3,
    places * slots + 1), filled with the level before it, and how many rises and falls of others
    come before its own.
    """
    places, days = mean.shape
    found = rises = falls = 0
    for of in range(places):
        level = 0
        for day in range(days):
            mean[of, day] = mean[of, day] / (min((day + 1) * DAY, horizon) - day * DAY) + level
            first = (of * days + day) << bits
            top = before = level
            for slot in range(first, first + (1 << bits)):
                level += rise[slot] - fall[slot]
                top = max(top, level)
            peak[of, day] = top
            for slot in range(first, first + (1 << bits)):
                if fall[slot] > 0 and before + rise[slot] > top:
                    number[slot] = found
                    chosen[0, found], chosen[1, found], chosen[2, found] = before, rises, falls
                    found, rises, falls = found + 1, rises + rise[slot], falls + fall[slot]
                before += rise[slot] - fall[slot]
    chosen[1, found], chosen[2, found] = rises, falls
    return found


@entry
def collect(
    place: Ints, start: Floats, end: Floats, horizon: float, bits: int, row: int, number: Ints,
    at: Wide, ups: Floats, downs: Floats,
) -> None:  # fmt: skip
    """The moments in the slots that are chosen. at: (2, chosen) where those of each begin."""
    width = DAY / (1 << bits)
    for i in range(len(start)):
        if start[i] < horizon and not end[i] <= start[i] and place[i] * row < len(number):
            which = number[place[i] * row + _slot(start[i], width)]
            if which >= 0:
                ups[at[0, which]] = start[i]
                at[0, which] += 1
            if end[i] < horizon:
                which = number[place[i] * row + _slot_until(end[i], width)]
                if which >= 0:
                    downs[at[1, which]] = end[i]
                    at[1, which] += 1


@entry
def go_through(
    number: Ints, chosen: Wide, bits: int, ups: Floats, downs: Floats, peak: Floats
) -> None:
    """Raise `peak` to the levels within the slots that are chosen."""
    days = peak.shape[1]
    for slot in range(len(number)):
        which = number[slot]
        if which >= 0:
            mine = ups[chosen[1, which] : chosen[1, which + 1]]
            gone = downs[chosen[2, which] : chosen[2, which + 1]]
            _sort(mine)
            _sort(gone)
            day = slot >> bits
            of, day = day // days, day % days
            peak[of, day] = max(peak[of, day], _highest(chosen[0, which], mine, gone))


@inner
def _lasts(level: float, since: float, until: float, mean: Floats, peak: Floats) -> None:
    """A level that lasts from one moment to another: its hours in each day, and the peaks."""
    day = _slot(since, DAY)
    while since < until:
        end = min((day + 1) * DAY, until)
        mean[day] += level * (end - since)
        peak[day] = max(peak[day], level)
        day, since = day + 1, end


@entry
def time_weighted(
    place: Ints, times: Floats, changes: Wide, level: Floats, since: Floats, horizon: float,
    mean: Floats, peak: Floats,
) -> None:  # fmt: skip
    """Mean and peak of the step function at each place, in each day.

    place, times, changes: (n,) in the order of time; level: (places,) at first, is changed; since:
    (places,) zeros; mean: (places, days) zeros; peak: (places, days) of -inf.
    """
    places, days = mean.shape
    for i in range(len(times)):
        if not times[i] < horizon:
            break
        of = place[i]
        if changes[i] != 0:
            # what happens at one moment counts once: a level that lasted no time is no peak
            _lasts(level[of], since[of], times[i], mean[of], peak[of])
            level[of] += changes[i]
            since[of] = times[i]
    for of in range(places):
        _lasts(level[of], since[of], horizon, mean[of], peak[of])
        for day in range(days):
            mean[of, day] /= min((day + 1) * DAY, horizon) - day * DAY
