"""A comparison in sentences for a planner."""

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .judge import BETTER, MANY, NOTHING, UNKNOWN, WORSE, needed
from .measure import MOST, Measure, joined

Row = dict[str, Any]
Tables = dict[str, pd.DataFrame]
LONGER = "as those who are never helped may wait much longer"
FEW_LEFT = "as a few are never helped"
FEW = 5
"""replications below which a sentence says how many more are needed"""


def verdict(
    baseline: str, measures: list[Measure], tables: Tables,
    values: dict[str, NDArray[np.float64]], unhelped: dict[str, float],
    refused: dict[str, tuple[float, float]],
) -> list[str]:  # fmt: skip
    """Sentences for a planner. values: by response, (strategies, replications); unhelped, refused:
    see `Comparison`."""
    said = [*_without_value(measures, tables), *_never_helped(unhelped, measures, tables)]
    for m in measures:
        gone = tables[m.name][~tables[m.name]["kept"]]
        sure = gone["mean"].map(m.keeps).eq(False)
        if sure.any():
            said.append(
                f"Out of the question, with {m.name} {m.beyond}: {joined(gone.index[sure])}."
            )
        if not sure.all():
            names = joined(gone.index[~sure])
            said.append(f"Left out: {names}; {m.name} may be {m.beyond}, {LONGER}.")
    every = tables[measures[0].name].index
    allowed = [n for n in every if all(tables[m.name].at[n, "kept"] for m in measures)]
    if not allowed:
        return [*said, f"No strategy keeps all limits. {_nearest(measures, tables)}".rstrip()]
    told = [m for m in measures if tables[m.name].loc[allowed, "mean"].notna().any()]
    for m in told:
        said.append(_best(m, tables[m.name], allowed, values[m.name], unhelped))
    count = values[measures[0].name].shape[1]
    if told and told[0].goal is not None:
        first, *others = told
        leader = _leader(first, tables[first.name], allowed)
        if leader != baseline:
            sentence = _against(leader, baseline, first, others, tables, count)
            if _row(tables[first.name], leader)["verdict"] == BETTER:
                sentence = although(leader, unhelped, baseline) + sentence
            said.append(sentence)
        if leader in refused:
            said.append(would_refuse(leader, *refused[leader]))
    if count < FEW and not any(" are few: " in sentence for sentence in said):
        said.append(f"{count} replications are few: {FEW} at least are advised.")
    return said


def although(leader: str, unhelped: dict[str, float], baseline: str = "") -> str:
    """What is to be said before a strategy that leaves many without help is called better (than
    the baseline, where one is named); empty where it does not."""
    if leader not in unhelped:
        return ""
    other = f"{100 * unhelped[baseline]:.1f} %" if baseline in unhelped else "few"
    against = f", and {other} in {baseline}" if baseline else ""
    share = f"{100 * unhelped[leader]:.1f} %"
    return f"Although {share} of the cases are never helped in {leader}{against}: "


def would_refuse(name: str, lose: float, of: float) -> str:
    """Of a strategy in which so many of the owners lose money."""
    who = f"{lose:.1f} of {of:.0f}".replace(".0 of", " of")
    return f"In {name}, {who} owners of outlets lose money on average: they would refuse."


def _without_value(measures: list[Measure], tables: Tables) -> list[str]:
    """Which figures have nothing to say of which strategies."""
    said = []
    for m in measures:
        table = tables[m.name]
        none = table.index[table["mean"].isna()]
        if len(none):
            who = "any of these strategies" if len(none) == len(table) else joined(none)
            limit = ", so its limit cannot be judged" if m.limited else ""
            said.append(
                f"{m.name} has no value in {who} (there is nothing that it could speak of){limit}."
            )
    return said


