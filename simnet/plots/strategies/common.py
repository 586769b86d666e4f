"""What pictures of strategies share: responses as axes with units, names, factors, and order."""

import math
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis as Side
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray

from simnet.plain import in_yaml
from simnet.plots import style
from simnet.plots.fonts import beginning, columns
from simnet.plots.strategies.about import About, Axis

BOUNDS = {">": "more than", "<": "less than"}
WIDE = 8.0
"""an axis whose largest value is more than so many times its smallest is logarithmic"""
P = ParamSpec("P")


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """The picture drawn with the settings of all pictures."""

    @wraps(draw)
    def drawn(*args: P.args, **more: P.kwargs) -> Figure:
        with style.rc():
            return draw(*args, **more)

    return drawn


# ---- responses -------------------------------------------------------------------------------


def unit_of(axis: Axis, values: Any, currency: str) -> style.Unit:
    """The unit in which these values of a response read best."""
    array = np.abs(np.asarray(values, dtype=np.float64))
    finite = array[np.isfinite(array)]
    largest = float(finite.max()) if finite.size else 0.0
    if axis.unit == "share":
        return style.Unit("%", 0.01)
    if axis.unit == "money":
        return style.money_unit(largest, style.printable(currency, "money"))
    if axis.unit in ("h", "s"):
        hour = 1.0 if axis.unit == "h" else 3600.0
        found = style.time_unit(largest / hour)
        return style.Unit(found.name, found.size * hour)
    return style.Unit(axis.unit, 1.0)


def words(axis: Axis) -> str:
    """`cost per case`."""
    return style.printable(axis.name.replace("_", " "), "response")


def label(axis: Axis, unit: style.Unit, meaning: bool = True) -> str:
    """`cost per case, EUR (service cost of the company for a case that came to us)`."""
    named = f"{words(axis)}, {unit.name}" if unit.name else words(axis)
    return f"{named}  ({style.drawable(axis.meaning)})" if meaning and axis.meaning else named


def alone(axis: Axis, value: float, currency: str, bound: str = "") -> str:
    """A value in the unit in which it reads best by itself; bound: one of `bounds`."""
    value_said = said(value, unit_of(axis, [value], currency))
    return f"{BOUNDS[bound]} {value_said}" if bound else value_said


def bounds(table: pd.DataFrame) -> list[str]:
    """By strategy, whether its mean is a bound: `>` where it would be larger, by a difference that
    matters, had those who were never helped waited for the whole run; `<` where it would be
    smaller; else empty."""
    further = table["at_worst"] - table["mean"]
    matters = table["matters"]
    return [
        ">" if more > least else "<" if more < -least else ""
        for more, least in zip(further, matters, strict=True)
    ]


def said(value: float, unit: style.Unit) -> str:
    """`252 EUR`."""
    if not math.isfinite(value):
        return "unknown"
    return f"{style.number(value / unit.size, 3)} {unit.name}".rstrip()


def superlative(axis: Axis) -> str:
    """`Lowest cost per case`."""
    return f"{'Lowest' if axis.goal == 'min' else 'Highest'} {words(axis)}"


def best(axis: Axis, values: "pd.Series[float]") -> Any:
    """The index of the best of these values; None where none is known."""
    known = values.dropna()
    if known.empty:
        return None
    return known.idxmin() if axis.goal == "min" else known.idxmax()


def ordered(axis: Axis, table: pd.DataFrame) -> list[str]:
    """Strategies, the best mean first and the unknown last."""
    return [str(name) for name in table["judged"].sort_values(
        ascending=axis.goal == "min", kind="stable", na_position="last").index]  # fmt: skip


def kept(tables: Mapping[str, pd.DataFrame]) -> "pd.Series[bool]":
    """By strategy, whether it keeps the limits of all responses."""
    return pd.concat([table["kept"] for table in tables.values()], axis=1).all(axis=1)


def rivals(table: pd.DataFrame, winner: str, levels: pd.DataFrame, about: About) -> str:
    """Who cannot be told apart from the best, in a clause; empty where nobody is."""
    others = [str(name) for name in table.index[table["can_be_best"]] if name != winner]
    others = called(others, levels, about)
    if not others:
        return ""
    said = listed(brief(others, 44))
    if len(others) > 2 or len(said) > 60:
        said = f"{len(others)} others"
    return f"{said} may be as good (95 %)"


def logarithmic(values: Any) -> bool:
    """Whether values are so far apart that only a logarithmic axis shows the small ones."""
    array = np.asarray(values, dtype=np.float64)
    array = array[np.isfinite(array)]
    return bool(array.size and array.min() > 0 and array.max() > WIDE * array.min())


