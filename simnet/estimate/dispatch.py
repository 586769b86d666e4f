"""Who gets which case, and the way there, by the desk's policy."""

from dataclasses import dataclass

import numpy as np

from simnet.draws.visits import REFUSALS
from simnet.plan import UNLIMITED, Plan
from simnet.policies import first_not_refused, preferred
from simnet.scenario.product import Work

from .laws import Floats
from .pools import SHARING, longer, pools, shares

ROUNDS = 4
"""in which shares of outlets that stand in for each other, and the ways, are made to agree"""
PLACES = 16
"""distances from the middle of a market that stand for all of its customers"""


@dataclass(frozen=True)
class Allotment:
    """Arrays of shape (sources, markets, outlets) or (markets, outlets)."""

    share: Floats
    """(sources, markets, outlets) chance that a case goes to the outlet"""
    delay: Floats
    """(sources, markets) mean hours at the desk and in the channels"""
    way: Floats
    """(markets, outlets) mean hours one way"""
    way_squared: Floats
    """(markets, outlets) mean of the square of it"""
    km: Floats
    """(markets, outlets) mean kilometres one way"""
    longer: Floats
    """(outlets,) how many times as long as in one queue one waits by chance, where outlets share
    their work"""


def allot(plan: Plan, visits: Floats) -> Allotment:
    """Chances, delays and ways.

    visits: (sources, markets) an hour. Where outlets share their work it takes them to know who is
    free; refusals are left out there.
    """
    count = len(plan.outlets)
    share = np.zeros((len(plan.sources), len(plan.markets), count))
    delay = np.zeros(share.shape[:2])
    contracts = list(plan.scenario.contracts.values())
    refusal = [contracts[c].refusal for c in plan.contract]
    channel = [contracts[c].coordination.mean() for c in plan.contract]
    desk = plan.scenario.dispatch.coordination.mean()
    owned, same_region = plan.owned.tolist(), plan.same_region.tolist()
    known: dict[int, int] = {}
    for s, orders in enumerate(plan.able):
        if id(orders) in known:  # sources of one skill share their order of outlets
            share[s], delay[s] = share[known[id(orders)]], delay[known[id(orders)]]
            continue
        known[id(orders)] = s
        for m, order in enumerate(orders):
            if not order:
                continue
            delay[s, m] = desk
            left, refused = 1.0, list[int]()
            while left > 1e-12:
                if plan.scenario.dispatch.policy == "own_first":
                    outlet = preferred(order, owned, refused)
                elif plan.scenario.dispatch.policy == "territory":
                    outlet = preferred(order, same_region[m], refused)
                else:
                    outlet = first_not_refused(order, refused)
                delay[s, m] += left * channel[outlet]
                last = len(refused) >= REFUSALS or len(refused) + 1 >= len(order)
                no = 0.0 if last else refusal[outlet]
                share[s, m, outlet] += left * (1 - no)
                left *= no
                refused.append(outlet)
    way, way_squared, km = _ways(plan)
    more = np.ones(count)
    if plan.scenario.dispatch.policy in SHARING and count > 1:
        share, more = _shared(plan, visits, way)
        if plan.scenario.dispatch.policy == "central_board":
            channel = [0.0] * count
        delay = np.where(share.any(axis=2), desk + share @ np.array(channel), 0.0)
    return Allotment(share, delay, way, way_squared, km, more)