def _never_helped(
    unhelped: dict[str, float], measures: list[Measure], tables: Tables
) -> list[str]:  # fmt: skip
    """Strategies in which more cases than tolerated are never helped."""
    if not unhelped:
        return []
    groups: dict[str, list[str]] = {}
    for name, share in sorted(unhelped.items(), key=lambda item: -item[1]):
        groups.setdefault(f"{100 * share:.1f} %", []).append(name)
    if len(unhelped) == len(tables[measures[0].name]) and len(groups) == 1:
        who = f"{next(iter(groups))} of the cases that came, in every strategy"
    else:
        each = [f"{percent} in {joined(names)}" for percent, names in groups.items()]
        if len(each) > MOST:
            each = [*each[: MOST - 1], "less in others"]
        who = "; ".join([each[0].replace(" in ", " of the cases that came, in ", 1), *each[1:]])
    rest = " Times and shares that rest on them are bounds." if any(
        m.at_worst for m in measures) else ""  # fmt: skip
    if not any(m.name == "unhelped_share" for m in measures):
        rest += " A limit on unhelped_share leaves such strategies out."
    return [f"Never helped (still open, given up or referred away) are {who}.{rest}"]


def _nearest(measures: list[Measure], tables: Tables) -> str:
    """Which strategy comes nearest to each limit that nobody keeps."""
    said = []
    for m in measures:
        table = tables[m.name]
        beyond = table["judged"].map(m.excess).dropna()
        if not table["kept"].any() and len(beyond):
            name = str(beyond.idxmin())
            row = _row(table, name)
            shown = m.shown(row["mean"], row["at_worst"])
            said.append(f"Nearest to the limit of {m.name} is {name} ({shown}).")
    return " ".join(said)


def best_of(known: list[Measure], tables: Tables) -> str:
    """The strategy with the best first figure, of those that keep all limits; empty where there is
    none. known: figures that have a value and a goal."""
    if not known:
        return ""
    first = tables[known[0].name]
    allowed = [n for n in first.index if all(table.at[n, "kept"] for table in tables.values())]
    return _leader(known[0], first, allowed) if first.loc[allowed, "mean"].notna().any() else ""


def _leader(m: Measure, table: pd.DataFrame, allowed: list[str]) -> str:
    judged = table.loc[allowed, "judged"].dropna()
    return str(judged.idxmin() if m.goal == "min" else judged.idxmax())


def _best(
    m: Measure, table: pd.DataFrame, allowed: list[str], values: NDArray[np.float64],
    unhelped: dict[str, float],
) -> str:  # fmt: skip
    """Who has the best of one figure."""
    means, count = table.loc[allowed, "mean"].dropna(), values.shape[1]
    if m.goal is None:
        low, high = str(means.idxmin()), str(means.idxmax())
        if low == high:
            return f"{m.name} is {m.shown(float(means[low]))} in all of them."
        return (
            f"{m.name} is lowest in {low} ({m.shown(float(means[low]))}) and highest in {high} "
            f"({m.shown(float(means[high]))}); which is better is not known: give it a goal."
        )
    leader = _leader(m, table, allowed)
    word = "Lowest" if m.goal == "min" else "Highest"
    shown = m.shown(float(means[leader]), float(table["at_worst"][leader]))
    left = f"; {100 * unhelped[leader]:.1f} % are never helped" if leader in unhelped else ""
    best = f"{word} {m.name}: {leader} ({shown}{left})"
    if len(allowed) == 1:
        return f"{best}, the only strategy that keeps all limits."
    row = {name: i for i, name in enumerate(table.index)}
    apart = {n: means[n] - means[leader] for n in means.index if n != leader}
    if not apart:
        return f"{best}, the only strategy of which it is known."
    rivals = [name for name in apart if table.at[name, "can_be_best"]]
    nearest = min(rivals or apart, key=lambda name: abs(apart[name]))
    matters = float(table["matters"].iloc[0])
    more = needed(values[row[leader]], values[row[nearest]], matters, len(apart))
    if not rivals:
        few = f" {count} replications are few: {max(more, FEW)} are advised." if count < FEW else ""
        close = [name for name, gap in apart.items() if abs(gap) <= matters]
        verb = "is" if len(close) == 1 else "are"
        near = f", though {joined(close)} {verb} behind by less than matters" if close else ""
        return f"{best}; no other can be as good (95 %, {count} replications){near}.{few}"
    said = f"{best}; with {count} replications it cannot be told apart from {joined(rivals)}"
    bounds = table.loc[[leader, *rivals]]
    if not np.allclose(bounds["mean"], bounds["at_worst"]) and (
        more <= count or any(name in unhelped for name in (leader, *rivals))
    ):
        many = any(name in unhelped for name in (leader, *rivals))
        return f"{said}, {LONGER if many else FEW_LEFT}."
    if abs(apart[nearest]) <= matters:
        return f"{said}; the gap seen would not matter."
    if more <= count:
        return f"{said}."
    advice = f"about {more}" if more < MANY else f"{MANY:,} or more"
    return f"{said}; {advice} would be needed if {nearest} is as far behind as it seems."


