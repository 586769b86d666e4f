"""What the siting chose, and what the outlets that were given beside it took from it."""

from dataclasses import dataclass

import numpy as np

from simnet.siting import great_circle_km, p_median

from .places import candidates, crow_km
from .plan import Plan

MATTERS = 0.01
"""a mean way to the nearest outlet that is longer by such a share is worth a warning"""


@dataclass(frozen=True)
class Sited:
    """Places of the outlets of a site rule."""

    given: list[str]
    """outlets of register or places, which count into n"""
    chosen: list[str]
    """the others"""
    lost: list[str]
    """places that n outlets without the given ones would stand at, and that have none now"""
    longer: float
    """by what share the mean way to the nearest outlet is longer than without the given ones"""


def sited(plan: Plan) -> Sited | None:
    """What the site rule chose; None where there is none.

    The siting without the given outlets is by the heuristic, which takes a moment.
    """
    outlets = plan.scenario.outlets
    if outlets is None or outlets.site is None or plan.siting is None:
        return None
    rule = outlets.site
    given = [name for name in plan.outlets if rule.lock and name in outlets.places]
    chosen = [name for name in plan.outlets if name not in given]
    places = candidates(plan.scenario, rule, plan.markets)
    if not given or rule.n > len(places):
        return Sited(given, chosen, [], 0.0)
    lat, lon = (np.array([place[i] for place in places.values()]) for i in (0, 1))
    here = [(market.lat, market.lon) for market in plan.markets.values()]
    km = np.array([great_circle_km(*at, lat, lon) for at in here])
    weights = np.array([market.weight for market in plan.markets.values()])
    free = p_median(km, weights, rule.n, method="heuristic")
    names = list(places)
    stand = crow_km(plan.markets, plan.outlets)
    lost = [names[i] for i in free.open if names[i] not in plan.outlets]
    now = float(weights @ stand.min(axis=1))
    longer = now / free.objective - 1 if free.objective > 0 else float(now > 0)
    return Sited(given, chosen, lost if longer > 0 else [], max(longer, 0.0))


def siting_doubts(plan: Plan) -> list[str]:
    """Given outlets that took the place of others."""
    found = sited(plan)
    if found is None or not found.lost or found.longer < MATTERS:
        return []
    outlets = plan.scenario.outlets
    assert outlets is not None
    assert outlets.site is not None
    n = outlets.site.n
    return [
        f"outlets.site.n: the {n} outlets are {len(found.given)} given ({listed(found.given)}) and "
        f"{len(found.chosen)} sited ({listed(found.chosen)}); without the given ones "
        f"{listed(found.lost)} would have one, and the way to the nearest outlet is "
        f"{found.longer:.0%} longer on average: should n be {n + len(found.lost)}?"
    ]


def listed(names: list[str], most: int = 8) -> str:
    """Names in words, the first ones of many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more if names else "none"
