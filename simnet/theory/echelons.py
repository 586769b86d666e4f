"""Two echelons of base stock: one depot that supplies outlets with Poisson demand.

Every demand at an outlet orders a unit from the depot and that one from its source; what cannot be
met waits, first come first served. Rates are per hour and times in hours, or any other consistent
unit. Three answers to what this gives, from the coarse to the exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaln, pdtr, xlog1py, xlogy

from simnet.theory.arrays import Floats, amounts, per, positive, whole
from simnet.theory.stock import Stock, base_stock

LEFT_OUT = 1e-14
"""Chance of more backorders at the depot than are looked at."""
MOST = 3_000_000
"""Terms of the exact sums at most."""


@dataclass(frozen=True)
class Echelons:
    outlets: Stock
    """fields of shape (n,)"""
    depot: Stock


def metric(
    rates: ArrayLike,
    transit: ArrayLike,
    bases: ArrayLike,
    depot_lead_time: float,
    depot_base: int,
) -> Echelons:
    """METRIC: an outlet's units on order are taken as Poisson.

    ``rates`` (n,) demand per hour, ``transit`` (n,) hours from the depot's shelf to the outlet,
    ``bases`` (n,) base stocks; each may be a single number. ``depot_lead_time`` hours from the
    depot's order to its shelf, ``depot_base`` its base stock. The mean lead time of an outlet is
    transit plus mean wait at the depot, and Palm's theorem is used as if lead times were
    independent: Sherbrooke 1968, Operations Research 16(1), pp. 122-141. Right about the depot and
    the mean; too hopeful about backorders, as orders wait together.

    ValueError for negative or non-finite arguments, bases that are not whole, and no demand at all.
    """
    model = _model(rates, transit, bases, depot_lead_time, depot_base)
    return Echelons(base_stock(model.lam, model.mean_lead, model.bases), model.depot)


def vari_metric(
    rates: ArrayLike,
    transit: ArrayLike,
    bases: ArrayLike,
    depot_lead_time: float,
    depot_base: int,
) -> Echelons:
    """VARI-METRIC: an outlet's units on order are taken as negative binomial.

    Arguments and errors as for ``metric``. Mean and variance are those of ``exact``: Graves 1985,
    Management Science 31(10), pp. 1247-1256; the method is named by Sherbrooke 1986,
    Operations Research 34(2), pp. 311-319, who takes it to indentured parts.
    """
    model = _model(rates, transit, bases, depot_lead_time, depot_base)
    # With X the units on order at the depot: E B^2 for B = (X - S)+ is E (X - S)^2 less its part
    # below S.
    due = model.depot_due
    below = np.arange(depot_base)
    square = due + (due - depot_base) ** 2 - _poisson(below, due) @ (depot_base - below) ** 2
    late = float(model.depot.backorders)
    # A share of the depot's backorders: binomial given their number.
    excess = np.maximum(model.share**2 * (square - late**2 - late), 0.0)
    mean = model.lam * model.mean_lead
    spread = excess > 1e-9 * mean  # else the law is Poisson, the limit
    m, e = np.where(spread, mean, 1.0)[:, None], np.where(spread, excess, 1.0)[:, None]
    on_order = np.arange(int(model.bases.max()) + 1)
    cdf = np.where(
        spread[:, None],
        betainc(m**2 / e, on_order + 1.0, m / (m + e)),
        pdtr(on_order, mean[:, None]),
    )
    return Echelons(_outlets(model, cdf), model.depot)


def exact(
    rates: ArrayLike,
    transit: ArrayLike,
    bases: ArrayLike,
    depot_lead_time: float,
    depot_base: int,
) -> Echelons:
    """The law of an outlet's units on order: its share of the depot's backorders, and transit.

    Arguments and errors as for ``metric``. The depot's backorders are those of Poisson units on
    order; each is the outlet's with its share of the demand, independently, as first come first
    served leaves the latest demands waiting; and the outlet's demand during transit is independent
    of them: Simon 1971, Operations Research 19(3), pp. 761-773; Graves 1985, Management Science
    31(10), pp. 1247-1256. Exact for constant transit times; the depot's lead times may be
    independent of any law (Palm's theorem), as long as what comes first serves who came first.
    Leaves out events of chance 1e-14.
    """
    model = _model(rates, transit, bases, depot_lead_time, depot_base)
    on_order = np.arange(int(model.bases.max()) + 1)
    waiting = waiting_orders(model.share, model.depot_due, depot_base - 1, 1, len(on_order))
    cdf = np.empty((len(model.lam), len(on_order)))
    for i, mean in enumerate(model.lam * model.transit):
        moving = _poisson(on_order, float(mean))
        cdf[i] = np.convolve(waiting[i], moving)[: len(on_order)].cumsum()
    return Echelons(_outlets(model, cdf), model.depot)


def waiting_orders(
    share: ArrayLike, due: float, r: int, q: int, count: int, excess: float = 0.0
) -> Floats:
    """Law of an outlet's units that wait at the depot for stock: chances of 0 .. count - 1.

    ``share`` (n,) of the demand that is each outlet's; the depot orders by (r, Q) and has ``due``
    units demanded on average in its lead time: Poisson, or negative binomial with that much
    variance more than the mean (``excess``), where outlets order in lots. Its backorders are what
    is due beyond its position, which is uniform on r + 1 .. r + q; an outlet's part of them is
    binomial: see ``exact``, whose depot has r = base - 1 and q = 1. Where the sums over very many
    backorders would be long, the part is taken as negative binomial with the right mean and
    variance, as in ``vari_metric``. Returns shape (n, count); leaves out events of chance 1e-14.

    ValueError for negative or non-finite arguments, and q or count below 1.
    """
    (part,) = amounts(share=np.atleast_1d(share))
    amounts(due=due, r=r + 1, excess=excess)
    positive(q=q, count=count)
    # chance of at least 1, 2, .. backorders: the mean over the positions of P(X >= position + k)
    at_least = np.concatenate(([1.0], _at_least(due, r, q, excess), [0.0]))
    chance = np.maximum(-np.diff(at_least), 0.0)
    number = np.arange(count)
    if len(chance) * count * len(part) > MOST:
        first = chance @ np.arange(len(chance))
        square = chance @ np.arange(len(chance)) ** 2
        return _negative_binomial(number, part * first, part**2 * (square - first**2 - first))
    last = np.flatnonzero(chance > LEFT_OUT)[-1] + 1
    n, k = np.arange(last)[:, None], number[None, :]
    ways = np.where(k <= n, gammaln(n + 1) - gammaln(k + 1) - gammaln(np.maximum(n - k, 0) + 1), 0)
    found = np.empty((len(part), count))
    for i, p in enumerate(np.minimum(part, 1.0)):
        split = np.exp(ways + xlogy(k, p) + xlog1py(np.maximum(n - k, 0), -p))
        found[i] = chance[:last] @ np.where(k <= n, split, 0.0)
    return found


def depot_stock(rate: float, lead_time: float, r: int, q: int, excess: float) -> Stock:
    """(r, Q) at a depot whose demand in a lead time has that much variance more than its mean.

    As ``reorder_point``, but negative binomial: demand in lots. Fields are numbers. ValueError as
    for ``waiting_orders``.
    """
    amounts(rate=rate, lead_time=lead_time, r=r + 1, excess=excess)
    positive(q=q)
    due = rate * lead_time
    late = float(_at_least(due, r, q, excess).sum())
    ends = np.array([r - 1, r - 1 + q])
    first, last = _beyond(ends, due, excess)
    filled = min(max(1 - float(first - last) / q, 0.0), 1.0)
    held = max(r + (q + 1) / 2 - due + late, 0.0)
    numbers = (filled, late, held, late / rate if rate else 0.0)
    return Stock(*(np.array(value) for value in numbers))


def more_variance(due: float, r: int, q: int, excess: float = 0.0) -> float:
    """E B (B - 1) - (E B)^2 of the depot's backorders B: variance less mean, by arguments as for
    ``waiting_orders``."""
    chances = _at_least(due, r, q, excess)
    return float(2 * chances @ np.arange(len(chances)) - chances.sum() ** 2)


def _at_least(due: float, r: int, q: int, excess: float) -> Floats:
    """Chances of at least 1, 2, .. backorders at the depot, as far as 1e-14 matters."""
    most = int(due + 8 * np.sqrt(due + excess) + 40 * (1 + excess / max(due, 1e-12)))
    level = r + np.arange(max(most - r, 1))
    return (_beyond(level, due, excess) - _beyond(level + q, due, excess)) / q


def _beyond(n: NDArray[np.int64], mean: float, excess: float) -> Floats:
    """Sum over m > n of P(X > m), E (X - n - 1)+, for n from -2: X Poisson or negative binomial."""
    at = np.arange(max(int(n.max()), -1) + 2)
    cdf = pdtr(at, mean)
    if excess > 1e-9 * mean:
        cdf = betainc(mean**2 / excess, at + 1.0, mean / (mean + excess))
    # E (X + 1) = mean + 1, less P(X > m) for each m from -1 on
    total = mean + 1 - np.concatenate(([0.0, 1.0], 1 + np.cumsum(1 - cdf)))
    return np.maximum(total[n + 2], 0.0)


def _negative_binomial(number: NDArray[np.int64], mean: Floats, excess: Floats) -> Floats:
    """Chances of these counts, (n, counts), with variance mean + excess; Poisson without excess."""
    m = np.maximum(mean, 1e-300)[:, None]
    spread = (excess > 1e-9 * mean)[:, None]
    e = np.where(spread, excess[:, None], 1.0)
    size = m**2 / e
    log = gammaln(number + size) - gammaln(size) - gammaln(number + 1.0)
    log = log + xlog1py(size, -e / (m + e)) + xlogy(number, e / (m + e))
    return np.asarray(np.where(spread, np.exp(log), np.exp(
        xlogy(number, m) - gammaln(number + 1.0) - m)))  # fmt: skip


def _poisson(count: NDArray[np.int64], mean: float) -> Floats:
    """Chance of these counts."""
    return np.asarray(np.exp(xlogy(count, mean) - gammaln(count + 1.0) - mean), dtype=np.float64)


class _Model(NamedTuple):
    lam: Floats
    transit: Floats
    bases: Floats
    share: Floats
    """(n,) of the demand"""
    depot: Stock
    depot_due: float
    """mean units on order at the depot"""
    mean_lead: Floats
    """(n,) transit and wait at the depot"""


def _model(
    rates: ArrayLike,
    transit: ArrayLike,
    bases: ArrayLike,
    depot_lead_time: float,
    depot_base: int,
) -> _Model:
    lam, moving, base = amounts(rates=np.atleast_1d(rates), transit=transit, bases=bases)
    amounts(depot_lead_time=depot_lead_time, depot_base=depot_base)
    whole(bases=base, depot_base=depot_base)
    total = float(lam.sum())
    positive(rates=total)
    depot = base_stock(total, depot_lead_time, depot_base)
    due = total * depot_lead_time
    return _Model(lam, moving, base, lam / total, depot, due, moving + depot.wait)


def _outlets(model: _Model, cdf: Floats) -> Stock:
    """``cdf`` (n, most base + 1) of the units on order, exact in the mean."""
    n, on_order = np.arange(len(cdf)), np.arange(cdf.shape[1])
    filled = np.where(model.bases > 0, cdf[n, model.bases.astype(np.intp) - 1], 0.0)
    on_hand = np.where(on_order < model.bases[:, None], cdf, 0.0).sum(axis=1)
    mean = model.lam * model.mean_lead
    backorders = np.maximum(mean - model.bases + on_hand, 0.0)
    rare = np.where(model.bases > 0, 0.0, model.mean_lead)
    wait = np.where(model.lam > 0, per(backorders, model.lam), rare)
    return Stock(filled, backorders, on_hand, wait)
