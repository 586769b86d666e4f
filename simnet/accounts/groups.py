"""Groups of cases or calls: all of them, those of each month, of each market and of each outlet.

The sums and quantiles of a column come in one array for all groups, the whole first, then the
months, the markets and the outlets, so that a figure is reckoned only once for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from simnet.plan import Plan

from .months import month_of
from .sums import Bools, Floats, Ints, quantiles, sums


@dataclass(frozen=True)
class Groups:
    """Who belongs to which group. The months count all, the other groups what began after the
    warm-up."""

    months: int
    markets: int
    outlets: int
    """0 where there are no groups of outlets"""
    month: Ints
    market: Ints
    """(n,) `markets` for what began before"""
    outlet: Ints | None
    """(n,) `outlets` for none and for what began before"""

    @classmethod
    def of(cls, plan: Plan, time: Floats, market: Ints, outlet: Ints | None = None) -> "Groups":
        """time: (n,) hours at which each began; market, outlet (-1 for none): (n,) numbers."""
        recent, markets, outlets = time >= plan.scenario.warm_up, len(plan.markets), 0
        if outlet is not None:
            outlets = len(plan.outlets)
            outlet = np.where(recent & (outlet >= 0), outlet, outlets)
        market = np.where(recent, market, markets)
        months = len(plan.month_starts)
        return cls(months, markets, outlets, month_of(plan, time), market, outlet)

    def only(self, rows: Ints) -> "Groups":
        """The same groups, of some of the rows."""
        outlet = None if self.outlet is None else self.outlet[rows]
        return replace(self, month=self.month[rows], market=self.market[rows], outlet=outlet)

    @property
    def slices(self) -> tuple[slice, slice, slice, slice]:
        """Where the whole, the months, the markets and the outlets are in an array of figures."""
        ends = np.cumsum([0, 1, self.months, self.markets, self.outlets]).tolist()
        total, month, market, outlet = (slice(a, b) for a, b in pairwise(ends))
        return total, month, market, outlet

    def count(self) -> Floats:
        """Number of rows in each group, shape (groups,)."""
        return self.sum(None)

    def sum(self, values: Floats | Bools | None) -> Floats:
        """Sum of `values` (n,) in each group, shape (groups,)."""
        by_market = sums(self.market, self.markets, values)
        # the whole is no sum of months: nothing in it depends on the calendar
        found = [by_market.sum(keepdims=True), sums(self.month, self.months, values), by_market]
        if self.outlet is not None:
            found.append(sums(self.outlet, self.outlets, values))
        return np.concatenate(found)

    def quantiles(self, values: Floats, shares: Sequence[float]) -> Floats:
        """Quantiles of `values` (n,) in each group, shape (groups, shares)."""
        before = (self.market == self.markets).astype(np.int64)
        found = [
            quantiles(before, 1, values, shares),
            quantiles(self.month, self.months, values, shares),
            quantiles(self.market, self.markets, values, shares),
        ]
        if self.outlet is not None:
            found.append(quantiles(self.outlet, self.outlets, values, shares))
        return np.concatenate(found)
