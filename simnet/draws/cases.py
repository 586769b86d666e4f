"""The case table: one row for each possible case, with every random number that it may need."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet import heap
from simnet.brief import brief
from simnet.plan import Plan

from .calls import draw_calls
from .column import Column, Subset
from .enquiries import Enquiries, draw_enquiries
from .failures import Failures, draw_failures
from .gather import BLOCK, Gathered
from .rows import Bools, Rows
from .size import refuse_too_much
from .staff import Staff, draw_staff
from .streams import Floats, Streams, smallest
from .units import Units, draw_units
from .visits import draw_visits, lanes_used

Columns = tuple[Column, ...]


@dataclass(frozen=True)
class CaseTable:
    """Columns of shape (cases,), or several of them where said, in order of `moment`.

    Of cases at one moment, failures come first, in order of unit and age. A column that is the same
    for all cases takes no memory (a broadcast scalar); a Column is held only for the cases that can
    use it.
    """

    __repr__ = brief

    source: NDArray[np.int16]
    market: NDArray[Any]
    unit: NDArray[np.int32]
    """row of the unit, -1 for an enquiry"""
    moment: Floats
    """hours at which the case would begin if no repair took any time; ascending"""
    tier: NDArray[np.int8]
    gap: Column
    """of a unit's later failures: hours of operation since the one before"""
    first: Bools
    """whether an enquiry, or a unit's first failure, which comes at `moment` in any case"""
    follower: NDArray[np.int32]
    """row of the unit's next failure, -1 for none"""
    comes: Bools
    """whether the customer comes to us, should the warranty be over"""
    delay: Column
    menu: Column
    self_service: Bools
    patience: Columns
    """by attempt"""
    again: tuple[Bools, ...]
    """by attempt: whether the customer calls again after it failed"""
    redial: Columns
    """by attempt: time until then"""
    talk: Column
    after_call: Column
    remote: Bools
    desk: Column
    refuse: Columns
    """by refusal (REFUSALS): refused where below the contract's chance"""
    coordination: Columns
    """by contract"""
    off: Column
    """km of the customer from the middle of the market"""
    part: NDArray[Any]
    """part that the first visit needs, -1 for none"""
    second_part: NDArray[Any]
    """part that the second visit needs, -1 for none"""
    repair: Column
    second: Bools
    """whether a second visit is needed"""
    second_repair: Column
    workshop: Bools
    bench: Column
    transit: Columns
    """by carrier: random factor of a shipment for the case"""
    transit_2: Columns
    """the same for the second visit's part"""
    transit_back: Columns
    """four factors on the way back: failed part, second failed part, unit there and back"""
    lead: Column
    """supplier lead time of an order that the case sets off"""
    lead_2: Column
    mendable: Bools
    mendable_2: Bools
    mend: Column
    mend_2: Column
    at_outlet: Bools
    """whether the outlet would mend it itself"""
    at_outlet_2: Bools
    mend_at_outlet: Column
    mend_at_outlet_2: Column

    def __len__(self) -> int:
        return len(self.source)

    def full(self, name: str) -> NDArray[Any]:
        """A column in full, shape (cases,), or several side by side (cases, k); 0 for who cannot
        use it."""
        found = getattr(self, name)
        if not isinstance(found, tuple):
            return found.full() if isinstance(found, Column) else found
        columns = [c.full() if isinstance(c, Column) else c for c in found]
        if len(self) and all(column.strides == (0,) for column in columns):
            row = np.array([column[0] for column in columns])
            return np.broadcast_to(row, (len(self), len(row)))
        return np.stack(columns, axis=1) if columns else np.empty((len(self), 0))


@dataclass(frozen=True)
class Draws:
    """All that is random in one replication."""

    __repr__ = brief

    units: Units
    cases: CaseTable
    staff: Staff


