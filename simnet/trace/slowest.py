"""Which cases to trace: those that took longest, or those of which something holds."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.records import Outcome
from simnet.run import Run

from .scene import Scene
from .story import steps
from .where import matching


def slowest(run: Run, k: int, where: str | None = None) -> pd.DataFrame:
    """The k cases that took longest from the first call, as `listed` shows them.

    where: see `matching`. Cases still open count with their time until the end of the run; cases
    that were lost or never called come last. Raises TraceError where the expression is wrong.
    """
    among = np.arange(len(run.records.cases["row"])) if where is None else matching(run, where)
    key = np.nan_to_num(spent(run)[among], nan=-1.0)
    return listed(run, among[np.argsort(-key, kind="stable")][:k])


def spent(run: Run) -> NDArray[np.float64]:
    """Hours to the resolution, of open cases to the end of the run; else NaN. Shape (cases,)."""
    cases = run.records.cases
    still = np.where(cases["outcome"] == Outcome.OPEN, run.plan.end - cases["called"], math.nan)
    resolution = run.times.resolution
    return np.where(np.isnan(resolution), still, resolution)


def listed(run: Run, cases: NDArray[np.int64]) -> pd.DataFrame:
    """A row for each of the cases (numbers), in their order.

    Columns case, what, market, outlet, outcome, response, resolution, spent (see `spent`), wait and
    waited: name and hours of the longest wait, that of an open case until the end of the run.
    """
    table = run.cases.loc[cases, ["case", "source", "market", "outlet", "outcome", "response",
                                  "resolution"]]  # fmt: skip
    table = table.rename(columns={"source": "what"}).reset_index(drop=True)
    table["spent"] = spent(run)[cases]
    longest = [_longest(run, case) for case in cases.tolist()]
    table["wait"] = [name for name, _ in longest]  # empty for none
    table["waited"] = [hours for _, hours in longest]
    return table


def _longest(run: Run, case: int) -> tuple[str, float]:
    waits: dict[str, float] = {}
    for step in steps(Scene(run, case)):
        if step.wait:
            waits[step.wait] = waits.get(step.wait, 0.0) + step.waited
    name = max(waits, key=lambda wait: waits[wait], default="")
    return name, waits.get(name, math.nan)
