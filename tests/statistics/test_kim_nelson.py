"""KN, KN++ and the check of a limit: step by step against the papers, and their guarantees."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.statistics import Elimination, KimNelson, Limit

ALPHA = 0.05
BLOCK = 25


def plain(data, delta, first, update, excess=None, tolerance=1.0):
    """The procedures word by word, on replications (systems, many) known beforehand.

    Kim and Nelson 2001, the least instead of the most; F_B of Batur and Kim 2010. Eliminations
    without who did it, and the system that is left.
    """
    systems = len(data)
    inside, feasible, out = set(range(systems)), set(range(systems)), []
    share = ALPHA
    if excess is not None:
        feasible, share = set(), ALPHA / 2
    for r in range(first, data.shape[1] + 1):
        n = r if update else first

        def half(squares, zone, beta, r=r, n=n):
            eta = ((2 * beta) ** (-2 / (n - 1)) - 1) / 2
            h2 = 2 * eta * (n - 1)
            return max(0.0, zone / (2 * r) * (h2 * squares / zone**2 - r))

        if excess is not None:
            for i in sorted(inside - feasible):
                width = half(excess[i, :n].var(ddof=1), tolerance, ALPHA / 2 / systems)
                if excess[i, :r].mean() <= -width:
                    feasible.add(i)
                elif excess[i, :r].mean() >= width:
                    inside.remove(i)
                    out.append((i, r))
        worse = set()
        for i, j in itertools.permutations(inside, 2):
            apart = data[i] - data[j]
            width = half(apart[:n].var(ddof=1), delta, share / (systems - 1))
            if j in feasible and apart[:r].mean() > width:
                worse.add(i)
        inside -= worse
        out += [(i, r) for i in sorted(worse)]
        if not inside or (len(inside) == 1 and inside <= feasible):
            return out, next(iter(inside), None)
    raise AssertionError("the data ended first")


def in_steps(race, data, excess=None, step=1):
    at = 0
    while not race.done:
        told = slice(at, at + step)
        if excess is None:
            race.tell(data[race.active, told])
        else:
            race.tell(data[race.active, told], excess[race.active, told])
        at += step
    return [(gone.system, gone.replication) for gone in race.eliminated], race.best


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("step", [1, 7])
def test_step_by_step_as_in_the_papers(seed, update, step, crn):
    rng = np.random.default_rng(seed)
    means = rng.normal(100, 1, 6)
    data = crn(rng, means, 3000, correlation=0.5)
    race = KimNelson(6, 0.2, ALPHA, 10, update=update)
    assert in_steps(race, data, step=step) == plain(data, 0.2, 10, update)
    assert race.guaranteed


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("update", [False, True])
def test_with_a_limit_step_by_step_as_in_the_papers(seed, update, crn):
    rng = np.random.default_rng(50 + seed)
    data = crn(rng, rng.normal(100, 1, 6), 5000, correlation=0.5)
    excess = crn(rng, rng.normal(0, 1, 6), 5000, correlation=0.5)
    race = KimNelson(6, 0.2, ALPHA, 10, update=update, limit=Limit(8.0, 0.3))
    expected = plain(data, 0.2, 10, update, excess, 0.3)
    assert in_steps(race, data, excess + 8.0, step=3) == expected


def correct(reps, systems, first, update, correlation, seed):
    """Correct selections, and observations each, in Kim and Nelson's slippage configuration: the
    others all delta = 1 / sqrt(first) standard deviations behind the best."""
    rng, delta = np.random.default_rng(seed), 1 / math.sqrt(first)
    means = np.full((systems, 1), delta)
    means[0] = 0
    right = observations = 0
    for _ in range(reps):
        race = KimNelson(systems, delta, ALPHA, first, update=update)
        while not race.done:
            noise = rng.standard_normal((systems, BLOCK)) * math.sqrt(1 - correlation)
            noise += rng.standard_normal(BLOCK) * math.sqrt(correlation)
            race.tell((means + noise)[race.active])
        right += race.best == 0
        observations += race.observations.sum()
    return right, observations / reps


@pytest.mark.parametrize("systems", [2, 5, 10])
@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_kn_finds_the_best_with_its_chance(systems, correlation, at_least):
    right, _ = correct(400, systems, 10, False, correlation, 100 + systems)
    at_least(right, 400, 1 - ALPHA)


@pytest.mark.parametrize("systems", [2, 5, 10])
@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_kn_plus_plus_finds_the_best_with_its_chance(systems, correlation, at_least):
    right, _ = correct(400, systems, 24, True, correlation, 200 + systems)
    at_least(right, 400, 1 - ALPHA)


@pytest.mark.long
@pytest.mark.parametrize("systems", [2, 5, 10, 20, 50])
@pytest.mark.parametrize("first", [10, 24])
@pytest.mark.parametrize("correlation", [0.0, 0.7])
@pytest.mark.parametrize("update", [False, True])
def test_the_guarantee_at_full_length(systems, first, correlation, update, at_least):
    """KN++'s is asymptotic: after 10 first replications it may be a percent off."""
    reps = 2000 if systems <= 5 else 10_000 // systems
    right, _ = correct(reps, systems, first, update, correlation, 300 + systems)
    at_least(right, reps, 1 - ALPHA - 0.01 * (update and first == 10))


def test_updated_variances_and_common_random_numbers_save_observations():
    """More than four standard errors of the means apart, by far."""
    spent = {
        (update, correlation): correct(100, 5, 10, update, correlation, 400)[1]
        for update in (False, True)
        for correlation in (0.0, 0.7)
    }
    assert spent[True, 0.0] < 0.85 * spent[False, 0.0]
    assert spent[False, 0.7] < 0.5 * spent[False, 0.0]


