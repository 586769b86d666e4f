"""Queues whose arrivals and servers change with the time of the day or week.

Rates are per hour and times in hours, or any other consistent unit. A profile is an array with one
value for each of equally long steps; a periodic one begins again after its last step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.lapack import dgttrf, dgttrs

from simnet.theory.arrays import Floats, amounts, positive

NEGLIGIBLE = 1e-12
"""Share of the work of a cycle below which what older cycles left is dropped."""
CYCLES = 10_000
"""Cycles looked back at most."""
GAMMA = 1 - np.sqrt(0.5)
"""The implicit part of the scheme: L-stable and of second order."""
FEW_PLACES = 64
MOST_PLACES = 2048
LOST = 1e-8
"""Share of the arrivals that finds the last place taken, above which places are doubled."""
SETTLED = 1e-9
"""Total change of the state from a cycle to the next, below which it counts as periodic."""
ROUNDS = 50


def infinite_server(
    rate: ArrayLike,
    step: float,
    tail_integral: Callable[[Floats], Floats],
    periodic: bool = True,
) -> Floats:
    """Mean number in an M(t)/G/infinity system at the end of each step, shape (n,).

    ``rate`` (n,) arrivals per hour, constant within steps of ``step`` hours;
    ``tail_integral(t)`` the integral from 0 to t of the chance that a stay exceeds its argument, in
    hours, for an array of hours. The number is Poisson. Periodic: the profile has always gone on;
    otherwise the system starts empty. Eick, Massey and Whitt 1993, Operations Research 41(4),
    pp. 731-742, theorem 1: exact for this profile.

    ValueError for negative or non-finite rates, another shape, a step not above 0, and stays so
    long that a thousand cycles (10 000) do not tell them.
    """
    lam = _profile(rate=rate)[0]
    positive(step=step)
    n = len(lam)
    kernel = _stays(tail_integral, step, 0, n)
    if not periodic:
        return np.convolve(lam, kernel)[:n]
    part = kernel.sum()
    total, cycle = part, 0
    while part > NEGLIGIBLE * total:
        cycle += 1
        if cycle > CYCLES:
            raise ValueError(f"stays are longer than {CYCLES} cycles")
        older = _stays(tail_integral, step, cycle * n, n)
        part = older.sum()
        total += part
        kernel += older
    return np.convolve(np.tile(lam, 2), kernel)[n : 2 * n]


def _stays(tail_integral: Callable[[Floats], Floats], step: float, first: int, n: int) -> Floats:
    """Mean hours that who came ``first``, first + 1, .. steps ago, at rate 1, is still there."""
    return np.diff(tail_integral(step * np.arange(first, first + n + 1, dtype=np.float64)))


@dataclass(frozen=True)
class Cycle:
    """M(t)/M/c(t)+M over a cycle; arrays are means over each step, shape (n,)."""

    queue: Floats
    """mean number waiting"""
    delayed: Floats
    """chance that who comes must wait"""
    busy: Floats
    """mean number of busy servers, those not counted who stay after their shift"""
    wait: float
    """mean wait of all who come in the cycle, by Little's law; 0 where nobody comes"""
    abandonment: float
    """share of those who come in the cycle that gives up; 0 where nobody comes"""
    overflow: float
    """share of the arrivals that was lost because the states were cut off; small if all is well"""
    settled: bool
    """whether the cycle ended as it began; always True if not periodic"""


def forward_equations(
    rate: ArrayLike,
    service: float,
    servers: ArrayLike,
    step: float,
    patience: float = np.inf,
    periodic: bool = True,
    places: int | None = None,
) -> Cycle:
    """M(t)/M/c(t)+M from Kolmogorov's forward equations.

    ``rate`` (n,) arrivals per hour and ``servers`` (n,), both constant within steps of ``step``
    hours; mean ``service`` and mean ``patience`` in hours. Servers may be fractional: n customers
    are served at the rate min(n, c) / service. Where servers fall, who is in service beyond the
    new number is finished by the server that leaves, outside the queue (exhaustive discipline:
    Ingolfsson, Akhmetshina, Budge, Li and Wu 2007, INFORMS Journal on Computing 19(2),
    pp. 201-214); between whole numbers the chance is shared so that the mean is kept. Periodic:
    the profile is repeated until the state is the same at both ends, at most 50 times; otherwise
    the system starts empty.

    Each step is one step of the L-stable singly diagonally implicit Runge-Kutta scheme of order 2
    (Alexander 1977, SIAM Journal on Numerical Analysis 14(6), pp. 1006-1021): exact where the
    system follows its profile at once, else with an error that falls with the square of the step.
    ``places`` are the most in the system, by default doubled up to 2048 until hardly anybody is
    lost. A queue that grows without bounds shows in ``overflow`` and ``settled``.

    ValueError for negative or non-finite profiles of unequal or no length, for a service time,
    patience or step not above 0, and for fewer places than 2.
    """
    lam, c = _profile(rate=rate, servers=servers)
    positive(service=service, patience=patience, step=step)
    if places is not None and places < 2:
        raise ValueError("places must be 2 at least")
    last = places or max(FEW_PLACES, int(2 * c.max()))
    chance = np.zeros(last + 1)
    chance[0] = 1.0
    while True:
        chain = _chain(lam, service, c, step, patience, last, periodic)
        for _ in range(ROUNDS if periodic else 1):
            before = chance
            mean, chance = _cycle(chain, before)
            overflow = _share(float(lam @ mean[:, -1]), lam.sum())
            cut = overflow > LOST and places is None and last < MOST_PLACES
            settled = not periodic or float(np.abs(chance - before).sum()) < SETTLED
            if cut or settled:
                break
        if not cut:
            break
        chance = np.pad(chance if periodic else np.eye(1, last + 1)[0], (0, last))
        last *= 2
    number = np.arange(last + 1)
    over = np.maximum(number - c[:, None], 0)
    queue = (mean * over).sum(axis=1)
    # An arrival waits by as much as it adds to the queue: all or nothing for whole servers.
    adds = np.maximum(number + 1 - c[:, None], 0) - over
    return Cycle(
        queue=queue,
        delayed=(mean * adds).sum(axis=1),
        busy=(mean * (number - over)).sum(axis=1),
        wait=_share(float(queue.sum()), lam.sum()),
        abandonment=_share(float(queue.sum()) / patience, lam.sum()),
        overflow=overflow,
        settled=settled,
    )


