"""Calendar months: in which one a moment lies, and the hours of intervals that fall into each."""

import numpy as np
import pandas as pd

from simnet.plan import Plan
from simnet.scenario.quantity import DAY

from .sums import Floats, Ints, sums


def month_edges(plan: Plan) -> Floats:
    """Hours at which the months begin, and the horizon; shape (months + 1,)."""
    return np.append(plan.month_starts, plan.horizon)


def month_lengths(plan: Plan) -> Floats:
    """Each calendar month as a part of a whole one."""
    starts = plan.month_starts
    first = pd.Period(plan.scenario.start, freq="M")
    whole = np.array([(first + i).days_in_month * DAY for i in range(len(starts))])
    return np.diff(month_edges(plan)) / whole


def month_of(plan: Plan, time: Floats) -> Ints:
    """Number of the month of each moment; moments outside of the run belong to its first or last.

    time: (n,) hours, none of them NaN.
    """
    # months begin at midnight, so the day says it all; a table is faster than a search for each
    days = np.arange(int(plan.horizon // DAY) + 1) * DAY
    months = np.searchsorted(plan.month_starts, days, side="right") - 1
    day = np.clip(time, 0.0, plan.horizon) / DAY
    return np.asarray(months[day.astype(np.int32)])


def area_by_month(
    plan: Plan,
    time: Floats,
    steps: Floats | None = None,
    group: Ints | None = None,
    groups: int = 1,
) -> Floats:
    """Area in each month under a level that rises by `steps` (by 1 where None) at each `time`.

    time: (n,) hours, what is NaN or beyond the horizon is left out; group: (n,) numbers of levels.
    Returns shape (groups, months).
    """
    edges = month_edges(plan)
    months = len(edges) - 1
    rows = np.flatnonzero(time < plan.horizon)
    time = np.maximum(time[rows], 0.0)
    key = month_of(plan, time)
    left = edges[1:][key] - time
    if steps is not None:
        steps = steps[rows]
        left *= steps
    if group is not None:
        key += group[rows].astype(np.int64) * months
    size = groups * months
    there = np.cumsum(sums(key, size, steps).reshape(groups, months), axis=1)
    earlier = np.column_stack((np.zeros(groups), there[:, :-1]))
    return sums(key, size, left).reshape(groups, months) + earlier * np.diff(edges)


def hours_by_month(
    plan: Plan, start: Floats, end: Floats, group: Ints | None = None, groups: int = 1
) -> Floats:
    """Hours of the intervals that fall into each month, shape (groups, months).

    start, end: (n,) hours, an end of NaN lies beyond the horizon; group: (n,) numbers.
    """
    begun = area_by_month(plan, start, group=group, groups=groups)
    return begun - area_by_month(plan, end, group=group, groups=groups)


def hours_between(start: Floats, end: Floats, since: float, until: float) -> Floats:
    """Hours of each interval between two moments, (n,); an end of NaN lies beyond them."""
    return np.fmin(np.maximum(end, since), until) - np.clip(start, since, until)
