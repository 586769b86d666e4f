"""Designs: which levels of the factors go together."""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

from simnet.scenario import ScenarioError

from .question import Factor, Question

MOST = 100_000
"""strategies of a design"""
Point = dict[str, Any]
"""a level, or a strategy's name, by factor"""


def points(question: Question) -> list[Point]:
    """The strategies of a question's design, each once, in order.

    Latin hypercube: McKay, Beckman & Conover 1979, Technometrics 21(2); Sobol: Owen's scrambling
    (1998, ACM TOMACS 8(1)). Both are the same at each call (seeded by nothing but the design).
    """
    factors = question.factors
    count = math.prod(len(factor.values) for factor in factors.values())
    if question.design == "full" and count > MOST:
        said = (
            f"these are {count:,} combinations, and {MOST:,} are allowed: give fewer levels, or a "
            "design such as latin_hypercube with points"
        )
        raise ScenarioError([question.problem(("factors",), said)])
    if question.design == "full":
        return full(factors)
    if question.design == "one_at_a_time":
        return one_at_a_time(factors)
    from scipy.stats import qmc  # takes a third of a second to import

    count = question.points or 1
    if question.design == "latin_hypercube":
        return at_shares(factors, qmc.LatinHypercube(len(factors), rng=0).random(count))
    sampler = qmc.Sobol(len(factors), rng=0)
    power = max(0, (count - 1).bit_length())  # a Sobol set is balanced at powers of 2 only
    return at_shares(factors, sampler.random_base2(power)[:count])


def full(factors: dict[str, Factor]) -> list[Point]:
    """Every combination; the last factor goes fastest."""
    combinations = itertools.product(*(factor.values for factor in factors.values()))
    return [dict(zip(factors, levels, strict=True)) for levels in combinations]


def one_at_a_time(factors: dict[str, Factor]) -> list[Point]:
    """The usual levels, and then each factor's others, one factor away from them."""
    usual = {name: factor.usual_value for name, factor in factors.items()}
    others = [
        {**usual, name: level}
        for name, factor in factors.items()
        for level in factor.values
    ]  # fmt: skip
    return once([usual, *others])


def at_shares(factors: dict[str, Factor], shares: Iterable[Sequence[float]]) -> list[Point]:
    """Points of the unit cube as levels; each once."""
    return once(
        {name: factor.at(float(share)) for (name, factor), share in
         zip(factors.items(), row, strict=True)}
        for row in shares
    )  # fmt: skip


def once(found: Iterable[Point]) -> list[Point]:
    """Without those that were there before."""
    return list(
        {repr([_alike(level) for level in point.values()]): point for point in found}.values()
    )


def _alike(level: Any) -> Any:
    """15 and 15.0 are one level."""
    return float(level) if isinstance(level, int) and not isinstance(level, bool) else level
