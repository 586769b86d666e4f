"""Failures: for each unit, the operating times at which it fails, as many as the horizon holds."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario import ScenarioError
from simnet.scenario.law import Law
from simnet.scenario.problem import Path
from simnet.scenario.product import Product

from .streams import Floats, Streams, name_key
from .units import Units

MAX_CASES = 100_000_000
MAX_TURNS = 1_000_000
"""failures of one unit"""


@dataclass(frozen=True)
class Failures:
    """Possible failures, a unit's own in order of time, the units in order of their number."""

    unit: NDArray[np.int64]
    age: Floats
    """operating time of the unit at this failure, hours"""
    source: NDArray[np.int16]
    who: NDArray[np.uint64]
    index: NDArray[np.uint64]
    turn: NDArray[np.uint64]


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


def _expects_too_many(law: Law, effect: str, rest: Floats) -> bool:
    """Whether units that live `rest` hours must be expected to fail more often than is simulated.

    A lower bound: as new, t / mean - 1 failures by t (Wald's identity); minimal, the cumulative
    hazard at the median of `rest` for half of the units.
    """
    rest = rest[rest > 0]
    if not len(rest):
        return False
    if effect == "minimal":
        levels = np.array([2.0 * MAX_CASES / len(rest), MAX_TURNS])
        reached = law.at_hazard(levels)
        return bool(reached[0] < np.median(rest) or reached[1] < rest.max())
    mean = law.mean()
    if mean <= 0:
        return True
    expected = rest / mean - 1
    return bool(expected.sum() > MAX_CASES or expected.max() > MAX_TURNS)


def _clock(
    law: Law,
    effect: str,
    name: str,
    units: Units,
    mine: NDArray[np.int64],
    streams: Streams,
    plan: Plan,
    counted: list[int],
    path: Path,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], Floats]:
    """Units, turns and ages of the failures of one clock, from each unit's sale to the horizon.

    Failures before time 0 are drawn, so that the unit has its age, and then left out.
    """
    rest = np.minimum(plan.horizon, units.leaves[mine]) - units.sold[mine]
    alive, age = mine, np.zeros(len(mine))
    hazard = np.zeros(len(mine))
    if _expects_too_many(law, effect, rest):
        raise too_many(plan, path, law)
    found: list[tuple[NDArray[np.int64], NDArray[np.uint64], Floats]] = []
    turn = 0
    while len(alive):
        u = streams.uniform(f"life {name}", units.who[alive], units.index[alive], turn)
        gap = -np.log1p(-u)
        if effect == "minimal":
            hazard = hazard + gap
            age = law.at_hazard(hazard)
        else:
            age = age + law.at_hazard(gap)
        keep = age < rest
        alive, age, hazard, rest = alive[keep], age[keep], hazard[keep], rest[keep]
        now = units.sold[alive] + age >= 0
        found.append((alive[now], np.full(now.sum(), turn, dtype=np.uint64), age[now]))
        counted[0] += len(alive)
        if counted[0] > MAX_CASES or turn > MAX_TURNS:
            raise too_many(plan, path, law)
        turn += 1
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0)
    units_of, turns, ages = zip(*found, strict=True)
    return np.concatenate(units_of), np.concatenate(turns), np.concatenate(ages)


def draw_failures(plan: Plan, streams: Streams, units: Units) -> Failures:
    """Draw every possible failure; raises ScenarioError where there would be too many."""
    columns: list[
        tuple[NDArray[np.int64], Floats, NDArray[np.int16], NDArray[np.uint64], NDArray[np.uint64]]
    ] = []
    counted = [0]
    source_of = {(s.product, s.mode): i for i, s in enumerate(plan.sources) if s.product >= 0}
    for p, (name, product) in enumerate(plan.scenario.products.items()):
        mine = np.flatnonzero(units.product == p)
        shared = {m: mode for m, mode in product.modes.items() if mode.share is not None}
        for path, law, effect in clocks(name, product):
            mode_name = str(path[3]) if len(path) > 3 else ""  # none: the shared clock
            unit, turn, age = _clock(
                law, effect, mode_name, units, mine, streams, plan, counted, path
            )
            mixed = units.who[unit] ^ np.uint64(name_key("clock", mode_name))
            if mode_name:
                source = np.full(len(unit), source_of[p, mode_name], dtype=np.int16)
            else:
                edges = np.cumsum([mode.share or 0.0 for mode in shared.values()])
                u = streams.uniform("mode", mixed, units.index[unit], turn)
                which = np.minimum(
                    np.searchsorted(edges / edges[-1], u, side="right"), len(edges) - 1
                )
                source = np.array([source_of[p, m] for m in shared], dtype=np.int16)[which]
            columns.append((unit, age, source, mixed, turn))
    if not columns:
        nothing = np.empty(0, np.uint64)
        return Failures(
            np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16), nothing, nothing, nothing
        )
    unit, age, source, who, turn = (np.concatenate(c) for c in zip(*columns, strict=True))
    order = np.argsort(unit, kind="stable")  # quick: each turn of a clock is in order of unit
    sorted_by_age = (np.diff(age[order]) >= 0) | (np.diff(unit[order]) > 0)
    if not sorted_by_age.all():  # a unit has several clocks
        order = np.lexsort((age, unit))
    unit = unit[order]
    return Failures(unit, age[order], source[order], who[order], units.index[unit], turn[order])
