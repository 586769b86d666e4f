"""The case table: one row for each possible case, with every random number that it may need."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario.law import constant

from .calls import draw_calls
from .enquiries import draw_enquiries
from .failures import Failures, draw_failures
from .rows import Bools, Rows
from .size import refuse_too_much
from .staff import Staff, draw_staff
from .streams import Floats, Streams
from .units import Units, draw_units
from .visits import draw_visits


@dataclass(frozen=True)
class CaseTable:
    """Columns of shape (cases,), or (cases, k) where said, in order of `moment`.

    Of cases at one moment, failures come first, in order of unit and age. A column that is the same
    for all cases takes no memory (a broadcast scalar).
    """

    source: NDArray[np.int16]
    market: NDArray[np.int32]
    unit: NDArray[np.int32]
    """row of the unit, -1 for an enquiry"""
    moment: Floats
    """hours at which the case would begin if no repair took any time; ascending"""
    tier: NDArray[np.int8]
    time: Floats
    """hours: of an enquiry or a unit's first failure; for a later failure, the operating time
    since the one before"""
    first: Bools
    """whether `time` is a moment and not a gap"""
    follower: NDArray[np.int32]
    """row of the unit's next failure, -1 for none"""
    comes: Bools
    """whether the customer comes to us, should the warranty be over"""
    delay: Floats
    menu: Floats
    self_service: Bools
    patience: Floats
    """(cases, attempts)"""
    again: Bools
    """(cases, attempts) whether the customer calls again after this attempt failed"""
    redial: Floats
    """(cases, attempts) time until then"""
    talk: Floats
    after_call: Floats
    remote: Bools
    desk: Floats
    refuse: Floats
    """(cases, REFUSALS) refused where below the contract's chance"""
    coordination: Floats
    """(cases, contracts)"""
    off: Floats
    """km of the customer from the middle of the market"""
    part: NDArray[np.int32]
    """part that the first visit needs, -1 for none"""
    second_part: NDArray[np.int32]
    """part that the second visit needs, -1 for none"""
    repair: Floats
    second: Bools
    """whether a second visit is needed"""
    second_repair: Floats
    workshop: Bools
    bench: Floats
    transit: Floats
    """(cases, carriers) random factor of a shipment for the case"""
    transit_2: Floats
    """the same for the second visit's part"""
    transit_back: Floats
    """(cases, 4) factors on the way back: failed part, second failed part, unit there and back"""
    lead: Floats
    """supplier lead time of an order that the case sets off"""
    lead_2: Floats
    mendable: Bools
    mendable_2: Bools
    mend: Floats
    mend_2: Floats

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True)
class Draws:
    """All that is random in one replication."""

    units: Units
    cases: CaseTable
    staff: Staff


def _in_order(moment: Floats) -> NDArray[np.int64]:
    """Rows in order of `moment`, equal ones as they stand.

    The engine goes through the table in order of time, so that what it reads next lies nearby.
    """
    order = np.argsort(moment)
    # the sort is quick and leaves equal ones in any order
    equal = moment[order[1:]] == moment[order[:-1]]
    if equal.any():
        tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
        rows = np.sort(order[tied])
        order[tied] = rows[np.argsort(moment[rows], kind="stable")]
    return order


def _lives(failures: Failures, moment: Floats, order: NDArray[np.int64]) -> dict[str, Any]:
    """Times, whether they are moments, and each failure's follower."""
    count, known = len(order), len(failures.unit)
    later = failures.unit[1:] == failures.unit[:-1]
    time, first = moment.copy(), np.ones(count, dtype=bool)
    time[1:known][later] = np.diff(failures.age)[later]
    first[1:known] = ~later
    row = np.empty(count, dtype=np.int32)
    row[order] = np.arange(count, dtype=np.int32)
    follower = np.full(count, -1, dtype=np.int32)
    follower[row[: max(known - 1, 0)][later]] = row[1:known][later]
    return {"time": time[order], "first": first[order], "follower": follower}


def _tiers(plan: Plan, units: Units, unit: NDArray[np.int32], streams: Streams) -> NDArray[np.int8]:
    """The tier goes with the unit, so it is drawn at the unit's address."""
    tier = np.zeros(len(unit), dtype=np.int8)
    of_unit = np.flatnonzero(unit >= 0)
    product = units.product[unit[of_unit]]
    for p, terms in enumerate(plan.scenario.products.values()):
        if len(terms.tiers) == 1:
            continue
        at = of_unit[product == p]
        u = streams.uniform("tier", units.who, units.index, at=unit[at].astype(np.int64))
        edges = np.cumsum([t.share for t in terms.tiers.values()])
        tier[at] = np.minimum(np.searchsorted(edges, u, side="right"), len(edges) - 1)
    return tier


def draw(plan: Plan, seed: int, replication: int = 0) -> Draws:
    """Every random number of one replication. Memory grows in proportion to the cases.

    Raises ScenarioError where the scenario holds more units or cases than can be simulated.
    """
    refuse_too_much(plan)
    with np.errstate(over="ignore"):  # what no number can hold is inf: it never comes
        return _draw(plan, Streams(seed, replication))


def _draw(plan: Plan, streams: Streams) -> Draws:
    units = draw_units(plan, streams)
    failures = draw_failures(plan, streams, units)
    enquiries = draw_enquiries(plan, streams, units)
    moment = np.concatenate((units.sold[failures.unit] + failures.age, enquiries.time))
    order = _in_order(moment)

    def ordered(of_failures: NDArray[Any], of_enquiries: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate((of_failures, of_enquiries))[order]

    none = np.zeros(len(enquiries.time), dtype=np.int32)
    rows = Rows(
        streams,
        who=ordered(failures.who, enquiries.who),
        index=ordered(failures.index, enquiries.index),
        turn=ordered(failures.turn, none.astype(np.uint64)),
        source=ordered(failures.source, enquiries.source),
        sources=len(plan.sources),
    )
    market = ordered(units.market[failures.unit], enquiries.market)
    unit = ordered(failures.unit.astype(np.int32), none - 1)
    after = [
        list(plan.scenario.products.values())[s.product].comes_after_warranty
        if s.product >= 0 else 1.0
        for s in plan.sources
    ]  # fmt: skip
    reporting = [
        plan.scenario.reporting.delay if s.product >= 0 else constant(0.0) for s in plan.sources
    ]
    calls = draw_calls(plan, rows)
    visits = draw_visits(plan, rows, ~calls["remote"] & ~calls["self_service"])
    spread = np.array([m.spread for m in plan.markets.values()])
    if visits["off"].strides != (0,):
        visits["off"] = visits["off"] * spread[market]
    cases = CaseTable(
        source=rows.source,
        market=market,
        unit=unit,
        moment=moment[order],
        tier=_tiers(plan, units, unit, streams),
        **_lives(failures, moment, order),
        comes=rows.chance("comes", after),
        delay=rows.by_law("reporting", reporting),
        **calls,
        **visits,
    )
    return Draws(units, cases, draw_staff(plan, streams))
