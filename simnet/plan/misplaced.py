"""Places on the map that look wrong: latitude and longitude exchanged, a digit too many."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simnet.scenario.market import Market
from simnet.scenario.outlet import Outlet
from simnet.siting import great_circle_km, outlines_in

from .plan import Plan

FAR_KM, FAR = 500.0, 3.0
"""far is what is at least so many km away, and so many times as far as the others' median"""
MOST = 5
"""places that are looked at in turn: each takes a hundredth of a second"""
SEA = "at sea"
Floats = NDArray[np.float64]
Places = Sequence[tuple[str, Market | Outlet]]


def misplaced_doubts(plan: Plan) -> list[str]:
    """Outlets and markets in another country than the others, or at sea, and far from them."""
    if not plan.outlets:
        return []
    markets: Places = list(plan.markets.items())
    outlets: Places = list(plan.outlets.items())
    found = _doubts("outlet", "market", outlets, plan.crow_km.min(axis=0), markets)
    # what is far from misplaced outlets only is not misplaced itself
    return found or _doubts("market", "outlet", markets, plan.crow_km.min(axis=1), outlets)


def _doubts(
    kind: str,
    of: str,
    places: Places,
    km: Floats,
    others: Places,
) -> list[str]:
    """Those of `places` that are far from all `others`; km: to the nearest of these."""
    found = []
    far = [i for i in np.argsort(-km)[: 4 * MOST] if km[i] > _limit(np.delete(km, i))]
    near = np.flatnonzero(~np.isin(np.arange(len(km)), far))
    known = [place for _, place in (*(places[i] for i in near[:MOST]), *others[:MOST])]
    zones = {_zone(place.lat, place.lon) for place in known}
    for i in far[:MOST]:
        name, place = places[i]
        zone = _zone(place.lat, place.lon)
        if zone not in zones:
            where = zone if zone == SEA else f"in the country {zone}"
            hint = _exchanged(place, km[i], [other for _, other in others])
            found.append(
                f"{kind} {name} (lat {place.lat:g}, lon {place.lon:g}) lies {where}, "
                f"{km[i]:,.0f} km from the nearest {of}{hint}"
            )
    return found


def _limit(others: Floats) -> float:
    return max(FAR_KM, FAR * float(np.median(others))) if len(others) else FAR_KM


def _exchanged(place: Market | Outlet, km: float, others: Sequence[Market | Outlet]) -> str:
    """Whether exchanging latitude and longitude brings it near."""
    if abs(place.lon) > 90:
        return ""
    lat, lon = (np.array([getattr(other, field) for other in others]) for field in ("lat", "lon"))
    swapped = float(great_circle_km(place.lon, place.lat, lat, lon).min())
    return ": are lat and lon exchanged?" if swapped < km / FAR else ""


@cache
def _zone(lat: float, lon: float) -> str:
    """The country of a place, or at sea."""
    west, south = max(lon - 0.01, -180.0), max(lat - 0.01, -90.0)
    return next(iter(outlines_in(west, south, west + 0.02, south + 0.02)), SEA)
