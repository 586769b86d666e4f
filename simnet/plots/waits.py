"""Where the hours went: mean time by stage between the first call and the working unit."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from simnet.accounts import WAITS
from simnet.plots import style
from simnet.plots.view import Mask, NothingToShow, RunView, never_helped, population, product_of

STAGES = {
    "hotline": "hotline", "talk": "talk", "dispatch": "dispatch", "part": "wait for part",
    "technician": "wait for technician", "travel": "travel", "repair": "repair",
    "workshop": "workshop",
}  # fmt: skip
COLOURS = dict(zip(WAITS, style.PALETTE, strict=True))
MOST = 6
"""bars at most"""


@dataclass(frozen=True)
class Bar:
    """Mean hours by stage of a group of cases."""

    label: str
    cases: int
    hours: dict[str, float]

    @property
    def total(self) -> float:
        """Mean hours from the first call to the working unit."""
        return sum(self.hours.values())


def bars(run: RunView) -> list[Bar]:
    """All cases first; then by contract, or by product, tier, outlet or kind of case, whichever
    comes first of those that tell groups apart; the group with most cases first.

    Cases that a visit mended, or, where there are no visits, those that the call settled.
    """
    who = population(run)
    shown = who.visited if who.visited.any() else who.by_phone
    if not shown.any():
        raise NothingToShow("No waits to show: no case was brought to its end after the warm-up.")
    whole = _bar(run, "All cases", shown)
    for groups in _groupings(run):
        groups = {label: mask & shown for label, mask in groups.items()}
        found = [_bar(run, label, mask) for label, mask in groups.items() if mask.any()]
        if len(found) < 2:
            continue
        found.sort(key=lambda bar: -bar.cases)
        if len(found) > MOST - 1:
            kept = {bar.label for bar in found[: MOST - 2]}
            rest = np.any([mask for label, mask in groups.items() if label not in kept], axis=0)
            found = [*found[: MOST - 2], _bar(run, f"{len(found) - MOST + 2} others", rest)]
        return [whole, *found]
    return [whole]


def _bar(run: RunView, label: str, mask: Mask) -> Bar:
    hours = {name: float(run.times.waits[name][mask].mean()) for name in WAITS}
    return Bar(label, int(mask.sum()), hours)


def _groupings(run: RunView) -> list[dict[str, Mask]]:
    plan, cases = run.plan, run.records.cases
    outlet, product = cases["outlet"].astype(np.int64), product_of(run)
    found: list[dict[str, Mask]] = []

    def by(codes: np.ndarray, names: list[str], kind: str, end: str = "") -> None:
        labels = style.named(names, kind)
        found.append({f"{label}{end}": codes == i for i, label in enumerate(labels)})

    if plan.outlets:
        contract = np.append(plan.contract, -1)[outlet]
        by(contract, list(plan.scenario.contracts), "contract", " outlets")
    by(product, list(plan.scenario.products), "product")
    tiers = list(dict.fromkeys(t for p in plan.scenario.products.values() for t in p.tiers))
    number = np.full(len(outlet), -1)
    for p, item in enumerate(plan.scenario.products.values()):
        for t, name in enumerate(item.tiers):
            number[(product == p) & (cases["tier"] == t)] = tiers.index(name)
    by(number, tiers, "tier")
    if 1 < len(plan.outlets) < MOST:
        by(outlet, list(plan.outlets), "outlet")
    by(cases["source"].astype(np.int64), [s.label for s in plan.sources], "kind")
    return found


def draw(run: RunView) -> Figure:
    """Stacked bars, one for all cases and one for each group."""
    found = bars(run)
    whole, who = found[0], population(run)
    unit = style.time_unit(max(bar.total for bar in found))
    visits, phone = bool(who.visited.any()), int(who.by_phone.sum())
    longest = max(bar.total for bar in found) / unit.size or 1.0
    mean = f"{style.alike([whole.total / unit.size], longest)[0]} {unit.name}"
    word = "hours" if unit.name == "h" else "minutes" if unit.name == "min" else "time"
    if visits:
        title = f"Where the {word} went: {mean} from first call to working unit, on average"
        note = f"Mean of {whole.cases:,} cases mended by a visit or at the counter"
        if phone:
            minutes = float(run.times.resolution[who.by_phone].mean())
            note += f"; {phone:,} more were settled on the phone, in {style.duration(minutes)}"
    else:
        title = (
            f"Where the {word} went: {mean} from first call to the end of the answer, on average"
        )
        note = f"Mean of {whole.cases:,} cases settled on the phone"
    figure = style.frame(title, note, never_helped(run), style.origin(run), top=style.TOP - 0.055)
    axes = figure.add_subplot()
    # the bar of all cases stands apart from its parts
    spots = [0.0] + [1.25 + i for i in range(len(found) - 1)]
    axes.set_xlim(0, 1.13 * longest)
    axes.set_ylim(max(spots[-1] + 0.6, 1.2), -0.6 if len(found) > 1 else -1.2)
    stages = [name for name in WAITS if any(bar.hours[name] >= 0.0005 * bar.total for bar in found)]
    axes.xaxis.set_major_formatter(lambda x, _: style.tick(x))
    for bar, spot in zip(found, spots, strict=True):
        left = 0.0
        sizes = [bar.hours[name] / unit.size for name in WAITS]
        *words, total = style.alike([*sizes, bar.total / unit.size], longest)
        for name, size, text in zip(WAITS, sizes, words, strict=True):
            axes.barh(spot, size, 0.72, left, color=COLOURS[name], edgecolor="white", linewidth=0.8)
            if size > 0.05 * longest:
                axes.text(left + size / 2, spot, text, ha="center", va="center",
                          color=style.on(COLOURS[name]))  # fmt: skip
            left += size
        axes.text(left + 0.01 * longest, spot, f"{total} {unit.name}", va="center",
                  weight="bold")  # fmt: skip
    axes.set_yticks(spots, [f"{bar.label}\n{bar.cases:,} cases" for bar in found])
    for label in axes.get_yticklabels():
        label.set_fontsize(style.FONT)
    style.bars(axes)
    axes.set_xlabel(f"mean time of a case, {unit.name}")
    key = figure.legend(
        handles=[Patch(color=COLOURS[name], label=STAGES[name]) for name in stages],
        loc="upper left", bbox_to_anchor=(0.012, style.TOP), ncols=len(stages), handlelength=0.9,
        handletextpad=0.4, columnspacing=1.0, borderaxespad=0.0, borderpad=0.3,
    )  # fmt: skip
    key.set_in_layout(False)
    return style.finish(figure)
