"""Strategies compared: paired intervals, who can be the best, and a verdict in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.accounts import describe
from simnet.statistics import compare_with_best, front, front_share, mean_interval
from simnet.statistics import paired_differences

from .error import QuestionError
from .question import Response

LEVEL = 0.95
MORE_IS_BETTER = (
    "service_level", "promise_kept", "fill_rate", "first_time_fix", "remote_fix", "availability",
    "income", "occupancy", "utilisation",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A key figure that strategies are judged by."""

    name: str
    unit: str
    meaning: str
    goal: str
    """min or max"""
    at_most: float | None = None
    at_least: float | None = None

    @staticmethod
    def of(name: str, asked: Response | None = None) -> "Measure":
        """The figure with its unit and goal."""
        unit, meaning = describe(name)
        goal = "max" if name.startswith(MORE_IS_BETTER) else "min"
        asked = asked or Response()
        return Measure(name, unit, meaning, asked.goal or goal, asked.at_most, asked.at_least)

    def worse(self, difference: float) -> bool:
        """Whether a change by so much is for the worse."""
        return difference > 0 if self.goal == "min" else difference < 0


@dataclass(frozen=True)
class Comparison:
    """What the replications tell of strategies. All intervals of one response hold at once with
    95 % confidence (Bonferroni)."""

    baseline: str
    replications: int
    measures: list[Measure]
    tables: dict[str, pd.DataFrame]
    """by response, a row a strategy: mean, half_width (of that strategy alone), difference from the
    baseline with lower and upper, percent with percent_lower and percent_upper, p and holm (the
    p-value adjusted by Holm), variance_reduction by pairing, can_be_best, kept (whether the mean is
    within the response's limits)"""
    front: pd.DataFrame
    """a row a strategy: on (whether it is on the Pareto front of all responses), share (of bootstrap
    samples in which it is)"""
    verdict: list[str]


def compare(
    runs: pd.DataFrame, responses: dict[str, Response] | Sequence[str], baseline: str = ""
) -> Comparison:
    """Compare the strategies of a table of runs (columns strategy, replication, key figures).

    Only replications that all strategies have count. baseline: the first strategy where empty.
    Raises QuestionError where there are fewer than two strategies or replications, or a name is
    unknown.
    """
    if not isinstance(responses, dict):
        responses = {name: Response() for name in responses}
    measures = [Measure.of(name, asked) for name, asked in responses.items()]
    names = list(dict.fromkeys(runs["strategy"]))
    if len(names) < 2:
        raise QuestionError(f"a comparison needs two strategies; there is {_and(names) or 'none'}")
    baseline = baseline or names[0]
    if baseline not in names:
        raise QuestionError(f"there is no strategy '{baseline}' (they are: {'; '.join(names)})")
    cubes = {m.name: _values(runs, m.name, names) for m in measures}
    count = next(iter(cubes.values())).shape[1]
    if count < 2:
        raise QuestionError("a comparison needs two replications that all strategies have")
    at = names.index(baseline)
    tables = {m.name: _table(names, cubes[m.name], at, m) for m in measures}
    return Comparison(
        baseline, count, measures, tables, _front(names, measures, cubes),
        _verdict(baseline, count, measures, tables),
    )  # fmt: skip


def _values(runs: pd.DataFrame, name: str, names: list[str]) -> NDArray[np.float64]:
    """(strategies, replications) that all strategies have."""
    if name not in runs:
        raise QuestionError(f"the runs have no key figure '{name}'")
    wide = runs.pivot_table(
        index="strategy", columns="replication", values=name, aggfunc="first", dropna=False,
        sort=False,
    )  # fmt: skip
    have = runs.groupby("replication")["strategy"].nunique()
    common = sorted(have.index[have == len(names)])
    return wide.reindex(index=names, columns=common).to_numpy(dtype=np.float64)


def _table(
    names: list[str], values: NDArray[np.float64], at: int, measure: Measure
) -> pd.DataFrame:
    alone = mean_interval(values, LEVEL)
    found = pd.DataFrame({"mean": alone.mean, "half_width": alone.half_width}, index=names)
    apart = paired_differences(values, at, LEVEL, "holm")
    columns = {
        "difference": apart.difference, "lower": apart.lower, "upper": apart.upper,
        "percent": apart.percent, "percent_lower": apart.percent_lower,
        "percent_upper": apart.percent_upper, "p": apart.p_value, "holm": apart.adjusted_p,
        "variance_reduction": apart.variance_reduction,
    }  # fmt: skip
    for name, column in columns.items():
        found[name] = math.nan
        found.iloc[apart.strategy, found.columns.get_loc(name)] = column
    known = ~np.isnan(values).all(axis=1)
    found["can_be_best"] = False
    if known.sum() > 1 and (~np.isnan(values[known])).all(axis=0).sum() > 1:
        direction = "min" if measure.goal == "min" else "max"
        best = compare_with_best(values[known], LEVEL, direction)  # type: ignore[arg-type]
        found.loc[np.array(names)[known], "can_be_best"] = best.can_be_best
    within = np.ones(len(names), dtype=bool)
    if measure.at_most is not None:
        within &= alone.mean <= measure.at_most
    if measure.at_least is not None:
        within &= alone.mean >= measure.at_least
    found["kept"] = within
    return found


