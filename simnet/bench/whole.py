"""The benchmark from end to end."""

from pathlib import Path

from simnet.engine import TIMED

from . import contest, fresh, growth, shipped
from .engines import warm_up
from .machine import machine, versions
from .measure import Say
from .report import Report


class BenchError(Exception):
    """What the user can mend before anything is measured."""


def refuse(folder: Path, peers: bool) -> None:
    """Raise BenchError where something that is needed is not here."""
    needed = [folder / f"{name}.yaml" for name in ("quickstart", shipped.LARGE)]
    lost = [str(file) for file in needed if not file.is_file()]
    if lost:
        raise BenchError(
            f"there is no {' and no '.join(lost)}; run it in a clone of simnet, or give the folder "
            "of the shipped scenarios with --configs"
        )
    absent = contest.missing() if peers else []
    if absent:
        raise BenchError(
            f'{", ".join(absent)} not installed: pip install "simnet[peers]", or leave out --peers'
        )


def measure(folder: Path, peers: bool, quick: bool, repetitions: int, say: Say) -> Report:
    """Measure all there is, one thing after the other, on one core.

    folder: with the shipped scenarios; peers: whether other packages take part; quick: smaller
    sizes; repetitions: of everything but what takes minutes, of which the median counts.
    Raises BenchError.
    """
    refuse(folder, peers)
    contest.load(peers)
    for engine in TIMED:
        warm_up(engine)
    cases = 100_000 if quick else 1_000_000
    whole = tuple(shipped.measure(folder, cases, repetitions, say))
    as_it_is = next(row.cases for row in whole if row.work.startswith(f"{shipped.LARGE}:"))
    return Report(
        quick=quick,
        machine=machine(),
        versions=versions(),
        shipped=whole,
        jobs=tuple(contest.measure(peers, quick, repetitions, say)),
        growth=tuple(growth.measure(quick, repetitions, say)),
        memory=tuple(fresh.memory(folder, cases, as_it_is, say)),
        starts=tuple(fresh.starts(folder, repetitions, say)),
    )
