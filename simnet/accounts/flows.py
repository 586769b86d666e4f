"""Flows of money: for each event that costs something, who pays whom, how much, and when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from simnet.brief import brief
from simnet.plan import Plan
from simnet.records import Kind, Records
from simnet.scenario.contract import Term
from simnet.scenario.hotline import Shift, Team
from simnet.scenario.quantity import DAY, YEAR

from .cases import CaseTimes, part_requests
from .drivers import OF_NO_CASE, Drivers, Events
from .duty import Duty
from .loads import loads
from .months import hours_by_month, month_edges, month_lengths, month_of
from .sums import Bools, Floats, Ints, sums

COMPANY = "company"

Party = str | tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """Amounts of one category: arrays of shape (n,), or names that hold for all."""

    __repr__ = brief

    payer: Party
    """a party, or for each row `at` which of these"""
    payee: Party
    category: str
    time: Floats
    amount: Floats
    at: Ints | None = None
    """row's position in a tuple of parties"""
    case: Ints | None = None
    """row's case, for amounts that a case caused"""


def paid_shifts(plan: Plan) -> list[tuple[Team, Shift, Floats]]:
    """Every shift of every team, in the order of the agents, and its hours (n, 2)."""
    hotline = plan.scenario.hotline
    teams = hotline.teams.values() if hotline is not None else ()
    return [
        (team, shift, shift.hours.over(plan.horizon, plan.offset))
        for team in teams
        for shift in team.shifts
    ]


def owners(plan: Plan) -> tuple[str, ...]:
    """The party that owns each outlet: the company, or a party that is called like the outlet, as
    in cases and key figures."""
    return tuple(
        COMPANY if owned else name for name, owned in zip(plan.outlets, plan.owned, strict=True)
    )


