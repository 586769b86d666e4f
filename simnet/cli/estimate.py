"""`simnet estimate`: the scenario by formulas alone, in a moment."""

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from .options import Changes, Json, ScenarioFile
from .show import Notes, console, finite, number, plural, table

if TYPE_CHECKING:
    from simnet.estimate import Network

WORST = 10


def command(
    scenario: ScenarioFile,
    changes: Changes = None,
    hours: Annotated[
        bool, typer.Option("--hours", help="the hotline for every hour of the week")
    ] = False,
    as_json: Json = False,
) -> None:
    """Expected calls, waits, fill rates, response and cost by formulas: nothing is simulated."""
    from simnet.scenario import load

    read = load(scenario, changes or [])
    from simnet.estimate import GROUPS, Network, figures
    from simnet.plan import make_plan

    network = Network(make_plan(read))
    found = figures(network)
    if as_json:
        typer.echo(json.dumps(finite(_document(network)), ensure_ascii=False))
        return
    screen, notes = console(), Notes()
    plan = network.plan
    screen.print(
        f"[bold]{escape(read.name)}[/bold], by formulas: {plural(read.horizon / 8760, 'year')}, "
        f"{plural(len(plan.markets), 'market')}, {plural(len(plan.outlets), 'outlet')}"
    )
    for group in GROUPS:
        rows = []
        for figure in (f for f in found if f.group == group):
            unit = read.currency if figure.unit == "money" else figure.unit
            rows.append([
                figure.name, number(figure.value, unit), "" if unit == "share" else unit,
                figure.rests_on, notes.letters(figure.warnings),
            ])  # fmt: skip
        if rows:
            screen.print()
            screen.print(table(group, ["", "expected", "", "rests on", "but"], rows, text=(3, 4)))
    if network.hotline:
        screen.print()
        screen.print(_hours(network, whole_week=hours))
    if plan.outlets:
        screen.print()
        screen.print(_outlets(network))
    if plan.outlets and read.parts:
        screen.print()
        screen.print(_stock(network))
    if notes.texts:
        screen.print()
    for line in notes.lines():
        screen.print(escape(line))


def _document(network: "Network") -> dict[str, Any]:
    from simnet.estimate import figures

    plan = network.plan
    last = network.hotline[-1] if network.hotline else None
    outlets, stock = network.outlets, network.stock
    weight = network.counted / network.counted.sum()
    return {
        "name": plan.scenario.name,
        "figures": {
            f.name: {
                "value": f.value, "unit": f.unit, "group": f.group, "rests_on": f.rests_on,
                "warnings": list(f.warnings),
            }
            for f in figures(network)
        },
        "demand": {
            s.label: float((network.demand.cases[i].sum(axis=0) * (network.counted > 0)).sum())
            for i, s in enumerate(plan.sources)
        },
        "hotline": None if last is None else {
            name: getattr(last, name).tolist() for name in ("calls", "agents", "wait", "delayed")
        },
        "outlets": {
            name: {
                "visits_per_week": float(outlets.visits[o] @ weight) * 168,
                "load": float(outlets.load[o] @ weight), "peak": float(outlets.load[o].max()),
                "wait": float(outlets.wait[o] @ weight),
            }
            for o, name in enumerate(plan.outlets)
        },
        "stock": {
            name: {
                "demand_per_week": float((stock.demand[:, k] @ weight).sum()) * 168,
                "fill_rate": _mean(stock.fill_rate[:, k], stock.demand[:, k] * weight),
                "wait": _mean(stock.wait[:, k], stock.demand[:, k] * weight),
                "depot_fill_rate": float(stock.depot_fill_rate[k] @ weight),
            }
            for k, name in enumerate(plan.scenario.parts)
        },
    }  # fmt: skip


def _mean(values: Any, weights: Any) -> float:
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total else math.nan


def _hours(network: "Network", whole_week: bool) -> Any:
    """The last window, the busiest one where demand grows: by hour, of the busiest day or all."""
    last = network.hotline[-1]
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    busiest = int(last.calls.reshape(7, 24).sum(axis=1).argmax())
    rows = []
    for hour in range(168) if whole_week else range(24 * busiest, 24 * busiest + 24):
        if last.calls[hour] < 0.005 and last.agents[hour] <= 0:
            continue
        waits = last.agents[hour] > 0
        rows.append([
            f"{days[hour // 24]} {hour % 24:02d}:00", number(last.calls[hour]),
            number(last.agents[hour]),
            number(3600 * last.wait[hour]) if waits else "-",
            number(last.delayed[hour], "share") if waits else "-",
        ])  # fmt: skip
    title = "Hotline, hour by hour" + (
        "" if whole_week else f", on the busiest day ({days[busiest]})"
    )
    return table(title, ["hour", "calls", "agents", "mean wait s", "must wait"], rows)


def _outlets(network: "Network") -> Any:
    outlets, plan = network.outlets, network.plan
    weight = network.counted / network.counted.sum()
    load = outlets.load.max(axis=1)
    order = sorted(range(len(plan.outlets)), key=lambda o: (-load[o], o))[:WORST]
    names = list(plan.outlets)
    rows = [
        [names[o], number(float(plan.technicians[o])) if plan.technicians[o] >= 0 else "unlimited",
         number(float(outlets.visits[o] @ weight) * 168),
         number(float(outlets.load[o] @ weight), "share"),
         number(float(load[o]), "share"), number(float(outlets.wait[o] @ weight))]
        for o in order
    ]  # fmt: skip
    title = "Outlets" if len(names) <= WORST else f"Outlets, the {WORST} with the most load"
    columns = ["outlet", "technicians", "visits/week", "load", "busiest quarter", "mean wait h"]
    return table(title, columns, rows)


def _stock(network: "Network") -> Any:
    document = _document(network)["stock"]
    rows = [
        [name, number(row["demand_per_week"]), number(row["fill_rate"], "share"),
         number(row["wait"]), number(row["depot_fill_rate"], "share")]
        for name, row in document.items()
    ]  # fmt: skip
    columns = ["part", "demand/week", "fill rate", "mean wait h", "depot fill rate"]
    return table("Stock", columns, rows)
