"""Where the hours and the money of each strategy go."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from simnet.accounts import WAITS
from simnet.plots import style, waits
from simnet.plots.strategies import common, rows
from simnet.plots.strategies.about import ABOUT, About
from simnet.plots.view import NothingToShow

COST = "cost_per_year: "
WAIT = "wait_"
MOST = 8
"""categories of cost at most, with the sum of the smallest"""
DAYS = 240.0
"""hours that are said in days; of fewer, the differences of short bars would be lost"""
OTHERS = "#b3b3b3"
RELATED = {
    "hotline": "hotline", "technicians": "technician", "travel": "travel", "parts": "part",
}  # fmt: skip
"""categories of cost with the colour of a wait"""


@dataclass(frozen=True)
class Stack:
    """What the bars of one panel are made of."""

    parts: pd.DataFrame
    """a row a strategy, a column a part from left to right: means over replications"""
    words: dict[str, str]
    colours: dict[str, str]


def hours(runs: pd.DataFrame) -> Stack:
    """Mean hours by stage, in the order in which a case goes through them."""
    names = [name for name in WAITS if WAIT + name in runs]
    found = _means(runs, [WAIT + name for name in names])
    found.columns = pd.Index(names)
    whole = found.sum(axis=1)
    seen = [name for name in names if (found[name] >= 0.0005 * whole).any() and found[name].any()]
    return Stack(found[seen], waits.STAGES, waits.COLOURS)


def money(runs: pd.DataFrame) -> Stack:
    """Mean cost a year by category, the largest first and the smallest together."""
    columns = [str(name) for name in runs if str(name).startswith(COST)]
    # a category that a strategy has not is one that it does not pay for
    filled = runs[["strategy", *columns]].fillna(0.0)
    found = _means(filled, columns)
    found.columns = pd.Index([name.removeprefix(COST) for name in columns])
    found = found[found.mean().sort_values(ascending=False, kind="stable").index]
    found = found.loc[:, (found != 0).any()]
    if found.shape[1] > MOST:
        rest = found.iloc[:, MOST - 1 :]
        others = f"{rest.shape[1]} others"
        found = found.iloc[:, : MOST - 1].assign(**{others: rest.sum(axis=1)})
    names = [str(name) for name in found]
    colours = {name: waits.COLOURS[RELATED[name]] for name in names if name in RELATED}
    free = iter([c for c in style.PALETTE[::-1] if c not in colours.values()])
    for name in names:
        if name not in colours:
            colours[name] = OTHERS if name.endswith(" others") else next(free, OTHERS)
    words = {name: style.short(style.printable(name, "item"), 20) for name in names}
    return Stack(found, words, colours)


def _means(runs: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A row a strategy, in the order of the runs; what no replication knows is 0."""
    return runs.groupby("strategy", sort=False)[columns].mean().fillna(0.0)


@common.styled
def draw(
    runs: pd.DataFrame,
    order: Sequence[str] = (),
    levels: pd.DataFrame | None = None,
    about: About = ABOUT,
) -> Figure:
    """Stacked bars, hours on the left and money on the right, a row a strategy.

    runs: a row a run, with columns strategy, wait_* (hours) and `cost_per_year: *` (money);
    order: of the strategies from the top down, by cost where it is empty; levels: a row a strategy,
    a column a factor, for shorter names.
    """
    time, cost = hours(runs), money(runs)
    longest = float(time.parts.sum(axis=1).max()) if len(time.parts.columns) else 0.0
    unit_h = style.time_unit(min(longest, 71.0) if longest < DAYS else longest)
    unit_m = style.money_unit(
        float(cost.parts.sum(axis=1).max()), style.printable(about.currency, "money")
    )
    said = [
        (time, unit_h, "Time from first call to the end", f"mean time of a case, {unit_h.name}"),
        (cost, unit_m, "Money that the company pays", f"cost, {unit_m.name} a year"),
    ]
    said = [item for item in said if item[0].parts.to_numpy().sum() > 0]
    if not said:
        raise NothingToShow("No hours and no money to show: no case was brought to its end.")
    stacks = [item[0] for item in said]
    order = order or list(stacks[-1].parts.sum(axis=1).sort_values(kind="stable").index)
    strategies, note = rows.shown([name for name in order if name in stacks[0].parts.index], about)
    deep = max(-(-len(stack.parts.columns) // 3) for stack in stacks)
    figure = style.frame(
        "Where the hours and the money go" if len(stacks) == 2 else said[0][2],
        about.mean.capitalize(), about.note(note), about.foot, style.TOP,
        rows.height(len(strategies), 0.28 + 0.23 * deep),
    )  # fmt: skip
    panels = figure.subplots(1, len(stacks), sharey=True, squeeze=False)[0]
    for panel, (stack, unit, head, label) in zip(panels, said, strict=True):
        _bars(panel, stack, strategies, unit)
        panel.set_xlabel(label)
        if len(stacks) == 2:
            panel.set_title(head, pad=12 + 17 * deep)
        panel.legend(
            handles=[Patch(color=stack.colours[n], label=stack.words[n])
                     for n in map(str, stack.parts)],
            loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, handlelength=0.9,
            handletextpad=0.4, columnspacing=0.9, borderaxespad=0.2, borderpad=0.0,
            labelspacing=0.3,
        )  # fmt: skip
    rows.names(panels[0], strategies, levels, about, 26)
    return style.finish(figure)


def _bars(panel: Axes, stack: Stack, strategies: Sequence[str], unit: style.Unit) -> None:
    parts = stack.parts.loc[list(strategies)] / unit.size
    whole = parts.sum(axis=1).to_numpy(np.float64)
    longest = float(whole.max()) or 1.0
    spots = np.arange(len(strategies))
    left = np.zeros(len(strategies))
    for name in parts:
        sizes = parts[name].to_numpy(np.float64)
        panel.barh(spots, sizes, 0.74, left, color=stack.colours[str(name)], edgecolor="white",
                   linewidth=0.6)  # fmt: skip
        left = left + sizes
    for spot, total, text in zip(spots, whole, style.alike(list(whole), longest), strict=True):
        panel.annotate(text, (total, spot), xytext=(4, 0), textcoords="offset points",
                       va="center", size=style.SMALL, weight="bold")  # fmt: skip
    panel.set_xlim(0, 1.17 * longest)
    style.bars(panel)
    panel.locator_params(axis="x", nbins=5)
    panel.xaxis.set_major_formatter(lambda x, _: style.tick(x))
