"""Queues with general service, and queues fed by few units, against tables and limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import poisson

from simnet.theory import machine_repair, mdc, mgc, mixed_sources, mmc, pollaczek_khinchine


def test_one_server_with_constant_service():
    used = [0.1, 0.5, 0.9, 0.99]
    assert_allclose(mdc(used, 1.0, 1).wait, pollaczek_khinchine(used, 1.0, 0.0).wait, rtol=1e-12)


@pytest.mark.parametrize(("servers", "used"), [(2, 0.5), (3, 0.8), (5, 0.9)])
def test_crommelin_is_the_chain_of_the_number_present(servers, used):
    """Who is in service now has left a service time later, and who has come since is there: the
    number present is a Markov chain."""
    n = np.arange(200)
    left = np.maximum(n - servers, 0)
    step = poisson.pmf(n[None, :] - left[:, None], servers * used)
    step /= step.sum(axis=1, keepdims=True)
    chance = np.linalg.lstsq(
        np.vstack([step.T - np.eye(200), np.ones(200)]), np.eye(1, 201, 200)[0], rcond=None
    )[0]
    assert mdc(servers * used, 1.0, servers).queue == pytest.approx(chance @ left, rel=1e-8)


def test_five_technicians_with_jobs_of_an_hour():
    assert mdc(4.5, 1.0, 5).wait == pytest.approx(0.7767, abs=5e-5)
    assert mdc([1.0, 0.0], 1.0, 1).wait.tolist() == [float("inf"), 0]
    assert mdc(4.9999, 1.0, 5).wait == pytest.approx(mmc(4.9999, 1.0, 5).wait / 2, rel=1e-4)


def test_between_constant_and_exponential():
    for rate, servers in ((4.5, 5), (0.7, 1), (0.2, 3)):
        exponential, constant = mmc(rate, 1, servers).wait, mdc(rate, 1, servers).wait
        assert_allclose(mgc(rate, 1, 1, servers).wait, exponential, rtol=1e-12)
        assert_allclose(mgc(rate, 1, 0, servers).wait, constant, rtol=1e-12)
        assert constant < mgc(rate, 1, 0.6, servers).wait < exponential
        assert mgc(rate, 1, 2, servers).wait > exponential
    assert_allclose(mgc(0.6, 1, 1.7, 1).wait, pollaczek_khinchine(0.6, 1, 1.7).wait, rtol=1e-12)
    assert mgc([2.0, 0.0], 1, 0.5, 2).wait.tolist() == [float("inf"), 0]


@pytest.mark.parametrize(("units", "servers"), [(1, 1), (5, 1), (5, 2), (300, 7)])
def test_units_alone_are_the_repair_shop(units, servers):
    exact = machine_repair(units, 60, 9.6, servers)
    found = mixed_sources(units, units / 60, 0, 9.6, servers)
    assert found.wait == pytest.approx(float(exact.wait), rel=1e-9)
    assert found.rate * 9.6 / servers == pytest.approx(float(exact.utilisation), rel=1e-9)


def test_others_alone_and_very_many_units_are_mmc():
    wait = float(mmc(0.8, 1, 1).wait)
    assert mixed_sources(3, 0, 0.8, 1, 1).wait == pytest.approx(wait, rel=1e-9)
    assert mixed_sources(20_000, 0.4, 0.4, 1, 1).wait == pytest.approx(wait, rel=1e-2)
    few = mixed_sources(3, 0.4, 0.4, 1, 1)
    assert mixed_sources(1, 0.8, 0, 1, 1).wait < few.wait < wait
    assert few.rate < 0.8


def test_nonsense_is_refused():
    for bad in ({"units": 0}, {"service": 0}, {"servers": 0}, {"pull": -1}, {"others": 2}):
        good = {"units": 3, "pull": 0.4, "others": 0.4, "service": 1, "servers": 1}
        with pytest.raises(ValueError, match=r"must be|cannot keep up"):
            mixed_sources(**good | bad)
