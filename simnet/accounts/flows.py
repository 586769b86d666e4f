"""Flows of money: for each event that costs something, who pays whom, how much, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import UNLIMITED, Plan
from simnet.records import Kind, Outcome, Records
from simnet.scenario.contract import Term
from simnet.scenario.quantity import DAY, YEAR

from .cases import CaseTimes, parts_needed
from .levels import time_weighted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPANY = "company"


@dataclass(frozen=True)
class Flow:
    """Amounts of one category: arrays of shape (n,), or names that hold for all."""

    payer: str | tuple[str, ...]
    """a party, or for each row `at` which of these"""
    payee: str | tuple[str, ...]
    category: str
    time: Floats
    amount: Floats
    at: Ints | None = None
    """row's position in a tuple of parties"""
    case: Ints | None = None
    """row's case, for amounts that a case caused"""


def owners(plan: Plan) -> tuple[str, ...]:
    """The party that owns each outlet: the company, or a party of the outlet's name."""
    return tuple(
        COMPANY if owned else f"outlet {name}"
        for name, owned in zip(plan.outlets, plan.owned, strict=True)
    )


def month_lengths(plan: Plan) -> Floats:
    """Each calendar month as a part of a whole one."""
    starts = plan.month_starts
    first = pd.Period(plan.scenario.start, freq="M")
    whole = np.array([(first + i).days_in_month * DAY for i in range(len(starts))])
    return np.diff(np.append(starts, plan.horizon)) / whole


def _hours_by_month(plan: Plan, start: Floats, end: Floats) -> Floats:
    """Hours of the intervals that fall into each month, shape (months,)."""
    edges = np.append(plan.month_starts, plan.horizon)
    times = np.concatenate((start, end))
    steps = np.concatenate((np.ones(len(start)), -np.ones(len(end))))
    mean, _ = time_weighted(times, steps, 0.0, edges)
    return np.asarray(mean * np.diff(edges))


def _hours_within(intervals: Floats, start: Floats, end: Floats) -> Floats:
    """Hours of each piece from `start` to `end` that lie in the ordered intervals (n, 2)."""
    begins, ends = intervals[:, 0], intervals[:, 1]
    total = np.concatenate(([0.0], np.cumsum(ends - begins)))

    def until(time: Floats) -> Floats:
        at = np.searchsorted(begins, time, side="right") - 1
        inside = np.minimum(time, ends[at]) - begins[at] if len(ends) else np.zeros(len(time))
        return np.where(at >= 0, total[np.maximum(at, 0)] + inside, 0.0)

    return until(end) - until(start)


