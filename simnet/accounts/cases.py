"""What a case's milestones say: its waits, response and resolution time, and its promise."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief
from simnet.plan import Plan
from simnet.records import MILESTONES, Outcome, Records

from .sums import Bools, Floats, Ints

N = TypeVar("N", bound=np.generic)

WAITS = ("hotline", "talk", "dispatch", "part", "technician", "travel", "repair", "workshop")
"""Named waits between the first call and the working unit, in order. hotline: menu, queue, closed
hours and calling again; dispatch: the desk and the channel's delay (and the central board)."""

LOST = (Outcome.ABANDONED, Outcome.REFERRED)
"""outcomes of customers whom we did not help, though they asked"""
ON_THE_PHONE = (Outcome.REMOTE_FIX, Outcome.SELF_SERVICE, Outcome.ANSWERED)


@dataclass(frozen=True)
class CaseTimes:
    """Arrays of shape (cases,), hours; NaN where the case did not get so far."""

    __repr__ = brief

    plan: Plan
    records: Records
    until: float
    """hours at which the records end"""
    response: Floats
    resolution: Floats
    kept: Floats
    """1 kept, 0 broken, NaN where nothing was promised or the records end first"""

    # reckoned when asked for: key figures do without them

    @cached_property
    def promise(self) -> Floats:
        """Promised hours, NaN where nothing was promised."""
        cases = self.records.cases
        return _promises(self.plan)[0][cases["source"], cases["tier"]]

    @cached_property
    def open_ended(self) -> NDArray[np.intp]:
        """Cases that were still open when the records end, their customers having called."""
        cases = self.records.cases
        return np.flatnonzero((cases["outcome"] == Outcome.OPEN) & ~np.isnan(cases["called"]))

    @cached_property
    def lost(self) -> NDArray[np.intp]:
        """Cases of customers who gave up for good or were referred to others."""
        return np.flatnonzero(is_among(self.records.cases["outcome"], LOST))

    @cached_property
    def late(self) -> Floats:
        """Hours at which the promise was kept or broken, NaN where neither: it is broken when its
        time is over, or when the customer gives up before that."""
        cases = self.records.cases
        of_response = _promises(self.plan)[1][cases["source"], cases["tier"]]
        reached = np.where(of_response, self.response, self.resolution)
        gone = cases["outcome"] == Outcome.ABANDONED
        ended = np.where(gone, cases["closed"] - cases["called"], reached)
        late = cases["called"] + np.where(ended < self.promise, ended, self.promise)
        return np.where(np.isnan(self.kept), np.nan, late)

    @cached_property
    def waits(self) -> dict[str, Floats]:
        """By name of WAITS; of cases that reached resolution, else 0."""
        from .loops import cases as loops

        cases = self.records.cases
        found = np.zeros((len(WAITS), len(self.response)))
        loops.waits(
            moments(self.records), cases["outcome"], column(cases["outlet"]),
            outcomes(ON_THE_PHONE), carried_in(self.plan), found,
        )  # fmt: skip
        return dict(zip(WAITS, found, strict=True))


_COLUMNS = ("response", "resolution", "kept")


def moments(records: Records) -> tuple[Floats, ...]:
    """The milestones, each of shape (cases,), or (1,) where no case reached it."""
    return tuple(column(records.cases[name]) for name in MILESTONES)


def column(values: NDArray[N]) -> NDArray[N]:
    """Shape (n,), or (1,) of one number that all rows have in common; for compiled loops, which
    would be compiled anew for an array that may not be written."""
    same = len(values) > 1 and values.strides == (0,)
    return values[:1].copy() if same else np.ascontiguousarray(values)


def case_times(plan: Plan, records: Records, until: float) -> CaseTimes:
    """Response, resolution and promise of every case; waits when asked for. until: hours at which
    the records end."""
    from .loops import cases as loops

    cases = records.cases
    found = np.empty((len(_COLUMNS), len(cases["row"])))
    loops.times(
        moments(records), cases["outcome"], cases["source"], cases["tier"], outcomes(ON_THE_PHONE),
        *_promises(plan), until, found,
    )  # fmt: skip
    return CaseTimes(plan, records, until, **dict(zip(_COLUMNS, found, strict=True)))


def carried_in(plan: Plan) -> Bools:
    """Whether the customer brings the unit, by outlet, and last for no outlet; (outlets + 1,)."""
    return np.array([o.service == "carry_in" for o in plan.outlets.values()] + [False])


def carry_in(plan: Plan, records: Records) -> Bools:
    """Whether the customer brings the unit to the outlet, shape (cases,)."""
    return carried_in(plan)[records.cases["outlet"]]


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
    first = cases["assigned"]
    if carried_in(plan).any():
        first = np.where(carry_in(plan, records), cases["arrived"], first)
    ready = cases["part_ready"], cases["part_ready_2"]
    asked = first, cases["left"]
    for part, since, there in zip(parts_needed(records), asked, ready, strict=True):
        of_all, since_ever = column(part), column(since)  # where no case asks, that is soon seen
        asks = (of_all >= 0).any() and not np.isnan(since_ever).all()
        case = np.flatnonzero((part >= 0) & ~np.isnan(since) if asks else ())
        yield case, part[case], since[case], there[case]
