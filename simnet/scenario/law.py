"""Laws (distributions) of times and factors, each reached by inverse transform.

One primitive serves all: `at_hazard(x)`, the value whose cumulative hazard is `x`. With
`x = -log(1 - u)` it is the quantile function; with the running sum of unit exponentials it
gives the failure times of a minimally repaired unit (a non-homogeneous Poisson process;
Rigdon & Basu, Statistical Methods for the Reliability of Repairable Systems, 2000, ch. 2).
"""

import math
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from scipy import special

from .csvfile import Row, read_table
from .quantity import YEAR, Hours, Model, NonNegative, Positive, PositiveHours, parse_hours

Array = NDArray[np.float64]
Level = Annotated[float, Field(gt=0, lt=1)]


class LawModel(Model):
    """What every law can do."""

    def at_hazard(self, x: Array) -> Array:
        """Value at cumulative hazard `x` (same shape as `x`); increasing in `x`."""
        raise NotImplementedError

    def mean(self) -> float:
        """Expected value, in the law's own unit."""
        raise NotImplementedError

    def ppf(self, u: Array) -> Array:
        """Quantiles at `u` in [0, 1), same shape."""
        return self.at_hazard(-np.log1p(-u))

    @property
    def fixed(self) -> float | None:
        """The value, where the law has only one; else None."""
        return None


class Constant(LawModel):
    """Always the same value."""

    law: Literal["constant"] = "constant"
    value: Hours
    """the value"""

    def at_hazard(self, x: Array) -> Array:
        return np.full(x.shape, self.value)

    def mean(self) -> float:
        return self.value

    @property
    def fixed(self) -> float | None:
        return self.value


class Exponential(LawModel):
    """Exponential: no memory."""

    law: Literal["exponential"]
    mean_: Annotated[PositiveHours, Field(alias="mean")]
    """mean"""

    def at_hazard(self, x: Array) -> Array:
        return self.mean_ * x

    def mean(self) -> float:
        return self.mean_


class TwoParameterLaw(LawModel):
    """Given by its own two parameters, by mean and spread, or by two quantiles."""

    mean_: Annotated[PositiveHours | None, Field(default=None, alias="mean")]
    """mean (then also sd or cv)"""
    sd: PositiveHours | None = None
    """standard deviation"""
    cv: Positive | None = None
    """coefficient of variation, sd / mean"""
    quantiles: dict[Level, Hours] | None = None
    """two quantiles, such as {0.5: 2 h, 0.9: 5 h}"""

    @model_validator(mode="after")
    def _one_complete_form(self) -> Self:
        own = self._own()
        forms = [
            all(value is not None for value in own.values()),
            self.mean_ is not None and (self.sd is None) != (self.cv is None),
            self.quantiles is not None,
        ]
        given = [
            any(value is not None for value in own.values()),
            self.mean_ is not None or self.sd is not None or self.cv is not None,
            self.quantiles is not None,
        ]
        if sum(given) != 1 or not any(forms):
            raise ValueError(
                f"give either {' and '.join(own)}, or mean with sd or cv, or two quantiles"
            )
        if self.quantiles is not None:
            (p, a), (q, b) = (
                sorted(self.quantiles.items())[:2]
                if len(self.quantiles) == 2
                else (
                    (0.0, 0.0),
                    (0.0, 0.0),
                )
            )
            if not (p < q and 0 < a < b):
                raise ValueError("quantiles: two levels with increasing positive values")
        try:
            possible = math.isfinite(self.mean()) and self.mean() > 0
        except (ValueError, ArithmeticError, RuntimeError) as error:
            raise ValueError(f"no {type(self).__name__} law has this spread") from error
        if not possible:
            raise ValueError(f"no {type(self).__name__} law has this spread")
        return self

    def _own(self) -> dict[str, float | None]:
        raise NotImplementedError

    def _from_moments(self, mean: float, cv: float) -> tuple[float, float]:
        raise NotImplementedError

    def _from_quantiles(self, p: float, a: float, q: float, b: float) -> tuple[float, float]:
        raise NotImplementedError

    @cached_property
    def parameters(self) -> tuple[float, float]:
        """The law's own two parameters, whatever form it was given in."""
        own = tuple(self._own().values())
        if own[0] is not None and own[1] is not None:
            found = (own[0], own[1])
        elif self.quantiles is not None:
            (p, a), (q, b) = sorted(self.quantiles.items())
            found = self._from_quantiles(p, a, q, b)
        else:
            assert self.mean_ is not None
            found = self._from_moments(self.mean_, self.cv or (self.sd or 0.0) / self.mean_)
        if not all(math.isfinite(value) and value > 0 for value in found):
            raise ValueError("no finite parameters")
        return found


