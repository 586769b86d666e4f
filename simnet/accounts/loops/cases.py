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
def _of(column: Any, i: int) -> Any:
    """Row i of a column, or its one row, where all rows have that in common."""
    return column[i if len(column) > 1 else 0]


@inner
def _span(start: float, end: float) -> float:
    """Hours between, and 0 where either was not reached."""
    hours = end - start
    return 0.0 if isnan(hours) else hours


@inner
def _or(time: float, until: float) -> float:
    """A moment, or what stands for it where it was not reached."""
    return until if isnan(time) else time


@inner
def _waits(
    moments: tuple[Floats, ...], i: int, carried: bool, second_part: int, until: float,
    found: Floats,
) -> None:  # fmt: skip
    """Fill `found` (WAITS,) with the waits of a case that reached resolution (until: NaN), or of
    one that did not, as if what it waits for had come at `until` and nothing else taken time."""
    called, answered, triaged = (
        _of(moments[CALLED], i), _of(moments[ANSWERED], i), _or(_of(moments[TRIAGED], i), until)
    )  # fmt: skip
    assigned, repaired, left = (
        _or(_of(moments[ASSIGNED], i), until), _or(_of(moments[REPAIRED], i), until),
        _of(moments[LEFT], i),
    )  # fmt: skip
    ready, started, arrived = (
        _or(_of(moments[PART_READY], i), until), _or(_of(moments[STARTED], i), until),
        _or(_of(moments[ARRIVED], i), until),
    )  # fmt: skip
    heard = triaged if isnan(answered) else answered
    first_end = repaired if isnan(left) else left
    found[0] = _span(called, heard)
    found[1] = _span(heard, triaged)
    found[2] = _span(triaged, assigned)
    found[4] = _span(ready, started)
    if carried:  # the customer comes first, and the work begins when somebody is free
        found[3], found[5] = _span(arrived, ready), _span(assigned, arrived)
        found[6] = _span(started, first_end)
    else:
        found[3], found[5] = _span(assigned, ready), _span(started, arrived)
        found[6] = _span(arrived, first_end)
    found[7] = 0.0
    if isnan(left):
        return
    ready_2, started_2 = _of(moments[PART_READY_2], i), _of(moments[STARTED_2], i)
    arrived_2, back = _of(moments[ARRIVED_2], i), _of(moments[BACK], i)
    if isnan(ready_2) and second_part < 0:  # the workshop has it
        back = _or(back, until)
    else:
        ready_2, started_2 = _or(ready_2, until), _or(started_2, until)
        arrived_2 = _or(arrived_2, until)
    found[3] += _span(left, ready_2)
    found[4] += _span(ready_2, started_2)
    if carried:
        found[6] += _span(started_2, repaired)
    else:
        found[5] += _span(started_2, arrived_2)
        found[6] += _span(arrived_2, repaired)
    found[5] += _span(back, repaired)
    found[7] = _span(left, back)


@inner
def _kept(lost: bool, reached: float, spent: float, promise: float) -> float:
    """1 where a promise is kept, 0 where it is broken, NaN where that is not known yet."""
    if lost or spent > promise:
        return 0.0
    return nan if isnan(reached) else 1.0


@entry
def waits(
    moments: tuple[Floats, ...], outcome: Ints, outlet: Ints, on_the_phone: Bools, carry_in: Bools,
    found: Floats,
) -> None:  # fmt: skip
    """Fill `found` (WAITS, cases), zeros, with the waits of cases that reached resolution.

    moments: for each milestone an array (cases,), or (1,) where it is the same for all cases;
    outcome: (cases,); outlet: as the milestones; on_the_phone: (outcomes,); carry_in: (outlets +
    1,) with a last one for cases of no outlet.
    """
    mine = np.empty(len(found))
    for i in range(len(outcome)):
        if on_the_phone[outcome[i]] or outcome[i] == Outcome.REPAIRED:
            _waits(moments, i, carry_in[_of(outlet, i)], -1, nan, mine)
            found[:, i] = mine


@entry
def times(
    moments: tuple[Floats, ...], outcome: Ints, source: Ints, tier: Ints, on_the_phone: Bools,
    promises: Floats, of_response: Bools, horizon: float, found: Floats,
) -> None:  # fmt: skip
    """Fill `found` (3, cases) with response, resolution and whether the promise was kept.

    Whoever brings a unit in is accepted at once; but that is no help where nobody ever begins.

    moments, outcome, on_the_phone: as for `waits`; source, tier: (cases,); promises, of_response:
    (sources, tiers).
    """
    for i in range(len(outcome)):
        called, state = _of(moments[CALLED], i), outcome[i]
        help_at = works_at = _of(moments[TRIAGED], i)
        if not on_the_phone[state]:
            help_at, works_at = _of(moments[ARRIVED], i), _of(moments[REPAIRED], i)
            if isnan(_of(moments[STARTED], i)):
                help_at = nan  # a unit that was brought in, and that nobody has begun with
        response, resolution = help_at - called, works_at - called
        promise = promises[source[i], tier[i]]
        kept = nan
        if not (isnan(promise) or isnan(called) or state == Outcome.REFERRED):
            lost = state == Outcome.ABANDONED
            reached = response if of_response[source[i], tier[i]] else resolution
            kept = _kept(lost, reached, horizon - called if isnan(reached) else reached, promise)
        found[0, i], found[1, i], found[2, i] = response, resolution, kept


