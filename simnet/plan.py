"""The plan: a scenario made concrete. Places are found, outlets sited, names turned to numbers.

It holds all that both the draws and the engine read, and nothing random.
"""

import datetime
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simnet.scenario import Problem, Scenario, ScenarioError
from simnet.scenario.market import CityRule, Market
from simnet.scenario.outlet import Outlet, SiteRule
from simnet.scenario.part import StockPolicy
from simnet.scenario.product import Work
from simnet.siting import Siting, great_circle_km, p_median, savings_tours, select_cities

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLEET = -1
"""lane number of the own fleet"""
UNLIMITED = -1
"""number of technicians that means: as many as are needed"""


@dataclass(frozen=True)
class Source:
    """What a case comes from: a failure mode of a product, or an enquiry."""

    label: str
    product: int
    mode: str
    enquiry: str
    work: Work | None
    call_type: int
    remote_fix: float
    part: int
    second_part: int


@dataclass(frozen=True)
class Tour:
    """One truck's way from the depot through some outlets and home."""

    outlets: tuple[int, ...]
    hours: tuple[float, ...]
    """from the departure to each outlet"""
    km: float
    """the whole way"""
    duration: float
    """from the departure until the truck is home"""


@dataclass(frozen=True)
class Plan:
    """A scenario with all its numbers. Index order: markets, outlets and parts as listed."""

    scenario: Scenario
    markets: dict[str, Market]
    outlets: dict[str, Outlet]
    siting: Siting | None
    crow_km: Floats
    """(markets, outlets) great-circle distance"""
    preference: tuple[tuple[int, ...], ...]
    """for each market the outlets that reach it, nearest first"""
    served: Floats
    """(outlets,) share of all demand whose nearest outlet this is"""
    technicians: Ints
    """(outlets,) number, or UNLIMITED"""
    sources: tuple[Source, ...]
    stock: dict[tuple[int, int], StockPolicy]
    """policy by (place, part); the depot is place len(outlets)"""
    lane: Ints
    """(outlets,) carrier number, or FLEET"""
    depot_place: Market
    """where the depot stands"""
    depot_km: Floats
    """(outlets,) great-circle distance from the depot"""
    tours: tuple[Tour, ...]

    @property
    def horizon(self) -> float:
        """Hours simulated."""
        return self.scenario.horizon

    @property
    def offset(self) -> float:
        """Hour of the week (from Monday 00:00) at time 0."""
        return self.scenario.start.weekday() * 24.0

    @property
    def weights(self) -> Floats:
        """(markets,) share of all demand."""
        weights = np.array([market.weight for market in self.markets.values()])
        total = math.fsum(weights)  # the same in any order of the markets
        return weights / total if total > 0 else weights

    @cached_property
    def month_starts(self) -> Floats:
        """Hours at which calendar months begin, the first being time 0."""
        day, starts = self.scenario.start, [0.0]
        while True:
            year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
            day = datetime.date(year, month, 1)
            hours = (day - self.scenario.start).days * 24.0
            if hours >= self.horizon:
                return np.array(starts)
            starts.append(hours)

    @property
    def month_names(self) -> list[str]:
        """Names such as 2026-03, one per calendar month touched."""
        first = self.scenario.start.year * 12 + self.scenario.start.month - 1
        return [
            f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(first, first + len(self.month_starts))
        ]

    @property
    def depot(self) -> int:
        """Place number of the depot."""
        return len(self.outlets)

    @property
    def owned(self) -> NDArray[np.bool_]:
        """(outlets,) whether the company itself owns it."""
        contracts = self.scenario.contracts
        return np.array([contracts[o.contract].owned for o in self.outlets.values()], dtype=bool)

    @property
    def contract(self) -> Ints:
        """(outlets,) number of the contract."""
        names = list(self.scenario.contracts)
        return np.array([names.index(o.contract) for o in self.outlets.values()], dtype=np.int64)

    @property
    def same_region(self) -> NDArray[np.bool_]:
        """(markets, outlets) whether both are in one region."""
        ours = np.array([market.region for market in self.markets.values()], dtype=object)
        theirs = np.array([outlet.region for outlet in self.outlets.values()], dtype=object)
        return np.asarray((ours[:, None] == theirs[None, :]) & (ours[:, None] != ""), dtype=bool)

    @cached_property
    def able(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each source and market the outlets in reach with the skill, nearest first."""
        outlets = list(self.outlets.values())

        def has(outlet: int, skill: str | None) -> bool:
            skills = outlets[outlet].skills
            return skill is None or skills is None or skill in skills

        by_skill = {
            skill: tuple(tuple(o for o in order if has(o, skill)) for order in self.preference)
            for skill in {s.work.skill if s.work else None for s in self.sources}
        }
        return tuple(by_skill[s.work.skill if s.work else None] for s in self.sources)

    @property
    def tier_priorities(self) -> list[int]:
        """The different priorities of all tiers; 0, that of enquiries, is always among them."""
        tiers = (t for p in self.scenario.products.values() for t in p.tiers.values())
        return sorted({0, *(tier.priority for tier in tiers)}, reverse=True)

    @property
    def priority_of_tier(self) -> list[list[int]]:
        """Priority by product and tier."""
        products = self.scenario.products.values()
        return [[tier.priority for tier in product.tiers.values()] for product in products]

    @property
    def mean_repair(self) -> float:
        """Mean hands-on hours over the kinds of work, as a desk would guess."""
        means = [s.work.repair.mean() for s in self.sources if s.work is not None]
        return float(np.mean(means)) if means else 0.0

    @property
    def profile_table(self) -> tuple[list[float], list[float], float]:
        """Cumulative profile (169,), profile (168,) and hour of the week, for `call_time`."""
        weights = self.scenario.reporting.profile.weights
        cumulative = np.concatenate(([0.0], np.cumsum(weights)))
        return cumulative.tolist(), weights.tolist(), self.offset

    def ordering(self, place: int, part: int) -> tuple[float, int, int, int]:
        """(s, S, Q, initial stock) of a part at a place; Q is 0 for (s, S) and base stock."""
        policy = self.stock[place, part]
        if policy.reorder_point is not None and policy.order_quantity is not None:
            start = policy.reorder_point + policy.order_quantity
            return policy.reorder_point, 0, policy.order_quantity, start
        if policy.reorder_below is not None and policy.order_up_to is not None:
            return policy.reorder_below, policy.order_up_to, 0, policy.order_up_to
        base = policy.base_stock or 0
        return base - 1, base, 0, base

    def carrier(self, name: str | None) -> int:
        """Number of the carrier `name`; the first one for None."""
        return list(self.scenario.logistics.carriers).index(name) if name is not None else 0


def share_out(total: int, weights: Floats, least: int = 0) -> Ints:
    """Whole numbers that add up to `total` and follow `weights`, by largest remainders.

    Each gets at least `least`; of equal remainders the earlier one is served first.
    """
    count = len(weights)
    rest = total - least * count
    if rest <= 0 or weights.sum() <= 0:
        found = np.full(count, total // max(count, 1))
        found[: total - int(found.sum())] += 1
        return found.astype(np.int64)
    # the least is a floor: what the weights would give beyond it is shared among the others
    ideal = weights / weights.sum() * total
    free = np.ones(count, dtype=bool)
    while True:
        left = total - least * int((~free).sum())
        ideal = np.where(free, weights * left / weights[free].sum(), least)
        low = free & (ideal < least)
        if not low.any():
            break
        free &= ~low
    found = np.floor(ideal).astype(np.int64)
    order = np.argsort(-(ideal - found), kind="stable")
    found[order[: total - int(found.sum())]] += 1
    return found


def _cities(rule: CityRule, path: tuple[str, ...]) -> dict[str, tuple[float, float, str, float]]:
    try:
        table = select_cities(rule.country, rule.largest, rule.min_population)
    except ValueError as error:
        raise ScenarioError([Problem((*path, "country"), str(error))]) from error
    if table.empty:
        raise ScenarioError([Problem(path, "no city is so large")])
    return {
        str(city["name"]): (city["lat"], city["lon"], str(city["region"]), city["population"])
        for city in table.to_dict("records")
    }


def _markets(scenario: Scenario) -> dict[str, Market]:
    rule = scenario.markets.cities
    found: dict[str, Market] = {}
    if rule is not None:
        for name, (lat, lon, region, people) in _cities(rule, ("markets", "cities")).items():
            found[name] = Market(lat=lat, lon=lon, region=region, weight=people, spread=rule.spread)
    return {**found, **scenario.markets.places}


def _site(
    scenario: Scenario, rule: SiteRule, markets: dict[str, Market]
) -> tuple[dict[str, Outlet], Siting]:
    """Outlets by p-median; given ones are locked candidates, so that each city is open once."""
    assert scenario.outlets is not None
    given = scenario.outlets.places if rule.lock else {}
    if rule.candidates == "markets":
        places = {name: (m.lat, m.lon, m.region, m.weight) for name, m in markets.items()}
    else:
        places = _cities(rule.candidates, ("outlets", "site", "candidates"))
    terms = scenario.outlets.defaults.model_dump(by_alias=True)
    candidates: dict[str, Outlet] = dict(given)
    for name, (lat, lon, region, _) in places.items():
        if name not in candidates:
            candidates[name] = Outlet.model_validate(
                {**terms, "lat": lat, "lon": lon, "region": region}
            )
    if rule.n > len(candidates):
        raise ScenarioError(
            [Problem(("outlets", "site", "n"),
                     f"{rule.n} outlets are wanted, but there are {len(candidates)} candidates")]
        )  # fmt: skip
    siting = p_median(
        _crow_km(markets, candidates),
        np.array([market.weight for market in markets.values()]),
        rule.n,
        locked=range(len(given)),
        method=rule.method,
        time_limit=rule.time_limit * 3600,
    )
    names = list(candidates)
    return {names[i]: candidates[names[i]] for i in siting.open}, siting


def _depot(scenario: Scenario, markets: dict[str, Market]) -> Market:
    depot = scenario.logistics.depot
    if depot.lat is not None and depot.lon is not None:
        return Market(lat=depot.lat, lon=depot.lon)
    return max(markets.values(), key=lambda market: market.weight)


def _crow_km(markets: dict[str, Market], outlets: dict[str, Outlet]) -> Floats:
    def column(places: dict[str, Market] | dict[str, Outlet], field: str) -> Floats:
        return np.array([getattr(place, field) for place in places.values()], dtype=float)

    return np.asarray(
        great_circle_km(
            column(markets, "lat")[:, None],
            column(markets, "lon")[:, None],
            column(outlets, "lat")[None, :],
            column(outlets, "lon")[None, :],
        )
    )


def _preference(
    scenario: Scenario, markets: dict[str, Market], outlets: dict[str, Outlet], crow_km: Floats
) -> tuple[tuple[int, ...], ...]:
    """Outlets by distance within their radius; refuses markets that no outlet reaches."""
    radius = np.array([o.radius if o.radius is not None else np.inf for o in outlets.values()])
    skills = sorted({s.work.skill for s in _sources(scenario) if s.work and s.work.skill})
    names = list(outlets)
    found, problems = [], []
    for i, (name, market) in enumerate(markets.items()):
        order = np.argsort(crow_km[i], kind="stable")
        reaching = [int(o) for o in order if crow_km[i, o] <= radius[o]]
        found.append(tuple(reaching))
        if market.weight <= 0 and not market.sales and not market.in_field:
            continue
        near = names[order[0]]
        if not reaching:
            problems.append(
                Problem(
                    ("markets", name),
                    f"no outlet reaches it: the nearest, {near}, is {crow_km[i, order[0]]:,.0f} km "
                    f"away, and its radius is {radius[order[0]]:,.0f} km",
                )
            )
            continue
        for skill in skills:
            able = (outlets[names[o]].skills for o in reaching)
            if not any(has is None or skill in has for has in able):
                problems.append(
                    Problem(("markets", name), f"no outlet in reach has the skill '{skill}'")
                )
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


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
        Problem(path, "is for all outlets together; give base_stock for one place")
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


def make_plan(scenario: Scenario) -> Plan:
    """Find the places, site the outlets, and turn names into numbers.

    Raises ScenarioError for what only shows here: unknown countries, unreachable markets, more
    outlets than candidates, goods too heavy for a truck.
    """
    markets = _markets(scenario)
    outlets: dict[str, Outlet] = {}
    siting = None
    if scenario.outlets is not None:
        if scenario.outlets.site is not None:
            outlets, siting = _site(scenario, scenario.outlets.site, markets)
        else:
            outlets = dict(scenario.outlets.places)
    crow_km = _crow_km(markets, outlets)
    preference = _preference(scenario, markets, outlets, crow_km) if outlets else ()
    served = np.zeros(len(outlets))
    total = sum(market.weight for market in markets.values()) or 1.0
    for order, market in zip(preference, markets.values(), strict=False):
        if order:
            served[order[0]] += market.weight / total
    logistics = scenario.logistics
    depot = _depot(scenario, markets)
    depot_km = _crow_km({"depot": depot}, outlets)
    carriers = list(logistics.carriers)
    default_lane = logistics.lane or carriers[0]
    lanes = [outlet.lane or default_lane for outlet in outlets.values()]
    lane = np.array([FLEET if n == "fleet" else carriers.index(n) for n in lanes], dtype=np.int64)
    if logistics.fleet is not None and FLEET in lane:
        heavy = [n for n, part in scenario.parts.items() if part.mass > logistics.fleet.capacity]
        if heavy:
            raise ScenarioError(
                [Problem(("parts", n, "mass"), "is more than a truck of the fleet loads "
                         f"({logistics.fleet.capacity:g} kg)") for n in heavy]
            )  # fmt: skip
    return Plan(
        scenario=scenario,
        markets=markets,
        outlets=outlets,
        siting=siting,
        crow_km=crow_km,
        preference=preference,
        served=served,
        technicians=_technicians(scenario, outlets, served),
        sources=_sources(scenario),
        stock=_stock(scenario, outlets, served),
        lane=lane,
        depot_place=depot,
        depot_km=depot_km[0],
        tours=_tours(scenario, outlets, lane, depot_km[0]),
    )


def _technicians(scenario: Scenario, outlets: dict[str, Outlet], served: Floats) -> Ints:
    numbers = np.array(
        [UNLIMITED if o.technicians == "unlimited" else o.technicians for o in outlets.values()],
        dtype=np.int64,
    )
    site = scenario.outlets.site if scenario.outlets is not None else None
    if site is not None and site.technicians_total is not None:
        given = scenario.outlets.places if scenario.outlets is not None else {}
        sited = np.array([not (site.lock and name in given) for name in outlets])
        if site.technicians_total < sited.sum():
            raise ScenarioError(
                [Problem(("outlets", "site", "technicians_total"),
                         f"{site.technicians_total} technicians are too few for "
                         f"{sited.sum()} outlets")]
            )  # fmt: skip
        numbers[sited] = share_out(site.technicians_total, served[sited], least=1)
    return numbers
