from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.siting import savings_tours


def plane(points):
    points = np.asarray(points, dtype=float)
    return np.hypot(*(points[:, None] - points).T)


def length(distance, tour):
    way = [0, *tour, 0]
    return sum(distance[a, b] for a, b in pairwise(way))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=25),
    st.integers(1, 8),
    st.floats(1, 600),
)
def test_every_stop_is_in_one_tour_within_the_limits(points, max_stops, max_km):
    distance = plane([(0, 0), *points])
    tours = savings_tours(distance, max_stops, max_km)
    assert sorted(stop for tour in tours for stop in tour) == list(range(1, len(points) + 1))
    for tour in tours:
        assert len(tour) <= max_stops
        assert len(tour) == 1 or length(distance, tour) <= max_km + 1e-9
    alone = 2 * distance[0].sum()
    assert sum(length(distance, tour) for tour in tours) <= alone + 1e-9
    assert tours == savings_tours(distance, max_stops, max_km)


def test_neighbours_share_a_tour():
    distance = plane([(0, 0), (10, 0), (-10, 0), (10, 1), (-10, 1), (11, 0)])
    assert savings_tours(distance, 3) == [[1, 5, 3], [2, 4]]


def test_stops_on_a_ring_make_one_round():
    angle = np.arange(8) * np.pi / 4
    distance = plane([(0, 0), *np.column_stack([np.cos(angle), np.sin(angle)]) * 100])
    (tour,) = savings_tours(distance, 8)
    assert length(distance, tour) == pytest.approx(200 + 7 * 2 * 100 * np.sin(np.pi / 8))


def test_a_stop_beyond_reach_is_visited_alone():
    distance = plane([(0, 0), (100, 0), (101, 0), (10, 0)])
    assert savings_tours(distance, 5, max_km=50) == [[1], [2], [3]]


def test_no_stops_no_tours():
    assert savings_tours([[0.0]], 5) == []


@pytest.mark.parametrize(
    ("distance", "max_stops", "max_km", "words"),
    [
        (np.zeros((2, 3)), 1, 1, "square"),
        (np.zeros((0, 0)), 1, 1, "square"),
        ([[0, 1], [2, 0]], 1, 1, "symmetric"),
        ([[0, -1], [-1, 0]], 1, 1, "negative"),
        ([[0, np.nan], [np.nan, 0]], 1, 1, "finite"),
        (np.zeros((2, 2)), 0, 1, "positive"),
        (np.zeros((2, 2)), 1, 0, "positive"),
        (np.zeros((2, 2)), 1, np.nan, "positive"),
    ],
)
def test_wrong_input_is_an_error(distance, max_stops, max_km, words):
    with pytest.raises(ValueError, match=words):
        savings_tours(distance, max_stops, max_km)
