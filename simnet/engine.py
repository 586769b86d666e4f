"""The engines: two ways to turn a plan and its draws into records, equal to the bit."""

import logging
from typing import Literal, get_args

from simnet.draws import Draws, compiled
from simnet.plan import Plan
from simnet.records import Progress, Records

Engine = Literal["compiled", "uncompiled", "simpy"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
"""compiled: `simnet.kernel`, the fast one; uncompiled: the same code as plain Python, slower than
SimPy, for a debugger, coverage and mutation; simpy: `simnet.model`, the reference"""
TIMED: tuple[Engine, ...] = ("compiled", "simpy")
"""those of which anybody wants to know how fast they are"""

ONCE = "compiling the engine for this machine: once, about half a minute"
_log = logging.getLogger("simnet")


def is_ready(engine: Engine) -> bool:
    """Whether the engine and the random numbers that it needs are compiled already."""
    if engine != "compiled":
        return compiled.is_ready()
    from simnet import kernel

    return compiled.is_ready() and kernel.is_ready()


def prepare(engine: Engine) -> None:
    """Compile what is needed, for this process and later ones; says so in the log."""
    if not is_ready(engine):
        _log.warning(ONCE)
    compiled.prepare()
    if engine == "compiled":
        from simnet import kernel

        kernel.prepare()


def run(
    plan: Plan, draws: Draws, progress: Progress | None = None, engine: Engine = "compiled"
) -> Records:
    """Run one replication of the plan with its draws.

    progress: called about 200 times with (share of the horizon done, cases begun).
    Raises ValueError for an unknown engine.
    """
    kept = [draws]
    del draws  # the engine lets go of them, before it writes its tables, where nobody holds them
    if engine in ("compiled", "uncompiled"):
        from simnet import kernel

        return kernel.simulate(plan, kept.pop(), progress, uncompiled=engine == "uncompiled")
    if engine == "simpy":
        from simnet import model

        return model.simulate(plan, kept.pop(), progress)
    raise ValueError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
