"""Fully sequential selection of the best strategy: KN, KN++, and with a limit on a second response.

One replication after another of those strategies that are still in, each compared with each,
until one is left. Strategies are called systems here, as in the literature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simnet.statistics.arrays import Bools, Floats, Ints, between

FEASIBILITY_SHARE = 0.5
"""Part of alpha that the check of the limit may err by; the rest is the comparison's."""


@dataclass(frozen=True)
class Limit:
    """A second response must be at most ``value`` in the mean.

    From value - tolerance downwards a system is desirable, from value + tolerance upwards it is
    unacceptable; between them the check may say either.
    """

    value: float
    tolerance: float


@dataclass(frozen=True)
class Elimination:
    system: int
    replication: int
    """after so many replications"""
    by: int | None
    """the system that is better; None where the limit is not kept"""


class KimNelson:
    """Finds the system with the least mean, told one replication (or a few) at a time.

        race = KimNelson(systems=8, delta=500.0)
        while not race.done:
            race.tell(simulate(race.active))
        race.best, race.guaranteed

    Replications are independent and normal; the systems of one replication may depend on each
    other in any way, so common random numbers are allowed, and save replications.

    Guarantee without a limit: where the least mean is at least ``delta`` below every other, it is
    found with chance 1 - alpha at least. With ``update`` False, procedure KN of Kim and Nelson
    2001, ACM Transactions on Modeling and Computer Simulation 11(3), pp. 251-273 (c = 1), for any
    ``first``: the variances of differences are those of the first ``first`` replications. With
    ``update`` True, procedure KN++ of Kim and Nelson 2006, Operations Research 54(3), pp.
    475-488: variances are those of all replications so far, which takes fewer of them, and the
    guarantee is asymptotic (delta to 0; normality is not needed then): for alpha = 0.05 and ten
    systems delta apart, 0.94 were measured with ``first`` = 10 and 0.96 with 24. Where others are
    within delta of the best, one of these is found as a rule, but no theorem says with what chance.

    Guarantee with a ``limit`` (as AK+ of Andradottir and Kim 2010, Naval Research Logistics
    57(5), pp. 403-421; the check is F_B of Batur and Kim 2010, ACM Transactions on Modeling and
    Computer Simulation 20(3), art. 13): where one desirable system is at least ``delta`` below
    every other system that is not unacceptable, it is found with chance 1 - alpha at least; where
    all systems are unacceptable, ``best`` is None with chance 1 - alpha / 2 at least. Check and
    comparison run side by side: a system goes out when it is found infeasible, or when one that
    has been found feasible is better. By Bonferroni's inequality each of the ``systems`` checks
    may err by alpha / 2 / systems, each of the systems - 1 comparisons of the best by alpha / 2 /
    (systems - 1), which needs no independence of the two responses either.

    ``budget`` is the most observations (a replication of one system each) that may be asked for.
    Where it ends the race, ``guaranteed`` is False and ``best`` the least mean so far.

    ValueError for no system, a delta or tolerance that is not above 0, alpha outside 0 to 1/2 and
    fewer than two first replications.
    """

    def __init__(
        self,
        systems: int,
        delta: float,
        alpha: float = 0.05,
        first: int = 10,
        *,
        update: bool = True,
        limit: Limit | None = None,
        budget: int | None = None,
    ) -> None:
        between(0, 0.5, alpha=alpha)
        between(0, np.inf, delta=delta)
        if systems < 1 or first < 2:
            raise ValueError(f"{systems} systems and {first} first replications are too few")
        if limit is not None:
            between(0, np.inf, tolerance=limit.tolerance)
        self._delta, self._first, self._update = delta, first, update
        self._limit, self._budget = limit, budget
        check = 0.0 if limit is None else FEASIBILITY_SHARE * alpha
        self._check_error = check / systems
        self._pair_error = (alpha - check) / max(systems - 1, 1)
        self._active = np.ones(systems, dtype=bool)
        self._feasible = np.full(systems, limit is None)
        self._mean = _Moments((systems,))
        self._apart = _Moments((systems, systems))
        self._excess = _Moments((systems,))
        self._observations = np.zeros(systems, dtype=np.intp)
        self._eliminated: list[Elimination] = []

    @property
    def active(self) -> Ints:
        """The systems that are still in, ascending: those to observe next."""
        return np.flatnonzero(self._active)

    @property
    def feasible(self) -> Bools:
        """(systems,) found to keep the limit; all of them where there is none."""
        return self._feasible.copy()

    @property
    def eliminated(self) -> tuple[Elimination, ...]:
        """In the order in which they went out."""
        return tuple(self._eliminated)

    @property
    def observations(self) -> Ints:
        """(systems,) replications that were observed of each."""
        return self._observations.copy()

    @property
    def guaranteed(self) -> bool:
        """The race is decided, with the chance that the class promises."""
        active = self.active
        return self._mean.count >= self._first and (
            not active.size or (active.size == 1 and bool(self._feasible[active[0]]))
        )

    @property
    def done(self) -> bool:
        """Decided, or no budget for another replication."""
        spent = int(self._observations.sum()) + int(self._active.sum())
        return self.guaranteed or (self._budget is not None and spent > self._budget)

    @property
    def best(self) -> int | None:
        """The system with the least mean of those in the race and known to keep the limit.

        None where there is none, or nothing was told yet.
        """
        among = np.flatnonzero(self._active & self._feasible)
        if not among.size or not self._mean.count:
            return None
        return int(among[np.argmin(self._mean.mean[among])])

    def tell(self, values: ArrayLike, limited: ArrayLike | None = None) -> None:
        """The next replication of every active system, or several.

        ``values`` is (active,) or (active, replications), in the order of ``active``; ``limited``
        the same of the response with the limit. Several are looked at one after another, as if
        told so; those of systems that go out on the way, and after the end, are left aside.

        ValueError for other shapes, values that are not finite, and ``limited`` without a limit
        or the other way round.
        """
        active = self.active
        told = _columns(values, len(active))
        if (limited is None) != (self._limit is None):
            raise ValueError("limited values need a limit, and a limit needs limited values")
        also = None if limited is None else _columns(limited, len(active))
        if also is not None and also.shape != told.shape:
            raise ValueError(f"values are {told.shape} and limited values {also.shape}")
        for number in range(told.shape[1]):
            if self.done:
                return
            value = self._spread(active, told[:, number])
            self._observations += self._active
            self._mean.add(value)
            frozen = not self._update and self._mean.count > self._first
            self._apart.add(value[:, None] - value, frozen)
            if also is not None and self._limit is not None:
                self._excess.add(self._spread(active, also[:, number]) - self._limit.value, frozen)
            if self._mean.count >= self._first:
                self._check()
                self._compare()

    def _spread(self, systems: Ints, told: Floats) -> Floats:
        """(systems,) of what was told; NaN, which no comparison is true of, for who is out."""
        values = np.full(len(self._active), np.nan)
        values[systems] = told
        values[~self._active] = np.nan
        return values

    def _check(self) -> None:
        """F_B: the mean excess over the limit leaves the region where it may be either."""
        if self._limit is None:
            return
        width = self._excess.region(self._limit.tolerance, self._check_error)
        excess = self._excess.mean
        open_ = self._active & ~self._feasible
        kept = open_ & (excess <= -width)
        self._feasible |= kept
        for system in np.flatnonzero(open_ & ~kept & (excess >= width)):
            self._eliminate(int(system), None)

    def _compare(self) -> None:
        """KN's screening; where all regions are closed, the least mean is left."""
        width = self._apart.region(self._delta, self._pair_error)
        among = self._active & self._feasible
        behind = np.where(self._active[:, None] & among, self._apart.mean - width, -np.inf)
        behind[np.diag_indices_from(behind)] = -np.inf
        for system in np.flatnonzero(behind.max(axis=1) > 0):
            self._eliminate(int(system), int(behind[system].argmax()))
        best = self.best
        if best is None or (self._active & ~self._feasible).any():
            return
        active = self.active
        if not width[np.ix_(active, active)].any():  # equal means: nothing tells them apart
            for system in active[active != best]:
                self._eliminate(int(system), best)

    def _eliminate(self, system: int, by: int | None) -> None:
        self._active[system] = False
        self._eliminated.append(Elimination(system, self._mean.count, by))


