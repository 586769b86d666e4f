"""Weekly hours (`Mon-Fri 08:00-18:00, Sat 09:00-13:00`) and weekly profiles of demand."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from .quantity import WEEK, Model, NonNegative

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")
_HELP = "weekly hours look like 'Mon-Fri 08:00-18:00, Sat 09:00-13:00' or '24/7'"


def _clock(text: str) -> float:
    match = _CLOCK.match(text.strip())
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        raise ValueError(f"'{text.strip()}' is no time of day; {_HELP}")
    hours = int(match[1]) + int(match[2]) / 60
    if hours > 24:
        raise ValueError(f"'{text.strip()}' is no time of day; {_HELP}")
    return hours


def _days(text: str) -> list[int]:
    first, _, last = text.partition("-")
    for name in (first, last or first):
        if name not in DAYS:
            raise ValueError(f"unknown day '{name}'; days are Mon Tue Wed Thu Fri Sat Sun")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + i) % 7 for i in range((end - start) % 7 + 1)]


def _entries(value: Any) -> list[tuple[list[int], list[str]]]:
    """Split the text into (days, clock texts) per comma-separated entry."""
    texts = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(_HELP)
    found = []
    for entry in ",".join(texts).lower().split(","):
        words = entry.split()
        days = _days(words.pop(0)) if words and words[0][0].isalpha() else list(range(7))
        if not words:
            raise ValueError(_HELP)
        found.append((days, words))
    return found


@dataclass(frozen=True)
class Week:
    """Open intervals of a week, in hours from Monday 00:00, ordered and disjoint."""

    intervals: tuple[tuple[float, float], ...]
    text: str

    @property
    def hours(self) -> float:
        """Open hours a week."""
        return sum(end - start for start, end in self.intervals)

    def over(self, horizon: float, offset: float) -> NDArray[np.float64]:
        """Open intervals in [0, horizon], shape (n, 2); time 0 is hour `offset` of a week."""
        weeks = np.arange(np.floor((horizon + offset) / WEEK) + 1)[:, None, None] * WEEK
        found = (weeks + np.array(self.intervals)).reshape(-1, 2) - offset
        found = np.clip(found, 0, horizon)
        found = found[found[:, 1] > found[:, 0]]
        # an interval that ends where the next one begins (Sunday 24:00) is one interval
        apart = found[1:, 0] != found[:-1, 1]
        first = np.concatenate(([True], apart))[: len(found)]
        last = np.concatenate((apart, [True]))[-len(found) :] if len(found) else first
        return np.column_stack((found[first, 0], found[last, 1]))


def _merge(intervals: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def parse_week(value: Any) -> Week:
    """Read weekly hours; an interval such as 22:00-06:00 runs into the next day.

    Raises ValueError with an example where the text cannot be read.
    """
    if isinstance(value, Week):
        return value
    if value == "24/7":
        return Week(((0.0, WEEK),), "24/7")
    intervals = []
    for days, clocks in _entries(value):
        for clock in clocks:
            first, dash, last = clock.partition("-")
            if not dash:
                raise ValueError(_HELP)
            start, end = _clock(first), _clock(last)
            end += 0.0 if end > start else 24.0
            for day in days:
                begin, stop = day * 24 + start, day * 24 + end
                if begin < WEEK:
                    intervals.append((begin, min(stop, WEEK)))
                if stop > WEEK:
                    intervals.append((max(begin - WEEK, 0.0), stop - WEEK))
    text = value if isinstance(value, str) else ", ".join(value)
    return Week(_merge(intervals), text)


@dataclass(frozen=True)
class Timetable:
    """Moments of a week, in hours from Monday 00:00, ascending."""

    moments: tuple[float, ...]
    text: str

    def over(self, horizon: float, offset: float) -> NDArray[np.float64]:
        """The moments in [0, horizon), shape (n,); time 0 is hour `offset` of a week."""
        weeks = np.arange(np.floor((horizon + offset) / WEEK) + 1)[:, None] * WEEK
        found = (weeks + np.array(self.moments)).ravel() - offset
        return found[(found >= 0) & (found < horizon)]


def parse_timetable(value: Any) -> Timetable:
    """Read departures such as 'Mon 06:00, Thu 06:00 14:00' or 'Mon-Fri 07:30'."""
    if isinstance(value, Timetable):
        return value
    moments = {
        (day * 24 + _clock(clock)) % WEEK
        for days, clocks in _entries(value)
        for clock in clocks
        for day in days
    }
    text = value if isinstance(value, str) else ", ".join(value)
    return Timetable(tuple(sorted(moments)), text)


_TEXT_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

WeekHours = Annotated[
    Week,
    PlainValidator(parse_week),
    PlainSerializer(lambda week: week.text),
    WithJsonSchema({**_TEXT_SCHEMA, "description": _HELP}),
]
Departures = Annotated[
    Timetable,
    PlainValidator(parse_timetable),
    PlainSerializer(lambda timetable: timetable.text),
    WithJsonSchema({**_TEXT_SCHEMA, "description": "such as 'Mon 06:00, Thu 06:00 14:00'"}),
]


def _scaled(weights: tuple[float, ...]) -> NDArray[np.float64]:
    """Weights by the greatest of them, so that no sum overflows."""
    return np.asarray(weights) / (max(weights) or 1.0)


class Profile(Model):
    """How demand is spread over the week: relative weights, their scale does not matter."""

    hours: tuple[NonNegative, ...] = Field(default=(1.0,) * 24, min_length=24, max_length=24)
    """weight of each hour of the day, 24 numbers"""
    days: tuple[NonNegative, ...] = Field(default=(1.0,) * 7, min_length=7, max_length=7)
    """weight of each day, Monday first, 7 numbers"""
    weekend_hours: tuple[NonNegative, ...] | None = Field(
        default=None, min_length=24, max_length=24
    )
    """weights of the hours on Saturday and Sunday, where they differ"""

    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if not self.weights.any():
            raise ValueError("a profile needs some weight above 0")
        return self

    @property
    def weights(self) -> NDArray[np.float64]:
        """Shape (168,), hour by hour from Monday 00:00, mean 1.

        The day's weight is the day's share, however its hours are weighted.
        """
        table = np.zeros((7, 24))
        for day, weight in enumerate(self.days):
            hours = _scaled(self.weekend_hours if day >= 5 and self.weekend_hours else self.hours)
            table[day] = weight / (max(self.days) or 1.0) * hours / (hours.sum() or 1.0)
        total = table.sum()
        spread: NDArray[np.float64] = table.ravel() * (WEEK / total if total > 0 else 1.0)
        return spread

    @property
    def flat(self) -> bool:
        """Whether every hour weighs the same."""
        return bool(np.ptp(self.weights) == 0)
