"""What strategies differ by from the baseline, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from simnet.plots import style
from simnet.plots.strategies import common, rows
from simnet.plots.strategies.about import ABOUT, About, Axis
from simnet.plots.view import NothingToShow

BETTER, WORSE, NOTHING = "better", "worse", "no difference that matters"
"""words of a comparison's column `verdict`"""
OF_THE_HELPED = "only for those helped"
"""what is better or worse only if those who were never helped are left aside"""
KNOWN = (BETTER, WORSE, NOTHING, OF_THE_HELPED)
BAND = "#d9d9d9"
"""of differences that are too small to matter"""
PANELS = 3
"""responses side by side at most"""
FAR = 4.0
"""what is so many times as far from 0 as most of the intervals reach is off the panel"""


@dataclass(frozen=True)
class Differences:
    """Of one response from the baseline; arrays of (rows,), NaN where there is none."""

    unit: str
    """%, points (of a share in percent), or the unit of the response"""
    middle: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    word: list[str]
    """BETTER, WORSE, NOTHING, OF_THE_HELPED, or else they cannot be told apart"""
    matters: float
    """the smallest difference that does"""


def differences(
    table: pd.DataFrame, axis: Axis, strategies: Sequence[str], currency: str = "money"
) -> Differences:
    """In percent of the baseline where all intervals of that are finite, else in the unit."""
    found = table.loc[list(strategies)]
    known = found["difference"].notna()
    finite = bool(np.isfinite(found.loc[known, ["percent_lower", "percent_upper"]]).all(axis=None))
    plain = found[["difference", "lower", "upper"]].to_numpy(np.float64)
    if axis.unit == "share":
        unit, values = "points", 100 * plain
    elif finite:
        unit, values = (
            "%",
            found[["percent", "percent_lower", "percent_upper"]].to_numpy(np.float64),
        )
    else:
        scale = common.unit_of(axis, plain, currency)
        unit, values = scale.name, plain / scale.size
    middle, lower, upper = values.T
    # what matters is in the unit of the figure: the same share of it as the differences are
    known = np.abs(plain) > 0
    scales = np.abs(values[known] / plain[known])
    scale_of_all = float(np.nanmedian(scales)) if np.isfinite(scales).any() else 0.0
    matters = float(table["matters"].iloc[0]) * scale_of_all
    words = [
        OF_THE_HELPED if word not in (BETTER, WORSE) and seen in (BETTER, WORSE) else word
        for word, seen in zip(found["verdict"], found["of_the_helped"], strict=True)
    ]
    return Differences(unit, middle, lower, upper, words, matters)


@common.styled
def draw(
    tables: Mapping[str, pd.DataFrame],
    axes: Sequence[Axis],
    levels: pd.DataFrame | None = None,
    about: About = ABOUT,
) -> Figure:
    """A row a strategy, the best of the first response on top, and a panel a response.

    tables: by response, a row a strategy: mean, difference from the baseline with lower and upper,
    percent with percent_lower and percent_upper, matters, verdict, of_the_helped; axes: the
    responses, of which the first three are drawn; levels: a row a strategy, a column a factor, for
    shorter names.
    """
    axes = axes[:PANELS]
    first = tables[axes[0].name]
    if not any(tables[axis.name]["difference"].notna().any() for axis in axes):
        raise NothingToShow("No differences to show: there is nothing beside the baseline.")
    strategies, note = rows.shown(common.ordered(axes[0], first), about)
    gaps = [differences(tables[a.name], a, strategies, about.currency) for a in axes]
    baseline = common.brief(common.called([about.baseline], levels, about), 40)[0]
    whole = differences(first, axes[0], list(first.index), about.currency)
    kept = common.kept(tables) if all("kept" in table for table in tables.values()) else None
    title = _title(axes[0], whole, baseline, kept)
    subtitle = f"{about.mean.capitalize()}, paired; 95 % intervals that hold all at once"
    figure = style.frame(
        title,
        subtitle,
        about.note(note),
        about.foot,
        style.TOP - 0.055,
        rows.height(len(strategies), 0.5),
    )
    panels = figure.subplots(1, len(axes), sharey=True, squeeze=False)[0]
    for panel, axis, gap in zip(panels, axes, gaps, strict=True):
        _panel(panel, gap, len(strategies))
        panel.set_title(f"{style.short(common.words(axis), 22)}, {gap.unit}".rstrip(", "),
                        size=style.FONT)  # fmt: skip
        less = axis.goal == "min"
        panel.set_xlabel(
            f"← {'better' if less else 'worse'}      {'worse' if less else 'better'} →"
        )
    rows.names(panels[0], strategies, levels, about, 30 if len(axes) > 2 else 36)
    if about.baseline in strategies:
        row = strategies.index(about.baseline)
        for panel in panels:
            panel.axhspan(row - 0.5, row + 0.5, color=style.SHADE, zorder=0)
            panel.plot([0], [row], "|", color=style.INK, markersize=12, markeredgewidth=2)
    _key(figure, gaps, about.baseline in strategies)
    return style.finish(figure)


