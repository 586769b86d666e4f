"""Time-varying queues against matrix exponentials, quadrature and their steady states."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.linalg import expm

from simnet.theory import (
    erlang_a,
    erlang_b,
    forward_equations,
    infinite_server,
    mmc,
    next_departure,
)

DAY = np.array([0.1] * 8 + [0.6, 0.9, 1.2, 1.1, 0.8, 0.7, 0.9, 1.0, 0.8, 0.4] + [0.1] * 6)
STAFF = np.array([0.0] * 8 + [6, 8, 9, 9, 8, 7, 8, 9, 8, 6] + [0.0] * 6)


# --- infinitely many servers ----------------------------------------------------------------------


def exponential(mean):
    return lambda t: -mean * np.expm1(-t / mean)


def test_exponential_stays_follow_their_differential_equation():
    rate, step, mean = np.array([4.0, 0.0, 9.0, 1.0]), 1.5, 2.0
    stays, number, expected = math.exp(-step / mean), 0.0, []
    for lam in rate:
        number = number * stays + lam * mean * (1 - stays)
        expected.append(number)
    found = infinite_server(rate, step, exponential(mean), periodic=False)
    assert_allclose(found, expected)
    for _ in range(60):
        for i, lam in enumerate(rate):
            number = expected[i] = number * stays + lam * mean * (1 - stays)
    assert_allclose(infinite_server(rate, step, exponential(mean)), expected)


def test_any_law_of_stays_is_the_integral_over_the_past():
    """Stays uniform on 0 .. 5, longer than the cycle of 3 hours."""
    rate, step = np.array([2.0, 7.0, 0.5]), 1.0
    found = infinite_server(rate, step, lambda t: np.minimum(t, 5) - np.minimum(t, 5) ** 2 / 10)

    def mean(end):
        pieces = [
            quad(lambda u: rate[math.floor(end - u) % 3] * (1 - u / 5), a, a + 1)[0]
            for a in range(5)
        ]
        return sum(pieces)

    assert_allclose(found, [mean(4), mean(5), mean(6)], rtol=1e-6)


def test_fixed_stays_count_the_last_arrivals():
    found = infinite_server([1.0, 2.0, 4.0, 8.0], 1.0, lambda t: np.minimum(t, 2.5))
    assert_allclose(found, [1 + 8 + 2, 2 + 1 + 4, 4 + 2 + 0.5, 8 + 4 + 1])
    found = infinite_server([1.0, 2.0, 4.0], 0.5, lambda t: np.minimum(t, 1.25), periodic=False)
    assert_allclose(found, [0.5, 1.5, 3.25])


def test_constant_arrivals_are_palm():
    assert_allclose(infinite_server([3.0] * 5, 0.7, exponential(11.0)), [33.0] * 5, rtol=1e-11)


def test_infinite_server_refuses_nonsense():
    for bad in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"^rate must be finite and not negative$"):
            infinite_server([1.0, bad], 1.0, exponential(1.0))
    for shape in ([], 1.0, [[1.0]]):
        with pytest.raises(ValueError, match=r"^rate must have one axis, of a step or more$"):
            infinite_server(shape, 1.0, exponential(1.0))
    with pytest.raises(ValueError, match=r"^step must be above 0$"):
        infinite_server([1.0], 0.0, exponential(1.0))
    with pytest.raises(ValueError, match=r"^stays are longer than 10000 cycles$"):
        infinite_server([1.0], 1.0, np.log1p)


# --- forward equations ----------------------------------------------------------------------------


def deaths(servers, service, patience, number):
    return np.minimum(number, servers) / service + np.maximum(number - servers, 0) / patience


def generator(rate, servers, service, patience, last):
    """Acts on a column of chances."""
    n = np.arange(last + 1)
    matrix = np.diag(np.full(last, rate), -1) + np.diag(
        deaths(servers, service, patience, n)[1:], 1
    )
    return matrix - np.diag(matrix.sum(axis=0))


def left(chance, before, now):
    """Who is in service beyond the new number goes, by a plain loop."""
    after = np.zeros_like(chance)
    for n, mass in enumerate(chance):
        to = n - max(0.0, min(n, before) - now)
        low = math.floor(to)
        after[low] += mass * (low + 1 - to)
        if to > low:
            after[low + 1] += mass * (to - low)
    return after


def exact_cycle(rate, service, servers, step, patience, last, cycles):
    """Mean chances by step, with matrix exponentials."""
    size = last + 1
    known = {}
    for lam, c in set(zip(rate, servers, strict=True)):
        block = np.zeros((2 * size, 2 * size))
        block[:size, :size] = generator(lam, c, service, patience, last) * step
        block[:size, size:] = np.eye(size)
        whole = expm(block)
        known[lam, c] = whole[:size, :size], whole[:size, size:]
    chance, before = np.eye(size)[0], servers[-1] if cycles > 1 else 0.0
    for _ in range(cycles):
        means = []
        for lam, c in zip(rate, servers, strict=True):
            if c < before:
                chance = left(chance, before, c)
            move, mean = known[lam, c]
            means.append(mean @ chance)
            chance, before = move @ chance, c
    return np.array(means)


def measured(means, rate, servers, patience):
    n, c = np.arange(means.shape[1]), servers[:, None]
    over = np.maximum(n - c, 0)
    queue = (means * over).sum(axis=1)
    return {
        "queue": queue,
        "delayed": (means * np.clip(n + 1 - c, 0, 1)).sum(axis=1),
        "busy": (means * np.minimum(n, c)).sum(axis=1),
        "wait": queue.sum() / rate.sum(),
        "abandonment": queue.sum() / patience / rate.sum(),
    }


@pytest.mark.parametrize(
    ("calls", "service", "patience", "factor", "digits"),
    [
        (25.0, 0.2, 0.1, 1.0, 3e-4),  # a hotline
        (3.0, 2.0, np.inf, 1.0, 3e-4),  # technicians; the night's calls wait for the morning
        (2.2, 2.0, 30.0, 0.45, 3e-4),  # fractional
    ],
)
def test_a_day_of_shifts_is_the_matrix_exponential(calls, service, patience, factor, digits):
    rate, servers = DAY * calls, STAFF * factor
    exact = measured(exact_cycle(rate, service, servers, 1.0, patience, 60, 12), rate, servers,
                     patience)  # fmt: skip
    found = forward_equations(
        np.repeat(rate, 8), service, np.repeat(servers, 8), 1 / 8, patience, places=60
    )
    assert found.settled
    assert found.overflow < 1e-9
    for field in ("queue", "delayed", "busy"):
        by_hour = getattr(found, field).reshape(24, 8).mean(axis=1)
        assert_allclose(by_hour, exact[field], rtol=20 * digits, atol=20 * digits)
    assert_allclose(found.wait, exact["wait"], rtol=digits)
    assert_allclose(found.abandonment, exact["abandonment"], rtol=digits)


def test_the_error_falls_with_the_square_of_the_step():
    rate, servers = np.array([2.0, 7.0, 1.0]), np.array([3.0, 4.0, 2.5])
    exact = measured(exact_cycle(rate, 0.5, servers, 1.0, 2.0, 60, 1), rate, servers, 2.0)
    errors = []
    for parts in (8, 16, 32):
        found = forward_equations(
            np.repeat(rate, parts), 0.5, np.repeat(servers, parts), 1 / parts, 2.0, False, 60
        )
        errors.append(abs(found.wait - exact["wait"]))
    assert errors[0] < 2e-3 * exact["wait"]
    assert 3.5 < errors[0] / errors[1] < 4.5
    assert 3.5 < errors[1] / errors[2] < 4.5


def test_one_step_is_the_scheme_of_alexander():
    """Two stages with g = 1 - 1 / sqrt 2, by dense algebra."""
    g, step, start = 1 - 1 / math.sqrt(2), 0.7, np.eye(13)[0]
    a = step * generator(5.0, 2.0, 0.5, 3.0, 12)
    first = np.linalg.solve(np.eye(13) - g * a, start)
    second = np.linalg.solve(np.eye(13) - g * a, start + (1 - g) * a @ first)
    mean = (1 - g) * first + g * second
    expected = measured(mean[None], np.array([5.0]), np.array([2.0]), 3.0)
    found = forward_equations([5.0], 0.5, [2.0], step, 3.0, periodic=False, places=12)
    for field, value in expected.items():
        assert_allclose(getattr(found, field), value, rtol=1e-12)
    assert_allclose(found.overflow, mean[-1], rtol=1e-10)
    assert found.settled is True


def test_constant_profiles_are_erlang_a():
    found, exact = (
        forward_equations([20.0] * 3, 0.3, [5.0] * 3, 0.5, 0.2),
        erlang_a(20, 0.3, 0.2, 5),
    )
    assert_allclose(found.queue, [exact.queue] * 3, rtol=1e-7)
    assert_allclose(found.delayed, [exact.delayed] * 3, rtol=1e-7)
    assert_allclose(found.busy, [5 * exact.utilisation] * 3, rtol=1e-7)
    assert_allclose(found.wait, exact.wait, rtol=1e-7)
    assert_allclose(found.abandonment, exact.abandonment, rtol=1e-7)


def test_constant_profiles_are_mmc_with_as_many_places_as_it_takes():
    """0.97 ^ 64 of the time more than 64 are there: the states must be doubled."""
    found, exact = forward_equations([0.97] * 24, 1.0, [1.0] * 24, 30.0), mmc(0.97, 1.0, 1)
    assert_allclose(found.queue, [exact.queue] * 24, rtol=1e-5)
    assert_allclose(found.delayed, [0.97] * 24, rtol=1e-6)
    assert_allclose(found.wait, exact.wait, rtol=1e-5)
    assert found.abandonment == 0
    assert found.overflow < 1e-8


def test_many_servers_get_enough_places():
    found = forward_equations([100.0], 1.0, [100.0], 50.0, patience=1.0)
    assert_allclose(found.queue, erlang_a(100, 1, 1, 100).queue, rtol=1e-6)
    assert found.overflow < 1e-8


def test_places_that_are_given_are_kept():
    """M/M/1/2 at load 1: a third of the time full."""
    found = forward_equations([2.0] * 4, 0.5, [1.0] * 4, 10.0, places=2)
    assert_allclose(found.overflow, 1 / 3, rtol=1e-7)
    assert_allclose(found.queue, [1 / 3] * 4, rtol=1e-7)
    assert_allclose(found.delayed, [2 / 3] * 4, rtol=1e-7)


@pytest.mark.parametrize("agents", [1, 2, 3])
def test_as_many_places_as_servers_is_the_loss_system(agents):
    """Erlang B, whatever the law of service; and one place for three servers is M/M/1/1."""
    for spread in (1.0, 0.5, 3.0):
        found = forward_equations([4.0] * 2, 0.5, [agents] * 2, 10.0, places=agents, spread=spread)
        assert_allclose(found.overflow, erlang_b(agents, 2.0), rtol=1e-7)
        assert found.wait == pytest.approx(0, abs=1e-12)
    one = forward_equations([4.0] * 2, 0.5, [3.0] * 2, 10.0, places=1)
    assert_allclose(one.overflow, 2 / 3, rtol=1e-7)


@pytest.mark.parametrize("spread", [0.5, 0.8, 2.0])
def test_the_spread_of_service_lengthens_the_steady_wait_and_no_rush(spread):
    """In a steady state by Allen and Cunneen's factor, and who waits is as many; work that piles
    up while nobody is there takes as long to be worked off whatever its spread."""
    found, exact = forward_equations([4.0] * 4, 1.0, [5.0] * 4, 50.0, spread=spread), mmc(4, 1, 5)
    assert_allclose(found.wait, spread * exact.wait, rtol=1e-6)
    assert_allclose(found.delayed, [exact.delayed] * 4, rtol=1e-6)
    rate, servers = np.repeat([0.0, 200.0, 0.0, 0.0], 40), np.repeat([0.0, 0.0, 100.0, 100.0], 40)
    rush = [forward_equations(rate, 1.0, servers, 1 / 40, spread=s) for s in (1.0, spread)]
    assert_allclose(rush[1].queue[40:80], rush[0].queue[40:80], rtol=1e-6, atol=0.01)
    assert rush[1].wait == pytest.approx(rush[0].wait, rel=0.02)


def test_the_first_cycle_starts_empty():
    """Growth of the queue without servers: rate times time, its mean over a step at the middle."""
    found = forward_equations([3.0, 3.0], 1.0, [0.0, 0.0], 2.0, periodic=False)
    assert_allclose(found.queue, [3.0, 9.0], rtol=1e-9)
    assert_allclose(found.delayed, [1.0, 1.0], rtol=1e-9)
    assert found.wait == pytest.approx(2.0)
    assert found.settled is True


def test_a_long_first_cycle_starts_empty_after_places_are_doubled():
    found = forward_equations([100.0] * 3, 1.0, [0.0] * 3, 1.0, periodic=False)
    assert_allclose(found.queue, [50.0, 150.0, 250.0], rtol=1e-6)
    assert found.overflow < 1e-8


def test_nobody_waits_where_nobody_comes():
    found = forward_equations([0.0, 0.0], 1.0, [1.0, 0.0], 1.0, patience=2.0)
    assert found.queue.tolist() == [0, 0]
    assert found.delayed.tolist() == [0, 1]
    assert (found.wait, found.abandonment, found.overflow) == (0, 0, 0)
    assert found.settled is True


def test_who_is_served_when_the_shift_ends_leaves_with_it():
    """Without arrivals afterwards and with full servers only the queue is left."""
    rate, servers = [50.0, 0.0], [4.0, 1.5]
    means = exact_cycle(np.array(rate), 1.0, np.array(servers), 1.0, np.inf, 100, 1)
    found = forward_equations(
        np.repeat(rate, 40), 1.0, np.repeat(servers, 40), 1 / 40, periodic=False, places=100
    )
    assert_allclose(found.busy[40:].mean(), means[1] @ np.minimum(np.arange(101), 1.5), rtol=1e-4)
    queue = means[1] @ np.maximum(np.arange(101) - 1.5, 0)
    assert_allclose(found.queue[40:].mean(), queue, rtol=1e-4)


def test_a_hopeless_load_shows():
    found = forward_equations([2.0] * 2, 1.0, [1.0] * 2, 100.0)
    assert_allclose(found.overflow, 0.5, rtol=1e-3)
    assert found.queue[0] > 2000
    slow = forward_equations([1.0], 1.0, [1.0], 1.0, places=300)
    assert slow.settled is False


def test_forward_equations_refuse_nonsense():
    good = {"rate": [1.0, 1.0], "service": 1.0, "servers": [1.0, 1.0], "step": 1.0}
    for name in ("rate", "servers"):
        with pytest.raises(ValueError, match=rf"^{name} must be finite and not negative$"):
            forward_equations(**good | {name: [1.0, -1.0]})
        with pytest.raises(ValueError, match=r"^rate and servers must have one length$"):
            forward_equations(**good | {name: [1.0]})
    with pytest.raises(
        ValueError, match=r"^rate and servers must have one axis, of a step or more"
    ):
        forward_equations([], 1.0, [], 1.0)
    with pytest.raises(ValueError, match=r"^places must be 1 at least$"):
        forward_equations(**good, places=0)
    for name in ("service", "patience", "step", "spread"):
        for bad in (0, -1):
            with pytest.raises(ValueError, match=rf"^{name} must be above 0$"):
                forward_equations(**good | {name: bad})


# --- timetables -----------------------------------------------------------------------------------


def test_uniform_arrivals_see_the_inspection_paradox():
    gaps = np.array([10.0, 4.0, 30.0, 124.0])
    moments = np.cumsum(gaps) - 9.0  # the last gap goes over the end of the week
    found = next_departure(moments[[2, 0, 3, 1]], 168.0)
    assert_allclose(found.mean, (gaps**2).mean() / (2 * gaps.mean()))
    assert_allclose(found.mean_square, (gaps**3).mean() / (3 * gaps.mean()))


def test_regular_departures_and_doubles():
    assert_allclose(next_departure([0, 6, 12, 18], 24.0), (3.0, 12.0))
    assert_allclose(next_departure([5.0, 5.0], 24.0), (12.0, 192.0))


def test_arrivals_by_a_profile_are_weighted():
    rate, moments, period = np.array([0.0, 3.0, 1.0, 8.0, 0.0]), [1.0, 4.5, 6.0], 10.0

    def wait(t):
        return min((m - t) % period for m in moments)

    total = rate.sum() * 2.0
    breaks = [1, 2, 4, 4.5, 6, 8]
    mean = [
        quad(lambda t: rate[int(t / 2)] * wait(t) ** power / total, 0, 10, points=breaks)[0]  # noqa: B023
        for power in (1, 2)
    ]
    assert_allclose(next_departure(moments, period, rate), mean, rtol=1e-7)


@given(st.lists(st.floats(0, 23.9), min_size=1, max_size=6), st.lists(st.floats(0, 9), max_size=5))
def test_a_departure_more_is_never_later(moments, rate):
    profile = [*rate, 1.0]
    found = next_departure(moments, 24.0, profile)
    more = next_departure([*moments, 7.5], 24.0, profile)
    assert 0 <= more.mean <= found.mean + 1e-9
    assert found.mean**2 <= found.mean_square * (1 + 1e-9)


def test_next_departure_refuses_nonsense():
    for bad in ([], [-0.1], [1.0, 24.0]):
        with pytest.raises(ValueError, match=r"^moments must be at least one and from 0 up to the"):
            next_departure(bad, 24.0)
    with pytest.raises(ValueError, match=r"^period must be above 0$"):
        next_departure([0.0], 0.0)
    with pytest.raises(ValueError, match=r"^rate must not be 0 at all times$"):
        next_departure([0.0], 24.0, [0.0, 0.0])
    with pytest.raises(ValueError, match=r"^rate must be finite and not negative$"):
        next_departure([0.0], 24.0, [-1.0])
