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
    patience: float | Callable[[Floats], Floats] = np.inf,
    periodic: bool = True,
    places: int | None = None,
    spread: float = 1.0,
) -> Cycle:
    """M(t)/M/c(t)+M from Kolmogorov's forward equations, and near M(t)/G/c(t)+M.

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
    ``places`` are the most customers in the system, in service or waiting; by default as many
    states as hold all but a few, at most 2048. A queue that grows without bounds shows in
    ``overflow`` and ``settled``.

    ``patience`` is the mean of an exponential one, or the cumulative hazard of any other law as a
    function of the hours waited: who is j-th from the end of the queue has waited for about j
    arrivals, so that n in the queue give up at the rate of arrivals times the hazard cumulated over
    n / rate (Whitt 2005, Management Science 51(2), pp. 221-235; where hardly anybody comes any
    more, arrivals are counted as half of what the servers can do).

    ``spread`` is how much longer than in M/M/c one waits in a steady state if service is not
    exponential, (1 + cv^2) / 2 by Allen and Cunneen. So many customers make up a step of the queue:
    what comes and goes on average is the same, and its variance is that of the general service, as
    in the diffusion limits (Whitt 2004, Operations Research 52(6), pp. 922-941). In a steady state
    the wait is just that much longer, and rushes that overload the servers wait the same.

    ValueError for negative or non-finite profiles of unequal or no length, for a service time,
    patience, step or spread not above 0, and for no place.
    """
    lam, c = _profile(rate=rate, servers=servers)
    positive(service=service, step=step, spread=spread)
    if not callable(patience):
        positive(patience=patience)
    if places is not None and places < 1:
        raise ValueError("places must be 1 at least")
    kind = _Queue(service, patience, spread)
    room = np.full(len(c), np.inf) if places is None else _state(float(places), c, spread)
    last = max(FEW_PLACES, int(2 * c.max()))
    if places is not None:  # LAPACK's factors take three states at least
        last = max(2, places, int(np.ceil(room.max())))
    chance = np.zeros(last + 1)
    chance[0] = 1.0
    while True:
        accept = _accepts(room, last)
        chain = _chain(lam, c, step, kind, accept, periodic)
        for _ in range(ROUNDS if periodic else 1):
            before = chance
            mean, chance = _cycle(chain, before)
            refused = (mean * (1 - accept)).sum(axis=1)
            overflow = _share(float(lam @ refused), lam.sum())
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
    queue = spread * (mean * over).sum(axis=1)
    leave = {(r, s): _gives_up(kind, r, s, o) for r, s, o in zip(lam, c, over, strict=True)}
    gives_up = np.array([leave[now] for now in zip(lam, c, strict=True)])
    # An arrival waits by as much as it adds to the queue: all or nothing for whole servers.
    adds = np.maximum(number + 1 - c[:, None], 0) - over
    return Cycle(
        queue=queue,
        delayed=(mean * adds).sum(axis=1),
        busy=(mean * (number - over)).sum(axis=1),
        wait=_share(float(queue.sum()), lam.sum()),
        abandonment=_share(float((mean * gives_up).sum()), lam.sum()),
        overflow=overflow,
        settled=settled,
    )


class _Queue(NamedTuple):
    """What stays the same from step to step."""

    service: float
    patience: float | Callable[[Floats], Floats]
    spread: float


class _Step(NamedTuple):
    """What a step needs: the factors of its implicit matrix, and where states go before it."""

    factors: tuple[Floats, Floats, Floats, Floats, NDArray[np.int32]]
    move: tuple[NDArray[np.intp], Floats] | None


def _state(customers: float | Floats, servers: float | Floats, spread: float) -> Floats:
    """The state that stands for so many customers: `spread` of them a step of the queue."""
    return np.minimum(customers, servers) + np.maximum(np.subtract(customers, servers), 0) / spread


def _gives_up(queue: _Queue, rate: float, servers: float, over: Floats) -> Floats:
    """Customers who give up in an hour, by state."""
    waiting = queue.spread * over
    if not callable(queue.patience):
        return waiting / queue.patience
    come = max(rate, servers / queue.service / 2, 1e-9)
    return come * queue.patience(waiting / come)


def _accepts(room: Floats, last: int) -> Floats:
    """Chance to be let in by step and state, (n, last + 1), with `room` (n,) states."""
    return np.clip(np.minimum(room, last)[:, None] - np.arange(last + 1), 0.0, 1.0)


def _chain(
    lam: Floats, c: Floats, step: float, queue: _Queue, accepts: Floats, periodic: bool
) -> list[_Step]:
    spread = queue.spread
    last = accepts.shape[1] - 1
    number = np.arange(last + 1, dtype=np.float64)
    known: dict[tuple[float, float], _Step] = {}
    chain = []
    before = c[-1] if periodic else c[0]
    for rate, now, accept in zip(lam.tolist(), c.tolist(), accepts, strict=True):
        if (rate, now) not in known:
            over = np.maximum(number - now, 0)
            # customers from one state to the next: one in service, `spread` in the queue
            size = 1 + (spread - 1) * np.diff(over)
            death = (np.minimum(number, now) / queue.service + _gives_up(queue, rate, now, over))[
                1:
            ]
            death /= size
            h = GAMMA * step
            birth = h * rate * accept[:-1] / size
            down = h * death
            diagonal = np.ones(last + 1)
            diagonal[1:] += down
            diagonal[:-1] += birth
            factors = dgttrf(-birth, diagonal, -down)[:5]
            known[rate, now] = _Step(factors, None)
        move = None
        if now < before or (now > before and spread != 1):
            # who is in service beyond the new number leaves; who waits is served by new servers
            stay = np.minimum(np.minimum(number, before), now)
            customers = stay + spread * np.maximum(number - before, 0)
            to = np.minimum(_state(customers, now, spread), last)
            low = np.minimum(np.floor(to), last - 1).astype(np.intp)
            move = (low, to - low)
        chain.append(known[rate, now]._replace(move=move))
        before = now
    return chain


def _cycle(chain: list[_Step], chance: Floats) -> tuple[Floats, Floats]:
    """Mean state in each step, shape (n, states), and the state at the end."""
    mean = np.empty((len(chain), len(chance)))
    for i, (factors, move) in enumerate(chain):
        if move is not None:
            low, share = move
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
