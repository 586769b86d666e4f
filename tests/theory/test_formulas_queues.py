"""Steady-state queues against birth-death chains solved by brute force, limits and known values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.linalg import expm

from simnet.theory import (
    allen_cunneen,
    erlang_a,
    erlang_b,
    erlang_c,
    machine_repair,
    mmc,
    mmck,
    pollaczek_khinchine,
    priority_wait,
)

NEGATIVE = "must be finite and not negative"


def chain(births, deaths):
    """Stationary chances of a birth-death chain."""
    log = np.concatenate([[0.0], np.cumsum(np.log(births) - np.log(deaths))])
    chance = np.exp(log - log.max())
    return chance / chance.sum()


def recursive_b(servers, load):
    """Erlang's loss formula by its recursion, for whole servers."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


# --- Erlang B and C -------------------------------------------------------------------------------


def test_erlang_b_of_ten_servers_and_five_erlangs():
    """From the tables that every telephone company had."""
    assert_allclose(erlang_b(10, 5), 0.018385, atol=5e-7)


@pytest.mark.parametrize(
    ("servers", "load"),
    [
        (0, 4.0), (1, 0.5), (3, 0.0), (29, 20.0), (30, 20.0), (31, 45.0), (100, 2000.0),
        (200, 30.0), (1000, 1000.0), (1000, 2169.0), (1000, 2700.0), (5000, 5000.0),
        (5000, 4600.0), (20000, 23500.0), (20000, 25300.0), (50000, 65000.0),
    ],
)  # fmt: skip
def test_erlang_b_is_its_recursion(servers, load):
    assert_allclose(erlang_b(servers, load), recursive_b(servers, load), rtol=2e-12)


@pytest.mark.parametrize(("servers", "load"), [(0.5, 0.7), (2.5, 2.0), (7.25, 11.0), (33.3, 30.0)])
def test_erlang_b_between_whole_numbers_is_the_integral(servers, load):
    """1 / B = load * integral of exp(-load t) (1 + t)^servers: Jagers and van Doorn 1986."""
    value, _ = quad(lambda t: math.exp(-load * t) * (1 + t) ** servers, 0, np.inf)
    assert_allclose(erlang_b(servers, load), 1 / (load * value), rtol=1e-8)


@pytest.mark.parametrize(("servers", "load"), [(0.5, 900.0), (2.25, 5000.0), (150.5, 1800.0)])
def test_erlang_b_of_hopeless_load_is_its_series(servers, load):
    """1 / B = 1 + c / a + c (c - 1) / a^2 + .., here far down the asymptotic series."""
    terms = np.cumprod((servers - np.arange(30)) / load)
    assert_allclose(erlang_b(servers, load), 1 / (1 + terms.sum()), rtol=1e-13)


def test_erlang_b_of_many_idle_servers_vanishes():
    assert erlang_b(20000, 15000) == 0.0
    assert erlang_b(5000, 0.1) == 0.0


def test_erlang_b_broadcasts():
    found = erlang_b(np.arange(4)[:, None], [0.5, 2.0, 700.0])
    expected = [[recursive_b(c, a) for a in (0.5, 2.0, 700.0)] for c in range(4)]
    assert found.shape == (4, 3)
    assert_allclose(found, expected, rtol=1e-13)


@given(st.floats(0, 60), st.floats(0.01, 100))
def test_erlang_b_falls_with_servers(servers, load):
    blocked = float(erlang_b(servers, load))
    one_more = float(erlang_b(servers + 1, load))
    assert one_more < blocked <= 1 + 1e-12
    assert_allclose(one_more, load * blocked / (servers + 1 + load * blocked), rtol=1e-9)


def test_erlang_c_of_known_cases():
    assert_allclose(erlang_c(1, 0.3), 0.3)
    assert_allclose(erlang_c(2, 1.0), 1 / 3)
    assert_allclose(erlang_c(10, 5.0), 0.036105, atol=5e-7)


