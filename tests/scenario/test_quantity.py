"""Quantities: numbers with units become hours, and nothing else does."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simnet.scenario.quantity import MONTH, YEAR, Hours, PositiveHours, Share, parse_hours

hours = TypeAdapter(Hours)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90 s", 0.025), ("30 sec", 1 / 120), ("1 second", 1 / 3600), ("5 min", 5 / 60),
        ("90 minutes", 1.5), ("2 h", 2.0), ("1 hour", 1.0), ("8hours", 8.0), ("2 d", 48.0),
        ("2 days", 48.0), ("1 week", 168.0), ("3 w", 504.0), ("6 months", 6 * MONTH),
        ("3 years", 3 * YEAR), ("1 y", YEAR), ("  .5 h ", 0.5), ("1e3 h", 1000.0),
        ("1_000 h", 1000.0), ("2. DAYS", 48.0), ("0 min", 0.0), ("1.5e-1 H", 0.15),
        ("0:05:32", 332 / 3600), ("00:05:32", 332 / 3600), (" 30:00:00.5 ", 30 + 0.5 / 3600),
    ],
)  # fmt: skip
def test_units(text: str, value: float) -> None:
    assert hours.validate_python(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("value", [0, 3, 2.5])
def test_bare_number_is_in_hours(value: float) -> None:
    assert hours.validate_python(value) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "5",
        "five min",
        "5 min 3 s",
        "1,5 h",
        "0x10 h",
        "--1 h",
        "5 µs",
        "1 h\x00",
        "5:32",
        "0:60:00",
        "0:05:60",
        "-0:05:00",
    ],
)
def test_text_that_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="such as '5 min', '3 years' or '0:05:32'"):
        parse_hours(text)


def test_unknown_unit_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown unit 'parsecs'; known: s, min, h, d, week"):
        parse_hours("5 parsecs")


@pytest.mark.parametrize("value", [True, False])
def test_truth_is_no_duration(value: bool) -> None:
    with pytest.raises(ValueError, match="a duration is a number"):
        parse_hours(value)


@pytest.mark.parametrize(
    "value", [-1, "-1 h", math.nan, math.inf, -math.inf, "1e999 h", None, [], {}, 10**400]
)
def test_impossible_durations(value: object) -> None:
    with pytest.raises(ValidationError):
        hours.validate_python(value)


def test_bounds() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        TypeAdapter(PositiveHours).validate_python("0 h")
    for value in (-0.01, 1.01, math.nan):
        with pytest.raises(ValidationError):
            TypeAdapter(Share).validate_python(value)


@settings(max_examples=100, derandomize=True)
@given(st.floats(0, 1e9), st.sampled_from(["s", "min", "h", "d", "week", "month", "year"]))
def test_units_scale(number: float, unit: str) -> None:
    """Exact up to rounding, so no error rate."""
    one = parse_hours(f"1 {unit}")
    assert parse_hours(f"{number!r} {unit}") == pytest.approx(number * one, rel=1e-12)
    assert parse_hours(f"{number!r} {unit.upper()}") == parse_hours(f"{number!r}{unit}")


def test_json_schema_pattern_agrees_with_the_parser() -> None:
    schema = hours.json_schema()["anyOf"][1]["pattern"]
    for text in ("5 min", "3 years", "1e3 h", ".5 h"):
        assert re.match(schema, text)
    for text in ("5", "min", "5 min 3 s"):
        assert not re.match(schema, text)
