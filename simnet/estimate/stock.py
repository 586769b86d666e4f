"""Stock at outlets and depot: fill rates and waits for parts, on two echelons."""

from dataclasses import dataclass

import numpy as np

from simnet import theory
from simnet.plan import FLEET, Plan
from simnet.scenario.part import Part
from simnet.scenario.quantity import WEEK

from .laws import Floats
from .shelves import FEW, MOMENTS, asked_lately, hours_back, shelf

LEVELS = 7
"""values of what is asked for in the depot's lead time that stand for the week's"""


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
    alike = bool(np.ptp(shape) < 1e-9 and not (plan.lane == FLEET).any())
    if alike:  # all hours
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
            there = _depot(plan, k, rate[:, w], lead[w], q, shape)
            found = shelf(rate[:, w, None] * lately, *there.waiting(back, alike), (r, q), share)
            depot[:, k, w] = there.fill_rate, there.due, there.wait, there.on_hand
            fill[:, k, w], held[:, k, w] = found.fill_rate, found.on_hand
            replenish = way + dock + there.wait
            rare = theory.reorder_point(0.0, replenish, r, q).wait
            now = rate[:, w]
            wait[:, k, w] = np.where(now > 0, found.backorders / np.where(now > 0, now, 1.0), rare)
            if not part.emergency:
                continue
            # who finds the shelf empty is sent one from the depot, so that the shelf's own stock
            # is one with lost sales; where the depot is empty, too, the case waits as before
            lost = theory.lost_sales(now, replenish, r + q)
            have, empty = there.fill_rate, 1 - lost.fill_rate
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


@dataclass(frozen=True)
class _Depot:
    """One part's stock at the depot over the week, and what of each outlet's orders waits there."""

    rate: Floats
    """(outlets,) pieces an hour"""
    due: float
    """pieces asked for in a lead time, on average"""
    levels: Floats
    """(levels,) of that over the week, from least to most"""
    at: Floats
    """(168,) its value at each of MOMENTS"""
    stocks: tuple[theory.Stock, ...]
    """at each level"""
    laws: Floats
    """(levels, outlets, count) of the pieces that wait"""
    more: Floats
    """(levels,) what the variance of all that wait exceeds their mean by"""
    asked: Floats
    """(168,) share of the week's demand"""

    def _mean(self, name: str, weight: Floats) -> float:
        values = np.array([float(getattr(stock, name)) for stock in self.stocks])
        return float(np.interp(self.at, self.levels, values) @ weight)

    @property
    def fill_rate(self) -> float:
        """Share of the pieces asked for that are there at once."""
        return self._mean("fill_rate", self.asked)

    @property
    def on_hand(self) -> float:
        """Mean pieces on the shelf."""
        return self._mean("on_hand", np.full(len(self.at), 1 / len(self.at)))

    @property
    def wait(self) -> float:
        """Mean hours that a piece is waited for."""
        total = float(self.rate.sum())
        late = self._mean("backorders", np.full(len(self.at), 1 / len(self.at)))
        return late / total if total else float(self.stocks[0].wait)

    def waiting(self, back: Floats, alike: bool) -> tuple[Floats, tuple[Floats, Floats]]:
        """Of pieces asked for before `back` (outlets, 168) hours those that wait: law, mean and
        what the variance exceeds it by; (outlets, moments, ...) each."""
        total = float(self.rate.sum())
        share = self.rate / total if total else np.zeros_like(self.rate)
        then = (MOMENTS - back) % WEEK
        due = np.interp(then, MOMENTS, self.at, period=WEEK)
        due = due[:, :1] if alike else due
        late = np.array([float(stock.backorders) for stock in self.stocks])
        low = np.clip(np.searchsorted(self.levels, due, side="right") - 1, 0,
                      max(len(self.levels) - 2, 0))  # fmt: skip
        high = np.minimum(low + 1, len(self.levels) - 1)
        width = self.levels[high] - self.levels[low]
        part = np.clip((due - self.levels[low]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
        o = np.arange(len(share))[:, None]
        law = (1 - part)[..., None] * self.laws[low, o] + part[..., None] * self.laws[high, o]
        mean = share[:, None] * ((1 - part) * late[low] + part * late[high])
        more = share[:, None] ** 2 * ((1 - part) * self.more[low] + part * self.more[high])
        return law, (mean, np.maximum(more, 0.0))


def _depot(plan: Plan, k: int, rate: Floats, lead: float, lots: Floats, shape: Floats) -> _Depot:
    """Part k, of which outlets ask for `rate` (outlets,), in lots of `lots` (outlets,).

    What is asked for in a lead time is Poisson with a mean that follows the week's profile; it is
    looked at where it is least, most, and between. Outlets that order in lots make it uneven:
    rounding to lots, their phase being any, adds (Q^2 - 1) / 6 to the variance of a long lead
    time's demand, and of a short one's (Q - 1) times the mean.
    """
    low, lot = _r_q(plan, len(plan.outlets), k)
    total = float(rate.sum())
    share = rate / total if total else np.zeros_like(rate)
    lately, asked = asked_lately(shape, np.full((1, len(MOMENTS)), lead))
    at = total * lately[0]
    levels = np.linspace(at.min(), at.max(), LEVELS if np.ptp(at) > 0.02 * at.mean() else 1)
    excess = float(np.minimum((lots - 1) * rate * lead, (lots**2 - 1) / 6).sum())
    stocks, laws, more = [], [], []
    for due in levels:
        mean = due / lead if lead > 0 else total
        uneven = excess * due / (total * lead) if excess > 0 else 0.0
        if uneven > 0:
            stocks.append(theory.echelons.depot_stock(mean, lead, int(low), lot, uneven))
        else:
            stocks.append(theory.reorder_point(mean, lead, low, lot))
        of = float(due), int(low), lot
        laws.append(theory.echelons.waiting_orders(share, *of, FEW + 1, uneven))
        more.append(theory.echelons.more_variance(*of, uneven))
    return _Depot(rate, total * lead, levels, at, tuple(stocks), np.array(laws), np.array(more),
                  asked)  # fmt: skip


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
