"""From a scenario to its plan."""

import math

import numpy as np
from numpy.typing import NDArray

from simnet.policies import road_km
from simnet.scenario import Scenario, ScenarioError
from simnet.scenario.market import Market
from simnet.scenario.outlet import Outlet
from simnet.scenario.part import StockPolicy
from simnet.siting import great_circle_km, savings_tours

from .places import crow_km, find_depot, find_markets, preferences, site_outlets
from .plan import FLEET, UNLIMITED, Plan, Source, Tour, mean_repair
from .share import share_out

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def make_plan(scenario: Scenario) -> Plan:
    """Find the places, site the outlets, and turn names into numbers.

    Raises ScenarioError for what only shows here: unknown countries, unreachable markets, more
    outlets than candidates, goods too heavy for a truck.
    """
    markets = find_markets(scenario)
    outlets: dict[str, Outlet] = {}
    siting = None
    if scenario.outlets is not None:
        if scenario.outlets.site is not None:
            outlets, siting = site_outlets(scenario, scenario.outlets.site, markets)
        else:
            outlets = dict(scenario.outlets.places)
    km = crow_km(markets, outlets)
    sources = _sources(scenario)
    skills = sorted({s.work.skill for s in sources if s.work is not None and s.work.skill})
    preference = preferences(scenario, markets, outlets, km, skills) if outlets else ()
    served = np.zeros(len(outlets))
    total = sum(market.weight for market in markets.values()) or 1.0
    for order, market in zip(preference, markets.values(), strict=False):
        if order:
            served[order[0]] += market.weight / total
    logistics = scenario.logistics
    depot = find_depot(scenario, markets)
    depot_km = crow_km({"depot": depot}, outlets)
    lane = _lanes(scenario, outlets, served)
    if logistics.fleet is not None and FLEET in lane:
        heavy = [n for n, part in scenario.parts.items() if part.mass > logistics.fleet.capacity]
        if heavy:
            raise ScenarioError(
                [scenario.problem(("parts", n, "mass"), "is more than a truck of the fleet loads "
                         f"({logistics.fleet.capacity:g} kg)") for n in heavy]
            )  # fmt: skip
    return Plan(
        scenario=scenario,
        markets=markets,
        outlets=outlets,
        siting=siting,
        crow_km=km,
        preference=preference,
        served=served,
        technicians=_technicians(scenario, markets, outlets, preference, km),
        sources=sources,
        stock=_stock(scenario, outlets, served),
        lane=lane,
        depot_place=depot,
        depot_km=depot_km[0],
        tours=_tours(scenario, outlets, lane, depot_km[0]),
    )


def _sources(scenario: Scenario) -> tuple[Source, ...]:
    call_types = list(scenario.hotline.call_types) if scenario.hotline else []
    parts = list(scenario.parts)

    def part(name: str | None) -> int:
        return -1 if name is None else parts.index(name)

    def call(name: str, own: float | None) -> tuple[int, float]:
        if scenario.hotline is None:
            return 0, 0.0
        kind = scenario.hotline.call_types[name]
        return call_types.index(name), kind.remote_fix if own is None else own

    found = []
    for p, (product_name, product) in enumerate(scenario.products.items()):
        if product.failure is None and all(m.failure is None for m in product.modes.values()):
            continue
        for mode_name, mode in product.modes.items():
            number, remote = call(mode.call_type, mode.remote_fix)
            found.append(
                Source(f"{product_name}: {mode_name}", p, mode_name, "", mode, number, remote,
                       part(mode.part), part(mode.second_part))
            )  # fmt: skip
    for name, enquiry in scenario.enquiries.items():
        number, remote = call(enquiry.call_type, enquiry.remote_fix)
        work = enquiry.work
        found.append(
            Source(name, -1, "", name, work, number, remote if work else 1.0,
                   part(work.part) if work else -1, part(work.second_part) if work else -1)
        )  # fmt: skip
    return tuple(found)