def test_erlang_c_without_steady_state_is_certain():
    assert erlang_c([2, 2, 0, 0, 3], [2.0, 9.0, 0.0, 1.0, 0.0]).tolist() == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("formula", [erlang_b, erlang_c])
def test_erlang_refuses_nonsense(formula, bad):
    with pytest.raises(ValueError, match=rf"^servers {NEGATIVE}$"):
        formula(bad, 1.0)
    with pytest.raises(ValueError, match=rf"^load {NEGATIVE}$"):
        formula(1, [1.0, bad])


# --- M/M/c ----------------------------------------------------------------------------------------


def test_mmc_is_a_chain():
    rate, service, servers = 7.0, 0.4, 4
    n = np.arange(1, 800)
    chance = chain(np.full(n.size, rate), np.minimum(n, servers) / service)
    found, number = mmc(rate, service, servers), np.arange(800)
    over = np.maximum(number - servers, 0)
    assert_allclose(found.delayed, chance[servers:].sum())
    assert_allclose(found.queue, chance @ over)
    assert_allclose(found.wait, chance @ over / rate)
    assert_allclose(found.utilisation, chance @ (number - over) / servers)
    assert_allclose(found.spare, 3.0)


def test_wait_within_is_a_sum_of_erlang_laws():
    """Who finds c + k waits for k + 1 departures at rate c / service."""
    rate, service, servers, time = 7.0, 0.4, 4, 0.3
    found = mmc(rate, service, servers)
    ratio, due = rate * service / servers, servers / service * time
    still = 0.0
    for k in range(300):
        fewer = sum(math.exp(-due + j * math.log(due) - math.lgamma(j + 1)) for j in range(k + 1))
        still += float(found.delayed) * (1 - ratio) * ratio**k * fewer
    assert_allclose(found.within(time), 1 - still, rtol=1e-12)
    assert_allclose(found.within([0.0, 1e6]), [1 - found.delayed, 1.0])


def test_mm1():
    found = mmc(3.0, 0.25, 1)
    assert_allclose(found.wait, 0.75)
    assert_allclose(found.queue, 2.25)
    assert_allclose(found.within(1.0), 1 - 0.75 * math.exp(-1.0))


def test_mmc_with_thousands():
    found = mmc(4950.0, 1.0, 5000)
    blocked = recursive_b(5000, 4950.0)
    delayed = blocked / (1 - 0.99 * (1 - blocked))
    assert_allclose(found.delayed, delayed, rtol=1e-10)
    assert_allclose(found.wait, delayed / 50, rtol=1e-10)


def test_mmc_without_steady_state():
    found = mmc([2.0, 3.0, 0.0, 0.0, 1.0], 0.5, [1, 1, 0, 2, 0])
    inf = math.inf
    assert found.delayed.tolist() == [1, 1, 1, 0, 1]
    assert found.wait.tolist() == [inf, inf, inf, 0, inf]
    assert found.queue.tolist() == [inf, inf, 0, 0, inf]
    assert found.utilisation.tolist() == [1, 1, 0, 0, 1]
    assert found.within(100.0).tolist() == [0, 0, 0, 1, 0]


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_mmc_refuses_nonsense(bad):
    with pytest.raises(ValueError, match=rf"^rate {NEGATIVE}"):
        mmc(bad, 1, 1)
    with pytest.raises(ValueError, match=rf"^service {NEGATIVE}"):
        mmc(1, bad, 1)
    with pytest.raises(ValueError, match=rf"^servers {NEGATIVE}"):
        mmc(1, 1, bad)
    with pytest.raises(ValueError, match=rf"^time {NEGATIVE}"):
        mmc(1, 1, 2).within(bad)


def test_no_service_time_is_refused_everywhere():
    for call in (
        lambda: mmc(1, [1, 0], 1),
        lambda: mmck(1, 0, 1, 2),
        lambda: erlang_a(1, 0, 1, 1),
        lambda: pollaczek_khinchine(1, 0, 1),
        lambda: allen_cunneen(1, 0, 1, 1),
        lambda: priority_wait([1], 0, 1),
    ):
        with pytest.raises(ValueError, match=r"^service must be above 0$"):
            call()


