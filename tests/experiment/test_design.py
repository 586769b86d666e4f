"""Designs: which strategies a question asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.experiment import Question
from simnet.experiment.design import points

A = {"levels": [1, 2, 3]}
B = {"strategies": {"own": {}, "partner": {}}}
R = {"range": [10, 20], "whole": True}


def design(factors, **more):
    return points(Question(base="-", factors=factors, **more))


def test_full_is_every_combination_in_order():
    found = design({"a": A, "b": B})
    assert found[:3] == [{"a": 1, "b": "own"}, {"a": 1, "b": "partner"}, {"a": 2, "b": "own"}]
    assert len(found) == 6


def test_a_list_stands_for_levels():
    assert design({"outlets.site.n": [5, 10]}) == [{"outlets.site.n": 5}, {"outlets.site.n": 10}]


def test_one_at_a_time_goes_one_factor_away_from_the_usual():
    found = design({"a": {**A, "usual": 2}, "b": B}, design="one_at_a_time")
    assert found[0] == {"a": 2, "b": "own"}
    assert found[1:] == [{"a": 1, "b": "own"}, {"a": 3, "b": "own"}, {"a": 2, "b": "partner"}]


def test_a_level_is_the_same_as_a_whole_number_and_as_a_float():
    found = design({"x": {"range": [12, 18], "usual": 15, "steps": 3}}, design="one_at_a_time")
    assert [point["x"] for point in found] == [15, 12, 18]


@given(count=st.integers(2, 60))
def test_a_latin_hypercube_has_one_point_in_each_slice(count):
    found = design({"x": {"range": [0, 1]}, "y": {"range": [0, 1]}},
                   design="latin_hypercube", points=count)  # fmt: skip
    for name in ("x", "y"):
        assert sorted(int(point[name] * count) for point in found) == list(range(count))


def test_a_sobol_design_is_balanced_and_always_the_same():
    factors = {"x": {"range": [0, 1]}, "b": B}
    found = design(factors, design="sobol", points=64)
    assert found == design(factors, design="sobol", points=64)
    for half in ("own", "partner"):
        assert sum(point["b"] == half for point in found) == 32
    assert sum(point["x"] < 0.5 for point in found) == 32


def test_whole_numbers_have_equal_parts_of_a_range():
    found = design({"x": R, "y": {"range": [0, 1]}}, design="sobol", points=1024)
    counts = [sum(point["x"] == x for point in found) for x in range(10, 21)]
    assert min(counts) > 0.8 * 1024 / 11
    assert max(counts) < 1.2 * 1024 / 11


def test_equal_ratios():
    assert design({"x": {"range": [1, 100], "log": True, "steps": 3}}) == [
        {"x": pytest.approx(v)} for v in (1, 10, 100)
    ]


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ({}, "one of them"),
        ({"levels": [1], "range": [1, 2]}, "one of them"),
        ({"range": [2, 1]}, "lower to a higher"),
        ({"range": [0, 1], "log": True}, "above 0"),
        ({"levels": [1, 2], "usual": 3}, "none of its levels"),
        ({"levels": [1, 2], "along": {"x": [1]}}, "one is needed for a level"),
        ({"strategies": {"a": {}}, "path": "x"}, "leave out path"),
    ],
)
def test_factors_that_are_none(factor, said):
    with pytest.raises(ValueError, match=said):
        Question(base="-", factors={"x": factor})
