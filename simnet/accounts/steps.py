"""Step functions of time: mean and peak in each day, of many of them at once."""

import numpy as np

from simnet.scenario.quantity import DAY

from .sums import Floats, Ints


def day_edges(horizon: float) -> Floats:
    """Edges of the days, the last one perhaps cut short."""
    return np.append(np.arange(0.0, horizon, DAY), horizon)


def time_weighted(
    place: Ints, times: Floats, changes: Ints, initial: Ints, horizon: float
) -> tuple[Floats, Floats]:
    """Mean and peak of a step function at each place, in each day.

    place, times, changes: (n,) numbers, hours and steps, in any order; what is NaN or beyond the
    horizon is left out; initial: (places,) levels at 0. Returns two arrays (places, days).
    """
    from .loops import steps

    if not (times[1:] >= times[:-1]).all():
        order = np.argsort(times, kind="stable")
        place, times, changes = place[order], times[order], changes[order]
    shape = len(initial), len(day_edges(horizon)) - 1
    mean, peak = np.zeros(shape), np.full(shape, -np.inf)
    level, since = initial.astype(np.float64), np.zeros(len(initial))
    of, moved = np.asarray(place, dtype=np.int32), np.asarray(changes, dtype=np.int64)
    steps.time_weighted(of, times, moved, level, since, horizon, mean, peak)
    return mean, peak


def open_intervals(
    place: Ints, places: int, start: Floats, end: Floats, horizon: float
) -> tuple[Floats, Floats]:
    """Mean and peak of the number of intervals that are open at each place, in each day.

    place: (n,) numbers, `places` for none; start, end: (n,) hours in any order, none before 0; a
    start of NaN never was, an end of NaN lies beyond the horizon. Returns two arrays (places,
    days).
    """
    from .loops import steps

    of = np.asarray(place, dtype=np.int32)
    shape = places, len(day_edges(horizon)) - 1
    mean, peak = np.zeros(shape), np.empty(shape)
    # about as many slots as intervals
    bits = max((len(start) // max(mean.size, 1)).bit_length() - 1, 0)
    slots = mean.size << bits
    rise, fall = np.zeros((2, slots), np.int32)
    steps.count(of, start, end, horizon, bits, rise, fall, mean)
    number, chosen = np.full(slots, -1, np.int32), np.empty((3, slots + 1), np.int64)
    found = steps.choose(rise, fall, horizon, bits, number, chosen, mean, peak)
    if found:
        _, *at = chosen[:, : found + 1]
        ups, downs = (np.empty(first[-1]) for first in at)
        row = shape[1] << bits
        steps.collect(of, start, end, horizon, bits, row, number, np.array(at), ups, downs)
        steps.go_through(number, chosen, bits, ups, downs, peak)
    return mean, peak
