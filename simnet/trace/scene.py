"""One case of a run, with all that its story needs by name."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import FLEET
from simnet.plan.plan import Source
from simnet.records import MILESTONES, Outcome, Table
from simnet.run import Run
from simnet.scenario.outlet import Outlet
from simnet.scenario.product import Product, Tier

from . import say
from .people import person_names
from .step import Step, TraceError

Row = dict[str, Any]


class Scene:
    """A case: its milestones as `scene["called"]`, hours, NaN where not reached."""

    def __init__(self, run: Run, case: int) -> None:
        """Raises TraceError where there is no such case."""
        count = len(run.records.cases["row"])
        if not 0 <= case < count:
            has = f"its cases are 0 to {count - 1:,}" if count else "it has no cases"
            raise TraceError(f"the run has no case {case:,}; {has}")
        self.run, self.case, self.plan = run, case, run.plan
        self.row: Row = {name: column[case].item() for name, column in run.records.cases.items()}
        self.outcome = Outcome(self.row["outcome"])
        self.end = run.plan.end

    def __getitem__(self, milestone: str) -> float:
        return float(self.row[milestone])

    def reached(self, milestone: str) -> bool:
        """Whether the case got so far before the run ended."""
        return bool(self[milestone] == self[milestone])

    def step(self, event: str, hours: float, text: str, **more: Any) -> Step:
        """A step with its calendar time."""
        return Step(event, hours, say.calendar(self.plan.scenario.start, hours), text, **more)

    def date(self, hours: float) -> str:
        """A moment as a planner reads it."""
        return say.moment(say.calendar(self.plan.scenario.start, hours))

    @property
    def last(self) -> str:
        """The milestone reached last."""
        carried = {"arrived": 4.5} if self.carry_in else {}
        reached = [name for name in MILESTONES if self.reached(name)]
        return max(reached, key=lambda name: carried.get(name, MILESTONES.index(name)))

    @property
    def source(self) -> Source:
        """The failure mode or enquiry."""
        return self.plan.sources[self.row["source"]]

    @property
    def product(self) -> Product | None:
        """The product that failed; None for an enquiry."""
        return self.plan.scenario.products[self.product_name] if self.source.product >= 0 else None

    @property
    def product_name(self) -> str:
        """Its name; empty for an enquiry."""
        names = list(self.plan.scenario.products)
        return names[self.source.product] if self.source.product >= 0 else ""

    @property
    def tier(self) -> tuple[str, Tier] | None:
        """Name and terms of the unit's tier; None for an enquiry."""
        return None if self.product is None else list(self.product.tiers.items())[self.row["tier"]]

    @property
    def promise_of(self) -> str:
        """What the promise speaks of: response or resolution."""
        return "response" if self.tier is None else self.tier[1].of

    @property
    def market(self) -> str:
        """Name of the customer's market."""
        return list(self.plan.markets)[self.row["market"]]

    @property
    def outlet(self) -> str:
        """Name of the outlet that has the case; empty for none."""
        return list(self.plan.outlets)[self.row["outlet"]] if self.row["outlet"] >= 0 else ""

    @property
    def terms(self) -> Outlet:
        """Terms of that outlet."""
        return self.plan.outlets[self.outlet]

    @property
    def carry_in(self) -> bool:
        """Whether the customer brings the unit to the outlet."""
        return self.outlet != "" and self.terms.service == "carry_in"

    @property
    def age(self) -> float:
        """Age of the unit when it failed, hours; NaN for an enquiry."""
        unit = self.row["unit"]
        return self["failed"] - float(self.run.records.units.sold[unit]) if unit >= 0 else np.nan

    def part(self, number: int) -> str:
        """Name of a part."""
        return list(self.plan.scenario.parts)[number]

    def rows(self, table: str) -> list[Row]:
        """Rows of a table of the records that belong to the case, in order."""
        return self.rows_at(table, np.flatnonzero(self._table(table)["case"] == self.case))

    def rows_at(self, table: str, at: NDArray[np.int64]) -> list[Row]:
        """Rows of a table by number, which each has as its `index`."""
        columns = self._table(table)
        return [
            {"index": i} | {name: column[i].item() for name, column in columns.items()}
            for i in at.tolist()
        ]

    def _table(self, name: str) -> Table:
        table: Table = getattr(self.run.records, name)
        return table

    @cached_property
    def _people(self) -> list[str]:
        return person_names(self.run)

    def person(self, number: int) -> str:
        """Name of a person; of an unlimited crew nobody has one."""
        return self._people[number] if number >= 0 else ""

    def lane(self, shipment: Row) -> str:
        """Who carries it, as in `by courier`."""
        if shipment["lane"] == FLEET:
            stops = [list(self.plan.outlets)[o] for o in self.plan.tours[shipment["tour"]].outlets]
            return f"by own truck (tour {', '.join(stops)})"
        return f"by {list(self.plan.scenario.logistics.carriers)[shipment['lane']]}"

    def closed_within(self, hours: NDArray[np.float64], start: float, end: float) -> str:
        """`, 14 h of them closed` for the part of start to end outside the intervals (n, 2)."""
        within = np.minimum(hours[:, 1], end) - np.maximum(hours[:, 0], start)
        shut = end - start - float(np.maximum(within, 0.0).sum())
        return f", {say.span(shut)} of it closed" if shut > 1 / 3600 else ""
