"""Key figures: each is registered once, with all that is said of it and how it is reckoned."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .basis import Basis

Goal = Literal["min", "max"]
Table = Literal["total", "month", "market", "outlet"]
EVERYWHERE: tuple[Table, ...] = ("total", "month", "market", "outlet")
OF_DEMAND: tuple[Table, ...] = ("total", "month", "market")
OVER_TIME: tuple[Table, ...] = ("total", "month")
CUSTOMERS, HOURS, UNHELPED, HOTLINE, OUTLETS, LOGISTICS, MONEY, OWNERS = (
    "Customers", "Where the hours go", "Who is not helped", "Hotline", "Outlets and parts",
    "Logistics", "Money", "Owners of outlets",
)  # fmt: skip
AT_WORST = " (at worst)"
"""end of the name of a figure in which those who were never helped waited for the whole run"""
AT = " @ "
"""between the name of a figure and the market or outlet that it is of"""


@dataclass(frozen=True)
class Figure:
    """A key figure, or a family of them under names that begin alike."""

    name: str
    """of a family what all its names begin with, such as `cost_per_year: `"""
    unit: str
    """h, s, share, money, or nothing for a number"""
    meaning: str
    """in words; of a family with {} for the rest of the name"""
    goal: Goal | None
    """whether less or more of it is better; None where that cannot be said"""
    group: str
    """under which it is shown"""
    over: tuple[Table, ...]
    """tables that have it"""
    reckon: Callable[["Basis"], Any]
    """a figure's values, in order of `over`; of a family those by name; None where it does not
    apply"""
    at_worst: bool
    """whether it rests on who was helped, so that it may be worse than it shows"""
    family: bool = False


FIGURES: list[Figure] = []


def figure(
    name: str, unit: str, meaning: str, goal: Goal | None, group: str,
    over: tuple[Table, ...] = EVERYWHERE, at_worst: bool = False, family: bool = False,
) -> Callable[[Callable[["Basis"], Any]], Callable[["Basis"], Any]]:  # fmt: skip
    """Register the figure, or the family, that the function below reckons; see `Figure`."""

    def register(reckon: Callable[["Basis"], Any]) -> Callable[["Basis"], Any]:
        FIGURES.append(Figure(name, unit, meaning, goal, group, over, reckon, at_worst, family))
        return reckon

    return register


def groups() -> list[str]:
    """Groups in the order in which they are shown."""
    return list(dict.fromkeys(figure.group for figure in FIGURES))


def at_worst(name: str) -> str:
    """Name of the twin of a figure: `response_p90 (at worst) @ Berlin`."""
    head, at, place = name.partition(AT)
    return f"{head}{AT_WORST}{at}{place}"


def find(name: str) -> Figure | None:
    """The figure of that name, its family filled in; None where there is none. The name may be
    that of a twin (`at_worst`), or of one place (`response_p90 @ Berlin`)."""
    head, at, place = name.partition(AT)
    plain = head.removesuffix(AT_WORST)
    for known in FIGURES:
        if known.family and plain.startswith(known.name) and len(plain) > len(known.name):
            found = replace(known, meaning=known.meaning.format(plain.removeprefix(known.name)))
        elif known.name == plain and not known.family:
            found = known
        else:
            continue
        if plain != head:
            said = f"{found.meaning}, had the unhelped waited for the whole run"
            found = replace(found, meaning=said, at_worst=False)
        return replace(found, name=name, meaning=found.meaning + (f", {place}" if at else ""))
    return None


def in_total(name: str) -> bool:
    """Whether that is the name of a figure of a whole run, a column of every table of runs."""
    figure = find(name)
    return figure is not None and "total" in figure.over and AT not in name


def describe(name: str) -> tuple[str, str]:
    """Unit and meaning of a key figure; nothing of a name that is not registered."""
    found = find(name)
    return (found.unit, found.meaning) if found is not None else ("", "")
