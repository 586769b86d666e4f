"""Tables and progress on the terminal."""

import math
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from simnet.audit import Audit
    from simnet.engine import Engine
    from simnet.plan import Plan
    from simnet.scenario import Scenario

QUIET_SECONDS = 2.0


def console() -> Console:
    """Standard output; where it is no terminal, wide enough that nothing is cut."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def plural(count: float, word: str) -> str:
    """`1 year`, `2 years`, `0.5 years`."""
    shown = f"{count:,}" if isinstance(count, int) else f"{count:.3g}"
    return f"{shown} {word}" if count == 1 else f"{shown} {word}s"


def number(value: float | None, unit: str = "") -> str:
    """A figure as a planner reads it."""
    if value is None or math.isnan(value):
        return "-"
    if unit == "share":
        return f"{100 * value:.1f} %"
    size = abs(value)
    digits = 0 if size >= 1000 or value == int(value) else 1 if size >= 10 else 2
    return f"{value:,.{digits}f}"


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], text: Sequence[int] = ()
) -> Table:
    """A plain table; the first column, those without a name and `text` ones are text, the others
    figures."""
    found = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for i, column in enumerate(columns):
        words = i == 0 or column == "" or i in text
        found.add_column(column, justify="left" if words else "right", no_wrap=not words)
    for row in rows:
        found.add_row(*(escape(str(cell)) for cell in row))
    return found


def finite(value: Any) -> Any:
    """JSON knows no infinity and no NaN: null."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


class Notes:
    """Footnotes: each text once, named by a letter."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def letters(self, texts: Sequence[str]) -> str:
        """The letters of these texts, such as `a, c`."""
        for text in texts:
            if text not in self.texts:
                self.texts.append(text)
        return ", ".join(_letter(self.texts.index(text)) for text in texts)

    def lines(self) -> list[str]:
        """The notes, a line each."""
        return [f"{_letter(i)}  {text}" for i, text in enumerate(self.texts)]


def _letter(i: int) -> str:
    return chr(ord("a") + i) if i < 26 else f"z{i - 25}"


def tell_broken(audit: "Audit", therefore: str) -> None:
    """Where an audit failed: say what is broken, and end with exit code 3."""
    if not audit.passed:
        said = f"this is a defect of simnet and not of the scenario; {therefore}"
        print(audit.line, *audit.broken, said, sep="\n", file=sys.stderr)
        raise typer.Exit(3)


def ready(scenario: "Scenario", engine: "Engine") -> "Plan":
    """The plan of a scenario that can be simulated; then the engine, see `compile_engine`."""
    from simnet.draws import refuse_too_much
    from simnet.plan import make_plan

    plan = make_plan(scenario)
    refuse_too_much(plan)
    compile_engine(engine)
    return plan


def compile_engine(engine: "Engine") -> None:
    """Compile the engine where that was never done on this machine, and say so meanwhile."""
    from simnet import engine as engines
    from simnet import run

    if run.is_ready(engine):
        return
    screen = Console(stderr=True)
    if screen.is_terminal:
        with screen.status(engines.ONCE):
            run.prepare(engine)
    else:
        run.prepare(engine)


class Bar:
    """Progress with rate and time left: only on a terminal, and only after two seconds."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.progress: Progress | None = None
        self.task: Any = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.progress is not None:
            self.progress.stop()

    def update(self, share: float, cases: int) -> None:
        """Called by the engine."""
        spent = time.monotonic() - self.began
        if not self.terminal or spent < QUIET_SECONDS:
            return
        if self.progress is None:
            self.progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:3.0f} %"),
                TextColumn("{task.fields[rate]:>9,.0f} cases/s"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self.task = self.progress.add_task(self.what, total=1.0, rate=0.0)
            self.progress.start()
        self.progress.update(self.task, completed=share, rate=cases / spent)
