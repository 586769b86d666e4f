"""`simnet estimate`: the scenario by formulas alone, in a moment."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from simnet.plain import finite

from .options import Changes, Json, ScenarioFile
from .show import Notes, console, number, plural, say_json, table

if TYPE_CHECKING:
    from simnet.estimate import Figure, Network

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

    network = Network(make_plan(read)).settled()
    found = figures(network)
    if as_json:
        say_json(finite(_document(network)))
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
                *_accuracy(figure), notes.letters((figure.rests_on,)),
                notes.letters(figure.warnings),
            ])  # fmt: skip
        if rows:
            screen.print()
            columns = ["", "expected", "", "within", "in nine of ten systems", "rests on", "but"]
            screen.print(table(group, columns, rows, text=(4, 5, 6)))
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


def _accuracy(figure: "Figure") -> tuple[str, str]:
    """How near it came in nine of ten simple systems, and in how many of what kind."""
    found = figure.accuracy
    if not figure.value:  # nothing of the kind in this network
        return "", ""
    if found is None:
        return "", "not measured"
    return found.percent(figure.unit), f"of {found.systems} {found.kind}"


def _document(network: "Network") -> dict[str, Any]:
    from simnet.estimate import figures, hotline_table, outlets_table, stock_table

    plan = network.plan
    hotline = hotline_table(network)
    outlets, stock = outlets_table(network), stock_table(network)
    outlets = outlets[["visits", "load", "peak", "overloaded", "wait"]].rename(
        columns={"visits": "visits_per_week"}
    )
    stock = stock[["demand", "fill rate", "wait", "depot fill rate"]].rename(
        columns={"demand": "demand_per_week", "fill rate": "fill_rate",
                 "depot fill rate": "depot_fill_rate"}
    )  # fmt: skip
    return {
        "name": plan.scenario.name,
        "figures": {
            f.name: {
                "value": f.value, "unit": f.unit, "group": f.group, "rests_on": f.rests_on,
                "accuracy": None if f.accuracy is None else asdict(f.accuracy),
                "warnings": list(f.warnings),
            }
            for f in figures(network)
        },
        # after the warm-up, as the figures are: they add up to the cases
        "demand": {
            s.label: float((network.demand.cases[i].sum(axis=0) * (network.counted > 0)).sum())
            for i, s in enumerate(plan.sources)
        },
        "hotline": None if hotline.empty else hotline.to_dict("list"),
        "outlets": outlets.to_dict("index"),
        "stock": stock.to_dict("index"),
    }  # fmt: skip


def _hours(network: "Network", whole_week: bool) -> Any:
    """By hour in the busiest quarter, of its busiest day or of the whole week."""
    from simnet.estimate import hotline_table

    found = hotline_table(network)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    busiest = int(found["calls"].to_numpy().reshape(7, 24).sum(axis=1).argmax())
    rows = []
    for hour, row in enumerate(found.to_dict("records")):
        shown = whole_week or hour // 24 == busiest
        if not shown or (row["calls"] < 0.005 and row["agents"] <= 0):
            continue
        waits = [
            number(3600 * row["wait"]),
            number(row["delayed"], "share"),
            number(row["abandonment"], "share"),
        ]
        rows.append([
            f"{days[hour // 24]} {hour % 24:02d}:00", number(row["calls"]), number(row["agents"]),
            *(waits if row["agents"] > 0 else ["-"] * len(waits)),
        ])  # fmt: skip
    title = "Hotline, hour by hour" + (
        "" if whole_week else f", on the busiest day ({days[busiest]})"
    )
    return table(title, ["hour", "calls", "agents", "mean wait s", "must wait", "give up"], rows)


def _outlets(network: "Network") -> Any:
    from simnet.estimate import outlets_table

    found = outlets_table(network).sort_values("peak", ascending=False, kind="stable")
    rows = [
        [str(name), number(r["technicians"]) if math.isfinite(r["technicians"]) else "unlimited",
         number(r["visits"]), number(r["load"], "share"), number(r["peak"], "share"),
         number(r["wait"])]
        for name, r in found.head(WORST).to_dict("index").items()
    ]  # fmt: skip
    title = "Outlets" if len(found) <= WORST else f"Outlets, the {WORST} with the most load"
    columns = ["outlet", "technicians", "visits/week", "load", "busiest quarter", "mean wait h"]
    return table(title, columns, rows)


def _stock(network: "Network") -> Any:
    from simnet.estimate import stock_table

    rows = [
        [str(name), number(r["demand"]), number(r["fill rate"], "share"), number(r["wait"]),
         number(r["depot fill rate"], "share")]
        for name, r in stock_table(network).to_dict("index").items()
    ]  # fmt: skip
    columns = ["part", "demand/week", "fill rate", "mean wait h", "depot fill rate"]
    return table("Stock", columns, rows)
