"""Quantities as planners write them: `5 min`, `2 days`, `3 years`; a bare number is in hours."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

HOUR = 1.0
DAY = 24.0
WEEK = 168.0
YEAR = 8760.0
MONTH = YEAR / 12

_UNITS = {
    "s": HOUR / 3600, "sec": HOUR / 3600, "second": HOUR / 3600,
    "min": HOUR / 60, "minute": HOUR / 60,
    "h": HOUR, "hour": HOUR,
    "d": DAY, "day": DAY,
    "w": WEEK, "week": WEEK,
    "month": MONTH,
    "y": YEAR, "year": YEAR,
}  # fmt: skip
_PATTERN = re.compile(
    r"^\s*([-+]?\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+)\s*([a-zA-Z]+)\s*$"
)


def parse_hours(value: Any) -> Any:
    """Return hours for `"5 min"`-like text; leave anything else for the next validator.

    Raises ValueError for an unknown unit or text that is no quantity.
    """
    if isinstance(value, bool):
        raise ValueError("a duration is a number of hours or a text such as '5 min' or '3 years'")
    if not isinstance(value, str):
        return value
    match = _PATTERN.match(value)
    if match is None:
        raise ValueError("a duration is a number of hours or a text such as '5 min' or '3 years'")
    number, unit = match.groups()
    key = unit.lower()
    factor = _UNITS.get(key) or _UNITS.get(key.removesuffix("s"))
    if factor is None:
        raise ValueError(f"unknown unit '{unit}'; known: s, min, h, d, week, month, year")
    return float(number.replace("_", "")) * factor


_HOURS_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "number", "minimum": 0},
            {"type": "string", "pattern": _PATTERN.pattern.replace("\\s", " ")},
        ],
        "description": "hours, or a text with a unit: s, min, h, d, week, month, year",
    }
)

Hours = Annotated[
    float, BeforeValidator(parse_hours), Field(ge=0, allow_inf_nan=False), _HOURS_SCHEMA
]
PositiveHours = Annotated[
    float, BeforeValidator(parse_hours), Field(gt=0, allow_inf_nan=False), _HOURS_SCHEMA
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Priced:
    """Marks a field that only the accounts read: whatever it is, the same things happen."""


PRICED = Priced()
MOST_MONEY = 1e12
"""an amount beyond it is a slip of the pen, and would drown all others in sums to the last bit"""
Money = Annotated[float, Field(ge=-MOST_MONEY, le=MOST_MONEY, allow_inf_nan=False), PRICED]
Tariff = Annotated[float, Field(ge=0, le=MOST_MONEY, allow_inf_nan=False), PRICED]


FORMAT = 1
"""of scenario and experiment files, raised where an older simnet would read a newer one wrongly"""


def _known_format(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value > FORMAT:
        raise ValueError(
            f"this file has a format of a newer simnet, and this one reads {FORMAT}: install the "
            "newer one"
        )
    return value


Format = Annotated[Literal[1], BeforeValidator(_known_format)]


class Model(BaseModel):
    """A part of a scenario: unknown names are refused, values cannot change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
