"""How fast customers are helped: the share helped within a time, and what was promised."""

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from simnet.accounts import at_worst
from simnet.plots import style
from simnet.plots.view import (
    Floats,
    NothingToShow,
    RunView,
    never_helped,
    population,
    product_of,
    unhelped,
)
from simnet.records import Outcome

POINTS = 500
"""of a curve at most, however many cases there are"""
MOST = 5
"""curves at most"""


@dataclass(frozen=True)
class Curve:
    """The distribution of a group's times, hours."""

    label: str
    hours: Floats
    """sorted, of those who were helped"""
    never: int
    """how many were not"""
    promise: float
    """NaN where nothing was promised"""
    of_response: bool = True
    """whether it is the time to the first help, or else to the working unit"""

    @property
    def count(self) -> int:
        """All customers."""
        return len(self.hours) + self.never

    @property
    def within(self) -> float:
        """Share of all who were helped within the promise."""
        return float(np.searchsorted(self.hours, self.promise, side="right") / self.count)

    def quantile(self, share: float) -> float:
        """Hours within which that share was helped; inf where never so many were."""
        if self.never == 0:
            return float(np.quantile(self.hours, share))
        place = share * (self.count - 1)
        if place > len(self.hours) - 1:
            return np.inf
        return float(np.interp(place, np.arange(len(self.hours)), self.hours))

    def points(self, longest: float) -> tuple[Floats, Floats]:
        """Times and shares of the curve up to `longest` hours, at most POINTS of them."""
        count = len(self.hours)
        shares = np.unique(np.round(np.linspace(0, count, min(POINTS - 1, count + 1))).astype(int))
        times = np.concatenate(([0.0], self.hours))[shares]
        keep = times <= longest
        end = np.searchsorted(self.hours, longest, side="right")
        return np.append(times[keep], longest), np.append(shares[keep], end) / self.count


def curves(run: RunView) -> list[Curve]:
    """A curve for each tier (of each product, where products promise different times), the
    shortest promise first. Without units and visits, one curve of the calls."""
    who, times, plan = population(run), run.times, run.plan
    shown = who.service & (~np.isnan(times.response) | unhelped(run))
    if not (shown & ~np.isnan(times.response)).any():
        shown = who.by_phone
        if not shown.any():
            raise NothingToShow("No response times to show: nobody was helped after the warm-up.")
        return [Curve("All calls", np.sort(times.response[shown]), 0, np.nan)]
    product, tier = product_of(run), run.records.cases["tier"]
    terms: dict[str, set[tuple[float | None, str]]] = {}
    for item in plan.scenario.products.values():
        for name, tier_of in item.tiers.items():
            terms.setdefault(name, set()).add((tier_of.promise, tier_of.of))
    masks: dict[str, np.ndarray] = {}
    response: dict[str, bool] = {}
    products = style.named(list(plan.scenario.products), "product", 16)
    tiers = dict(zip(terms, style.named(list(terms), "tier", 16), strict=True))
    for p, item in enumerate(plan.scenario.products.values()):
        for t, (name, promised) in enumerate(item.tiers.items()):
            label = tiers[name]
            if len(terms[name]) > 1:
                label = f"{products[p]}, {label}"
            mine = shown & (product == p) & (tier == t)
            masks[label] = masks.get(label, False) | mine
            response[label] = promised.of == "response"
    masks["enquiries"], response["enquiries"] = shown & (product < 0), True
    found = []
    for label, mask in masks.items():
        every = (times.response if response[label] else times.resolution)[mask]
        hours = np.sort(every[~np.isnan(every)])
        if len(hours):
            promises = np.unique(times.promise[mask])
            promise = float(promises[0]) if len(promises) == 1 else float("nan")
            never = len(every) - len(hours)
            found.append(Curve(label, hours, never, promise, response[label]))
    if len(found) > MOST:
        found = sorted(found, key=lambda c: -c.count)[:MOST]
    found.sort(key=lambda c: (np.nan_to_num(c.promise, nan=np.inf), c.label))
    if len(found) == 1 and found[0].label == "standard":
        found = [replace(found[0], label="All customers")]
    return found


def limit(found: list[Curve]) -> float:
    """Hours at the right end: what 99 of 100 are helped within in every group, and the promises
    where they are not far beyond."""
    longest = max(float(np.quantile(curve.hours, 0.99)) for curve in found) * 1.04
    near = [c.promise for c in found if c.promise <= 2.5 * longest]
    return float(max(longest, *(1.08 * promise for promise in near), 1e-3))


def draw(run: RunView) -> Figure:
    """Cumulative curves; to their right, in their colours, what they say."""
    found = curves(run)
    longest = limit(found)
    unit = style.time_unit(longest)
    kinds = {curve.of_response for curve in found}
    note = _cut(run, found) or never_helped(run)
    figure = style.frame(_title(run, found, unit), _who(run), note, style.origin(run))
    if len(found) > 1:
        axes, side = figure.subplots(1, 2, width_ratios=(3.2, 1.0))
        side.set_axis_off()
    else:
        axes, side = figure.add_subplot(), None
    axes.set_xlim(0, longest / unit.size)
    axes.set_ylim(0, 1.02)
    texts: list[tuple[str, str, bool]] = []
    for i, curve in enumerate(found):
        colour = style.LINES[i % len(style.LINES)]
        words = _words(curve, unit, longest, brief=len(found) > 3)
        texts += [(text, colour, k == 0) for k, text in enumerate(words)]
        texts.append(("", colour, False))
        _line(axes, curve, colour, unit, longest, len(found))
    axes.yaxis.set_major_formatter(lambda y, _: f"{100 * y:.0f} %")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 0.9, 1.0])
    axes.grid(axis="y")
    axes.xaxis.set_major_formatter(lambda x, _: style.tick(x))
    until = "first help" if kinds == {True} else "working unit"
    if len(kinds) == 2:
        until = "first help (where marked *: working unit)"
    if not population(run).service.any():
        until = "end of the answer"
    axes.set_xlabel(f"time from first call to {until}, {unit.name}")
    axes.set_ylabel("share of customers helped, %")
    height = 1.0
    for text, colour, head in texts if side is not None else ():
        assert side is not None
        height -= 0.0 if text else 0.02
        side.text(0.0, height, text, transform=side.transAxes, va="top",
                  color=colour if head else style.INK, weight="bold" if head else "normal",
                  size=style.FONT if head else style.SMALL)  # fmt: skip
        height -= 0.0625 if text else 0.01
    return style.finish(figure)


def _line(
    axes: Axes, curve: Curve, colour: str, unit: style.Unit, longest: float, count: int
) -> None:
    x, y = curve.points(longest)
    axes.plot(x / unit.size, y, color=colour, linewidth=2.4, drawstyle="steps-post")
    for share in (0.5, 0.9):
        spot = curve.quantile(share) / unit.size
        if spot * unit.size <= longest:
            axes.plot([spot], [share], "o", color=colour, markersize=6, zorder=3)
            if count == 1:
                words = "half" if share == 0.5 else "90 %"
                # the curve rises, and the promise's line ends at it: above to the left is free
                left = spot * unit.size > 0.3 * longest
                axes.annotate(f"{words} within {style.duration(spot * unit.size)}", (spot, share),
                              xytext=(-7, 6) if left else (9, -6), textcoords="offset points",
                              ha="right" if left else "left", va="bottom" if left else "top",
                              path_effects=[withStroke(linewidth=3, foreground="white")],
                              zorder=5)  # fmt: skip
    if curve.promise <= longest:
        spot = curve.promise / unit.size
        axes.plot(
            [spot, spot], [0, curve.within], color=colour, linewidth=1.4, linestyle=(0, (4, 3))
        )
        axes.plot([spot], [curve.within], "D", color="white", markeredgecolor=colour,
                  markeredgewidth=2, markersize=8, zorder=4, clip_on=False)  # fmt: skip
        if count == 1:
            near, left = curve.within > 0.12, curve.promise > 0.62 * longest
            axes.annotate(f"{style.percent(curve.within)} within the promised "
                          f"{style.duration(curve.promise)}",
                          (spot, 0.04 if near else curve.within),
                          xytext=(-7 if left else 7, 0 if near else 9),
                          textcoords="offset points", ha="right" if left else "left",
                          weight="bold", color=colour)  # fmt: skip


