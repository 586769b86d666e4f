"""How the time for a case grows with the number of cases and with the number of outlets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from simnet.engine import TIMED, Engine
from simnet.plan import Plan, make_plan
from simnet.scenario import parse

from .engines import loop
from .grid import grid
from .measure import Say, Timed, in_turns, timed, turn

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
    """The points of both lines; SimPy's line of outlets is that with the fewer cases.

    Along the line of outlets the sizes take turns, as their times are compared. Along that of cases
    they do not: after a small run the memory of a large one is given back, see `simnet.heap`.
    """
    wanted = sizes(quick)
    for line, outlets, cases in wanted:
        if line == CASES:
            yield from measure_some(CASES, [(outlets, cases)], TIMED, repetitions, say)
    along = [(outlets, cases) for line, outlets, cases in wanted if line == OUTLETS]
    yield from measure_some(OUTLETS, along, TIMED, repetitions, say)
    if not quick:
        fewer = [(outlets, SIMPY_CASES) for outlets in (10, FEW, SIMPY_OUTLETS)]
        yield from measure_some(OUTLETS, fewer, ["simpy"], repetitions, say)


def measure_some(
    line: str, some: Sequence[tuple[int, int]], engines: Sequence[Engine], repetitions: int,
    say: Say,
) -> Iterator[Point]:  # fmt: skip
    """Sizes (outlets, cases), each by the engines that take it, in turns."""
    plans = {size: timed(partial(_plan, *size)) for size in some}
    pairs = {
        f"{engine}, {outlets:,} outlets": (engine, (outlets, cases))
        for outlets, cases in some for engine in engines if takes(engine, outlets, cases)
    }  # fmt: skip
    tasks = {
        name: partial(turn, partial(_loop, engine, plans[size][1]))
        for name, (engine, size) in pairs.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in pairs}
    counts: dict[str, int] = {}
    for name, runs in in_turns(tasks, dict.fromkeys(pairs, repetitions)):
        for spent, counts[name] in runs:
            seconds[name].append(spent)
            say(f"{name}, {counts[name]:,} cases: loop {spent:.2f} s")
    for name, (engine, size) in pairs.items():
        done = Timed("loop", engine, counts[name], tuple(seconds[name]))
        yield Point(line, size[0], plans[size][0], done)


def _plan(outlets: int, cases: int) -> Plan:
    return make_plan(parse(grid(outlets, cases)))


def _loop(engine: Engine, plan: Plan, _number: int) -> tuple[float, int]:
    _, spent, run = loop(engine, plan, SEED)
    return spent, len(run.records.cases["row"])
