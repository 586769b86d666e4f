"""Plan an after-sales service network by discrete-event simulation.

scenario = simnet.load("configs/quickstart.yaml")
run = simnet.simulate(scenario, seed=1)
run.kpis["response_p90"], run.cases, run.ledger, run.levels
run.plot.waits().savefig("waits.png")

found = simnet.sweep("experiments/network_size.yaml", replications=5)
found.runs, found.comparison().verdict
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simnet.audit import AuditError
    from simnet.experiment import compare, sweep
    from simnet.run import Run, simulate
    from simnet.scenario import Scenario, ScenarioError, load, parse

__version__ = "0.1.0"
__all__ = [
    "AuditError",
    "Run",
    "Scenario",
    "ScenarioError",
    "compare",
    "load",
    "parse",
    "simulate",
    "sweep",
]

_HOME = {
    "AuditError": "simnet.audit",
    "Run": "simnet.run",
    "simulate": "simnet.run",
    "compare": "simnet.experiment",
    "sweep": "simnet.experiment",
    "Scenario": "simnet.scenario",
    "ScenarioError": "simnet.scenario",
    "load": "simnet.scenario",
    "parse": "simnet.scenario",
}


def __dir__() -> list[str]:
    """What a prompt completes."""
    return [*__all__, "__version__"]


if not TYPE_CHECKING:  # a checker knows the names, and says which ones are none

    def __getattr__(name: str) -> Any:
        """Names are imported when they are used, so that `import simnet` costs nothing."""
        if name in _HOME:
            from importlib import import_module

            return getattr(import_module(_HOME[name]), name)
        raise AttributeError(
            f"module 'simnet' has no attribute '{name}'", name=name, obj=sys.modules[__name__]
        )