@given(
    st.floats(0.01, 50), st.floats(0.05, 5), st.integers(1, 40), st.floats(0.0, 3.0)
)  # fmt: skip
def test_more_servers_wait_less(rate, service, servers, time):
    few, many = mmc(rate, service, servers), mmc(rate, service, servers + 1)
    assert many.delayed <= few.delayed
    assert many.wait <= few.wait
    assert many.within(time) >= few.within(time)


# --- M/M/c/K --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "service", "servers", "places"),
    [(7.0, 0.4, 4, 9), (7.0, 0.4, 4, 5), (30.0, 0.4, 4, 7), (8.0, 0.5, 4, 10), (1e3, 1.0, 2, 40),
     (7.0, 0.4, 4, 4), (0.01, 0.4, 1, 3)],
)  # fmt: skip
def test_mmck_is_a_chain(rate, service, servers, places):
    n = np.arange(1, places + 1)
    chance = chain(np.full(places, rate), np.minimum(n, servers) / service)
    over = np.maximum(np.arange(places + 1) - servers, 0)
    enters = 1 - chance[-1]
    found = mmck(rate, service, servers, places)
    assert_allclose(found.blocked, chance[-1], rtol=1e-12)
    assert_allclose(found.delayed, chance[servers:-1].sum() / enters, rtol=1e-9, atol=1e-15)
    assert_allclose(found.queue, chance @ over, rtol=1e-12)
    assert_allclose(found.wait, chance @ over / (rate * enters), rtol=1e-9)
    assert_allclose(found.utilisation, rate * enters * service / servers, rtol=1e-9)


def test_mmck_broadcasts_over_places():
    together = mmck([[3.0], [9.0]], 0.5, [2, 3, 3], [2, 3, 20])
    for i, rate in enumerate((3.0, 9.0)):
        for j, (servers, places) in enumerate([(2, 2), (3, 3), (3, 20)]):
            alone = mmck(rate, 0.5, servers, places)
            for field in ("blocked", "delayed", "wait", "queue", "utilisation"):
                assert_allclose(getattr(together, field)[i, j], getattr(alone, field), rtol=1e-12)


def test_mmck_limits():
    assert_allclose(mmck(7.0, 0.4, 4, 4).blocked, erlang_b(4, 2.8))
    endless, mmc4 = mmck(7.0, 0.4, 4, 500), mmc(7.0, 0.4, 4)
    for field in ("delayed", "wait", "queue", "utilisation"):
        assert_allclose(getattr(endless, field), getattr(mmc4, field))
    full = mmck(2000.0, 1.0, 1000, [1000, 3000])
    assert_allclose(full.blocked, [recursive_b(1000, 2000.0), 0.5], rtol=1e-11)
    assert_allclose(full.queue, [0.0, 1999.0], rtol=1e-11, atol=1e-12)


def test_mmck_without_servers_or_calls():
    found = mmck([2.0, 2.0, 0.0, 0.0, 0.0], 1.0, [0, 0, 0, 2, 0], [3, 0, 2, 2, 0])
    inf = math.inf
    assert found.blocked.tolist() == [1, 1, 0, 0, 1]
    assert found.wait.tolist() == [inf, inf, inf, 0, inf]
    assert found.queue.tolist() == [3, 0, 0, 0, 0]
    assert found.utilisation.tolist() == [0, 0, 0, 0, 0]
    assert found.delayed.tolist() == [0, 0, 1, 0, 0]


def test_mmck_refuses_nonsense():
    with pytest.raises(ValueError, match=r"^places must be at least as many as servers$"):
        mmck(1, 1, [1, 3], 2)
    with pytest.raises(ValueError, match=r"^servers must be a whole number$"):
        mmck(1, 1, [1, 1.5], 3)
    with pytest.raises(ValueError, match=r"^places must be a whole number$"):
        mmck(1, 1, 1, 2.5)
    for name, given_ in {"rate": (-1, 1, 1, 1), "service": (1, -1, 1, 1), "servers": (1, 1, -1, 1),
                         "places": (1, 1, 1, math.inf)}.items():  # fmt: skip
        with pytest.raises(ValueError, match=rf"^{name} {NEGATIVE}$"):
            mmck(*given_)


