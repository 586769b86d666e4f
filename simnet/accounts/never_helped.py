"""Who is never helped, in a sentence."""

from collections.abc import Mapping

import pandas as pd

UNHELPED = 0.01
"""share of the cases that may be left without help before an answer says so first, where nothing
else is said"""


def never_helped(
    total: Mapping[str, float], market: pd.DataFrame, outlet: pd.DataFrame, most: float = UNHELPED
) -> str:
    """How many cases nobody helped, of what kind, and where most; empty where they are no more than
    a share of `most`. total, market, outlet: key figures, see `Kpis`."""
    share = total["unhelped_share"]
    if not share > most:
        return ""
    left_open = total["open_cases"]
    kinds = [
        f"{number:,.0f} {what}"
        for number, what in (
            (left_open, "still open when the run ends"),
            (total["unhelped"] - left_open, "given up or referred away"),
        )
        if number >= 0.5
    ]
    came = f"{total['unhelped'] / share:,.0f}"
    said = f"{100 * share:.1f} % of {came} cases that came are never helped ({', '.join(kinds)})"
    worst = _worst(market, outlet)
    return f"{said}; worst is {worst}" if worst else said


def _worst(market: pd.DataFrame, outlet: pd.DataFrame) -> str:
    """The market or outlet, of several, with the largest share, if it is worse than all others."""
    found: list[tuple[float, str]] = []
    for kind, table in (("outlet", outlet), ("market", market)):
        if "unhelped_share" not in table or len(table) < 2:
            continue
        shares = table["unhelped_share"].dropna()
        if len(shares) > 1 and shares.max() > 1.1 * shares.median():
            found.append((float(shares.max()), f"{kind} {shares.idxmax()}"))
    share, name = max(found, key=lambda item: item[0], default=(0.0, ""))
    return f"{name} ({100 * share:.1f} %)" if name else ""
