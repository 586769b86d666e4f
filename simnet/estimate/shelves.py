"""An outlet's shelf over the week: what is on order, and what of the demand the shelf meets."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from simnet.plan import FLEET, Plan
from simnet.scenario.quantity import WEEK

from .laws import Floats
from .week import STEP, STEPS

MOMENTS = (np.arange(168) + 0.5) * (WEEK / 168)
"""hours of the week at which shelves are looked at"""
FEW = 60
"""pieces up to which the law of what is on order is exact: sums over all backorders"""


class Shelf(NamedTuple):
    """Arrays of shape (outlets,)."""

    fill_rate: Floats
    backorders: Floats
    on_hand: Floats


def hours_back(plan: Plan, way: Floats) -> Floats:
    """Hours before each of MOMENTS from which on orders are still on their way, (outlets, 168).

    By a carrier the time on the way; of trucks what was ordered after the last departure that has
    arrived by then.
    """
    found = np.repeat(way[:, None], len(MOMENTS), axis=1)
    fleet = plan.scenario.logistics.fleet
    for o in np.flatnonzero(plan.lane == FLEET) if fleet is not None else ():
        assert fleet is not None
        leave = np.sort(np.array(fleet.departures.moments))
        asked = MOMENTS - way[o]
        weeks, rest = np.divmod(asked, WEEK)
        at = np.searchsorted(leave, rest, side="right") - 1
        last = np.where(at >= 0, leave[at], leave[-1] - WEEK) + weeks * WEEK
        found[o] = MOMENTS - last
    return found


def asked_lately(shape: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Hours of average demand that came in the last `back` (n, 168) hours before each of MOMENTS;
    and the share of the week's demand that comes around each, (168,).

    shape: (STEPS,) when in the week.
    """
    total = np.concatenate(([0.0], np.cumsum(shape) * STEP))
    total *= WEEK / total[-1]

    def until(t: NDArray[Any]) -> Floats:
        weeks, rest = np.divmod(t, WEEK)
        return np.asarray(weeks * WEEK + np.interp(rest, np.arange(STEPS + 1) * STEP, total))

    edge = np.linspace(0.0, WEEK, len(MOMENTS) + 1)
    share = np.diff(np.interp(edge, np.arange(STEPS + 1) * STEP, total)) / WEEK
    return np.maximum(until(MOMENTS) - until(MOMENTS - back), 0.0), share


def shelf(
    coming: Floats, waiting: Floats, late: tuple[Floats, Floats], levels: tuple[Floats, Floats],
    share: Floats,
) -> Shelf:  # fmt: skip
    """Means over the week of one part's shelves.

    coming: (outlets, moments) mean pieces on the way; waiting: (outlets, moments, count) law of
    those that still wait at the depot (`echelons.waiting_orders`), late their mean and what their
    variance exceeds it by, (outlets, moments) each; levels: r and Q, (outlets,) each; share:
    (moments,) of the demand. What is on the way is Poisson (M(t)/G/infinity: Eick, Massey and Whitt
    1993, Operations Research 41(4)) and independent of what waits: Graves 1985, Management Science
    31(10).
    """
    low, lot = levels
    count = int((low + lot).max()) + 1
    if count <= FEW:
        cdf = _both(coming, waiting[:, :, :count], count).cumsum(axis=-1)
    else:
        cdf = _matched(coming + late[0], late[1], count).cumsum(axis=-1)
    held_below = np.cumsum(cdf, axis=-1)
    filled, held = np.zeros(coming.shape), np.zeros(coming.shape)
    for o in range(len(coming)):
        # the position is uniform on r + 1 .. r + Q: theory.reorder_point
        position = np.arange(max(int(low[o]) + 1, 1), int(low[o] + lot[o]) + 1)
        if len(position):
            filled[o] = cdf[o][:, position - 1].sum(axis=1) / lot[o]
            held[o] = held_below[o][:, position - 1].sum(axis=1) / lot[o]
    due = coming + late[0]
    backorders = due - (low + (lot + 1) / 2)[:, None] + held
    return Shelf(filled @ share, np.maximum(backorders, 0.0).mean(axis=1), held.mean(axis=1))


def _both(coming: Floats, waiting: Floats, count: int) -> Floats:
    """Law of what is on the way and what waits together, (outlets, moments, count)."""
    number = np.arange(count)
    mean = np.maximum(coming, 1e-300)[:, :, None]
    way = np.exp(number * np.log(mean) - mean - gammaln(number + 1.0))
    found = np.zeros_like(way)
    for j in range(min(count, waiting.shape[2])):
        found[:, :, j:] += waiting[:, :, j, None] * way[:, :, : count - j]
    return found


def _matched(mean: Floats, excess: Floats, count: int) -> Floats:
    """Negative binomial with this mean, and variance above it: VARI-METRIC; (..., count)."""
    m = np.maximum(mean, 1e-100)[..., None]
    e = np.maximum(excess, 1e-9 * m[..., 0])[..., None]
    n = np.arange(1, count)
    size = m**2 / e
    first = -size * np.log1p(e / m)
    steps = np.log((size + (n - 1)) / n) + np.log(e) - np.log(m + e)
    return np.exp(np.concatenate([first, first + np.cumsum(steps, axis=-1)], axis=-1))
