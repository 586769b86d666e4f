"""Strategies compared: paired intervals, who can be the best, and a verdict in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from simnet import brief
from simnet.accounts import UNHELPED, at_worst
from simnet.scenario.words import words as in_words
from simnet.statistics import (
    compare_with_best,
    front,
    front_share,
    mean_interval,
    paired_differences,
)

from .error import QuestionError
from .judge import in_both, judged
from .measure import Measure, joined
from .question import Response, in_its_unit
from .verdict import best_of, verdict

LEVEL = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """A response of all strategies, shape (strategies, replications)."""

    seen: Floats
    """those who were never helped have waited as long as was seen"""
    worst: Floats
    """they have waited for the whole run"""
    unhelped: NDArray[np.bool_]
    """(strategies,) whether more are never helped than is tolerated"""

    @property
    def judged(self) -> Floats:
        """What strategies are ranked by: who leaves many without help is taken at worst."""
        return np.where(self.unhelped[:, None], self.worst, self.seen)


@dataclass(frozen=True, repr=False)
class Comparison(brief.Short):
    """What the replications tell of strategies. All intervals of one response hold at once with
    95 % confidence (Bonferroni)."""

    baseline: str
    replications: int
    measures: list[Measure]
    tables: dict[str, pd.DataFrame]
    """by response, a row a strategy: mean, half_width (of that strategy alone), at_worst (the mean
    had those who were never helped waited for the whole run), judged (what strategies are ranked
    by: at_worst of those in `unhelped`, the mean of others), difference from the baseline with
    lower and upper, percent with percent_lower and percent_upper, matters (the smallest difference
    that does), verdict (better, worse, no difference that matters, cannot be told apart, no value;
    higher or lower where no goal is known), of_the_helped (the verdict, had nobody been left
    without help), p and holm (the p-value adjusted by Holm),
    variance_reduction by pairing, kept (whether the mean is within the response's limits),
    can_be_best (of those that keep all limits)"""
    unhelped: dict[str, float]
    """by strategy the share of cases that nobody helped, of those strategies in which it is more
    than is tolerated"""
    refused: dict[str, tuple[float, float]]
    """by strategy how many owners of outlets lose money, and how many there are, on average; of
    those strategies in which some do"""
    best: str
    """strategy with the best first response of known goal, of those that keep all limits; empty
    where none does"""
    front: pd.DataFrame
    """a row a strategy: on (whether it is on the Pareto front of the first two responses, among
    those that keep all limits), share (of bootstrap samples in which it is)"""
    verdict: list[str]

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
    runs: pd.DataFrame,
    responses: Mapping[str, Response | Mapping[str, Any]] | Sequence[str],
    baseline: str = "",
    unhelped: float = UNHELPED,
) -> Comparison:
    """Compare the strategies of a table of runs (columns strategy, replication, key figures).

    Only replications that all strategies have count. responses: names, or for each what is asked of
    it (`Response`, or `{"goal": "max", "unit": "EUR"}`); baseline: the first strategy where empty;
    unhelped: share of cases up to which nobody needs to be told that they are never helped.
    Raises QuestionError where there are fewer than two strategies or replications, or a name is
    unknown.
    """
    asked = _asked(responses)
    if not asked:
        raise QuestionError("name a response at least")
    if not 0 <= unhelped <= 1:
        raise QuestionError(f"unhelped is a share from 0 to 1, but it is {unhelped:g}")
    if gone := {"strategy", "replication"} - set(runs.columns):
        raise QuestionError(f"the table of runs has no column {joined(sorted(gone))}")
    if runs.duplicated(["strategy", "replication"]).any():
        twice = runs[runs.duplicated(["strategy", "replication"])].iloc[0]
        said = f"replication {twice['replication']} of {twice['strategy']}"
        raise QuestionError(f"{said} stands twice in the table of runs")
    measures = [Measure.of(name, response) for name, response in asked.items()]
    names = list(dict.fromkeys(runs["strategy"]))
    if len(names) < 2:
        raise QuestionError(
            f"a comparison needs two strategies; there is {joined(names) or 'none'}"
        )
    baseline = baseline or names[0]
    if baseline not in names:
        raise QuestionError(f"there is no strategy '{baseline}' (they are: {'; '.join(names)})")
    left, refused = _left_unhelped(runs, names, unhelped), _refused(runs, names)
    many = np.isin(names, list(left))
    cubes = {m.name: _cube(runs, m, names, many) for m in measures}
    count = next(iter(cubes.values())).seen.shape[1]
    if count < 2:
        raise QuestionError(
            "a comparison needs two replications that all strategies have; give -r 5 to each run"
        )
    at = names.index(baseline)
    tables = {m.name: _table(names, cubes[m.name], at, m) for m in measures}
    allowed = np.all([table["kept"] for table in tables.values()], axis=0)
    for m in measures:
        tables[m.name]["can_be_best"] = _can_be_best(cubes[m.name], m, allowed)
    known = [m for m in measures if tables[m.name]["mean"].notna().any() and m.goal is not None]
    seen = {m.name: cubes[m.name].seen for m in measures}
    return Comparison(
        baseline, count, measures, tables, left, refused, best_of(known, tables),
        _front(names, known[:2], cubes, allowed, refused),
        verdict(baseline, measures, tables, seen, left, refused),
    )  # fmt: skip


def _asked(
    responses: Mapping[str, Response | Mapping[str, Any]] | Sequence[str],
) -> dict[str, Response]:
    if isinstance(responses, str) or not isinstance(responses, Mapping):
        names = [responses] if isinstance(responses, str) else responses
        return {name: Response() for name in names}
    found: dict[str, Response] = {}
    for name, asked in responses.items():
        try:
            found[name] = Response.model_validate(in_its_unit(name, asked))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(("responses", name, *(str(step) for step in first["loc"])))
            known = ", ".join(Response.model_fields)
            raise QuestionError(f"{where}: {in_words(first)} (known: {known})") from error
        except ValueError as error:
            raise QuestionError(f"responses.{name}: {error}") from error
    return found


def _cube(
    runs: pd.DataFrame, measure: Measure, names: list[str], left: NDArray[np.bool_]
) -> Values:
    seen = _values(runs, measure.name, names)
    twin = at_worst(measure.name)
    if not measure.at_worst or twin not in runs:
        return Values(seen, seen, left)
    worst = _values(runs, twin, names)
    return Values(seen, np.where(np.isnan(seen), np.nan, worst), left)


def _values(runs: pd.DataFrame, name: str, names: list[str]) -> Floats:
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


def _left_unhelped(runs: pd.DataFrame, names: list[str], tolerated: float) -> dict[str, float]:
    """Share of the cases that nobody helped, of strategies in which it is more than tolerated."""
    if "unhelped_share" not in runs:
        return {}
    shares = runs.groupby("strategy")["unhelped_share"].mean()
    return {name: float(shares[name]) for name in names if shares[name] > tolerated}


def _refused(runs: pd.DataFrame, names: list[str]) -> dict[str, tuple[float, float]]:
    """How many owners lose money, and how many there are, where some do."""
    if not {"owners", "owners_losing"} <= set(runs.columns):
        return {}
    means = runs.groupby("strategy")[["owners_losing", "owners"]].mean()
    found = {str(name): (lose, of) for name, lose, of in means.itertuples()}
    return {name: found[name] for name in names if found[name][0] > 0}


def _table(names: list[str], values: Values, at: int, measure: Measure) -> pd.DataFrame:
    alone, worst = mean_interval(values.seen, LEVEL), mean_interval(values.worst, LEVEL).mean
    judged = np.where(values.unhelped, worst, alone.mean)
    columns = {
        "mean": alone.mean, "half_width": alone.half_width, "at_worst": worst, "judged": judged,
    }  # fmt: skip
    found = pd.DataFrame(columns, index=names)
    apart = paired_differences(values.seen, at, LEVEL, "holm")
    # the times of a baseline that leaves many without help have no end, and are no yardstick
    endless = measure.at_worst and measure.goal == "min" and bool(values.unhelped[at])
    yardstick = np.fmin.reduce(alone.mean) if endless else alone.mean[at]
    matters = measure.threshold(float(yardstick), alone.mean.tolist())
    columns = {
        "difference": apart.difference, "lower": apart.lower, "upper": apart.upper,
        "percent": apart.percent, "percent_lower": apart.percent_lower,
        "percent_upper": apart.percent_upper, "p": apart.p_value, "holm": apart.adjusted_p,
        "variance_reduction": apart.variance_reduction,
    }  # fmt: skip
    for name, column in columns.items():
        found[name] = math.nan
        found.loc[np.array(names)[apart.strategy], name] = column
    found["matters"] = matters
    found["verdict"] = ""
    found["of_the_helped"] = ""
    others = np.array(names)[apart.strategy]
    found.loc[others, "verdict"] = words(values, at, matters, measure)
    found.loc[others, "of_the_helped"] = words(
        Values(values.seen, values.seen, values.unhelped), at, matters, measure
    )
    found["kept"] = [
        # few who are not helped may wait as long as they like
        measure.keeps(mean) and measure.keeps(most)
        for mean, most in zip(alone.mean.tolist(), judged.tolist(), strict=True)
    ]
    return found


def words(values: Values, at: int, matters: float, measure: Measure) -> list[str]:
    """Of each strategy but the one at `at`, what it is against that one."""
    told = []
    for cube in (values.seen, values.worst):
        apart = paired_differences(cube, at, LEVEL, "holm")
        rows = zip(apart.difference, apart.lower, apart.upper, strict=True)
        told.append([judged(d, low, high, matters, measure.goal) for d, low, high in rows])
        if values.worst is values.seen:
            return told[0]
    return [in_both(*pair) for pair in zip(*told, strict=True)]


def _can_be_best(values: Values, measure: Measure, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(strategies,) of those that keep all limits, which the replications do not rule out; nobody
    where it is not known which way is better."""
    known = np.flatnonzero(allowed & ~np.isnan(values.seen).all(axis=1))
    found = np.zeros(len(values.seen), dtype=bool)
    if measure.goal is None:
        return found
    complete = (~np.isnan(values.seen[known])).all(axis=0).sum() > 1
    if len(known) > 1 and complete:
        for cube in (values.seen, values.worst):
            found[known] |= compare_with_best(cube[known], LEVEL, measure.goal).can_be_best
    else:
        found[known] = True
    return found


def _front(
    names: list[str], measures: list[Measure], cubes: dict[str, Values],
    allowed: NDArray[np.bool_], refused: dict[str, tuple[float, float]],
) -> pd.DataFrame:  # fmt: skip
    """Of these figures; strategies without one, or beyond a limit, are not on it, and what owners
    would refuse beats only what they would refuse too."""
    on, share = np.zeros(len(names), dtype=bool), np.zeros(len(names))
    if measures:
        signs = np.array([1.0 if m.goal == "min" else -1.0 for m in measures])
        cube = np.stack([cubes[m.name].judged for m in measures], axis=1) * signs[:, None]
        known = allowed & ~np.isnan(cube).any(axis=(1, 2))
        if known.any():
            lose = np.isin(names, list(refused))[known]
            against = lose[:, None] | ~lose
            on[known] = front(cube[known].mean(2), against)
            resamples = min(1000, max(50, 200_000 // int(known.sum())))  # of many, fewer will do
            share[known] = front_share(cube[known], 0, resamples, against)
    return pd.DataFrame({"on": on, "share": share}, index=names)
