"""Weekly hours, timetables and profiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simnet.scenario.week import DAYS, Profile, Week, parse_timetable, parse_week


@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("24/7", [(0, 168)]),
        ("00:00-24:00", [(0, 168)]),
        ("Mon 08:00-18:00", [(8, 18)]),
        ("mon-TUE 8:00-12:00 13:00-17:30", [(8, 12), (13, 17.5), (32, 36), (37, 41.5)]),
        ("Mon 22:00-06:00", [(22, 30)]),
        ("Sun 22:00-06:00", [(0, 6), (166, 168)]),
        ("Sun 24:00-06:00", [(0, 6)]),
        ("Sun 12:00-12:00", [(0, 12), (156, 168)]),
        ("Mon 24:00-06:00", [(24, 30)]),
        ("Sat-Mon 10:00-11:00", [(10, 11), (130, 131), (154, 155)]),
        ("Mon 08:00-12:00, Mon 10:00-14:00", [(8, 14)]),
        ("Mon 08:00-12:00, Mon 12:00-14:00", [(8, 14)]),
        ("Mon 08:20-09:40 09:40-10:10 10:10-11:00", [(8 + 20 / 60, 11)]),
        ("Mon 00:00-24:00, Tue 00:00-01:00", [(0, 25)]),
        (["Mon 08:00-09:00", "Tue 08:00-09:00"], [(8, 9), (32, 33)]),
    ],
)
def test_intervals(text: object, intervals: list[tuple[float, float]]) -> None:
    week = parse_week(text)
    np.testing.assert_allclose(week.intervals, intervals, rtol=1e-12)
    assert week.hours == pytest.approx(sum(end - start for start, end in intervals))
    assert parse_week(week.text) == week


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "weekly hours look like"),
        ([], "weekly hours look like"),
        (None, "weekly hours look like"),
        (8, "weekly hours look like"),
        (["Mon 08:00-10:00", 3], "weekly hours look like"),
        ("Mon", "weekly hours look like"),
        ("Mon 08:00", "weekly hours look like"),
        ("Mon 08:00-10:00,", "weekly hours look like"),
        ("Mno 08:00-10:00", "unknown day 'mno'; days are Mon Tue"),
        ("周一 08:00-10:00", "unknown day '周一'"),
        ("Mon-Fry 08:00-10:00", "unknown day 'fry'"),
        ("Mon 8-10", "'8' is no time of day"),
        ("Mon 25:00-26:00", "'25:00' is no time of day"),
        ("Mon 08:60-10:00", "'08:60' is no time of day"),
        ("Mon 23:00-24:30", "'24:30' is no time of day"),
        ("Mon 08:00-10:00-12:00", "is no time of day"),
    ],
)
def test_refused(text: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_week(text)


def _open(week: Week, at: np.ndarray, offset: float) -> np.ndarray:
    """Whether it is open at the times `at`, told from the week alone."""
    hour = (at + offset) % 168
    return np.any([(hour >= start) & (hour < end) for start, end in week.intervals], axis=0)


clock = st.integers(0, 95).map(lambda q: f"{q // 4:02d}:{q % 4 * 15:02d}")
entry = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), clock, clock)
weeks = st.lists(entry, min_size=1, max_size=4).map(
    lambda found: parse_week(", ".join(f"{a}-{b} {x}-{y}" for a, b, x, y in found))
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(weeks, st.floats(0, 2000), st.integers(0, 7 * 24 * 4 - 1).map(lambda q: q / 4))
def test_over_is_open_when_the_week_is(week: Week, horizon: float, offset: float) -> None:
    """Deterministic; no error rate."""
    found = week.over(horizon, offset)
    assert found.shape == (len(found), 2)
    assert np.all(found[:, 0] < found[:, 1])
    assert np.all(found[1:, 0] > found[:-1, 1])  # ordered, apart
    assert np.all((found >= 0) & (found <= horizon))
    at = np.arange(0.125, horizon, 0.25)
    inside = np.searchsorted(found.ravel(), at, side="right") % 2 == 1
    assert np.array_equal(inside, _open(week, at, offset))


@pytest.mark.parametrize("weeks_long", [1, 2, 52])
@pytest.mark.parametrize("offset", [0, 5.25, 100, 167.75])
@pytest.mark.parametrize("text", ["24/7", "Mon-Fri 08:00-18:00", "Fri-Mon 20:00-04:00"])
def test_total_hours_of_whole_weeks(text: str, offset: float, weeks_long: int) -> None:
    week = parse_week(text)
    found = week.over(168.0 * weeks_long, offset)
    assert np.diff(found).sum() == pytest.approx(weeks_long * week.hours)


def test_positions() -> None:
    week = parse_week("Mon 10:00-12:00")
    assert week.over(400, 11).tolist() == [[0, 1], [167, 169], [335, 337]]
    assert week.over(168, 0).tolist() == [[10, 12]]
    assert parse_week("Sun 22:00-06:00").over(340, 160).tolist() == [[6, 14], [174, 182]]
    assert parse_week("24/7").over(1000, 3).tolist() == [[0, 1000]]


@pytest.mark.parametrize("horizon", [0, 5, 10])
def test_closed_all_the_time_is_no_interval(horizon: float) -> None:
    assert parse_week("Mon 10:00-12:00").over(horizon, 0).shape == (0, 2)


def test_timetable() -> None:
    table = parse_timetable("Mon 06:00, Thu 14:00 06:00, Sun 24:00")
    assert table.moments == (0, 6, 78, 86)
    assert table.over(168, 0).tolist() == [0, 6, 78, 86]
    assert table.over(168, 6).tolist() == [0, 72, 80, 162]
    assert table.over(78, 0).tolist() == [0, 6]  # the horizon itself is out
    assert table.over(0, 0).size == 0
    assert parse_timetable("07:30").moments == tuple(day * 24 + 7.5 for day in range(7))
    assert parse_timetable(table.text) == table
    assert parse_timetable(["Mon 06:00", "Thu 06:00"]).moments == (6, 78)


@pytest.mark.parametrize("text", ["", "Mon", "Mon 6", "Mon 06:00-07:00", 3, None, "Lun 06:00"])
def test_timetable_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"weekly hours look like|time of day|unknown day"):
        parse_timetable(text)


weight = st.floats(0, 1e308)


@settings(max_examples=100, derandomize=True)
@given(
    st.tuples(*[weight] * 24),
    st.tuples(*[weight] * 7),
    st.none() | st.tuples(*[weight] * 24),
)
def test_profile_weights_have_mean_one(
    hours: tuple[float, ...], days: tuple[float, ...], weekend: tuple[float, ...] | None
) -> None:
    """Whatever the scale of the weights; deterministic, no error rate."""
    try:
        profile = Profile(hours=hours, days=days, weekend_hours=weekend)
    except ValidationError as error:
        assert "needs some weight above 0" in str(error)  # noqa: PT017
        return
    assert profile.weights.shape == (168,)
    assert profile.weights.min() >= 0
    assert profile.weights.mean() == pytest.approx(1)


def test_profile() -> None:
    assert Profile().flat
    day = Profile(hours=(0.0,) * 8 + (2.0,) * 10 + (0.0,) * 6, days=(1, 1, 1, 1, 1, 0.5, 0))
    table = day.weights.reshape(7, 24)
    assert not day.flat
    assert np.all(table[:, :8] == 0)
    assert table.sum(axis=1)[5] == pytest.approx(table.sum(axis=1)[0] / 2)
    assert table.sum(axis=1)[6] == 0
    # a day's weight is its share, however its hours are weighted
    weekend = Profile(weekend_hours=(9.0,) + (0.0,) * 23).weights.reshape(7, 24)
    assert weekend.sum(axis=1) == pytest.approx(24)
    assert weekend[5, 0] == pytest.approx(24)


@pytest.mark.parametrize(
    "change", [{"hours": (1,) * 23}, {"days": (1,) * 8}, {"days": (0,) * 7}, {"hours": (-1,) * 24}]
)
def test_profile_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Profile(**change)