# --- Erlang A -------------------------------------------------------------------------------------


def impatient_chain(rate, service, patience, servers, states):
    n = np.arange(1, states)
    deaths = np.minimum(n, servers) / service + np.maximum(n - servers, 0) / patience
    return chain(np.full(n.size, rate), deaths)


@pytest.mark.parametrize(
    ("rate", "service", "patience", "servers", "states", "digits"),
    [
        (20.0, 0.3, 0.2, 5, 400, 1e-12),
        (100.0, 0.1, 0.5, 8, 1000, 1e-12),  # overloaded
        (100.0, 0.1, 0.05, 12, 1000, 1e-12),
        (2.0, 1.0, 1000.0, 3, 3000, 1e-9),  # nearly M/M/3
        (3000.0, 0.1, 0.1, 250, 3000, 1e-11),
        (3000.0, 0.1, 1.0, 320, 5000, 1e-9),
        (2.9, 1.0, 1e5, 3, 6000, 1e-6),
        (2.6, 1.0, 1e5, 3, 3000, 1e-7),  # so long a patience that a continued fraction helps
        (4.0, 1.0, 50.0, 1, 1000, 1e-12),  # the wait is long and nearly certain
        (0.01, 1.0, 0.5, 1, 50, 1e-12),
        (1.0, 1.0, 100.0, 40, 300, 1e-7),  # nobody ever waits
    ],
)
def test_erlang_a_is_a_chain(rate, service, patience, servers, states, digits):
    chance = impatient_chain(rate, service, patience, servers, states)
    number = np.arange(states)
    over = np.maximum(number - servers, 0)
    lost = chance @ over / patience / rate
    # Who finds k waiting is answered if he outlives k + 1 events at growing rates; each stage of
    # them is then exponential with the rate of all that may end it, himself included.
    ahead = over[servers:] + 1
    answered = servers / service / (servers / service + ahead / patience)
    mean = np.cumsum(1 / (servers / service + ahead / patience))
    wait = chance[servers:] @ (answered * mean) / (1 - lost)
    found = erlang_a(rate, service, patience, servers)
    assert_allclose(found.delayed, chance[servers:].sum(), rtol=digits)
    assert_allclose(found.abandonment, lost, rtol=digits)
    assert_allclose(found.queue, chance @ over, rtol=digits)
    assert_allclose(found.wait, chance @ over / rate, rtol=digits)
    assert_allclose(found.wait_answered, wait, rtol=digits)
    assert_allclose(found.utilisation, chance @ (number - over) / servers, rtol=1e-11)


@pytest.mark.parametrize(
    ("rate", "service", "patience", "servers"),
    [(20.0, 0.3, 0.2, 5), (100.0, 0.1, 0.5, 8), (2.5, 1.0, 20.0, 3), (60.0, 0.1, 0.5, 8)],
)
def test_service_level_is_first_passage(rate, service, patience, servers):
    """The number ahead of a caller as a chain that ends with his answer or his giving up."""
    states = 250
    chance = impatient_chain(rate, service, patience, servers, servers + states)[servers:]
    ahead = np.arange(states)
    leave = servers / service + ahead / patience
    generator = np.diag(-leave - 1 / patience) + np.diag(leave[1:], -1)
    time = 0.15
    still_or_gone = np.block([[generator, np.zeros((states, 1))], [np.zeros((1, states + 1))]])
    still_or_gone[0, -1] = leave[0]  # nobody ahead, and a server gets free: answered
    answered = expm(still_or_gone * time)[:-1, -1]
    found = erlang_a(rate, service, patience, servers)
    assert_allclose(found.within(time), 1 - chance.sum() + chance @ answered, rtol=1e-11)
    assert_allclose(found.within(0.0), 1 - found.delayed, rtol=1e-12)
    assert_allclose(found.within(1e4 * patience), 1 - found.abandonment, rtol=1e-12)


