"""Queues with general service times: exact where that is quick, else the usual approximations.

Rates are per hour and times in hours, or any other consistent unit. Arguments broadcast; servers
need not be whole. Where no steady state exists the wait is inf.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc

from simnet.theory.arrays import Floats, amounts, per, positive
from simnet.theory.queues import mmc

NEGLIGIBLE = 36.0
"""e-folds after which a term is left out: 2e-16"""
TERMS = 30_000
"""of Crommelin's series at most; beyond, at loads of 99.9 % and more, Cosmetatos is as near"""


@dataclass(frozen=True)
class GeneralQueue:
    """A queue with general service times, arrays of one shape."""

    wait: Floats
    """mean wait of all"""
    queue: Floats
    """mean number waiting"""
    utilisation: Floats
    """share of time that a server is busy"""


def pollaczek_khinchine(rate: ArrayLike, service: ArrayLike, cv: ArrayLike) -> GeneralQueue:
    """M/G/1: one server, service times of any law with mean ``service``.

    ``cv`` is their standard deviation over their mean. Gross et al., Fundamentals of Queueing
    Theory, 4th ed. 2008, sec. 5.1. Without a steady state wait and queue are inf.

    ValueError for negative or non-finite arguments and a service time of 0.
    """
    return allen_cunneen(rate, service, cv, 1.0)


def allen_cunneen(
    rate: ArrayLike,
    service: ArrayLike,
    cv: ArrayLike,
    servers: ArrayLike,
    arrivals_cv: ArrayLike = 1.0,
) -> GeneralQueue:
    """G/G/c, an approximation: the wait in M/M/c times the mean of the two squared variations.

    ``cv`` of the service times, ``arrivals_cv`` of the times between arrivals (1 if Poisson).
    Allen, Probability, Statistics, and Queueing Theory with Computer Science Applications, 2nd ed.
    1990, chapter 5. Exact for M/M/c and M/G/1. Without a steady state wait and queue are inf.

    ValueError for negative or non-finite arguments and a service time of 0.
    """
    lam, s, c, v, u = amounts(
        rate=rate, service=service, servers=servers, cv=cv, arrivals_cv=arrivals_cv
    )
    exponential = mmc(lam, s, c)
    factor = np.where(exponential.spare > 0, (v**2 + u**2) / 2, 1.0)
    return GeneralQueue(
        exponential.wait * factor, exponential.queue * factor, exponential.utilisation
    )


def mdc(rate: ArrayLike, service: ArrayLike, servers: ArrayLike) -> GeneralQueue:
    """M/D/c: as ``mmc``, but every service takes exactly ``service``.

    Every c-th customer meets the same server, so that the wait is that of one server between whose
    customers c arrivals lie: Spitzer's identity, the series of Crommelin 1932, Post Office
    Electrical Engineers' Journal 25, pp. 41-50. Exact for whole numbers of servers. Very near full
    load, where the series is long, the approximation of Cosmetatos 1975, INFOR 13(3), pp. 328-331.

    ValueError for negative or non-finite arguments and a service time of 0.
    """
    lam, s, c = amounts(rate=rate, service=service, servers=servers)
    exponential = mmc(lam, s, c)
    wait = np.zeros(lam.shape)
    for at in np.ndindex(lam.shape):
        if exponential.spare[at] <= 0:
            wait[at] = np.inf
        elif lam[at] > 0:
            wait[at] = _constant(float(lam[at]), float(s[at]), float(c[at]))
    queue = lam * np.where(lam > 0, wait, 0.0)
    return GeneralQueue(wait, queue, exponential.utilisation)


def _constant(rate: float, service: float, servers: float) -> float:
    """Mean wait in a stable M/D/c with arrivals."""
    load = rate * service
    used = load / servers
    # a term falls by this many e-folds from one to the next, by Chernoff's bound
    falls = servers * (used - 1 - np.log(used))
    terms = np.ceil(NEGLIGIBLE / falls)
    if terms > TERMS:
        near = (1 - used) * (servers - 1) * (np.sqrt(4 + 5 * servers) - 2) / (16 * load)
        return float(mmc(rate, service, servers).wait) / 2 * (1 + near)
    i = np.arange(1, terms + 1)
    late = gammainc(i * servers, i * load) - gammainc(i * servers + 1, i * load) / used
    return service * float(late.sum())


def mgc(
    rate: ArrayLike,
    service: ArrayLike,
    cv: ArrayLike,
    servers: ArrayLike,
    least: ArrayLike | None = None,
) -> GeneralQueue:
    """M/G/c, an approximation that is exact for M/D/c, M/M/c and M/G/1, and at very low load.

    ``cv`` of the service times; ``least`` the mean of the least of c independent residual service
    times, the wait of who finds all servers just taken (``least_of`` works it out from the law); by
    default what it is for a law between constant and exponential, Tijms, A First Course in
    Stochastic Models, 2003, sec. 9.6. Boxma, Cohen and Huffels 1979, Operations Research 27(6),
    pp. 1115-1127, with the exact wait in M/D/c (``mdc``). Servers that are not whole, or fewer than
    two, have Allen and Cunneen's factor where that formula has none. Without a steady state wait
    and queue are inf.

    ValueError for negative or non-finite arguments and a service time of 0.
    """
    lam, s, c, v = amounts(rate=rate, service=service, servers=servers, cv=cv)
    exponential = mmc(lam, s, c)
    square = v**2
    several = (lam > 0) & (exponential.spare > 0) & (c > 1 + 1e-6)
    if least is None:
        shortest = s / (c + 1) + square * (per(s, c) - s / (c + 1))
    else:
        shortest = amounts(least=least, rate=lam)[0]
    constant = np.where(several, mdc(np.where(several, lam, 0.0), s, c).wait, 1.0)
    # of very few who wait the series leaves nothing
    inverse = np.where(several, exponential.wait, 1.0) / np.maximum(constant, 1e-300)
    share = ((1 + square) * s / shortest - c - 1) / np.where(several, c - 1, 1.0)
    factor = (1 + square) / np.where(several, 2 * share + (1 - share) * inverse, 2.0)
    with np.errstate(invalid="ignore"):
        wait = np.where(exponential.spare > 0, exponential.wait * factor, np.inf)
        queue = lam * np.where(lam > 0, wait, 0.0)
    return GeneralQueue(wait, queue, exponential.utilisation)


def least_of(residual: ArrayLike, servers: float) -> float:
    """Mean of the least of ``servers`` independent times, here residual service times.

    ``residual`` (n,) equally likely values of one. ValueError for negative or non-finite values,
    none, and no servers.
    """
    (values,) = amounts(residual=np.sort(np.atleast_1d(residual)))
    positive(servers=servers, count=values.size)
    # each value stands for the middle of its share of the law, and the chance to last longer falls
    # in straight lines between them: exact for uniform times, those left of a constant one
    last = (values[-1] - values[-2]) / 2 if values.size > 1 else values[-1]
    time = np.concatenate(([0.0], values, [values[-1] + last]))
    longer = np.concatenate(([1.0], 1 - (np.arange(values.size) + 0.5) / values.size, [0.0]))
    power = longer ** (servers + 1)
    return float(np.diff(time) @ (np.diff(power) / np.diff(longer)) / (servers + 1))
