"""Progress on the terminal: of a run, and of a sweep."""

import math
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

from simnet.plain import visible

if TYPE_CHECKING:
    from simnet.experiment import Counts, Finished

QUIET_SECONDS = 2.0


class Quiet:
    """A bar that is shown on a terminal only, and only after two seconds."""

    columns: tuple[ProgressColumn, ...] = ()

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.progress: Progress | None = None
        self.task: Any = None

    def __enter__(self) -> Self:
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

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def show(self, completed: float, total: float, **fields: Any) -> None:
        """Draw it, if it is time."""
        if not self.terminal or self.spent < QUIET_SECONDS:
            return
        if self.progress is None:
            screen = Console(stderr=True)
            self.progress = Progress(*self.columns, console=screen, transient=True)
            self.task = self.progress.add_task(visible(self.what), total=total, **fields)
            self.progress.start()
        self.progress.update(self.task, completed=completed, total=total, **fields)


class Bar(Quiet):
    """Of a run: rate and time left."""

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TextColumn("{task.fields[rate]:>9,.0f} cases/s"),
        TimeRemainingColumn(),
    )

    def update(self, share: float, cases: int) -> None:
        """Called by the engine."""
        self.show(share, 1.0, rate=cases / max(self.spent, 1e-9))


class SweepBar(Quiet):
    """Of a sweep: done, running, failed, rate, time left, current best."""

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} runs"),
        TextColumn("{task.fields[more]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[best]}", markup=False),
    )

    def __init__(self, what: str, response: str) -> None:
        from simnet.experiment import Counts, Measure

        super().__init__(what)
        self.measure = Measure.of(response)
        self.counts = Counts()
        self.sums: dict[str, tuple[float, int]] = {}
        """by strategy: of the response, and of how many runs"""

    @property
    def kept(self) -> int:
        """Runs that are there."""
        return self.counts.found + self.counts.done

    def update(self, counts: "Counts", runs: "tuple[Finished, ...]") -> None:
        """Called by the sweep."""
        self.counts = counts
        for run in runs:
            value = run.figures.get(self.measure.name, math.nan)
            if not math.isnan(value):
                total, number = self.sums.get(run.name, (0.0, 0))
                self.sums[run.name] = total + value, number + 1
        rate = counts.done / max(self.spent, 1e-9)
        more = f"{counts.running} running, {counts.failed} failed, {rate:.1f}/s"
        over = self.kept + counts.failed
        self.show(over, max(counts.wanted, 1), more=more, best=self._best())

    def _best(self) -> str:
        """The strategy that leads, of those that were simulated about as often as any."""
        most = max((number for _, number in self.sums.values()), default=0)
        means = {name: total / n for name, (total, n) in self.sums.items() if 2 * n >= most}
        if not means:
            return ""
        pick = min if self.measure.goal == "min" else max
        name = pick(means, key=lambda name: means[name])
        shown = self.measure.shown(means[name])
        return visible(f"{self.measure.name} best so far: {name} {shown}")
