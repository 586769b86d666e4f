"""Places on the map: who has coordinates, and who needs them."""

from collections.abc import Iterator, Mapping

from .market import Market
from .outlet import Candidates, Outlet
from .path import Path
from .problem import Problem, nearest
from .scenario import Scenario

Places = Mapping[str, Market] | Mapping[str, Outlet]
ZERO = "it would stand at 0° N 0° E"


def coordinate_problems(scenario: Scenario) -> Iterator[Problem]:
    """Half a pair of coordinates; none, where any other place of the scenario has them.

    Where no place has any, all stand at one point: a network without a map.
    """
    groups: list[tuple[Path, Places]] = [(("markets", "places"), scenario.markets.places)]
    if scenario.outlets is not None:
        groups.append((("outlets", "places"), scenario.outlets.places))
    without: list[tuple[Path, str, Places]] = []
    for path, places in groups:
        for name, place in places.items():
            given = {"lat", "lon"} & place.model_fields_set
            if len(given) == 1:
                missing = "lon" if "lat" in given else "lat"
                at = (*path, name)
                yield Problem(at, f"has no {missing}: give both lat and lon", needs=(at,))
            elif not given:
                without.append((path, name, places))
    if not without or not _mapped(scenario):
        return
    for path, name, places in without:
        known = [n for n, place in places.items() if "lat" in place.model_fields_set]
        if "markets" not in scenario.model_fields_set and path[0] == "markets":
            message = f"is missing: the outlets have coordinates, and without markets {ZERO}"
            yield Problem(("markets",), message, needs=(("outlets",),))
            continue
        listed = f" (those with coordinates: {', '.join(known[:12])}{', ...' * (len(known) > 12)})"
        message = f"has no coordinates, {ZERO}: give lat and lon{nearest(name, known)}"
        at = (*path, name)
        yield Problem(at, message + (listed if known else ""), needs=(at, path))


def _mapped(scenario: Scenario) -> bool:
    """Whether any place of the scenario stands on the map."""
    outlets, depot = scenario.outlets, scenario.logistics.depot
    places = [*scenario.markets.places.values(), *(outlets.places.values() if outlets else ())]
    written = [(p.lat, p.lon) for p in places if {"lat", "lon"} <= p.model_fields_set]
    if depot.lat is not None and depot.lon is not None:
        written.append((depot.lat, depot.lon))
    site = outlets.site if outlets is not None else None
    return (
        any(at != (0, 0) for at in written)
        or scenario.markets.cities is not None
        or (site is not None and isinstance(site.candidates, Candidates))
    )