class Flows:
    """All flows of a run, one after the other."""

    def __init__(self, plan: Plan, records: Records, times: CaseTimes) -> None:
        self.plan, self.records, self.times = plan, records, times
        self.scenario = plan.scenario
        self.owner = owners(plan)
        self.months = plan.month_starts
        self.teams = len(self.scenario.hotline.teams) if self.scenario.hotline else 0
        parts = list(self.scenario.parts.values())
        self.part_cost = np.array([part.cost for part in parts] + [0.0])
        self.part_price = np.array([part.customer_price for part in parts] + [0.0])

    def all(self) -> Iterator[Flow]:
        yield from self.products()
        yield from self.hotline()
        yield from self.contracts()
        yield from self.stock()
        yield from self.transport()
        yield from self.workshop()

    def products(self) -> Iterator[Flow]:
        units = self.records.units
        sold = units.new
        price = np.array([p.price for p in self.scenario.products.values()])
        cost = np.array([p.unit_cost for p in self.scenario.products.values()])
        if sold.any():
            of = units.product[sold]
            yield Flow("customers", COMPANY, "product sales", units.sold[sold], price[of])
            yield Flow(COMPANY, "suppliers", "production", units.sold[sold], cost[of])

    def hotline(self) -> Iterator[Flow]:
        hotline = self.scenario.hotline
        if hotline is None:
            return
        plan, calls = self.plan, self.records.calls
        agent, case = calls["agent"], calls["case"]
        first = 0
        for team in hotline.teams.values():
            for shift in team.shifts:
                hours = shift.hours.over(plan.horizon, plan.offset)
                paid = _hours_by_month(plan, hours[:, 0], hours[:, 1])
                amount = paid * shift.agents * team.wage
                yield Flow(COMPANY, "staff", "hotline", self.months, amount)
                # breaks and absences are paid with the shift, so only what lies outside is extra
                mine = (agent >= first) & (agent < first + shift.agents) & ~np.isnan(calls["ended"])
                left, ended = calls["left"][mine], calls["ended"][mine]
                over = ended - left - _hours_within(hours, left, ended)
                first += shift.agents
                yield Flow(COMPANY, "staff", "hotline", ended, over * team.wage, case=case[mine])
        begun, gone = (calls[k] for k in ("begun", "left"))
        triaged = self.records.cases["triaged"][case]
        until = np.where(agent >= 0, triaged, gone)
        minutes = 60 * np.nan_to_num(until - begun, nan=0.0)
        if hotline.cost_per_minute > 0:
            yield Flow(COMPANY, "telephone", "telephone", begun, minutes * hotline.cost_per_minute,
                       case=case)  # fmt: skip

    def contracts(self) -> Iterator[Flow]:
        drivers = self.drivers()
        contracts = list(self.scenario.contracts.values())
        contract_of = self.plan.contract
        for number, contract in enumerate(contracts):
            mine = contract_of == number
            if not mine.any():
                continue
            for term in contract.terms:
                yield from self.term(term, mine, drivers[term.per])

    def term(
        self, term: Term, mine: NDArray[np.bool_], driver: tuple[Ints, Floats, Floats, Ints | None]
    ) -> Iterator[Flow]:
        outlet, time, quantity, case = driver
        keep = mine[outlet] & (quantity != 0)
        if case is not None and term.when != "always":
            warranty = self.records.cases["warranty"][case]
            keep &= warranty if term.when == "in_warranty" else ~warranty
        if not keep.any():
            return
        yield Flow(
            self.party(term.payer),
            self.party(term.payee),
            term.category,
            time[keep],
            quantity[keep] * term.amount,
            at=outlet[keep],
            case=None if case is None else case[keep],
        )

    def party(self, name: str) -> str | tuple[str, ...]:
        if name == "owner":
            return self.owner
        return "customers" if name == "customer" else name

    def drivers(self) -> dict[str, tuple[Ints, Floats, Floats, Ints | None]]:
        """What contracts count: (outlet, time, quantity, case) of every event."""
        plan, records = self.plan, self.records
        count, months = len(plan.outlets), self.months
        outlets = np.arange(count)
        by_month = np.repeat(outlets, len(months)), np.tile(months, count)
        part_of_month = np.tile(month_lengths(plan), count)
        new = np.array([float(not outlet.existing) for outlet in plan.outlets.values()])
        people = np.maximum(plan.technicians, 0)
        crew = records.staff.crew[records.staff.person] - self.teams
        duty = [
            _hours_by_month(plan, records.staff.start[crew == o], records.staff.end[crew == o])
            for o in outlets
        ]
        for o in np.flatnonzero(plan.technicians == UNLIMITED):
            # people without number are on duty while they work
            here = (records.visits["outlet"] == o) & ~np.isnan(records.visits["free"])
            duty[o] = _hours_by_month(
                plan, records.visits["started"][here], records.visits["free"][here]
            )
        visits = records.visits
        done = ~np.isnan(visits["free"])
        visits = {name: column[done] for name, column in visits.items()}
        site, case = visits["outlet"], visits["case"]
        person = visits["technician"]
        over = np.zeros(len(person))
        real = person >= 0
        over[real] = records.staff.overtime(
            person[real], visits["started"][real], visits["free"][real]
        )
        travel = visits["arrived"] - visits["started"] + visits["free"] - visits["finished"]
        part, second = parts_needed(records)
        cases = records.cases
        mended = np.flatnonzero(cases["outcome"] == Outcome.REPAIRED)
        where = cases["outlet"]
        repaired = cases["repaired"]
        used = np.concatenate((mended, mended))
        which = np.concatenate((part[mended], second[mended]))
        kept, late = self.times.kept, self.times.late
        judged = (where >= 0) & ~np.isnan(kept)
        ok, broken = np.flatnonzero(judged & (kept == 1)), np.flatnonzero(judged & (kept == 0))
        units = records.units
        home = np.array([order[0] if order else -1 for order in plan.preference], dtype=np.int64)
        seller = home[units.market] if len(home) else np.full(len(units.sold), -1)
        sold = units.new & (seller >= 0)
        price = np.array([p.price for p in self.scenario.products.values()] or [0.0])

        def once(cases: Ints, when: Floats) -> tuple[Ints, Floats, Floats, Ints]:
            return where[cases], when[cases], np.ones(len(cases)), cases

        started = visits["started"]
        return {
            "setup": (outlets, np.zeros(count), new, None),
            "month": (*by_month, part_of_month, None),
            "technician_month": (*by_month, part_of_month * np.repeat(people, len(months)), None),
            "duty_hour": (*by_month, np.concatenate([np.empty(0), *duty]), None),
            "overtime_hour": (site, visits["free"], over, case),
            "case": once(mended, repaired),
            "visit": (site, started, np.ones(len(site)), case),
            "repair_hour": (site, started, visits["finished"] - visits["arrived"], case),
            "travel_hour": (site, started, travel, case),
            "km": (site, started, visits["km"], case),
            "part_cost": (where[used], repaired[used], self.part_cost[which], used),
            "part_price": (where[used], repaired[used], self.part_price[which], used),
            "promise_kept": once(ok, late),
            "promise_missed": once(broken, late),
            "unit_sold": (seller[sold], units.sold[sold], np.ones(int(sold.sum())), None),
            "sales_value": (seller[sold], units.sold[sold], price[units.product[sold]], None),
        }

    def stock(self) -> Iterator[Flow]:
        plan, records = self.plan, self.records
        value = float((records.initial_stock * self.part_cost[:-1]).sum())
        if value:
            yield Flow(COMPANY, "suppliers", "initial stock", np.zeros(1), np.array([value]))
        shipments = records.shipments
        bought = shipments["kind"] == Kind.SUPPLY
        amount = (shipments["quantity"] * self.part_cost[shipments["part"]])[bought]
        if bought.any():
            # the order was set off by a case, but what is bought serves others too
            yield Flow(COMPANY, "suppliers", "parts", shipments["ordered"][bought],
                       amount)  # fmt: skip
        rate = self.scenario.logistics.holding_rate
        if rate > 0:
            steps = records.moves["on_hand"] * self.part_cost[records.moves["part"]]
            edges = np.append(self.months, plan.horizon)
            moments = records.moves["time"]
            mean, _ = time_weighted(moments, steps, value, edges)
            held = mean * np.diff(edges) / YEAR * rate
            yield Flow(COMPANY, "capital", "stock holding", self.months, held)
        per_month = self.scenario.logistics.depot.per_month
        if per_month > 0:
            amount = month_lengths(plan) * per_month
            yield Flow(COMPANY, "landlord", "depot", self.months, amount)

    def transport(self) -> Iterator[Flow]:
        shipments, logistics = self.records.shipments, self.scenario.logistics
        for number, (name, carrier) in enumerate(logistics.carriers.items()):
            mine = shipments["lane"] == number
            kg, km, shipped = (shipments[k][mine] for k in ("kg", "km", "shipped"))
            amount = (
                carrier.per_shipment
                + carrier.per_kg * kg
                + carrier.per_km * km
                + carrier.per_kg_km * kg * km
            )
            if mine.any():
                case = shipments["case"][mine]
                yield Flow(COMPANY, f"carrier {name}", "transport", shipped, amount, case=case)
        fleet = logistics.fleet
        if fleet is not None and self.plan.tours:
            trips = self.records.trips
            departed, km = (trips[k] for k in ("departed", "km"))
            yield Flow(COMPANY, "vehicles", "transport", departed, km * fleet.per_km)
            days = np.diff(np.append(self.months, self.plan.horizon)) / DAY
            cost = days * fleet.trucks * fleet.per_truck_day
            yield Flow(COMPANY, "vehicles", "transport", self.months, cost)

    def workshop(self) -> Iterator[Flow]:
        shipments, bench = self.records.shipments, self.records.bench
        mended = shipments["kind"] == Kind.MENDED_PART
        cost = np.array([part.workshop_cost for part in self.scenario.parts.values()] + [0.0])
        if mended.any():
            yield Flow(
                COMPANY, "staff", "workshop", shipments["shipped"][mended],
                cost[shipments["part"][mended]],
                case=shipments["case"][mended],
            )  # fmt: skip
        begun, ended = (bench[k] for k in ("begun", "ended"))
        done = ~np.isnan(ended)
        if done.any():
            hours = (ended - begun)[done]
            wage = self.scenario.logistics.workshop.wage
            yield Flow(COMPANY, "staff", "workshop", begun[done], hours * wage,
                       case=bench["case"][done])  # fmt: skip
