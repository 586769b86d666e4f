"""What amounts are summed up by: months, and the markets of the cases that are over."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.records import Outcome, Records

from .months import days_of_months, month_edges
from .sums import Floats, Ints

_NONE, _ONE = np.empty(0, dtype=np.int32), np.zeros(1, dtype=np.int32)


class Summed(NamedTuple):
    """Amounts out of and in warranty (what no case is behind counts as out of it).

    Markets times outlets would be too many: who pays is settled by the contract.
    """

    by_month: Floats
    """(outlets, 2, months)"""
    by_market: Floats
    """(contracts, 2, markets): of those that a case is behind which began after the warm-up and is
    over: what an open one has cost so far is no cost of a case"""


class Slots:
    """Sums up amounts by month, and by market where cases are behind them."""

    def __init__(self, plan: Plan, records: Records) -> None:
        self.plan, self.cases = plan, records.cases
        self.days, self.edges = days_of_months(plan), month_edges(plan)
        self.contract = plan.contract.astype(np.int32)
        still = self.cases["outcome"] == Outcome.OPEN
        failed = self.cases["failed"]
        self.began = np.where(still, -np.inf, failed) if still.any() else failed

    def nothing(self, outlets: int, contracts: int) -> Summed:
        """Zeros."""
        months, markets = len(self.edges) - 1, len(self.plan.markets)
        return Summed(np.zeros((outlets, 2, months)), np.zeros((contracts, 2, markets)))

    def of_outlets(self, time: Floats, amount: Floats, case: Ints | None, outlet: Ints) -> Summed:
        """Sums of what outlets do, by these and their contracts.

        time: (n,) hours; amount, case, outlet: (n,).
        """
        found = self.nothing(len(self.contract), len(self.plan.scenario.contracts))
        self._add_up(time, amount, case, outlet, self.contract, found)
        return found

    def of_all(self, time: Floats, amount: Floats, case: Ints | None) -> Summed:
        """Sums in one row, as of one outlet with one contract."""
        found = self.nothing(1, 1)
        self._add_up(time, amount, case, None, _ONE, found)
        return found

    def _add_up(
        self, time: Floats, amount: Floats, case: Ints | None, outlet: Ints | None,
        contract: NDArray[np.int32], found: Summed,
    ) -> None:  # fmt: skip
        from .loops import slots as loops

        if len(time):
            cases = self.cases
            loops.add_up(
                np.ascontiguousarray(time), np.ascontiguousarray(amount),
                _NONE if outlet is None else np.asarray(outlet, dtype=np.int32),
                _NONE if case is None else np.asarray(case, dtype=np.int32),
                cases["warranty"], self.began, cases["market"],
                self.plan.scenario.warm_up, self.days, self.edges, contract, *found,
            )  # fmt: skip
