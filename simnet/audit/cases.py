"""Cases: one end state each, milestones in order, waits that add up, no failure while down."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simnet.accounts import CaseTimes
from simnet.accounts.cases import carry_in, is_among
from simnet.accounts.levels import downtime
from simnet.accounts.sums import order_by_time
from simnet.plan import Plan
from simnet.records import MILESTONES, Outcome, Records

from .finding import Check, Checks

HOURS = 1e-7
"""rounding allowed in a sum of hours: less than a millisecond"""

_BY_CALL = frozenset({"called", "triaged", "closed"})
_VISITED = frozenset(
    {"called", "answered", "triaged", "assigned", "part_ready", "started", "arrived", "repaired"}
)
_AFTER_CALL = frozenset(MILESTONES[MILESTONES.index("assigned") :]) - {"closed"}
_REACHED: dict[Outcome, tuple[frozenset[str], frozenset[str]]] = {
    Outcome.OPEN: (frozenset(), frozenset({"repaired", "closed"})),
    Outcome.REPAIRED: (_VISITED, frozenset()),
    Outcome.REMOTE_FIX: (_BY_CALL | {"answered"}, _AFTER_CALL),
    Outcome.SELF_SERVICE: (_BY_CALL, _AFTER_CALL | {"answered"}),
    Outcome.ANSWERED: (_BY_CALL | {"answered"}, _AFTER_CALL),
    Outcome.ABANDONED: (frozenset({"called", "closed"}), _AFTER_CALL | {"answered", "triaged"}),
    Outcome.ELSEWHERE: (
        frozenset({"closed"}),
        _AFTER_CALL | {"called", "answered", "triaged"},
    ),
    Outcome.REFERRED: (_BY_CALL | {"answered"}, _AFTER_CALL),
}
"""milestones that a case with this end state has, and those that it has not"""


def case_name(plan: Plan, records: Records, case: int) -> str:
    """`case 12 (fridge: motor, Berlin)`."""
    source = plan.sources[int(records.cases["source"][case])].label
    market = list(plan.markets)[int(records.cases["market"][case])]
    return f"case {case} ({source}, {market})"


def check_cases(plan: Plan, records: Records, times: CaseTimes) -> Checks:
    """All identities of single cases."""
    reached = _reached(records)
    yield _one_end_state(plan, records, reached)
    yield _in_order(plan, records, reached)
    yield _waits_add_up(plan, records, times)
    yield _whole_units_fail(plan, records)


def _bits(milestones: Iterable[str]) -> int:
    """A set of milestones as a number, a bit for each."""
    return sum(1 << MILESTONES.index(name) for name in milestones)


def _reached(records: Records) -> NDArray[np.int32]:
    """The set of milestones that each case reached, as in `_bits`; shape (cases,)."""
    found = np.zeros(len(records.cases["row"]), dtype=np.int32)
    for name in MILESTONES:
        found |= ~np.isnan(records.cases[name]) * np.int32(_bits([name]))
    return found


def _one_end_state(plan: Plan, records: Records, reached: NDArray[np.int32]) -> Check:
    cases = records.cases
    outcome, count = cases["outcome"], len(cases["row"])
    check = Check("every case ends in exactly one state", "cases", count)

    def named(why: str, at: NDArray[np.intp]) -> None:
        check.name(
            f"{case_name(plan, records, int(at[i]))} {why}" for i in check.refuse(np.ones(len(at)))
        )

    named("has no known end state", np.flatnonzero(~is_among(outcome, list(Outcome))))
    for state, (has, lacks) in _REACHED.items():
        at = np.flatnonzero(outcome == state)
        at = at[(reached[at] & (_bits(has) | _bits(lacks))) != _bits(has)]
        if not len(at):
            continue
        for name in MILESTONES:
            there = ~np.isnan(cases[name][at])
            if name in has:
                named(f"ended as {state.name.lower()} and was never {name}", at[~there])
            elif name in lacks:
                named(f"ended as {state.name.lower()} and was {name}", at[there])
    called_ends = (Outcome.ANSWERED, Outcome.REMOTE_FIX)
    with_work = np.array([s.work is not None for s in plan.sources] or [False])[cases["source"]]
    answered, remote = (outcome == o for o in called_ends)
    named("is a repair, and ended as answered", np.flatnonzero(answered & with_work))
    named("is a question, and ended as remote_fix", np.flatnonzero(remote & ~with_work))
    at_outlet = cases["outlet"] >= 0
    named("has an outlet, or none, against its milestones",
          np.flatnonzero(at_outlet == np.isnan(cases["assigned"])))  # fmt: skip
    named("was lost, and is in warranty",
          np.flatnonzero((outcome == Outcome.ELSEWHERE) & cases["warranty"]))  # fmt: skip
    rows = np.sort(cases["row"], kind="stable")  # they are in order, if all is well
    check.name(
        f"row {rows[i]} of the draws is told twice" for i in check.refuse(rows[1:] == rows[:-1])
    )
    return check


def _in_order(plan: Plan, records: Records, reached: NDArray[np.int32]) -> Check:
    cases, end = records.cases, plan.end
    count = len(cases["row"])
    check = Check("no milestone is out of order", "cases", count)
    at_home = list(MILESTONES)
    counter = [m for m in MILESTONES if m not in ("arrived", "arrived_2")]
    counter.insert(counter.index("part_ready"), "arrived")
    counter.insert(counter.index("started_2") + 1, "arrived_2")
    carried = carry_in(plan, records)
    for mine, names in ((~carried, at_home), (carried, counter)):
        at = np.flatnonzero(mine)
        if not len(at):
            continue
        there, before = reached[at], np.zeros(len(at))
        for name in names:
            moment = cases[name][at] if len(at) < count else cases[name]
            check.name(
                f"{case_name(plan, records, int(at[i]))}: {name} at {moment[i]:.6f} h, "
                f"after {before[i]:.6f} h; the run ends at {end:g} h"
                for i in check.refuse((moment < before) | (moment >= end))
            )
            before = np.fmax(before, moment)
        # on the way to the first help no milestone is left out
        chain = [n for n in names[: names.index("left")] if n != "answered"]
        for earlier, later in pairwise(chain):
            both = _bits([earlier, later])
            missing = at[(there & both) == _bits([later])]
            check.name(
                f"{case_name(plan, records, int(missing[i]))} was {later}, but never {earlier}"
                for i in check.refuse(np.ones(len(missing)))
            )
    return check


def _waits_add_up(plan: Plan, records: Records, times: CaseTimes) -> Check:
    done = np.flatnonzero(~np.isnan(times.resolution))
    check = Check("the waits of a case add up to its resolution time", "cases", len(done))
    total = np.zeros(len(done))
    for name, hours in times.waits.items():
        mine = hours[done]
        total += mine
        check.name(
            f"{case_name(plan, records, int(done[i]))} waited {mine[i]:g} h for {name}"
            for i in check.refuse(~(mine >= 0))
        )
    resolution = times.resolution[done]
    check.name(
        f"{case_name(plan, records, int(done[i]))}: waits of {total[i]:.6f} h, resolution "
        f"after {resolution[i]:.6f} h"
        for i in check.refuse(~(np.abs(total - resolution) <= HOURS))
    )
    response = times.response[done]
    check.name(
        f"{case_name(plan, records, int(done[i]))} was mended before it was answered"
        for i in check.refuse(response > resolution + HOURS)
    )
    return check


def _whole_units_fail(plan: Plan, records: Records) -> Check:
    """A unit fails only while it works and is in the field."""
    cases = records.cases
    of_unit = np.flatnonzero(cases["unit"] >= 0)
    unit, failed = cases["unit"][of_unit], cases["failed"][of_unit]
    check = Check("a unit fails only while it works", "cases", len(of_unit))
    check.name(
        f"{case_name(plan, records, int(of_unit[i]))} failed before it was sold"
        for i in check.refuse(failed < records.units.sold[unit])
    )
    check.name(
        f"{case_name(plan, records, int(of_unit[i]))} failed after it left the field"
        for i in check.refuse(failed >= records.units.leaves[unit])
    )
    up_again = downtime(plan, records, plan.end)[1]
    order = order_by_time(unit, failed)
    earlier, later = order[:-1], order[1:]
    same = unit[later] == unit[earlier]
    still_down = ~(up_again[earlier] <= failed[later] + HOURS)
    check.name(
        f"{case_name(plan, records, int(of_unit[later[i]]))}: unit {unit[later[i]]} failed "
        "again before it worked again"
        for i in check.refuse(same & still_down)
    )
    return check
