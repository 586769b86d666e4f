"""The plan: a scenario with all its names turned to numbers, and nothing random."""

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief
from simnet.scenario import Scenario
from simnet.scenario.market import Market
from simnet.scenario.outlet import Outlet
from simnet.scenario.part import StockPolicy
from simnet.scenario.product import Work
from simnet.siting import Siting

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLEET = -1
"""lane number of the own fleet"""
UNLIMITED = -1
"""number of technicians that means: as many as are needed"""


@dataclass(frozen=True)
class Source:
    """What a case comes from: a failure mode of a product, or an enquiry."""

    __repr__ = brief

    label: str
    product: int
    mode: str
    enquiry: str
    work: Work | None
    call_type: int
    remote_fix: float
    part: int
    second_part: int


def mean_repair(sources: Iterable[Source]) -> float:
    """Mean hands-on hours over the kinds of work."""
    means = [source.work.repair.mean() for source in sources if source.work is not None]
    return float(np.mean(means)) if means else 0.0


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

    __repr__ = brief

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
        """Hours that the figures speak of."""
        return self.scenario.horizon

    @property
    def end(self) -> float:
        """Hours simulated at most: cases that began before the horizon are followed until then."""
        return self.scenario.horizon + self.scenario.follow_up

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
    def covered(self) -> list[bool]:
        """By source: whether an enquiry's visit is paid as in warranty; false for failures."""
        enquiries = self.scenario.enquiries
        return [bool(s.enquiry) and enquiries[s.enquiry].in_warranty for s in self.sources]

    @property
    def mean_repair(self) -> float:
        """Mean hands-on hours over the kinds of work, as a desk would guess."""
        return mean_repair(self.sources)

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

    @cached_property
    def taken_before_order(self) -> Floats:
        """(outlets,) parts that are taken from an outlet until it may order one, at least."""
        found = np.full(self.depot, np.inf)
        for place, part in self.stock:
            if place != self.depot:
                low, _, _, start = self.ordering(place, part)
                found[place] = min(found[place], start - low)
        return found

    def carrier(self, name: str | None) -> int:
        """Number of the carrier `name`; the first one for None."""
        return list(self.scenario.logistics.carriers).index(name) if name is not None else 0