class Weibull(TwoParameterLaw):
    """Weibull: hazard falls (shape < 1), stays or rises (shape > 1) with age."""

    law: Literal["weibull"]
    shape: Positive | None = None
    """shape"""
    scale: PositiveHours | None = None
    """scale (63.2 % point)"""

    def _own(self) -> dict[str, float | None]:
        return {"shape": self.shape, "scale": self.scale}

    def _from_moments(self, mean: float, cv: float) -> tuple[float, float]:
        from scipy import optimize  # takes a fifth of a second to import

        def excess(log_shape: float) -> float:
            k = math.exp(log_shape)
            log_ratio = special.gammaln(1 + 2 / k) - 2 * special.gammaln(1 + 1 / k)
            return float(log_ratio - math.log1p(cv * cv))

        shape = math.exp(optimize.brentq(excess, -3.0, 6.0))
        return shape, mean / math.gamma(1 + 1 / shape)

    def _from_quantiles(self, p: float, a: float, q: float, b: float) -> tuple[float, float]:
        low, high = -math.log1p(-p), -math.log1p(-q)
        shape = math.log(high / low) / math.log(b / a)
        return shape, a / low ** (1 / shape)

    def at_hazard(self, x: Array) -> Array:
        shape, scale = self.parameters
        return scale * np.power(x, 1 / shape)

    def mean(self) -> float:
        shape, scale = self.parameters
        return scale * math.gamma(1 + 1 / shape)


class Lognormal(TwoParameterLaw):
    """Lognormal: the logarithm is normal with standard deviation `sigma`."""

    law: Literal["lognormal"]
    median: PositiveHours | None = None
    """median"""
    sigma: Positive | None = None
    """standard deviation of the logarithm"""

    def _own(self) -> dict[str, float | None]:
        return {"median": self.median, "sigma": self.sigma}

    def _from_moments(self, mean: float, cv: float) -> tuple[float, float]:
        variance = math.log1p(cv * cv)
        return mean * math.exp(-variance / 2), math.sqrt(variance)

    def _from_quantiles(self, p: float, a: float, q: float, b: float) -> tuple[float, float]:
        low, high = float(special.ndtri(p)), float(special.ndtri(q))
        sigma = math.log(b / a) / (high - low)
        return a * math.exp(-sigma * low), sigma

    def at_hazard(self, x: Array) -> Array:
        median, sigma = self.parameters
        return median * np.exp(-sigma * special.ndtri_exp(-x))

    def ppf(self, u: Array) -> Array:
        median, sigma = self.parameters
        return median * np.exp(sigma * special.ndtri(u))  # quicker than by way of the hazard

    def mean(self) -> float:
        median, sigma = self.parameters
        return median * math.exp(sigma * sigma / 2)


class Gamma(TwoParameterLaw):
    """Gamma: sums of exponentials; Erlang where the shape is whole."""

    law: Literal["gamma"]
    shape: Positive | None = None
    """shape"""
    scale: PositiveHours | None = None
    """scale"""

    def _own(self) -> dict[str, float | None]:
        return {"shape": self.shape, "scale": self.scale}

    def _from_moments(self, mean: float, cv: float) -> tuple[float, float]:
        return 1 / cv**2, mean * cv**2

    def _from_quantiles(self, p: float, a: float, q: float, b: float) -> tuple[float, float]:
        from scipy import optimize  # takes a fifth of a second to import

        def excess(log_shape: float) -> float:
            k = math.exp(log_shape)
            low, high = special.gammaincinv(k, p), special.gammaincinv(k, q)
            return math.log(high / low) - math.log(b / a) if low > 0 else 1e3

        shape = math.exp(optimize.brentq(excess, -4.0, 12.0))
        return shape, a / float(special.gammaincinv(shape, p))

    def at_hazard(self, x: Array) -> Array:
        shape, scale = self.parameters
        found = np.empty_like(x)
        low = x < 1  # each where it keeps its digits
        found[low] = special.gammaincinv(shape, -np.expm1(-x[low]))
        found[~low] = special.gammainccinv(shape, np.exp(-x[~low]))
        return scale * found

    def mean(self) -> float:
        shape, scale = self.parameters
        return shape * scale


class Uniform(LawModel):
    """Uniform between two values."""

    law: Literal["uniform"]
    low: Hours
    """least value"""
    high: Hours
    """greatest value"""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self

    def at_hazard(self, x: Array) -> Array:
        return self.low + (self.high - self.low) * -np.expm1(-x)

    def mean(self) -> float:
        return (self.low + self.high) / 2


class Triangular(LawModel):
    """Triangular: what an expert knows as least, most likely and most."""

    law: Literal["triangular"]
    low: Hours
    """least value"""
    mode: Hours
    """most likely value"""
    high: Hours
    """greatest value"""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("low, mode, high must not fall")
        return self

    def at_hazard(self, x: Array) -> Array:
        u = -np.expm1(-x)
        low, mode, high = self.low, self.mode, self.high
        width = high - low
        rising = low + np.sqrt(u * width * (mode - low))
        falling = high - np.sqrt((1 - u) * width * (high - mode))
        return np.where(u * width < mode - low, rising, falling)

    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3


