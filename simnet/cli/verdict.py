"""A comparison on the terminal: a table by response, and the verdict."""

import math
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from .show import number, table, tell

if TYPE_CHECKING:
    import pandas as pd

    from simnet.experiment import Comparison, Measure, Selected

MOST = 16
"""strategies that are shown, however good they are"""
KINDS = {
    "terminating": "a terminating question: everything from the start on counts",
    "steady_state": "a steady-state question: the start is left out",
}


def show_comparison(
    screen: Console, found: "Comparison", statistics: bool = False, kind: str = ""
) -> None:
    """Print it. statistics: with p-values, what pairing gained, and the Pareto front."""
    from simnet.experiment.judge import BETTER, UNKNOWN, WORSE
    from simnet.experiment.measure import bound

    notable = _notable(found)
    heads = ["", "mean", "difference", "95 % together", "", ""]
    more = ["± 95 %", "p (Holm)", "pairing", ""] if statistics else []
    for measure in found.measures:
        rows = found.tables[measure.name]
        lines = []
        for name in notable:
            row: dict[str, Any] = {str(column): rows.at[name, column] for column in rows}
            word = "baseline" if name == found.baseline else row["verdict"]
            mean = f"{bound(row['mean'], row['at_worst'])}{_amount(row['mean'], measure)}"
            broken = "may break limit" if measure.keeps(row["mean"]) else "breaks limit"
            limit = "" if row["kept"] else broken
            if row["verdict"] == UNKNOWN and row["of_the_helped"] in (BETTER, WORSE):
                helped = f"{row['of_the_helped']} for those helped"
                limit = ", ".join(filter(None, (helped, limit)))
            if name in found.refused and measure is found.measures[0]:
                lose, of = found.refused[name]
                who = f"{lose:.1f} of {of:.0f}".replace(".0 of", " of")
                limit = ", ".join(filter(None, (limit, f"{who} owners lose")))
            if name in found.unhelped and measure is found.measures[0]:
                share = f"{100 * found.unhelped[name]:.1f} % never helped"
                limit = ", ".join(filter(None, (share, limit)))
            line = [name, mean, *_difference(row, measure), word, limit]
            lines.append([*line, *(_statistics(found, measure, row, name) if more else [])])
        unit = f", {measure.unit}" if measure.unit not in ("", "share", "money") else ""
        title = f"{measure.name}{unit}" + (f": {measure.meaning}" if measure.meaning else "")
        screen.print()
        screen.print(table(title, [*heads, *more], lines))
    left = len(found.front) - len(notable)
    if left:
        screen.print(f"[dim]{left} others, see runs.csv and the pictures.[/dim]")
    screen.print()
    for sentence in found.verdict:
        screen.print(escape(sentence))
    said = f"{found.replications} replications with the same random numbers for all strategies"
    screen.print(f"[dim]{said}{'; ' + KINDS[kind] if kind else ''}.[/dim]")


def _statistics(
    found: "Comparison", measure: "Measure", row: dict[str, Any], name: str
) -> list[str]:
    front = found.front.loc[name, "on"] and len(found.measures) > 1
    return [
        _amount(row["half_width"], measure),
        "" if math.isnan(row["holm"]) else f"{row['holm']:.3f}",
        f"{row['variance_reduction']:.1f} x" if math.isfinite(row["variance_reduction"]) else "",
        ", ".join(filter(None, ["may be best" if row["can_be_best"] else "",
                                "front" if front else ""])),
    ]  # fmt: skip


def _notable(found: "Comparison") -> list[str]:
    """Strategies to show: all, or of many those that somebody may choose."""
    names = [str(name) for name in found.front.index]
    if len(names) <= MOST:
        return names
    return [
        name for name in names
        if name == found.baseline or found.front.at[name, "on"]
        or any(table.at[name, "can_be_best"] for table in found.tables.values())
    ]  # fmt: skip


def _amount(value: float, measure: "Measure") -> str:
    return number(value, "share" if measure.unit == "share" else "")


def _difference(row: dict[str, float], measure: "Measure") -> tuple[str, str]:
    """Difference from the baseline and its interval; in percent where that can be said."""
    if math.isnan(row["difference"]):
        return "", ""
    if measure.unit == "share":
        d, low, high = (100 * row[k] for k in ("difference", "lower", "upper"))
        return f"{d:+.1f} points", f"{low:+.1f} to {high:+.1f}"
    low, high = row["percent_lower"], row["percent_upper"]
    plain = abs(row["difference"]) > row["matters"] and abs(row["percent"]) < 0.05
    if math.isfinite(low) and math.isfinite(high) and abs(row["percent"]) < 1000 and not plain:
        return f"{row['percent']:+.1f} %", f"{low:+.1f} to {high:+.1f} %"
    said = [_signed(row[name]) for name in ("difference", "lower", "upper")]
    return said[0], f"{said[1]} to {said[2]}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.3g}"


def show_answer(screen: Console, answer: "Selected | dict[str, pd.DataFrame] | None") -> None:
    """The best that was selected, or what the factors do."""
    if answer is None:
        return
    if not isinstance(answer, dict):
        screen.print()
        screen.print(f"[bold]{escape(answer.statement)}[/bold]")
        return
    for name, effects in answer.items():
        lines = [[_cell(effects.at[row, column]) for column in effects] for row in effects.index]
        screen.print()
        screen.print(table(name, [str(c).replace("_", " ") for c in effects], lines))


def _cell(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def show_failed(failed: dict[str, str]) -> None:
    """Which strategies came to nothing, and why; on standard error."""
    for name, why in failed.items():
        tell(f"strategy '{name}' failed: {why}")
