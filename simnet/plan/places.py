"""Places: markets, outlets sited by p-median, depot, and who can reach whom."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simnet.scenario import Scenario, ScenarioError
from simnet.scenario.market import CityRule, Market
from simnet.scenario.outlet import Outlet, SiteRule
from simnet.siting import Siting, great_circle_km, p_median, select_cities

Floats = NDArray[np.float64]
MAX_PAIRS = 4_000_000
"""markets times places where an outlet may stand"""


def _cities(
    scenario: Scenario, rule: CityRule, path: tuple[str, ...]
) -> dict[str, tuple[float, float, str, float]]:
    try:
        table = select_cities(rule.country, rule.largest, rule.min_population)
    except ValueError as error:
        raise ScenarioError([scenario.problem((*path, "country"), str(error))]) from error
    if table.empty:
        raise ScenarioError([scenario.problem(path, "no city is so large")])
    return {
        str(city["name"]): (city["lat"], city["lon"], str(city["region"]), city["population"])
        for city in table.to_dict("records")
    }


def find_markets(scenario: Scenario) -> dict[str, Market]:
    """Cities by rule and markets one by one; a market of the same name takes the city's place."""
    rule = scenario.markets.cities
    found: dict[str, Market] = {}
    if rule is not None:
        for name, (lat, lon, region, people) in _cities(
            scenario, rule, ("markets", "cities")
        ).items():
            found[name] = Market(lat=lat, lon=lon, region=region, weight=people, spread=rule.spread)
    return {**found, **scenario.markets.places}


def candidates(
    scenario: Scenario, rule: SiteRule, markets: dict[str, Market]
) -> dict[str, tuple[float, float, str, float]]:
    """Latitude, longitude, region and weight of the places where outlets may be sited."""
    if rule.candidates == "markets":
        return {name: (m.lat, m.lon, m.region, m.weight) for name, m in markets.items()}
    return _cities(scenario, rule.candidates, ("outlets", "site", "candidates"))


def site_outlets(
    scenario: Scenario, rule: SiteRule, markets: dict[str, Market]
) -> tuple[dict[str, Outlet], Siting]:
    """Outlets by p-median; given ones are locked candidates, so that each city is open once."""
    assert scenario.outlets is not None
    given = scenario.outlets.places if rule.lock else {}
    places = candidates(scenario, rule, markets)
    count = len({*places, *given})
    if count * len(markets) > MAX_PAIRS:
        message = (
            f"{count:,} candidates for {len(markets):,} markets are more than can be compared "
            f"({MAX_PAIRS:,} pairs); take the largest ones only"
        )
        raise ScenarioError([scenario.problem(("outlets", "site"), message)])
    terms = scenario.outlets.defaults.model_dump(by_alias=True)
    found: dict[str, Outlet] = dict(given)
    for name, (lat, lon, region, _) in places.items():
        if name not in found:
            found[name] = Outlet.model_validate({**terms, "lat": lat, "lon": lon, "region": region})
    if rule.n > len(found):
        raise ScenarioError(
            [scenario.problem(("outlets", "site", "n"),
                     f"{rule.n} outlets are wanted, but there are {len(found)} candidates")]
        )  # fmt: skip
    siting = p_median(
        crow_km(markets, found),
        np.array([market.weight for market in markets.values()]),
        rule.n,
        locked=range(len(given)),
        method=rule.method,
        time_limit=rule.time_limit * 3600,
    )
    names = list(found)
    return {names[i]: found[names[i]] for i in siting.open}, siting


def find_depot(scenario: Scenario, markets: dict[str, Market]) -> Market:
    """Where the depot stands: as written, or in the market of the greatest weight."""
    depot = scenario.logistics.depot
    if depot.lat is not None and depot.lon is not None:
        return Market(lat=depot.lat, lon=depot.lon)
    return max(markets.values(), key=lambda market: market.weight)


def crow_km(markets: dict[str, Market], outlets: dict[str, Outlet]) -> Floats:
    """Great-circle distances, shape (markets, outlets)."""

    def column(places: dict[str, Market] | dict[str, Outlet], field: str) -> Floats:
        return np.array([getattr(place, field) for place in places.values()], dtype=float)

    here, there = ([column(p, field) for field in ("lat", "lon")] for p in (markets, outlets))
    km = np.empty((len(markets), len(outlets)))
    for i in range(len(markets)):  # a row fits the processor's cache, and millions of pairs do not
        km[i] = great_circle_km(here[0][i], here[1][i], *there)
    return km


def preferences(
    scenario: Scenario,
    markets: dict[str, Market],
    outlets: dict[str, Outlet],
    km: Floats,
    skills: Iterable[str],
) -> tuple[tuple[int, ...], ...]:
    """Outlets by distance within their radius; refuses markets that no outlet reaches."""
    radius = np.array([o.radius if o.radius is not None else np.inf for o in outlets.values()])
    names = list(outlets)
    found, problems = [], []
    for i, (name, market) in enumerate(markets.items()):
        within = np.flatnonzero(km[i] <= radius)
        reaching = within[np.argsort(km[i, within], kind="stable")].tolist()
        found.append(tuple(reaching))
        if market.weight <= 0 and not market.sales and not market.in_field:
            continue
        nearest = int(km[i].argmin())
        explicit = name in scenario.markets.places
        path = ("markets", "places", name) if explicit else ("markets", "cities")
        if not reaching:
            problems.append(
                scenario.problem(
                    path,
                    f"no outlet reaches {name}: the nearest, {names[nearest]}, is "
                    f"{km[i, nearest]:,.0f} km away, and its radius is {radius[nearest]:,.0f} km",
                )
            )
            continue
        for skill in skills:
            able = (outlets[names[o]].skills for o in reaching)
            if not any(has is None or skill in has for has in able):
                problems.append(
                    scenario.problem(path, f"no outlet in reach of {name} has the skill '{skill}'")
                )
    if problems:
        raise ScenarioError(problems)
    return tuple(found)
