"""Pictures with which a planner compares strategies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations

import pandas as pd
from matplotlib.figure import Figure

from simnet.plots.view import NothingToShow

from . import curve, forest, heatmap, hours_and_money, tornado, tradeoff, warm_up
from .common import ABOUT, About, Axis, levels_of, numeric, slug

__all__ = ["ABOUT", "About", "Axis", "pictures", "tornado", "warm_up"]


def pictures(
    runs: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    front: pd.DataFrame,
    axes: Sequence[Axis],
    factors: Sequence[str] = (),
    about: About = ABOUT,
) -> Iterator[tuple[str, Figure]]:
    """(name of file, picture) of all that make sense for these strategies.

    runs: a row a run: strategy, replication, a column per factor and per key figure; tables: by
    response, a row a strategy (mean, half_width, difference, lower, upper, percent, percent_lower,
    percent_upper, kept, can_be_best); front: a row a strategy (on, share); axes: the responses.
    """
    levels = levels_of(runs, factors)
    varied = [str(name) for name in levels]
    drawn: dict[str, Callable[[], Figure]] = {
        "tradeoff": partial(tradeoff.draw, tables, front, axes, levels, about),
        "hours-and-money": partial(hours_and_money.draw, runs, (), levels, about),
        "forest": partial(forest.draw, tables, axes, levels, about),
    }
    for factor in varied:
        if numeric(levels[factor]) and levels[factor].nunique() > 2:
            for axis in axes[:2]:
                name = f"curve-{slug(factor)}-{slug(axis.name)}"
                drawn[name] = partial(curve.draw, tables[axis.name], levels, factor, axis, about)
    first = axes[0]
    for pair in combinations(varied, 2):
        name = f"heatmap-{slug(pair[0])}-{slug(pair[1])}"
        drawn[name] = partial(heatmap.draw, tables[first.name], levels, *pair, first, about)
    for name, draw in drawn.items():
        try:
            yield name, draw()
        except NothingToShow:  # such as a heat map of levels that were never together
            continue
