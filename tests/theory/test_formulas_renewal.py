"""Renewals against published tables, closed forms and series; the spread of a product against its
differential equation."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import gamma

from simnet.theory import (
    asymptotic_renewals,
    bass,
    minimal_repair,
    renewal_function,
    weibull_renewals,
)


def erlang2_cdf(t):
    return 1 - (1 + 2 * t) * np.exp(-2 * t)


def erlang2_renewals(t):
    """Of mean 1: t - 1/4 + exp(-4 t) / 4, from the Laplace transform."""
    return t - 0.25 + np.exp(-4 * t) / 4


def test_renewal_function_converges_with_the_square_of_the_step():
    errors = []
    for steps in (50, 100, 200):
        found = renewal_function(erlang2_cdf, 5 / steps, steps)
        exact = erlang2_renewals(np.linspace(0, 5, steps + 1))
        assert found.shape == (steps + 1,)
        assert found[0] == 0
        errors.append(np.abs(found - exact).max())
    assert errors[0] < 2e-3
    assert 3.5 < errors[0] / errors[1] < 4.5
    assert 3.5 < errors[1] / errors[2] < 4.5


def test_renewal_function_is_the_sum_of_xie():
    """The scheme as Tijms 2003 writes it, sec. 8.1, term by term."""

    def cdf(t):
        return 1 - np.exp(-(np.asarray(t) ** 1.7))

    h, n = 0.3, 9
    m = [0.0]
    for i in range(1, n + 1):
        total = cdf(i * h) - m[i - 1] * cdf(h / 2)
        total += sum((m[j] - m[j - 1]) * cdf((i - j + 0.5) * h) for j in range(1, i))
        m.append(total / (1 - cdf(h / 2)))
    assert_allclose(renewal_function(cdf, h, n), m, rtol=1e-12)


def test_fixed_lives_are_counted():
    """Steps of which half is no life: what is left of the sum is a count."""
    found = renewal_function(lambda t: (t >= 1).astype(float), 0.25, 12)
    assert_allclose(found, np.floor(np.arange(13) / 4))


def test_renewal_function_refuses_nonsense():
    for step, steps, name in ((0.0, 3, "step"), (-1.0, 3, "step"), (0.1, 0, "steps")):
        with pytest.raises(ValueError, match=rf"^{name} must be above 0$"):
            renewal_function(erlang2_cdf, step, steps)
    for step in (2.0, 5.0):
        with pytest.raises(ValueError, match=r"^step must leave units alive after half of it$"):
            renewal_function(lambda t: np.minimum(t, 1), step, 3)


# Tijms, A First Course in Stochastic Models, 2003, table 8.1.1: mean 1 and squared variation
TIJMS = {
    0.25: {0.1: 0.0061, 0.2: 0.0261, 0.4: 0.1087, 0.6: 0.2422, 0.8: 0.4141, 1.0: 0.6091,
           1.2: 0.8143, 1.5: 1.124, 2.0: 1.627, 2.5: 2.125},
    2.0: {0.2: 0.3841, 0.5: 0.7785, 1.0: 1.357, 1.5: 1.901, 2.0: 2.428, 2.5: 2.947, 3.0: 3.460,
          3.5: 3.969, 5.0: 5.485, 7.5: 7.995},
}  # fmt: skip


@pytest.mark.parametrize("variation", [0.25, 2.0])
def test_weibull_renewals_of_the_table(variation):
    shape = brentq(lambda k: gamma(1 + 2 / k) / gamma(1 + 1 / k) ** 2 - 1 - variation, 0.5, 5)
    times, expected = zip(*TIJMS[variation].items(), strict=True)
    found = weibull_renewals(times, shape, 1 / gamma(1 + 1 / shape))
    assert_allclose(found, expected, atol=5e-4)


@pytest.mark.parametrize("shape", [0.7, 1.5, 2.0, 3.5])
def test_weibull_renewals_are_their_series(shape):
    """Smith and Leadbetter 1963, Technometrics 5(3): a power series in t^shape."""
    a = []
    for n in range(1, 45):
        total = math.gamma(n * shape + 1) / math.gamma(n + 1)
        for j in range(1, n):
            rest = n - j
            total -= math.gamma(rest * shape + 1) / math.gamma(rest + 1) * a[j - 1]
        a.append(total)
    t = np.array([0.0, 0.003, 0.2, 0.7, 1.0])
    k = np.arange(1, 45)[:, None]
    gammas = np.array([math.gamma(n * shape + 1) for n in range(1, 45)])[:, None]
    series = ((-1.0) ** (k - 1) * np.array(a)[:, None] * t ** (k * shape) / gammas).sum(axis=0)
    assert_allclose(weibull_renewals(8.0 * t, shape, 8.0), series, rtol=3e-4, atol=5e-5)


def test_exponential_lives_fail_at_a_constant_rate():
    t = np.array([[0.0, 1e-4, 0.5], [3.0, 39.0, 80.0]])
    assert_allclose(weibull_renewals(2 * t, 1.0, 2.0), t, rtol=2e-6)
    assert_allclose(weibull_renewals(0.3, 1.0, 2.0), 0.15, rtol=2e-6)
    assert weibull_renewals([0.0], 2.0, 1.0).tolist() == [0.0]


def test_weibull_renewals_have_their_asymptote():
    shape, scale = 2.5, 3.0
    mean = scale * gamma(1.4)
    cv = math.sqrt(gamma(1.8) / gamma(1.4) ** 2 - 1)
    t = np.array([6.0, 39.9, 40.1, 1e6]) * mean
    found = weibull_renewals(t, shape, scale)
    assert_allclose(found, asymptotic_renewals(t, mean, cv), rtol=1e-6)
    assert found[-1] / t[-1] == pytest.approx(1 / mean, rel=1e-6)


def test_lives_that_end_young_come_to_the_asymptote_late():
    """Beyond 40 mean lives still computed, though with longer steps, and in order."""
    mean, cv = gamma(1 + 1 / 0.6), math.sqrt(gamma(1 + 2 / 0.6) / gamma(1 + 1 / 0.6) ** 2 - 1)
    t = np.array([30.0, 41.0, 80.0]) * mean
    found = weibull_renewals(t, 0.6, 1.0)
    assert_allclose(found, asymptotic_renewals(t, mean, cv), atol=6e-3)
    exact = weibull_renewals(t[:1], 0.6, 1.0)
    assert_allclose(found[0], exact[0], atol=2e-3)


def test_asymptotic_renewals_by_hand():
    assert_allclose(asymptotic_renewals([10.0, 0.0], [4.0, 1.0], 2.0), [4.0, 1.5])
    assert_allclose(erlang2_renewals(9.0), asymptotic_renewals(9.0, 1.0, math.sqrt(0.5)))


def test_minimal_repair_is_the_power_law():
    assert_allclose(minimal_repair([0.0, 6.0], [2.0, 3.0], 2.0), [0.0, 27.0])
    assert_allclose(minimal_repair(5.0, 1.0, 2.0), weibull_renewals(5.0, 1.0, 2.0), rtol=1e-5)
    # A worn unit made new fails less often than one that is kept as old as it is.
    assert minimal_repair(5.0, 2.0, 2.0) > weibull_renewals(5.0, 2.0, 2.0)


def test_renewals_refuse_nonsense():
    for bad in (-1.0, math.nan, math.inf):
        for formula in (lambda t: weibull_renewals(t, 1, 1), lambda t: minimal_repair(t, 1, 1),
                        lambda t: asymptotic_renewals(t, 1, 1)):  # fmt: skip
            with pytest.raises(ValueError, match=r"^t must be finite and not negative$"):
                formula([1.0, bad])
    for formula in (weibull_renewals, minimal_repair):
        with pytest.raises(ValueError, match=r"^shape must be above 0$"):
            formula(1.0, 0.0, 1.0)
        with pytest.raises(ValueError, match=r"^scale must be above 0$"):
            formula(1.0, 1.0, 0.0)
    for name, arguments in {"shape": (1, -1, 1), "scale": (1, 1, -1)}.items():
        with pytest.raises(ValueError, match=rf"^{name} must be finite and not negative$"):
            minimal_repair(*arguments)
    for name, arguments in {"mean": (1, -1, 1), "cv": (1, 1, -1)}.items():
        with pytest.raises(ValueError, match=rf"^{name} must be finite and not negative$"):
            asymptotic_renewals(*arguments)
    with pytest.raises(ValueError, match=r"^mean must be above 0$"):
        asymptotic_renewals(1, 0, 1)


# --- Bass -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (0.2, 0.0), (0.3, 0.1)])
def test_bass_is_its_differential_equation(p, q):
    m, t = 1000.0, np.linspace(0, 20, 9)
    solved = solve_ivp(
        lambda _, n: (p + q * n / m) * (m - n), (0, 20), [0.0], t_eval=t, rtol=1e-9, atol=1e-9
    ).y[0]
    assert_allclose(bass.cumulative(t, m, p, q), solved, rtol=1e-6, atol=1e-9)
    assert_allclose(bass.rate(t, m, p, q), (p + q * solved / m) * (m - solved), rtol=1e-6)


def test_bass_peak():
    """Bass 1969, eq. (9): log(q / p) / (p + q); at the peak the rate is m (p + q)^2 / 4 q."""
    when = bass.peak(0.03, 0.38)
    assert_allclose(when, math.log(0.38 / 0.03) / 0.41)
    assert_allclose(bass.rate(when, 10.0, 0.03, 0.38), 10 * 0.41**2 / (4 * 0.38))
    near = bass.rate(when + np.array([-0.1, 0.1]), 10.0, 0.03, 0.38)
    assert np.all(near < bass.rate(when, 10.0, 0.03, 0.38))
    assert bass.peak([0.3, 0.2, 0.2], [0.1, 0.2, 0.0]).tolist() == [0, 0, 0]


def test_bass_begins_and_ends():
    assert bass.cumulative(0.0, 50.0, 0.1, 0.4) == 0
    assert bass.rate(0.0, 50.0, 0.1, 0.4) == pytest.approx(5.0)
    assert bass.cumulative(1e4, [50.0, 0.0], 0.1, 0.4).tolist() == [50, 0]
    assert bass.cumulative([[1.0], [2.0]], 1.0, 0.1, [0.1, 0.2, 0.3]).shape == (2, 3)


def test_bass_refuses_nonsense():
    for formula in (bass.cumulative, bass.rate):
        for i, name in enumerate(["t", "potential", "p", "q"]):
            arguments = [1.0, 1.0, 1.0, 1.0]
            arguments[i] = -1.0
            with pytest.raises(ValueError, match=rf"^{name} must be finite and not negative$"):
                formula(*arguments)
        with pytest.raises(ValueError, match=r"^p must be above 0$"):
            formula(1, 1, 0, 1)
    for name, arguments in {"p": (-1, 1), "q": (1, -1)}.items():
        with pytest.raises(ValueError, match=rf"^{name} must be finite and not negative$"):
            bass.peak(*arguments)
    with pytest.raises(ValueError, match=r"^p must be above 0$"):
        bass.peak(0, 1)
