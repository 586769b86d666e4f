"""Who gets which case, and the way there: the desk's policy as if somebody were always free."""

from dataclasses import dataclass

import numpy as np

from simnet.draws.visits import REFUSALS
from simnet.plan import Plan
from simnet.policies import first_not_refused, preferred

from .laws import Floats

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


def allot(plan: Plan) -> Allotment:
    """Chances, delays and ways."""
    count = len(plan.outlets)
    share = np.zeros((len(plan.sources), len(plan.markets), count))
    delay = np.zeros(share.shape[:2])
    contracts = list(plan.scenario.contracts.values())
    refusal = [contracts[c].refusal for c in plan.contract]
    channel = [contracts[c].coordination.mean() for c in plan.contract]
    board = plan.scenario.dispatch.policy == "central_board"
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
                if board:
                    share[s, m, outlet] += left
                    break
                delay[s, m] += left * channel[outlet]
                last = len(refused) >= REFUSALS or len(refused) + 1 >= len(order)
                no = 0.0 if last else refusal[outlet]
                share[s, m, outlet] += left * (1 - no)
                left *= no
                refused.append(outlet)
    terms = list(plan.outlets.values())
    spread = np.array([m.spread for m in plan.markets.values()])
    off = spread[:, None] * np.sqrt((np.arange(PLACES) + 0.5) / PLACES)
    detour, speed = (np.array([getattr(o, f) for o in terms]) for f in ("detour", "speed"))
    if not count:
        nothing = np.zeros((len(spread), 0))
        return Allotment(share, delay, nothing, nothing, nothing)
    road = detour[:, None] * np.sqrt(plan.crow_km[:, :, None] ** 2 + off[:, None, :] ** 2)
    km = road.mean(axis=2)
    way = km / speed
    return Allotment(share, delay, way, (road**2).mean(axis=2) / speed**2, km)
