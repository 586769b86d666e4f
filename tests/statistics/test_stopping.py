"""Numbers of replications: by a plain search, and the coverage after the sequential rule."""

import math

import numpy as np
import pytest
from scipy import stats

from simnet.statistics import Need, Target, mean_interval, replications_wanted


def one(values, target, **options):
    return replications_wanted({"cost": values}, {"cost": target}, **options)["cost"]


def plain(values, goal):
    """Law 2015, sec. 9.4.1, one after another."""
    count = len(values)
    while stats.t.ppf(0.975, count - 1) * np.std(values, ddof=1) / math.sqrt(count) > goal:
        count += 1
    return count - len(values)


def test_absolute_and_relative_targets_are_those_of_a_plain_search():
    values = np.random.default_rng(20).normal(50, 8, 12)
    assert one(values, Target(1.0)) == Need(False, plain(values, 1.0))
    goal = 0.05 / 1.05 * values.mean()
    assert one(values, Target(0.05, relative=True)) == Need(False, plain(values, goal))
    assert one(-values, Target(0.05, relative=True)) == one(values, Target(0.05, relative=True))


def test_reached_just_where_the_half_width_is():
    values = np.random.default_rng(21).normal(50, 8, 30)
    width = float(mean_interval(values).half_width)
    assert one(values, Target(width * 1.001)) == Need(True, 0)
    assert not one(values, Target(width * 0.999)).reached


def test_few_replications_reach_nothing():
    assert one([1.0, 1.0, 1.0], Target(5.0)) == Need(False, 7)
    assert one([1.0], Target(5.0)) == Need(False, 9)
    assert one([np.nan] * 12, Target(5.0)) == Need(False, 10)


def test_a_response_that_is_not_always_known_needs_more_runs():
    values = np.random.default_rng(22).normal(50, 8, 20)
    half = np.insert(values, np.arange(20), np.nan)
    assert one(half, Target(1.0)).wanted == 2 * one(values, Target(1.0)).wanted


def test_what_cannot_be_reached_is_bounded():
    values = np.tile([1.0, -1.0], 10)
    assert one(values, Target(0.1, relative=True), most=500) == Need(False, 500)


def test_each_response_has_its_own_target():
    rng = np.random.default_rng(23)
    responses = {"cost": rng.normal(10, 1, 20), "wait": rng.normal(10, 5, 20), "other": [1.0]}
    found = replications_wanted(responses, {"cost": Target(2.0), "wait": Target(0.5)})
    assert found["cost"] == Need(True, 0)
    assert found["wait"].wanted > 100
    with pytest.raises(ValueError, match="target of cost must be above 0"):
        replications_wanted(responses, {"cost": Target(0.0)})


def test_the_sequential_rule_keeps_nearly_its_level(at_least):
    """Asked after each batch of what is missing; 90 %, as sequential rules lose a little, and
    replications are exponential: the nominal level is asymptotic only."""
    rng, hits = np.random.default_rng(24), 0
    for _ in range(2000):
        values = rng.exponential(1, 10) + 9
        while True:
            need = one(values, Target(0.02, relative=True))
            if need.reached:
                break
            values = np.append(values, rng.exponential(1, need.wanted) + 9)
        hits += abs(values.mean() - 10) <= 0.02 * 10
    at_least(hits, 2000, 0.90)
