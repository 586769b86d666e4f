"""Levels: mean and peak of step functions, against brute force."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simnet.accounts.steps import day_edges, time_weighted

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
