"""Where the warm-up ends, and why there: the series, and the statistic of MSER-5."""

import math

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from simnet.plots import style
from simnet.plots.strategies import common
from simnet.plots.strategies.about import ABOUT, About
from simnet.plots.view import NothingToShow


@common.styled
def draw(
    series: ArrayLike, cut: int | None, curve: ArrayLike, what: str = "open cases",
    unit: str = "", step: str = "day", batch: int = 5, about: About = ABOUT,
) -> Figure:  # fmt: skip
    """The series with the cut as a line, and the statistic for each possible cut below it.

    series: (observations,) or (replications, observations), of which the mean is drawn; cut:
    observations to leave out, None where the series is too short to tell; curve: the statistic
    where 0, 1, 2... batches are cut; what, unit: the figure and its unit; step: time between
    observations in words; batch: observations of a batch.
    """
    values = np.atleast_2d(np.asarray(series, dtype=np.float64))
    count, mean = len(values), values.mean(axis=0)
    if not len(mean) or not np.isfinite(mean).any():
        raise NothingToShow("No warm-up to show: the series is empty.")
    batches = len(mean) // batch
    smooth = mean[: batches * batch].reshape(batches, batch).mean(axis=1)
    middle = (np.arange(batches) + 0.5) * batch
    named = style.printable(what, "level")
    if cut is None:
        title = f"The series is too short to tell where the warm-up of {named} ends"
    elif cut == 0:
        title = f"No warm-up: {named} settle from the start"
    else:
        title = f"The warm-up ends after {cut:,} {step}{'s' if cut != 1 else ''}"
    of = f"Mean of {count:,} replications" if count > 1 else "One replication"
    figure = style.frame(title, f"{of}; cut where MSER-{batch} is least", foot=about.foot)
    top, low = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1.0))
    top.plot(np.arange(len(mean)) + 0.5, mean, color=style.SKY, linewidth=0.9, alpha=0.8)
    top.plot(middle, smooth, color=style.BLUE, linewidth=2.0)
    top.set_title(f"{named}, {unit}" if unit else named, size=style.FONT)
    top.margins(x=0)
    statistic = np.asarray(curve, dtype=np.float64)
    at = np.arange(len(statistic)) * batch
    low.plot(at, statistic, color=style.BLACK, linewidth=1.6)
    log = common.logarithmic(statistic)
    common.scaled(low, "y", log)
    if not log:
        low.set_ylim(bottom=0)
        low.locator_params(axis="y", nbins=3)
    low.set_yticks([], minor=True)
    low.set_yticks([])
    low.set_title(f"MSER-{batch} statistic{', logarithmic' if log else ''}: least is best",
                  size=style.FONT)  # fmt: skip
    low.set_xlabel(f"{step}s from the start")
    low.set_xlim(0, len(mean))
    low.xaxis.set_major_formatter(lambda x, _: style.tick(x))
    top.yaxis.set_major_formatter(lambda y, _: style.tick(y))
    top.locator_params(axis="y", nbins=6)
    top.grid(axis="y")
    if cut is not None:
        _cut(figure, cut, mean, statistic, batch)
    return style.finish(figure)


def _cut(
    figure: Figure, cut: int, mean: np.ndarray, statistic: np.ndarray, batch: int
) -> None:  # fmt: skip
    """The warm-up shaded, its end as a line, and the mean of what is kept."""
    top, low = figure.axes
    for axes in (top, low):
        axes.axvspan(0, cut, color=style.SHADE, zorder=0)
        axes.axvline(cut, color=style.VERMILLION, linewidth=1.6, linestyle=(0, (4, 3)), zorder=4)
    kept = float(mean[cut:].mean())
    if math.isfinite(kept):
        top.plot([cut, len(mean)], [kept, kept], color=style.VERMILLION, linewidth=1.4, zorder=3)
        top.annotate(
            f"mean {style.number(kept, 3)}", (1.0, kept), xycoords=("axes fraction", "data"),
            xytext=(6, 0), textcoords="offset points", va="center", color=style.VERMILLION,
            size=style.SMALL, annotation_clip=False,
        )  # fmt: skip
    if cut // batch < len(statistic):
        low.plot([cut], [statistic[cut // batch]], "o", color=style.VERMILLION, markersize=8,
                 zorder=5, clip_on=False)  # fmt: skip
    if cut > 0:
        top.annotate("warm-up", (0, 1), xycoords="axes fraction", xytext=(5, -4), va="top",
                     textcoords="offset points", color=style.MUTED, size=style.SMALL)  # fmt: skip
