"""All that was measured, and the whole of it as plain data."""

from dataclasses import dataclass
from typing import Any

from .fresh import Memory
from .growth import Point
from .measure import Timed


@dataclass(frozen=True)
class Report:
    """One benchmark."""

    quick: bool
    machine: dict[str, str]
    versions: dict[str, str]
    shipped: tuple[Timed, ...]
    """engine against engine"""
    jobs: tuple[Timed, ...]
    """package against package"""
    growth: tuple[Point, ...]
    memory: tuple[Memory, ...]
    starts: tuple[Timed, ...]

    def find(self, rows: tuple[Timed, ...], work: str, contestant: str) -> Timed | None:
        """The longest row of a piece of work that counts."""
        found = [
            row for row in rows
            if row.work == work and row.contestant == contestant and not row.refused
        ]  # fmt: skip
        return max(found, key=lambda row: row.cases, default=None)


def document(report: Report) -> dict[str, Any]:
    """Figures, medians and all repetitions; times in seconds."""
    from .targets import targets

    return {
        "quick": report.quick,
        "machine": report.machine,
        "versions": report.versions,
        "shipped": [_timed(row) for row in report.shipped],
        "jobs": [_timed(row) for row in report.jobs],
        "growth": [
            {
                "line": point.line, "outlets": point.outlets, "plan_seconds": point.plan,
                "microseconds_per_case": point.per_case, **_timed(point.timed),
            }
            for point in report.growth
        ],
        "memory": [
            {
                "engine": row.engine, "stages": row.stages, "cases": row.cases,
                "peak_bytes": row.peak, "baseline_bytes": row.baseline,
                "bytes_per_case": row.per_case,
            }
            for row in report.memory
        ],
        "starts": [_timed(row) for row in report.starts],
        "targets": [
            {
                "what": target.what, "bound": target.bound, "at_least": target.at_least,
                "unit": target.unit, "measured": target.measured, "verdict": target.verdict,
            }
            for target in targets(report)
        ],
    }  # fmt: skip


def _timed(row: Timed) -> dict[str, Any]:
    counts = not row.refused
    return {
        "work": row.work, "contestant": row.contestant, "cases": row.cases,
        "refused": row.refused or None,
        "median_seconds": row.median if counts else None,
        "cases_per_second": row.per_second if counts else None,
        "seconds": list(row.seconds) if counts else None,
    }  # fmt: skip
