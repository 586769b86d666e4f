"""Yearly cost: the scenario's prices and contracts times expected numbers."""

from dataclasses import dataclass

import numpy as np

from simnet.accounts import COMPANY, NOT_SERVICE
from simnet.accounts.flows import owners
from simnet.accounts.months import month_lengths
from simnet.plan import FLEET, UNLIMITED, Plan
from simnet.scenario.quantity import DAY, YEAR

from .laws import Floats


@dataclass(frozen=True)
class Work:
    """Expected numbers over the whole horizon; (outlets,) arrays, in and out of warranty."""

    repaired: tuple[Floats, Floats]
    visits: tuple[Floats, Floats]
    repair_hours: tuple[Floats, Floats]
    travel_hours: tuple[Floats, Floats]
    km: tuple[Floats, Floats]
    parts_used: tuple[Floats, Floats]
    """(outlets, parts)"""
    promises: tuple[Floats, Floats]
    """cases with a promise"""
    overtime: Floats
    sold: Floats
    """units sold in the markets to which the outlet is the nearest"""
    sales_value: Floats
    call_minutes: float
    shipments: Floats
    """(outlets, parts) replenishments"""
    express: Floats
    """(outlets, parts) emergency shipments"""
    trips: Floats
    """(tours,)"""
    stock_value: float
    """mean value of all that lies on a shelf"""
    mended: Floats
    """(outlets, parts) failed parts that are mended"""
    to_workshop: Floats
    """(outlets, products) units to the central workshop"""
    bench_hours: float


def yearly_costs(plan: Plan, work: Work) -> tuple[dict[str, float], float]:
    """(cost by category, income), of the company in a year, product sales left out."""
    paid: dict[str, float] = {}
    got: dict[str, float] = {}
    years = plan.horizon / YEAR
    for payer, payee, category, amount in _amounts(plan, work):
        if payer == payee or category in NOT_SERVICE or not amount:
            continue
        if payer == COMPANY:
            paid[category] = paid.get(category, 0.0) + amount / years
        elif payee == COMPANY:
            got[category] = got.get(category, 0.0) + amount / years
    return dict(sorted(paid.items(), key=lambda item: -item[1])), sum(got.values())


def _amounts(plan: Plan, work: Work) -> list[tuple[str, str, str, float]]:
    """(payer, payee, category, amount over the horizon)."""
    return [
        *_hotline(plan, work), *_contracts(plan, work), *_stock(plan, work),
        *_transport(plan, work), *_workshop(plan, work),
    ]  # fmt: skip


def _hotline(plan: Plan, work: Work) -> list[tuple[str, str, str, float]]:
    hotline = plan.scenario.hotline
    if hotline is None:
        return []
    wages = 0.0
    for team in hotline.teams.values():
        for shift in team.shifts:
            spans = shift.hours.over(plan.horizon, plan.offset)
            wages += float(np.diff(spans, axis=1).sum()) * shift.agents * team.wage
    talk = work.call_minutes * hotline.cost_per_minute
    return [(COMPANY, "staff", "hotline", wages), (COMPANY, "telephone", "telephone", talk)]


def _contracts(plan: Plan, work: Work) -> list[tuple[str, str, str, float]]:
    parts = list(plan.scenario.parts.values())
    cost = np.array([part.cost for part in parts])
    price = np.array([part.customer_price for part in parts])
    months = float(month_lengths(plan).sum())
    people = np.maximum(plan.technicians, 0)
    open_hours = np.array([
        float(np.diff(o.hours.over(plan.horizon, plan.offset), axis=1).sum())
        for o in plan.outlets.values()
    ])  # fmt: skip
    share = np.array([o.capacity_share for o in plan.outlets.values()])
    busy = _all(work.repair_hours) + _all(work.travel_hours)
    duty = np.where(plan.technicians == UNLIMITED, busy, people * share * open_hours)
    count = len(plan.outlets)
    new = np.array([float(not o.existing) for o in plan.outlets.values()])
    ones = np.ones(count)
    once = {
        "setup": new, "month": months * ones, "technician_month": months * people,
        "duty_hour": duty, "overtime_hour": work.overtime, "unit_sold": work.sold,
        "sales_value": work.sales_value,
    }  # fmt: skip
    by_case = {
        "case": work.repaired, "visit": work.visits, "repair_hour": work.repair_hours,
        "travel_hour": work.travel_hours, "km": work.km, "promise_kept": work.promises,
        "promise_missed": (np.zeros(count), np.zeros(count)),
        "part_cost": (work.parts_used[0] @ cost, work.parts_used[1] @ cost),
        "part_price": (work.parts_used[0] @ price, work.parts_used[1] @ price),
    }  # fmt: skip
    owner, contract_of = owners(plan), plan.contract
    found = []
    for number, contract in enumerate(plan.scenario.contracts.values()):
        for term in contract.terms:
            if term.per in once:
                quantity = once[term.per]
            else:
                inside, outside = by_case[term.per]
                quantity = {"always": inside + outside, "in_warranty": inside,
                            "out_of_warranty": outside}[term.when]  # fmt: skip
            for o in np.flatnonzero(contract_of == number):
                names = {"owner": owner[o], "customer": "customers"}
                payer, payee = (names.get(p, p) for p in (term.payer, term.payee))
                found.append((payer, payee, term.category, float(quantity[o]) * term.amount))
    return found