def _front(
    names: list[str], measures: list[Measure], cubes: dict[str, NDArray[np.float64]]
) -> pd.DataFrame:
    """Of all responses; strategies without a figure are not on it."""
    signs = np.array([1.0 if m.goal == "min" else -1.0 for m in measures])
    cube = np.stack([cubes[m.name] for m in measures], axis=1) * signs[:, None]
    known = ~np.isnan(cube).any(axis=(1, 2))
    on, share = np.zeros(len(names), dtype=bool), np.zeros(len(names))
    if known.any():
        on[known] = front(cube[known].mean(axis=2))
        share[known] = front_share(cube[known], seed=0)
    return pd.DataFrame({"on": on, "share": share}, index=names)


def _verdict(
    baseline: str, count: int, measures: list[Measure], tables: dict[str, pd.DataFrame]
) -> list[str]:
    """Sentences for a planner."""
    said = []
    out = [m for m in measures if not tables[m.name]["kept"].all()]
    for m in out:
        gone = tables[m.name].index[~tables[m.name]["kept"]]
        limit = f"above {_n(m.at_most, m)}" if m.at_most is not None else ""
        least = f"below {_n(m.at_least, m)}" if m.at_least is not None else ""
        said.append(
            f"Out of the question, with {m.name} {' or '.join(filter(None, (limit, least)))}: "
            f"{_and(gone)}."
        )
    allowed = [
        name for name in tables[measures[0].name].index
        if all(tables[m.name].loc[name, "kept"] for m in measures)
    ]  # fmt: skip
    if not allowed:
        return [*said, "No strategy keeps all limits."]
    for m in measures:
        said.append(_best(m, tables[m.name], allowed, count))
    first, *others = measures
    table = tables[first.name].loc[allowed]
    leader = table["mean"].idxmin() if first.goal == "min" else table["mean"].idxmax()
    if leader != baseline:
        said.append(_against(str(leader), baseline, first, others, tables, count))
    return said


def _best(m: Measure, table: pd.DataFrame, allowed: list[str], count: int) -> str:
    """Who has the best of one figure."""
    means = table.loc[allowed, "mean"]
    leader = means.idxmin() if m.goal == "min" else means.idxmax()
    word = "Lowest" if m.goal == "min" else "Highest"
    best = f"{word} {m.name}: {leader} ({_n(float(means[leader]), m)}"
    rivals = [n for n in allowed if table.loc[n, "can_be_best"] and n != leader]
    if not rivals:
        return f"{best}); no other can be as good (95 %)."
    return (
        f"{best}); with {count} replications it cannot be told apart from {_and(rivals)}."
    )


def _against(
    leader: str, baseline: str, first: Measure, others: list[Measure],
    tables: dict[str, pd.DataFrame], count: int,
) -> str:  # fmt: skip
    """`partner beats company by 4 to 9 % on cost at no known difference in response`."""
    row = tables[first.name].loc[leader]
    if row["lower"] <= 0 <= row["upper"]:
        return (
            f"{leader} and {baseline} cannot be told apart on {first.name} with {count} "
            "replications."
        )
    gains = []
    for m in others:
        other = tables[m.name].loc[leader]
        if math.isnan(other["lower"]):
            continue
        if other["lower"] <= 0 <= other["upper"]:
            gains.append(f"no difference shown in {m.name} ({_span(other, m, signed=True)})")
        else:
            gains.append(f"{m.name} {_more(m, other)} by {_span(other, m)}")
    price = f", with {_and(gains)}" if gains else ""
    return f"{leader} beats {baseline} by {_span(row, first)} on {first.name}{price}."


def _more(m: Measure, row: "pd.Series[Any]") -> str:
    return ("higher" if row["difference"] > 0 else "lower") + (
        " (worse)" if m.worse(row["difference"]) else " (better)"
    )


def _span(row: "pd.Series[Any]", m: Measure, signed: bool = False) -> str:
    """`4 to 9 %`, by Fieller's interval; in the unit where the baseline may be 0."""
    low, high = row["percent_lower"], row["percent_upper"]
    unit = "%"
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high, unit = row["lower"], row["upper"], m.unit
    if m.unit == "share":
        low, high, unit = 100 * row["lower"], 100 * row["upper"], "points"
    if not signed:
        low, high = sorted((abs(low), abs(high)))
    digits = 1 if max(abs(low), abs(high)) < 20 else 0
    return f"{low:.{digits}f} to {high:.{digits}f} {unit}"


def _n(value: float | None, m: Measure) -> str:
    if value is None:
        return ""
    if m.unit == "share":
        return f"{100 * value:.1f} %"
    shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{shown} {m.unit}" if m.unit not in ("", "money") else shown


def _and(names: Sequence[Any]) -> str:
    """`a, b and c`."""
    names = [str(name) for name in names]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
