"""Progress of a sweep: done, running, failed, rate, time left, current best."""

import math
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from .show import QUIET_SECONDS

if TYPE_CHECKING:
    from simnet.experiment import Counts, Finished


class SweepBar:
    """Shown on a terminal only, and only after two seconds."""

    def __init__(self, what: str, response: str) -> None:
        from simnet.experiment import Counts, Measure

        self.what, self.measure = what, Measure.of(response)
        self.began = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.progress: Progress | None = None
        self.task: Any = None
        self.counts = Counts()
        self.sums: dict[str, tuple[float, int]] = {}

    @property
    def kept(self) -> int:
        """Runs that are there."""
        return self.counts.found + self.counts.done

    def __enter__(self) -> "SweepBar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Leave the terminal as it was."""
        if self.progress is not None:
            self.progress.stop()

    def update(self, counts: "Counts", runs: "tuple[Finished, ...]") -> None:
        """Called by the sweep."""
        self.counts = counts
        for run in runs:
            value = run.figures.get(self.measure.name, math.nan)
            if not math.isnan(value):
                total, number = self.sums.get(run.name, (0.0, 0))
                self.sums[run.name] = total + value, number + 1
        spent = time.monotonic() - self.began
        if not self.terminal or spent < QUIET_SECONDS:
            return
        if self.progress is None:
            self.progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.completed:,.0f} of {task.total:,.0f} runs"),
                TextColumn("{task.fields[more]}"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[best]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self.task = self.progress.add_task(self.what, total=1.0, more="", best="")
            self.progress.start()
        more = f"{counts.running} running, {counts.failed} failed, {counts.done / spent:.1f}/s"
        over = self.kept + counts.failed
        self.progress.update(
            self.task, completed=over, total=max(counts.wanted, 1), more=more, best=self._best()
        )

    def _best(self) -> str:
        """The strategy that leads, of those that were simulated about as often as any."""
        most = max((number for _, number in self.sums.values()), default=0)
        means = {name: total / n for name, (total, n) in self.sums.items() if 2 * n >= most}
        if not means:
            return ""
        pick = min if self.measure.goal == "min" else max
        name = pick(means, key=lambda name: means[name])
        return f"{self.measure.name} best so far: {name} {self.measure.shown(means[name])}"
