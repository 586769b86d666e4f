"""Calendar months: in which one a moment lies, and the hours of intervals that fall into each."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario.quantity import DAY

from .sums import Floats, Ints


def month_edges(plan: Plan) -> Floats:
    """Hours at which the months begin, and the horizon; shape (months + 1,)."""
    return np.append(plan.month_starts, plan.horizon)


def month_lengths(plan: Plan) -> Floats:
    """Each calendar month as a part of a whole one."""
    starts = plan.month_starts
    first = pd.Period(plan.scenario.start, freq="M")
    whole = np.array([(first + i).days_in_month * DAY for i in range(len(starts))])
    return np.diff(month_edges(plan)) / whole


def days_of_months(plan: Plan) -> NDArray[np.int32]:
    """Number of the month of each day."""
    days = np.arange(int(plan.horizon // DAY) + 1) * DAY
    return (np.searchsorted(plan.month_starts, days, side="right") - 1).astype(np.int32)


def month_of(plan: Plan, time: Floats) -> Ints:
    """Number of the month of each moment; moments outside of the run belong to its first or last.

    time: (n,) hours, none of them NaN.
    """
    from .loops import months

    found = np.empty(len(time), dtype=np.int32)
    months.number(np.ascontiguousarray(time), days_of_months(plan), month_edges(plan), found)
    return found


def hours_by_month(
    plan: Plan,
    start: Floats,
    end: Floats | None = None,
    weight: Floats | None = None,
    group: Ints | None = None,
    groups: int = 1,
    since: float = 0.0,
) -> tuple[Floats, Floats]:
    """Hours of the intervals that fall into each month, (groups, months), and all their hours after
    `since`, (groups,).

    start, end: (n,) hours, an end of NaN (or None) lies beyond the horizon, a start of NaN or there
    never was; weight: (n,) what each hour counts, 1 where None; group: (n,) numbers.
    """
    from .loops import months

    edges = month_edges(plan)
    through, partly = np.zeros((2, groups, len(edges) - 1))
    recent = np.zeros(groups)
    months.add_up(
        np.zeros(1, dtype=np.int32) if group is None else np.asarray(group, dtype=np.int32),
        np.ascontiguousarray(start),
        np.full(1, np.nan) if end is None else np.ascontiguousarray(end),
        np.ones(1) if weight is None else weight,
        days_of_months(plan), edges, since, through, partly, recent,
    )  # fmt: skip
    return partly + np.cumsum(through, axis=1) * np.diff(edges), recent
