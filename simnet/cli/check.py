"""`simnet check`: is the scenario right, and what will it ask of whom."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from simnet.plain import finite

from .options import Changes, Json, ScenarioFile
from .show import console, number, plural, say_json, table

if TYPE_CHECKING:
    from simnet.plan import Sited

WORST = 10


def command(scenario: ScenarioFile, changes: Changes = None, as_json: Json = False) -> None:
    """Validate a scenario; show what will be simulated, expected loads, and what is overloaded."""
    from simnet.scenario import load

    read = load(scenario, changes or [])
    from simnet import estimate
    from simnet.draws import refuse_too_much
    from simnet.plan import make_plan, sited

    plan = make_plan(read)
    places = sited(plan)
    refuse_too_much(plan)
    network = estimate.Network(plan).settled()
    there = float(network.demand.there.sum())
    units = round(float(network.demand.sold.sum()) + there)
    demand, hotline = estimate.demand_table(network), estimate.hotline_table(network)
    warnings = estimate.warnings(network)
    outlets = estimate.outlets_table(network) if plan.outlets else None
    stock = estimate.stock_table(network) if plan.outlets and read.parts else None
    if as_json:
        document: dict[str, Any] = {
            "name": read.name,
            "hours": plan.horizon,
            "markets": len(plan.markets),
            "units": units,
            "demand": demand.to_dict("records"),
            "hotline": hotline.to_dict("list"),
            "outlets": {} if outlets is None else outlets.to_dict("index"),
            "stock": {} if stock is None else stock.to_dict("index"),
            "sited": None if places is None else asdict(places),
            "warnings": warnings,
        }
        say_json(finite(document))
        return
    screen = console()
    screen.print(
        f"[bold]{escape(read.name)}[/bold]: "
        f"{plural(plan.horizon / 8760, 'year')} from {read.start}, "
        f"{plural(len(plan.markets), 'market')}, {plural(len(plan.outlets), 'outlet')}, "
        f"{plural(units, 'unit')} ({there:,.0f} in the field at the start)"
    )
    if plan.siting is not None:
        siting = plan.siting
        proof = "optimal" if siting.method == "exact" else f"within {siting.gap:.2%} of the best"
        reach = siting.objective / max(sum(m.weight for m in plan.markets.values()), 1e-12)
        screen.print(
            f"Outlets by p-median, {proof}: {reach:,.0f} km as the crow flies from a customer "
            "to the nearest outlet, on average"
        )
    if places is not None:
        screen.print(escape(_sited(places)))
    rows = [[r.source, f"{r.cases:,.0f}", f"{r.calls:,.0f}", f"{r.visits:,.0f}"]
            for r in demand.itertuples()]  # fmt: skip
    rows.append(["in total", *(f"{demand[c].sum():,.0f}" for c in ("cases", "calls", "visits"))])
    screen.print()
    screen.print(table("Expected demand over the horizon",
                       ["source", "cases", "that call us", "that need a visit"], rows))  # fmt: skip
    if len(hotline) and hotline["agents"].any():
        busiest = int(hotline["load"].where(hotline["agents"] > 0, 0).fillna(0).to_numpy().argmax())
        peak = hotline.iloc[busiest]
        agents, work = hotline["agents"].sum(), hotline["erlangs"].sum()
        when = " in the busiest quarter of the horizon" if (network.counted > 0).sum() > 1 else ""
        screen.print()
        screen.print(
            f"[bold]Hotline[/bold]{when}: {hotline['calls'].sum():,.0f} calls a week, "
            f"{work:,.0f} of {agents:,.0f} agent hours a week ({work / agents:.0%}); highest load "
            f"{peak['load']:.0%}, {_hour(busiest)}, {peak['erlangs']:.1f} agents' work for "
            f"{peak['agents']:.1f} agents"
        )
    if outlets is not None:
        order = outlets.sort_values("peak", ascending=False)
        rows = [
            [str(name), number(r["technicians"]), f"{r['visits']:.1f}", f"{r['work']:.1f}",
             number(r["capacity"]) if math.isfinite(r["capacity"]) else "unlimited",
             number(_sane(r["load"]), "share"), number(_sane(r["peak"]), "share")]
            for name, r in order.head(WORST).to_dict("index").items()
        ]  # fmt: skip
        work, capacity = outlets["work"].sum(), outlets["capacity"].sum()
        rows.append(["all", number(outlets["technicians"].sum()), f"{outlets['visits'].sum():.1f}",
                     f"{work:.1f}", number(capacity) if math.isfinite(capacity) else "unlimited",
                     number(work / capacity if capacity else math.nan, "share"), ""])  # fmt: skip
        title = "Outlets" if len(outlets) <= WORST else f"Outlets, the {WORST} with the most load"
        screen.print()
        screen.print(
            table(
                title,
                ["outlet", "technicians", "visits/week", "hours/week", "capacity h/week", "load",
                 "busiest quarter"],
                rows,
            )
        )  # fmt: skip
    if stock is not None:
        rows = [
            [str(name), number(r["demand"]), f"{r['at outlets']:.0f}",
             number(r["fill rate"], "share"), f"{r['at depot']:.0f}", f"{r['in lead time']:.1f}",
             number(r["depot fill rate"], "share")]
            for name, r in stock.to_dict("index").items()
        ]  # fmt: skip
        screen.print()
        screen.print(
            table(
                "Stock, with the fill rates to expect",
                ["part", "demand/week", "at outlets", "fill rate", "at depot",
                 "asked in lead time", "depot fill rate"],
                rows,
            )
        )  # fmt: skip
    screen.print()
    for warning in warnings:
        screen.print(f"[bold]Warning[/bold]: {escape(warning)}", soft_wrap=True)
    if not warnings:
        screen.print("No overload is expected.")


def _sited(places: "Sited") -> str:
    """Which outlets are given, which were chosen, and which places have none for it."""
    said = f"Sited: {', '.join(places.chosen) or 'none'}"
    if places.given:
        said = f"Given: {', '.join(places.given)}. {said}"
    if places.lost:
        said += f". Without the given ones also: {', '.join(places.lost)}"
    return said


def _sane(load: float) -> float | None:
    """A load of nobody's time is said in words, in a warning."""
    return load if math.isfinite(load) else None


def _hour(hour: int) -> str:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return f"{days[hour // 24]} {hour % 24}:00"
