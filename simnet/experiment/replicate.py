"""Replications: the same scenario with independent random numbers, and intervals from them."""

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from simnet.brief import brief
from simnet.draws import refuse_too_much
from simnet.engine import Engine
from simnet.plan import Plan, make_plan
from simnet.records import Progress
from simnet.run import Run, prepare, simulate
from simnet.scenario import Scenario
from simnet.statistics import mean_interval

from .error import ExperimentError
from .pool import pool


@dataclass(frozen=True)
class Estimate:
    """Mean over replications with the half-width of its 95 % interval (NaN for one replication)."""

    mean: float
    half_width: float


def estimate(values: list[float]) -> Estimate:
    """Mean and 95 % half-width by Student's t of those values that are not NaN."""
    found = mean_interval(values)
    return Estimate(float(found.mean), float(found.half_width))


def replicate(
    scenario: Scenario,
    seed: int,
    count: int,
    jobs: int = -1,
    progress: Progress | None = None,
    engine: Engine = "compiled",
    plan: Plan | None = None,
) -> Iterator[Run]:
    """Runs of replications 0 to count - 1, in order, on `jobs` processes (-1: all cores).

    The result does not depend on `jobs`, nor on `engine`. plan: the scenario's, where it is there
    already. The runs are not audited yet (`Run.audit`).
    Raises ScenarioError, and ExperimentError where a worker was killed.
    """
    plan = make_plan(scenario) if plan is None else plan
    if count == 1:
        yield simulate(scenario, seed, 0, progress, plan, audit=False, engine=engine)
        return
    refuse_too_much(plan)
    prepare(engine)  # whatever the number of processes: no worker waits for the compiler
    cases, fresh = 0, iter(range(count))
    with pool(jobs, at_most=count, engine=engine) as workers:
        running: deque[Future[Run]] = deque()
        ahead = 2 * workers.workers if workers.workers > 1 else 1
        for done in range(1, count + 1):
            for number in islice(fresh, ahead - len(running)):
                running.append(workers.submit(_one, scenario, seed, number, plan, engine))
            try:
                run = running.popleft().result()
            except BrokenExecutor as error:
                raise ExperimentError(LOST) from error
            cases += len(run.records.cases["row"])
            if progress is not None:
                progress(done / count, cases)
            yield run


LOST = (
    "a worker was killed, perhaps since there is too little memory for so many replications at "
    "once: nothing was written; give fewer replications, or a shorter horizon"
)


def _one(scenario: Scenario, seed: int, replication: int, plan: Plan, engine: Engine) -> Run:
    return simulate(scenario, seed, replication, plan=plan, audit=False, engine=engine)


@dataclass(frozen=True)
class Summary:
    """Key figures over replications; tables hold the means, `half_widths` their intervals."""

    __repr__ = brief

    replications: int
    total: dict[str, Estimate]
    tables: dict[str, pd.DataFrame]
    half_widths: dict[str, pd.DataFrame]


def summarise(runs: list[Run]) -> Summary:
    """Mean and 95 % interval of every key figure, in total and by month, market and outlet."""
    total = {}
    for name in dict.fromkeys(name for run in runs for name in run.kpis.total):
        total[name] = estimate([run.kpis.total.get(name, _absent(name)) for run in runs])
    tables, half_widths = {}, {}
    for name in ("month", "market", "outlet"):
        each = [getattr(run.kpis, name) for run in runs]
        columns = list(dict.fromkeys(column for table in each for column in table.columns))
        blank = {column: _absent(column) for column in columns}
        cube = np.stack(
            [
                table.assign(**{c: blank[c] for c in columns if c not in table})[columns]
                for table in each
            ]
        ).astype(float)
        found = mean_interval(np.moveaxis(cube, 0, -1))
        axes = {"index": each[0].index, "columns": columns}
        tables[name] = pd.DataFrame(found.mean, **axes)
        half_widths[name] = pd.DataFrame(found.half_width, **axes)
    return Summary(len(runs), total, tables, half_widths)


def _absent(name: str) -> float:
    """What a replication that lacks a figure says: a cost category that it lacks cost nothing."""
    return 0.0 if name.startswith(("cost", "direct_cost")) and ": " in name else math.nan
