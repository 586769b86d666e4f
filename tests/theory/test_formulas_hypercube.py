"""The hypercube against a chain with its queue written out, Erlang's formulas and known values."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from simnet.theory import hypercube, hypercube_approximation, mmc

MODELS = (hypercube, hypercube_approximation)
RATES = np.array([0.4, 0.9, 0.0, 0.3])
ORDER = np.array([[0, 1, 2], [1, 0, 2], [2, 1, 0], [0, 2, 1]])


def written_out(rates, order, service, most=80):
    """States: the sets of busy servers, then the numbers waiting. Returns workload and shares."""
    servers = order.shape[1]
    sets = [frozenset(s) for k in range(servers + 1)
            for s in itertools.combinations(range(servers), k)]  # fmt: skip
    index = {s: i for i, s in enumerate(sets)}
    size = len(sets) + most
    flow = np.zeros((size, size))
    full = len(sets) - 1
    for s in sets[:-1]:
        for rate, preferred in zip(rates, order, strict=True):
            server = next(j for j in preferred if j not in s)
            flow[index[s], index[s | {server}]] += rate
    for s in sets:
        for server in s:
            flow[index[s], index[s - {server}]] += 1 / service
    for waiting in range(most):
        flow[full + waiting, full + waiting + 1] += rates.sum()
        flow[full + waiting + 1, full + waiting] += servers / service
    balance = flow.T - np.diag(flow.sum(axis=1))
    balance[0] = 1.0
    chance = np.linalg.solve(balance, np.eye(size)[0])
    all_busy = chance[full:].sum()
    workload = np.full(servers, all_busy)
    shares = np.full(order.shape, all_busy / servers)
    for s in sets[:-1]:
        workload[list(s)] += chance[index[s]]
        for area, preferred in enumerate(order):
            shares[area, next(j for j in preferred if j not in s)] += chance[index[s]]
    return workload, shares, all_busy, chance[full:] @ np.arange(most + 1) / rates.sum()


@pytest.mark.parametrize("service", [0.3, 1.2])
def test_hypercube_is_the_chain_written_out(service):
    workload, shares, delayed, wait = written_out(RATES, ORDER, service)
    found = hypercube(RATES, ORDER, service)
    assert_allclose(found.workload, workload, rtol=1e-9)
    assert_allclose(found.shares, shares, rtol=1e-9)
    assert_allclose(found.delayed, delayed, rtol=1e-9)
    assert_allclose(found.wait, wait, rtol=1e-9)
    assert found.rates.tolist() == RATES.tolist()


def test_hypercube_of_five_servers_is_the_chain_written_out():
    rng = np.random.default_rng(4)
    rates, order = rng.uniform(0.1, 1, 7), np.array([rng.permutation(5) for _ in range(7)])
    workload, shares, _, _ = written_out(rates, order, 0.6)
    found = hypercube(rates, order, 0.6)
    assert_allclose(found.workload, workload, rtol=1e-9)
    assert_allclose(found.shares, shares, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_one_server_is_mm1(model):
    found, exact = model([0.3, 0.2], [[0], [0]], 1.2), mmc(0.5, 1.2, 1)
    assert_allclose(found.workload, [0.6])
    assert_allclose(found.shares, [[1], [1]])
    assert_allclose([found.delayed, found.wait], [0.6, exact.wait])
    assert found.inter_area([0, 0]) == pytest.approx(0)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("servers", [2, 5, 9])
def test_delays_are_erlang_c_and_work_is_the_load(model, servers):
    order = np.array([np.roll(np.arange(servers), i) for i in range(3)])
    rates = np.array([0.2, 0.1, 0.3]) * servers
    found, exact = model(rates, order, 1.25), mmc(rates.sum(), 1.25, servers)
    assert_allclose([found.delayed, found.wait], [exact.delayed, exact.wait])
    assert isinstance(found.delayed, float)
    assert_allclose(found.workload.sum(), rates.sum() * 1.25)
    assert_allclose(found.shares.sum(axis=1), [1, 1, 1])


def test_who_is_asked_first_by_all_works_like_a_lone_server():
    """Two servers in one order: the first is busy as in M/M/1/1 while nobody waits."""
    load, found = 1.2, hypercube([0.7, 0.5], [[0, 1], [0, 1]], 1.0)
    delayed = float(mmc(load, 1.0, 2).delayed)
    # Of the sets {}, {0}, {1}, {0, 1} without a queue, by the balance of each.
    one = np.linalg.solve(
        [[load, -1, -1, 0], [-load, 1 + load, 0, -1], [0, 0, 1 + load, -1], [1, 1, 1, 0]],
        [0, 0, 0, 1 - delayed],
    )
    assert_allclose(found.workload, [one[1] + delayed, one[2] + delayed])
    assert_allclose(found.shares[0], [one[0] + one[2] + delayed / 2, one[1] + delayed / 2])


def test_shares_make_the_workload():
    found = hypercube(RATES, ORDER, 1.0)
    assert_allclose(RATES @ found.shares, found.workload, rtol=1e-10)


def test_inter_area_is_weighted_by_calls():
    found = hypercube(RATES, ORDER, 0.8)
    home = [0, 1, 2, 0]
    away = sum(r * (1 - found.shares[i, home[i]]) for i, r in enumerate(RATES)) / RATES.sum()
    assert found.inter_area(home) == pytest.approx(away)
    assert found.inter_area([0, 0, 0, 0]) == pytest.approx(1 - found.workload[0] / 0.8 / 1.6)


def test_exact_takes_fourteen_servers():
    rng = np.random.default_rng(5)
    order = np.array([rng.permutation(14) for _ in range(20)])
    rates = rng.uniform(0, 1, 20)
    found = hypercube(rates, order, 1.0)
    assert_allclose(rates @ found.shares, found.workload, rtol=1e-8)
    with pytest.raises(ValueError, match=r"^15 servers are more than the exact model takes, 14: "):
        hypercube([1.0], [np.arange(15)], 1.0)


# --- the approximation ----------------------------------------------------------------------------


def corrections(servers, used):
    """Larson's Q by its meaning: j busy and the next free, in M/M/N, picked at random."""
    n = np.arange(servers + 400)
    load = servers * used
    log = np.cumsum(np.concatenate([[0], np.log(load / np.minimum(n[1:], servers))]))
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    found = []
    for j in range(servers):
        total = 0.0
        for k in range(j, servers):
            picked = math.prod((k - i) / (servers - i) for i in range(j))
            total += chance[k] * picked * (servers - k) / (servers - j)
        found.append(total / (used**j * (1 - used)))
    return found


