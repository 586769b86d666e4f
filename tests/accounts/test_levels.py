"""Levels: mean and peak of step functions, against brute force."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simnet.accounts.steps import ascending, day_edges, open_intervals, time_weighted

steps = st.lists(
    st.tuples(st.integers(0, 400).map(lambda i: i / 4), st.integers(-3, 3)), max_size=40
)


@given(steps, st.integers(0, 5))
def test_mean_and_peak_are_those_of_the_step_function(moves, initial):
    edges = day_edges(90.0)
    times = np.array([t for t, _ in moves], dtype=float)
    changes = np.array([c for _, c in moves], dtype=float)
    mean, peak = time_weighted(times, changes, initial, edges)
    grid = np.arange(0, 90, 1 / 8) + 1 / 16  # all changes lie on quarters: exact on this grid
    level = initial + np.array([changes[times <= t].sum() for t in grid])
    for day, (start, end) in enumerate(pairwise(edges)):
        inside = (grid >= start) & (grid < end)
        assert np.isclose(mean[day], level[inside].mean())
        assert peak[day] == level[inside].max()


def test_what_lasts_no_time_is_no_peak():
    edges = np.array([0.0, 24.0])
    _, peak = time_weighted(np.array([5.0, 5.0]), np.array([7.0, -7.0]), 1.0, edges)
    assert peak[0] == 1.0


def test_never_ended_counts_to_the_horizon():
    edges = np.array([0.0, 10.0])
    mean, _ = time_weighted(np.array([4.0, np.nan]), np.array([1.0, -1.0]), 0.0, edges)
    assert mean[0] == 0.6


stays = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 200) | st.none()), max_size=60).map(
    lambda found: [(a / 4, np.nan if b is None else (a + b) / 4) for a, b in found]
)


@given(stays, st.integers(0, 5))
def test_open_intervals_are_steps_up_and_down(found, unknown):
    """Also where ends and starts fall together, on the edge of a day, or a start is not known."""
    edges = day_edges(90.0)
    start = np.array([a for a, _ in found] + [np.nan] * unknown)
    end = np.array([b for _, b in found] + [1.0] * unknown)
    known = ~np.isnan(start)
    steps = np.repeat([1.0, -1.0], known.sum())
    mean, peak = time_weighted(np.concatenate((start[known], end[known])), steps, 0.0, edges)
    found_mean, found_peak = open_intervals(start, end, edges)
    np.testing.assert_allclose(found_mean, mean, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found_peak, peak)


def test_many_moments_are_sorted_day_by_day():
    """The same as in one go; those at and after the last edge are left out."""
    moments = np.random.default_rng(3).uniform(0, 100, 2000)
    moments[:3] = 0.0, 90.0, np.nan
    expected = np.sort(moments[moments < 90])
    np.testing.assert_array_equal(ascending(moments, day_edges(90.0)), expected)
