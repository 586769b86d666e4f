"""Failures: for each unit, the operating times at which it fails, as many as the run holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario import ScenarioError
from simnet.scenario.law import Law
from simnet.scenario.problem import Path
from simnet.scenario.product import Product

from .gather import BLOCK
from .streams import Floats, Streams, name_key
from .units import Units

MAX_CASES = 100_000_000
MAX_TURNS = 1_000_000
"""failures of one unit"""

HAZARDS = np.geomspace(1e-12, 1e3, 4096)
"""cumulative hazards at which a law is looked at beforehand"""
ROUNDING = 1e-9
"""more than a law can err by, which rises with the hazard"""

Columns = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Failures:
    """Possible failures, a unit's own in order of time, the units in order of their number. Arrays
    of shape (failures,)."""

    unit: NDArray[np.int32]
    group: NDArray[np.int32]
    """of the unit, see `Units.groups`"""
    age: Floats
    """operating time of the unit at this failure, hours"""
    source: NDArray[np.int16]
    clock: NDArray[np.int16]
    """place among the names of all clocks"""
    turn: NDArray[np.uint32]
    names: NDArray[np.uint64]
    """(clocks,) 64 bits that are mixed into the name of the unit's group"""


def too_many(plan: Plan, path: Path, law: Law) -> ScenarioError:
    """The error of a clock at `path` that would strike too often."""
    message = (
        f"more than {MAX_CASES:,} failures would be simulated, or {MAX_TURNS:,} of one unit; "
        f"its mean is {law.mean():.3g} hours: is its unit right?"
    )
    return ScenarioError([plan.scenario.problem(path, message)])


def clocks(name: str, product: Product) -> Iterator[tuple[Path, Law, str]]:
    """(path, law, repair effect) of each clock of a product: the shared one first, then the modes'
    own."""
    if product.failure is not None:
        yield ("products", name, "failure"), product.failure, product.repair_effect
    for mode_name, mode in product.modes.items():
        if mode.failure is not None:
            path = ("products", name, "modes", mode_name, "failure")
            yield path, mode.failure, mode.repair_effect


@dataclass(frozen=True)
class _Units:
    """A block of units of one product. Arrays of shape (units,)."""

    first: int
    """number of the first"""
    group: NDArray[np.int32]
    who: NDArray[np.uint64]
    index: NDArray[np.uint64]
    sold: Floats
    rest: Floats
    """hours from the sale to the end of the run, or to the end of life"""


def _blocks(plan: Plan, units: Units, product: int) -> Iterator[_Units]:
    """The units of a product, block by block."""
    groups = units.groups
    low, high = groups.start[np.searchsorted(groups.kind, [product, product + 1])].tolist()
    for first in range(low, high, BLOCK):
        last = min(first + BLOCK, high)
        group, sold = groups.between(first, last), units.sold[first:last]
        yield _Units(
            first=first,
            group=group,
            who=groups.who[group],
            index=(np.arange(first, last) - groups.start[group]).astype(np.uint64),
            sold=sold,
            rest=np.minimum(plan.end, sold + units.life[group]) - sold,
        )


def _expects_too_many(law: Law, effect: str, rests: Iterable[Floats], count: int) -> bool:
    """Whether `count` units that live `rests` hours must be expected to fail more often than is
    simulated.

    A lower bound: as new, t / mean - 1 failures by t (Wald's identity); minimal, the cumulative
    hazard at the median of `rests` for half of the units.
    """
    if effect == "minimal":
        often, most = law.at_hazard(np.array([2.0 * MAX_CASES / max(count, 1), MAX_TURNS]))
        over = 0
        for rest in rests:
            over += int(np.count_nonzero(rest > often))
            if 2 * over > count or rest.max() > most:
                return True
        return False
    mean, expected = law.mean(), 0.0
    for rest in rests:
        lives = rest[rest > 0]
        if len(lives) and mean <= 0:
            return True
        expected += (lives / mean - 1).sum()
        if expected > MAX_CASES or lives.max(initial=0.0) / mean - 1 > MAX_TURNS:
            return True
    return False


@dataclass
class _Counted:
    """Failures so far, those before time 0 among them."""

    plan: Plan
    number: int = 0

    def add(self, clock: "_Clock", failures: int, turn: int) -> None:
        """Raises ScenarioError where these are too many."""
        self.number += failures
        if self.number > MAX_CASES or turn > MAX_TURNS:
            raise too_many(self.plan, clock.path, clock.law)