def test_service_level_of_patient_callers():
    """Close to M/M/c in a formula that has nothing in common with it; inf is M/M/c."""
    found = erlang_a(2.5, 1.0, [1e7, np.inf], 3)
    exact = mmc(2.5, 1.0, 3)
    assert_allclose(found.within(0.7), np.full(2, exact.within(0.7)), rtol=1e-6)
    assert found.within(0.7)[1] == exact.within(0.7)


def test_erlang_a_of_endless_patience_is_mmc():
    rates, servers = np.array([2.5, 0.0, 5.0]), np.array([3, 2, 4])
    found, exact = erlang_a(rates, 1.0, np.inf, servers), mmc(rates, 1.0, servers)
    for field in ("delayed", "wait", "queue", "utilisation"):
        assert_allclose(getattr(found, field), getattr(exact, field), rtol=1e-15)
    assert found.wait_answered.tolist() == exact.wait.tolist()
    assert found.abandonment.tolist() == [0, 0, 0]
    assert found.patience.tolist() == [np.inf] * 3
    near = erlang_a(2.5, 1.0, 1e7, 3)
    assert_allclose([near.wait, near.wait_answered], [exact.wait[0]] * 2, rtol=1e-5)


def test_erlang_a_without_patience_is_erlang_b():
    found = erlang_a([3.0, 700.0], 1.0, 0.0, [2, 5])
    lost = [recursive_b(2, 3.0), recursive_b(5, 700.0)]
    assert_allclose(found.abandonment, lost)
    assert_allclose(found.delayed, lost)
    assert found.wait.tolist() == found.wait_answered.tolist() == [0, 0]
    assert_allclose(found.utilisation, [3.0 * (1 - lost[0]) / 2, 700 * (1 - lost[1]) / 5])
    assert_allclose(found.within([0.0, 5.0]), 1 - np.array(lost))


def test_erlang_a_where_nobody_works_or_calls():
    found = erlang_a([3.0, 0.0, 0.0], 1.0, 0.5, [0, 2, 0])
    assert found.delayed.tolist() == [1, 0, 1]
    assert found.abandonment.tolist() == [1, 0, 1]
    assert found.wait.tolist() == [0.5, 0, 0.5]
    assert found.queue.tolist() == [1.5, 0, 0]
    assert found.utilisation.tolist() == [0, 0, 0]
    assert_allclose(found.wait_answered, [np.nan, 0, np.nan])
    assert found.within(0.1).tolist() == [0, 1, 0]


def test_erlang_a_takes_a_year_of_hours():
    rate = np.linspace(0, 100, 2016).reshape(12, 168)
    servers = np.arange(168) % 12
    found = erlang_a(rate, 0.1, 0.2, servers)
    level = found.within(20 / 3600)
    assert found.wait_answered.shape == level.shape == (12, 168)
    alone = erlang_a(rate[7, 100], 0.1, 0.2, servers[100])
    assert_allclose(found.wait_answered[7, 100], alone.wait_answered, rtol=1e-13)
    assert_allclose(level[7, 100], alone.within(20 / 3600), rtol=1e-13)
    assert_allclose([found.rate[7, 100], found.servers[7, 100]], [rate[7, 100], servers[100]])
    assert np.unique(found.service).tolist() == [0.1]


@given(
    st.floats(0.01, 200), st.floats(0.02, 2), st.floats(0.001, 50), st.floats(0.1, 60),
    st.floats(0, 2),
)  # fmt: skip
def test_erlang_a_is_consistent(rate, service, patience, servers, time):
    found = erlang_a(rate, service, patience, servers)
    level = found.within(time)
    assert -1e-12 <= found.abandonment <= found.delayed <= 1 + 1e-12
    assert 1 - found.delayed - 1e-9 <= level <= 1 - found.abandonment + 1e-9
    assert_allclose(found.queue, rate * found.wait)
    assert_allclose(found.abandonment * patience, found.wait)
    assert found.wait_answered >= 0
    assert erlang_a(rate, service, patience, servers + 1).abandonment <= found.abandonment + 1e-12


