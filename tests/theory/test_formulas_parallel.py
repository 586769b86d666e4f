"""Many queues at once against the forward equations of each, and against steady states."""

import numpy as np
import pytest

from simnet.theory import forward_equations, mmc, parallel_queues

STEP = 0.25
HOUR = np.arange(672) * STEP
OPEN = (HOUR % 24 >= 8) & (HOUR % 24 < 18) & (HOUR < 120)


def test_steady_queues_are_erlang_c():
    rate, service, servers = np.array([0.5, 2.0, 3.0]), np.array([1.0, 1.2, 0.9]), [1, 3, 4]
    ones = np.ones((3, 96))
    there = ones * np.array(servers)[:, None]
    found = parallel_queues(ones * rate[:, None], service, there, STEP, places=120)
    assert found.wait == pytest.approx(mmc(rate, service, servers).wait, rel=2e-3)
    assert (found.taken_along == 0).all()
    assert (found.overflow < 1e-6).all()


def test_queues_of_a_week_are_those_of_the_forward_equations():
    """Open on weekdays, calls at other times too; whole and fractional numbers of servers."""
    rng = np.random.default_rng(3)
    servers = np.array([1, 2, 3.5, 5])[:, None] * OPEN
    service = np.array([1.0, 3.0, 2.0, 1.5])
    load = np.array([0.9, 0.7, 0.5, 0.8])
    shape = np.where(OPEN, 1.0, 0.2) * rng.uniform(0.5, 1.5, 672)
    rate = (load * servers.sum(axis=1) / service / 672)[:, None] * shape / shape.mean()
    found = parallel_queues(rate, service, servers, STEP, places=120)
    for i in range(4):
        alone = forward_equations(rate[i], service[i], servers[i], STEP)
        assert found.wait[i] == pytest.approx(alone.wait, rel=2e-3)


def test_who_is_taken_along_at_the_end_of_a_shift():
    """One server, always busy in the shift: at each of five ends one customer is taken along."""
    servers = 1.0 * OPEN[None, :]
    rate = np.where(OPEN, 3.0, 0.0)[None, :]
    found = parallel_queues(rate, [10.0], servers, STEP, places=200)
    assert found.taken_along[0] == pytest.approx(5, abs=0.02)
    idle = parallel_queues(rate / 1e6, [10.0], servers, STEP)
    assert idle.taken_along[0] < 1e-4


def test_too_much_work_overflows():
    """Of 2 an hour one is served: half of what comes finds no place."""
    found = parallel_queues(np.full((1, 96), 2.0), [1.0], np.ones((1, 96)), STEP, places=10)
    assert found.overflow[0] == pytest.approx(0.5, abs=0.01)


def test_nobody_comes():
    found = parallel_queues(np.zeros((2, 4)), [1.0, 2.0], np.ones((2, 4)), 1.0)
    assert found.wait.tolist() == found.overflow.tolist() == found.taken_along.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("rate", "service", "servers", "step"),
    [
        (np.ones(4), [1.0], np.ones((1, 4)), 1.0),
        (np.ones((1, 4)), [1.0], np.ones((1, 5)), 1.0),
        (np.ones((1, 4)), [1.0, 2.0], np.ones((1, 4)), 1.0),
        (np.ones((1, 0)), [1.0], np.ones((1, 0)), 1.0),
        (-np.ones((1, 4)), [1.0], np.ones((1, 4)), 1.0),
        (np.ones((1, 4)), [0.0], np.ones((1, 4)), 1.0),
        (np.ones((1, 4)), [1.0], np.ones((1, 4)), 0.0),
    ],
)
def test_impossible_input(rate, service, servers, step):
    with pytest.raises(ValueError, match="must"):
        parallel_queues(rate, service, servers, step)
