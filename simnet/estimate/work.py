"""What there is to pay for, from the parts of the estimate."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from simnet.plan import Plan
from simnet.scenario.quantity import WEEK

from .dispatch import second_visits
from .laws import Floats
from .money import Work

if TYPE_CHECKING:
    from .network import Network


def expected_work(n: "Network") -> Work:
    """What the contracts count, expected over the horizon."""
    plan, demand = n.plan, n.demand
    scenario, outlets = plan.scenario, len(plan.outlets)
    safe = np.where(demand.ours > 0, demand.ours, 1.0)
    covered = np.where(demand.ours > 0, demand.in_warranty / safe, 0.0)
    both = n.visits * covered, n.visits * (1 - covered)
    carried = np.array([o.service == "carry_in" for o in plan.outlets.values()], dtype=bool)
    promised = np.array([_promised(plan, s) for s in range(len(plan.sources))])

    def by_outlet(visits: Floats, each: Floats) -> Floats:
        """(outlets,) sum over cases, `each` (sources,) times."""
        total = np.zeros(outlets)
        for s, times in enumerate(each):
            total += times * (n.allotment.share[s].T @ visits[s].sum(axis=1))
        return total

    works = [s.work for s in plan.sources]
    ones = np.array([float(w is not None) for w in works])
    again = np.array([second_visits(w) if w else 0.0 for w in works])
    hands = np.array([
        w.repair.mean() + second_visits(w) * (w.second_repair or w.repair).mean() if w else 0.0
        for w in works
    ])  # fmt: skip

    def on_the_way(visits: Floats, length: Floats) -> Floats:
        total = np.zeros(outlets)
        for s in range(len(works)):
            way = np.where(carried, 0.0, 2 * length) * n.allotment.share[s]
            total += (1 + again[s]) * (way.T @ visits[s].sum(axis=1))
        return total

    home = np.array([order[0] if order else -1 for order in plan.preference], dtype=np.int64)
    sold = value = np.zeros(outlets)
    price = np.array([p.price for p in scenario.products.values()])
    if outlets and len(price):
        units = demand.sold.sum(axis=2)
        mine = home >= 0
        at = home[mine]
        sold = np.asarray(np.bincount(at, units.sum(axis=0)[mine], minlength=outlets) * 1.0)
        value = np.asarray(np.bincount(at, (price @ units)[mine], minlength=outlets) * 1.0)
    minutes = 0.0
    if scenario.hotline is not None:
        each = np.array([h.asa for h in n.hotline])
        waited = np.where(np.isfinite(each), each, 0.0)  # a queue that grows has no mean wait
        callers = n.demand.ours.sum(axis=(0, 1))
        minutes = 60 * float(
            (callers * (waited + scenario.hotline.menu.mean())).sum()
            + (n.answered.sum(axis=(1, 2)) * n.talk).sum()
        )
    used = _pair(both, lambda v: n.parts_of(v).sum(axis=2))
    stock, hours = n.stock, n.hours
    cost = np.array([p.cost for p in scenario.parts.values()])
    held = (stock.on_hand.sum(axis=0) + stock.depot_on_hand) @ hours / hours.sum()
    mended = (used[0] + used[1]) * np.array([p.repairable for p in scenario.parts.values()])
    products = len(scenario.products)
    sent = np.zeros((outlets, products))
    bench = 0.0
    for s, source in enumerate(plan.sources):
        if source.work is not None and source.work.workshop:
            units_in = source.work.workshop * (n.allotment.share[s].T @ n.visits[s].sum(axis=1))
            bench += float(units_in.sum()) * scenario.logistics.workshop.repair.mean()
            if source.product >= 0:
                sent[:, source.product] += units_in
    return Work(
        repaired=_pair(both, lambda v: by_outlet(v, ones)),
        visits=_pair(both, lambda v: by_outlet(v, ones + again)),
        repair_hours=_pair(both, lambda v: by_outlet(v, hands)),
        travel_hours=_pair(both, lambda v: on_the_way(v, n.allotment.way)),
        km=_pair(both, lambda v: on_the_way(v, n.allotment.km)),
        parts_used=used,
        promises=_pair(both, lambda v: by_outlet(v, promised)),
        overtime=np.nan_to_num(n.outlets.overtime) @ hours,
        sold=sold,
        sales_value=value,
        call_minutes=minutes,
        shipments=stock.shipments @ hours,
        express=stock.express @ hours,
        trips=_trips(n),
        stock_value=float(held @ cost),
        mended=mended,
        to_workshop=sent,
        bench_hours=bench,
    )


def _trips(n: "Network") -> Floats:
    """(tours,) expected departures with anything to carry, goods coming at random."""
    plan, fleet = n.plan, n.plan.scenario.logistics.fleet
    if fleet is None or not plan.tours:
        return np.zeros(0)
    gaps = np.diff(fleet.departures.moments, append=fleet.departures.moments[0] + WEEK)
    weeks = plan.horizon / WEEK
    found = []
    for tour in plan.tours:
        rate = float((n.stock.shipments[list(tour.outlets)].sum(axis=(0, 1)) @ n.hours)
                     / n.hours.sum())  # fmt: skip
        found.append(weeks * float((1 - np.exp(-rate * gaps)).sum()))
    return np.array(found)


def _pair(both: tuple[Floats, Floats], count: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    return count(both[0]), count(both[1])


def _promised(plan: Plan, source: int) -> float:
    """Share of a source's cases with a promise."""
    of = plan.sources[source]
    if of.product < 0:
        return float(plan.scenario.enquiries[of.enquiry].promise is not None)
    tiers = list(plan.scenario.products.values())[of.product].tiers.values()
    return sum(tier.share for tier in tiers if tier.promise is not None)