@dataclass(frozen=True)
class Sums:
    """Amounts of one category, summed up: arrays with a row for each position in a tuple of
    parties, or with one row where there is none."""

    payer: Party
    payee: Party
    category: str
    by_month: Floats
    """(rows, months)"""
    direct: Floats | None
    """(markets,) what the company paid of it for the cases of each market after the warm-up; None
    where no case is behind it"""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Who pays and who is paid in each row."""
        for row in range(len(self.by_month)):
            payer = self.payer if isinstance(self.payer, str) else self.payer[row]
            yield payer, self.payee if isinstance(self.payee, str) else self.payee[row]


class Flows:
    """The flows of a run, one after the other."""

    def __init__(self, plan: Plan, records: Records, times: CaseTimes) -> None:
        self.plan, self.records = plan, records
        self.scenario = plan.scenario
        self.owner = owners(plan)
        self.months = plan.month_starts
        self.drivers = Drivers(plan, records, times)
        self.part_cost = self.drivers.part_cost

    def summed(self) -> Iterator[Sums]:
        """All flows, and the parts that cases took, summed up."""
        for flows in (self.products(), self.shifts(), self.calls()):
            yield from map(self._sum, flows)
        yield from self._contracts_summed()
        for flows in (self.stock(), self.carriers(), self.fleet(), self.workshop()):
            yield from map(self._sum, flows)
        for taken in map(self._sum, self.parts_taken()):
            # in the ledger parts are paid for when they are bought, for stock and not for a case
            yield replace(taken, by_month=np.zeros_like(taken.by_month))

    def of_cases(self) -> Iterator[Flow]:
        """What single cases caused, and the parts that they took, each charged its cost."""
        yield from self.calls()
        for number, term in self._terms():
            if term.per not in OF_NO_CASE:
                mine = self.plan.contract == number
                yield from self.term(term, mine, self.drivers.events(term.per))
        yield from self.carriers()
        yield from self.workshop()
        yield from self.parts_taken()

    def _sum(self, flow: Flow) -> Sums:
        """Of a flow between two parties."""
        found = self.drivers.slots.of_all(flow.time, flow.amount, flow.case)
        pays = flow.payer == COMPANY != flow.payee
        direct = None if flow.case is None else found.by_market[0].sum(axis=0) * pays
        return Sums(flow.payer, flow.payee, flow.category, found.by_month.sum(axis=1), direct)

    def _contracts_summed(self) -> Iterator[Sums]:
        sums = cache(self.drivers.sums)
        for number, term in self._terms():
            of_case = term.per not in OF_NO_CASE
            when = term.when if of_case else "always"
            covered = {"always": [0, 1], "out_of_warranty": [0], "in_warranty": [1]}[when]
            mine = (self.plan.contract == number)[:, np.newaxis]
            if not term.amount:
                continue
            found = sums(term.per)
            by_month = found.by_month[:, covered].sum(axis=1) * mine * term.amount
            by_market = found.by_market[number, covered].sum(axis=0) * term.amount
            if by_month.any():
                direct = by_market * self._company_pays(number, term) if of_case else None
                payer, payee = self.party(term.payer), self.party(term.payee)
                yield Sums(payer, payee, term.category, by_month, direct)

    def _company_pays(self, number: int, term: Term) -> bool:
        """Whether the company pays somebody else by this term of a contract."""
        owned = list(self.scenario.contracts.values())[number].owned
        payer, payee = (
            COMPANY if party == "owner" and owned else party for party in (term.payer, term.payee)
        )
        return payer == COMPANY != payee

    def _terms(self) -> Iterator[tuple[int, Term]]:
        """The terms of all contracts that some outlet has, and the numbers of these."""
        for number, contract in enumerate(self.scenario.contracts.values()):
            if (self.plan.contract == number).any():
                yield from ((number, term) for term in contract.terms)

    def products(self) -> Iterator[Flow]:
        units, products = self.records.units, list(self.scenario.products.values())
        new = np.flatnonzero(units.new)
        if not len(new):
            return
        months = len(self.months)
        key = units.product[new].astype(np.int64) * months + month_of(self.plan, units.sold[new])
        sold = sums(key, len(products) * months).reshape(len(products), months)
        price, cost = (
            np.array([getattr(p, name) for p in products]) for name in ("price", "unit_cost")
        )
        yield Flow("customers", COMPANY, "product sales", self.months, price @ sold)
        yield Flow(COMPANY, "suppliers", "production", self.months, cost @ sold)

    def shifts(self) -> Iterator[Flow]:
        """Agents are paid for their shifts."""
        for team, shift, hours in paid_shifts(self.plan):
            paid = hours_by_month(self.plan, *hours.T)[0][0]
            yield Flow(COMPANY, "staff", "hotline", self.months, paid * shift.agents * team.wage)

    def calls(self) -> Iterator[Flow]:
        """Agents' work outside of their shifts, and the telephone."""
        hotline, calls = self.scenario.hotline, self.records.calls
        if hotline is None:
            return
        agent, case, begun, left = (calls[name] for name in ("agent", "case", "begun", "left"))
        shifts = paid_shifts(self.plan)
        shift_of = np.repeat(np.arange(len(shifts)), [shift.agents for _, shift, _ in shifts])
        # breaks and absences are paid with the shift, so only what lies outside is extra
        hours = np.concatenate([np.empty((0, 2)), *(hours for _, _, hours in shifts)])
        of = np.repeat(np.arange(len(shifts)), [len(hours) for _, _, hours in shifts])
        paid = Duty(len(shifts), of, hours[:, 0], hours[:, 1])
        # nobody (-1) is in no shift
        rows = paid.overrun(np.append(shift_of, -1)[agent], left, calls["ended"])
        shift, ended = shift_of[agent[rows]], calls["ended"][rows]
        wage = np.array([team.wage for team, _, _ in shifts])
        amount = paid.overtime(shift, left[rows], ended) * wage[shift]
        yield Flow(COMPANY, "staff", "hotline", ended, amount, case=case[rows])
        if hotline.cost_per_minute > 0:
            until = np.where(agent >= 0, self.records.cases["triaged"][case], left)
            minutes = 60 * (until - begun)
            minutes[np.isnan(minutes)] = 0.0
            yield Flow(COMPANY, "telephone", "telephone", begun, minutes * hotline.cost_per_minute,
                       case=case)  # fmt: skip

    def term(self, term: Term, mine: Bools, events: Events) -> Iterator[Flow]:
        keep = mine[events.outlet] & (events.quantity != 0)
        if events.case is not None and term.when != "always":
            covered = self.records.cases["warranty"][events.case]
            keep &= covered if term.when == "in_warranty" else ~covered
        rows = np.flatnonzero(keep)
        if not len(rows):
            return
        yield Flow(
            self.party(term.payer),
            self.party(term.payee),
            term.category,
            events.time[rows],
            events.quantity[rows] * term.amount,
            at=events.outlet[rows],
            case=None if events.case is None else events.case[rows],
        )

    def party(self, name: str) -> Party:
        if name == "owner":
            return self.owner
        return "customers" if name == "customer" else name

    def stock(self) -> Iterator[Flow]:
        plan, records = self.plan, self.records
        value = float((records.initial_stock * self.part_cost[:-1]).sum())
        if value:
            yield Flow(COMPANY, "suppliers", "initial stock", np.zeros(1), np.array([value]))
        shipments = records.shipments
        bought = np.flatnonzero(shipments["kind"] == Kind.SUPPLY)
        if len(bought):
            # the order was set off by a case, but what is bought serves others too
            amount = shipments["quantity"][bought] * self.part_cost[shipments["part"][bought]]
            yield Flow(COMPANY, "suppliers", "parts", shipments["ordered"][bought], amount)
        rate = self.scenario.logistics.holding_rate
        if rate > 0:
            steps = records.moves["on_hand"] * self.part_cost[records.moves["part"]]
            area = hours_by_month(plan, records.moves["time"], weight=steps)[0][0]
            held = (value * np.diff(month_edges(plan)) + area) / YEAR * rate
            yield Flow(COMPANY, "capital", "stock holding", self.months, held)
        per_month = self.scenario.logistics.depot.per_month
        if per_month > 0:
            amount = month_lengths(plan) * per_month
            yield Flow(COMPANY, "landlord", "depot", self.months, amount)

    def carriers(self) -> Iterator[Flow]:
        shipments = self.records.shipments
        for number, (name, carrier) in enumerate(self.scenario.logistics.carriers.items()):
            mine = np.flatnonzero(shipments["lane"] == number)
            if not len(mine):
                continue
            if not (carrier.per_shipment or carrier.per_kg or carrier.per_km or carrier.per_kg_km):
                mine = mine[:0]  # nothing to add up
            kg, km = loads(self.plan, self.records, mine)
            amount = (
                carrier.per_shipment
                + carrier.per_kg * kg
                + carrier.per_km * km
                + carrier.per_kg_km * kg * km
            )
            yield Flow(COMPANY, f"carrier {name}", "transport", shipments["shipped"][mine], amount,
                       case=shipments["case"][mine])  # fmt: skip

    def fleet(self) -> Iterator[Flow]:
        fleet = self.scenario.logistics.fleet
        if fleet is not None and self.plan.tours:
            trips = self.records.trips
            departed, km = (trips[k] for k in ("departed", "km"))
            yield Flow(COMPANY, "vehicles", "transport", departed, km * fleet.per_km)
            days = np.diff(month_edges(self.plan)) / DAY
            cost = days * fleet.trucks * fleet.per_truck_day
            yield Flow(COMPANY, "vehicles", "transport", self.months, cost)

    def workshop(self) -> Iterator[Flow]:
        shipments, bench = self.records.shipments, self.records.bench
        parts = self.scenario.parts.values()
        for kind, costs in (
            (Kind.MENDED_PART, [part.workshop_cost for part in parts]),
            (Kind.MENDED_AT_OUTLET, [part.outlet_cost for part in parts]),
        ):
            mended = np.flatnonzero(shipments["kind"] == kind)
            if not len(mended):
                continue
            cost = np.array(costs)
            mended = mended[: len(mended) if cost.any() else 0]  # or there is nothing to add up
            yield Flow(
                COMPANY, "staff", "workshop", shipments["shipped"][mended],
                cost[shipments["part"][mended]],
                case=shipments["case"][mended],
            )  # fmt: skip
        begun, ended = (bench[k] for k in ("begun", "ended"))
        done = np.flatnonzero(~np.isnan(ended))
        if len(done):
            hours = (ended - begun)[done]
            wage = self.scenario.logistics.workshop.wage
            yield Flow(COMPANY, "staff", "workshop", begun[done], hours * wage,
                       case=bench["case"][done])  # fmt: skip

    def parts_taken(self) -> Iterator[Flow]:
        requests = part_requests(self.plan, self.records) if self.part_cost.any() else ()
        for case, part, _, ready in requests:
            took = np.flatnonzero(~np.isnan(ready))
            cost = self.part_cost[part[took]]
            yield Flow(COMPANY, "suppliers", "parts taken", ready[took], cost, case=case[took])
