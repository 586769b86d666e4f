"""The p-median problem: which p outlets to open so that the weighted way to them is least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PROVED = 1e-9
"""Relative gap under which a siting counts as optimal."""

RANDOM_STARTS = 6
SUBGRADIENT_STEPS = 2000
PATIENCE = 30
"""Steps without a better bound after which the step is halved."""


@dataclass(frozen=True)
class Siting:
    """Where to open. ``method`` is "exact" where the optimum is proved, else "heuristic"."""

    open: tuple[int, ...]
    """Indices of the open candidates, ascending."""
    assigned: Ints
    """(markets,) the nearest open candidate of each market, the lowest index among equals."""
    objective: float
    """Sum over the markets of weight times cost to the assigned candidate."""
    bound: float
    """Proved: no siting that obeys the same constraints has a lower objective."""
    method: Literal["exact", "heuristic"]

    @property
    def gap(self) -> float:
        """(objective - bound) / objective, the most by which the optimum can be better."""
        return _gap(self.objective, self.bound)


def p_median(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    locked: Sequence[int] = (),
    method: Literal["auto", "exact", "heuristic"] = "auto",
    time_limit: float = 60.0,
) -> Siting:
    """Choose the p candidates that minimise the weighted cost to each market's nearest one.

    ``cost`` is (markets, candidates), e.g. km; ``weights`` (markets,), e.g. people; ``locked``
    candidates are open in any case and count among the p.

    "heuristic" is interchange from several starts (Teitz and Bart 1968, Operations Research 16(5),
    pp. 955-961) with a Lagrangian lower bound (Cornuejols, Fisher and Nemhauser 1977, Management
    Science 23(8), pp. 789-810). "exact" goes on with an integer programme (ReVelle and Swain 1970,
    Geographical Analysis 2(1), pp. 30-42) of what that bound leaves open, solved by HiGHS for at
    most ``time_limit`` seconds; after them the best siting and bound found are returned. "auto"
    is "exact" where the heuristic is not proved optimal already.

    Equal input gives equal output, unless the time limit strikes.

    Raises ``ValueError`` for p below 1 or above the number of candidates, more locked candidates
    than p, a locked index that is no candidate, negative or non-finite weights, non-finite cost,
    shapes that do not fit, and an unknown method.
    """
    c, w, lock = _checked(cost, weights, p, locked)
    if method not in ("auto", "exact", "heuristic"):
        raise ValueError(f'method must be "auto", "exact" or "heuristic", got {method!r}')
    problem = _Problem(c * w[:, None], p, lock)
    opened, relaxed = _heuristic(problem)
    bound = relaxed.bound
    proved = _gap(_value(problem, opened), bound) < PROVED
    if method == "exact" or (method == "auto" and not proved):
        opened, bound = _integer_programme(problem, opened, relaxed, time_limit)
    assigned = opened[np.argmin(c[:, opened], axis=1)]
    objective = float(w @ c[np.arange(len(c)), assigned])
    bound = min(bound, objective)
    return Siting(
        open=tuple(opened.tolist()),
        assigned=assigned,
        objective=objective,
        bound=bound,
        method="exact" if _gap(objective, bound) < PROVED else "heuristic",
    )


class _Problem(NamedTuple):
    cost: Floats  # (markets, candidates), weighted
    p: int
    locked: Ints


class _Relaxation(NamedTuple):
    """The best Lagrangian bound, and what it says of each candidate and pair."""

    bound: float
    price: Floats  # (markets,) what a market would pay to be served
    worth: Floats  # (candidates,) the reduced cost of opening, not above 0


def _checked(
    cost: ArrayLike, weights: ArrayLike, p: int, locked: Iterable[int]
) -> tuple[Floats, Floats, Ints]:
    c, w = np.asarray(cost, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    lock = np.array(sorted(set(locked)), dtype=np.intp)
    if c.ndim != 2 or not c.size:
        raise ValueError(f"cost must be (markets, candidates), got shape {c.shape}")
    if w.shape != c.shape[:1]:
        raise ValueError(f"{c.shape[0]} markets in cost need as many weights, got {w.shape}")
    if not np.all(np.isfinite(c)):
        raise ValueError("cost has a value that is not finite")
    if not np.all(np.isfinite(w)) or np.any(w < 0):
        raise ValueError("weights must be finite and not negative")
    if not 1 <= p <= c.shape[1]:
        raise ValueError(f"p must be from 1 to the {c.shape[1]} candidates, got {p}")
    if len(lock) > p:
        raise ValueError(f"{len(lock)} locked candidates are more than p = {p}")
    if len(lock) and (lock[0] < 0 or lock[-1] >= c.shape[1]):
        raise ValueError(f"locked must be indices of the {c.shape[1]} candidates, got {locked}")
    return c, w, lock


def _gap(objective: float, bound: float) -> float:
    return 0.0 if objective <= bound else (objective - bound) / abs(objective or bound)


def _value(problem: _Problem, opened: Ints) -> float:
    return float(problem.cost[:, opened].min(axis=1).sum())


# --- heuristic ------------------------------------------------------------------------------


def _heuristic(problem: _Problem) -> tuple[Ints, _Relaxation]:
    """The best of a fixed set of starts after interchange, and the bound that it is held to."""
    candidates = problem.cost.shape[1]
    rng = np.random.default_rng(0)  # fixed: the same starts every time
    starts = [_greedy(problem)]
    for _ in range(RANDOM_STARTS):
        starts.append(_chosen(rng.random((candidates,)), problem))
    best = min((_interchange(problem, s) for s in starts), key=lambda s: _value(problem, s))
    relaxed, guide = _lagrangian(problem, _value(problem, best))
    guided = _interchange(problem, guide)
    return min((best, guided), key=lambda s: _value(problem, s)), relaxed


def _greedy(problem: _Problem) -> Ints:
    """Open one candidate after the other, each where it saves most."""
    cost, opened = problem.cost, problem.locked
    if not len(opened):
        opened = np.array([np.argmin(cost.sum(axis=0))])
    nearest = cost[:, opened].min(axis=1)
    while len(opened) < problem.p:
        saving = np.maximum(nearest[:, None] - cost, 0.0).sum(axis=0)
        saving[opened] = -1.0
        new = np.argmax(saving)
        opened = np.append(opened, new)
        nearest = np.minimum(nearest, cost[:, new])
    return np.sort(opened)


def _interchange(problem: _Problem, opened: Ints) -> Ints:
    """Swap one open for one closed candidate, always the best pair, until none gains.

    The profit of all pairs at once from each market's nearest and second nearest: Whitaker 1983,
    INFOR 21(2), pp. 95-108, split into gain, loss and extra as in Resende and Werneck 2007,
    European Journal of Operational Research 176(2), pp. 1006-1008.
    """
    cost, p = problem.cost, problem.p
    markets, candidates = cost.shape
    fixed = np.isin(opened, problem.locked)
    if p == candidates or fixed.all():
        return opened
    opened = opened.copy()
    scale = float(np.abs(cost).max()) * markets
    while True:
        near = cost[:, opened]
        rank = near.argmin(axis=1)
        first = near[np.arange(markets), rank]
        second = np.partition(near, 1, axis=1)[:, 1] if p > 1 else cost.max(axis=1)
        user = (rank == np.arange(p)[:, None]).astype(np.float64)
        # Of market i if j opens: gain as its nearest stays, extra as its nearest closes.
        gain = np.maximum(first[:, None] - cost, 0.0)
        extra = np.maximum(second[:, None] - np.maximum(cost, first[:, None]), 0.0)
        profit = gain.sum(axis=0) + user @ extra - (user @ (second - first))[:, None]
        profit[:, opened] = -np.inf
        profit[fixed] = -np.inf
        out, new = np.unravel_index(np.argmax(profit), profit.shape)
        # Below rounding a swap and its reverse could both look like a gain.
        if profit[out, new] <= 1e-12 * scale:
            return np.sort(opened)
        opened[out] = new


def _chosen(worth: Floats, problem: _Problem) -> Ints:
    """The locked candidates and those of the lowest worth, p together, ascending."""
    worth = worth.copy()
    worth[problem.locked] = -np.inf
    return np.sort(np.argsort(worth, kind="stable")[: problem.p])


def _lagrangian(problem: _Problem, upper: float) -> tuple[_Relaxation, Ints]:
    """The lower bound from relaxing that every market is served, by subgradients.

    With a price on every market being served, a candidate is worth the sum of what its cost
    undercuts the prices by, and the best p candidates give a bound. The step is Held and Karp's,
    towards ``upper``, halved when it stalls (Beasley 1985, European Journal of Operational
    Research 21(2), pp. 270-273). Also returns the best siting that the choices gave by the way.
    """
    cost = problem.cost
    opened = _greedy(problem)
    price = cost[:, opened].min(axis=1)
    least = cost.min(axis=1)  # at these prices no candidate is worth anything
    best = _Relaxation(float(least.sum()), least, np.zeros(cost.shape[1]))
    guide, guide_value = opened, _value(problem, opened)
    theta, stalled = 2.0, 0
    for _ in range(SUBGRADIENT_STEPS):
        reduced = np.minimum(cost - price[:, None], 0.0)
        worth = reduced.sum(axis=0)
        opened = _chosen(worth, problem)
        bound = float(price.sum() + worth[opened].sum())
        stalled += 1
        if bound > best.bound:
            if bound > best.bound + 1e-6 * abs(upper):
                stalled = 0
            best = _Relaxation(bound, price, worth)
            value = _value(problem, opened)
            if value < guide_value:
                guide, guide_value = opened, value
        unserved = 1.0 - np.count_nonzero(reduced[:, opened], axis=1)
        norm = float(unserved @ unserved)
        missing = min(upper, guide_value) - bound
        if norm == 0 or missing <= 0 or theta < 1e-4:
            break
        if stalled >= PATIENCE:
            theta, stalled, price = theta / 2, 0, best.price
            continue
        price = price + theta * missing / norm * unserved
    return best, guide


# --- exact ----------------------------------------------------------------------------------


def _integer_programme(
    problem: _Problem, opened: Ints, relaxed: _Relaxation, time_limit: float
) -> tuple[Ints, float]:
    """The best siting and the bound that HiGHS proves within the limit, or those given.

    Only what could still beat ``opened`` enters. Opening a candidate that the relaxation leaves
    closed, closing one that it opens, or serving a market above its price raises the bound by a
    known amount; where that exceeds the value of ``opened`` the variable is fixed. Assignment
    variables may be continuous, as with integral openings each market goes wholly to its cheapest.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # takes a fifth of a second to import

    cost, p, locked = problem
    markets, candidates = cost.shape
    upper = _value(problem, opened)
    slack = upper + 1e-9 * abs(upper) - relaxed.bound

    favoured = np.isin(np.arange(candidates), _chosen(relaxed.worth, problem))
    held = np.isin(np.arange(candidates), locked)
    last_in = relaxed.worth[favoured & ~held].max(initial=-np.inf)
    first_out = relaxed.worth[~favoured].min(initial=np.inf)
    opening = np.where(favoured, 0.0, relaxed.worth - last_in)
    closed = opening > slack
    must = held | (favoured & (first_out - relaxed.worth > slack))

    # A market's cheapest n - p + 1 candidates hold an open one, as do those up to the first that
    # must be open; beyond them it is never served.
    free = np.flatnonzero(~closed)
    order = np.argsort(cost[:, free], axis=1, kind="stable")
    keep = len(free) - p + 1
    useful = np.zeros((markets, len(free)), dtype=bool)
    np.put_along_axis(useful, order[:, :keep], True, axis=1)
    if must.any():
        useful &= cost[:, free] <= cost[:, must].min(axis=1, keepdims=True)
    # Paying above the price adds to the bound, on top of the cost of opening.
    over = np.maximum(cost[:, free] - relaxed.price[:, None], 0.0) + opening[free]
    useful &= over <= slack

    pair_market, pair_free = np.nonzero(useful)
    pairs, sites = len(pair_market), len(free)
    # x of the sites, then y of the pairs. Scaled, as HiGHS has absolute tolerances.
    scale = 1e4 / abs(upper) if upper else 1.0
    objective = np.concatenate([np.zeros(sites), scale * cost[pair_market, free[pair_free]]])
    row, ones = np.arange(pairs), np.ones(pairs)
    y = sites + row
    served = coo_array((ones, (pair_market, y)), shape=(markets, sites + pairs))
    count = coo_array(
        (np.ones(sites), (np.zeros(sites, dtype=np.intp), np.arange(sites))),
        shape=(1, sites + pairs),
    )
    only_open = coo_array(
        (np.concatenate([ones, -ones]), (np.tile(row, 2), np.concatenate([y, pair_free]))),
        shape=(pairs, sites + pairs),
    )
    result = milp(
        objective,
        integrality=np.repeat([1, 0], [sites, pairs]),
        bounds=Bounds(np.concatenate([must[free].astype(float), np.zeros(pairs)]), 1.0),
        constraints=[
            LinearConstraint(served.tocsr(), 1.0, 1.0),
            LinearConstraint(count.tocsr(), p, p),
            LinearConstraint(only_open.tocsr(), -np.inf, 0.0),
        ],
        options={"time_limit": time_limit, "mip_rel_gap": 0.0},
    )
    bound = relaxed.bound
    if result.status == 2:  # infeasible: nothing beats upper
        bound = upper
    elif result.mip_dual_bound is not None:
        # What was left out is no better than upper, what was left in no better than the bound.
        bound = max(bound, min(upper, float(result.mip_dual_bound) / scale))
    if result.x is not None:
        found = np.sort(free[np.argsort(-result.x[:sites], kind="stable")[:p]])
        if _value(problem, found) < upper * (1 - PROVED):
            opened = found
    return opened, bound