FIGURES = (
    "cases", "mended", "units mended", "mended at once", "mended on the phone", "promises", "kept",
    "parts asked for", "parts at hand", "answers", "response", "settlements", "resolution", "came",
    "open", "lost", "asked",
)  # fmt: skip
"""what `add_up` counts and adds up, before the waits"""


@entry
def add_up(
    moments: tuple[Floats, ...], outcome: Ints, outlet: Ints, source: Ints, tier: Ints, unit: Ints,
    part: Ints, second_part: Ints, response: Floats, resolution: Floats, kept: Floats,
    until: Floats, on_the_phone: Bools, carry_in: Bools, with_work: Bools, first_tier: Wide,
    member: Any, table: Floats, of_tiers: Floats,
) -> None:  # fmt: skip
    """Add up the figures of the cases of each group, but for the whole, which is the sum of its
    markets.

    moments to tier, on_the_phone, carry_in: as above; unit, response, resolution, kept: (cases,);
    part, second_part: (cases,), or (1,) as the milestones; until: likewise, hours at which those
    who were not helped count as helped, NaN for others; with_work: (sources,) whether a visit may
    be needed; first_tier: (sources,) number of a
    product's first tier, -1 for a question; member: (cases, kinds) numbers of the groups of a case,
    the last one for none; table: (groups + 1, FIGURES and WAITS), of_tiers: (groups + 1, tiers, 2),
    promises and promises kept.
    """
    names = len(FIGURES)
    mine = np.zeros(table.shape[1])
    none = len(table) - 1
    for i in range(len(outcome)):
        state, left, assigned = outcome[i], _of(moments[LEFT], i), _of(moments[ASSIGNED], i)
        of_unit, by_phone, mended = unit[i] >= 0, on_the_phone[state], state == Outcome.REPAIRED
        # a question answered on the telephone is no service case of a unit: its few minutes would
        # hide how long the owners of broken units wait
        late = _of(until, i)
        service = of_unit or not isnan(assigned) or (not isnan(late) and with_work[source[i]])
        judged = not isnan(kept[i])
        mine[0], mine[1], mine[2] = 1.0, mended, mended and of_unit
        mine[3], mine[4] = mended and isnan(left), by_phone and of_unit
        mine[5], mine[6] = judged, kept[i] if judged else 0.0
        asked = there = 0.0
        if _of(part, i) >= 0:
            since = _of(moments[ARRIVED], i) if carry_in[_of(outlet, i)] else assigned
            if not isnan(since):
                asked, there = 1.0, _of(moments[PART_READY], i) == since
        if _of(second_part, i) >= 0 and not isnan(left):
            asked += 1.0
            there += _of(moments[PART_READY_2], i) == left
        mine[7], mine[8] = asked, there
        answered = service and not isnan(response[i])
        mine[9], mine[10] = answered, response[i] if answered else 0.0
        settled = service and not isnan(resolution[i])
        mine[11], mine[12] = settled, resolution[i] if settled else 0.0
        mine[13] = not isnan(_of(moments[CALLED], i))
        mine[14] = state == Outcome.OPEN
        mine[15] = state == Outcome.ABANDONED or state == Outcome.REFERRED
        mine[16] = mine[13] > 0 or mine[14] > 0
        if settled:
            _waits(moments, i, carry_in[_of(outlet, i)], _of(second_part, i), late, mine[names:])
        else:
            mine[names:] = 0.0
        for kind in range(1, member.shape[1]):
            group = member[i, kind]
            if group < none:
                for column in range(len(mine)):
                    table[group, column] += mine[column]
                if judged and first_tier[source[i]] >= 0:
                    of_tiers[group, first_tier[source[i]] + tier[i], 0] += 1.0
                    of_tiers[group, first_tier[source[i]] + tier[i], 1] += kept[i]


@entry
def down_until(
    of_unit: Ints, outcome: Ints, source: Ints, on_the_phone: Bools, elsewhere: Bools,
    longer: Floats, leaves: Floats, horizon: float, triaged: Floats, repaired: Floats,
    closed: Floats, found: Floats,
) -> None:  # fmt: skip
    """Fill `found` (n,) with when each unit works again, or leaves the field.

    of_unit: (n,) cases of units; outcome, source: (cases,); on_the_phone, elsewhere: (outcomes,);
    longer: (sources,) hours that others take; leaves: (n,) of the unit, or (1,) for all; triaged,
    repaired, closed: as the milestones above.
    """
    for k in range(len(of_unit)):
        i, leaving = of_unit[k], _of(leaves, k)
        end = _of(triaged, i) if on_the_phone[outcome[i]] else _of(repaired, i)
        if elsewhere[outcome[i]]:
            end = _of(closed, i) + longer[source[i]]
        found[k] = leaving if leaving < horizon and not end < leaving else end
