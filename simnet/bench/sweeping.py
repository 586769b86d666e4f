"""How well sweeps use a machine: two workers against one, what a run costs beside its simulation,
and whether many short runs need more and more memory."""

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from simnet.experiment import Counts, Experiment, Finished, Question, sweep

from .measure import Say

RUNS, QUICK_RUNS = 60, 24
"""of the large scenario"""
TURNS = 3
"""of which the median counts"""
SHORT, QUICK_SHORT = 10_000, 600
"""runs of a moment each"""
TINY = """\
name: A moment
horizon: 2 weeks
products:
  thing:
    failure: {law: exponential, mean: 60 days}
    modes: {any: {share: 1}}
    in_field: {units: 60}
markets: {places: {here: {lat: 50, lon: 8}}}
outlets: {places: {here: {lat: 50, lon: 8}}}
"""


@dataclass(frozen=True)
class Sweeping:
    """What was measured."""

    seconds: dict[int, float]
    """by number of workers, from the first finished run to the last; median of the turns"""
    overhead: float
    """seconds of a short run beside its simulation, with one worker"""
    short: int
    """runs of the memory test"""
    memory: tuple[int, int]
    """bytes of the leading process after a tenth of the short runs and after all"""

    @property
    def speedup(self) -> float:
        """Of two workers."""
        return self.seconds[1] / self.seconds[2]


class Clock:
    """Watches a sweep: when runs were finished, how long they took, what memory was held."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.first = self.last = 0.0
        self.done = 0
        self.simulated = 0.0
        self.memory: list[int] = []

    def __call__(self, counts: Counts, runs: tuple[Finished, ...]) -> None:
        if not runs:
            return
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.done += len(runs)
        self.simulated += sum(run.seconds for run in runs)
        if self.done in (self.wanted // 10, self.wanted):
            self.memory.append(_resident())


def sweeping(base: Path, quick: bool, say: Say) -> Sweeping:
    """Measure. base: the large scenario, of which the scaling is measured."""
    count, short = (QUICK_RUNS, QUICK_SHORT) if quick else (RUNS, SHORT)
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(1 if quick else TURNS):
        for workers, told in times.items():
            clock = _run(base, count, workers)
            told.append((clock.last - clock.first) * count / (count - workers))
            say(f"{count} runs of {base.stem} by {workers}: {told[-1]:.1f} s")
    seconds = {workers: statistics.median(told) for workers, told in times.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tiny.yaml"
        file.write_text(TINY, encoding="utf-8")
        began = time.perf_counter()
        clock = _run(file, short, 1)
        overhead = (time.perf_counter() - began - clock.simulated) / short
        say(f"{short:,} short runs: {1000 * overhead:.2f} ms each beside the simulation")
    return Sweeping(seconds, overhead, short, (clock.memory[0], clock.memory[-1]))


def _run(base: Path, count: int, workers: int) -> Clock:
    question = Question(
        name="bench", base=str(base.resolve()), factors={"seed": {"levels": [0]}},
        replications=count,
    )  # fmt: skip
    clock = Clock(count)
    with tempfile.TemporaryDirectory() as store:
        sweep(Experiment(question, Path()), store=store, jobs=workers, watch=clock)
    return clock


def _resident() -> int:
    """Bytes that this process holds; 0 where that is not known."""
    file = Path("/proc/self/statm")
    if not file.exists():
        return 0
    import resource

    return int(file.read_text(encoding="utf-8").split()[1]) * resource.getpagesize()
