"""Queues in a steady state: Erlang's formulas and their nearest relatives.

Rates are per hour and times in hours, or any other consistent unit. Arguments broadcast; the fields
of a result have their common shape. Numbers of servers need not be whole where the formula
continues to the numbers between (say 2.5 people on average), unless a docstring says otherwise.
Where no steady state exists the wait is inf.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc, gammaln, xlogy

from simnet.theory.arrays import Floats, amounts, per, positive, whole

TINY = 1e-290
"""Below this the incomplete gamma functions of scipy lose digits and then vanish."""
DEPTH = 60
"""Terms of the continued fractions: they converge to the last digit where TINY sends us there."""
FOLDS = 40.0
"""What lies this many e-folds below a density's top is left out: 4e-18 of it."""
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(100)


def erlang_b(servers: ArrayLike, load: ArrayLike) -> Floats:
    """Chance that all servers are busy in M/G/c/c: the share of arrivals that is lost.

    ``load`` is rate times mean service time, in erlangs. Erlang's formula for whole numbers of
    servers, its continuation by the incomplete gamma function between them: Jagers and van Doorn
    1986, Operations Research Letters 5(1), pp. 43-46.

    ValueError for negative or non-finite arguments.
    """
    c, a = amounts(servers=servers, load=load)
    return 1 / _states_below(c, a)


def erlang_c(servers: ArrayLike, load: ArrayLike) -> Floats:
    """Chance to wait in M/M/c; 1 where the load is not below the servers.

    Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory, 4th ed. 2008, sec. 2.3,
    from Erlang's loss formula. ValueError for negative or non-finite arguments.
    """
    c, a = amounts(servers=servers, load=load)
    blocked = erlang_b(c, a)
    used = np.minimum(per(a, c), 1.0)
    return np.where(a < c, blocked / np.where(a < c, 1 - used * (1 - blocked), 1.0), 1.0)


@dataclass(frozen=True)
class DelayQueue:
    """M/M/c, arrays of one shape."""

    delayed: Floats
    """chance to wait"""
    wait: Floats
    """mean wait of all, those included who do not wait"""
    queue: Floats
    """mean number waiting"""
    utilisation: Floats
    """share of time that a server is busy"""
    spare: Floats
    """servers / service - rate: how much faster full servers work than customers come"""

    def within(self, time: ArrayLike) -> Floats:
        """Chance that the wait is at most ``time``, which broadcasts with the fields.

        ValueError for a negative or non-finite time.
        """
        (t,) = amounts(time=time)
        return 1 - self.delayed * np.exp(-np.maximum(self.spare, 0) * t)


def mmc(rate: ArrayLike, service: ArrayLike, servers: ArrayLike) -> DelayQueue:
    """M/M/c: Poisson arrivals, exponential service of mean ``service``, first come first served.

    Gross et al., Fundamentals of Queueing Theory, 4th ed. 2008, sec. 2.3. Without a steady state
    everybody waits for ever: ``delayed`` 1, ``wait`` inf, ``queue`` inf, ``utilisation`` 1. Where
    nobody comes the fields are what a single arrival would meet.

    ValueError for negative or non-finite arguments and a service time of 0.
    """
    lam, s, c = amounts(rate=rate, service=service, servers=servers)
    positive(service=s)
    load = lam * s
    delayed = erlang_c(c, load)
    spare = c / s - lam
    wait = np.where(spare > 0, per(delayed, np.maximum(spare, 0)), np.inf)
    queue = lam * np.where(lam > 0, wait, 0.0)
    return DelayQueue(delayed, wait, queue, np.minimum(per(load, c), 1.0), spare)


@dataclass(frozen=True)
class FullQueue:
    """M/M/c/K, arrays of one shape."""

    blocked: Floats
    """share of the arrivals that finds no place"""
    delayed: Floats
    """chance to wait, of the admitted"""
    wait: Floats
    """mean wait of the admitted"""
    queue: Floats
    """mean number waiting"""
    utilisation: Floats
    """share of time that a server is busy"""


def mmck(rate: ArrayLike, service: ArrayLike, servers: ArrayLike, places: ArrayLike) -> FullQueue:
    """M/M/c/K: as ``mmc``, but at most ``places`` are in the system, in service or waiting.

    Gross et al., Fundamentals of Queueing Theory, 4th ed. 2008, sec. 2.5. Memory grows with the
    most waiting places times the size of the result. Without servers and with arrivals the places
    are full: ``blocked`` 1 and ``wait`` inf.

    ValueError for negative or non-finite arguments, a service time of 0, servers or places that
    are not whole, and fewer places than servers.
    """
    lam, s, c, k = amounts(rate=rate, service=service, servers=servers, places=places)
    positive(service=s)
    whole(servers=c, places=k)
    if np.any(k < c):
        raise ValueError("places must be at least as many as servers")
    load = lam * s
    ratio = per(load, c)
    room = (k - c)[..., None]
    waiting = np.arange(np.max(room, initial=0) + 1)
    # Weights of 0, 1, .. waiting against all servers busy and nobody waiting; above ratio 1
    # against the last place instead, so that no power grows out of bounds.
    rising = (ratio > 1)[..., None]
    base = np.where(ratio > 1, per(c, load), ratio)[..., None]
    exponent = np.where(rising, np.maximum(room - waiting, 0), waiting)
    weight = np.where(waiting <= room, base**exponent, 0.0)
    below = _states_below(c, load) - 1
    with np.errstate(invalid="ignore"):  # infinitely many times 0 is left unused
        idle = np.where(ratio > 1, below * weight[..., 0], below)
    chance = weight / (idle + weight.sum(axis=-1))[..., None]
    blocked = np.where(waiting == room, chance, 0.0).sum(axis=-1)
    waits = np.where(waiting < room, chance, 0.0)
    queue = chance @ waiting
    admitted = 1 - blocked
    wait = np.where(c > 0, per(per(waits @ (waiting + 1) * s, c), admitted), np.inf)
    busy = per(load * admitted, c)
    return FullQueue(blocked, per(waits.sum(axis=-1), admitted), wait, queue, busy)


@dataclass(frozen=True)
class ImpatientQueue:
    """M/M/c+M, arrays of one shape."""

    delayed: Floats
    """chance to find all servers busy"""
    abandonment: Floats
    """share of the callers that gives up"""
    wait: Floats
    """mean wait of all callers, those included who give up or do not wait"""
    wait_answered: Floats
    """mean wait of the answered; NaN where nobody is answered"""
    queue: Floats
    """mean number waiting"""
    utilisation: Floats
    """share of time that a server is busy"""
    rate: Floats
    service: Floats
    patience: Floats
    servers: Floats

    def within(self, time: ArrayLike) -> Floats:
        """Service level: share of all callers that is answered within ``time``.

        ``time`` broadcasts with the fields. The wait offered to a caller of endless patience has
        the density of Baccelli and Hebuterne (1981) that Zeltyn and Mandelbaum 2005, Queueing
        Systems 51, pp. 361-402, work with; weighted with the chance to be patient until then, its
        integral is an incomplete gamma function. ValueError for a negative or non-finite time.
        """
        (t,) = amounts(time=time)
        impatient = np.isfinite(self.patience)
        patience = np.where(impatient, self.patience, 1.0)
        x, y = self.servers * patience / self.service, self.rate * patience
        lives = per(t, patience)
        with np.errstate(invalid="ignore"):  # patience 0
            left = np.where(lives < np.inf, y * np.exp(-lives), 0.0)
            fall = np.where(lives < np.inf, y - left - (x + 1) * lives, -np.inf)
        scale = _log_states_above(x, y)
        soon = np.exp(_log_states_above(x + 1, y) - scale)
        late = np.exp(fall + _log_states_above(x + 1, left) - scale)
        answered = 1 - self.delayed * (1 - x / (x + 1) * (soon - late))
        patient = mmc(self.rate, self.service, self.servers).within(t)
        return np.where(impatient, answered, patient)


def erlang_a(
    rate: ArrayLike, service: ArrayLike, patience: ArrayLike, servers: ArrayLike
) -> ImpatientQueue:
    """M/M/c+M: as ``mmc``, and a waiting caller gives up after an exponential patience.

    ``patience`` is its mean; 0 is Erlang's loss system, inf is ``mmc``. Garnett, Mandelbaum and
    Reiman 2002, Manufacturing & Service Operations Management 4(3), pp. 208-227 (Palm's model),
    with the sum over the states above the servers as an incomplete gamma function. Exact but for
    ``wait_answered``, which is integrated numerically to about 1e-12.

    ValueError for negative arguments, non-finite ones but patience, and a service time of 0.
    """
    impatient = np.isfinite(patience)
    finite = np.where(impatient | np.isnan(patience) | np.less(patience, 0), patience, 1.0)
    lam, s, p, c = amounts(rate=rate, service=service, patience=finite, servers=servers)
    positive(service=s)
    impatient = np.broadcast_to(impatient, lam.shape)
    load, x, y = lam * s, c * p / s, lam * p
    above = _log_states_above(x, y)
    delayed = 1 / (1 + (_states_below(c, load) - 1) * np.exp(-above))
    # Share of the waiting: (x / y) (1 - exp(-above)), in a form that holds for y = 0 too.
    served = x / (x + 1) * np.exp(_log_states_above(x + 1, y) - above)
    abandonment = delayed * (1 - served)
    answered = per(delayed * served, 1 - abandonment) * _lives_waited(x, y) * p

    patient = mmc(lam, s, c)
    lost = np.where(impatient, abandonment, 0.0)
    wait = np.where(impatient, abandonment * p, patient.wait)
    return ImpatientQueue(
        delayed=np.where(impatient, delayed, patient.delayed),
        abandonment=lost,
        wait=wait,
        wait_answered=np.where(impatient, np.where(c > 0, answered, np.nan), patient.wait),
        queue=np.where(impatient, lam * wait, patient.queue),
        utilisation=np.minimum(per(load * (1 - lost), c), 1.0),
        rate=lam,
        service=s,
        patience=np.where(impatient, p, np.inf),
        servers=c,
    )


