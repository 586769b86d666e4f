"""One run of simnet's own engines, with a time for each stage."""

from dataclasses import dataclass
from typing import Any

from simnet import engine as engines
from simnet.draws import draw
from simnet.engine import Engine
from simnet.plan import Plan, make_plan
from simnet.run import Run
from simnet.scenario import parse

from .grid import grid
from .measure import timed


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


def simulate(engine: Engine, plan: Plan, seed: int) -> Run:
    """A run, without any clock."""
    records = engines.run(plan, draw(plan, seed), engine=engine)
    return Run(plan, records, seed, 0)


def loop(engine: Engine, plan: Plan, seed: int) -> tuple[float, float, Run]:
    """Seconds for the random numbers, seconds for the engine's loop, and the run."""
    drawing, draws = timed(lambda: [draw(plan, seed)])
    # the engine has the only hold on the draws, as in `simnet.run.simulate`
    looping, records = timed(lambda: engines.run(plan, draws.pop(), engine=engine))
    return drawing, looping, Run(plan, records, seed, 0)


def accounts(run: Run) -> tuple[Any, ...]:
    """All that a run is asked for before it is written."""
    return run.times, run.ledger, run.kpis, run.levels


def laps(engine: Engine, plan: Plan, seed: int) -> Laps:
    """Run once, with a time for each stage."""
    drawing, looping, run = loop(engine, plan, seed)
    accounting, _ = timed(lambda: accounts(run))
    auditing, _ = timed(lambda: run.audit)
    return Laps(len(run.records.cases["row"]), drawing, looping, accounting, auditing)


def warm_up(engine: Engine) -> None:
    """A small network, so that nothing is compiled or imported once the clock runs."""
    laps(engine, make_plan(parse(grid(outlets=4, cases=200))), seed=0)