def _in_order(moment: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Rows in order of `moment`, equal ones as they stand; and the moments in this order.

    The engine goes through the table in order of time, so that what it reads next lies nearby.
    """
    order = np.argsort(moment)
    # the sort is quick and leaves equal ones in any order
    in_order = moment[order]
    equal = in_order[1:] == in_order[:-1]
    if equal.any():
        tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
        rows = np.sort(order[tied])
        order[tied] = rows[np.argsort(moment[rows], kind="stable")]
    return order, in_order


def _lives(failures: Failures, order: NDArray[np.int64]) -> dict[str, Any]:
    """Each failure's follower, and the time from the one before."""
    earlier = np.flatnonzero(failures.unit[1:] == failures.unit[:-1])
    gap = failures.age[earlier + 1] - failures.age[earlier]
    row = np.empty(len(order), dtype=np.int32)
    row[order] = np.arange(len(order), dtype=np.int32)
    follower, first = np.full(len(order), -1, dtype=np.int32), np.ones(len(order), dtype=np.bool_)
    follower[row[earlier]] = row[earlier + 1]
    first[row[earlier + 1]] = False
    return {
        "gap": Column(gap[np.argsort(row[earlier + 1])], Subset.of(~first)),
        "first": first,
        "follower": follower,
    }


@dataclass(frozen=True)
class _Subjects:
    """What each case is about: rows of failures, and then of enquiries."""

    failures: Failures
    asked: NDArray[np.int32]
    """(enquiries,) number of its group among those of the enquiries"""
    of_units: int
    """groups of units; those of enquiries follow"""
    who: NDArray[np.uint64]
    """(groups,)"""
    market: NDArray[Any]
    """(groups,)"""
    start: NDArray[np.int64]
    """(groups,) number of the first unit or enquiry"""
    source: NDArray[np.int16]
    """(groups,) of enquiries; of a failure it is not the group that says it"""
    mixed: NDArray[np.uint64]
    """(clocks + 1,) what is mixed into the name of the group; the last is for enquiries"""

    @classmethod
    def of(cls, plan: Plan, units: Units, failures: Failures, enquiries: Enquiries) -> "_Subjects":
        both = units.groups, enquiries.groups
        unknown = np.full(len(units.groups.who), -1, dtype=np.int16)
        return cls(
            replace(failures, age=np.empty(0)),  # known as moments by now
            enquiries.groups.each(),
            len(units.groups.who),
            who=np.concatenate([groups.who for groups in both]),
            market=np.concatenate([groups.market for groups in both]).astype(
                smallest(len(plan.markets))
            ),
            start=np.concatenate([groups.start[:-1] for groups in both]),
            source=np.concatenate((unknown, enquiries.groups.kind.astype(np.int16))),
            mixed=np.append(failures.names, np.uint64(0)),
        )  # fmt: skip


def _tiers(plan: Plan, rows: Rows, unit: NDArray[np.uint64]) -> NDArray[np.int8]:
    """The tier goes with the unit, so it is drawn at the unit's address. unit: name of its group,
    shape (rows,)."""
    tier = np.zeros(len(unit), dtype=np.int8)
    product = np.array([s.product for s in plan.sources], dtype=np.int32)[rows.source]
    for p, terms in enumerate(plan.scenario.products.values()):
        if len(terms.tiers) == 1:
            continue
        at = np.flatnonzero(product == p)
        u = rows.streams.uniform("tier", unit, rows.index, at=at)
        edges = np.cumsum([t.share for t in terms.tiers.values()])
        tier[at] = np.minimum(np.searchsorted(edges, u, side="right"), len(edges) - 1)
    return tier


def _block(
    plan: Plan, streams: Streams, s: _Subjects, lanes: set[int], at: NDArray[np.int64]
) -> dict[str, Any]:
    """Columns of the cases `at` of the subjects. lanes: carriers that outlets order by."""
    from .loops import addresses

    name, unit_name, index, turn = np.empty((4, len(at)), dtype=np.uint64)
    group, unit = np.empty((2, len(at)), dtype=np.int32)
    source, of = np.empty(len(at), dtype=np.int16), s.failures
    addresses(
        at, of.group, of.unit, of.source, of.clock, of.turn, s.asked, s.of_units, s.who, s.start,
        s.source, s.mixed, name, unit_name, index, turn, group, unit, source,
    )  # fmt: skip
    rows = Rows(streams, name, index, turn, source, s.market[group])
    after = [
        list(plan.scenario.products.values())[source.product].comes_after_warranty
        if source.product >= 0 else 1.0
        for source in plan.sources
    ]  # fmt: skip
    delay = plan.scenario.reporting.delay
    calls = draw_calls(plan, rows)
    return {
        "source": rows.source,
        "market": rows.market,
        "unit": unit,
        "tier": _tiers(plan, rows, unit_name),
        "comes": rows.chance("comes", after),
        "delay": rows.law("reporting", delay, rows.where("fails", unit >= 0)),
        **calls,
        **draw_visits(plan, rows, ~calls["remote"] & ~calls["self_service"], lanes),
    }


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
    order, moment = _in_order(moment)
    heap.spare(len(order))
    lives = _lives(failures, order)
    subjects = _Subjects.of(plan, units, failures, enquiries)
    del failures, enquiries
    gathered, lanes = Gathered(len(order)), lanes_used(plan, len(order))
    for start in range(0, max(len(order), 1), BLOCK):
        gathered.add(_block(plan, streams, subjects, lanes, order[start : start + BLOCK]))
    cases = CaseTable(moment=moment, **lives, **gathered.finished())
    return Draws(units, cases, draw_staff(plan, streams))
