"""Months, and then the markets of the cases after the warm-up: what amounts are summed up by."""

import numpy as np

from simnet.plan import Plan
from simnet.records import Records

from .months import days_of_months, month_edges
from .sums import Floats, Ints

_NONE = np.empty(0, dtype=np.int32)


class Slots:
    """Sums up amounts by month, and by market where cases are behind them."""

    def __init__(self, plan: Plan, records: Records) -> None:
        self.plan, self.cases = plan, records.cases
        self.months = len(plan.month_starts)
        self.size = self.months + len(plan.markets)
        self.days, self.edges = days_of_months(plan), month_edges(plan)

    def add_up(
        self, time: Floats, amount: Floats, case: Ints | None, outlet: Ints | None = None
    ) -> Floats:
        """Sums by outlet (in one row where None), out of and in warranty (what no case is behind
        counts as out of it), and slot; shape (outlets, 2, slots).

        time: (n,) hours; amount, case, outlet: (n,).
        """
        from .loops import slots as loops

        table = np.zeros((1 if outlet is None else len(self.plan.outlets), 2, self.size))
        if len(time):
            cases = self.cases
            loops.add_up(
                np.ascontiguousarray(time), np.ascontiguousarray(amount),
                _NONE if outlet is None else np.asarray(outlet, dtype=np.int32),
                _NONE if case is None else np.asarray(case, dtype=np.int32),
                cases["warranty"], cases["failed"], cases["market"],
                self.plan.scenario.warm_up, self.days, self.edges, table,
            )  # fmt: skip
        return table
