"""How the time for a case grows with the number of cases and with the number of outlets."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from simnet.engine import ENGINES, Engine
from simnet.plan import Plan, make_plan
from simnet.scenario import parse

from .engines import loop
from .grid import grid
from .measure import Say, Timed, in_turns, timed

CASES, OUTLETS = "cases", "outlets"
"""the two lines: with as many outlets and more cases, and the other way round"""
FEW = 50
"""outlets along the line of cases"""
SIMPY_CASES, SIMPY_OUTLETS = 100_000, 500
"""SimPy goes no further"""
SEED = 1


@dataclass(frozen=True)
class Point:
    """A size, and how long the loop took."""

    line: str
    outlets: int
    plan: float
    """seconds to make the plan, once"""
    timed: Timed

    @property
    def per_case(self) -> float:
        """Microseconds, median."""
        return 1e6 * self.timed.median / self.timed.cases


def sizes(quick: bool) -> list[tuple[str, int, int]]:
    """Line, outlets and cases of each point."""
    most = 100_000 if quick else 1_000_000
    numbers = [10_000, 100_000, 1_000_000, *([] if quick else [10_000_000])]
    return [
        *((CASES, FEW, cases) for cases in numbers),
        *((OUTLETS, outlets, most) for outlets in (10, FEW, 500, 5_000)),
    ]


def takes(engine: Engine, outlets: int, cases: int) -> bool:
    """Whether an engine runs this size."""
    return engine != "simpy" or (cases <= SIMPY_CASES and outlets <= SIMPY_OUTLETS)


def measure(quick: bool, repetitions: int, say: Say) -> Iterator[Point]:
    """The points of both lines; SimPy's line of outlets is that with the fewer cases."""
    wanted = sizes(quick)
    if not quick:
        wanted += [(OUTLETS, outlets, SIMPY_CASES) for outlets in (10, FEW, SIMPY_OUTLETS)]
    for line, outlets, cases in wanted:
        engines = [engine for engine in ENGINES if takes(engine, outlets, cases)]
        if line == OUTLETS and cases == SIMPY_CASES and not quick:
            engines = ["simpy"]
        if engines:
            yield from measure_one(line, outlets, cases, engines, repetitions, say)


def measure_one(
    line: str, outlets: int, cases: int, engines: list[Engine], repetitions: int, say: Say
) -> Iterator[Point]:
    """One size by some engines in turns."""
    planning, plan = timed(lambda: make_plan(parse(grid(outlets, cases))))
    seconds: dict[str, list[float]] = {engine: [] for engine in engines}
    count = 0
    tasks = {engine: partial(_loop, engine, plan) for engine in engines}
    for engine, (spent, count) in in_turns(tasks, dict.fromkeys(engines, repetitions)):
        seconds[engine].append(spent)
        say(f"{outlets:,} outlets, {count:,} cases, {engine}: loop {spent:.2f} s")
    for engine in engines:
        done = Timed("loop", engine, count, tuple(seconds[engine]))
        yield Point(line, outlets, planning, done)


def _loop(engine: Engine, plan: Plan, _repetition: int) -> tuple[float, int]:
    _, spent, run = loop(engine, plan, SEED)
    return spent, len(run.records.cases["row"])
