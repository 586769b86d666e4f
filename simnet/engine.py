"""The engines: two ways to turn a plan and its draws into records, equal to the bit."""

import logging
from typing import Literal, get_args

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.records import Progress, Records

Engine = Literal["compiled", "simpy"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
"""compiled: `simnet.kernel`, the fast one; simpy: `simnet.model`, the reference"""

ONCE = "compiling the engine for this machine: once, about half a minute"
_log = logging.getLogger("simnet")


def is_ready(engine: Engine) -> bool:
    """Whether the engine can start at once, and need not be compiled."""
    if engine == "simpy":
        return True
    from simnet import kernel

    return kernel.is_ready()


def prepare(engine: Engine) -> None:
    """Compile the engine if need be, for this process and later ones; says so in the log."""
    if engine == "simpy":
        return
    from simnet import kernel

    if not kernel.is_ready():
        _log.warning(ONCE)
    kernel.prepare()


def run(
    plan: Plan, draws: Draws, progress: Progress | None = None, engine: Engine = "compiled"
) -> Records:
    """Run one replication of the plan with its draws.

    progress: called about 200 times with (share of the horizon done, cases begun).
    Raises ValueError for an unknown engine.
    """
    if engine == "compiled":
        from simnet import kernel

        prepare(engine)
        return kernel.simulate(plan, draws, progress)
    if engine == "simpy":
        from simnet import model

        return model.simulate(plan, draws, progress)
    raise ValueError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
