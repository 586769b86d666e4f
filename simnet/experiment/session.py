"""A session: strategies are simulated as far as they are wanted, and their figures read."""

import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simnet.accounts import at_worst

from .error import ExperimentError
from .kept import Finished, Kept
from .keys import digest, run_key, version
from .measure import Measure
from .more import More, names
from .pool import Pool
from .shelf import Shelf
from .strategy import Strategy
from .task import Task
from .work import Counts, Watch, work

Floats = NDArray[np.float64]


class Session:
    """Simulates what is not kept yet, with the same draws for every strategy of a replication."""

    def __init__(
        self, kept: Kept, pool: Pool, seed: int, experiment: str, watch: Watch, more: More = ()
    ) -> None:
        """more: figures beside those that every run has."""
        self.kept, self.pool, self.seed, self.watch = kept, pool, seed, watch
        self.more, self._names = more, names(more)
        self.experiment = experiment
        self.counts = Counts()
        self.failed: dict[str, str] = {}
        """why a strategy came to nothing, by name"""
        self._asked: dict[str, set[int]] = {}

    def complete(self, wanted: Iterable[tuple[Strategy, Iterable[int]]]) -> None:
        """See to it that these replications are there, except those of strategies that fail."""
        new: dict[int, dict[str, list[Strategy]]] = {}
        uses: list[tuple[Strategy, list[str]]] = []
        for strategy, numbers in wanted:
            asked = self._asked.setdefault(strategy.name, set())
            fresh = [number for number in numbers if number not in asked]
            asked.update(fresh)
            if strategy.name in self.failed or not fresh:
                continue
            keys = [run_key(self._whole(strategy), self.seed, number) for number in fresh]
            uses.append((strategy, keys))
            self.counts.wanted += len(fresh)
            for number in fresh:
                new.setdefault(number, {}).setdefault(strategy.keys.physical, []).append(strategy)
        if not uses:
            return
        for strategy, keys in uses:
            self.kept.use(self.experiment, strategy.name, strategy.factors, keys)
        called = {self._whole(strategy): strategy.name for strategy, _ in uses}

        def watch(counts: Counts, runs: tuple[Finished, ...]) -> None:
            self.watch(
                counts, tuple(replace(r, name=called[r.key.partition("-")[0]]) for r in runs)
            )

        failed = work(self._tasks(new), self.pool, self.kept, self.counts, watch)
        for strategy, _ in uses:
            why = failed.get(self._whole(strategy))
            if why is not None:
                self.failed[strategy.name] = why

    def _whole(self, strategy: Strategy) -> str:
        """What its runs are kept under: those with more figures are others."""
        whole = strategy.keys.whole
        return digest(whole, self._names) if self._names else whole

    def _tasks(self, new: dict[int, dict[str, list[Strategy]]]) -> Iterable[Task]:
        """Replication by replication, so that strategies can be compared at any moment."""
        shelf = Shelf(self.kept.folder.absolute() / "records")
        shelf.clear()
        for number in sorted(new):
            for physical, same in new[number].items():
                scenarios = {self._whole(s): s.scenario for s in same}
                shared = len(scenarios) > 1 or shelf.has(physical, self.seed, number)
                yield Task(physical, scenarios, self.seed, number,
                           shelf.folder if shared else None, version(), self.more)  # fmt: skip

    def figures(self, strategy: Strategy, numbers: Sequence[int]) -> list[dict[str, float]]:
        """Key figures of these replications."""
        keys = [run_key(self._whole(strategy), self.seed, number) for number in numbers]
        found = self.kept.read(keys)
        gone = [key for key in keys if key not in found]
        if gone:
            raise ExperimentError(
                f"{len(gone)} runs were damaged in {self.kept.file} since they were simulated; the "
                "same command simulates them again"
            )
        return [found[key] for key in keys]

    def values(self, strategies: Sequence[Strategy], name: str, numbers: Sequence[int]) -> Floats:
        """A key figure, shape (strategies, replications); NaN where it has nothing to say."""
        return np.array(
            [[f.get(name, math.nan) for f in self.figures(s, numbers)] for s in strategies]
        ).reshape(len(strategies), len(numbers))

    def unhelped(
        self, strategies: Sequence[Strategy], numbers: Sequence[int], most: float
    ) -> dict[str, float]:
        """Share of the cases that nobody helped, of the strategies in which it is above `most`."""
        shares = self.values(strategies, "unhelped_share", numbers).mean(axis=1).tolist()
        names = (strategy.name for strategy in strategies)
        return {name: share for name, share in zip(names, shares, strict=True) if share > most}

    def judged(
        self, strategies: Sequence[Strategy], measure: Measure, numbers: Sequence[int],
        unhelped: Container[str],
    ) -> Floats:  # fmt: skip
        """`values` by which strategies are ranked: those of strategies in `unhelped` had everybody
        who was never helped waited for the whole run."""
        rows = [
            self.values([s], at_worst(measure.name) if worst else measure.name, numbers)
            for s in strategies
            for worst in [measure.at_worst and s.name in unhelped]
        ]
        return np.concatenate(rows)

    def left(self, strategies: Iterable[Strategy]) -> list[Strategy]:
        """Those that have not failed."""
        return [strategy for strategy in strategies if strategy.name not in self.failed]
