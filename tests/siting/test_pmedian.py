from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.siting import great_circle_km, p_median, select_cities
from simnet.siting import pmedian as module


def brute_force(cost, weights, p, locked=()):
    sets = [s for s in combinations(range(cost.shape[1]), p) if set(locked) <= set(s)]
    return min(float(weights @ cost[:, s].min(axis=1)) for s in sets)


@st.composite
def instances(draw):
    markets, candidates = draw(st.integers(1, 9)), draw(st.integers(1, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["plane", "random", "ties"]))
    if kind == "plane":
        m, c = rng.random((markets, 2)), rng.random((candidates, 2))
        cost = np.hypot(*(m[:, None] - c).T).T
    elif kind == "random":
        cost = rng.random((markets, candidates))
    else:
        cost = rng.integers(0, 3, (markets, candidates)).astype(float)
    weights = rng.integers(0, 4, markets) * 10.0 ** draw(st.integers(-3, 7))
    p = draw(st.integers(1, candidates))
    locked = rng.permutation(candidates)[: draw(st.integers(0, p))].tolist()
    return cost, weights, p, locked


def check(siting, cost, weights, p, locked):
    assert len(siting.open) == p
    assert list(siting.open) == sorted(set(siting.open))
    assert set(locked) <= set(siting.open)
    near = cost[:, siting.open]
    np.testing.assert_array_equal(siting.assigned, np.array(siting.open)[near.argmin(axis=1)])
    assert siting.objective == pytest.approx(float(weights @ near.min(axis=1)))
    assert siting.bound <= siting.objective


@settings(max_examples=60, deadline=None)
@given(instances())
def test_exact_is_the_optimum(instance):
    cost, weights, p, locked = instance
    best = brute_force(*instance)
    for method in ("auto", "exact"):
        siting = p_median(cost, weights, p, locked, method)
        check(siting, *instance)
        assert siting.objective == pytest.approx(best, rel=1e-9, abs=1e-12)
        assert siting.method == "exact"
        assert siting.gap < 1e-9


@settings(max_examples=100, deadline=None)
@given(instances())
def test_the_heuristic_holds_the_optimum_between_bound_and_objective(instance):
    siting = p_median(*instance, method="heuristic")
    check(siting, *instance)
    best = brute_force(*instance)
    assert siting.bound <= best * (1 + 1e-9)
    assert siting.objective >= best * (1 - 1e-9)
    if siting.method == "exact":
        assert siting.objective == pytest.approx(best, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_the_programme_closes_what_the_bound_leaves_open(seed):
    # Random costs have a large duality gap, and no triangle inequality helps.
    rng = np.random.default_rng(seed)
    cost, weights = rng.random((30, 14)), rng.random(30)
    relaxed = p_median(cost, weights, 5, method="heuristic")
    exact = p_median(cost, weights, 5)
    assert exact.objective == pytest.approx(brute_force(cost, weights, 5), rel=1e-9)
    assert exact.method == "exact"
    assert relaxed.bound <= exact.objective <= relaxed.objective * (1 + 1e-12)


def test_the_programme_mends_a_poor_start(monkeypatch):
    rng = np.random.default_rng(3)
    cost, weights = rng.random((25, 12)), rng.random(25)
    best = brute_force(cost, weights, 4)
    # Without interchange the first siting is only greedy's, or a random one.
    monkeypatch.setattr(module, "_interchange", lambda problem, opened: opened)
    monkeypatch.setattr(module, "_greedy", lambda problem: np.arange(problem.p))
    monkeypatch.setattr(module, "SUBGRADIENT_STEPS", 3)
    assert p_median(cost, weights, 4, method="heuristic").objective > best
    siting = p_median(cost, weights, 4)
    assert siting.objective == pytest.approx(best, rel=1e-9)
    assert siting.method == "exact"


@pytest.fixture(scope="module")
def china():
    cities = select_cities("CN", largest=60)
    lat, lon = cities["lat"].to_numpy(), cities["lon"].to_numpy()
    km = great_circle_km(lat[:, None], lon[:, None], lat, lon)
    return km, cities["population"].to_numpy(float)


def test_all_open_costs_nothing(china):
    km, people = china
    siting = p_median(km, people, len(km))
    assert siting.open == tuple(range(len(km)))
    assert (siting.objective, siting.bound, siting.gap) == (0.0, 0.0, 0.0)
    assert siting.method == "exact"


def test_more_outlets_never_cost_more(china):
    objective = [p_median(*china, p).objective for p in range(1, 30, 3)]
    assert all(a > b for a, b in pairwise(objective))


def test_locked_outlets_are_kept_and_can_only_cost(china):
    free = p_median(*china, 8)
    locked = [i for i in range(60) if i not in free.open][:3]
    siting = p_median(*china, 8, locked)
    assert set(locked) <= set(siting.open)
    assert siting.method == "exact"
    assert siting.objective > free.objective
    assert p_median(*china, 8, free.open).objective == pytest.approx(free.objective)


def test_one_outlet_is_the_weighted_median(china):
    km, people = china
    assert p_median(km, people, 1).open == (int(np.argmin(people @ km)),)


def test_equal_input_gives_equal_output(china):
    one, two = p_median(*china, 12), p_median(*china, 12)
    assert one.open == two.open
    np.testing.assert_array_equal(one.assigned, two.assigned)


def test_of_equal_outlets_the_first_serves():
    siting = p_median(np.ones((3, 4)), np.ones(3), 2)
    assert siting.assigned.tolist() == [siting.open[0]] * 3


def test_out_of_time_states_the_gap():
    rng = np.random.default_rng(0)
    cost = rng.random((80, 80))
    siting = p_median(cost, np.ones(80), 12, time_limit=0.01)
    assert siting.method == "heuristic"
    assert 0 < siting.gap < 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p": 5}, "4 candidates"),
        ({"p": 0}, "from 1"),
        ({"p": 1, "locked": [0, 1]}, "2 locked"),
        ({"locked": [4]}, "indices"),
        ({"locked": [-1]}, "indices"),
        ({"weights": [1, -1, 1]}, "not negative"),
        ({"weights": [1, np.inf, 1]}, "finite"),
        ({"weights": [1, 1]}, "as many weights"),
        ({"cost": np.full((3, 4), np.nan)}, "not finite"),
        ({"cost": np.ones(3)}, "shape"),
        ({"method": "guess"}, "method"),
    ],
)
def test_wrong_input_is_an_error(change, words):
    good = {"cost": np.ones((3, 4)), "weights": np.ones(3), "p": 2}
    with pytest.raises(ValueError, match=words):
        p_median(**(good | change))
