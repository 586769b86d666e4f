"""Measuring: what is compared runs in turns, in one process, and the middle of its times counts."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
N = TypeVar("N", bound=str)
Say = Callable[[str], None]
"""is told what has just been measured"""
ENOUGH, MOST = 1.0, 5
"""seconds after which a contestant's turn is over, and runs: what else the machine does for a
moment would make one short run twice as long, or not touch it; a long one has its part of it"""


@dataclass(frozen=True)
class Timed:
    """How long a contestant took for a piece of work."""

    work: str
    contestant: str
    cases: int
    """or customers"""
    seconds: tuple[float, ...]
    """of each run"""
    refused: str = ""
    """why its result is wrong, so that its time does not count; empty where it is right"""

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    @property
    def per_second(self) -> float:
        """Cases a second."""
        return self.cases / self.median


def timed(task: Callable[[], T]) -> tuple[float, T]:
    """Seconds that `task` takes, and its result; the memory of what ran before is freed first."""
    gc.collect()
    began = time.perf_counter()
    result = task()
    return time.perf_counter() - began, result


def turn(run: Callable[[int], tuple[float, T]], number: int) -> list[tuple[float, T]]:
    """What a contestant does in its turn: run, again and again where that is soon done.

    run: called with its number among all of the contestant, tells its seconds and its result.
    number: of the turn, from 0 on.
    """
    done: list[tuple[float, T]] = []
    while len(done) < MOST and sum(seconds for seconds, _ in done) < ENOUGH:
        done.append(run(MOST * number + len(done)))
    return done


def in_turns(
    contestants: Mapping[N, Callable[[int], T]], repetitions: Mapping[N, int]
) -> Iterator[tuple[N, T]]:
    """Run every contestant once, then every one again, each as often as it has `repetitions`.

    A machine that slows down, as it gets hot or has other work, then slows down all of them alike.
    Each is called with the number of the repetition, from 0 on.
    """
    for number in range(max(repetitions.values(), default=0)):
        for name, run in contestants.items():
            if number < repetitions[name]:
                yield name, run(number)
