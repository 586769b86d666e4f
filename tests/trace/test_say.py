"""Figures as people say them."""

import datetime
from math import nan

import pytest

from simnet.trace import say


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "0 s"), (5 / 3600, "5 s"), (1 / 60, "1 min"), (0.99, "59.4 min"), (1, "1 h"),
        (47.96, "48 h"), (48, "2 days"), (13 * 24 + 2, "13.1 days"), (100 * 24, "3.3 months"),
        (8760, "1 year"), (8760 * 2.5, "2.5 years"), (-2, "-2 h"), (nan, "-"),
    ],
)  # fmt: skip
def test_spans(hours, words):
    assert say.span(hours) == words


def test_moments():
    time = say.calendar(datetime.date(2026, 3, 2), 38.0834)
    assert time == datetime.datetime(2026, 3, 3, 14, 5, 0, 240_000)
    assert say.moment(time) == "Tue 2026-03-03 14:05"


def test_ordinals_and_counts():
    assert [say.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd",
    ]  # fmt: skip
    assert (say.count(1, "case"), say.count(2000, "case")) == ("1 case", "2,000 cases")