def test_corrections_of_larson_and_odoni():
    """Their example has Q(3, 1/2, j) = 1, 0.73684, 0.63158: Urban Operations Research, 5.5.3."""
    assert_allclose(corrections(3, 0.5), [1, 0.73684, 0.63158], atol=5e-6)


def larson(rates, order, service):
    """The approximation by loops over servers, areas and ranks."""
    servers, load = order.shape[1], rates.sum() * service
    used, q = load / servers, corrections(servers, load / servers)
    delayed = float(mmc(load, 1.0, servers).delayed)
    work = [used] * servers
    for _ in range(500):
        new = []
        for n in range(servers):
            calls = 0.0
            for area, preferred in enumerate(order):
                rank = list(preferred).index(n)
                ahead = math.prod(work[m] for m in preferred[:rank])
                calls += rates[area] * service * q[rank] * ahead
            new.append((calls + used * delayed) / (1 + calls))
        work = [w * load / sum(new) for w in new]
    shares = np.empty(order.shape)
    for area, preferred in enumerate(order):
        for rank, n in enumerate(preferred):
            ahead = math.prod(work[m] for m in preferred[:rank])
            shares[area, n] = q[rank] * ahead * (1 - work[n])
    shares *= (1 - delayed) / shares.sum(axis=1)[:, None]
    return work, shares + delayed / servers


@pytest.mark.parametrize("service", [0.3, 1.2])
def test_approximation_is_larsons(service):
    work, shares = larson(RATES, ORDER, service)
    found = hypercube_approximation(RATES, ORDER, service)
    assert_allclose(found.workload, work, rtol=1e-9)
    assert_allclose(found.shares, shares, rtol=1e-9)
    assert found.rates.tolist() == RATES.tolist()


@pytest.mark.parametrize("used", [0.05, 0.4, 0.8])
def test_approximation_is_close(used):
    rng = np.random.default_rng(6)
    order = np.array([rng.permutation(6) for _ in range(15)])
    rates = rng.uniform(0.2, 1, 15)
    rates *= 6 * used / rates.sum()
    exact, near = (model(rates, order, 1.0) for model in MODELS)
    assert_allclose(near.workload, exact.workload, atol=0.02)
    assert_allclose(near.shares, exact.shares, atol=0.02)


@pytest.mark.parametrize("servers", [40, 1000])
def test_approximation_of_many_alike(servers):
    """Round a circle all do the same work, each first for one area."""
    order = (np.arange(servers)[:, None] + np.arange(servers)) % servers
    found = hypercube_approximation(np.full(servers, 0.6), order, 1.5)
    assert_allclose(found.workload, np.full(servers, 0.9), rtol=1e-12)
    if servers == 40:
        first = np.array(corrections(40, 0.9)) * 0.9 ** np.arange(40) * 0.1
        expected = (1 - found.delayed) * first / first.sum() + found.delayed / 40
        assert_allclose(found.shares[0], expected, rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_too_many_calls(model):
    for rates in ([1.0, 2.0], [1.0, 1.0]):
        found = model(rates, [[0, 1], [1, 0]], 1.0)
        assert found.delayed == 1
        assert found.wait == math.inf
        assert_allclose(found.workload, [1, 1])
        assert_allclose(found.shares, np.full((2, 2), 0.5))
        assert found.rates.tolist() == rates


@pytest.mark.parametrize("model", MODELS)
def test_hypercube_refuses_nonsense(model):
    with pytest.raises(ValueError, match=r"^rates must be finite and not negative$"):
        model([1.0, -1.0], [[0, 1], [1, 0]], 1.0)
    with pytest.raises(ValueError, match=r"^rates must be above 0$"):
        model([0.0, 0.0], [[0, 1], [1, 0]], 1.0)
    with pytest.raises(ValueError, match=r"^service must be above 0$"):
        model([1.0], [[0, 1]], 0.0)
    for rates, order in (([1.0], [0, 1]), ([1.0, 1.0], [[0, 1]]), (1.0, [[0, 1]])):
        with pytest.raises(ValueError, match=r"^rates must be \(areas,\) and preference \(areas, "):
            model(rates, order, 1.0)
    for row in ([0, 0], [1, 2], [0, 0.5]):
        with pytest.raises(ValueError, match=r"^a row of preference must be an order of the servers"
                           " 0 to 1$"):  # fmt: skip
            model([1.0, 1.0], [[0, 1], row], 1.0)


def test_inter_area_refuses_nonsense():
    found = hypercube(RATES, ORDER, 0.5)
    for home in ([0, 1, 2], [0, 1, 2, 3], [0, 1, 2, -1], [0, 1, 2, 0.5]):
        with pytest.raises(ValueError, match=r"^home must be 4 indices of the 3 servers$"):
            found.inter_area(home)
