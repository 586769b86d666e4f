"""The report as tables of text, for the screen and for Markdown."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .contest import PLAIN
from .jobs import HotlineJob, OutletJob
from .measure import Timed
from .report import Report
from .shipped import ONCE
from .targets import COMPILED, SIMPY, Target, targets, times_faster


@dataclass(frozen=True)
class Table:
    """A table and what to know of it."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    text: tuple[int, ...] = ()
    """columns that hold words"""
    notes: tuple[str, ...] = ()


def tables(report: Report) -> list[Table]:
    """What was measured, and the targets last."""
    return [_shipped(report), _jobs(report), _growth(report), _memory(report), _starts(report),
            _targets(report)]  # fmt: skip


def markdown(report: Report) -> str:
    """All tables as Markdown."""
    lines = [f"Measured on {on_what(report)}.", ""]
    for table in tables(report):
        head = [table.columns, tuple(_rule(table, i) for i in range(len(table.columns)))]
        lines += [f"**{table.title}**", ""]
        lines += [f"| {' | '.join(row)} |" for row in [*head, *table.rows]]
        lines += ["", *[f"{note}." for note in table.notes], *([""] if table.notes else [])]
    return "\n".join(lines)


def on_what(report: Report) -> str:
    """Machine and versions in a line."""
    machine = report.machine
    packages = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return (
        f"{machine['processor']}, {machine['cores']} cores of which one is used, "
        f"{machine['system']}, {machine['python']}; {packages}"
    )


def _rule(table: Table, column: int) -> str:
    return "---" if column == 0 or column in table.text else "--:"


def seconds(value: float) -> str:
    """Three figures, and no more than milliseconds."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"


def ratio(value: float) -> str:
    """Times; a dash where there is nothing to compare."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}x" if value >= 10 else f"{value:.2f}x"


def _shipped(report: Report) -> Table:
    rows = []
    for (work, cases), found in _grouped(report.shipped).items():
        fast, slow = found.get(COMPILED), found.get(SIMPY)
        rows.append((
            work, f"{cases:,}", *("-" if row is None else seconds(row.median)
                                  for row in (fast, slow)),
            ratio(times_faster(fast, slow)),
        ))  # fmt: skip
    return Table(
        "Shipped scenarios, engine against engine",
        ("scenario and stage", "cases", "compiled, s", "SimPy engine, s", "faster"),
        rows,
        notes=(
            "End to end: random numbers, loop, waits, ledger, key figures, daily levels; the audit "
            "apart, no files",
            f"SimPy runs once only where there are more than {ONCE:,} cases",
        ),
    )


def _grouped(rows: tuple[Timed, ...]) -> dict[tuple[str, int], dict[str, Timed]]:
    found: dict[tuple[str, int], dict[str, Timed]] = {}
    for row in rows:
        found.setdefault((row.work, row.cases), {})[row.contestant] = row
    return found


def _jobs(report: Report) -> Table:
    rows: list[tuple[str, ...]] = []
    notes = [job(1).about[:1].upper() + job(1).about[1:] for job in (HotlineJob, OutletJob)]
    for (work, customers), found in _grouped(report.jobs).items():
        for name, row in found.items():
            first = f"{work}, {customers:,} customers" if name == next(iter(found)) else ""
            if row.refused:
                rows.append((first, name, "refused", "", ""))
                notes.append(f"{name} refused: {row.refused}")
                continue
            rows.append((
                first, name, seconds(row.median), f"{row.per_second:,.0f}",
                ratio(times_faster(row, found.get(PLAIN))),
            ))  # fmt: skip
    return Table(
        "Textbook jobs, each result checked against theory",
        ("job", "by", "s", "customers/s", "of the plain script's"),
        rows,
        text=(1,),
        notes=(*notes, "simnet: from the data of the scenario to records, ledger and key figures"),
    )


def _growth(report: Report) -> Table:
    rows: list[tuple[str, ...]] = []
    for point in sorted(report.growth, key=lambda p: (p.line, p.timed.contestant)):
        row = point.timed
        rows.append((
            point.line, row.contestant, f"{point.outlets:,}", f"{row.cases:,}",
            seconds(row.median), f"{point.per_case:,.2f}", seconds(point.plan),
        ))  # fmt: skip
    return Table(
        "Growth: the loop alone, same load and as many changes of duty for a case everywhere",
        ("along", "engine", "outlets", "cases", "s", "µs/case", "plan, s"),
        rows,
        text=(1,),
    )


def _memory(report: Report) -> Table:
    return Table(
        "Peak memory above that of a run with a thousand cases",
        ("engine", "stages", "cases", "MB", "bytes/case"),
        [
            (row.engine, row.stages, f"{row.cases:,}", f"{(row.peak - row.baseline) / 1e6:,.0f}",
             f"{row.per_case:,.0f}")
            for row in report.memory
        ],
        text=(1,),
    )  # fmt: skip


def _starts(report: Report) -> Table:
    return Table(
        "Starts of a new process",
        ("what", "engine", "s"),
        [(row.work, row.contestant, seconds(row.median)) for row in report.starts],
        text=(1,),
    )


def _targets(report: Report) -> Table:
    notes = ("Quick: the sizes are smaller than those that the targets are for",)
    rows = list(_judged(targets(report)))
    return Table("Targets", ("what", "measured", "target", ""), rows,
                 notes=notes if report.quick else ())  # fmt: skip


def _judged(found: list[Target]) -> Iterator[tuple[str, ...]]:
    for target in found:
        unit, value = target.unit, target.measured
        shown = ratio(value) if unit == "x" or math.isnan(value) else f"{value:,.0f}{unit}"
        bound = f"{'at least' if target.at_least else 'at most'} {target.bound:g}{unit}"
        yield target.what, shown, bound, target.verdict
