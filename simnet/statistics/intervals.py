"""Intervals for means over replications, and for what strategies differ by from a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from simnet.statistics.arrays import Floats, Ints, between, table

Adjust = Literal["holm", "bonferroni", "none"]


@dataclass(frozen=True)
class Interval:
    """mean ± half_width, in the unit of the values; arrays of one shape."""

    mean: Floats
    half_width: Floats
    """NaN for fewer than two known replications"""
    count: Ints
    """replications that are known"""


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Mean over the last axis, the replications, and its interval by Student's t.

    ``values`` is (..., replications); NaN is a replication that does not know the response, and
    is left out. Law, Simulation Modeling and Analysis, 5th ed. 2015, eq. 4.12: exact for normal
    replications, asymptotic for others.

    ValueError for a level outside 0 to 1 and for values without an axis.
    """
    between(0, 1, level=level)
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        raise ValueError("values must be (..., replications), got a number")
    mean, variance, count = _moments(array)
    with np.errstate(invalid="ignore"):
        half_width = _student(count, level) * (np.sqrt(variance) / np.sqrt(count))
    return Interval(mean, half_width, count)


@dataclass(frozen=True)
class Differences:
    """Each strategy against the baseline, arrays of (strategies - 1,); strategy minus baseline."""

    strategy: Ints
    """the strategies other than the baseline, ascending"""
    difference: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    """two-sided, of no difference, each strategy by itself"""
    adjusted_p: Floats
    """as ``adjust`` says"""
    variance_reduction: Floats
    """how many times as many replications independent runs would need for the same half-width"""
    percent: Floats
    """difference in % of the baseline's mean"""
    percent_lower: Floats
    """-inf, as ``percent_upper`` is inf, where the baseline's mean may be 0"""
    percent_upper: Floats


def paired_differences(
    values: ArrayLike, baseline: int = 0, level: float = 0.95, adjust: Adjust = "holm"
) -> Differences:
    """Mean difference of each strategy from the baseline, paired by replication.

    ``values`` is (strategies, replications), where a replication has the same random numbers for
    all strategies; a replication counts for a pair where both know the response (not NaN). The
    paired t of Law 2015, sec. 10.2.1.

    All intervals hold at once with chance ``level`` by Bonferroni's inequality (Law 2015, sec.
    10.3.1: each at 1 - (1 - level) / (strategies - 1)), for "holm" and "bonferroni" alike: Holm's
    procedure is one of tests, uniformly stronger than Bonferroni's (Holm 1979, Scandinavian
    Journal of Statistics 6(2), pp. 65-70), and has no such plain intervals; so where ``adjusted_p``
    by Holm is small, the interval may still hold 0. "none" leaves intervals and p-values alone.

    ``variance_reduction`` is (var(strategy) + var(baseline)) / var(difference): inf where the
    difference is the same in all replications, NaN where nothing varies.

    The relative difference has Fieller's interval (Fieller 1954, Journal of the Royal Statistical
    Society B 16(2), pp. 175-185), at the level of the other: exact for a bivariate normal pair,
    where the delta method is so only asymptotically. It is the whole line where the baseline's
    mean is not different from 0 at that level.

    ValueError for fewer than two strategies, a baseline that is none of them, a level outside 0
    to 1 and an unknown ``adjust``.
    """
    between(0, 1, level=level)
    if adjust not in ("holm", "bonferroni", "none"):
        raise ValueError(f'adjust must be "holm", "bonferroni" or "none", got {adjust!r}')
    array = table("values", values, "strategies, replications")
    strategies = len(array)
    if strategies < 2 or not 0 <= baseline < strategies:
        raise ValueError(f"baseline {baseline} needs another among {strategies} strategies")
    strategy = np.delete(np.arange(strategies), baseline)
    others = 1 if adjust == "none" else len(strategy)
    each = 1 - (1 - level) / others

    difference = array[strategy] - array[baseline]
    paired = mean_interval(difference, each)
    both = ~np.isnan(difference)
    first = np.where(both, array[strategy], np.nan)
    second = np.where(both, array[baseline], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, variance, count = _moments(difference)
        p_value = 2 * _lower_tail(count, -np.abs(mean) / np.sqrt(variance / count))
        # no difference in any replication: nothing over nothing, and as likely as can be
        p_value = np.where((mean == 0) & (variance == 0), 1.0, p_value)
        reduction = (_moments(first)[1] + _moments(second)[1]) / variance
    return Differences(
        strategy,
        paired.mean,
        paired.mean - paired.half_width,
        paired.mean + paired.half_width,
        p_value,
        _adjusted(p_value, adjust),
        reduction,
        *_relative(difference, second, each),
    )


def _degrees(count: Ints) -> Floats:
    return np.where(count > 1, count - 1.0, np.nan)


def _student(count: Ints, level: float) -> Floats:
    return np.asarray(stdtrit(_degrees(count), (1 + level) / 2), dtype=np.float64)


def _lower_tail(count: Ints, statistic: Floats) -> Floats:
    return np.asarray(stdtr(_degrees(count), statistic), dtype=np.float64)


def _moments(values: Floats) -> tuple[Floats, Floats, Ints]:
    """Mean, variance and number of the known values along the last axis."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=-1) / count
        off = np.where(known, values - np.expand_dims(mean, -1), 0.0)
        return mean, (off * off).sum(axis=-1) / (count - 1), count


def _adjusted(p_value: Floats, adjust: Adjust) -> Floats:
    if adjust == "none":
        return p_value
    many = len(p_value)
    if adjust == "bonferroni":
        return np.minimum(1.0, many * p_value)
    order = np.argsort(p_value)
    adjusted = np.empty(many)
    adjusted[order] = np.maximum.accumulate(
        np.minimum(1.0, (many - np.arange(many)) * p_value[order])
    )
    return adjusted


def _relative(difference: Floats, base: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Ratio of the means in %, with Fieller's limits: the roots x of the quadratic
    (D - x B)^2 = t^2 var(D - x B), where D and B are the two means.
    """
    (top, var_top, count), (bottom, var_bottom, _) = _moments(difference), _moments(base)
    t2 = _student(count, level) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        off = (difference - top[:, None]) * (base - bottom[:, None])
        covariance = np.nansum(off, axis=1) / (count - 1)
        a = bottom**2 - t2 * var_bottom / count
        b = top * bottom - t2 * covariance / count
        c = top**2 - t2 * var_top / count
        root = np.sqrt(np.maximum(b * b - a * c, 0.0))
        nowhere = np.where(np.isnan(a), np.nan, np.inf)
        lower = np.where(a > 0, (b - root) / a, -nowhere)
        upper = np.where(a > 0, (b + root) / a, nowhere)
        return 100 * top / bottom, 100 * lower, 100 * upper