class _Step(NamedTuple):
    """What a step needs: the factors of its implicit matrix, and where who leaves a shift goes."""

    factors: tuple[Floats, Floats, Floats, Floats, NDArray[np.int32]]
    leave: tuple[NDArray[np.intp], Floats] | None


def _chain(
    lam: Floats, service: float, c: Floats, step: float, patience: float, last: int, periodic: bool
) -> list[_Step]:
    number = np.arange(last + 1, dtype=np.float64)
    known: dict[tuple[float, float], _Step] = {}
    chain = []
    before = c[-1] if periodic else 0.0
    for rate, now in zip(lam.tolist(), c.tolist(), strict=True):
        if (rate, now) not in known:
            death = np.minimum(number, now) / service + np.maximum(number - now, 0) / patience
            h = GAMMA * step
            birth = np.full(last, h * rate)
            down = h * death[1:]
            diagonal = 1 + h * death
            diagonal[:-1] += birth
            factors = dgttrf(-birth, diagonal, -down)[:5]
            known[rate, now] = _Step(factors, None)
        leave = None
        if now < before:
            to = number - np.maximum(np.minimum(number, before) - now, 0)
            low = np.minimum(np.floor(to), last - 1).astype(np.intp)
            leave = (low, to - low)
        chain.append(known[rate, now]._replace(leave=leave))
        before = now
    return chain


def _cycle(chain: list[_Step], chance: Floats) -> tuple[Floats, Floats]:
    """Mean state in each step, shape (n, states), and the state at the end."""
    mean = np.empty((len(chain), len(chance)))
    for i, (factors, leave) in enumerate(chain):
        if leave is not None:
            low, share = leave
            moved = np.zeros_like(chance)
            np.add.at(moved, low, chance * (1 - share))
            np.add.at(moved, low + 1, chance * share)
            chance = moved
        first = dgttrs(*factors, chance)[0]
        chance = dgttrs(*factors, chance + (1 / GAMMA - 1) * (first - chance))[0]
        mean[i] = (1 - GAMMA) * first + GAMMA * chance
    return mean, chance


class Delay(NamedTuple):
    mean: float
    mean_square: float


def next_departure(moments: ArrayLike, period: float, rate: ArrayLike = (1.0,)) -> Delay:
    """Time until the next departure for who comes at a random moment of a periodic timetable.

    ``moments`` (m,) of the departures, from 0 up to ``period``, in any order. Arrivals follow the
    profile ``rate`` (n,), whose equal steps fill the period; by default they are uniform. Returns
    mean and mean of the square, in the unit of the period. Exact: the integral of time to go and
    its square over each stretch between departures and steps. Uniform arrivals have the mean of the
    inspection paradox, E(gap^2) / (2 E(gap)).

    ValueError for no moment, moments outside the period, a period not above 0, and rates that are
    negative, non-finite or all 0.
    """
    lam = _profile(rate=rate)[0]
    positive(period=period)
    leave = np.unique(np.asarray(moments, dtype=np.float64))
    if not leave.size or leave[0] < 0 or leave[-1] >= period:
        raise ValueError("moments must be at least one and from 0 up to the period")
    if not lam.any():
        raise ValueError("rate must not be 0 at all times")
    step = period / len(lam)
    edges = np.union1d(np.linspace(0, period, len(lam) + 1), leave)
    start, end = edges[:-1], edges[1:]
    following = np.append(leave, leave[0] + period)[np.searchsorted(leave, end)]
    weight = lam[np.minimum(((start + end) / 2 / step).astype(np.intp), len(lam) - 1)]
    far, near = following - start, following - end
    count = lam.sum() * step
    return Delay(
        float(weight @ (far**2 - near**2) / 2 / count),
        float(weight @ (far**3 - near**3) / 3 / count),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _profile(**values: ArrayLike) -> tuple[Floats, ...]:
    """The profiles as arrays; ValueError where they are no profiles of one length."""
    if len({np.shape(v) for v in values.values()}) > 1:
        raise ValueError(f"{' and '.join(values)} must have one length")
    profiles = amounts(**values)
    if profiles[0].ndim != 1 or not profiles[0].size:
        raise ValueError(f"{' and '.join(values)} must have one axis, of a step or more")
    return profiles
