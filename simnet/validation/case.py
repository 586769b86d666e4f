"""A textbook case: a scenario, what theory says of it, and how the simulated model compares.

The interval of a figure is Student's over independent replications: Law, Simulation Modeling and
Analysis, 5th ed. 2015, eq. 4.12.
"""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simnet.audit import Audit, AuditError, together
from simnet.draws.streams import name_key
from simnet.engine import Engine
from simnet.experiment import replicate
from simnet.run import Run
from simnet.scenario import parse

Measure = Callable[[Run], float]

SEED = 1
"""the first one taken, see `textbook` on what it showed"""
FEWEST = 16
"""replications of a shortened case at least: with fewer Student's quantiles grow fast"""
ROUNDING = 1e-9
"""relative difference between figures that are the same but for rounding"""


@dataclass(frozen=True)
class Control:
    """A random input whose mean is known, and with which a figure goes up and down."""

    mean: float
    of: Measure


@dataclass(frozen=True)
class Figure:
    """What is compared."""

    name: str
    unit: str
    """"" for shares and numbers"""
    theory: float
    of: Measure
    """the figure of one replication"""
    claim: Literal["exact", "near", "low"] = "exact"
    """exact: theory lies inside the interval; near: theory is an approximation, and off by
    `tolerance` at most; low: theory is known to be biased, and lies below the interval"""
    tolerance: float = 0.0
    """of a near figure, share of the theory"""
    controls: tuple[Control, ...] = ()
    """inputs whose chance deviations are taken out by linear regression"""


@dataclass(frozen=True)
class Case:
    """A system of the textbooks, by configuration alone."""

    name: str
    system: str
    """what is simulated"""
    source: str
    """of the theory"""
    exactness: str
    """what is exact and what not"""
    data: dict[str, Any]
    """the scenario, full length"""
    figures: tuple[Figure, ...]
    replications: int = 30
    """of the full length"""
    scaled: tuple[str, ...] = ("horizon",)
    """path of the number in `data` that a shorter version makes smaller: hours, or units"""
    seed: int = SEED


@dataclass(frozen=True)
class Comparison:
    """A figure of a case, theory and simulation."""

    case: Case
    figure: Figure
    values: NDArray[np.float64]
    """(replications,)"""
    deviations: NDArray[np.float64]
    """(replications, controls) of the controls from their means"""

    @cached_property
    def _estimate(self) -> tuple[float, float, int]:
        """Mean, its standard error, and degrees of freedom.

        By least squares on the controls' deviations, the mean being the value where they are 0:
        Lavenberg and Welch 1981, Management Science 27(3), pp. 322-335. Without controls this is
        the mean and its usual standard error.
        """
        x = np.column_stack((np.ones(len(self.values)), self.deviations))
        spread = np.linalg.inv(x.T @ x)
        found = spread @ x.T @ self.values
        left = self.values - x @ found
        freedom = len(x) - x.shape[1]
        return float(found[0]), math.sqrt(left @ left / freedom * spread[0, 0]), freedom

    @property
    def mean(self) -> float:
        """Mean over the replications."""
        return self._estimate[0]

    def half_width(self, level: float = 0.99) -> float:
        """Half-width of the interval that covers the true mean with chance `level`."""
        _, error, freedom = self._estimate
        return float(stats.t.ppf((1 + level) / 2, freedom)) * error

    def precision(self, level: float = 0.99) -> float:
        """Half-width over the theory's value."""
        return self.half_width(level) / abs(self.figure.theory)

    @property
    def difference(self) -> float:
        """How far the simulated mean is above the theory, as a share of the theory."""
        return self.mean / self.figure.theory - 1

    def inside(self, level: float = 0.99) -> bool:
        """Whether theory lies in the interval."""
        off = abs(self.mean - self.figure.theory)
        return off <= self.half_width(level) + ROUNDING * abs(self.figure.theory)

    def met(self, level: float = 0.99) -> bool:
        """Whether the figure's claim stands."""
        theory = self.figure.theory
        if self.figure.claim == "low":
            return theory < self.mean - self.half_width(level)
        if self.figure.claim == "near":
            off = abs(self.mean - theory) - self.half_width(level)
            return off <= self.figure.tolerance * abs(theory)
        return self.inside(level)


def measure(
    case: Case, effort: float = 1.0, jobs: int = 1, engine: Engine = "compiled"
) -> tuple[Comparison, ...]:
    """Simulate a case and compare each of its figures with theory.

    effort: work as a share of the full length; below 1 there are fewer and shorter replications,
    above 1 longer ones. The warm-up stays. jobs: processes (-1: all cores), which do not change
    the result; engine: see `simnet.engine`. Each run is audited. Each case has random numbers of
    its own, by its seed and name: with common ones the chance deviations of all cases would be
    alike. Raises ValueError for an effort not above 0, AuditError where an identity is broken.
    """
    if not effort > 0:
        raise ValueError("effort must be above 0")
    count = case.replications
    if effort < 1:
        count = min(count, max(FEWEST, round(count * math.sqrt(effort))))
    data = shortened(case, effort * case.replications / count)
    figures = case.figures
    values: list[list[float]] = [[] for _ in figures]
    deviations: list[list[list[float]]] = [[] for _ in figures]
    audits: list[Audit] = []
    seed = name_key(case.seed, case.name)
    for run in replicate(parse(data), seed, count, jobs, engine=engine):
        audits.append(run.audit_of_records)
        for figure, found, away in zip(figures, values, deviations, strict=True):
            found.append(figure.of(run))
            away.append([control.of(run) - control.mean for control in figure.controls])
    audit = together(audits)
    if not audit.passed:
        raise AuditError(audit)
    return tuple(
        Comparison(case, figure, np.array(found), np.array(away))
        for figure, found, away in zip(figures, values, deviations, strict=True)
    )


def shortened(case: Case, factor: float) -> dict[str, Any]:
    """The scenario with its scaled number times `factor`.

    Of a horizon that is what is left without the warm-up and an equally long time at the end, in
    which what began before it can end (`figures.window`); in whole warm-ups, so that a warm-up of
    a week leaves whole weeks.
    """
    data = copy.deepcopy(case.data)
    inner: Any = data
    for key in case.scaled[:-1]:
        inner = inner[key]
    last = case.scaled[-1]
    if case.scaled == ("horizon",):
        warm_up = data["warm_up"]
        measured = round((data["horizon"] / warm_up - 2) * factor)
        data["horizon"] = (max(measured, 1) + 2) * warm_up
    else:
        inner[last] = max(round(inner[last] * factor), 1)
    return data
