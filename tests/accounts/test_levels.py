"""Levels: mean and peak of step functions, against brute force."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.accounts.steps import day_edges, open_intervals, time_weighted

PLACES = 2
quarters = st.integers(0, 400).map(lambda i: i / 4)
steps = st.lists(st.tuples(st.integers(0, PLACES - 1), quarters, st.integers(-3, 3)), max_size=40)


@given(steps, st.integers(0, 5))
def test_mean_and_peak_are_those_of_the_step_function(moves, initial):
    edges = day_edges(90.0)
    place = np.array([p for p, *_ in moves], dtype=np.int32)
    times = np.array([t for _, t, _ in moves], dtype=float)
    changes = np.array([c for *_, c in moves], dtype=np.int64)
    mean, peak = time_weighted(place, times, changes, np.array([initial, 2]), 90.0)
    assert mean.shape == peak.shape == (PLACES, len(edges) - 1)
    grid = np.arange(0, 90, 1 / 8) + 1 / 16  # all changes lie on quarters: exact on this grid
    for of, first in enumerate((initial, 2)):
        level = first + np.array([changes[(times <= t) & (place == of)].sum() for t in grid])
        for day, (start, end) in enumerate(pairwise(edges)):
            inside = (grid >= start) & (grid < end)
            assert np.isclose(mean[of, day], level[inside].mean())
            assert peak[of, day] == level[inside].max()


ONE = np.zeros(2, dtype=np.int32)


def test_what_lasts_no_time_is_no_peak():
    _, peak = time_weighted(ONE, np.array([5.0, 5.0]), np.array([7, -7]), np.array([1]), 24.0)
    assert peak[0, 0] == 1.0


def test_never_ended_counts_to_the_horizon():
    mean, _ = time_weighted(ONE, np.array([4.0, np.nan]), np.array([1, -1]), np.array([0]), 10.0)
    assert mean[0, 0] == 0.6
    mean, _ = open_intervals(ONE[:1], 1, np.array([4.0]), np.array([np.nan]), 10.0)
    assert mean[0, 0] == 0.6


def by_steps(place, start, end, horizon):
    """The same intervals as steps up and down."""
    known = ~np.isnan(start)
    place, start, end = place[known], start[known], end[known]
    up = np.repeat([1, -1], len(place))
    times = np.concatenate((start, end))
    return time_weighted(np.tile(place, 2), times, up, np.zeros(PLACES, np.int64), horizon)


stays = st.lists(
    st.tuples(
        st.integers(0, PLACES - 1), st.integers(0, 400), st.integers(0, 200) | st.none()
    ).map(lambda i: (i[0], i[1] / 4, np.nan if i[2] is None else (i[1] + i[2]) / 4)),
    max_size=60,
)  # fmt: skip


@given(stays, st.integers(0, 5))
def test_open_intervals_are_steps_up_and_down(found, unknown):
    """Also where ends and starts fall together, on the edge of a day, or a start is not known."""
    place = np.array([p for p, *_ in found] + [0] * unknown, dtype=np.int32)
    start = np.array([a for _, a, _ in found] + [np.nan] * unknown)
    end = np.array([b for *_, b in found] + [1.0] * unknown)
    mean, peak = by_steps(place, start, end, 90.0)
    found_mean, found_peak = open_intervals(place, PLACES, start, end, 90.0)
    np.testing.assert_allclose(found_mean, mean, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found_peak, peak)


@pytest.mark.parametrize("scale", [0.01, 3.0, 50.0])
@pytest.mark.parametrize("rush", [False, True])
def test_many_open_intervals(scale, rush):
    """Where days are cut into many slots, some of which are full, and moments fall on their edges;
    what is at no place is left out."""
    rng = np.random.default_rng(3)
    place = rng.integers(0, PLACES + 1, 20_000).astype(np.int32)
    start = rng.uniform(0, 1, 20_000) if rush else rng.uniform(0, 100, 20_000)
    end = start + rng.exponential(scale, 20_000)
    start[::3], end[::5] = np.floor(16 * start[::3]) / 16, np.ceil(16 * end[::5]) / 16
    mean, peak = by_steps(np.minimum(place, PLACES - 1), *(
        np.where(place < PLACES, x, np.nan) for x in (start, end)), 90.0)  # fmt: skip
    found_mean, found_peak = open_intervals(place, PLACES, start, end, 90.0)
    np.testing.assert_allclose(found_mean, mean, rtol=1e-9)
    np.testing.assert_array_equal(found_peak, peak)
