"""Many small queues over a week at once: the forward equations of each, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simnet.theory.arrays import Floats, amounts, positive

LARGEST = 0.9
"""chance of a change within one substep, at most"""
ROUNDS = 12
SETTLED = 1e-4


@dataclass(frozen=True)
class Weeks:
    """Means over the cycle, shape (queues,)."""

    wait: Floats
    """of all who come, by Little's law; 0 where nobody comes"""
    taken_along: Floats
    """customers in a cycle who are served after the end of their server's shift"""
    overflow: Floats
    """share of the arrivals that found all places taken, where the queue grows without bounds"""


def parallel_queues(
    rate: ArrayLike, service: ArrayLike, servers: ArrayLike, step: float, places: int = 40
) -> Weeks:
    """M(t)/M/c(t) of many queues over a repeated cycle, in a steady state.

    rate, servers (queues, n): arrivals per hour and servers (may be fractional), constant within
    steps of `step` hours; service (queues,): mean hours. Discipline and sources as in
    `forward_equations`, which is exact for one queue; here Kolmogorov's forward equations are
    integrated by Heun's method with substeps in which hardly anything happens twice, all queues in
    one array. `places` are the most in a system: where more is asked for than servers can do,
    `overflow` says how much of it.

    ValueError for shapes that do not fit, negative or non-finite values, a service not above 0.
    """
    shape = np.shape(rate)
    if len(shape) != 2 or np.shape(servers) != shape or np.shape(service) != shape[:1]:
        raise ValueError("rate and servers must have one shape (queues, n), service (queues,)")
    lam, c = amounts(rate=rate, servers=servers)
    (mean,) = amounts(service=service)
    positive(service=mean, step=step, steps=shape[1])
    count, steps = lam.shape
    number = np.arange(places + 1, dtype=np.float64)
    chance = np.zeros((count, places + 1))
    chance[:, 0] = 1.0
    fastest = (lam + np.minimum(c, places) / mean[:, None]).max(axis=0, initial=0.0)
    substeps = np.maximum(np.ceil(fastest * step / LARGEST), 1).astype(np.int64)
    before, total = chance, lam.sum(axis=1)
    for _ in range(ROUNDS):
        queue, along, lost = np.zeros(count), np.zeros(count), np.zeros(count)
        before = chance
        for i in range(steps):
            old, now = c[:, i - 1], c[:, i]
            if (now < old).any():
                to = (
                    number
                    - np.maximum(np.minimum(number, old[:, None]) - now[:, None], 0.0)
                    * (now < old)[:, None]
                )
                along += (chance * (number - to)).sum(axis=1)
                chance = _moved(chance, to)
            death = np.minimum(number[1:], now[:, None]) / mean[:, None]
            h = step / substeps[i]
            for _ in range(substeps[i]):
                slope = _slope(chance, lam[:, i, None], death)
                middle = chance + h * slope
                after = chance + h / 2 * (slope + _slope(middle, lam[:, i, None], death))
                waiting = np.maximum(number - now[:, None], 0.0)
                queue += h / 2 * ((chance + after) * waiting).sum(axis=1)
                lost += h / 2 * (chance + after)[:, -1] * lam[:, i]
                chance = after
        if float(np.abs(chance - before).sum(axis=1).max(initial=0.0)) < SETTLED:
            break
    come = np.where(total > 0, total * step, 1.0)
    return Weeks(np.where(total > 0, queue / come, 0.0), along, lost / come)


def _slope(chance: Floats, rate: Floats, death: Floats) -> Floats:
    """Change of the state's chances, shape (queues, places + 1)."""
    up = rate * chance[:, :-1]
    down = death * chance[:, 1:]
    net = up - down
    slope = np.empty_like(chance)
    slope[:, 0] = -net[:, 0]
    slope[:, 1:-1] = net[:, :-1] - net[:, 1:]
    slope[:, -1] = net[:, -1]
    return slope


def _moved(chance: Floats, to: Floats) -> Floats:
    """The chances with each state moved to the number `to`, shared between whole numbers."""
    count, size = chance.shape
    low = np.minimum(np.floor(to), size - 2).astype(np.int64)
    share = to - low
    base = low + size * np.arange(count)[:, None]
    found = np.zeros(count * size)
    both: tuple[tuple[NDArray[np.int64], Floats], ...] = (
        (base, chance * (1 - share)), (base + 1, chance * share),
    )  # fmt: skip
    for at, weight in both:
        found += np.bincount(at.ravel(), weights=weight.ravel(), minlength=count * size)
    return found.reshape(count, size)