class _Moments:
    """Running means and variances (Welford 1962, Technometrics 4(3), pp. 419-420)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.count = 0
        self.mean: Floats = np.zeros(shape)
        self._squares: Floats = np.zeros(shape)
        self._degrees = 0

    def add(self, values: Floats, frozen: bool = False) -> None:
        """One more; ``frozen``: for the mean only, the variance stays."""
        self.count += 1
        off = values - self.mean
        self.mean = self.mean + off / self.count
        if not frozen:
            self._squares = self._squares + off * (values - self.mean)
            self._degrees = self.count - 1

    def region(self, delta: float, error: float) -> Floats:
        """By how much a mean can be beyond 0 so far while the true one is delta on the other side.

        Kim and Nelson 2001, W = max(0, delta / 2r (h^2 S^2 / delta^2 - r)) with h^2 = 2 eta d, eta
        = ((2 error)^(-2/d) - 1) / 2 and d degrees of freedom; h^2 tends to -2 log(2 error), that
        of KN++, as d grows with r.
        """
        h2 = self._degrees * ((2 * error) ** (-2 / self._degrees) - 1)
        variance = self._squares / self._degrees
        return np.maximum(0.0, h2 * variance / (2 * self.count * delta) - delta / 2)


def _columns(values: ArrayLike, systems: int) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or len(array) != systems:
        raise ValueError(f"{systems} systems are active, but values have shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("values have one that is not finite")
    return array