def _stock(plan: Plan, work: Work) -> list[tuple[str, str, str, float]]:
    parts = list(plan.scenario.parts.values())
    cost = np.array([part.cost for part in parts])
    bought = (_all(work.parts_used) - work.mended).sum(axis=0) - _not_refilled(plan)
    logistics = plan.scenario.logistics
    held = work.stock_value * logistics.holding_rate * plan.horizon / YEAR
    depot = float(month_lengths(plan).sum()) * logistics.depot.per_month
    return [
        (COMPANY, "suppliers", "parts", float(np.maximum(bought, 0.0) @ cost)),
        (COMPANY, "capital", "stock holding", held),
        (COMPANY, "landlord", "depot", depot),
    ]


def _not_refilled(plan: Plan) -> Floats:
    """(parts,) pieces of the stock at the start that are not bought again by the end.

    All places begin full; later the position is anywhere between the reorder point and full
    (uniform: see theory.reorder_point).
    """
    found = np.zeros(len(plan.scenario.parts))
    for place in range(plan.depot + 1):
        for k in range(len(found)):
            low, up_to, lot, start = plan.ordering(place, k)
            found[k] += start - (low + ((lot or up_to - low) + 1) / 2)
    return found


def _all(both: tuple[Floats, Floats]) -> Floats:
    """In and out of warranty together."""
    return both[0] + both[1]


def _transport(plan: Plan, work: Work) -> list[tuple[str, str, str, float]]:
    scenario, logistics = plan.scenario, plan.scenario.logistics
    mass = np.array([part.mass for part in scenario.parts.values()])
    heavy = np.array([product.mass for product in scenario.products.values()])
    carriers = list(logistics.carriers.values())
    total = 0.0

    def tariff(number: int, o: int, shipments: float, kg: float) -> float:
        """What a carrier gets for so many shipments of so many kg together."""
        c, km = carriers[number], float(plan.depot_km[o])
        return shipments * (c.per_shipment + c.per_km * km) + kg * (c.per_kg + c.per_kg_km * km)

    back = plan.carrier(logistics.returns)
    for o, lane in enumerate(plan.lane.tolist()):
        used = _all(work.parts_used)[o] - work.express[o]
        if lane != FLEET:
            total += tariff(lane, o, float(work.shipments[o].sum()), float(used @ mass))
        quick = max(lane, 0) if logistics.emergency is None else plan.carrier(logistics.emergency)
        sent = work.express[o]
        total += tariff(quick, o, float(sent.sum()), float(sent @ mass))
        mended = work.mended[o]
        total += tariff(back, o, float(mended.sum()), float(mended @ mass))
        units = work.to_workshop[o]
        total += 2 * tariff(back, o, float(units.sum()), float(units @ heavy))
    found = [(COMPANY, "carriers", "transport", total)]
    fleet = logistics.fleet
    if fleet is not None and plan.tours:
        km = sum(trips * tour.km for trips, tour in zip(work.trips, plan.tours, strict=True))
        trucks = fleet.trucks * fleet.per_truck_day * plan.horizon / DAY
        found.append((COMPANY, "vehicles", "transport", float(km) * fleet.per_km + trucks))
    return found


def _workshop(plan: Plan, work: Work) -> list[tuple[str, str, str, float]]:
    cost = np.array([part.workshop_cost for part in plan.scenario.parts.values()])
    wages = work.bench_hours * plan.scenario.logistics.workshop.wage
    return [(COMPANY, "staff", "workshop", float((work.mended @ cost).sum()) + wages)]
