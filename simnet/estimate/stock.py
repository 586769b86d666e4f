"""Stock at outlets and depot: fill rates and waits for parts, on two echelons."""

from dataclasses import dataclass

import numpy as np

from simnet import theory
from simnet.plan import FLEET, Plan
from simnet.scenario.part import Part
from simnet.scenario.quantity import WEEK

from .laws import Floats
from .shelves import FEW, asked_lately, hours_back, shelf


@dataclass(frozen=True)
class StockEstimate:
    """Arrays of shape (outlets, parts, windows), or (parts, windows) for the depot."""

    demand: Floats
    """pieces an hour asked of each outlet"""
    fill_rate: Floats
    wait: Floats
    """mean hours a visit waits for its part, those included that do not wait"""
    on_hand: Floats
    shipments: Floats
    """replenishments an hour"""
    express: Floats
    """emergency shipments an hour"""
    depot_fill_rate: Floats
    """share of the pieces asked of the depot that it has at once"""
    depot_asked: Floats
    """pieces asked of the depot while an order of its own is on the way"""
    depot_wait: Floats
    depot_on_hand: Floats
    transit: Floats
    """(outlets,) mean hours from the depot's door to the outlet"""
    for_truck: Floats
    """(outlets,) mean hours that goods wait for the next departure"""


def carrier_hours(plan: Plan, number: int, km: Floats) -> Floats:
    """Mean hours of a carrier over `km`."""
    carrier = list(plan.scenario.logistics.carriers.values())[number]
    speed = np.inf if carrier.speed is None else carrier.speed
    return (carrier.base + km / speed) * carrier.factor.mean()


def lanes(plan: Plan, shape: Floats) -> tuple[Floats, Floats]:
    """Mean hours on the way from the depot, and of waiting for a truck; (outlets,) each.

    shape: (STEPS,) when in the week parts are asked for. A truck is taken to be there, and to have
    room, at each departure.
    """
    fleet = plan.scenario.logistics.fleet
    way, dock = np.zeros(len(plan.outlets)), np.zeros(len(plan.outlets))
    for o, lane in enumerate(plan.lane.tolist()):
        if lane != FLEET or fleet is None:
            way[o] = carrier_hours(plan, lane, plan.depot_km[o : o + 1])[0]
            continue
        tour = next(t for t in plan.tours if o in t.outlets)
        way[o] = tour.hours[tour.outlets.index(o)]
        dock[o] = theory.next_departure(fleet.departures.moments, WEEK, shape).mean
    return way, dock


def estimate_stock(plan: Plan, demand: Floats, shape: Floats) -> StockEstimate:
    """All parts at all places.

    demand: (outlets, parts, windows) pieces an hour; shape: (STEPS,) when in the week.
    """
    outlets, windows = len(plan.outlets), demand.shape[2]
    way, dock = lanes(plan, shape)
    back = hours_back(plan, way)
    lately, share = asked_lately(shape, back)
    if np.ptp(shape) < 1e-9 and not (plan.lane == FLEET).any():  # all hours are alike
        lately, share = lately[:, :1], np.ones(1)
    fill, wait, held, sent, express = (np.zeros_like(demand) for _ in range(5))
    depot = np.zeros((4, demand.shape[1], windows))
    for k, part in enumerate(plan.scenario.parts.values() if outlets else ()):
        rate = demand[:, k]
        policies = np.array([_r_q(plan, o, k) for o in range(outlets)]).reshape(outlets, 2)
        r, q = policies[:, 0], policies[:, 1]
        sent[:, k] = rate / q[:, None]
        lead = _depot_lead(plan, part, rate)
        for w in range(windows):
            there, law, late = _depot(plan, k, rate[:, w], lead[w], q)
            depot[:, k, w] = (float(there.fill_rate), float(rate[:, w].sum()) * lead[w],
                              float(there.wait), float(there.on_hand))  # fmt: skip
            found = shelf(rate[:, w, None] * lately, law, late, (r, q), share)
            fill[:, k, w], held[:, k, w] = found.fill_rate, found.on_hand
            replenish = way + dock + float(there.wait)
            rare = theory.reorder_point(0.0, replenish, r, q).wait
            now = rate[:, w]
            wait[:, k, w] = np.where(now > 0, found.backorders / np.where(now > 0, now, 1.0), rare)
            if not part.emergency:
                continue
            # who finds the shelf empty is sent one from the depot, so that the shelf's own stock
            # is one with lost sales; where the depot is empty, too, the case waits as before
            lost = theory.lost_sales(now, replenish, r + q)
            have, empty = float(there.fill_rate), 1 - lost.fill_rate
            fill[:, k, w] = have * lost.fill_rate + (1 - have) * fill[:, k, w]
            wait[:, k, w] = have * empty * _express_hours(plan) + (1 - have) * wait[:, k, w]
            express[:, k, w] = now * have * empty
            sent[:, k, w] = (now - express[:, k, w]) / q
    return StockEstimate(
        demand, fill, wait, held, sent, express, depot[0], depot[1], depot[2], depot[3], way, dock
    )


def _depot_lead(plan: Plan, part: Part, rate: Floats) -> Floats:
    """(windows,) mean hours until the depot has again what it gave away."""
    back = carrier_hours(plan, plan.carrier(plan.scenario.logistics.returns), plan.depot_km)
    total = rate.sum(axis=0)
    loop = np.where(total > 0, (back @ rate) / np.where(total > 0, total, 1.0), 0.0)
    bought = (1 - part.repairable) * part.supplier_lead_time.mean()
    return np.asarray(bought + part.repairable * (loop + part.workshop_time.mean()))


def _depot(
    plan: Plan, k: int, rate: Floats, lead: float, lots: Floats
) -> tuple[theory.Stock, Floats, tuple[Floats, Floats]]:
    """The depot's stock of part k; law of each outlet's pieces that wait there, and their mean and
    what their variance exceeds it by.

    Outlets that order `lots` (outlets,) at a time make its demand uneven: rounding to lots, its
    phase being any, adds (Q^2 - 1) / 6 to the variance of a long lead time's demand, and of a short
    one's (Q - 1) times the mean.
    """
    low, lot = _r_q(plan, len(plan.outlets), k)
    total = float(rate.sum())
    share = rate / total if total else np.zeros_like(rate)
    excess = float(np.minimum((lots - 1) * rate * lead, (lots**2 - 1) / 6).sum())
    if excess > 0:
        there = theory.echelons.depot_stock(total, lead, int(low), lot, excess)
    else:
        there = theory.reorder_point(total, lead, low, lot)
    late = share * float(there.backorders)
    due, count = total * lead, FEW + 1
    law = theory.echelons.waiting_orders(share, due, int(low), lot, count, excess)
    more = share**2 * theory.echelons.more_variance(due, int(low), lot, excess)
    return there, law, (late, np.maximum(more, 0.0))


def _express_hours(plan: Plan) -> Floats:
    """(outlets,) mean hours of an emergency shipment."""
    emergency = plan.scenario.logistics.emergency
    if emergency is None:
        lane = np.maximum(plan.lane, 0)
    else:
        lane = np.full(len(plan.outlets), plan.carrier(emergency))
    return np.array([
        carrier_hours(plan, int(n), plan.depot_km[o : o + 1])[0] for o, n in enumerate(lane)
    ])  # fmt: skip


def _r_q(plan: Plan, place: int, part: int) -> tuple[float, int]:
    """Reorder point and quantity of any policy, for demand in single pieces."""
    low, up_to, lot, _ = plan.ordering(place, part)
    return low, lot or int(up_to - low)
