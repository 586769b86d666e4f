"""What the model writes down while it runs."""

from dataclasses import dataclass
from math import isnan, nan
from typing import Any, TypeVar

import numpy as np

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.records import (
    CASES,
    MILESTONES,
    OF_CASES_ONLY,
    TABLES,
    CallEnd,
    Outcome,
    Records,
    Table,
)


@dataclass(slots=True)
class Call:
    """An attempt to call."""

    case: int
    attempt: int
    begun: float
    agent: int = -1
    queued: float = nan
    left: float = nan
    ended: float = nan
    end: int = CallEnd.ABANDONED


@dataclass(slots=True)
class Visit:
    """A job of a technician."""

    case: int
    outlet: int
    technician: int
    started: float
    km: float
    arrived: float = nan
    finished: float = nan
    free: float = nan


@dataclass(slots=True)
class Bench:
    """A unit, or a failed part, on the bench of the central workshop."""

    case: int
    part: int
    person: int
    begun: float
    ended: float = nan


@dataclass(slots=True)
class Shipment:
    """Something on its way."""

    kind: int
    lane: int
    tour: int
    outlet: int
    part: int
    quantity: int
    case: int
    ordered: float
    shipped: float
    arrived: float


@dataclass(slots=True)
class Move:
    """A change of a stock."""

    time: float
    place: int
    part: int
    on_hand: int
    backorders: int


@dataclass(slots=True)
class Trip:
    """A tour of a truck."""

    tour: int
    departed: float
    km: float
    kg: float
    home: float = nan


Row = Call | Visit | Bench | Shipment | Move | Trip
AnyRow = TypeVar("AnyRow", Call, Visit, Bench, Shipment, Move, Trip)
_TABLES: dict[str, type[Row]] = {
    "calls": Call, "visits": Visit, "bench": Bench, "shipments": Shipment, "moves": Move,
    "trips": Trip,
}  # fmt: skip


def _table(name: str, rows: list[Any]) -> Table:
    return {
        column: np.array([getattr(row, column) for row in rows], dtype=kind)
        for column, kind in TABLES[name].items()
    }


class Log:
    """Milestones by case, and a list of rows for each other table."""

    def __init__(self, plan: Plan, draws: Draws) -> None:
        self.plan, self.draws = plan, draws
        count = len(draws.cases)
        self.milestone: dict[str, list[float]] = {name: [nan] * count for name in MILESTONES}
        self.begun = [False] * count
        self.counted: list[int] = []
        self.following: list[int] = []
        self.outcome = [int(Outcome.OPEN)] * count
        self.outlet = [-1] * count
        self.warranty = [False] * count
        self.attempts = [0] * count
        self.refusals = [0] * count
        self.km = [0.0] * count
        self.rows: dict[type[Row], list[Any]] = {kind: [] for kind in _TABLES.values()}

    def mark(self, case: int, milestone: str, time: float) -> None:
        """Note a milestone of a case."""
        self.milestone[milestone][case] = time

    def add(self, row: AnyRow) -> AnyRow:
        """Add a row; the caller may fill in later what is not known yet (NaN)."""
        self.rows[type(row)].append(row)
        return row

    def to_follow(self) -> None:
        """The horizon has come: the cases that have begun are those that count."""
        self.counted = [case for case, begun in enumerate(self.begun) if begun]

    def left(self) -> bool:
        """Whether a case that counts is still to be closed."""
        closed = self.milestone["closed"]
        self.following = [case for case in self.following or self.counted if isnan(closed[case])]
        return bool(self.following)

    def records(self, initial_stock: Any, waited: list[tuple[Any, ...]]) -> Records:
        """The finished tables. waited: (queue, place, part, hours) of every queue."""
        tables = {name: _table(name, self.rows[kind]) for name, kind in _TABLES.items()}
        begun = np.array(self.counted, dtype=np.int64)
        number = np.full(len(self.begun), -1, dtype=np.int32)
        number[begun] = np.arange(len(begun))
        for name, table in tables.items():
            if "case" in table:
                table["case"] = number[table["case"]]
                if name in OF_CASES_ONLY:
                    mine = table["case"] >= 0
                    tables[name] = {column: found[mine] for column, found in table.items()}
        drawn = self.draws.cases
        again = drawn.second & ~drawn.workshop
        cases = {
            "row": begun,
            **{
                name: getattr(drawn, name)[begun]
                for name in ("source", "market", "unit", "tier", "part")
            },
            "second_part": np.where(again, drawn.second_part, -1)[begun],
            **{
                name: np.array(getattr(self, name))[begun]
                for name in ("warranty", "outcome", "attempts", "refusals", "outlet", "km")
            },
            **{name: np.array(times)[begun] for name, times in self.milestone.items()},
        }
        return Records(
            cases={name: cases[name].astype(kind) for name, kind in CASES.items()},
            **tables,
            queues=_queues(waited),
            units=self.draws.units,
            staff=self.draws.staff,
            initial_stock=initial_stock,
        )


def _queues(waited: list[tuple[Any, ...]]) -> Table:
    queue, place, part, hours = zip(*waited, strict=True)  # the board is always there
    return {
        "queue": np.array(queue, dtype=np.int64),
        "place": np.array(place, dtype=np.int64),
        "part": np.array(part, dtype=np.int64),
        "hours": np.array(hours, dtype=np.float64),
    }
