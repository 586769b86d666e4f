"""What is wrong with a scenario, said so that its writer can mend it."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simnet.plain import visible

from .path import Path, dotted

__all__ = ["Path", "Problem", "ScenarioError", "dotted", "nearest", "place_of", "shown"]


def nearest(name: Any, known: Iterable[str]) -> str:
    """`"; did you mean 'x'?"`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name, list(known), n=1) if isinstance(name, str) else []
    return f"; did you mean '{near[0]}'?" if near else ""


def place_of(places: Mapping[Path, str], path: Path) -> str:
    """File and line of the longest beginning of `path` that is known."""
    known = (places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in places)
    return next(known, "")


def shown(text: str, most: int) -> str:
    """Text in one line of at most `most` characters; what would not be seen is escaped.

    A name may be as long as a book.
    """
    seen = visible(text)
    half = (most - 5) // 2
    return seen if len(seen) <= most else f"{seen[:half]} ... {seen[-half:]}"


@dataclass(frozen=True)
class Problem:
    """One error: where in the document, and what would be right."""

    path: Path
    message: str
    where: str = ""
    needs: tuple[Path, ...] = field(default=(), compare=False, repr=False)
    """parts of the document that it speaks of; what is wrong there may be its cause"""

    def __str__(self) -> str:
        place = ": ".join(filter(None, (shown(self.where, 300), shown(dotted(self.path), 200))))
        message = shown(self.message, 500)
        return f"{place}: {message}" if place else message


class ScenarioError(Exception):
    """A scenario that cannot be simulated; `problems` holds every error that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)
