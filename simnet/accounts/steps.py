"""Step functions of time: mean and peak in each of many intervals, such as days."""

import numpy as np
from numpy.typing import NDArray

from simnet.scenario.quantity import DAY

from .sums import Floats, partition


def day_edges(horizon: float) -> Floats:
    """Edges of the days, the last one perhaps cut short."""
    return np.append(np.arange(0.0, horizon, DAY), horizon)


def time_weighted(
    times: Floats, changes: Floats, initial: float, edges: Floats
) -> tuple[Floats, Floats]:
    """Mean and peak of a step function in each interval of `edges`.

    times: (n,) hours, in any order, NaN and beyond the last edge left out; changes: (n,) steps
    there; initial: level at edges[0]. Returns two arrays of shape (len(edges) - 1,).
    """
    if (times[1:] >= times[:-1]).all():
        end = np.searchsorted(times, edges[-1])
        moments, steps = times[:end], changes[:end]
    else:
        inside = np.flatnonzero(times < edges[-1])
        order = inside[np.argsort(times[inside], kind="stable")]
        moments, steps = times[order], changes[order]
    if len(moments):
        # what happens at one moment counts once: a level that lasted no time is no peak
        fresh = np.flatnonzero(np.concatenate(([True], moments[1:] > moments[:-1])))
        moments, steps = moments[fresh], np.add.reduceat(steps, fresh)
    levels = initial + np.concatenate(([0.0], np.cumsum(steps)))
    knots = np.concatenate(([edges[0]], moments))
    area = np.concatenate(([0.0], np.cumsum(levels[:-1] * np.diff(knots))))
    at = np.searchsorted(knots, edges, side="right") - 1
    until = area[at] + levels[at] * (edges - knots[at])
    mean = np.diff(until) / np.diff(edges)
    # the level at the beginning of each interval, and those that began within it
    within = np.searchsorted(knots, edges)
    within[0] = at[0]  # what happens at the very beginning ends the initial level
    return mean, np.maximum(levels[at[:-1]], _peaks(levels, within))


def open_intervals(start: Floats, end: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Mean and peak of the number of intervals that are open, in each interval of `edges`.

    start, end: (n,) hours in any order, none before the first edge, which is 0; a start of NaN
    never was, an end of NaN lies beyond the last edge. Returns two arrays (len(edges) - 1,).
    """
    # what lasts no time counts nowhere
    lasting = np.flatnonzero((start < edges[-1]) & ~(end <= start))
    up, down = ascending(start[lasting], edges), ascending(end[lasting], edges)
    # how many began before each edge, how many ended until then
    begun, gone = np.searchsorted(up, edges), np.searchsorted(down, edges, side="right")
    length = np.diff(edges)
    area = _hours_left(up, begun, edges) - _hours_left(down, gone, edges)
    mean = (area + (begun - gone)[:-1] * length) / length
    # a level rises where one begins; what ends at that moment is gone, what else begins there
    # makes the level higher still
    levels = np.arange(1.0, len(up) + 1) - np.searchsorted(down, up, side="right")
    return mean, np.maximum((begun - gone)[:-1], _peaks(levels, begun))


def ascending(times: Floats, edges: Floats) -> Floats:
    """Those of the times before the last edge, in order. times: (n,) not before 0."""
    times = times[np.flatnonzero(times < edges[-1])]
    days = int(edges[-1] // DAY) + 1
    if len(times) > 64 * days:
        # many short sorts are faster than a long one, and days are found without any
        order, bounds = partition((times / DAY).astype(np.int64), days)
        times = times[order]
        for start, end in bounds:
            times[start:end].sort()
        return times
    times.sort(kind="stable")  # which is fast where much is in order already
    return times


def _hours_left(times: Floats, before: NDArray[np.intp], edges: Floats) -> Floats:
    """Sum over the times in each interval of the hours to its end. before: how many of the times
    lie before each edge."""
    left = np.repeat(edges[1:], np.diff(before)) - times[: before[-1]]
    return np.where(np.diff(before) > 0, np.add.reduceat(np.append(left, 0.0), before[:-1]), 0.0)


def _peaks(levels: Floats, at: NDArray[np.intp]) -> Floats:
    """Highest of the levels from each position `at` to the next one, -inf where there is none."""
    highest = np.maximum.reduceat(np.append(levels, -np.inf), at[:-1])
    return np.where(np.diff(at) > 0, highest, -np.inf)
