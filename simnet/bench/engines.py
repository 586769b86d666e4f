"""simnet's own engines: which are here, and one run of them with a time for each stage."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from simnet.draws import draw
from simnet.plan import Plan, make_plan
from simnet.run import Run
from simnet.scenario import parse

from .grid import grid
from .measure import timed

ENGINES = {"compiled": "simnet.kernel", "simpy": "simnet.model"}
"""module of each engine, whose `simulate` turns plan and draws into records"""


def present() -> list[str]:
    """The engines that are installed, the fastest first."""
    return [name for name, module in ENGINES.items() if find_spec(module) is not None]


@dataclass(frozen=True)
class Laps:
    """Seconds of the stages of one run."""

    cases: int
    draw: float
    """all random numbers"""
    loop: float
    """the engine, up to the records"""
    accounts: float
    """times, ledger, key figures, daily levels"""
    audit: float

    @property
    def end_to_end(self) -> float:
        """From the plan to all figures; the audit is no part of it, and no file is written."""
        return self.draw + self.loop + self.accounts


def simulate(engine: str, plan: Plan, seed: int) -> Run:
    """A run, without any clock."""
    records = import_module(ENGINES[engine]).simulate(plan, draw(plan, seed), None)
    return Run(plan, records, seed, 0)


def loop(engine: str, plan: Plan, seed: int) -> tuple[float, float, Run]:
    """Seconds for the random numbers, seconds for the engine's loop, and the run."""
    simulate = import_module(ENGINES[engine]).simulate
    drawing, draws = timed(lambda: draw(plan, seed))
    looping, records = timed(lambda: simulate(plan, draws, None))
    return drawing, looping, Run(plan, records, seed, 0)


def accounts(run: Run) -> tuple[Any, ...]:
    """All that a run is asked for before it is written."""
    return run.times, run.ledger, run.kpis, run.levels


def laps(engine: str, plan: Plan, seed: int) -> Laps:
    """Run once, with a time for each stage."""
    drawing, looping, run = loop(engine, plan, seed)
    accounting, _ = timed(lambda: accounts(run))
    auditing, _ = timed(lambda: run.audit)
    return Laps(len(run.records.cases["row"]), drawing, looping, accounting, auditing)


def warm_up(engine: str) -> None:
    """A small network, so that nothing is compiled or imported once the clock runs."""
    laps(engine, make_plan(parse(grid(outlets=4, cases=200))), seed=0)
