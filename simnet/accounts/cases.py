"""What a case's milestones say: its waits, response and resolution time, and its promise."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from simnet.plan import Plan
from simnet.records import Outcome, Records

from .sums import Bools, Floats, Ints, blocks

WAITS = ("hotline", "talk", "dispatch", "part", "technician", "travel", "repair", "workshop")
"""Named waits between the first call and the working unit, in order. hotline: menu, queue, closed
hours and calling again; dispatch: the desk and the channel's delay (and the central board)."""

ON_THE_PHONE = (Outcome.REMOTE_FIX, Outcome.SELF_SERVICE, Outcome.ANSWERED)


@dataclass(frozen=True)
class CaseTimes:
    """Arrays of shape (cases,), hours; NaN where the case did not get so far."""

    waits: dict[str, Floats]
    """by name of WAITS; of cases that reached resolution, else 0"""
    response: Floats
    resolution: Floats
    promise: Floats
    """promised hours, NaN where nothing was promised"""
    kept: Floats
    """1 kept, 0 broken, NaN where nothing was promised or the horizon came first"""
    late: Floats
    """hours at which the promise was kept or broken, NaN where neither: it is broken when its time
    is over, or when the customer gives up before that"""


_COLUMNS = ("response", "resolution", "promise", "kept", "late")


def _span(a: Floats, b: Floats) -> Floats:
    """b - a, and 0 where either was not reached."""
    hours = b - a
    hours[np.isnan(hours)] = 0.0
    return hours


def case_times(plan: Plan, records: Records) -> CaseTimes:
    """Waits, response, resolution and promise of every case."""
    count = len(records.cases["row"])
    waits = {name: np.empty(count) for name in WAITS}
    columns = {name: np.empty(count) for name in _COLUMNS}
    for rows in blocks(count, 2**13):
        block = {name: column[rows] for name, column in records.cases.items()}
        times = _times(plan, replace(records, cases=block))
        for name, hours in times.waits.items():
            waits[name][rows] = hours
        for name, column in columns.items():
            column[rows] = getattr(times, name)
    return CaseTimes(waits, **columns)


def _times(plan: Plan, records: Records) -> CaseTimes:
    """The same of a block of cases."""
    m = records.cases
    outcome = records.cases["outcome"]
    by_phone = on_the_phone(records)
    repaired = outcome == Outcome.REPAIRED
    carried = carry_in(plan, records)

    first_end = np.where(np.isnan(m["left"]), m["repaired"], m["left"])
    before_part = np.where(carried, m["arrived"], m["assigned"])
    hands_on = np.where(carried, m["started"], m["arrived"])
    way_out = np.where(
        carried, _span(m["assigned"], m["arrived"]), _span(m["started"], m["arrived"])
    )
    second_start = np.where(carried, m["started_2"], m["arrived_2"])
    second_way = np.where(carried, 0.0, _span(m["started_2"], m["arrived_2"]))
    heard = np.where(np.isnan(m["answered"]), m["triaged"], m["answered"])
    waits = {
        "hotline": _span(m["called"], heard),
        "talk": _span(heard, m["triaged"]),
        "dispatch": _span(m["triaged"], m["assigned"]),
        "part": _span(before_part, m["part_ready"]) + _span(m["left"], m["part_ready_2"]),
        "technician": _span(m["part_ready"], m["started"])
        + _span(m["part_ready_2"], m["started_2"]),
        "travel": way_out + second_way + _span(m["back"], m["repaired"]),
        "repair": _span(hands_on, first_end) + _span(second_start, m["repaired"]),
        "workshop": _span(m["left"], m["back"]),
    }
    done = repaired | by_phone
    waits = {name: np.where(done, hours, 0.0) for name, hours in waits.items()}
    response = np.where(by_phone, m["triaged"], m["arrived"]) - m["called"]
    resolution = np.where(by_phone, m["triaged"], m["repaired"]) - m["called"]
    promise, of_response = _promise(plan, records)
    reached = np.where(of_response, response, resolution)
    spent = np.where(np.isnan(reached), plan.horizon - m["called"], reached)
    lost = outcome == Outcome.ABANDONED
    kept = np.where(spent > promise, 0.0, np.where(np.isnan(reached), np.nan, 1.0))
    kept = np.where(lost, 0.0, kept)
    not_ours = np.isnan(m["called"]) | (outcome == Outcome.REFERRED)
    kept = np.where(np.isnan(promise) | not_ours, np.nan, kept)
    ended = np.where(lost, m["closed"] - m["called"], reached)
    decided = m["called"] + np.fmin(ended, promise)
    return CaseTimes(
        waits, response, resolution, promise, kept, np.where(np.isnan(kept), np.nan, decided)
    )


def carry_in(plan: Plan, records: Records) -> Bools:
    """Whether the customer brings the unit to the outlet, shape (cases,)."""
    service = np.array([o.service == "carry_in" for o in plan.outlets.values()] + [False])
    return service[records.cases["outlet"]]


def is_among(column: Ints, codes: Collection[int]) -> Bools:
    """Whether each of the column is one of a few codes, shape (n,)."""
    found = np.zeros(len(column), dtype=bool)
    for code in codes:
        found |= column == code
    return found


def on_the_phone(records: Records) -> Bools:
    """Whether the call settled it, shape (cases,)."""
    return is_among(records.cases["outcome"], ON_THE_PHONE)


def _promise(plan: Plan, records: Records) -> tuple[Floats, Bools]:
    """Promised hours by case, and whether they speak of the response."""
    products = list(plan.scenario.products.values())
    widest = max([1, *(len(p.tiers) for p in products)])
    hours = np.full((len(plan.sources), widest), np.nan)
    of_response = np.ones((len(plan.sources), widest), dtype=bool)
    for s, source in enumerate(plan.sources):
        if source.product < 0:
            promise = plan.scenario.enquiries[source.enquiry].promise
            hours[s] = np.nan if promise is None else promise
            continue
        for t, tier in enumerate(products[source.product].tiers.values()):
            hours[s, t] = np.nan if tier.promise is None else tier.promise
            of_response[s, t] = tier.of == "response"
    at = records.cases["source"], records.cases["tier"]
    return hours[at], of_response[at]


def parts_needed(records: Records) -> tuple[Ints, Ints]:
    """Number of the part of each case's first visit, and of its second one where there is one to
    be; -1 for none. Shape (cases,) each."""
    cases = records.cases
    return cases["part"], np.where(np.isnan(cases["left"]), -1, cases["second_part"])


def part_requests(plan: Plan, records: Records) -> Iterator[tuple[Ints, Ints, Floats, Floats]]:
    """(cases, parts, when asked for, when ready) of the parts of first visits, then of second ones;
    hours, ready NaN where beyond the horizon."""
    cases = records.cases
    first = np.where(carry_in(plan, records), cases["arrived"], cases["assigned"])
    ready = cases["part_ready"], cases["part_ready_2"]
    asked = first, cases["left"]
    for part, since, there in zip(parts_needed(records), asked, ready, strict=True):
        case = np.flatnonzero((part >= 0) & ~np.isnan(since))
        yield case, part[case], since[case], there[case]
