"""Strategies compared: paired intervals, who can be the best, and a verdict in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet import brief
from simnet.statistics import (
    compare_with_best,
    front,
    front_share,
    mean_interval,
    paired_differences,
)

from .error import QuestionError
from .measure import Measure, joined
from .question import Response
from .verdict import verdict

LEVEL = 0.95


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
    p-value adjusted by Holm), variance_reduction by pairing, kept (whether the mean is within the
    response's limits), can_be_best (of those that keep all limits)"""
    front: pd.DataFrame
    """a row a strategy: on (whether it is on the Pareto front of the first two responses, among
    those that keep all limits), share (of bootstrap samples in which it is)"""
    verdict: list[str]

    def __repr__(self) -> str:
        """Who was compared and the verdict, in a few lines."""
        return brief.lines(self._title, self._facts)

    def _repr_html_(self) -> str:
        return brief.page(self._title, self._facts)

    @property
    def _title(self) -> str:
        return f"Comparison of {len(self.front):,} strategies, {self.replications} replications"

    @property
    def _facts(self) -> dict[str, str]:
        return {
            "baseline": self.baseline,
            "responses": brief.listed(*self.tables),
            "verdict": " ".join(self.verdict),
            "more": "comparison.tables, comparison.front, comparison.verdict",
        }


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
        raise QuestionError(
            f"a comparison needs two strategies; there is {joined(names) or 'none'}"
        )
    baseline = baseline or names[0]
    if baseline not in names:
        raise QuestionError(f"there is no strategy '{baseline}' (they are: {'; '.join(names)})")
    cubes = {m.name: _values(runs, m.name, names) for m in measures}
    count = next(iter(cubes.values())).shape[1]
    if count < 2:
        raise QuestionError("a comparison needs two replications that all strategies have")
    at = names.index(baseline)
    tables = {m.name: _table(names, cubes[m.name], at, m) for m in measures}
    allowed = np.all([table["kept"] for table in tables.values()], axis=0)
    for m in measures:
        tables[m.name]["can_be_best"] = _can_be_best(cubes[m.name], m, allowed)
    return Comparison(
        baseline, count, measures, tables, _front(names, measures[:2], cubes, allowed),
        verdict(baseline, count, measures, tables),
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
        found.loc[np.array(names)[apart.strategy], name] = column
    within = np.ones(len(names), dtype=bool)
    if measure.at_most is not None:
        within &= alone.mean <= measure.at_most
    if measure.at_least is not None:
        within &= alone.mean >= measure.at_least
    found["kept"] = within
    return found


def _can_be_best(
    values: NDArray[np.float64], measure: Measure, allowed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(strategies,) of those that keep all limits, which the replications do not rule out."""
    known = np.flatnonzero(allowed & ~np.isnan(values).all(axis=1))
    found = np.zeros(len(values), dtype=bool)
    complete = (~np.isnan(values[known])).all(axis=0).sum() > 1
    if len(known) > 1 and complete:
        found[known] = compare_with_best(values[known], LEVEL, measure.goal).can_be_best
    else:
        found[known] = True
    return found


def _front(
    names: list[str], measures: list[Measure], cubes: dict[str, NDArray[np.float64]],
    allowed: NDArray[np.bool_],
) -> pd.DataFrame:  # fmt: skip
    """Of these figures; strategies without one, or beyond a limit, are not on it."""
    signs = np.array([1.0 if m.goal == "min" else -1.0 for m in measures])
    cube = np.stack([cubes[m.name] for m in measures], axis=1) * signs[:, None]
    known = allowed & ~np.isnan(cube).any(axis=(1, 2))
    on, share = np.zeros(len(names), dtype=bool), np.zeros(len(names))
    if known.any():
        on[known] = front(cube[known].mean(axis=2))
        resamples = min(1000, max(50, 200_000 // int(known.sum())))  # of many, fewer will do
        share[known] = front_share(cube[known], seed=0, resamples=resamples)
    return pd.DataFrame({"on": on, "share": share}, index=names)
