"""People by name: the engine's numbers go through all crews."""

import numpy as np
from numpy.typing import NDArray

from simnet.run import Run

Ints = NDArray[np.int64]


def crews(run: Run) -> list[str]:
    """Names of the crews in the order of `Staff.crew`: teams, outlets, workshop."""
    hotline = run.plan.scenario.hotline
    return [*(hotline.teams if hotline else ()), *run.plan.outlets, "workshop"]


def team_count(run: Run) -> int:
    """Crews that are teams of the hotline."""
    hotline = run.plan.scenario.hotline
    return len(hotline.teams) if hotline else 0


def person_names(run: Run) -> list[str]:
    """A name for each person, such as `agent 2 of engineers`; numbers within the crew from 1."""
    names, teams = crews(run), team_count(run)
    crew: Ints = run.records.staff.crew.astype(np.int64)
    within = np.arange(len(crew)) - np.searchsorted(crew, crew) + 1
    return [
        f"{'agent' if c < teams else 'technician'} {n} of "
        f"{names[c] if c < len(names) - 1 else 'the workshop'}"
        for c, n in zip(crew.tolist(), within.tolist(), strict=True)
    ]
