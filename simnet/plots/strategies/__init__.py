"""Pictures with which a planner compares strategies. No display is needed.

about = About(baseline="4 outlets", replications=20, currency="EUR")
for name, figure in pictures(runs, tables, front, axes, ["outlets", "who"], about):
    style.save(figure, f"results/{name}")

Each picture is a module with a function `draw`: tradeoff, forest, curve, heatmap, hours_and_money,
tornado, warm_up. They raise NothingToShow where there is nothing to draw.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from simnet.plots.strategies.about import ABOUT, About, Axis
from simnet.plots.view import NothingToShow

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["ABOUT", "About", "Axis", "NothingToShow", "pictures"]

AXES = 2
"""responses of which there are curves, heat maps and tornados"""


def pictures(
    runs: "pd.DataFrame",
    tables: "Mapping[str, pd.DataFrame]",
    front: "pd.DataFrame | None",
    axes: Sequence[Axis],
    factors: Sequence[str] = (),
    about: About = ABOUT,
    effects: "Mapping[str, pd.DataFrame] | None" = None,
    only: "Callable[[str], bool]" = bool,
) -> "Iterator[tuple[str, Figure]]":
    """(file name, figure) of the pictures that make sense, one after the other.

    runs: a row a run, with columns strategy, one per factor (its level), replication, and one per
    key figure; tables: by response, a row a strategy: mean, half_width, difference from the
    baseline, lower, upper, percent, percent_lower, percent_upper, kept, can_be_best; empty where
    nothing was compared; front: a row a strategy: on and share; axes: the responses, the most
    important first; factors: names of the columns of `runs` that were varied; effects: by response,
    what `tornado.draw` takes; only: whether a picture of this name is wanted.
    """
    for name, draw in _drawings(runs, tables, front, axes, factors, about, effects or {}):
        if not only(name):
            continue
        try:
            figure = draw()
        except NothingToShow:
            continue
        yield name, figure


def _drawings(
    runs: "pd.DataFrame",
    tables: "Mapping[str, pd.DataFrame]",
    front: "pd.DataFrame | None",
    axes: Sequence[Axis],
    factors: Sequence[str],
    about: About,
    effects: "Mapping[str, pd.DataFrame]",
) -> "Iterator[tuple[str, Callable[[], Figure]]]":
    from simnet.plots.strategies import (
        common,
        curve,
        forest,
        heatmap,
        hours_and_money,
        tornado,
        tradeoff,
    )

    levels = common.levels_of(runs, factors)
    axes = [axis for axis in axes if axis.name in tables]
    if len(axes) > 1 and front is not None:
        yield "tradeoff", partial(tradeoff.draw, tables, front, axes, levels, about)
    if axes:
        yield "forest", partial(forest.draw, tables, axes, levels, about)
    order = common.ordered(axes[0], tables[axes[0].name]) if axes else ()
    yield "hours_and_money", partial(hours_and_money.draw, runs, order, levels, about)
    values = {str(name): common.values_of(levels[name]) for name in levels}
    numbers = [name for name, found in values.items() if common.numeric(found)]
    for axis in axes[:AXES]:
        table = tables[axis.name].assign(kept=common.kept(tables))
        end = common.slug(axis.name)
        for name in numbers:
            if len(values[name]) > 2:
                yield (
                    f"curve-{common.slug(name)}-{end}",
                    partial(curve.draw, table, levels, name, axis, about),
                )
        if len(values) == 2:
            # numbers go across, where there are some
            down, across = sorted(values, key=lambda name: name in numbers)
            yield f"heatmap-{end}", partial(heatmap.draw, table, levels, down, across, axis, about)
        elif axis is axes[0]:  # of more factors each pair, as means over the others
            for pair in combinations(values, 2):
                if not common.crossed(levels, *pair):
                    continue
                down, across = sorted(pair, key=lambda name: name in numbers)
                name = f"heatmap-{end}-{common.slug(down)}-{common.slug(across)}"
                yield name, partial(heatmap.draw, table, levels, down, across, axis, about)
    for axis in axes[:AXES]:
        if axis.name in effects and about.baseline in tables[axis.name].index:
            usual = tables[axis.name].loc[[about.baseline]]
            base, (bound,) = float(usual["mean"].iloc[0]), common.bounds(usual)
            yield (
                f"tornado-{common.slug(axis.name)}",
                partial(tornado.draw, effects[axis.name], axis, base, about, bound),
            )
