"""Tables and progress on the terminal."""

import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from simnet.plain import Advice, as_json, visible, visible_lines

if TYPE_CHECKING:
    from simnet.audit import Audit
    from simnet.engine import Engine
    from simnet.plan import Plan
    from simnet.scenario import Scenario


class Screen(Console):
    """A console on which names steer nothing: all text goes through `visible`."""

    def render_str(self, text: str, **more: Any) -> Text:
        """Text with its markup."""
        return super().render_str(visible_lines(text), **more)


def console() -> Console:
    """Standard output; where it is no terminal, wide enough that nothing is cut."""
    return Screen(highlight=False, width=None if sys.stdout.isatty() else 120)


def say(text: str) -> None:
    """Lines on standard output, as they are."""
    typer.echo(visible_lines(text))


def say_json(document: Any, **options: Any) -> None:
    """A document on standard output; options of `json.dumps`."""
    typer.echo(as_json(document, **options))


def tell(*messages: object) -> None:
    """A line each on standard error, for whatever is wrong; nothing for what is empty."""
    for message in filter(None, map(str, messages)):
        print(visible_lines(message), file=sys.stderr, flush=True)


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
        found.add_row(*(escape(visible(str(cell))) for cell in row))
    return found


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


@contextmanager
def advised() -> Iterator[None]:
    """What a user can mend is told in a line, and not as a warning about a line of code."""
    with warnings.catch_warnings():
        shown = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, Advice):
                tell(f"Note: {message}")
            else:
                shown(message, category, *where, **more)

        warnings.showwarning = show
        yield


def tell_broken(audit: "Audit", therefore: str) -> None:
    """Where an audit failed: say what is broken, and end with exit code 3."""
    if not audit.passed:
        said = f"this is a defect of simnet and not of the scenario; {therefore}"
        tell(audit.line, *audit.broken, said)
        raise typer.Exit(3)


LARGE = 1.0
"""GiB of memory that are worth a word"""


def ready(scenario: "Scenario", engine: "Engine", replications: int = 1) -> "Plan":
    """The plan of a scenario that can be simulated; then the engine, see `compile_engine`."""
    from simnet.draws import memory
    from simnet.plan import make_plan

    plan = make_plan(scenario)
    need = memory(plan, replications)
    if need > LARGE:
        tell(f"about {need:.1f} GiB of memory will be used")
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
