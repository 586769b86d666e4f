"""The draws as the model reads them: plain Python values, since SimPy takes them one by one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Column, Draws
from simnet.plan import Plan
from simnet.scenario.product import Work


class Table:
    """Columns read as table[case, k]; a constant one is held once."""

    def __init__(self, columns: tuple[Column | NDArray[Any], ...]) -> None:
        self.width = len(columns)
        full = [_full(column) for column in columns]
        self.constant = [c.strides == (0,) and len(c) > 0 for c in full]
        self.columns = [
            (c[:1] if constant else c).tolist()
            for c, constant in zip(full, self.constant, strict=True)
        ]

    def __getitem__(self, at: tuple[int, int]) -> Any:
        case, k = at
        return self.columns[k][0 if self.constant[k] else case]


def _full(column: Column | NDArray[Any]) -> NDArray[Any]:
    return column.full() if isinstance(column, Column) else column


class Rows:
    """Columns of the case table by name, with what follows from the case's source."""

    def __init__(self, plan: Plan, draws: Draws) -> None:
        cases = draws.cases
        for name, column in vars(cases).items():
            several = isinstance(column, tuple)
            setattr(self, name, Table(column) if several else _full(column).tolist())
        sources = [plan.sources[s] for s in cases.source.tolist()]
        self.work: list[Work | None] = [s.work for s in sources]
        self.call_type = [s.call_type for s in sources]
        self.product = [s.product for s in sources]
        priority = plan.priority_of_tier
        self.priority = [
            priority[s.product][t] if s.product >= 0 else 0
            for s, t in zip(sources, cases.tier.tolist(), strict=True)
        ]
        units = draws.units
        self.sold, self.leaves = (
            np.where(cases.unit >= 0, hours[cases.unit], of_none).tolist()
            if len(hours)
            else [of_none] * len(cases)
            for hours, of_none in ((units.sold, 0.0), (units.leaves, np.inf))
        )

    def __getattr__(self, name: str) -> Any:  # columns are set by name above
        raise AttributeError(name)
