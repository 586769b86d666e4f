"""A comparison in sentences for a planner."""

import math
from typing import Any

import pandas as pd

from .measure import Measure, joined

Row = dict[str, Any]


def verdict(
    baseline: str, count: int, measures: list[Measure], tables: dict[str, pd.DataFrame]
) -> list[str]:
    """Sentences for a planner."""
    said = []
    out = [m for m in measures if not tables[m.name]["kept"].all()]
    for m in out:
        gone = tables[m.name].index[~tables[m.name]["kept"]]
        limit = f"above {m.shown(m.at_most)}" if m.at_most is not None else ""
        least = f"below {m.shown(m.at_least)}" if m.at_least is not None else ""
        said.append(
            f"Out of the question, with {m.name} {' or '.join(filter(None, (limit, least)))}: "
            f"{joined(gone)}."
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
    leader = str(table["mean"].idxmin() if first.goal == "min" else table["mean"].idxmax())
    if leader != baseline:
        said.append(_against(leader, baseline, first, others, tables, count))
    return said


def _best(m: Measure, table: pd.DataFrame, allowed: list[str], count: int) -> str:
    """Who has the best of one figure."""
    means = table.loc[allowed, "mean"]
    leader = str(means.idxmin() if m.goal == "min" else means.idxmax())
    word = "Lowest" if m.goal == "min" else "Highest"
    best = f"{word} {m.name}: {leader} ({m.shown(float(means[leader]))}"
    rivals = [n for n in allowed if table.loc[n, "can_be_best"] and n != leader]
    if not rivals:
        return f"{best}); no other can be as good (95 %)."
    return f"{best}); with {count} replications it cannot be told apart from {joined(rivals)}."


def _against(
    leader: str, baseline: str, first: Measure, others: list[Measure],
    tables: dict[str, pd.DataFrame], count: int,
) -> str:  # fmt: skip
    """`partner beats company by 4 to 9 % on cost at no known difference in response`."""
    row = _row(tables[first.name], leader)
    if row["lower"] <= 0 <= row["upper"]:
        return (
            f"{leader} and {baseline} cannot be told apart on {first.name} with {count} "
            "replications."
        )
    gains = []
    for m in others:
        other = _row(tables[m.name], leader)
        if math.isnan(other["lower"]):
            continue
        if other["lower"] <= 0 <= other["upper"]:
            gains.append(f"no difference shown in {m.name} ({_span(other, m, signed=True)})")
        else:
            gains.append(f"{m.name} {_more(m, other)} by {_span(other, m)}")
    price = f", with {joined(gains)}" if gains else ""
    return f"{leader} beats {baseline} by {_span(row, first)} on {first.name}{price}."


def _more(m: Measure, row: Row) -> str:
    return ("higher" if row["difference"] > 0 else "lower") + (
        " (worse)" if m.worse(row["difference"]) else " (better)"
    )


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
