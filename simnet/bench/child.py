"""What runs in a process of its own: `python -m simnet.bench.child ENGINE STAGES [FILE]`.

It simulates the scenario of a JSON file, or a small one, and prints its cases, the peak of the
memory that it took, and the seconds since the process began to simulate.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import cast

from simnet.engine import Engine
from simnet.plan import make_plan
from simnet.scenario import parse

from .engines import accounts, loop
from .grid import grid

LOOP, END_TO_END = "loop", "end-to-end"


def peak_bytes() -> int:
    """The most memory that this process has had.

    Where there is /proc, from there: the other figure counts what the parent had before it began.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(li for li in status.read_text().splitlines() if li.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def main(engine: Engine, stages: str, file: str | None = None) -> None:
    """Simulate once."""
    data = grid(outlets=10, cases=1000) if file is None else json.loads(Path(file).read_text())
    plan = make_plan(parse(data))
    began = time.perf_counter()
    *_, run = loop(engine, plan, seed=1)
    spent = time.perf_counter() - began
    if stages == END_TO_END:
        accounts(run)
    cases = len(run.records.cases["row"])
    print(json.dumps({"cases": cases, "peak": peak_bytes(), "seconds": spent}))


if __name__ == "__main__":
    main(cast(Engine, sys.argv[1]), *sys.argv[2:])