class Empirical(LawModel):
    """A sample: each value as often as its weight says. From a list, or a column of a CSV file."""

    law: Literal["empirical"]
    values: tuple[Hours, ...] = ()
    """the sample"""
    weights: tuple[NonNegative, ...] | None = None
    """weight of each value; equal where missing"""
    csv: str | None = None
    """file with the sample, beside the scenario, instead of values"""
    column: str | None = None
    """its column, in hours or with units, as values are"""

    @model_validator(mode="before")
    @classmethod
    def _read_csv(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict) or value.get("csv") is None:
            return value
        if value.get("values") or not isinstance(value.get("column"), str):
            raise ValueError("give csv with column, or values")
        column = value["column"]
        rows = read_table(value["csv"], info.context, required=(column,))
        numbers = [_hours(row, column) for row in rows]
        rest = {key: item for key, item in value.items() if key not in ("csv", "column")}
        return {**rest, "values": numbers}

    @model_validator(mode="after")
    def _weighted(self) -> Self:
        if not self.values:
            raise ValueError("an empirical law needs at least one value")
        if self.weights is not None:
            if len(self.weights) != len(self.values):
                raise ValueError("as many weights as values are needed")
            if not 0 < sum(self.weights) < math.inf:
                raise ValueError("the weights must add up to a finite number above zero")
        return self

    @cached_property
    def _steps(self) -> tuple[Array, Array]:
        values = np.asarray(self.values)
        weights = np.ones(len(values)) if self.weights is None else np.asarray(self.weights)
        order = np.argsort(values, kind="stable")
        values, weights = values[order][weights[order] > 0], weights[order][weights[order] > 0]
        return values, np.cumsum(weights) / weights.sum()

    def at_hazard(self, x: Array) -> Array:
        values, cumulative = self._steps
        at = np.searchsorted(cumulative, -np.expm1(-x), side="right")
        return values[np.minimum(at, len(values) - 1)]

    def mean(self) -> float:
        values, cumulative = self._steps
        return float(np.sum(values * np.diff(cumulative, prepend=0.0)))


def _hours(row: Row, column: str) -> float:
    """A cell as the values of a sample are written; raises ValueError naming file and place."""
    try:
        hours = parse_hours(row.value(column))
    except ValueError as error:
        raise row.fail(column, f"is wrong: {error}{row.hint(column)}") from error
    if not math.isfinite(hours):
        raise row.fail(column, "is not finite")
    if hours < 0:
        raise row.fail(column, "is not at least 0")
    return float(hours)


class PiecewiseHazard(LawModel):
    """A hazard that is constant between ages: bathtub curves from infant, useful and old life."""

    law: Literal["piecewise_hazard"]
    ages: tuple[Hours, ...] = Field(min_length=1)
    """ages at which a rate begins, the first being 0"""
    rates: tuple[NonNegative, ...] = Field(min_length=1)
    """failures per unit and year from each age on"""

    @model_validator(mode="after")
    def _steps_fit(self) -> Self:
        if len(self.ages) != len(self.rates):
            raise ValueError("as many ages as rates are needed")
        if self.ages[0] != 0 or any(b <= a for a, b in zip(self.ages, self.ages[1:], strict=False)):
            raise ValueError("ages begin at 0 and rise")
        if self.rates[-1] / YEAR <= 0:
            raise ValueError("the last rate must be above 0, or no unit would ever fail")
        return self

    def at_hazard(self, x: Array) -> Array:
        ages, rates = np.asarray(self.ages), np.asarray(self.rates) / YEAR
        cumulative = np.concatenate(([0.0], np.cumsum(rates[:-1] * np.diff(ages))))
        at = np.searchsorted(cumulative, x, side="right") - 1
        # side="right" steps over stretches with rate 0, so that the division is safe
        return ages[at] + (x - cumulative[at]) / rates[at]

    def mean(self) -> float:
        ages, rates = np.asarray(self.ages), np.asarray(self.rates) / YEAR
        total, survival = 0.0, 1.0
        for start, end, rate in zip(ages, [*ages[1:], math.inf], rates, strict=True):
            if rate == 0:
                total += survival * (end - start)
            else:
                total += survival * -math.expm1(-rate * (end - start)) / rate
                survival *= math.exp(-rate * (end - start))
        return total


def _law_from_number(value: Any) -> Any:
    """A bare number or quantity stands for the constant law."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return {"law": "constant", "value": value}
    return value


Law = Annotated[
    Annotated[
        Constant
        | Exponential
        | Weibull
        | Lognormal
        | Gamma
        | Uniform
        | Triangular
        | Empirical
        | PiecewiseHazard,
        Field(discriminator="law"),
    ],
    BeforeValidator(
        _law_from_number,
        json_schema_input_type=(
            float
            | str
            | Constant
            | Exponential
            | Weibull
            | Lognormal
            | Gamma
            | Uniform
            | Triangular
            | Empirical
            | PiecewiseHazard
        ),
    ),
]


def constant(value: float) -> Constant:
    """The law that always gives `value`; for defaults."""
    return Constant(value=value)