def scaled(axes: Axes, which: str, log: bool) -> None:
    """Ticks as numbers, at 1, 2 and 5 of a logarithmic axis."""
    side: Side = axes.xaxis if which == "x" else axes.yaxis
    if log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
        side.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        side.set_minor_formatter(NullFormatter())
    else:
        axes.locator_params(axis="x" if which == "x" else "y", nbins=7)
    side.set_major_formatter(lambda value, _: style.tick(value))


# ---- strategies and factors ------------------------------------------------------------------


def brief(names: Sequence[str], most: int, kind: str = "strategy") -> list[str]:
    """Names as they can be printed, of at most so many letters and no two alike.

    Where one is too long, all lose the words that they begin with alike (but the last one of them),
    and those still too long their middle, since strategies often differ at the end.
    """
    texts = [style.printable(name, f"{kind} {i + 1}") for i, name in enumerate(names)]
    if len(texts) > 1 and max(map(columns, texts)) > most:
        first, last = min(texts), max(texts)
        alike = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
        cut = first.rfind(" ", 0, max(first.rfind(" ", 0, alike), 0)) + 1
        texts = [f"…{text[cut:]}" if cut > 3 else text for text in texts]
    found: list[str] = []
    for i, text in enumerate(texts):
        short = _middle(text, most)
        found.append(f"{_middle(text, most - 5)} ({i + 1})" if short in found else short)
    return found


def _middle(text: str, most: int) -> str:
    if columns(text) <= most:
        return text
    end = (most - 1) // 2
    last = beginning(text[::-1], end)[::-1]
    return f"{beginning(text, most - 1 - end).rstrip(' ,;')}…{last.lstrip(' ,;')}"


def wrapped(names: Sequence[str], most: int, kind: str = "level") -> list[str]:
    """Names on at most two lines of so many letters."""
    return [
        "\n".join(textwrap.wrap(name, most, max_lines=2, placeholder="…")) or name
        for name in brief(names, max(2 * most - 6, 8), kind)
    ]


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def levels_of(runs: pd.DataFrame, factors: Iterable[str]) -> pd.DataFrame:
    """The level of each factor by strategy, of those factors that vary.

    runs: a row a run, with columns strategy and one per factor.
    """
    first = runs.drop_duplicates("strategy").set_index("strategy")
    varied = [name for name in factors if name in first and len(values_of(first[name])) > 1]
    return first[varied]


def values_of(column: "pd.Series[Any]") -> list[Any]:
    """The levels of a factor: numbers ascending, others as they come."""
    found = list({repr(value): value for value in column if not _missing(value)}.values())
    return sorted(found) if numeric(found) else found


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def numeric(levels: Iterable[Any]) -> bool:
    """Whether all levels are numbers."""
    return all(
        isinstance(x, int | float | np.number) and not isinstance(x, bool | np.bool_)
        for x in levels
    )


def level(value: Any) -> str:
    """A level in words."""
    if numeric([value]):
        return f"{value:.4g}".replace("-", style.MINUS) if abs(value) < 1e4 else f"{value:,.0f}"
    return style.printable(in_yaml(value), "level")


def combination(levels: Mapping[str, Any], about: About) -> str:
    """`outlets 4, partner`: numbers with the name of their factor."""
    return ", ".join(
        level(value) if isinstance(value, str) else f"{about.label(name)} {level(value)}"
        for name, value in levels.items()
    )


def called(names: Sequence[str], levels: pd.DataFrame | None, about: About) -> list[str]:
    """Strategies by their levels where that is shorter than their names and tells them apart."""
    if levels is None or levels.columns.empty or not set(names) <= set(levels.index):
        return list(names)
    rows = levels.loc[list(names)].astype(object).to_dict("records")
    found = [combination({str(k): v for k, v in row.items()}, about) for row in rows]
    shorter = sum(map(len, found)) < sum(map(len, names))
    return found if shorter and len(set(found)) == len(names) else list(names)


def crossed(levels: pd.DataFrame, one: str, other: str) -> bool:
    """Whether each level of one factor is there with each of the other."""
    pairs = {(repr(a), repr(b)) for a, b in zip(levels[one], levels[other], strict=True)}
    return len(pairs) == len({a for a, _ in pairs}) * len({b for _, b in pairs})


def slug(text: str) -> str:
    """Part of a file name."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-") or "factor"


def crowded(spots: NDArray[np.float64], log: bool) -> bool:
    """Whether a number at each of these spots of an axis would be too near the next one."""
    at = np.log(spots) if log else spots
    return len(at) > 1 and float(np.diff(at).min()) < 0.035 * float(at[-1] - at[0])
