"""Groups of cases or calls: all of them, those of each month, of each market and of each outlet.

The sums and quantiles of a column come in one array for all groups, the whole first, then the
months, the markets and the outlets, so that a figure is reckoned only once for all of them.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from simnet.plan import Plan

from .months import month_of
from .sums import Bools, Floats, Ints, quantiles, sums


class Groups:
    """Who belongs to which group. The months count all, the other groups what began after the
    warm-up."""

    def __init__(self, plan: Plan, time: Floats, market: Ints, outlet: Ints | None = None) -> None:
        """time: (n,) hours at which each began; market, outlet (-1 for none): (n,) numbers."""
        self.months, self.markets = len(plan.month_starts), len(plan.markets)
        self.outlets = 0 if outlet is None else len(plan.outlets)
        bounds = np.cumsum([0, 1, self.months, self.markets, self.outlets])
        self.total, self.by_month, self.by_market, self.by_outlet = (
            slice(a, b) for a, b in pairwise(bounds.tolist())
        )
        self.recent = time >= plan.scenario.warm_up
        month = month_of(plan, time)
        # sums by all three of market, month and `recent` hold those of three kinds of groups
        self.shape = (self.markets, self.months, 2)
        self.cell = (market.astype(np.int64) * self.months + month) * 2 + self.recent
        if outlet is not None:
            at_none = ~self.recent | (outlet < 0)
            self.outlet = np.where(at_none, self.outlets, outlet)

    def sum(self, values: Floats | Bools | None = None, rows: Ints | None = None) -> Floats:
        """Sum of `values` in each group, or the number of rows where None; shape (groups,).

        rows: those of the values, all where None.
        """
        cell = self.cell if rows is None else self.cell[rows]
        cells = sums(cell, int(np.prod(self.shape)), values).reshape(self.shape)
        recent = cells[:, :, 1].sum(axis=1)
        found = [recent.sum(keepdims=True), cells.sum(axis=(0, 2)), recent]
        if self.outlets:
            found.append(sums(self.outlet if rows is None else self.outlet[rows],
                              self.outlets, values))  # fmt: skip
        return np.concatenate(found)

    def quantiles(self, values: Floats, rows: Ints, shares: Sequence[float]) -> Floats:
        """Quantiles of `values`, those of `rows`, in each group; shape (groups, shares)."""
        cell = self.cell[rows]
        by_month = quantiles(cell // 2 % self.months, self.months, values, shares)
        recent = np.flatnonzero(self.recent[rows])
        values, rows, cell = values[recent], rows[recent], cell[recent]
        found = [
            quantiles(np.zeros_like(cell), 1, values, shares),
            by_month,
            quantiles(cell // (2 * self.months), self.markets, values, shares),
        ]
        if self.outlets:
            found.append(quantiles(self.outlet[rows], self.outlets, values, shares))
        return np.concatenate(found)
