"""The textbook jobs, by simnet, by a plain SimPy script, and by other packages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from simnet.engine import TIMED, Engine

from .jobs import Found, HotlineJob, Job, OutletJob, refusal
from .measure import Say, Timed, in_turns, timed, turn

PLAIN = "SimPy, plain script"
PEERS = {"ciw": "Ciw", "salabim": "salabim", "cimba": "cimba"}
"""package and name; module in_PACKAGE has a function for each job"""

Runner = Callable[[Job, int], Found]
"""job and seed"""


@dataclass(frozen=True)
class Contestant:
    """Who takes part."""

    run: Runner
    fast: bool
    """whether it runs the longer version too"""


def missing() -> list[str]:
    """Packages that the comparison needs and that are not installed."""
    return [package for package in PEERS if find_spec(package) is None]


def load(peers: bool) -> None:
    """Import the other packages, before anything is compiled: cimba tells numba of its types when
    it is imported, and numba hears of none once it has compiled a function (0.9.6 with 0.68.1)."""
    for package in PEERS if peers else ():
        import_module(f"simnet.bench.in_{package}")


def contestants(peers: bool) -> dict[str, Contestant]:
    """All who take part, by name."""
    found = {f"simnet, {engine}": Contestant(_simnet(engine), engine == "compiled")
             for engine in TIMED}  # fmt: skip
    found[PLAIN] = Contestant(_script("plain_simpy"), True)
    if peers:
        for package, name in PEERS.items():
            found[name] = Contestant(_script(f"in_{package}"), package == "cimba")
    return found


def _script(module: str) -> Runner:
    def run(job: Job, seed: int) -> Found:
        found: Found = getattr(import_module(f"simnet.bench.{module}"), job.name)(job, seed)
        return found

    return run


def _simnet(engine: Engine) -> Runner:
    def run(job: Job, seed: int) -> Found:
        from . import in_simnet

        found: Found = getattr(in_simnet, job.name)(job, seed, engine)
        return found

    return run


def jobs(quick: bool) -> dict[bool, tuple[Job, Job]]:
    """The common length, which keeps the slowest below 20 s or so, and (True) the long one.

    The long one is for those that would be done with the common length before it can be measured
    well, with the plain script to compare.
    """
    if quick:
        return {
            False: (HotlineJob(20_000), OutletJob(20_000)),
            True: (HotlineJob(100_000), OutletJob(100_000)),
        }
    return {
        False: (HotlineJob(60_000), OutletJob(20_000)),
        True: (HotlineJob(600_000), OutletJob(400_000)),
    }


def measure(peers: bool, quick: bool, repetitions: int, say: Say) -> Iterator[Timed]:
    """A row for each job, length and contestant."""
    everybody = contestants(peers)
    for long, pair in jobs(quick).items():
        for job in pair:
            runners = {name: c.run for name, c in everybody.items() if c.fast or not long}
            yield from compete(job, runners, repetitions, say)


def compete(
    job: Job, runners: dict[str, Runner], repetitions: int, say: Say
) -> Iterator[Timed]:  # fmt: skip
    """Each contestant in turn, with another seed in each run; a time counts only where the results
    of all runs together fit theory."""
    failed: dict[str, str] = {}
    found: dict[str, list[Found]] = {name: [] for name in runners}
    seconds: dict[str, list[float]] = {name: [] for name in runners}
    small = type(job)(min(1000, job.customers))
    for name, run in runners.items():  # compiles and imports
        try:
            run(small, 0)
        except Exception as error:  # another package's: it is out, the others go on
            failed[name] = f"{type(error).__name__}: {error}"
    tasks = {
        name: partial(turn, partial(_one, run, job))
        for name, run in runners.items() if name not in failed
    }  # fmt: skip
    for name, runs in in_turns(tasks, dict.fromkeys(tasks, repetitions)):
        for spent, result in runs:
            seconds[name].append(spent)
            found[name].append(result)
            say(f"{job.name}, {result.customers:,} customers, {name}: {spent:.2f} s")
    for name in runners:
        why = failed.get(name) or refusal(job, found[name])
        yield Timed(job.name, name, job.customers, tuple(seconds[name]), why)


def _one(run: Runner, job: Job, number: int) -> tuple[float, Found]:
    return timed(partial(run, job, 1 + number))
