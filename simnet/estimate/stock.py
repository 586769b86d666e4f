"""Stock at outlets and depot: fill rates and waits for parts, the depot's delay as in METRIC."""

from dataclasses import dataclass

import numpy as np

from simnet import theory
from simnet.plan import FLEET, Plan
from simnet.scenario.quantity import WEEK

from .laws import Floats
from .week import STEP, STEPS

MOMENTS = 168


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


def lanes(plan: Plan) -> tuple[Floats, Floats]:
    """Mean hours on the way from the depot, and of waiting for a truck; (outlets,) each."""
    fleet = plan.scenario.logistics.fleet
    way, dock = np.zeros(len(plan.outlets)), np.zeros(len(plan.outlets))
    for o, lane in enumerate(plan.lane.tolist()):
        if lane != FLEET or fleet is None:
            way[o] = carrier_hours(plan, lane, plan.depot_km[o : o + 1])[0]
            continue
        tour = next(t for t in plan.tours if o in t.outlets)
        way[o] = tour.hours[tour.outlets.index(o)]
        dock[o] = theory.next_departure(fleet.departures.moments, WEEK).mean
    return way, dock


def _recent(shape: Floats, hours: Floats) -> tuple[Floats, Floats]:
    """Demand of the last `hours` (n,), of its mean: at MOMENTS of the week, shape (n, MOMENTS);
    and the share of the demand that comes around each moment, (MOMENTS,)."""
    total = np.concatenate(([0.0], np.cumsum(shape) * STEP))
    edge = np.linspace(0.0, WEEK, MOMENTS + 1)
    middle = (edge[1:] + edge[:-1]) / 2

    def until(t: Floats) -> Floats:
        weeks, rest = np.divmod(t, WEEK)
        return np.asarray(weeks * total[-1] + np.interp(rest, np.arange(STEPS + 1) * STEP, total))

    length = np.maximum(hours, 1e-6)[:, None]
    came = (until(middle) - until(middle - length)) / length / (total[-1] / WEEK)
    return came, np.diff(until(edge[:-1]), append=total[-1]) / total[-1]


def _over_the_week(
    rate: Floats, lead: Floats, r: Floats, q: Floats, shape: Floats
) -> tuple[Floats, Floats, Floats]:
    """Fill rate, mean wait and stock on hand, (outlets, windows), of demand with a weekly profile.

    With one-for-one orders what is on order is Poisson at each moment, its mean the demand of the
    last lead time: M(t)/G/infinity (Eick, Massey & Whitt 1993, Operations Research 41(4)).
    """
    fill, backorders, held = (np.zeros_like(rate) for _ in range(3))
    for w in range(rate.shape[1]):
        came, share = _recent(shape, lead[:, w])
        found = theory.reorder_point(rate[:, w, None] * came, lead[:, w, None], r, q)
        fill[:, w] = found.fill_rate @ share
        backorders[:, w] = found.backorders.mean(axis=1)
        held[:, w] = found.on_hand.mean(axis=1)
    rare = theory.reorder_point(0.0, lead, r, q).wait
    wait = np.where(rate > 0, backorders / np.where(rate > 0, rate, 1.0), rare)
    return fill, wait, held


def estimate_stock(plan: Plan, demand: Floats, shape: Floats) -> StockEstimate:
    """All parts at all places.

    demand: (outlets, parts, windows) pieces an hour; shape: (STEPS,) when in the week.
    """
    outlets, windows = len(plan.outlets), demand.shape[2]
    way, dock = lanes(plan)
    back = carrier_hours(plan, plan.carrier(plan.scenario.logistics.returns), plan.depot_km)
    fill, wait, held, sent, express = (np.zeros_like(demand) for _ in range(5))
    depot = np.zeros((4, demand.shape[1], windows))
    logistics = plan.scenario.logistics
    for k, part in enumerate(plan.scenario.parts.values()):
        rate = demand[:, k]
        total = rate.sum(axis=0)
        loop = np.where(total > 0, (back @ rate) / np.where(total > 0, total, 1.0), 0.0)
        bought = (1 - part.repairable) * part.supplier_lead_time.mean()
        lead = bought + part.repairable * (loop + part.workshop_time.mean())
        low, lot = _r_q(plan, outlets, k)
        central = theory.reorder_point(total, lead, low, lot)
        depot[:, k] = central.fill_rate, total * lead, central.wait, central.on_hand
        policies = np.array([_r_q(plan, o, k) for o in range(outlets)]).reshape(outlets, 2)
        r, q = policies[:, 0, None], policies[:, 1, None]
        replenish = (way + dock)[:, None] + central.wait
        own_fill, own_wait, held[:, k] = _over_the_week(rate, replenish, r, q, shape)
        fill[:, k], wait[:, k] = own_fill, own_wait
        sent[:, k] = rate / q
        if part.emergency:
            # who finds the shelf empty is sent one from the depot, so that the shelf's own stock
            # is one with lost sales; where the depot is empty, too, the case waits as before
            if logistics.emergency is None:
                lane = np.maximum(plan.lane, 0)
            else:
                lane = np.full(outlets, plan.carrier(logistics.emergency))
            quick = np.array([
                carrier_hours(plan, int(n), plan.depot_km[o : o + 1])[0]
                for o, n in enumerate(lane)
            ])[:, None]  # fmt: skip
            lost = theory.lost_sales(rate, replenish, r + q)
            have = central.fill_rate
            fill[:, k] = have * lost.fill_rate + (1 - have) * own_fill
            wait[:, k] = have * (1 - lost.fill_rate) * quick + (1 - have) * own_wait
            express[:, k] = rate * have * (1 - lost.fill_rate)
            sent[:, k] = (rate - express[:, k]) / q
    return StockEstimate(
        demand, fill, wait, held, sent, express, depot[0], depot[1], depot[2], depot[3], way, dock
    )


def _r_q(plan: Plan, place: int, part: int) -> tuple[float, int]:
    """Reorder point and quantity of any policy, for demand in single pieces."""
    low, up_to, lot, _ = plan.ordering(place, part)
    return low, lot or int(up_to - low)
