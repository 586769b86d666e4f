"""What a case's milestones say: its waits, response and resolution time, and its promise."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from simnet.plan import Plan
from simnet.records import MILESTONES, Outcome, Records

from .sums import Bools, Floats, Ints

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


def case_times(plan: Plan, records: Records) -> CaseTimes:
    """Waits, response, resolution and promise of every case."""
    from .loops import cases as loops

    cases = records.cases
    count = len(cases["row"])
    promises, of_response = _promises(plan)
    waits, found = np.zeros((len(WAITS), count)), np.empty((len(_COLUMNS), count))
    loops.times(
        tuple(np.ascontiguousarray(cases[name]) for name in MILESTONES),
        cases["outcome"], cases["outlet"], cases["source"], cases["tier"],
        outcomes(ON_THE_PHONE), _carry_in(plan), promises, of_response, plan.horizon, waits, found,
    )  # fmt: skip
    return CaseTimes(
        dict(zip(WAITS, waits, strict=True)), **dict(zip(_COLUMNS, found, strict=True))
    )


def _carry_in(plan: Plan) -> Bools:
    """Whether the customer brings the unit, by outlet, and last for no outlet; (outlets + 1,)."""
    return np.array([o.service == "carry_in" for o in plan.outlets.values()] + [False])


def carry_in(plan: Plan, records: Records) -> Bools:
    """Whether the customer brings the unit to the outlet, shape (cases,)."""
    return _carry_in(plan)[records.cases["outlet"]]


def outcomes(codes: Collection[Outcome]) -> Bools:
    """Which of all outcomes are among a few, shape (outcomes,)."""
    return np.array([outcome in codes for outcome in Outcome])


def is_among(column: Ints, codes: Collection[int]) -> Bools:
    """Whether each of the column is one of a few codes, shape (n,)."""
    found = np.zeros(len(column), dtype=bool)
    for code in codes:
        found |= column == code
    return found


def on_the_phone(records: Records) -> Bools:
    """Whether the call settled it, shape (cases,)."""
    return is_among(records.cases["outcome"], ON_THE_PHONE)


def _promises(plan: Plan) -> tuple[Floats, Bools]:
    """Promised hours by source and tier, and whether they speak of the response."""
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
    return hours, of_response


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
