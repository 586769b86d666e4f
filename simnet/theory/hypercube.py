"""The hypercube queueing model: who answers where, if the preferred of several servers is busy.

Areas call at Poisson rates, every area has an order of preference among the servers and gets the
first free one of it; where all are busy calls wait in one common queue, first come first served.
Service times are exponential with one mean. Rates are per hour and times in hours, or any other
consistent unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.special import gammaln

from simnet.theory.arrays import Floats, amounts, positive
from simnet.theory.queues import DelayQueue, mmc

MOST_SERVERS = 14
SWEEPS = 10_000
SAME = 1e-14
"""Change of a chance, or of a workload, below which an iteration has arrived."""

Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Dispatch:
    """Who answers whom."""

    rates: Floats
    """(areas,) as given"""
    workload: Floats
    """(servers,) share of time that each is busy"""
    shares: Floats
    """(areas, servers) share of each area's calls that each server answers, waiting calls too"""
    delayed: float
    """chance that a call waits"""
    wait: float
    """mean wait of all calls"""

    def inter_area(self, home: ArrayLike) -> float:
        """Share of the calls that is answered by another server than the area's own.

        ``home`` (areas,) the server of each area. ValueError for another shape or no such server.
        """
        own = np.asarray(home)
        areas, servers = self.shares.shape
        if own.shape != (areas,) or not np.all(np.isin(own, np.arange(servers))):
            raise ValueError(f"home must be {areas} indices of the {servers} servers")
        at_home = self.shares[np.arange(areas), own.astype(np.intp)]
        return float(1 - self.rates @ at_home / self.rates.sum())


def hypercube(rates: ArrayLike, preference: ArrayLike, service: float) -> Dispatch:
    """The exact model: the chances of all 2^N sets of busy servers.

    ``rates`` (areas,) calls per hour; ``preference`` (areas, servers) each area's servers, the most
    wanted first, as indices from 0; mean ``service`` in hours. Larson 1974, Computers & Operations
    Research 1(1), pp. 67-95; Larson and Odoni, Urban Operations Research, 1981, sec. 5.4. The
    balance equations are solved by sweeps over the sets of even and odd size in turn; as servers
    are alike but for the order in which they are sent, the total chance of each size is that of
    M/M/N and holds every sweep to the right scale. Where N servers cannot keep up all wait for
    ever, and each server answers the same share.

    ValueError for negative or non-finite rates or all 0, a service time not above 0, a preference
    whose rows are not orders of the servers, shapes that do not fit, and more than 14 servers.
    """
    lam, order, queue = _checked(rates, preference, service)
    areas, servers = order.shape
    if servers > MOST_SERVERS:
        raise ValueError(
            f"{servers} servers are more than the exact model takes, {MOST_SERVERS}: "
            "see hypercube_approximation"
        )
    busy = (np.arange(2**servers)[:, None] >> np.arange(servers)) & 1 == 1
    first = np.stack([row[np.argmin(busy[:-1, row], axis=1)] for row in order])
    # As all busy is left at the same rate whether calls wait or not, the other sets have chances
    # in the proportions of the model without a queue.
    chance = _chances(lam * service, first, busy)[:-1]
    chance *= (1 - queue.delayed) / chance.sum()
    shares = np.full((areas, servers), queue.delayed / servers)
    for area in range(areas):
        shares[area] += np.bincount(first[area], chance, servers)
    workload = chance @ busy[:-1] + queue.delayed
    return Dispatch(lam, workload, shares, float(queue.delayed), float(queue.wait))


def _chances(load: Floats, first: Ints, busy: NDArray[np.bool_]) -> Floats:
    """Chance of each set of busy servers, shape (2^N,), if calls that find all busy are lost.

    ``load`` (areas,) in erlangs, ``first`` (areas, 2^N - 1) the server that a call would get,
    ``busy`` (2^N, servers) who is busy in each set.
    """
    sets, servers = busy.shape
    sent = np.zeros((sets, servers))
    for area_load, server in zip(load, first, strict=True):
        sent[np.arange(sets - 1), server] += area_load
    few, server = np.nonzero(~busy)
    more = few + 2**server
    flow = coo_array(
        (
            np.concatenate([sent[few, server], np.ones(len(few))]),
            (np.concatenate([more, few]), np.concatenate([few, more])),
        ),
        shape=(sets, sets),
    ).tocsr()
    size = busy.sum(axis=1)
    leaving = sent.sum(axis=1) + size
    of_size = np.cumprod(np.concatenate([[1.0], load.sum() / np.arange(1, servers + 1)]))
    of_size /= of_size.sum()
    chance = of_size[size] / np.bincount(size)[size]
    halves = [(half, flow[half], leaving[half]) for half in (size % 2 == 0, size % 2 == 1)]
    for _ in range(SWEEPS):
        before = chance.copy()
        for half, into, out in halves:
            chance[half] = into @ chance / out
        chance *= (of_size / np.bincount(size, chance))[size]
        if np.abs(chance - before).max() < SAME:
            break
    return chance


