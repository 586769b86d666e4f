"""The draws as the model reads them: plain Python values, since SimPy takes them one by one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.scenario.product import Work


class Table:
    """A column of shape (cases, k), read as table[case, i]; a constant one is held once."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.width = array.shape[1]
        self.constant = array.strides[0] == 0 and len(array) > 0
        self.rows = array[:1].tolist() if self.constant else array.tolist()

    def __getitem__(self, at: tuple[int, int]) -> Any:
        case, i = at
        return self.rows[0 if self.constant else case][i]


class Rows:
    """Columns of the case table by name, with what follows from the case's source."""

    def __init__(self, plan: Plan, draws: Draws) -> None:
        cases = draws.cases
        for name in vars(cases):
            array = cases.full(name)
            setattr(self, name, Table(array) if array.ndim == 2 else array.tolist())
        sources = [plan.sources[s] for s in cases.source.tolist()]
        self.work: list[Work | None] = [s.work for s in sources]
        self.call_type = [s.call_type for s in sources]
        self.product = [s.product for s in sources]
        priority = plan.priority_of_tier
        self.priority = [
            priority[s.product][t] if s.product >= 0 else 0
            for s, t in zip(sources, cases.tier.tolist(), strict=True)
        ]
        self.sold, self.leaves = (
            np.where(cases.unit >= 0, hours[cases.unit], of_none).tolist()
            if len(hours)
            else [of_none] * len(cases)
            for hours, of_none in ((draws.units.sold, 0.0), (draws.units.leaves, np.inf))
        )

    def __getattr__(self, name: str) -> Any:  # columns are set by name above
        raise AttributeError(name)