def _title(axis: Axis, gap: Differences, baseline: str, kept: "pd.Series[bool] | None") -> str:
    """How many are better than the baseline in the first response, and keep all limits."""
    others, better = int((~np.isnan(gap.middle)).sum()), gap.word.count(BETTER)
    if kept is not None and not kept.any():
        return f"No strategy keeps all limits for sure; {better} of {others} beat {baseline}"
    if kept is not None and not kept.all():
        able = sum(word == BETTER and keeps for word, keeps in zip(gap.word, kept, strict=True))
        who = f"{able or 'None'} of {others} strategies"
        verb = "beats" if able <= 1 else "beat"
        return f"{who} {verb} {baseline} on {common.words(axis)} within the limits"
    verb = "beats" if better <= 1 else "beat"
    who = f"{better or 'None'} of {others} strategies" if others > 1 else "The other strategy"
    if others == 1:
        verb = "beats" if better else "does not beat"
    return f"{who} {verb} {baseline or 'the baseline'} on {common.words(axis)}"


def reach(gap: Differences) -> tuple[float, float]:
    """Limits of a panel: all intervals, but for what is far beyond most of them."""
    ends = np.concatenate([gap.lower, gap.upper, gap.middle])
    ends = ends[np.isfinite(ends)]
    if not len(ends) or not np.abs(ends).any():
        return -1.0, 1.0
    most = FAR * max(float(np.quantile(np.abs(ends), 0.6)), 1e-12)
    low, high = max(float(ends.min()), -most), min(float(ends.max()), most)
    span = max(high, 0.0) - min(low, 0.0)
    return min(low, -0.12 * span) - 0.06 * span, max(high, 0.12 * span) + 0.06 * span


def _panel(panel: Axes, gap: Differences, count: int) -> None:
    low, high = reach(gap)
    size = 8 if count <= 20 else 6
    panel.set_xlim(low, high)
    panel.axvline(0, color=style.INK, linewidth=1.0, zorder=2)
    if gap.matters > 0:
        panel.axvspan(-gap.matters, gap.matters, color=BAND, zorder=0.5, linewidth=0)
    for row in range(count):
        middle, lower, upper = gap.middle[row], gap.lower[row], gap.upper[row]
        if np.isnan(middle):
            continue
        face, colour = _look(gap.word[row])
        if low <= middle <= high:
            ends = [x for x in (lower, upper) if np.isfinite(x)]
            if len(ends) == 2:
                panel.plot(np.clip(ends, low, high), [row, row], color=colour, linewidth=2.0,
                           solid_capstyle="butt", zorder=3)  # fmt: skip
            panel.plot([middle], [row], "o", color=face,
                       markeredgecolor=colour, markeredgewidth=1.6, markersize=size,
                       zorder=4)  # fmt: skip
        else:
            right = middle > high
            said = f"{'+' if middle > 0 else ''}{style.number(middle)}"
            panel.annotate(
                f"{said} →" if right else f"← {said}", (high if right else low, row),
                xytext=(-2 if right else 2, 0), textcoords="offset points", va="center",
                ha="right" if right else "left", color=colour, size=style.SMALL,
            )  # fmt: skip
    style.bars(panel)
    panel.locator_params(axis="x", nbins=4)
    panel.xaxis.set_major_formatter(lambda x, _: f"{'+' if x > 0 else ''}{style.tick(x)}")


def _look(word: str) -> tuple[str, str]:
    """Colour of the face and of the edge of a mark."""
    filled = {BETTER: style.BLUE, WORSE: style.VERMILLION, NOTHING: style.MUTED}
    edges = filled | {OF_THE_HELPED: style.ORANGE}
    return filled.get(word, "white"), edges.get(word, style.MUTED)


def _key(figure: Figure, gaps: Sequence[Differences], baseline: bool) -> None:
    def mark(face: str, edge: str, said: str) -> Line2D:
        return Line2D([], [], color=edge, marker="o", markersize=8, markerfacecolor=face,
                      markeredgewidth=1.6, label=said)  # fmt: skip

    there = {
        word
        for gap in gaps
        for word, middle in zip(gap.word, gap.middle, strict=True)
        if not np.isnan(middle)
    }
    handles: list[Line2D | Patch] = [mark(*_look(word), word) for word in KNOWN if word in there]
    if there - set(KNOWN):
        handles.append(mark(*_look(""), "cannot be told apart"))
    handles.append(Patch(color=BAND, label="too small to matter"))
    if baseline:
        handles.append(Line2D([], [], color=style.INK, marker="|", linestyle="", markersize=12,
                              markeredgewidth=2, label="baseline"))  # fmt: skip
    y = style.from_top(style.TOP, figure.get_figheight())
    many = len(handles) > 5
    key = figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.012, y), ncols=len(handles),
        handlelength=1.2 if many else 1.8, handletextpad=0.4, columnspacing=0.8 if many else 1.4,
        borderaxespad=0.0, borderpad=0.3, fontsize=style.SMALL if many else style.FONT,
    )  # fmt: skip
    key.set_in_layout(False)