def _against(
    leader: str, baseline: str, first: Measure, others: list[Measure], tables: Tables, count: int
) -> str:
    """`partner beats company by 4 to 9 % on cost, with no difference that matters in response`."""
    row = _row(tables[first.name], leader)
    if row["verdict"] == NOTHING:
        return (
            f"{leader} is no better than {baseline} on {first.name} by a difference that matters "
            f"({_span(row, first, signed=True)})."
        )
    if row["verdict"] == WORSE:
        return (
            f"{leader} is worse than {baseline} on {first.name} by {_span(row, first)}, but "
            f"{baseline} does not keep all limits for sure."
        )
    if row["verdict"] != BETTER:
        helped = row["of_the_helped"]
        why = f" at worst; {helped} by {_span(row, first)} for those helped" if (
            helped in (BETTER, WORSE)) else f" with {count} replications"  # fmt: skip
        return f"{leader} and {baseline} cannot be told apart on {first.name}{why}."
    gains = []
    for m in others:
        other = _row(tables[m.name], leader)
        if math.isnan(other["lower"]):
            continue
        span = _span(other, m, signed=other["verdict"] in (NOTHING, UNKNOWN))
        if other["verdict"] == NOTHING:
            gains.append(f"no difference that matters in {m.name} ({span})")
        elif other["verdict"] == UNKNOWN and other["of_the_helped"] in (BETTER, WORSE):
            how = f"{_more(m, other)} by {_span(other, m)}"
            gains.append(f"{m.name} {how} for those helped, not sure at worst")
        elif other["verdict"] == UNKNOWN:
            gains.append(f"no difference shown in {m.name} ({span})")
        else:
            gains.append(f"{m.name} {_more(m, other)} by {span}")
    price = f", with {joined(gains)}" if gains else ""
    return f"{leader} beats {baseline} by {_span(row, first)} on {first.name}{price}."


def _more(m: Measure, row: Row) -> str:
    which = "higher" if row["difference"] > 0 else "lower"
    if m.goal is None:
        return which
    return f"{which} ({'worse' if m.worse(row['difference']) else 'better'})"


def _span(row: Row, m: Measure, signed: bool = False) -> str:
    """`4 to 9 %`, by Fieller's interval; in the unit where the baseline may be 0."""
    low, high = row["percent_lower"], row["percent_upper"]
    unit = "%"
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high, unit = row["lower"], row["upper"], m.unit
    if m.unit == "share":
        low, high, unit = 100 * row["lower"], 100 * row["upper"], "points"
    if not signed:
        low, high = sorted((abs(low), abs(high)))
    for digits in (0, 1, 2):
        ends = f"{low:.{digits}f}", f"{high:.{digits}f}"
        if ends[0] != ends[1] and (digits or max(abs(low), abs(high)) >= 10):
            break
    return f"{ends[0]} to {ends[1]} {unit}"


def _row(table: pd.DataFrame, name: str) -> Row:
    return {str(column): table.at[name, column] for column in table}
