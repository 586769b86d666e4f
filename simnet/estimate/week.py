"""The week: when calls come and who is there, in quarters of an hour from Monday 00:00."""

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario.law import Law
from simnet.scenario.quantity import WEEK
from simnet.scenario.week import Week

from .laws import Floats, quantiles

STEP = 0.25
STEPS = int(WEEK / STEP)
MIDDLE = (np.arange(STEPS) + 0.5) * STEP
Spans = tuple[tuple[float, float], ...]


def part_open(spans: Spans) -> Floats:
    """Part of each step that lies in the spans (hours of the week), shape (STEPS,)."""
    start = np.arange(STEPS) * STEP
    found = np.zeros(STEPS)
    for begin, end in spans:
        found += np.clip(np.minimum(start + STEP, end) - np.maximum(start, begin), 0, STEP) / STEP
    return np.minimum(found, 1.0)


def shortened(week: Week, last_start: float) -> Spans:
    """Spans in which a job may begin: without the last hours of each."""
    return tuple((a, b - last_start) for a, b in week.intervals if b - last_start > a)


def _counted(hour: Floats) -> Floats:
    """Density over the week of moments (any hours), mean 1."""
    at = np.floor((hour.ravel() % WEEK) / STEP).astype(np.int64) % STEPS
    count = np.bincount(at, minlength=STEPS).astype(np.float64)
    return count / count.mean()


def calls_of_failures(plan: Plan) -> tuple[Floats, float]:
    """When in the week those call whose unit failed, and the mean hours until then.

    The delay runs on the profile's clock (`policies.call_time`).
    """
    profile, delay = plan.scenario.reporting.profile, plan.scenario.reporting.delay
    if profile.flat:
        return np.ones(STEPS), delay.mean()
    weights = profile.weights
    total = np.concatenate(([0.0], np.cumsum(weights)))
    hour = MIDDLE.astype(np.int64)
    level = (total[hour] + (MIDDLE - hour) * weights[hour])[:, None]
    weeks, rest = np.divmod(level + quantiles(delay, 400), total[-1])
    cell = np.minimum(np.searchsorted(total, rest, side="right") - 1, 167)
    calls = cell + (rest - total[cell]) / np.maximum(weights[cell], 1e-300)
    waited = WEEK * weeks + calls - MIDDLE[:, None]
    return _counted(calls), float(waited.mean())


def let_in(shape: Floats, hours: Week, later_by: Law) -> tuple[Floats, float]:
    """Who comes in closed hours comes again after the opening, `later_by` into the open hours.

    shape: density over the week, (STEPS,). Returns the density of the moments at which they find
    it open, and the mean hours that all wait for that.
    """
    if hours.hours >= WEEK or not shape.any():
        return shape, 0.0
    starts = np.array([a for a, _ in hours.intervals])
    lengths = np.array([b - a for a, b in hours.intervals])
    is_open = part_open(hours.intervals)
    at = np.searchsorted(starts, MIDDLE)
    opens = np.append(starts, starts[0] + WEEK)[at]
    length = lengths[at % len(starts)]
    later = opens[:, None] + quantiles(later_by, 50) % length[:, None]
    to = np.floor((later % WEEK) / STEP).astype(np.int64) % STEPS
    moved = shape * (1 - is_open)
    found = shape * is_open
    weight = np.repeat(moved / later.shape[1], later.shape[1])
    found = found + np.bincount(to.ravel(), weights=weight, minlength=STEPS)
    waited = (later.mean(axis=1) - MIDDLE) @ moved / shape.sum()
    return found, float(waited)


def until_open(spans: Spans) -> Floats:
    """Hours from the middle of each step until one of the spans, shape (STEPS,)."""
    if not spans:
        return np.full(STEPS, np.inf)
    starts = np.array([a for a, _ in spans])
    inside = part_open(spans) >= 0.5
    opens = np.append(starts, starts[0] + WEEK)[np.searchsorted(starts, MIDDLE)]
    return np.where(inside, 0.0, opens - MIDDLE)


def by_hour(steps: NDArray[np.float64]) -> Floats:
    """Means over the hours of the week of values by step, shape (..., 168)."""
    return np.asarray(steps.reshape(*steps.shape[:-1], 168, -1).mean(axis=-1))
