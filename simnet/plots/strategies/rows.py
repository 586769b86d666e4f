"""Pictures with a row for each strategy: which are shown, how high the figure is, their names."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from simnet.plots import style
from simnet.plots.strategies import common
from simnet.plots.strategies.about import About

MOST = 40
"""rows at most"""
FEW = 8
"""rows that have room for names of two lines"""
ROW, REST = 0.215, 1.9
"""inches of a row where there are many, and of what is above and below the rows"""


def shown(order: Sequence[str], about: About) -> tuple[list[str], str]:
    """The first MOST strategies, the baseline among them, and a note where some are left out."""
    if len(order) <= MOST:
        return list(order), ""
    kept = list(order[:MOST])
    if about.baseline in order and about.baseline not in kept:
        kept[-1] = about.baseline
    return kept, f"{MOST} of {len(order):,} strategies, the best ones"


def height(count: int, more: float = 0.0) -> float:
    """Inches of a figure with so many rows, and `more` above them."""
    return max(style.SIZE[1], ROW * count + REST + more)


def names(
    axes: Axes, strategies: Sequence[str], levels: pd.DataFrame | None, about: About, most: int = 30
) -> None:  # fmt: skip
    """Rows from the top down, with their names on the left; the baseline's is in bold."""
    called = common.called(strategies, levels, about)
    if len(strategies) <= FEW:
        lines = common.wrapped(called, most, "strategy")
    else:
        lines = common.brief(called, most + 2)
    axes.set_yticks(range(len(strategies)), lines)
    axes.set_ylim(max(len(strategies), 3) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    for strategy, tick in zip(strategies, axes.get_yticklabels(), strict=True):
        if strategy == about.baseline:
            tick.set_fontweight("bold")