def _shared(plan: Plan, visits: Floats, way: Floats) -> tuple[Floats, Floats]:
    """(sources, markets, outlets) shares where whoever is free and nearest goes, pool by pool, and
    `Allotment.longer`."""
    waits = np.ones(len(plan.outlets))
    share = np.zeros((len(plan.sources), len(plan.markets), len(plan.outlets)))
    areas = [
        (s, m, order)
        for s, orders in enumerate(plan.able)
        for m, order in enumerate(orders)
        if order
    ]
    pool = pools(plan)
    for number in np.unique(pool):
        mine = [area for area in areas if pool[area[2][0]] == number]
        if not mine:
            continue
        at = _by_order(plan, mine, visits)
        orders, rates = list(at), np.array(list(at.values()))
        for s, m, order in mine:
            share[s, m, order[0]] = 1.0
        if plan.technicians[orders[0][0]] == UNLIMITED:
            continue
        for _ in range(ROUNDS):
            # the busier they are, the longer are the ways, and the busier they are
            job = _mean_job(plan, mine, visits, way, share)
            answered = shares(plan, orders, rates, job)
            for s, m, order in mine:
                share[s, m] = answered[orders.index(order)]
        waits[pool == number] = longer(
            plan, orders, rates, _jobs(plan, mine, visits, way),
            _mean_job(plan, mine, visits, way, share),
        )  # fmt: skip
    return share, waits


Area = tuple[int, int, tuple[int, ...]]
"""source, market, and its outlets, nearest first"""


def _by_order(plan: Plan, areas: list[Area], visits: Floats) -> dict[tuple[int, ...], float]:
    """Visits an hour by order of outlets, second ones included."""
    rate: dict[tuple[int, ...], float] = {}
    for s, m, order in areas:
        work = plan.sources[s].work
        again = 0.0 if work is None else visits[s, m] * (1 + second_visits(work))
        rate[order] = rate.get(order, 0.0) + again
    return rate


def _hands(plan: Plan, s: int) -> tuple[float, float]:
    """Visits of a case, and hands-on hours of them together."""
    work = plan.sources[s].work
    if work is None:
        return 0.0, 0.0
    again = second_visits(work)
    return 1 + again, work.repair.mean() + again * (work.second_repair or work.repair).mean()


def _round_trips(plan: Plan, way: Floats) -> Floats:
    """(markets, outlets) mean hours there and back; 0 where units are carried in."""
    return np.asarray(2 * way * np.array([o.service == "on_site" for o in plan.outlets.values()]))


def _mean_job(plan: Plan, areas: list[Area], visits: Floats, way: Floats, share: Floats) -> float:
    """Mean hours that a visit keeps a technician, ways included."""
    trips = _round_trips(plan, way)
    count = hours = 0.0
    for s, m, _ in areas:
        times, hands = _hands(plan, s)
        count += visits[s, m] * times
        hours += visits[s, m] * (hands + times * float(share[s, m] @ trips[m]))
    return hours / count if count else 0.0


def _jobs(plan: Plan, areas: list[Area], visits: Floats, way: Floats) -> Floats:
    """(orders, outlets) mean hours of a visit by order of outlets, whoever makes it."""
    trips = _round_trips(plan, way)
    hours: dict[tuple[int, ...], Floats] = {}
    count: dict[tuple[int, ...], float] = {}
    for s, m, order in areas:
        times, hands = _hands(plan, s)
        hours[order] = hours.get(order, 0.0) + visits[s, m] * (hands + times * trips[m])
        count[order] = count.get(order, 0.0) + visits[s, m] * times
    return np.array([hours[order] / max(count[order], 1e-300) for order in hours])


def _ways(plan: Plan) -> tuple[Floats, Floats, Floats]:
    """(markets, outlets) mean hours one way, their squares, and kilometres."""
    terms = list(plan.outlets.values())
    spread = np.array([m.spread for m in plan.markets.values()])
    if not terms:
        nothing = np.zeros((len(spread), 0))
        return nothing, nothing, nothing
    off = spread[:, None] * np.sqrt((np.arange(PLACES) + 0.5) / PLACES)
    detour, speed = (np.array([getattr(o, f) for o in terms]) for f in ("detour", "speed"))
    road = detour[:, None] * np.sqrt(plan.crow_km[:, :, None] ** 2 + off[:, None, :] ** 2)
    km = road.mean(axis=2)
    return km / speed, (road**2).mean(axis=2) / speed**2, km


def second_visits(work: Work) -> float:
    """Chance that a second visit follows."""
    return (1 - work.first_time_fix) * (1 - work.workshop)
