"""Getting tasks done: what is kept is left out, what is lost with a worker is done again."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field

from simnet.audit import AuditError
from simnet.scenario import ScenarioError

from .error import ExperimentError
from .kept import Finished, Kept
from .keys import run_key
from .pool import GONE, Pool, WorkersGone
from .task import Done, OtherVersion, Task, carry_out

TRIES = 4
"""workers that a task may lose before it is given up"""


@dataclass
class Counts:
    """How far the work is."""

    wanted: int = 0
    """runs that were asked for"""
    found: int = 0
    """of which were kept already"""
    done: int = 0
    """of which were finished now"""
    failed: int = 0
    """of which came to nothing"""
    running: int = 0
    """of which are under way"""
    simulated: int = 0
    """simulations that were needed for those finished now"""
    began: float = field(default_factory=time.monotonic)

    @property
    def saved(self) -> int:
        """Simulations that prices alone would have repeated."""
        return self.done - self.simulated


Watch = Callable[[Counts, tuple[Finished, ...]], None]
"""told now and then: the counts, and what was finished since, by name of the strategy"""


def work(
    tasks: Iterable[Task], pool: Pool, kept: Kept, counts: Counts, watch: Watch
) -> dict[str, str]:
    """Carry out all tasks; returns why scenarios failed, by whole key.

    The first failure of a scenario ends its other tasks. Raises ExperimentError where nothing can
    go on; what is finished is kept.
    """
    failed: dict[str, str] = {}
    fresh, again = iter(tasks), deque[tuple[Task, int]]()
    running: dict[Future[Done], tuple[Task, int]] = {}

    def following() -> tuple[Task, int] | None:
        """The next task that is still to be done."""
        while again:
            task, tries = again.popleft()
            if not failed.keys() & task.scenarios.keys():
                return task, tries
            counts.failed += len(task.scenarios)
        for task in fresh:
            if failed.keys() & task.scenarios.keys():
                counts.failed += len(task.scenarios)
                continue
            keys = {run_key(key, task.seed, task.replication): key for key in task.scenarios}
            there = kept.has(list(keys))  # another process may have done it meanwhile
            counts.found += len(there)
            left = {k: s for k, s in task.scenarios.items() if k not in {keys[t] for t in there}}
            if left:
                return Task(task.physical, left, task.seed, task.replication, task.shelf,
                            task.version), 1  # fmt: skip
            watch(counts, ())
        return None

    def settle(future: Future[Done], task: Task, tries: int) -> bool:
        """Take the result in; whether workers were lost."""
        try:
            done = future.result()
        except BrokenExecutor:
            if tries == TRIES:
                _give_up(task, failed, counts)
            else:
                again.append((task, tries + 1))
            return True
        except OtherVersion as error:
            raise ExperimentError(str(error)) from error
        except (ExperimentError, KeyboardInterrupt):
            raise
        except Exception as error:
            if type(error).__name__ == "KilledWorker":  # Dask has tried again by itself
                _give_up(task, failed, counts)
                return False
            counts.failed += len(task.scenarios)
            failed.update(dict.fromkeys(task.scenarios, _said(error)))
            watch(counts, ())
            return False
        kept.add(done.runs)
        counts.done += len(done.runs)
        counts.simulated += done.simulated
        watch(counts, done.runs)
        return False

    while True:
        while len(running) < 2 * pool.workers and (item := following()) is not None:
            try:
                running[pool.submit(carry_out, item[0])] = item
            except BrokenExecutor:
                again.append(item)
                pool.mend()
            counts.running = sum(len(task.scenarios) for task, _ in running.values())
            if pool.workers == 1:
                break
        if not running:
            return failed
        over, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
        if not over and not pool.alive():
            raise WorkersGone(GONE)
        lost = False
        for future in over:
            task, tries = running.pop(future)
            counts.running -= len(task.scenarios)
            lost |= settle(future, task, tries)
        if lost:
            for future, (task, tries) in running.items():  # they died with the same executor
                again.append((task, tries))
                future.cancel()
            running.clear()
            pool.mend()
        if not over:
            watch(counts, ())


def _give_up(task: Task, failed: dict[str, str], counts: Counts) -> None:
    counts.failed += len(task.scenarios)
    why = "its worker was killed each time; perhaps there is too little memory for so many at once"
    failed.update(dict.fromkeys(task.scenarios, why))


def _said(error: Exception) -> str:
    if isinstance(error, ScenarioError):
        return str(error)
    if isinstance(error, AuditError):
        return f"{error}; this is a defect of simnet, no figure is kept"
    return f"{type(error).__name__}: {error}"
