"""Repairable items: against plain sums over the states, and limits that other formulas know."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import poisson

from simnet.theory import base_stock, echelons, few_repairers, machine_repair, mended_at_outlets

RATES, SHARE, BASES = (
    np.array([0.05, 0.02, 0.0, 0.13]),
    np.array([0.2, 0.6, 0.3, 0.0]),
    [1, 2, 0, 3],
)
HERE, TRANSIT, LEAD, DEPOT = np.array([6.0, 40, 9, 0]), np.array([10.0, 24, 8, 3]), 40.0, 4
FIELDS = ("fill_rate", "backorders", "on_hand", "wait")


def together(method=echelons.exact, bases=BASES, share=SHARE):
    return mended_at_outlets(RATES, share, HERE, TRANSIT, bases, LEAD, DEPOT, method)


def test_two_places_are_a_double_sum():
    """What an outlet lacks is here, on the way, or its share of what the depot owes."""
    sent = RATES * (1 - SHARE)
    on_order = poisson.pmf(np.arange(120), sent.sum() * LEAD)
    owed = np.concatenate([[on_order[: DEPOT + 1].sum()], on_order[DEPOT + 1 :]])
    found = together().outlets
    for i, (rate, base) in enumerate(zip(RATES, BASES, strict=True)):
        if rate == 0:
            continue
        share, late = sent[i] / sent.sum(), np.zeros(80)
        for k in range(80):
            for mine in range(k + 1):
                ways = math.comb(k, mine) * share**mine * (1 - share) ** (k - mine)
                late[mine] += owed[k] * ways
        here = poisson.pmf(np.arange(80), rate * SHARE[i] * HERE[i])
        moving = poisson.pmf(np.arange(80), sent[i] * TRANSIT[i])
        law = np.convolve(np.convolve(late, here), moving)
        n = np.arange(len(law))
        expected = (law[:base].sum(), law @ np.maximum(n - base, 0), law @ np.maximum(base - n, 0))
        at = [getattr(found, field)[i] for field in FIELDS]
        assert_allclose(at, [*expected, expected[1] / rate], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", [echelons.metric, echelons.vari_metric, echelons.exact])
def test_nothing_mended_here_is_the_depot_alone(method):
    found = together(method, share=0)
    alone = method(RATES, TRANSIT, BASES, LEAD, DEPOT)
    for field in FIELDS:
        assert_allclose(getattr(found.outlets, field), getattr(alone.outlets, field))
        assert_allclose(getattr(found.depot, field), getattr(alone.depot, field))


def test_nearly_all_mended_here_is_one_echelon():
    found = together(share=1 - 1e-9).outlets
    alone = base_stock(RATES, HERE, BASES)
    for field in FIELDS:
        assert_allclose(getattr(found, field), getattr(alone, field), rtol=1e-6, atol=1e-6)


def test_a_single_demand_meets_the_mean_time():
    """Without stock a demand waits for as long as a part takes on average."""
    found, late = together(), float(together().depot.wait)
    mean = SHARE * HERE + (1 - SHARE) * (TRANSIT + late)
    assert_allclose(found.outlets.wait[2], mean[2])
    assert_allclose(together(bases=0).outlets.wait, mean)


def test_five_bases_as_published():
    """Exact .5288 for five bases with one spare each; METRIC hopes for a tenth less."""
    given = ([0.0232] * 5, 0.0, 0.0, 10.0, 1, 25.31, 2)
    exact, metric = (mended_at_outlets(*given, m) for m in (echelons.exact, echelons.metric))
    assert exact.outlets.backorders.sum() == pytest.approx(0.5288, abs=5e-5)
    assert metric.outlets.backorders.sum() == pytest.approx(0.4785, abs=5e-4)


def test_shares_are_shares():
    with pytest.raises(ValueError, match=r"^1 - share must be above 0$"):
        together(share=1)
    with pytest.raises(ValueError, match=r"^share must be finite and not negative$"):
        together(share=-0.1)


@pytest.mark.parametrize(
    ("rate", "repair", "repairers", "base"),
    [(1.0, 0.8, 1, 0), (1.0, 0.8, 1, 3), (2.0, 1.2, 4, 2), (2.0, 1.2, 4, 4), (2.0, 1.2, 4, 7)],
)
def test_few_repairers_are_a_chain(rate, repair, repairers, base):
    n = np.arange(400)
    log = np.cumsum(np.log(rate) - np.log(np.minimum(n[1:], repairers) / repair))
    chance = np.exp(np.concatenate(([0.0], log)))
    chance /= chance.sum()
    short = chance @ np.maximum(n - base, 0)
    expected = (chance[:base].sum(), short, chance @ np.maximum(base - n, 0), short / rate)
    found = few_repairers(rate, repair, repairers, base)
    assert_allclose([getattr(found, field) for field in FIELDS], expected, atol=1e-12)


def test_few_repairers_by_hand():
    assert float(few_repairers(0.5, 1.0, 1, 3).fill_rate) == pytest.approx(1 - 0.5**3)
    many, without = few_repairers(1.0, 2.0, 60, 3), base_stock(1.0, 2.0, 3)
    for field in FIELDS:
        assert_allclose(getattr(many, field), getattr(without, field), rtol=1e-9)


def test_few_repairers_must_keep_up():
    with pytest.raises(ValueError, match=r"^repairers / repair - rate must be above 0$"):
        few_repairers(1.0, 1.0, 1, 2)


@pytest.mark.parametrize(
    ("units", "spares", "repairers"), [(6, 2, 2), (5, 1, 1), (3, 6, 2), (4, 0, 2), (2, 2, 9)]
)
def test_machine_repair_with_spares_is_a_chain(units, spares, repairers):
    life, repair = 12.0, 5.0
    n = np.arange(units + spares + 1)
    running = np.minimum(units, units + spares - n)
    rise = np.log(running[:-1] / life) - np.log(np.minimum(n[1:], repairers) / repair)
    chance = np.exp(np.concatenate(([0.0], np.cumsum(rise))))
    chance /= chance.sum()
    fails = chance @ running / life
    found = machine_repair(units, life, repair, repairers, spares)
    assert_allclose(found.down, chance @ n)
    assert_allclose(found.availability, chance @ running / units)
    assert_allclose(found.wait, chance @ np.maximum(n - repairers, 0) / fails, atol=1e-15)
    assert_allclose(found.utilisation, chance @ np.minimum(n, repairers) / repairers)
    assert_allclose(found.filled, (chance * running / life)[:spares].sum() / fails)


def test_many_spares_are_always_there():
    found = machine_repair(10, 20.0, 1.0, 2, [0, 1, 5, 40])
    assert (np.diff(found.availability) > -1e-12).all()
    assert found.filled[0] == 0
    assert_allclose([found.availability[-1], found.filled[-1]], [1, 1], rtol=1e-9)
    with pytest.raises(ValueError, match=r"^spares must be a whole number$"):
        machine_repair(10, 20.0, 1.0, 2, 0.5)
