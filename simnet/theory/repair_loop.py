"""Repairable items: a share is mended where it failed, and few may be there to mend the rest.

A failed unit is sent in at the moment at which another is asked for. Rates are per hour and times
in hours, or any other consistent unit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from simnet.theory import echelons
from simnet.theory.arrays import amounts, per, positive, whole
from simnet.theory.echelons import Echelons
from simnet.theory.queues import mmc
from simnet.theory.stock import Stock


def mended_at_outlets(
    rates: ArrayLike,
    share: ArrayLike,
    outlet_time: ArrayLike,
    transit: ArrayLike,
    bases: ArrayLike,
    depot_lead_time: float,
    depot_base: int,
    method: Callable[..., Echelons] = echelons.exact,
) -> Echelons:
    """Two echelons where an outlet mends a ``share`` of its failed units itself.

    These take ``outlet_time`` until they are on its shelf; for each of the others it orders one
    from the depot, whose mean ``depot_lead_time`` is the way in and the time on the bench, or the
    supplier's lead time for what is condemned, weighted by their shares. ``method``: one of
    ``echelons``; for the other arguments see there. In Sherbrooke 1968, Operations Research 16(1),
    pp. 122-141, ``share`` is r and ``outlet_time`` T (METRIC); Muckstadt, Analysis and Algorithms
    for Service Parts Supply Chains, 2005.

    The failures that the outlet mends and the others are independent Poisson streams, and what is
    under repair at the outlet is Poisson by Palm's theorem, whatever the law of the time. So it
    adds to what is on the way from the depot as a longer transit of the others would, and
    ``method`` is as exact as without.

    ValueError as there, and where a share is not below 1.
    """
    lam, mended, time, moving = amounts(
        rates=np.atleast_1d(rates), share=share, outlet_time=outlet_time, transit=transit
    )
    others = 1 - mended
    positive(**{"1 - share": others})
    found = method(lam * others, moving + mended * time / others, bases, depot_lead_time,
                   depot_base)  # fmt: skip
    seen = found.outlets
    wait = seen.wait * others  # of all demand
    return Echelons(Stock(seen.fill_rate, seen.backorders, seen.on_hand, wait), found.depot)


def few_repairers(rate: float, repair: float, repairers: int, base: int) -> Stock:
    """(S-1, S) whose failed units are mended by few: M/M/c with exponential repairs of mean
    ``repair``.

    What is not on the shelf is in the repair shop, which is an M/M/c queue of its own: Buzacott and
    Shanthikumar, Stochastic Models of Manufacturing Systems, 1993, chapter 4; with one repairer
    the fill rate is 1 - rho^S.

    ValueError for negative or non-finite arguments, a base or repairers that are not whole, and
    where the repairers cannot keep up.
    """
    whole(base=base, repairers=repairers)
    shop = mmc(rate, repair, repairers)
    amounts(base=base)
    positive(**{"repairers / repair - rate": shop.spare})
    load, busy = rate * repair, np.arange(repairers + 1)
    weights = np.concatenate(([1.0], np.cumprod(load / busy[1:])))  # of fewer than all are busy
    below = (1 - float(shop.delayed)) * weights[:-1] / weights[:-1].sum()
    rho = load / repairers
    more = int(base) + 1 - repairers  # units beyond those under repair, if one more fails
    if more > 0:
        backorders = float(shop.delayed) * rho**more / (1 - rho)
        filled = 1 - float(shop.delayed) * rho ** (more - 1)
    else:
        # P(X >= n) for n = base + 1 .. repairers, and the queue
        at_least = 1 - below.cumsum()[int(base) :]
        backorders = float(at_least.sum() + shop.queue)
        filled = float(below[: int(base)].sum())
    inside = load + float(shop.queue)
    found = np.array([filled, backorders, base - inside + backorders])
    return Stock(found[0], found[1], found[2], per(found[1], np.asarray(rate)))