@pytest.mark.parametrize("bad", [-1.0, math.nan])
def test_erlang_a_refuses_nonsense(bad):
    for i, name in enumerate(["rate", "service", "patience", "servers"]):
        arguments = [1.0, 1.0, 1.0, 1.0]
        arguments[i] = bad
        with pytest.raises(ValueError, match=rf"^{name} {NEGATIVE}$"):
            erlang_a(*arguments)
    with pytest.raises(ValueError, match=rf"^time {NEGATIVE}$"):
        erlang_a(1, 1, 1, 1).within(bad)
    with pytest.raises(ValueError, match=rf"^patience {NEGATIVE}$"):
        erlang_a(1, 1, -math.inf, 1)


# --- general service ------------------------------------------------------------------------------


def test_pollaczek_khinchine():
    found = pollaczek_khinchine(0.5, 1.5, [0.0, 1.0, 2.0])
    assert_allclose(found.wait, np.array([0.5, 1.0, 2.5]) * 0.75 / 0.25 * 1.5)
    assert_allclose(found.queue, 0.5 * found.wait)
    assert_allclose(found.utilisation, [0.75] * 3)
    assert_allclose(found.wait[1], mmc(0.5, 1.5, 1).wait)


def test_allen_cunneen():
    found = allen_cunneen(7.0, 0.4, 0.5, 4, arrivals_cv=2.0)
    exact = mmc(7.0, 0.4, 4)
    assert_allclose(found.wait, exact.wait * (0.25 + 4) / 2)
    assert_allclose(found.queue, 7 * found.wait)
    assert_allclose(found.utilisation, 0.7)
    assert_allclose(allen_cunneen(7.0, 0.4, 1.0, 4).wait, exact.wait)


def test_general_queues_without_steady_state():
    found = allen_cunneen([2.0, 3.0], 1.0, 0.0, 2, arrivals_cv=0.0)
    assert found.wait.tolist() == found.queue.tolist() == [np.inf, np.inf]
    assert found.utilisation.tolist() == [1, 1]
    for name in ("cv", "arrivals_cv"):
        with pytest.raises(ValueError, match=rf"^{name} {NEGATIVE}$"):
            allen_cunneen(**{"rate": 1, "service": 1, "cv": 1, "servers": 2, name: -1})


# --- machine repair -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "life", "repair", "repairers"), [(5, 10.0, 1.0, 2), (30, 3.0, 0.5, 1), (4, 1.0, 9, 6)]
)
def test_machine_repair_is_a_chain(units, life, repair, repairers):
    n = np.arange(units + 1)
    chance = chain((units - n[:-1]) / life, np.minimum(n[1:], repairers) / repair)
    fails = chance @ (units - n) / life
    found = machine_repair(units, life, repair, repairers)
    assert_allclose(found.down, chance @ n)
    assert_allclose(found.availability, 1 - chance @ n / units)
    queue = chance @ np.maximum(n - repairers, 0)
    assert_allclose(found.wait, queue / fails, atol=1e-15)
    assert_allclose(found.utilisation, chance @ np.minimum(n, repairers) / repairers)


def test_machine_repair_with_a_repairer_each_never_waits():
    found = machine_repair([1, 7], 8.0, 2.0, 7)
    assert_allclose(found.availability, [0.8, 0.8])
    assert_allclose(found.wait, [0, 0], atol=1e-15)


def test_machine_repair_of_a_large_fleet_is_mmc():
    found, exact = machine_repair(40_000, 10_000.0, 0.5, 3), mmc(4.0, 0.5, 3)
    assert_allclose(found.wait, exact.wait, rtol=1e-3)
    assert_allclose(found.utilisation, exact.utilisation, rtol=1e-3)


def test_machine_repair_broadcasts():
    together = machine_repair([[3], [50]], 5.0, 1.0, [1, 2.5])
    for i, units in enumerate((3, 50)):
        for j, repairers in enumerate((1, 2.5)):
            alone = machine_repair(units, 5.0, 1.0, repairers)
            for field in ("down", "availability", "wait", "utilisation"):
                assert_allclose(getattr(together, field)[i, j], getattr(alone, field), rtol=1e-12)