def _stock(
    scenario: Scenario, outlets: dict[str, Outlet], served: Floats
) -> dict[tuple[int, int], StockPolicy]:
    found = {}
    for k, (name, part) in enumerate(scenario.parts.items()):
        shares = None
        if part.outlet_stock.base_stock_total is not None:
            shares = share_out(part.outlet_stock.base_stock_total, served)
        for o, outlet in enumerate(outlets.values()):
            own = outlet.stock.get(name)
            if own is None and shares is not None:
                own = StockPolicy(base_stock=int(shares[o]))
            found[o, k] = own if own is not None else part.outlet_stock
        found[len(outlets), k] = part.depot_stock
    # a total is for all outlets together and would count as nothing at one place
    problems = [
        scenario.problem(path, "is for all outlets together; give base_stock for one place")
        for path, policy in [
            *((("parts", n, "depot_stock"), p.depot_stock) for n, p in scenario.parts.items()),
            *(
                (("outlets", "places", name, "stock", n), policy)
                for name, outlet in outlets.items()
                for n, policy in outlet.stock.items()
            ),
        ]
        if policy.base_stock_total is not None
    ]
    if problems:
        raise ScenarioError(problems)
    return found


def _lanes(scenario: Scenario, outlets: dict[str, Outlet], served: Floats) -> Ints:
    """Who supplies each outlet: its own lane, the fleet if it is large, else the common one."""
    logistics = scenario.logistics
    carriers = list(logistics.carriers)
    large = set[int]()
    if logistics.fleet_share is not None:
        order = np.argsort(-served, kind="stable")
        before = np.cumsum(served[order]) - served[order]
        large = set(order[before < logistics.fleet_share - 1e-9].tolist())
    names = [
        outlet.lane or ("fleet" if o in large else logistics.lane or carriers[0])
        for o, outlet in enumerate(outlets.values())
    ]
    return np.array([FLEET if n == "fleet" else carriers.index(n) for n in names], dtype=np.int64)


def _tours(
    scenario: Scenario, outlets: dict[str, Outlet], lane: Ints, depot_km: Floats
) -> tuple[Tour, ...]:
    fleet = scenario.logistics.fleet
    stops = [o for o in range(len(outlets)) if lane[o] == FLEET]
    if fleet is None or not stops:
        return ()
    places = list(outlets.values())
    lat, lon = (np.array([getattr(places[o], f) for o in stops]) for f in ("lat", "lon"))
    detour = float(np.mean([places[o].detour for o in stops]))
    km = np.zeros((len(stops) + 1, len(stops) + 1))
    km[0, 1:] = km[1:, 0] = depot_km[stops]
    km[1:, 1:] = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    km *= detour
    found = []
    for route in savings_tours(km, fleet.stops_per_tour):
        legs = [km[a, b] for a, b in zip([0, *route], [*route, 0], strict=True)]
        at = np.cumsum(legs[:-1]) / fleet.speed + fleet.stop * np.arange(len(route))
        duration = sum(legs) / fleet.speed + fleet.stop * len(route)
        found.append(
            Tour(tuple(stops[i - 1] for i in route), tuple(at.tolist()), float(sum(legs)), duration)
        )
    return tuple(found)


def _technicians(
    scenario: Scenario,
    markets: dict[str, Market],
    outlets: dict[str, Outlet],
    preference: tuple[tuple[int, ...], ...],
    km: Floats,
) -> Ints:
    """Technicians by outlet; a total is shared out by the work, ways included, of each outlet."""
    numbers = np.array(
        [UNLIMITED if o.technicians == "unlimited" else o.technicians for o in outlets.values()],
        dtype=np.int64,
    )
    if scenario.outlets is None or scenario.outlets.site is None:
        return numbers
    site, given = scenario.outlets.site, scenario.outlets.places
    if site.technicians_total is None:
        return numbers
    sited = np.array([not (site.lock and name in given) for name in outlets])
    if site.technicians_total < sited.sum():
        message = f"{site.technicians_total} technicians are too few for {sited.sum()} outlets"
        path = ("outlets", "site", "technicians_total")
        raise ScenarioError([scenario.problem(path, message)])
    terms = list(outlets.values())
    work = np.zeros(len(outlets))
    job = mean_repair(_sources(scenario))
    for m, (order, market) in enumerate(zip(preference, markets.values(), strict=True)):
        if order:
            o = order[0]
            # mean square of the way to customers spread evenly over a disc
            way = road_km(km[m, o], market.spread / math.sqrt(2), terms[o].detour)
            travel = 0.0 if terms[o].service == "carry_in" else 2 * way / terms[o].speed
            work[o] += market.weight * (job + travel)
    numbers[sited] = share_out(site.technicians_total, work[sited], least=1)
    return numbers
