"""Quantities as planners write them: `5 min`, `2 days`, `3 years`; a bare number is in hours."""

import re
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

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


_CLOCK = re.compile(r"^\s*(\d+):([0-5]\d):([0-5]\d(?:\.\d*)?)\s*$")
_DURATION = "a duration is a number of hours or a text such as '5 min', '3 years' or '0:05:32'"


def parse_hours(value: Any) -> Any:
    """Return hours for text like `"5 min"` or `"0:05:32"` (h:mm:ss); leave anything else for the
    next validator.

    Raises ValueError for an unknown unit or text that is no quantity.
    """
    if isinstance(value, bool):
        raise ValueError(_DURATION)
    if not isinstance(value, str):
        return value
    clock = _CLOCK.match(value)
    if clock is not None:
        hours, minutes, seconds = map(float, clock.groups())
        return hours + minutes / 60 + seconds / 3600
    match = _PATTERN.match(value)
    if match is None:
        raise ValueError(_DURATION)
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
            {"type": "string", "pattern": _CLOCK.pattern.replace("\\s", " ")},
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


class InEuros:
    """Marks an amount whose default is one in EUR, for `amounts` to bring into the currency."""


PRICED = Priced()
IN_EUROS = InEuros()
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


def _number(value: Any) -> Any:
    """Refuses what could be taken for a number: true is no 1, and "3" is text."""
    if isinstance(value, bool):
        raise ValueError("a valid number is needed")
    if isinstance(value, str) and _is_number(value):
        raise ValueError("a valid number is needed, without quotation marks")
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(node: Any, own: bool = True) -> Any:
    """A pydantic core schema with `_number` before whatever reads a number; models that it holds
    have theirs already, and keys of mappings are text in YAML."""
    if isinstance(node, list | tuple):
        return type(node)(_numbers(item, own) for item in node)
    if not isinstance(node, dict):
        return node
    kind = node.get("type")
    if kind in ("int", "float"):
        return core_schema.no_info_before_validator_function(_number, cast(Any, node))
    if kind == "model" and not own:
        return node
    below = own and kind != "model"
    skipped = ("default", "metadata", "serialization", "keys_schema", "expected")
    return {k: v if k in skipped else _numbers(v, below) for k, v in node.items()}


class Model(BaseModel):
    """A part of a scenario: unknown names are refused, values cannot change afterwards, and a
    number is what is written as one."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of the fields, numbers made strict in the way that `_number` says."""
        return cast(CoreSchema, _numbers(handler(source)))

    def __repr__(self) -> str:
        """Fields that differ from their defaults, in one line."""
        told = []
        for name, field in type(self).model_fields.items():
            usual = field.get_default(call_default_factory=True, validated_data={})
            if getattr(self, name) != usual:
                told.append(f"{name}={value(getattr(self, name))}")
        return cut(f"{type(self).__name__}({', '.join(told)})", MOST)

    __str__ = __repr__
