"""Queues that few units feed: while a unit is down it cannot fail again.

Rates are per hour and times in hours, or any other consistent unit. Arguments broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from simnet.theory.arrays import Floats, amounts, positive, whole

ROUNDS = 30
SAME = 1e-10
"""change of the units' share of the customers below which it is settled"""


@dataclass(frozen=True)
class RepairShop:
    """M/M/c//N, with spares or without; arrays of one shape."""

    down: Floats
    """mean number of units and spares that are down, under repair or waiting for it"""
    availability: Floats
    """share of the units, spares not counted, that is up"""
    wait: Floats
    """mean wait of a failed unit for a repairer"""
    utilisation: Floats
    """share of time that a repairer is busy"""
    filled: Floats
    """share of the failures that find a spare"""


def machine_repair(
    units: ArrayLike, life: ArrayLike, repair: ArrayLike, repairers: ArrayLike,
    spares: ArrayLike = 0,
) -> RepairShop:  # fmt: skip
    """M/M/c//N: units that fail after an exponential ``life`` of running, and few who mend them.

    ``life`` and ``repair`` are means. A failed unit is replaced at once while there are ``spares``
    (cold standbys), and what is mended replaces the one that has waited longest, or is a spare.
    Gross et al., Fundamentals of Queueing Theory, 4th ed. 2008, sec. 2.8 (finite-source queues,
    with and without spares). Memory grows with the most units times the size of the result.

    ValueError for negative or non-finite arguments, any of them but the spares 0, and units or
    spares that are not whole.
    """
    n, up, down, c, y = amounts(
        units=units, life=life, repair=repair, repairers=repairers, spares=spares
    )
    positive(units=n, life=up, repair=down, repairers=c)
    whole(units=n, spares=y)
    number = np.arange(np.max(n + y, initial=0) + 1)
    n, c, y = n[..., None], c[..., None], y[..., None]
    up_with = np.clip(n + y - number, 0, n)  # units that run while so many are down
    fail = up_with[..., :-1] / up[..., None]
    mend = np.minimum(number[1:], c) / down[..., None]
    with np.errstate(divide="ignore"):  # nothing fails where nothing runs
        log = np.cumsum(np.log(fail) - np.log(mend), axis=-1)
    log = np.concatenate([np.zeros((*log.shape[:-1], 1)), log], axis=-1)
    chance = np.exp(log - log.max(axis=-1, keepdims=True))
    chance /= chance.sum(axis=-1, keepdims=True)
    running = (chance * up_with).sum(axis=-1)
    waiting = (chance * np.maximum(number - c, 0)).sum(axis=-1)
    return RepairShop(
        down=chance @ number,
        availability=running / n[..., 0],
        wait=waiting * up / running,
        utilisation=running / up * down / c[..., 0],
        filled=(chance * up_with * (number < y)).sum(axis=-1) / running,
    )


class MixedQueue(NamedTuple):
    rate: float
    """customers an hour, units and others"""
    wait: float
    """mean wait of all of them"""


def mixed_sources(
    units: float, pull: float, others: float, service: float, servers: float, spread: float = 1.0
) -> MixedQueue:
    """M/G/c that both a few units and endlessly many others feed.

    ``units`` come ``pull`` times an hour together while none of them is here, less the more are;
    ``others`` come so many times an hour whoever is here. Of the customers here each is taken to be
    a unit with the units' share of all who come, so that the number here is a birth and death
    process. Without others this is ``machine_repair`` (``pull`` = units / life), exact for any law
    of the time away, since the queue's law depends on its mean alone (Gross et al., Fundamentals of
    Queueing Theory, 4th ed. 2008, sec. 2.8).

    ``spread`` is how much longer than in M/M/c one waits if service is not exponential: so many
    customers make up a step of the queue, as in ``forward_equations``.

    ValueError for negative or non-finite arguments, no units, a service time or spread of 0, no
    servers, and others who alone are too many.
    """
    amounts(units=units, pull=pull, others=others, service=service, servers=servers)
    positive(units=units, service=service, servers=servers, spread=spread)
    if others * service >= servers:
        raise ValueError("the servers cannot keep up with the others alone")
    if pull == 0:
        return _balance((units, 0.0, others), 1.0, service, servers, spread)
    share = pull / (pull + others)
    for _ in range(ROUNDS):
        found = _balance((units, pull, others), share, service, servers, spread)
        before, share = share, 1 - others / found.rate
        if abs(share - before) < SAME:
            break
    return found


def _balance(
    sources: tuple[float, float, float], share: float, service: float, servers: float, spread: float
) -> MixedQueue:
    """With a given share of units among those who are here; sources: units, pull, others."""
    units, pull, others = sources
    most = units / share
    if others > 0:  # beyond, others alone come: a geometric tail, left out when below 1e-16
        most += servers + 40 * spread / -np.log(max(others * service / servers, 1e-12))
    steps = np.minimum(most, servers) + np.maximum(most - servers, 0) / spread
    number = np.arange(int(np.ceil(steps)) + 1, dtype=np.float64)
    over = np.maximum(number - servers, 0)
    come = others + pull * np.maximum(1 - share * (number + (spread - 1) * over) / units, 0.0)
    # a step is of one customer in service or `spread` in the queue, up and down
    with np.errstate(divide="ignore"):
        log = np.cumsum(np.log(come[:-1]) - np.log(np.minimum(number[1:], servers) / service))
    log = np.concatenate(([0.0], log))
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    rate = float(chance @ come)
    return MixedQueue(rate, spread * float(chance @ over) / rate if rate else 0.0)
