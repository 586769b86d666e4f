"""How fast customers are helped: the share helped within a time, and what was promised."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from simnet.plots import style
from simnet.plots.view import Floats, NothingToShow, RunView, population, product_of
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
    promise: float
    """NaN where nothing was promised"""
    of_response: bool = True
    """whether it is the time to the first help, or else to the working unit"""

    @property
    def within(self) -> float:
        """Share of those helped who were helped within the promise."""
        return float(np.searchsorted(self.hours, self.promise, side="right") / len(self.hours))

    def quantile(self, share: float) -> float:
        """Hours within which that share was helped."""
        return float(np.quantile(self.hours, share))

    def points(self, longest: float) -> tuple[Floats, Floats]:
        """Times and shares of the curve up to `longest` hours, at most POINTS of them."""
        count = len(self.hours)
        shares = np.unique(np.round(np.linspace(0, count, min(POINTS - 1, count + 1))).astype(int))
        times = np.concatenate(([0.0], self.hours))[shares]
        keep = times <= longest
        end = np.searchsorted(self.hours, longest, side="right") / count
        return np.append(times[keep], longest), np.append(shares[keep] / count, end)


def curves(run: RunView) -> list[Curve]:
    """A curve for each tier (of each product, where products promise different times), the
    shortest promise first. Without units and visits, one curve of the calls."""
    who, times, plan = population(run), run.times, run.plan
    shown = who.service & ~np.isnan(times.response)
    if not shown.any():
        shown = who.by_phone
        if not shown.any():
            raise NothingToShow("No response times to show: nobody was helped after the warm-up.")
        return [Curve("All calls", np.sort(times.response[shown]), np.nan)]
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
        hours = (times.response if response[label] else times.resolution)[mask]
        hours = np.sort(hours[~np.isnan(hours)])
        if len(hours):
            promises = np.unique(times.promise[mask])
            promise = float(promises[0]) if len(promises) == 1 else float("nan")
            found.append(Curve(label, hours, promise, response[label]))
    if len(found) > MOST:
        found = sorted(found, key=lambda c: -len(c.hours))[:MOST]
    found.sort(key=lambda c: (np.nan_to_num(c.promise, nan=np.inf), c.label))
    if len(found) == 1 and found[0].label == "standard":
        found = [Curve("All customers", found[0].hours, found[0].promise, found[0].of_response)]
    return found


def limit(found: list[Curve]) -> float:
    """Hours at the right end: what 99 of 100 are helped within in every group, and the promises
    where they are not far beyond."""
    longest = max(curve.quantile(0.99) for curve in found) * 1.04
    near = [c.promise for c in found if c.promise <= 2.5 * longest]
    return float(max(longest, *(1.08 * promise for promise in near), 1e-3))


def draw(run: RunView) -> Figure:
    """Cumulative curves; to their right, in their colours, what they say."""
    found = curves(run)
    longest = limit(found)
    unit = style.time_unit(longest)
    kinds = {curve.of_response for curve in found}
    figure = style.frame(_title(run, found, unit), _who(run), _kept(run, found), style.origin(run))
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
    """The key figures p50 and p90 of what the curves show."""
    if not population(run).service.any():
        p50, p90 = found[0].quantile(0.5), found[0].quantile(0.9)
        seen = "Half of the calls are answered"
    else:
        first = any(curve.of_response for curve in found)
        name = "response" if first else "resolution"
        p50, p90 = run.kpis[f"{name}_p50"], run.kpis[f"{name}_p90"]
        seen = "Half of the customers are helped" if first else "Half of the units work again"
    return f"{seen} within {style.duration(p50)}, nine of ten within {style.duration(p90)}"


def _kept(run: RunView, found: list[Curve]) -> str:
    """The key figure of promises kept, where it says something else than the curves."""
    kept = run.kpis["promise_kept"]
    count = sum(len(c.hours) for c in found if not np.isnan(c.promise))
    within = sum(c.within * len(c.hours) for c in found if not np.isnan(c.promise))
    if _cut(run, found):
        return f"The {MOST} groups with most cases are drawn"
    if not count or np.isnan(kept) or abs(within / count - kept) < 0.005:
        return ""
    return f"With those who gave up or wait too long, {style.percent(kept)} of promises are kept"


def _words(curve: Curve, unit: style.Unit, longest: float, brief: bool) -> list[str]:
    """Name, numbers and promise of a curve."""
    star = "" if curve.of_response else " *"
    if brief:
        p50, p90 = (style.duration(curve.quantile(share)) for share in (0.5, 0.9))
        words = [f"{curve.label}{star}", f"50 % {p50}, 90 % {p90}"]
        if not np.isnan(curve.promise):
            within = style.percent(curve.within)
            words.append(f"◇ {within} in {style.duration(curve.promise)}")
        return words
    words = [
        f"{curve.label}{star}",
        f"half within {style.duration(curve.quantile(0.5))}",
        f"90 % within {style.duration(curve.quantile(0.9))}",
    ]
    if not np.isnan(curve.promise):
        far = " (off the axis)" if curve.promise > longest else ""
        promised = style.duration(curve.promise)
        words.append(f"◇ {style.percent(curve.within)} within the")
        words.append(f"   promised {promised}{far}")
    return words


def _cut(run: RunView, found: list[Curve]) -> bool:
    """Whether there are more tiers than curves."""
    helped = population(run).service & ~np.isnan(run.times.response)
    return len(found) == MOST and sum(len(c.hours) for c in found) < int(helped.sum())


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
    gone = ", ".join(f"{n:,} {what}" for what, n in left.items() if n)
    return f"{count:,} customers with a broken unit or a visit" + (
        f"; not counted: {gone}" if gone else ""
    )
