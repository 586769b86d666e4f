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
from scipy.special import betainc, gammaln, pdtr, xlogy

from simnet.theory.arrays import Floats, amounts, per, positive, whole
from simnet.theory.stock import Stock, base_stock

LEFT_OUT = 1e-14
"""Chance of more backorders at the depot than are looked at."""


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
    from scipy.stats import binom, poisson  # takes a third of a second to import

    model = _model(rates, transit, bases, depot_lead_time, depot_base)
    most = max(int(poisson.isf(LEFT_OUT, model.depot_due)) - depot_base, 0)
    late = np.arange(most + 1)
    chance = poisson.pmf(depot_base + late, model.depot_due)
    chance[0] = poisson.cdf(depot_base, model.depot_due)
    on_order = np.arange(int(model.bases.max()) + 1)
    cdf = np.empty((len(model.lam), len(on_order)))
    for i, (rate, transit_time) in enumerate(zip(model.lam, model.transit, strict=True)):
        waiting = chance @ binom.pmf(on_order, late[:, None], model.share[i])
        moving = poisson.pmf(on_order, rate * transit_time)
        cdf[i] = np.convolve(waiting, moving)[: len(on_order)].cumsum()
    return Echelons(_outlets(model, cdf), model.depot)


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
