"""What is measured in processes of their own: peak memory, and the time to start."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simnet.engine import TIMED, Engine

from .child import END_TO_END, LOOP
from .measure import Say, Timed, timed
from .shipped import large

STAGES = {LOOP: "loop and records", END_TO_END: "end to end"}
SIMNET = ("-c", "import sys; from simnet.cli import main; sys.argv[0] = 'simnet'; main()")
CHILD = ("-m", "simnet.bench.child")


@dataclass(frozen=True)
class Memory:
    """The most memory that a run took."""

    engine: Engine
    stages: str
    cases: int
    peak: int
    """bytes of the whole process"""
    baseline: int
    """bytes of one that did the same with a thousand cases"""

    @property
    def per_case(self) -> float:
        """Bytes."""
        return (self.peak - self.baseline) / self.cases


def memory(folder: Path, cases: int, as_it_is: int, say: Say) -> Iterator[Memory]:
    """The large scenario, scaled from `as_it_is` cases to `cases`, by each engine."""
    data = large(folder, cases / as_it_is)
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / "large.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        for engine in TIMED:
            for key, stages in STAGES.items():
                small = _simulate(engine, key)
                found = _simulate(engine, key, str(file))
                one = Memory(engine, stages, found["cases"], found["peak"], small["peak"])
                say(f"memory, {engine}, {stages}: {one.per_case:,.0f} bytes a case")
                yield one


def starts(folder: Path, repetitions: int, say: Say) -> Iterator[Timed]:
    """Commands and first simulations, each in a new process."""
    commands = {
        "simnet --help": (*SIMNET, "--help"),
        "simnet check quickstart": (*SIMNET, "check", str(folder / "quickstart.yaml")),
    }
    for what, command in commands.items():
        seconds = tuple(timed(partial(_python, command))[0] for _ in range(repetitions))
        yield Timed(what, "", 1, seconds)
    for engine in TIMED:
        with tempfile.TemporaryDirectory() as cache:
            first = tuple(_first(engine, cache) for _ in range(1 + repetitions))
        if engine == "compiled":
            yield Timed("first thousand cases, compiling", engine, 1000, first[:1])
        yield Timed("first thousand cases", engine, 1000, first[1:])
    say("starts are measured")


def _first(engine: Engine, cache: str) -> float:
    """Seconds from the start of the process to the records, compiled code being kept in `cache`."""
    return timed(lambda: _simulate(engine, LOOP, cache=cache))[0]


def _simulate(engine: Engine, stages: str, *file: str, cache: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_python((*CHILD, engine, stages, *file), cache))
    return found


def _python(arguments: Sequence[str], cache: str | None = None) -> str:
    """What Python prints in a new process that finds the same packages."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = cache
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout
