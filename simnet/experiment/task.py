"""What a worker does: one simulation, and the figures of all scenarios that share it."""

import time
from dataclasses import dataclass
from pathlib import Path

from simnet.plan import Plan, make_plan
from simnet.run import Run, simulate
from simnet.scenario import Scenario

from .kept import Finished
from .keys import run_key, version
from .more import More, reckoned
from .shelf import DamagedRecord, Shelf

PLANS = 256 << 20
"""bytes of plans that a worker keeps for the next replication"""


@dataclass(frozen=True)
class Task:
    """One replication of scenarios that differ by prices only."""

    physical: str
    """key of what happens"""
    scenarios: dict[str, Scenario]
    """by whole key; at least one"""
    seed: int
    replication: int
    shelf: Path | None
    """folder in which records are kept for later prices"""
    version: str
    """of the model that is asked"""
    more: More = ()
    """figures beside those that every run has"""


@dataclass(frozen=True)
class Done:
    """What came of a task."""

    runs: tuple[Finished, ...]
    simulated: bool
    """whether a simulation was needed"""
    damaged: tuple[str, ...] = ()
    """names of records that could not be read"""


class OtherVersion(Exception):
    """A worker with another simnet."""


def carry_out(task: Task) -> Done:
    """Simulate, or take the records from the shelf, and apply the prices of each scenario.

    Raises ScenarioError or AuditError of a scenario that cannot be simulated, and OtherVersion.
    """
    if task.version != version():
        raise OtherVersion(
            f"a worker has another version of simnet ({version()}, asked for {task.version}); "
            "install the same on all machines and start the workers again"
        )
    began = time.perf_counter()
    happened, simulated, damaged = _happened(task)
    runs: list[Finished] = []
    for key, scenario in task.scenarios.items():
        run = happened.at_prices_of(scenario)
        figures = {name: float(value) for name, value in run.kpis.total.items()}
        figures |= reckoned(task.more, run)
        now = time.perf_counter()
        runs.append(
            Finished(
                run_key(key, task.seed, task.replication), scenario.name, task.seed,
                task.replication, len(run.records.cases["row"]), now - began, figures,
            )
        )  # fmt: skip
        began = now
    return Done(tuple(runs), simulated, damaged)


def _happened(task: Task) -> tuple[Run, bool, tuple[str, ...]]:
    """The run at the first scenario's prices, whether it had to be simulated, and what records of
    it were damaged."""
    scenario = next(iter(task.scenarios.values()))
    plan = _plan(task.physical, scenario)
    # the worker of a cluster may not see the store's folder; then prices are free in this task only
    seen = task.shelf is not None and task.shelf.parent.is_dir()
    shelf = Shelf(task.shelf) if task.shelf is not None and seen else None
    damaged: tuple[str, ...] = ()
    if shelf is not None:
        try:
            records = shelf.get(task.physical, task.seed, task.replication)
            if records is not None:
                return Run(plan, records, task.seed, task.replication), False, ()
        except DamagedRecord as error:
            damaged = (str(error),)
    run = simulate(scenario, task.seed, task.replication, plan=plan)
    if shelf is not None:
        shelf.put(task.physical, task.seed, task.replication, run.records)
    return run, True, damaged


_plans: dict[str, Plan] = {}


def _plan(physical: str, scenario: Scenario) -> Plan:
    """The scenario's plan; a worker makes it once for all replications."""
    plan = _plans.get(physical)
    if plan is None:
        plan = make_plan(scenario)
        while _plans and sum(p.crow_km.nbytes for p in _plans.values()) > PLANS:
            _plans.pop(next(iter(_plans)), None)
        _plans[physical] = plan
    return plan