def _title(run: RunView, found: list[Curve], unit: style.Unit) -> str:
    """Key figures p50 and p90 of what the curves show, those counted in who are never helped."""
    if not population(run).service.any():
        p50, p90 = found[0].quantile(0.5), found[0].quantile(0.9)
        who, verb = "calls", "answered"
    else:
        first = any(curve.of_response for curve in found)
        name = "response" if first else "resolution"
        p50, p90 = (run.kpis[at_worst(f"{name}_p{share}")] for share in (50, 90))
        who, verb = ("customers", "helped") if first else ("units", "mended")
    half, most = (_within(hours, run.plan.end) for hours in (p50, p90))
    if not half:
        return f"Fewer than half of the {who} are {verb} at all"
    rest = f"nine of ten {most}" if most else "and fewer than nine of ten ever"
    return f"Half of the {who} are {verb} {half}, {rest}"


def _within(hours: float, end: float) -> str:
    """`within 5 h`; nothing where it takes as long as the whole run."""
    return f"within {style.duration(hours)}" if hours < end else ""


def _words(curve: Curve, unit: style.Unit, longest: float, brief: bool) -> list[str]:
    """Name, numbers and promise of a curve."""
    star = "" if curve.of_response else " *"
    if brief:
        p50, p90 = (
            style.duration(hours) if (hours := curve.quantile(share)) < np.inf else "never"
            for share in (0.5, 0.9)
        )
        words = [f"{curve.label}{star}", f"50 % {p50}, 90 % {p90}"]
        if not np.isnan(curve.promise):
            within = style.percent(curve.within)
            words.append(f"◇ {within} in {style.duration(curve.promise)}")
        return words
    words = [
        f"{curve.label}{star}",
        _within_words("half", curve.quantile(0.5)),
        _within_words("90 %", curve.quantile(0.9)),
    ]
    if not np.isnan(curve.promise):
        far = " (off the axis)" if curve.promise > longest else ""
        promised = style.duration(curve.promise)
        words.append(f"◇ {style.percent(curve.within)} within the")
        words.append(f"   promised {promised}{far}")
    return words


def _within_words(share: str, hours: float) -> str:
    return f"{share} within {style.duration(hours)}" if hours < np.inf else f"{share}: never"


def _cut(run: RunView, found: list[Curve]) -> str:
    """What to say where there are more tiers than curves."""
    shown = population(run).service & (~np.isnan(run.times.response) | unhelped(run))
    if len(found) == MOST and sum(c.count for c in found) < int(shown.sum()):
        return f"The {MOST} groups with most cases are drawn"
    return ""


def _who(run: RunView) -> str:
    """Whom the curves speak of, and who is not in them."""
    who, outcome = population(run), run.records.cases["outcome"]
    if not who.service.any():
        return f"{int(who.by_phone.sum()):,} calls that were answered"
    count = int((who.service & ~np.isnan(run.times.response)).sum())
    left = {
        "gave up calling": int((who.service & (outcome == Outcome.ABANDONED)).sum()),
        "still wait": int(
            (who.service & (outcome == Outcome.OPEN) & np.isnan(run.times.response)).sum()
        ),
        "went elsewhere": int((who.service & (outcome == Outcome.ELSEWHERE)).sum()),
        "were referred": int((who.service & (outcome == Outcome.REFERRED)).sum()),
    }
    away = left.pop("went elsewhere")
    never = ", ".join(f"{n:,} {what}" for what, n in left.items() if n)
    count += sum(left.values())
    return (
        f"{count:,} customers with a broken unit or a visit"
        + (f", of whom {never}" if never else "")
        + (f"; {away:,} more went elsewhere" if away else "")
    )
