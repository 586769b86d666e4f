"""Getting tasks done: what is kept is left out, what is lost with a worker is done again."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field, replace

from simnet.audit import AuditError
from simnet.scenario import ScenarioError

from .error import ExperimentError
from .kept import Finished, Kept
from .keys import run_key
from .pool import GONE, Pool, WorkersGone
from .task import Done, OtherVersion, Task, carry_out

TRIES = 4
"""workers that a task may lose before it is given up"""
POLL = 0.2
"""seconds after which runs that another process simulates are looked for again"""
KILLED = "its worker was killed each time; perhaps there is too little memory for so many at once"


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
    others = deque[Task]()  # that another process has claimed
    looked = 0.0
    running: dict[Future[Done], tuple[Task, int]] = {}

    def take(task: Task) -> tuple[Task, int] | None:
        """What of a task is left and ours to do."""
        if failed.keys() & task.scenarios.keys():
            counts.failed += len(task.scenarios)
            return None
        keys = {run_key(key, task.seed, task.replication): key for key in task.scenarios}
        there, ours = kept.claim(list(keys))
        if not ours:
            others.append(task)
            return None
        counts.found += len(there)
        done = {keys[key] for key in there}
        left = {key: scenario for key, scenario in task.scenarios.items() if key not in done}
        watch(counts, ())
        return (replace(task, scenarios=left), 1) if left else None

    def following() -> tuple[Task, int] | None:
        """The next task that is still to be done."""
        while again:
            task, tries = again.popleft()
            if not failed.keys() & task.scenarios.keys():
                return task, tries
            counts.failed += len(task.scenarios)
        for task in fresh:
            if (item := take(task)) is not None:
                return item
        nonlocal looked
        if time.monotonic() > looked + POLL:
            looked = time.monotonic()
            for _ in range(len(others)):
                if (item := take(others.popleft())) is not None:
                    return item
        return None

    def fail(task: Task, why: str) -> None:
        counts.failed += len(task.scenarios)
        failed.update(dict.fromkeys(task.scenarios, why))
        kept.release([run_key(key, task.seed, task.replication) for key in task.scenarios])
        watch(counts, ())

    def settle(future: Future[Done], task: Task, tries: int) -> bool:
        """Take the result in; whether workers were lost."""
        try:
            done = future.result()
        except BrokenExecutor:
            if tries == TRIES:
                fail(task, KILLED)
            else:
                again.append((task, tries + 1))
            return True
        except OtherVersion as error:
            raise ExperimentError(str(error)) from error
        except (ExperimentError, KeyboardInterrupt):
            raise
        except Exception as error:
            if type(error).__name__ == "KilledWorker":  # Dask has tried again by itself
                fail(task, KILLED)
                return False
            fail(task, _said(error))
            return False
        kept.damaged.update(done.damaged)
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
            if not others:
                return failed
            time.sleep(POLL)
            watch(counts, ())
            continue
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


def _said(error: Exception) -> str:
    if isinstance(error, ScenarioError):
        return str(error)
    if isinstance(error, AuditError):
        return f"{error}; this is a defect of simnet, no figure is kept"
    if isinstance(error, MemoryError):
        return f"there is too little memory ({error}); give fewer --jobs, or a shorter horizon"
    return f"{type(error).__name__}: {error}"
