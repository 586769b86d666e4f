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
    cell: Ints
    """(n,) market, month and whether it began after the warm-up in one number: sums by all three
    hold those of three kinds of groups"""
    outlet: Ints | None
    """(n,) the outlet of what began after the warm-up, `outlets` for none"""

    @classmethod
    def of(cls, plan: Plan, time: Floats, market: Ints, outlet: Ints | None = None) -> "Groups":
        """time: (n,) hours at which each began; market, outlet (-1 for none): (n,) numbers."""
        months, recent = len(plan.month_starts), time >= plan.scenario.warm_up
        cell = (market.astype(np.int64) * months + month_of(plan, time)) * 2 + recent
        if outlet is not None:
            outlet = np.where(recent & (outlet >= 0), outlet, len(plan.outlets))
        outlets = 0 if outlet is None else len(plan.outlets)
        return cls(months, len(plan.markets), outlets, cell, outlet)

    def only(self, rows: Ints) -> "Groups":
        """The same groups, of some of the rows."""
        outlet = None if self.outlet is None else self.outlet[rows]
        return replace(self, cell=self.cell[rows], outlet=outlet)

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
        shape = (self.markets, self.months, 2)
        cells = sums(self.cell, self.markets * self.months * 2, values).reshape(shape)
        recent = cells[:, :, 1].sum(axis=1)
        found = [recent.sum(keepdims=True), cells.sum(axis=(0, 2)), recent]
        if self.outlet is not None:
            found.append(sums(self.outlet, self.outlets, values))
        return np.concatenate(found)

    def quantiles(self, values: Floats, shares: Sequence[float]) -> Floats:
        """Quantiles of `values` (n,) in each group, shape (groups, shares)."""
        month = self.cell // 2 % self.months
        found = [quantiles(month, self.months, values, shares)]
        rows = np.flatnonzero(self.cell % 2)
        values, market = values[rows], self.cell[rows] // (2 * self.months)
        found.insert(0, quantiles(np.zeros_like(market), 1, values, shares))
        found.append(quantiles(market, self.markets, values, shares))
        if self.outlet is not None:
            found.append(quantiles(self.outlet[rows], self.outlets, values, shares))
        return np.concatenate(found)
