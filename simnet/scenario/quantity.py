"""Quantities as planners write them: `5 min`, `2 days`, `3 years`; a bare number is in hours."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from simnet.brief import MOST, cut, value

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
Money = Annotated[float, Field(allow_inf_nan=False), PRICED]
Tariff = Annotated[NonNegative, PRICED]


class Model(BaseModel):
    """A part of a scenario: unknown names are refused, values cannot change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def __repr__(self) -> str:
        """Fields that differ from their defaults, in one line."""
        told = []
        for name, field in type(self).model_fields.items():
            usual = field.get_default(call_default_factory=True, validated_data={})
            if getattr(self, name) != usual:
                told.append(f"{name}={value(getattr(self, name))}")
        return cut(f"{type(self).__name__}({', '.join(told)})", MOST)

    __str__ = __repr__
