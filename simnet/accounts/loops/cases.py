"""What the milestones of each case say. See `accounts.cases`."""

from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner
from simnet.records import MILESTONES, Outcome

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Wide = NDArray[np.int64]
Bools = NDArray[np.bool_]

(
    _, CALLED, ANSWERED, TRIAGED, ASSIGNED, PART_READY, STARTED, ARRIVED, LEFT, PART_READY_2,
    STARTED_2, ARRIVED_2, BACK, REPAIRED, CLOSED,
) = range(len(MILESTONES))  # fmt: skip


@inner
def _span(start: float, end: float) -> float:
    """Hours between, and 0 where either was not reached."""
    hours = end - start
    return 0.0 if isnan(hours) else hours


@inner
def _kept(lost: bool, reached: float, spent: float, promise: float) -> float:
    """1 where a promise is kept, 0 where it is broken, NaN where that is not known yet."""
    if lost or spent > promise:
        return 0.0
    return nan if isnan(reached) else 1.0


@entry
def times(
    moments: tuple[Floats, ...], outcome: Ints, outlet: Ints, source: Ints, tier: Ints,
    on_the_phone: Bools, carry_in: Bools, promises: Floats, of_response: Bools, horizon: float,
    waits: Floats, found: Floats,
) -> None:  # fmt: skip
    """Fill `waits` (WAITS, cases), and `found` (5, cases) with response, resolution, promise, kept
    and late.

    moments: one array (cases,) for each milestone; outcome, outlet, source, tier: (cases,);
    on_the_phone: (outcomes,); carry_in: (outlets + 1,) with a last one for cases of no outlet;
    promises, of_response: (sources, tiers).
    """
    for i in range(len(outcome)):
        called, answered, triaged = moments[CALLED][i], moments[ANSWERED][i], moments[TRIAGED][i]
        assigned, repaired, left = moments[ASSIGNED][i], moments[REPAIRED][i], moments[LEFT][i]
        ready, started, arrived = moments[PART_READY][i], moments[STARTED][i], moments[ARRIVED][i]
        ready_2, started_2 = moments[PART_READY_2][i], moments[STARTED_2][i]
        arrived_2, back, closed = moments[ARRIVED_2][i], moments[BACK][i], moments[CLOSED][i]
        state, carried = outcome[i], carry_in[outlet[i]]
        by_phone = on_the_phone[state]
        help_at, works_at = (triaged, triaged) if by_phone else (arrived, repaired)

        if by_phone or state == Outcome.REPAIRED:
            heard = triaged if isnan(answered) else answered
            first_end = repaired if isnan(left) else left
            waits[0, i] = _span(called, heard)
            waits[1, i] = _span(heard, triaged)
            waits[2, i] = _span(triaged, assigned)
            waits[4, i] = _span(ready, started) + _span(ready_2, started_2)
            waits[7, i] = _span(left, back)
            if carried:  # the customer comes first, and the work begins when somebody is free
                waits[3, i] = _span(arrived, ready) + _span(left, ready_2)
                waits[5, i] = _span(assigned, arrived) + _span(back, repaired)
                waits[6, i] = _span(started, first_end) + _span(started_2, repaired)
            else:
                waits[3, i] = _span(assigned, ready) + _span(left, ready_2)
                ways = _span(started, arrived) + _span(started_2, arrived_2)
                waits[5, i] = ways + _span(back, repaired)
                waits[6, i] = _span(arrived, first_end) + _span(arrived_2, repaired)

        response, resolution = help_at - called, works_at - called
        promise = promises[source[i], tier[i]]
        kept = late = nan
        if not (isnan(promise) or isnan(called) or state == Outcome.REFERRED):
            lost = state == Outcome.ABANDONED
            reached = response if of_response[source[i], tier[i]] else resolution
            kept = _kept(lost, reached, horizon - called if isnan(reached) else reached, promise)
            if not isnan(kept):
                ended = closed - called if lost else reached
                late = called + (ended if ended < promise else promise)
        found[0, i], found[1, i], found[2, i] = response, resolution, promise
        found[3, i], found[4, i] = kept, late


@entry
def down_until(
    of_unit: Wide, outcome: Ints, on_the_phone: Bools, elsewhere: Bools, longer: Floats,
    leaves: Floats, horizon: float, triaged: Floats, repaired: Floats, closed: Floats,
    found: Floats,
) -> None:  # fmt: skip
    """Fill `found` (n,) with when each unit works again, or leaves the field.

    of_unit: (n,) cases of units; outcome, triaged, repaired, closed: (cases,); on_the_phone,
    elsewhere: (outcomes,); longer: (n,) hours that others take; leaves: (n,) of the unit.
    """
    for k in range(len(of_unit)):
        i = of_unit[k]
        end = triaged[i] if on_the_phone[outcome[i]] else repaired[i]
        if elsewhere[outcome[i]]:
            end = closed[i] + longer[k]
        found[k] = leaves[k] if leaves[k] < horizon and not end < leaves[k] else end
