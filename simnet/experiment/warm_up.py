"""The warm-up of a steady-state question, by MSER-5 on the number of open cases."""

from concurrent.futures import BrokenExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief
from simnet.run import simulate
from simnet.scenario import Scenario, ScenarioError
from simnet.scenario.quantity import WEEK
from simnet.statistics import WarmUp, mser5

from .error import ExperimentError, QuestionError
from .pool import Pool
from .strategy import Strategy

Floats = NDArray[np.float64]

STEP = WEEK / 5
"""hours of an observation: the five that MSER-5 puts together are a week, so that the cycle of the
week does not look like a warm-up"""
SAMPLES = 24
"""counts that an observation is the mean of"""
PILOT = 5
"""replications"""


@dataclass(frozen=True)
class Settled:
    """When the slowest strategy has settled."""

    __repr__ = brief

    hours: float
    strategy: str
    series: Floats
    """(observations,) open cases of that strategy, mean over the pilot's replications"""
    found: WarmUp


def settle(strategies: list[Strategy], seed: int, pool: Pool) -> Settled:
    """How long the start of the slowest strategy lasts, in whole weeks.

    Raises QuestionError where a strategy does not settle in the first half of its horizon, or none
    can be simulated, and ExperimentError where a worker is killed.
    """
    told = [
        [pool.submit(open_cases, strategy.scenario, seed, number) for number in range(PILOT)]
        for strategy in strategies
    ]
    slowest: Settled | None = None
    for strategy, futures in zip(strategies, told, strict=True):
        try:
            series = np.array([future.result() for future in futures])
        except ScenarioError:
            continue  # the sweep itself will say why it fails
        except BrokenExecutor as error:
            raise ExperimentError(
                "a worker was killed while the warm-up was looked for; perhaps there is too little "
                "memory for so many at once: give the same command again, with fewer --jobs"
            ) from error
        try:
            found = mser5(series)
        except ValueError as error:
            raise QuestionError(f"'{strategy.name}' is too short for a warm-up: {error}") from error
        if found.cut is None:
            raise QuestionError(
                f"'{strategy.name}' has not settled in the first half of its horizon, so there is "
                "no steady state to ask for: lengthen the horizon, or ask a terminating question, "
                "as of a roll-out or of demand that grows"
            )
        hours = float(np.ceil(found.cut / 5)) * WEEK
        if slowest is None or hours > slowest.hours:
            slowest = Settled(hours, strategy.name, series.mean(axis=0), found)
    if slowest is None:
        raise QuestionError("no strategy can be simulated, so there is no warm-up to look for")
    return slowest


def after(strategies: list[Strategy], hours: float) -> list[Strategy]:
    """The strategies with a warm-up of at least so long."""
    return [
        Strategy.of(
            s.name,
            s.scenario.model_copy(update={"warm_up": max(hours, s.scenario.warm_up)}),
            s.factors,
        )
        for s in strategies
    ]


def open_cases(scenario: Scenario, seed: int, replication: int) -> Floats:
    """Cases that have called and are not closed: mean of each STEP."""
    cases = simulate(scenario, seed, replication, audit=False).records.cases
    steps = int(scenario.horizon / STEP)
    moments = (np.arange(steps * SAMPLES) + 0.5) * (STEP / SAMPLES)
    begun, over = (np.sort(cases[name]) for name in ("called", "closed"))  # NaN goes last
    count = np.searchsorted(begun, moments, "right") - np.searchsorted(over, moments, "right")
    return np.asarray(count.reshape(steps, SAMPLES).mean(axis=1), dtype=np.float64)
