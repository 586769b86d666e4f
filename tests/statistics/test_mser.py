"""MSER-5: by a plain search, and on series whose warm-up is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.signal import lfilter

from simnet.statistics import mser5


def first_order(rng, replications, length, start, memory=0.8):
    """AR(1) about 10 that begins ``start`` above it: the bias is start * memory^t."""
    noise = rng.standard_normal((replications, length))
    noise[:, 0] += start
    return 10 + lfilter([1.0], [1.0, -memory], noise, axis=1)


def stationary(rng, replications, length, memory=0.8):
    return first_order(rng, replications, length + 200, 0.0, memory)[:, 200:]


def test_a_plain_search():
    series = np.random.default_rng(900).gamma(2, size=137)
    batches = series[:135].reshape(27, 5).mean(axis=1)
    plain = [batches[d:].var() / (27 - d) for d in range(22)]
    found = mser5(series)
    assert_allclose(found.curve, plain)
    best = int(np.argmin(plain))
    assert found.cut == (5 * best if best <= 13 else None)


def test_a_step_is_cut_exactly():
    series = np.r_[np.full(40, 9.0), np.tile([1.0, 2.0], 100)]
    found = mser5(series)
    assert found.cut == 40
    assert found.mean == 1.5


def test_replications_are_averaged_first():
    series = stationary(np.random.default_rng(901), 4, 300)
    assert mser5(series).cut == mser5(series.mean(axis=0)).cut


@pytest.mark.parametrize("start", [20.0, 100.0])
def test_the_cut_is_near_the_end_of_the_transient(start):
    """A bias of ``start`` 0.8^t is below a standard deviation of the mean of 10 replications (0.53)
    after log(start / 0.53) / 0.22 observations. Medians over 200 series; their chance error is
    below one batch."""
    rng = np.random.default_rng(902)
    found = [mser5(first_order(rng, 10, 1000, start)) for _ in range(200)]
    over = np.log(start / 0.53) / -np.log(0.8)
    cuts = [each.cut for each in found if each.cut is not None]
    assert len(cuts) > 190
    assert over - 10 <= np.median(cuts) <= over + 15
    raw = 10 + start * 5 / 1000
    kept = np.mean([each.mean for each in found if each.cut is not None])
    assert abs(kept - 10) < 0.1 * (raw - 10) + 4 * 5 / np.sqrt(1000 * 10 * 200)


def test_a_stationary_series_is_hardly_cut():
    """Medians over 200 series of 1000 observations: at most 5 % of them."""
    rng = np.random.default_rng(903)
    cuts = [mser5(stationary(rng, 10, 1000)).cut for _ in range(200)]
    assert np.median([np.inf if cut is None else cut for cut in cuts]) <= 50


def test_a_warm_up_beyond_the_middle_is_a_series_too_short():
    level = np.tile([1.0, 2.0], 100)
    assert mser5(level + 90 * (np.arange(200) < 100)).cut == 100
    found = mser5(level + 90 * (np.arange(200) < 110))
    assert found.cut is None
    assert np.isnan(found.mean)


@given(st.integers(0, 1000), st.floats(-1e4, 1e4), st.sampled_from([-2.0, 0.5, 8.0]))
def test_unit_and_origin_do_not_matter(seed, constant, unit):
    series = np.random.default_rng(seed).normal(0, 1, 120)
    one, other = mser5(series), mser5(constant + unit * series)
    assert_allclose(other.curve, unit**2 * one.curve, rtol=1e-6)
    assert other.cut == one.cut


@pytest.mark.parametrize(
    ("series", "says"),
    [
        (np.zeros(49), "50 observations"),
        (np.full(60, np.nan), "not finite"),
        (np.zeros((2, 2, 60)), "shape"),
    ],
)
def test_nonsense_is_refused(series, says):
    with pytest.raises(ValueError, match=says):
        mser5(series)