def test_machine_repair_refuses_nonsense():
    for i, name in enumerate(["units", "life", "repair", "repairers"]):
        arguments = [2.0, 1.0, 1.0, 1.0]
        arguments[i] = 0.0
        with pytest.raises(ValueError, match=rf"^{name} must be above 0$"):
            machine_repair(*arguments)
        arguments[i] = -1.0
        with pytest.raises(ValueError, match=rf"^{name} {NEGATIVE}$"):
            machine_repair(*arguments)
    with pytest.raises(ValueError, match=r"^units must be a whole number$"):
        machine_repair(2.5, 1, 1, 1)


# --- priorities -----------------------------------------------------------------------------------


def test_priorities_with_one_server_by_hand():
    """Cobham: the rest of a service, 0.8, over (1 - 0) (1 - 0.5) and (1 - 0.5) (1 - 0.8)."""
    assert_allclose(priority_wait([0.5, 0.3], 1.0, 1), [1.6, 8.0])


def test_priorities_are_a_chain():
    """Two classes and two servers, states: in the system, or the numbers waiting of each class."""
    rates, service, servers, most = (0.8, 0.5), 1.0, 2, 36
    index = {n: n for n in range(servers)}
    for a in range(most):
        for b in range(most):
            index[a, b] = len(index)
    size = len(index)
    flow = np.zeros((size, size))

    def move(source, target, rate):
        if target in index:
            flow[index[source], index[target]] += rate

    for n in range(servers):
        move(n, n + 1 if n + 1 < servers else (0, 0), sum(rates))
        move(n, n - 1, n / service)
    for a in range(most):
        for b in range(most):
            move((a, b), (a + 1, b), rates[0])
            move((a, b), (a, b + 1), rates[1])
            after = (a - 1, b) if a else (0, b - 1) if b else servers - 1
            move((a, b), after, servers / service)
    balance = flow.T - np.diag(flow.sum(axis=1))
    balance[0] = 1.0
    chance = np.linalg.solve(balance, np.eye(size)[0])
    waiting = chance[servers:].reshape(most, most)
    queues = [waiting.sum(axis=1) @ np.arange(most), waiting.sum(axis=0) @ np.arange(most)]
    found = priority_wait(rates, service, servers)
    assert_allclose(found, np.divide(queues, rates), rtol=2e-4)


def test_priorities_conserve_the_work_and_broadcast():
    rates = np.array([[1.0, 2.0], [0.5, 1.0], [2.0, 0.5]])
    found = priority_wait(rates, 0.5, [3, 4])
    together = mmc(rates.sum(axis=0), 0.5, [3, 4])
    assert found.shape == (3, 2)
    assert_allclose((rates * found).sum(axis=0), together.queue)
    assert np.all(np.diff(found, axis=0) > 0)
    assert_allclose(priority_wait([2.5], 1.0, 3), [mmc(2.5, 1.0, 3).wait])


def test_the_first_class_does_well_where_the_last_waits_for_ever():
    """All servers are always busy, so the rest of a service is 1 / 2."""
    found = priority_wait([0.8, 0.6, 1.0, 0.1], 1.0, 2)
    assert_allclose(found[:2], [0.5 / 0.6, 0.5 / (0.6 * 0.3)])
    assert found[2:].tolist() == [np.inf, np.inf]
    assert priority_wait([0.0, 1.0], 1.0, [0]).tolist() == [np.inf, np.inf]


def test_priorities_refuse_nonsense():
    with pytest.raises(ValueError, match=r"^rates must have an axis of classes$"):
        priority_wait(1.0, 1.0, 1)
    for name, arguments in {"rates": ([-1.0], 1, 1), "service": ([1.0], -1, 1),
                            "servers": ([1.0], 1, -1)}.items():  # fmt: skip
        with pytest.raises(ValueError, match=rf"^{name} {NEGATIVE}$"):
            priority_wait(*arguments)
