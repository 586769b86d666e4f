"""Groups of cases or calls: all of them, those of each month, of each market and of each outlet.

The sums and quantiles of a column come in one array for all groups, the whole first, then the
months, the markets and the outlets, so that a figure is reckoned only once for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan

from .cases import column
from .months import days_of_months, month_edges
from .quantiles import quantiles
from .sums import Bools, Column, Floats, Ints, totals


@dataclass(frozen=True)
class Groups:
    """Who belongs to which group. The months count all, the other groups what began after the
    warm-up."""

    months: int
    markets: int
    outlets: int
    """0 where there are no groups of outlets"""
    member: NDArray[np.int32]
    """(n, 3 or 4) numbers of the groups that each belongs to; `size` for none"""

    @classmethod
    def of(cls, plan: Plan, time: Floats, market: Ints, outlet: Ints | None = None) -> "Groups":
        """time: (n,) hours at which each began; market, outlet (-1 for none): (n,) numbers."""
        from .loops import groups as loops

        months, markets = len(plan.month_starts), len(plan.markets)
        found = cls(
            months, markets, 0 if outlet is None else len(plan.outlets),
            np.empty((len(time), 3 if outlet is None else 4), dtype=np.int32),
        )  # fmt: skip
        first = np.array([part.start for part in found.slices[1:]] + [found.size])
        at = np.empty(0, dtype=np.int32) if outlet is None else np.asarray(column(outlet), np.int32)
        loops.members(
            np.ascontiguousarray(time), np.asarray(market, dtype=np.int32), at,
            days_of_months(plan), month_edges(plan), plan.scenario.warm_up, first, found.member,
        )  # fmt: skip
        return found

    @property
    def size(self) -> int:
        """Number of the groups."""
        return 1 + self.months + self.markets + self.outlets

    @property
    def slices(self) -> tuple[slice, slice, slice, slice]:
        """Where the whole, the months, the markets and the outlets are in an array of figures."""
        ends = np.cumsum([0, 1, self.months, self.markets, self.outlets]).tolist()
        total, month, market, outlet = (slice(a, b) for a, b in pairwise(ends))
        return total, month, market, outlet

    def add_whole(self, table: Floats) -> None:
        """Of sums by group, (groups + 1, ...), write those of the whole: every row of it has a
        market."""
        whole, _, markets, _ = self.slices
        table[whole] = table[markets].sum(axis=0)

    def sums(self, columns: Sequence[Column]) -> Floats:
        """Sum of each column in each group, shape (columns, groups)."""
        return totals(self.member, self.size, columns)

    def quantiles(self, where: Bools, values: Floats, shares: Sequence[float]) -> Floats:
        """Quantiles of `values` (n,) where `where` (n,) is true, shape (groups, shares)."""
        return quantiles(self.member, self.size, where, values, shares)
