"""The case table: one row for each possible case, with every random number that it may need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario.law import Law, constant
from simnet.scenario.part import Part
from simnet.scenario.product import Work
from simnet.scenario.quantity import WEEK

from .enquiries import draw_enquiries
from .failures import Failures, draw_failures
from .size import refuse_too_much
from .staff import Staff, draw_staff
from .streams import Floats, Streams
from .units import Units, draw_units

Bools = NDArray[np.bool_]
REFUSALS = 2
"""outlets that may refuse a case; the next one has to take it"""


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


@dataclass(frozen=True)
class _Rows:
    """Addresses of all rows in the streams; makes their columns.

    `where` says which rows can use the number: only for these it is drawn; what others hold does
    not matter (0 or False, or the constant of their source).
    """

    streams: Streams
    who: NDArray[np.uint64]
    index: NDArray[np.uint64]
    turn: NDArray[np.uint64]
    source: NDArray[np.int16]
    sources: int

    @cached_property
    def of_source(self) -> list[NDArray[np.int64]]:
        """Rows of each source, ascending."""
        order = np.argsort(self.source, kind="stable")
        ends = np.cumsum(np.bincount(self.source, minlength=self.sources))
        return np.split(order, ends)[: self.sources]

    def uniform(self, purpose: str, at: NDArray[np.int64] | None = None) -> Floats:
        """One number for each row, or for each of the rows `at`."""
        return self.streams.uniform(purpose, self.who, self.index, self.turn, at)

    def by_law(self, purpose: str, laws: Sequence[Law], where: Bools | None = None) -> Floats:
        """Values by the law of each row's source (`laws`, one per source)."""
        return self._column(
            [law.fixed for law in laws],
            lambda s, at: laws[s].ppf(self.uniform(purpose, at)),
            where,
        )

    def law(self, purpose: str, law: Law, where: Bools | None = None) -> Floats:
        """Values by one law for all rows."""
        if law.fixed is not None:
            return self.same(law.fixed)
        at = None if where is None else np.flatnonzero(where)
        values = law.ppf(self.uniform(purpose, at))
        return values if at is None else self.at(at, values)

    def chance(self, purpose: str, chances: Sequence[float], where: Bools | None = None) -> Bools:
        """Whether it happens, by the chance of each row's source (`chances`, one per source)."""
        column = self._column(
            [float(p) if p in (0, 1) else None for p in chances],
            lambda s, at: (self.uniform(purpose, at) < chances[s]).astype(np.float64),
            where,
        )
        if len(column) and column.strides == (0,):
            return self.same(bool(column[0]))
        return column > 0

    def same(self, value: float | bool) -> NDArray[Any]:
        """A column that is the same for all rows."""
        return np.broadcast_to(np.array(value), self.source.shape)

    def at(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        """A column that has `values` at the given rows, and 0 elsewhere."""
        column = np.zeros(len(self.source))
        column[rows] = values
        return column

    def _column(
        self,
        fixed: Sequence[float | None],
        draw: Callable[[int, NDArray[np.int64]], Floats],
        where: Bools | None,
    ) -> Floats:
        count = len(self.source)
        if len(set(fixed)) == 1 and fixed[0] is not None and count:
            return self.same(fixed[0])
        column = np.zeros(count)
        for s, (value, at) in enumerate(zip(fixed, self.of_source, strict=True)):
            if value is None:
                used = at if where is None else at[where[at]]
                column[used] = draw(s, used)
            elif value:
                column[at] = value
        return column


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


def _calls(plan: Plan, rows: _Rows) -> dict[str, Any]:
    """Columns of the hotline."""
    hotline, sources = plan.scenario.hotline, plan.sources
    count = len(rows.source)
    if hotline is None:
        never = np.broadcast_to(False, (count,))
        zero = np.broadcast_to(0.0, (count,))
        return {
            "menu": zero, "self_service": never, "talk": zero, "after_call": zero,
            "remote": rows.chance("remote", [1.0 if s.work is None else 0.0 for s in sources]),
            "patience": np.broadcast_to(np.inf, (count, 1)),
            "again": np.broadcast_to(False, (count, 1)),
            "redial": np.broadcast_to(0.0, (count, 1)),
        }  # fmt: skip
    types = [list(hotline.call_types.values())[s.call_type] for s in sources]
    redial = hotline.redial
    # a caller may be turned away or give up; only then there is a second attempt
    may_fail = hotline.patience is not None or hotline.lines is not None
    attempts = redial.attempts if may_fail else 1
    closes = hotline.hours.hours < WEEK
    served = rows.chance("self-service", [t.self_service for t in types])
    speaks = ~served
    patience, again, wait = [], [], []
    calls: Bools | None = None  # who comes as far as this attempt
    for a in range(attempts):
        waits = speaks if calls is None else speaks & calls
        patience.append(
            rows.same(np.inf)
            if hotline.patience is None
            else rows.law(f"patience {a}", hotline.patience, waits)
        )
        chance = redial.chance if a + 1 < attempts else 0.0
        again.append(rows.chance(f"again {a}", [chance] * len(sources), calls))
        # who finds the line closed calls later, too
        wait.append(rows.law(f"redial {a}", redial.delay, calls if closes else again[-1]))
        calls = again[-1]
    return {
        "menu": rows.law("menu", hotline.menu),
        "self_service": served,
        "talk": rows.by_law("talk", [t.talk for t in types], speaks),
        "after_call": rows.by_law("after call", [t.after_call for t in types], speaks),
        "remote": rows.chance("remote", [s.remote_fix for s in sources], speaks),
        "patience": _table(patience),
        "again": _table(again),
        "redial": _table(wait),
    }


def _table(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns side by side, shape (rows, k), each of them in one piece; all constant ones stay
    without memory."""
    if all(column.strides == (0,) for column in columns) and len(columns[0]):
        row = np.array([column[0] for column in columns])
        return np.broadcast_to(row, (len(columns[0]), len(row)))
    return np.stack(columns).T


def _parts(plan: Plan, rows: _Rows, visit: Bools) -> dict[str, NDArray[np.int32]]:
    """Parts of the first and the second visit."""
    sources = plan.sources
    needed = rows.chance("part", [s.work.part_chance if s.work else 0.0 for s in sources], visit)

    def column(numbers: list[int]) -> NDArray[np.int32]:
        if all(number == -1 for number in numbers):
            return np.broadcast_to(np.int32(-1), rows.source.shape)
        return np.array(numbers, dtype=np.int32)[rows.source]

    first = column([s.part for s in sources])
    return {
        "part": first if needed.all() else np.where(needed, first, np.int32(-1)),
        "second_part": column([s.second_part for s in sources]),
    }


def _visits(plan: Plan, rows: _Rows, visit: Bools) -> dict[str, Any]:
    """Columns of dispatch, outlets and parts; visit: rows that may need one, shape (rows,)."""
    sources = plan.sources

    def of_work(get: Callable[[Work], Law]) -> list[Law]:
        return [get(s.work) if s.work is not None else constant(0.0) for s in sources]

    parts = _parts(plan, rows, visit)
    again = [1 - s.work.first_time_fix if s.work else 0.0 for s in sources]
    second = rows.chance("second visit", again, visit)
    sent = [s.work.workshop if s.work else 0.0 for s in sources]
    workshop = rows.chance("workshop", sent, visit)
    twice = visit & second & ~workshop
    return {
        **_desk(plan, rows, visit),
        **parts,
        "repair": rows.by_law("repair", of_work(lambda w: w.repair), visit),
        "second": second,
        "second_repair": rows.by_law(
            "second repair",
            of_work(lambda w: w.repair if w.second_repair is None else w.second_repair),
            twice,
        ),
        "workshop": workshop,
        "bench": rows.law("bench", plan.scenario.logistics.workshop.repair, visit & workshop),
        **_supply(plan, rows, visit & (parts["part"] >= 0), twice & (parts["second_part"] >= 0),
                  visit & workshop),
    }  # fmt: skip


def _desk(plan: Plan, rows: _Rows, visit: Bools) -> dict[str, Any]:
    """Columns of dispatch, and how far off the customer is."""
    scenario = plan.scenario
    # technicians take from a board themselves: no channel's delay, and nobody refuses
    by_desk = scenario.dispatch.policy != "central_board"
    used = {outlet.contract for outlet in plan.outlets.values()} if by_desk else set()
    contracts = scenario.contracts
    coordination = [
        rows.law(f"coordination {name}", c.coordination if name in used else constant(0.0), visit)
        for name, c in contracts.items()
    ]
    may_refuse = any(c.refusal > 0 for name, c in contracts.items() if name in used)
    asked = np.flatnonzero(visit)
    refuse = [
        rows.at(asked, rows.uniform(f"refuse {i}", asked)) if may_refuse else rows.same(1.0)
        for i in range(REFUSALS)
    ]
    spread = any(market.spread for market in plan.markets.values())
    return {
        "desk": rows.law("desk", scenario.dispatch.coordination, visit),
        "refuse": _table(refuse),
        "coordination": _table(coordination) if contracts else np.empty((len(visit), 0)),
        "off": rows.at(asked, np.sqrt(rows.uniform("off", asked))) if spread else rows.same(0.0),
    }


def _supply(
    plan: Plan, rows: _Rows, first: Bools, second: Bools, workshop: Bools
) -> dict[str, Any]:
    """Columns of parts and logistics. Of cases whose first or second visit needs a part, and of
    those whose unit goes to the central workshop; shape (rows,) each."""
    logistics, sources = plan.scenario.logistics, plan.sources
    parts = list(plan.scenario.parts.values())
    numbers = [s.part for s in sources], [s.second_part for s in sources]

    def of_part(get: Callable[[Part], Law], turn: int) -> list[Law]:
        return [get(parts[n]) if n >= 0 else constant(0.0) for n in numbers[turn]]

    def mendable(turn: int) -> list[float]:
        return [parts[n].repairable if n >= 0 else 0.0 for n in numbers[turn]]

    used = set(plan.lane[plan.lane >= 0].tolist())
    if any(part.emergency for part in parts):
        express = logistics.emergency
        used |= {plan.carrier(express)} if express else set(np.maximum(plan.lane, 0).tolist())

    def transit(name: str, where: Bools) -> NDArray[Any]:
        return _table([
            rows.law(f"{name} {n}", c.factor, where) if i in used else rows.same(0.0)
            for i, (n, c) in enumerate(logistics.carriers.items())
        ])  # fmt: skip

    mended = rows.chance("mendable", mendable(0), first)
    mended_2 = rows.chance("mendable 2", mendable(1), second)
    returns = list(logistics.carriers.values())[plan.carrier(logistics.returns)].factor
    goes_back = first & mended, second & mended_2, workshop, workshop
    return {
        "transit": transit("transit", first),
        "transit_2": transit("transit 2", second),
        "transit_back": _table([
            rows.law(f"transit back {i}", returns, where) for i, where in enumerate(goes_back)
        ]),
        "lead": rows.by_law("lead time", of_part(lambda p: p.supplier_lead_time, 0), first),
        "lead_2": rows.by_law("lead time 2", of_part(lambda p: p.supplier_lead_time, 1), second),
        "mendable": mended,
        "mendable_2": mended_2,
        "mend": rows.by_law("mend", of_part(lambda p: p.workshop_time, 0), goes_back[0]),
        "mend_2": rows.by_law("mend 2", of_part(lambda p: p.workshop_time, 1), goes_back[1]),
    }  # fmt: skip


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
    rows = _Rows(
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
    calls = _calls(plan, rows)
    visits = _visits(plan, rows, ~calls["remote"] & ~calls["self_service"])
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
