"""Laws: moments, quantiles and hazards against scipy and numeric integration.

Nothing here is random: quantile functions are looked at on fixed grids, so no error rates.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, stats

from simnet.scenario.law import Law, LawModel

_ADAPTER: TypeAdapter[Any] = TypeAdapter(Law)
LEVELS = np.array([0.0, 1e-9, 1e-3, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1 - 1e-9])


def law(value: Any, folder: Path | None = None) -> LawModel:
    found = _ADAPTER.validate_python(value, context={"folder": str(folder or ".")})
    assert isinstance(found, LawModel)
    return found


EVERY = [
    3.5,
    "5 min",
    {"law": "constant", "value": 2},
    {"law": "exponential", "mean": "2 days"},
    {"law": "weibull", "shape": 0.7, "scale": 10},
    {"law": "weibull", "shape": 3, "scale": "1 year"},
    {"law": "weibull", "mean": 5, "cv": 0.4},
    {"law": "lognormal", "median": 2, "sigma": 0.5},
    {"law": "lognormal", "mean": 5, "sd": 2},
    {"law": "gamma", "shape": 0.6, "scale": 3},
    {"law": "gamma", "shape": 9, "scale": 3},
    {"law": "uniform", "low": 1, "high": 4},
    {"law": "triangular", "low": 1, "mode": 2, "high": 6},
    {"law": "triangular", "low": 1, "mode": 1, "high": 6},
    {"law": "triangular", "low": 0, "mode": 6, "high": 6},
    {"law": "empirical", "values": [3, 1, 2, 10]},
    {"law": "empirical", "values": [3, 1, 2, 10], "weights": [1, 0, 2, 0.5]},
    {"law": "piecewise_hazard", "ages": [0], "rates": [2]},
    {"law": "piecewise_hazard", "ages": [0, "1 year", "5 years"], "rates": [0.5, 0, 1.5]},
]


@pytest.mark.parametrize("form", EVERY, ids=str)
def test_mean_is_the_integral_of_the_quantiles(form: Any) -> None:
    """Midpoints, finer towards 1 where the tail is; the rest above 1 - 1e-12 is left out."""
    found = law(form)
    tail = -np.expm1(-np.linspace(0, 27, 400_001))
    values = found.ppf((tail[1:] + tail[:-1]) / 2)
    assert float(np.sum(values * np.diff(tail))) == pytest.approx(found.mean(), rel=2e-4)


@pytest.mark.parametrize("form", EVERY, ids=str)
def test_at_hazard_never_falls_and_keeps_the_shape(form: Any) -> None:
    found = law(form)
    x = np.concatenate(([0.0], np.geomspace(1e-12, 40, 500))).reshape(3, 167)
    values = found.at_hazard(x)
    assert values.shape == x.shape
    assert np.all(np.isfinite(values))
    assert values.min() >= 0
    assert np.all(np.diff(values.ravel()) >= -1e-12 * values.max())
    assert (found.fixed is None) == (np.ptp(values) > 0)


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ({"law": "exponential", "mean": 3}, stats.expon(scale=3)),
        ({"law": "weibull", "shape": 0.7, "scale": 10}, stats.weibull_min(0.7, scale=10)),
        ({"law": "weibull", "shape": 4, "scale": 10}, stats.weibull_min(4, scale=10)),
        ({"law": "lognormal", "median": 2, "sigma": 0.8}, stats.lognorm(0.8, scale=2)),
        ({"law": "gamma", "shape": 0.5, "scale": 2}, stats.gamma(0.5, scale=2)),
        ({"law": "gamma", "shape": 20, "scale": 2}, stats.gamma(20, scale=2)),
        ({"law": "uniform", "low": 1, "high": 4}, stats.uniform(1, 3)),
        ({"law": "triangular", "low": 1, "mode": 2, "high": 6}, stats.triang(0.2, 1, 5)),
        ({"law": "triangular", "low": 1, "mode": 1, "high": 6}, stats.triang(0, 1, 5)),
        ({"law": "triangular", "low": 1, "mode": 6, "high": 6}, stats.triang(1, 1, 5)),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "scipy",
)
def test_quantiles_and_hazard_like_scipy(form: Any, other: Any) -> None:
    found = law(form)
    np.testing.assert_allclose(found.ppf(LEVELS), other.ppf(LEVELS), rtol=1e-7, atol=1e-15)
    x = np.array([1e-6, 0.1, 1.0, 5.0, 20.0])  # cumulative hazard is -log of survival
    np.testing.assert_allclose(-other.logsf(found.at_hazard(x)), x, rtol=1e-5)
    assert found.mean() == pytest.approx(other.mean())


KINDS = ["weibull", "lognormal", "gamma"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cv", [0.05, 0.5, 1.0, 2.5])
def test_given_by_moments(kind: str, cv: float) -> None:
    found = law({"law": kind, "mean": "5 h", "cv": cv})
    shape, scale = found.parameters  # type: ignore[attr-defined]
    other = {
        "weibull": lambda: stats.weibull_min(shape, scale=scale),
        "lognormal": lambda: stats.lognorm(scale, scale=shape),  # (median, sigma)
        "gamma": lambda: stats.gamma(shape, scale=scale),
    }[kind]()
    assert other.mean() == pytest.approx(5, rel=1e-8)
    assert other.std() == pytest.approx(5 * cv, rel=1e-6)
    assert found.mean() == pytest.approx(5, rel=1e-8)
    by_sd = law({"law": kind, "mean": 5, "sd": 5 * cv})
    np.testing.assert_allclose(by_sd.ppf(LEVELS), found.ppf(LEVELS), rtol=1e-9)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.floats(0.05, 0.5),
    st.floats(0.05, 0.45),
    st.floats(1e-2, 1e3),
    st.floats(1.2, 6.0),
)
def test_given_by_two_quantiles(kind: str, p: float, gap: float, a: float, ratio: float) -> None:
    """Exact up to the root finder, so no error rate."""
    form = {"law": kind, "quantiles": {p + gap: a * ratio, p: a}}
    try:
        found = law(form)
    except ValidationError as error:
        assert "law has this spread" in str(error)  # noqa: PT017
        assert kind == "gamma"
        return
    np.testing.assert_allclose(found.ppf(np.array([p, p + gap])), [a, a * ratio], rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_quantiles_with_units_and_text_levels(kind: str) -> None:
    found = law({"law": kind, "quantiles": {"0.5": "2 h", 0.9: "5 h"}})
    np.testing.assert_allclose(found.ppf(np.array([0.5, 0.9])), [2, 5], rtol=1e-8)


def test_piecewise_hazard_against_numeric_integration() -> None:
    year = 8760.0
    ages, rates = np.array([0, 0.5, 2, 7]) * year, np.array([0.6, 0.0, 0.1, 0.9]) / year
    found = law({"law": "piecewise_hazard", "ages": list(ages), "rates": list(rates * year)})

    def cumulative(t: float) -> float:
        return float(np.sum(rates * np.clip(t - ages, 0, np.append(np.diff(ages), np.inf))))

    def survival(t: float) -> float:
        return math.exp(-cumulative(t))

    mean, _ = integrate.quad(survival, 0, 40 * year, points=ages[1:], limit=200)
    assert found.mean() == pytest.approx(mean, rel=1e-8)
    x = np.array([0.0, 0.01, 0.29999, 0.30001, 0.5, 0.8, 0.80001, 3.0])
    np.testing.assert_allclose([cumulative(t) for t in found.at_hazard(x)], x, atol=1e-12)
    # no unit fails where the rate is 0
    values = found.at_hazard(np.linspace(0, 1, 10_001))
    assert not np.any((values > ages[1] * (1 + 1e-9)) & (values < ages[2] * (1 - 1e-9)))


def test_piecewise_hazard_of_one_rate_is_exponential() -> None:
    found = law({"law": "piecewise_hazard", "ages": [0, 100], "rates": [2, 2]})
    other = law({"law": "exponential", "mean": 8760 / 2})
    np.testing.assert_allclose(found.ppf(LEVELS), other.ppf(LEVELS), rtol=1e-12)
    assert found.mean() == pytest.approx(other.mean(), rel=1e-12)


def test_tiny_hazard_keeps_its_digits() -> None:
    found = law({"law": "piecewise_hazard", "ages": [0, 1], "rates": [1e-9, 1.0]})
    assert found.mean() == pytest.approx(8761, rel=1e-9)


def test_empirical_with_weights() -> None:
    found = law({"law": "empirical", "values": [3, 1, "2 h"], "weights": [1, 2, 1]})
    u = (np.arange(4000) + 0.5) / 4000
    values, counts = np.unique(found.ppf(u), return_counts=True)
    assert values.tolist() == [1, 2, 3]
    assert counts.tolist() == [2000, 1000, 1000]
    assert found.mean() == pytest.approx(1.75)


def test_empirical_from_csv(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("\ufeffid, hours\n1,2.5\n2,0\n\n3,7\n", encoding="utf-8")
    form = {"law": "empirical", "csv": "times.csv", "column": "hours"}
    found = law(form, tmp_path)
    assert found.model_dump()["values"] == (2.5, 0.0, 7.0)
    assert found.model_dump()["csv"] is None  # what was read stands in the manifest instead
    weighted = law({**form, "weights": [1, 0, 0]}, tmp_path)
    assert weighted.mean() == 2.5


def test_number_text_and_mapping_are_the_same_constant() -> None:
    assert law(2) == law("120 min") == law({"law": "constant", "value": 2})
    assert law(2).fixed == 2


ONE_FORM = "give either .* and .*, or mean with sd or cv, or two quantiles"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({}, ONE_FORM),
        ({"mean": 5}, ONE_FORM),
        ({"cv": 1}, ONE_FORM),
        ({"mean": 5, "cv": 1, "sd": 5}, ONE_FORM),
        ({"mean": 5, "cv": 1, "quantiles": {0.5: 2, 0.9: 5}}, ONE_FORM),
        ({"quantiles": {0.5: 2}}, "two levels with increasing positive values"),
        ({"quantiles": {}}, "two levels with increasing positive values"),
        ({"quantiles": {0.1: 1, 0.5: 2, 0.9: 3}}, "two levels with increasing positive values"),
        ({"quantiles": {0.5: 5, 0.9: 2}}, "two levels with increasing positive values"),
        ({"quantiles": {0.5: 5, 0.9: 5}}, "two levels with increasing positive values"),
        ({"quantiles": {0.5: 0, 0.9: 5}}, "two levels with increasing positive values"),
        ({"quantiles": {0.5: 2, 1.0: 5}}, "less than 1"),
        ({"quantiles": {0.5: 2, 90: 5}}, "less than 1"),
        ({"mean": 5, "cv": 1e-200}, "law has this spread"),
        ({"mean": 5, "cv": 1e200}, "law has this spread"),
        ({"mean": 1e-300, "sd": 1e300}, "law has this spread"),
        ({"mean": math.inf, "cv": 1}, "finite"),
        ({"mean": 5, "sd": math.inf}, "finite"),
        ({"mean": math.nan, "cv": 1}, "greater than 0"),
        ({"mean": 0, "cv": 1}, "greater than 0"),
        ({"mean": "5 parsecs", "cv": 1}, "unknown unit 'parsecs'"),
    ],
    ids=str,
)
def test_two_parameter_law_refused(kind: str, form: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        law({"law": kind, **form})


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"law": "weibull", "shape": 2}, "give either shape and scale"),
        ({"law": "weibull", "shape": 2, "scale": 1, "mean": 1}, "give either shape and scale"),
        ({"law": "weibull", "shape": 2, "scale": math.inf}, "finite"),
        ({"law": "weibull", "shape": 1e-4, "scale": 1}, "no Weibull law has this spread"),
        ({"law": "lognormal", "median": 1}, "give either median and sigma"),
        ({"law": "lognormal", "median": 1, "sigma": 99}, "no Lognormal law has this spread"),
        ({"law": "lognormal", "median": math.inf, "sigma": 1}, "finite"),
        ({"law": "exponential", "mean": math.inf}, "finite"),
        ({"law": "exponential", "mean": -1}, "greater than 0"),
        ({"law": "uniform", "low": 3, "high": 3}, "low must be below high"),
        ({"law": "triangular", "low": 1, "mode": 5, "high": 4}, "low, mode, high must not fall"),
        ({"law": "triangular", "low": 1, "mode": 1, "high": 1}, "low, mode, high must not fall"),
        ({"law": "empirical"}, "at least one value"),
        ({"law": "empirical", "values": [1, -1]}, "greater than or equal to 0"),
        ({"law": "empirical", "values": [1, 2], "weights": [1]}, "as many weights as values"),
        ({"law": "empirical", "values": [1, 2], "weights": [0, 0]}, "above zero"),
        ({"law": "empirical", "values": [1, 2], "weights": [1e308, 1e308]}, "finite number"),
        ({"law": "empirical", "csv": "x.csv"}, "give csv with column"),
        ({"law": "empirical", "csv": "x.csv", "column": "h", "values": [1]}, "csv with column"),
        ({"law": "empirical", "csv": 3, "column": "h"}, "name of a CSV file"),
        ({"law": "piecewise_hazard", "ages": [0, 1], "rates": [1]}, "as many ages as rates"),
        ({"law": "piecewise_hazard", "ages": [1], "rates": [1]}, "ages begin at 0 and rise"),
        ({"law": "piecewise_hazard", "ages": [0, 2, 2], "rates": [1, 1, 1]}, "ages begin at 0"),
        ({"law": "piecewise_hazard", "ages": [0, 2], "rates": [1, 0]}, "last rate must be above"),
        ({"law": "constant", "value": -1}, "greater than or equal to 0"),
        ({"law": "weibul", "shape": 1}, "weibull"),
        ({"shape": 1}, "law"),
        (True, "dictionary"),
        ([1, 2], "dictionary"),
        (None, "dictionary"),
    ],
    ids=str,
)
def test_refused(form: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        law(form)