def chosen_under_a_limit(reps, update, costs, excess, seed):
    """How often each system is selected; both responses have common random numbers, and cost and
    response time are correlated. The tolerance and delta are 1 / sqrt(10) standard deviations."""
    rng, unit = np.random.default_rng(seed), 1 / math.sqrt(10)
    cost, over = (unit * np.array(means)[:, None] for means in (costs, excess))
    chosen = []
    for _ in range(reps):
        race = KimNelson(len(costs), unit, ALPHA, 10, update=update, limit=Limit(0.0, unit))
        while not race.done:
            active = race.active
            own, other = rng.standard_normal((2, len(costs), BLOCK)) * math.sqrt(0.5)
            together, with_other = rng.standard_normal((2, BLOCK)) * math.sqrt(0.5)
            noise = own + together
            late = -0.6 * noise + 0.8 * (other + with_other)
            race.tell((cost + noise)[active], (over + late)[active])
        chosen.append(race.best)
    return chosen


HARD = ([0, 1, 1, -1, -2], [-1, -1, -1, 1, 1])
"""The best is just desirable, two are just worse, and the cheaper ones just unacceptable."""


@pytest.mark.parametrize("update", [False, True])
def test_the_best_feasible_system_is_found_with_its_chance(update, at_least):
    chosen = chosen_under_a_limit(300, update, *HARD, 500)
    at_least(chosen.count(0), 300, 1 - ALPHA)


def test_that_no_system_keeps_the_limit_is_found_with_its_chance(at_least):
    chosen = chosen_under_a_limit(300, True, [0, 1, 2], [1, 1, 1], 501)
    at_least(chosen.count(None), 300, 1 - ALPHA / 2)


@pytest.mark.long
@pytest.mark.parametrize("update", [False, True])
def test_the_best_feasible_system_at_full_length(update, at_least):
    chosen = chosen_under_a_limit(3000, update, *HARD, 502)
    at_least(chosen.count(0), 3000, 1 - ALPHA)
    chosen = chosen_under_a_limit(3000, update, [0, 1, 2], [1, 1, 1], 503)
    at_least(chosen.count(None), 3000, 1 - ALPHA / 2)


def test_equal_systems_end_in_the_first_of_them(crn):
    """A change without effect under common random numbers: no difference ever."""
    data = crn(np.random.default_rng(600), [0, 0, 3], 100)
    data[1] = data[0]
    race = KimNelson(3, 0.5)
    _, best = in_steps(race, data)
    assert best == 0
    assert race.eliminated[-1] == Elimination(1, race.observations[0], 0)


def test_a_budget_ends_the_race_without_its_guarantee(crn):
    data = crn(np.random.default_rng(601), [0.1, 0, 0.2], 100)
    race = KimNelson(3, 0.01, budget=100)
    in_steps(race, data)
    assert race.observations.sum() == 99
    assert not race.guaranteed
    assert race.best == data[:, :33].mean(axis=1).argmin()


def test_one_system_is_the_best_and_with_a_limit_it_is_checked():
    race = KimNelson(1, 1.0, first=2)
    race.tell([[1.0, 2.0]])
    assert (race.done, race.best) == (True, 0)
    race = KimNelson(1, 1.0, first=2, limit=Limit(5.0, 1.0))
    race.tell([[1.0, 2.0]], [[9.0, 9.1]])
    assert (race.done, race.best) == (True, None)
    assert race.eliminated == (Elimination(0, 2, None),)


def test_who_went_out_why_and_who_is_known_to_keep_the_limit():
    race = KimNelson(3, 1.0, first=3, limit=Limit(5.0, 1.0))
    small = np.array([0.01, -0.01, 0.0])
    race.tell([small, small + 9, small - 9], [small, small, small + 9])
    assert race.eliminated == (Elimination(2, 3, None), Elimination(1, 3, 0))
    assert race.feasible.tolist() == [True, True, False]
    assert race.observations.tolist() == [3, 3, 3]
    assert race.best == 0
    assert race.guaranteed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"systems": 0, "delta": 1}, "too few"),
        ({"systems": 2, "delta": 0}, "delta must be between"),
        ({"systems": 2, "delta": 1, "alpha": 0.5}, "alpha must be between"),
        ({"systems": 2, "delta": 1, "first": 1}, "too few"),
        ({"systems": 2, "delta": 1, "limit": Limit(1, 0)}, "tolerance must be"),
    ],
)
def test_nonsense_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        KimNelson(**arguments)


def test_nonsense_told_is_refused():
    race = KimNelson(2, 1.0)
    for values, limited, says in [
        ([1.0], None, "2 systems are active"),
        ([1.0, np.nan], None, "not finite"),
        ([1.0, 2.0], [1.0, 2.0], "need a limit"),
    ]:
        with pytest.raises(ValueError, match=says):
            race.tell(values, limited)
    race = KimNelson(2, 1.0, limit=Limit(0.0, 1.0))
    with pytest.raises(ValueError, match="limited values"):
        race.tell([[1.0, 2.0], [1.0, 2.0]], [1.0, 2.0])


@given(st.permutations(range(5)), st.floats(-1e3, 1e3), st.integers(0, 20))
def test_order_and_a_constant_do_not_matter(order, constant, seed):
    rng = np.random.default_rng(seed)
    data = rng.normal(0, 1, (5, 600)) + rng.normal(0, 1, (5, 1))
    out, best = in_steps(KimNelson(5, 0.5), data, step=20)
    other, other_best = in_steps(KimNelson(5, 0.5), data[list(order)] + constant, step=20)
    assert order[other_best] == best
    assert sorted((order[system], when) for system, when in other) == sorted(out)
