"""Outlets that share their work: one queue of several, and who of them answers whom."""

import numpy as np
from numpy.typing import NDArray

from simnet import theory
from simnet.plan import UNLIMITED, Plan
from simnet.policies import DESKS
from simnet.scenario.quantity import WEEK

from .laws import Floats

SHARING = {name for name, desk in DESKS.items() if desk.shares}
"""policies that send a case elsewhere when the nearest outlet is busy"""
FEW = 9
"""technicians up to whom the hypercube is solved exactly; beyond, Larson's approximation"""
MANY = 400
"""technicians beyond whom outlets are taken as one server each with their load"""
Ints = NDArray[np.int64]


def pools(plan: Plan) -> Ints:
    """(outlets,) number of the queue of each: outlets that can stand in for each other share one.

    An outlet with unlimited technicians is never busy, and shares with nobody.
    """
    found = np.arange(len(plan.outlets))
    if plan.scenario.dispatch.policy not in SHARING:
        return found
    for orders in {id(orders): orders for orders in plan.able}.values():
        for order in orders:
            mine = [o for o in order if plan.technicians[o] != UNLIMITED]
            for other in mine[1:]:
                found[found == found[other]] = found[mine[0]]
    return np.asarray(np.unique(found, return_inverse=True)[1], dtype=np.int64)


def shares(plan: Plan, orders: list[tuple[int, ...]], rates: Floats, hours: float) -> Floats:
    """(areas, outlets) who answers whom, where the nearest outlet with a free technician does.

    orders: each area's outlets, nearest first; rates: (areas,) visits an hour; hours: mean hours
    that a visit keeps a technician. The hypercube model, its servers the technicians, in the hours
    in which outlets are open.
    """
    terms = list(plan.outlets.values())
    used = sorted({o for order in orders for o in order})
    enough = min(3 + int(2 * rates.sum() * hours), 50)
    people = {
        o: enough if plan.technicians[o] == UNLIMITED else int(plan.technicians[o]) for o in used
    }
    opened = np.mean([terms[o].hours.hours * terms[o].capacity_share / WEEK for o in used])
    found = np.zeros((len(orders), len(plan.outlets)))
    staff = [o for o in used for _ in range(min(people[o], 1 if len(used) > MANY else people[o]))]
    if not staff or not rates.any() or hours <= 0:
        for area, order in enumerate(orders):
            found[area, order[0]] = 1.0
        return found
    places = {o: [i for i, at in enumerate(staff) if at == o] for o in used}
    preference = np.array([
        [i for o in (*order, *(o for o in used if o not in order)) for i in places[o]]
        for order in orders
    ])  # fmt: skip
    model = theory.hypercube if len(staff) <= FEW else theory.hypercube_approximation
    answered = model(rates / opened, preference, hours)
    # who finds nobody free waits for whoever is free first, or for the nearest
    waits = 0.0 if plan.scenario.dispatch.policy == "central_board" else answered.delayed
    for area, order in enumerate(orders):
        for o in order:
            at_once = answered.shares[area, places[o]].sum() - waits * len(places[o]) / len(staff)
            found[area, o] = max(at_once, 0.0)
        if waits and plan.scenario.dispatch.policy == "nearest_free":
            found[area, order[0]] += waits
    total = found.sum(axis=1, keepdims=True)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), 0.0)


def longer(
    plan: Plan, orders: list[tuple[int, ...]], rates: Floats, jobs: Floats, mean: float
) -> float:
    """How many times as long as in M/M/c one waits for all technicians of the pool together.

    orders, rates as in `shares`; jobs: (areas, outlets) mean hours with the way; mean: of those
    that are done, by the shares. The busier they
    are, the further who is free has to go: a birth and death process in which a case that finds k
    busy, any k of them, gets the first free one of its order.
    """
    used = sorted({o for order in orders for o in order})
    if any(plan.technicians[o] == UNLIMITED for o in used):
        return 1.0
    terms = list(plan.outlets.values())
    people = {o: int(plan.technicians[o]) for o in used}
    total = sum(people.values())
    opened = float(np.mean([terms[o].hours.hours * terms[o].capacity_share / WEEK for o in used]))
    rate = float(rates.sum()) / opened
    if not total or rate <= 0:
        return 1.0
    part = rates / rates.sum()
    given = np.array([  # mean job of who finds k busy
        sum(w * _job_of(order, people, total, k, jobs[a]) for a, (order, w)
            in enumerate(zip(orders, part, strict=True)))
        for k in range(total)
    ])  # fmt: skip
    # who finds nobody free waits for whoever is free first, or for the nearest
    board = plan.scenario.dispatch.policy == "central_board"
    then = [{o: people[o] for o in order} if board else {order[0]: 1} for order in orders]
    anyone = sum(
        w * sum(n * jobs[a][o] for o, n in then[a].items()) / max(sum(then[a].values()), 1)
        for a, w in enumerate(part)
    )
    # those in service were given to whoever was free when about as many were here as now
    given = np.concatenate((given, np.full(total, anyone)))
    number = np.arange(1, 2 * total + 1)
    under_way = np.cumsum(given)
    under_way[total:] -= under_way[:-total]
    at_work = np.minimum(number, total)
    done = at_work**2 / under_way
    if rate >= done[-1]:
        return 1.0
    chance = np.concatenate(([1.0], np.cumprod(rate / done)))
    chance[-1] *= 1 / (1 - rate / done[-1])  # and all with more who wait
    chance /= chance.sum()
    waiting = np.maximum(np.arange(2 * total + 1) - total, 0)
    wait = (float(chance @ waiting) + chance[-1] * rate / (done[-1] - rate)) / rate
    one = float(theory.mmc(rate, mean, total).wait)
    found = wait / one if 0 < one < np.inf else 1.0
    if not board:
        # served by one outlet's technicians, and not by the first of all; who chooses the shortest
        # wait loses half of that
        own = sum(
            w * total / max(people[order[0]], 1) for order, w in zip(orders, part, strict=True)
        )
        found *= own if plan.scenario.dispatch.policy == "nearest_free" else (1 + own) / 2
    return float(found)


def _job_of(
    order: tuple[int, ...], people: dict[int, int], total: int, busy: int, jobs: Floats
) -> float:
    """Mean job of who finds any `busy` of all technicians busy, and one of his free."""
    all_busy, before, hours, sure = 1.0, 0, 0.0, 0.0
    for o in order:
        # the chance that these, too, are among the busy
        chance = all_busy
        for i in range(people[o]):
            chance *= max(busy - before - i, 0) / max(total - before - i, 1)
        hours, sure = hours + (all_busy - chance) * jobs[o], sure + all_busy - chance
        all_busy, before = chance, before + people[o]
    return hours / sure if sure > 0 else float(jobs[order[0]])