@dataclass(frozen=True)
class _Clock:
    """What strikes the units of a product."""

    law: Law
    effect: str
    path: Path
    mode: str
    """none: the shared clock"""
    number: int
    """place among all clocks"""
    sources: NDArray[np.int16]
    """of the mode, or of those that share the clock"""
    edges: Floats
    """upper ends of their shares, the last being 1"""

    @cached_property
    def _lives(self) -> Floats:
        """What the law gives at HAZARDS."""
        return self.law.at_hazard(HAZARDS)

    def _worth_it(self, rest: Floats) -> float:
        """A hazard beyond which none of the units fails in its `rest` hours: not worth the law,
        which takes longer than all else."""
        place = np.searchsorted(self._lives, rest.max(initial=0.0) * (1 + ROUNDING))
        return float(HAZARDS[place]) if place < len(HAZARDS) else np.inf

    @property
    def name(self) -> np.uint64:
        """What is mixed into the name of the unit's group."""
        return np.uint64(name_key("clock", self.mode))

    def strikes(self, units: _Units, streams: Streams, counted: _Counted) -> Columns:
        """Places, ages, sources, clocks and turns of the failures of a block of units, from each
        unit's sale to the end of the run.

        Failures before time 0 are drawn, so that the unit has its age, and then left out.
        """
        alive = np.arange(len(units.rest), dtype=np.uint16)
        age, hazard = np.zeros(len(alive)), np.zeros(len(alive))
        who, index, sold, rest = units.who, units.index, units.sold, units.rest
        found: list[Columns] = []
        turn = 0
        while len(alive):
            gap = -np.log1p(-streams.uniform(f"life {self.mode}", who, index, turn))
            minimal = self.effect == "minimal"
            hazard = hazard + gap if minimal else gap
            near = np.flatnonzero(hazard <= self._worth_it(rest))
            lived = self.law.at_hazard(hazard[near])
            if not minimal:
                lived = age[near] + lived
            fails = lived < rest[near]
            keep, age = near[fails], lived[fails]
            alive, hazard, who, index = alive[keep], hazard[keep], who[keep], index[keep]
            sold, rest = sold[keep], rest[keep]
            counted.add(self, len(alive), turn)
            now = np.flatnonzero(sold + age >= 0)
            turns = np.full(len(now), turn, dtype=np.uint32)
            found.append((alive[now], age[now], turns))
            turn += 1
        places, ages, turns = (np.concatenate(c) for c in zip(*found, strict=True))
        sources = np.repeat(self.sources[:1], len(places))
        if len(self.sources) > 1:
            mixed = units.who[places] ^ self.name
            u = streams.uniform("mode", mixed, units.index[places], turns)
            which = np.searchsorted(self.edges, u, side="right")
            sources = self.sources[np.minimum(which, len(self.sources) - 1)]
        return places, ages, sources, np.full(len(places), self.number, dtype=np.int16), turns


def _clocks(plan: Plan, product: int, first: int) -> list[_Clock]:
    """The clocks of a product, numbered from `first` on."""
    name, terms = list(plan.scenario.products.items())[product]
    source_of = {s.mode: i for i, s in enumerate(plan.sources) if s.product == product}
    shared = {m: mode.share for m, mode in terms.modes.items() if mode.share is not None}
    edges = np.cumsum([*shared.values()])
    found: list[_Clock] = []
    for path, law, effect in clocks(name, terms):
        mode = str(path[3]) if len(path) > 3 else ""
        sources = [source_of[m] for m in ([mode] if mode else shared)]
        found.append(_Clock(law, effect, path, mode, first + len(found),
                            np.array(sources, dtype=np.int16), edges / edges[-1:]))  # fmt: skip
    return found


def _in_order(columns: Columns) -> Columns:
    """Failures of a block by unit and age, which is the first and the second column."""
    places, ages = columns[:2]
    order = np.argsort(places, kind="stable")  # quick: each turn of a clock is in order of unit
    rises = (np.diff(ages[order]) >= 0) | (np.diff(places[order]) > 0)
    if not rises.all():  # a unit has several clocks
        order = np.lexsort((ages, places))
    return tuple(column[order] for column in columns)


def draw_failures(plan: Plan, streams: Streams, units: Units) -> Failures:
    """Draw every possible failure; raises ScenarioError where there would be too many."""
    counted = _Counted(plan)
    names: list[np.uint64] = []
    blocks: list[Columns] = [
        tuple(np.empty(0, kind) for kind in (np.int32, np.int32, float, np.int16, np.int16,
                                             np.uint32))
    ]  # fmt: skip
    for p in range(len(plan.scenario.products)):
        ticking = _clocks(plan, p, len(names))
        names += [clock.name for clock in ticking]
        count = int(np.diff(units.groups.start)[units.groups.kind == p].sum())
        for clock in ticking:
            rests = (block.rest for block in _blocks(plan, units, p))
            if _expects_too_many(clock.law, clock.effect, rests, count):
                raise too_many(plan, clock.path, clock.law)
        for block in _blocks(plan, units, p) if ticking else ():
            struck = [clock.strikes(block, streams, counted) for clock in ticking]
            places, *rest = _in_order(
                tuple(np.concatenate(column) for column in zip(*struck, strict=True))
            )
            unit = places.astype(np.int32) + np.int32(block.first)
            blocks.append((unit, block.group[places], *rest))
    unit, group, age, source, clock_of, turn = (
        np.concatenate(column) for column in zip(*blocks, strict=True)
    )
    return Failures(unit, group, age, source, clock_of, turn, np.array(names, dtype=np.uint64))