def priority_wait(rates: ArrayLike, service: ArrayLike, servers: ArrayLike) -> Floats:
    """Mean wait by class in M/M/c where a free server takes the first class first.

    ``rates`` (classes, ...): arrivals of each class, the first class is served first; nobody in
    service is interrupted, and all classes share one mean ``service``. It and ``servers``
    broadcast with ``rates[0]``. Returns the waits in the shape of ``rates``, inf for the classes
    that the servers cannot keep up with: those before them have finite waits all the same.

    Cobham 1954, Operations Research 2(1), pp. 70-76; Kella and Yechiali 1985,
    Communications in Statistics: Stochastic Models 1(2), pp. 257-262.

    ValueError for negative or non-finite arguments, a service time of 0 and ``rates`` of no axis.
    """
    if np.ndim(rates) == 0:
        raise ValueError("rates must have an axis of classes")
    lam, s, c = amounts(rates=rates, service=service, servers=servers)
    positive(service=s)
    load = np.cumsum(lam * s, axis=0)
    free = np.maximum(1 - np.where(c > 0, per(load, c), 1.0), 0.0)
    before = np.concatenate([np.ones_like(free[:1]), free[:-1]])
    turn = np.where(c > 0, per(erlang_c(c, load[-1:]) * s, c), np.inf)
    return np.where(free > 0, per(turn, before * free), np.inf)


# --- the sums over the states of Erlang's chains --------------------------------------------------


def _log_poisson(n: Floats, mean: Floats) -> Floats:
    """log of mean^n exp(-mean) / gamma(n + 1), without the cancellation for large n.

    By the deviance and Stirling's series: Loader 2000, Fast and accurate computation of binomial
    probabilities.
    """
    big = np.maximum(n, 30.0)
    off = (mean - big) / big
    stirling = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / big**2) / big**2) / big**2) / big
    with np.errstate(divide="ignore"):  # mean 0
        far = big * (np.log1p(off) - off) - np.log(2 * np.pi * big) / 2 - stirling
    return np.where(n < 30, xlogy(n, mean) - mean - gammaln(n + 1), far)


def _states_below(servers: Floats, load: Floats) -> Floats:
    """Chance of 0 .. c busy over the chance of c busy: 1 / Erlang B.

    The ratio of an upper incomplete gamma function and its integrand; where both vanish, its
    continued fraction (Legendre's, the even part of DLMF 8.9.2).
    """
    tail = gammaincc(servers + 1, load)
    deep = tail <= TINY
    with np.errstate(divide="ignore", over="ignore"):  # few of many servers busy: inf is right
        direct = np.where(deep, 1.0, tail) / np.exp(_log_poisson(servers, load))
    c, a = np.where(deep, servers, 0.0), np.where(deep, load, 1.0)
    fraction = a - c + 2 * DEPTH
    for k in range(DEPTH, 0, -1):
        fraction = a - c + 2 * (k - 1) + k * (c + 1 - k) / fraction
    return np.where(deep, a / fraction, direct)


def _log_states_above(x: Floats, y: Floats) -> Floats:
    """log of 1 + y / (x + 1) + y^2 / ((x + 1)(x + 2)) + ..: all states over the first.

    With the servers' joint rate x and the arrivals' rate y per patience this is Erlang A's sum over
    the states of full servers. The ratio of a lower incomplete gamma function and its integrand;
    where both vanish, its continued fraction (DLMF 8.9.1).
    """
    part = gammainc(x, y)
    deep = ~(part > TINY)  # for x = y = 0 it is NaN
    direct = np.log(np.where(deep, 1.0, part)) - _log_poisson(x, np.where(deep, 1.0, y))
    low = np.where(deep, y, 0.0)
    fraction = x + 2 * DEPTH
    for k in range(DEPTH - 1, 0, -1):
        fraction = x + 2 * k - (x + k) * low / (x + 2 * k + 1 + (k + 1) * low / fraction)
    return np.where(deep, -np.log1p(-low / (x + 1 + low / fraction)), direct)


def _lives_waited(x: Floats, y: Floats) -> Floats:
    """Mean wait, in mean patiences, of those who wait and are answered.

    Its density at z is proportional to exp(-(x + 1) z - y exp(-z)), a log-concave function whose
    top and whose fall by FOLDS on both sides are bounded in closed form, for Gauss and Legendre.
    """
    top = np.maximum(np.log(np.maximum(y, TINY) / (x + 1)), 0.0)
    slope = np.maximum(x + 1 - y, 0.0) - FOLDS / 2
    right = 4 * FOLDS / (2 * slope + np.sqrt(4 * slope**2 + 8 * FOLDS * (x + 1)))
    left = np.sqrt(2 * FOLDS / (x + 1))
    low, high = np.maximum(top - left, 0.0), top + right
    z = low[..., None] + (high - low)[..., None] * (NODES + 1) / 2
    log = -(x[..., None] + 1) * z - y[..., None] * np.exp(-z)
    density = np.exp(log - log.max(axis=-1, keepdims=True)) * NODE_WEIGHTS
    return (density * z).sum(axis=-1) / density.sum(axis=-1)
