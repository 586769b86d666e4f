"""Stock under Poisson demand for single units: base stock, lost sales, (r, Q) and (s, S).

Rates are per hour and lead times in hours, or any other consistent unit. Arguments broadcast; the
fields of a result have their common shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc

from simnet.theory.arrays import Floats, amounts, per, positive, whole
from simnet.theory.queues import erlang_b


@dataclass(frozen=True)
class Stock:
    """Arrays of one shape."""

    fill_rate: Floats
    """share of the demand that is met from the shelf at once"""
    backorders: Floats
    """mean number of demands that wait"""
    on_hand: Floats
    """mean number of units on the shelf"""
    wait: Floats
    """mean wait of all demands, those included that do not wait"""


def base_stock(rate: ArrayLike, lead_time: ArrayLike, base: ArrayLike) -> Stock:
    """(S-1, S): every demand orders one unit, what cannot be met waits.

    The units on order are Poisson with mean rate times lead time, whatever the law of independent
    lead times (Palm's theorem): Zipkin, Foundations of Inventory Management, 2000, sec. 6.2 and
    chapter 7; Sherbrooke 1968, Operations Research 16(1), pp. 122-141. Where there is no demand the
    wait is what a single demand would meet.

    ValueError for negative or non-finite arguments and a base that is not whole.
    """
    lam, lead, s = amounts(rate=rate, lead_time=lead_time, base=base)
    whole(base=s)
    return _reordered(lam, lead, s - 1, np.ones_like(s))


def lost_sales(rate: ArrayLike, lead_time: ArrayLike, base: ArrayLike) -> Stock:
    """(S-1, S) where demand that finds the shelf empty goes elsewhere.

    The units on order behave like the busy servers of M/G/S/S, so the share lost is Erlang's, for
    any law of independent lead times: Zipkin 2000, chapter 7; Smith 1977, Management Science 23(5),
    pp. 522-528. Nobody waits: ``backorders`` and ``wait`` are 0.

    ValueError as for ``base_stock``.
    """
    lam, lead, s = amounts(rate=rate, lead_time=lead_time, base=base)
    whole(base=s)
    filled = 1 - erlang_b(s, lam * lead)
    return Stock(filled, np.zeros_like(s), s - lam * lead * filled, np.zeros_like(s))


def reorder_point(rate: ArrayLike, lead_time: ArrayLike, r: ArrayLike, q: ArrayLike) -> Stock:
    """(r, Q): when on hand and on order less backorders fall to r, order q units.

    That position is uniform on r + 1 .. r + q and independent of the demand in the lead time that
    follows, which is Poisson: Zipkin 2000, sec. 6.2 and 6.3, Hadley and Whitin, Analysis of
    Inventory Systems, 1963, chapter 4. Exact for a constant lead time; with a random one, only if
    q = 1. Where there is no demand the wait is the limit for little of it.

    ``r`` from -1, which with q = 1 keeps no stock. ValueError for negative or non-finite arguments,
    r below -1, q below 1, and r or q that are not whole.
    """
    lam, lead, lot = amounts(rate=rate, lead_time=lead_time, q=q)
    (low,) = amounts(**{"r + 1": np.asarray(r, dtype=np.float64) + 1})
    whole(r=low, q=lot)
    positive(q=lot)
    lam, lead, low, lot = np.broadcast_arrays(lam, lead, low - 1, lot)
    return _reordered(lam, lead, low, lot)


def order_up_to(rate: ArrayLike, lead_time: ArrayLike, s: ArrayLike, S: ArrayLike) -> Stock:
    """(s, S): when the position falls to s, order up to S.

    With demand for single units this is (r, Q) with r = s and Q = S - s: see ``reorder_point``
    for what holds and what is refused (S must be above s).
    """
    quantity = np.subtract(S, s)
    positive(**{"S - s": quantity})
    return reorder_point(rate, lead_time, s, quantity)


def _reordered(rate: Floats, lead: Floats, r: Floats, q: Floats) -> Stock:
    """Means over the positions r + 1 .. r + q, as differences of sums over all above."""
    mean = rate * lead
    short = _missing(mean, r) - _missing(mean, r + q)
    backorders = np.maximum((_missing_pairs(mean, r) - _missing_pairs(mean, r + q)) / q, 0.0)
    on_hand = np.maximum(r + (q + 1) / 2 - mean + backorders, 0.0)
    # Little demand: only who finds the position 0 must wait, and for the whole lead time.
    rare = np.where(r == -1, lead / q, 0.0)
    wait = np.where(rate > 0, per(backorders, rate), rare)
    return Stock(np.clip(1 - short / q, 0.0, 1.0), backorders, on_hand, wait)


def _above(mean: Floats, n: Floats) -> Floats:
    """P(X > n) for Poisson X; 1 for negative n."""
    return np.where(n < 0, 1.0, gammainc(np.maximum(n, 0) + 1, mean))


def _missing(mean: Floats, n: Floats) -> Floats:
    """E (X - n)+ for Poisson X and n from -1: the sum of P(X > m) over m >= n."""
    return mean * _above(mean, n - 1) - n * _above(mean, n)


def _missing_pairs(mean: Floats, n: Floats) -> Floats:
    """E (X - n)+ (X - n - 1)+ / 2 for Poisson X and n from -1: the sum of E (X - m)+ over m > n."""
    pairs = mean**2 * _above(mean, n - 2) - 2 * n * mean * _above(mean, n - 1)
    return (pairs + n * (n + 1) * _above(mean, n)) / 2
