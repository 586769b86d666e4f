"""What the compiled engine is meant to reach, and whether it does."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from .contest import PLAIN
from .fresh import STAGES
from .growth import CASES, FEW, OUTLETS, Point
from .jobs import HotlineJob, OutletJob
from .measure import Timed
from .report import Report
from .shipped import END_TO_END, LOOP, SCALED

COMPILED, SIMPY = "compiled", "simpy"


@dataclass(frozen=True)
class Target:
    """A figure and its bound."""

    what: str
    measured: float
    """NaN where it was not measured"""
    bound: float
    at_least: bool
    """else: at most"""
    unit: str = "x"

    @property
    def verdict(self) -> str:
        """`met`, `missed` or `not measured`."""
        if math.isnan(self.measured):
            return "not measured"
        met = self.measured >= self.bound if self.at_least else self.measured <= self.bound
        return "met" if met else "missed"


def targets(report: Report) -> list[Target]:
    """All of them, each by the largest size that was measured."""
    return [
        *(_engines(report, stage, bound) for stage, bound in ((LOOP, 50.0), (END_TO_END, 25.0))),
        _script(report, HotlineJob.name, 40.0),
        _script(report, OutletJob.name, 30.0),
        _cases(report),
        _outlets(report),
        _memory(report),
    ]


def times_faster(fast: Timed | None, slow: Timed | None) -> float:
    """How many cases the one does while the other does one; NaN where either is missing."""
    return math.nan if fast is None or slow is None else fast.per_second / slow.per_second


def _engines(report: Report, stage: str, bound: float) -> Target:
    work = f"{SCALED}: {stage}"
    fast, slow = (report.find(report.shipped, work, e) for e in (COMPILED, SIMPY))
    what = f"{work}, {_size(fast or slow)}, compiled against SimPy"
    return Target(what, times_faster(fast, slow), bound, at_least=True)


def _script(report: Report, work: str, bound: float) -> Target:
    fast = report.find(report.jobs, work, f"simnet, {COMPILED}")
    slow = report.find(report.jobs, work, PLAIN)
    what = f"{work}, {_size(fast or slow)}, from the data to all figures, against {PLAIN}"
    return Target(what, times_faster(fast, slow), bound, at_least=True)


def _size(row: Timed | None) -> str:
    return "-" if row is None else f"{row.cases:,} cases"


def _compiled(report: Report, line: str) -> list[Point]:
    return [p for p in report.growth if p.line == line and p.timed.contestant == COMPILED]


def _ratio(points: list[Point], small: int, size: Callable[[Point], int]) -> tuple[int, float]:
    """The largest size, and its time for a case over that of the size nearest to `small`."""
    if len(points) < 2:
        return 0, math.nan
    largest = max(points, key=size)
    first = min(points, key=lambda point: abs(size(point) - small))
    return size(largest), largest.per_case / first.per_case


def _cases(report: Report) -> Target:
    most, ratio = _ratio(_compiled(report, CASES), 100_000, _number)
    return Target(
        f"time for a case, {_some(most)} cases against 100,000", ratio, 1.3, at_least=False
    )


def _outlets(report: Report) -> Target:
    most, ratio = _ratio(_compiled(report, OUTLETS), FEW, _places)
    return Target(
        f"time for a case, {_some(most)} outlets against {FEW}", ratio, 2.0, at_least=False
    )


def _some(most: int) -> str:
    return f"{most:,}" if most else "-"


def _number(point: Point) -> int:
    return point.timed.cases


def _places(point: Point) -> int:
    return point.outlets


def _memory(report: Report) -> Target:
    row = next((m for m in report.memory
                if m.engine == COMPILED and m.stages == STAGES["loop"]), None)  # fmt: skip
    size = "-" if row is None else f"{row.cases:,} cases"
    return Target(f"peak memory for a case, {SCALED}, {size}, loop and records",
                  math.nan if row is None else row.per_case, 500.0, at_least=False,
                  unit=" bytes")  # fmt: skip