def hypercube_approximation(rates: ArrayLike, preference: ArrayLike, service: float) -> Dispatch:
    """The hypercube model by N equations instead of 2^N, for any number of servers.

    Arguments, result and errors as for ``hypercube``, but without a limit. Servers are taken as
    busy independently of each other, corrected by the factor Q that makes this right in M/M/N for
    servers that are picked at random: Larson 1975, Operations Research 23(5), pp. 845-868; Larson
    and Odoni, Urban Operations Research, 1981, sec. 5.5. Workloads are scaled in every round to
    add up to the load, and an area's shares at the end to add up to 1. Chance and mean of the wait
    are exact. Workloads and shares are usually within 0.02 of the exact ones, but not where
    preferences follow one pattern: 0.06 where all areas have the same.
    """
    lam, order, queue = _checked(rates, preference, service)
    areas, servers = order.shape
    load = lam * service
    if load.sum() >= servers:
        every = np.full((areas, servers), 1 / servers)
        return Dispatch(lam, np.ones(servers), every, float(queue.delayed), float(queue.wait))
    used = load.sum() / servers
    factor = _correction(servers, float(used))
    area = np.arange(areas)[:, None]
    workload = np.full(servers, used)
    for _ in range(SWEEPS):
        # Chance that all that an area prefers to its 1st, 2nd, .. server are busy.
        busy = np.cumprod(workload[order], axis=1)[:, :-1]
        asked = factor * np.concatenate([np.ones((areas, 1)), busy], axis=1)
        calls = np.bincount(order.ravel(), (load[:, None] * asked).ravel(), servers)
        before, workload = workload, (calls + used * queue.delayed) / (1 + calls)
        workload *= load.sum() / workload.sum()
        if np.abs(workload - before).max() < SAME:
            break
    at_once = np.empty((areas, servers))
    at_once[area, order] = asked * (1 - workload[order])
    at_once *= (1 - queue.delayed) / at_once.sum(axis=1, keepdims=True)
    shares = at_once + queue.delayed / servers
    return Dispatch(lam, workload, shares, float(queue.delayed), float(queue.wait))


def _correction(servers: int, used: float) -> Floats:
    """Q(N, rho, j) for j = 0 .. N - 1, Larson and Odoni 1981, eq. (5.48), for M/M/N.

    The chance that j servers picked at random are busy and the next is free, over what it were if
    they were independent.
    """
    n = servers
    j, k = np.arange(n)[:, None], np.arange(n)
    log = gammaln(n - j) - gammaln(np.maximum(k - j, 0) + 1) + k * np.log(n) - gammaln(n + 1)
    log -= n  # here and below, so that nothing overflows
    terms = np.where(k >= j, (n - k) * np.exp(log) * used ** np.maximum(k - j, 0), 0.0)
    size = np.arange(n + 1)
    weight = np.exp(size * np.log(n * used) - gammaln(size + 1) - n)
    empty = 1 / (weight[:-1].sum() + weight[-1] / (1 - used))
    return terms.sum(axis=1) * empty / (1 - used)


def _checked(
    rates: ArrayLike, preference: ArrayLike, service: float
) -> tuple[Floats, Ints, DelayQueue]:
    (lam,) = amounts(rates=rates)
    positive(rates=lam.sum())
    order = np.asarray(preference)
    if order.ndim != 2 or lam.shape != order.shape[:1]:
        raise ValueError("rates must be (areas,) and preference (areas, servers)")
    servers = order.shape[1]
    if not np.array_equal(np.sort(order, axis=1), np.tile(np.arange(servers), (len(order), 1))):
        raise ValueError(f"a row of preference must be an order of the servers 0 to {servers - 1}")
    return lam, order.astype(np.intp), mmc(lam.sum(), service, servers)
