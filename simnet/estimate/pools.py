"""Outlets that share their work: one queue of several, and who of them answers whom."""

import numpy as np
from numpy.typing import NDArray

from simnet import theory
from simnet.plan import UNLIMITED, Plan
from simnet.scenario.quantity import WEEK

from .laws import Floats

SHARING = ("central_board", "nearest_free", "shortest_wait")
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
