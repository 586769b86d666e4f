"""What service costs the company, and what it leaves to everybody else."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simnet.accounts import COMPANY, NOT_SERVICE, OPEN, results
from simnet.plots import style
from simnet.plots.view import NothingToShow, RunView
from simnet.scenario.quantity import YEAR

MOST = 9
"""categories at most"""
FEW = 6
"""outlets that are shown one by one"""


def by_category(run: RunView) -> dict[str, float]:
    """The company's service cost a year by category, the largest first; the smallest together.
    What open cases are expected to cost still is among it, though nobody has paid it yet."""
    service = _service(run)
    paid = service[service["payer"] == COMPANY].groupby("category", observed=True)["amount"].sum()
    found = paid / (run.plan.horizon / YEAR)
    still = run.kpis.total.get(f"cost_per_year: {OPEN}", 0.0)
    if still > 0:
        found.loc[f"{OPEN}, still to pay"] = still
    found = found.sort_values(ascending=False)
    items = {str(name): float(amount) for name, amount in found.items()}
    if len(items) <= MOST:
        return items
    names = list(items)
    rest = sum(items[name] for name in names[MOST - 1 :])
    return {
        **{name: items[name] for name in names[: MOST - 1]},
        f"{len(names) - MOST + 1} others": rest,
    }


def by_party(run: RunView) -> dict[str, float]:
    """Result of each party in service a year, adding up to 0, the best first. Of more than FEW
    outlets only the best, the worst and the sum of the rest."""
    found = results(_service(run)) / (run.plan.horizon / YEAR)
    names = list(run.plan.outlets)
    labels = dict(zip(names, style.named(names, "outlet", 18), strict=True))
    outlets = found[[name in labels for name in found.index]].sort_values(ascending=False)
    others = found.drop(outlets.index)
    names = style.named([str(name) for name in others.index], "party", 22)
    parts = dict(zip(names, others.astype(float), strict=True))
    if len(outlets) > FEW:
        parts[f"best: {labels[str(outlets.index[0])]}"] = float(outlets.iloc[0])
        parts[f"worst: {labels[str(outlets.index[-1])]}"] = float(outlets.iloc[-1])
        parts[f"{len(outlets) - 2} other outlets"] = float(outlets.iloc[1:-1].sum())
    else:
        for name, result in outlets.items():
            label = labels[str(name)]
            parts[f"outlet {label}" if label in parts else label] = float(result)
    return dict(sorted(parts.items(), key=lambda item: -item[1]))


def losers(run: RunView) -> tuple[int, int]:
    """How many of the outlets that are not the company's own lose money, and how many there are."""
    found = results(_service(run))
    theirs = [n for n, own in zip(run.plan.outlets, run.plan.owned, strict=True) if not own]
    amounts = found.reindex(theirs).fillna(0.0)
    return int((amounts < 0).sum()), len(theirs)


def _service(run: RunView) -> pd.DataFrame:
    return run.ledger[~run.ledger["category"].isin(NOT_SERVICE)]


def draw(run: RunView) -> Figure:
    """Two panels: cost by category, and result by party."""
    cost = by_category(run)
    total = sum(cost.values())
    if total <= 0:
        raise NothingToShow("No costs to show: the company pays nothing for service.")
    currency = style.printable(run.plan.scenario.currency, "money")
    income = run.kpis["income_per_year"]
    largest = next(iter(cost))
    first = style.printable(largest, "the first item")
    title = f"Service costs the company {style.money(total, currency)} a year"
    if len(cost) > 1:
        title += f", {style.percent(cost[largest] / total)} of it {first}"
    years = run.plan.horizon / YEAR
    span = style.tick(round(years, 1))
    if years < 1:
        span = style.duration(run.plan.horizon)
    else:
        span += " year" if span == "1" else " years"
    note = f"Mean over {span}"
    note += ", set-up included; product sales, production and initial stock left out"
    earned = f"The company's income from service: {style.money(income, currency)} a year"
    figure = style.frame(title, note, earned if income > 0 else "", style.origin(run))
    party = by_party(run)
    unit = style.money_unit(max(map(abs, [*cost.values(), *party.values()])), currency)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.05))
    _bars(left, cost, unit, dict.fromkeys(cost, style.BLUE))
    left.set_title("What the company pays for")
    left.set_xlabel(left.get_xlabel().replace("amount", "cost"))
    signs = {name: style.BLUE if v >= 0 else style.VERMILLION for name, v in party.items()}
    _bars(right, party, unit, signs)
    lost, count = losers(run)
    right.set_title(f"Results: {_lose(lost, count)}" if count else "Result of each party")
    right.set_xlabel(right.get_xlabel().replace("amount", "received less paid"))
    return style.finish(figure)


def _lose(lost: int, count: int) -> str:
    if count == 1:
        return "the partner loses money" if lost else "the partner earns"
    if not lost:
        return "no partner loses"
    return f"{lost} of {count} partners lose"


def _bars(axes: Axes, amounts: dict[str, float], unit: style.Unit, colours: dict[str, str]) -> None:
    """Horizontal bars with their amounts at the end, first on top."""
    low, high = min(0.0, *amounts.values()), max(0.0, *amounts.values())
    span = (high - low) / unit.size or 1.0
    largest = max(high, -low) / unit.size
    words = style.alike([amount / unit.size for amount in amounts.values()], largest)
    for spot, (name, amount) in enumerate(amounts.items()):
        value = amount / unit.size
        axes.barh(spot, value, 0.7, color=colours[name])
        axes.annotate(
            words[spot], (value, spot), xytext=(4 if value >= 0 else -4, 0),
            textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
            size=style.SMALL,
        )  # fmt: skip
    names = [style.short(style.printable(name, f"item {i + 1}")) for i, name in enumerate(amounts)]
    axes.set_yticks(range(len(amounts)), names)
    axes.set_ylim(max(len(amounts), 4) - 0.4, -0.6)
    axes.set_xlim(low / unit.size - (0.3 * span if low < 0 else 0), high / unit.size + 0.24 * span)
    style.bars(axes)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda x, _: style.tick(x))
    if low < 0:
        axes.axvline(0, color=style.INK, linewidth=1.0)
    else:
        axes.spines["left"].set_visible(True)
    axes.set_xlabel(f"amount, {unit.name} a year")
