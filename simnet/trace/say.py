"""Figures as people say them."""

import datetime
import math

from simnet.scenario.quantity import DAY, MONTH, YEAR

_UNITS = (
    ("s", 1 / 3600, 1 / 60), ("min", 1 / 60, 1.0), ("h", 1.0, 2 * DAY),
    ("days", DAY, 2 * MONTH), ("months", MONTH, YEAR), ("years", YEAR, math.inf),
)  # fmt: skip
"""unit, its hours, and below how many hours it is used"""


def span(hours: float) -> str:
    """Hours in the unit that suits them: `12 s`, `5.2 min`, `13.4 h`, `3.1 days`; - for NaN."""
    if math.isnan(hours):
        return "-"
    unit, length = next((u, size) for u, size, until in _UNITS if abs(hours) < until * (1 - 1e-9))
    shown = figure(hours / length)
    return f"{shown} {unit.removesuffix('s') if shown == '1' and length >= DAY else unit}"


def figure(value: float) -> str:
    """A number with at most one decimal, and none where it says nothing."""
    shown = f"{value:,.1f}"
    return shown.removesuffix(".0") if abs(value) < 100 else f"{value:,.0f}"


def calendar(start: datetime.date, hours: float) -> datetime.datetime:
    """The moment `hours` after the first midnight of the run, to the millisecond."""
    begin = datetime.datetime.combine(start, datetime.time())
    return begin + datetime.timedelta(milliseconds=round(hours * 3_600_000))


def moment(time: datetime.datetime) -> str:
    """`Mon 2026-03-02 14:05`."""
    return f"{time:%a %Y-%m-%d %H:%M}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`."""
    teen = 10 < number % 100 < 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def count(number: int, word: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
