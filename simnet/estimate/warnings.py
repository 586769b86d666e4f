"""What will not go well, in words."""

from collections.abc import Iterator

import numpy as np

from .network import Network
from .tables import asked_by_type, fleet_load, hotline_table, outlets_table, stock_table

Warned = tuple[float, str]
"""how bad, and what"""
OVERLOAD = 1.0
TIGHT = 0.9


def warnings(n: Network) -> list[str]:
    """What will be overloaded or run short, the worst first."""
    found = [*_hotline(n), *_outlets(n), *_stock(n)]
    return [text for _, text in sorted(found, key=lambda item: -item[0])]


def _hotline(n: Network) -> Iterator[Warned]:
    hotline = n.plan.scenario.hotline
    if hotline is None:
        return
    hours = hotline_table(n)
    if not hours["agents"].any():
        yield np.inf, "the hotline has no agents at all"
        return
    for name, asked, there in zip(hotline.call_types, *asked_by_type(n), strict=True):
        if asked > 0 and there == 0:
            yield np.inf, f"calls of type {name} find no agent who takes them"
        elif asked > there and len(hotline.call_types) > 1:
            share = f"{asked / there:.0%} of the time of the agents who take them"
            yield asked / there, f"calls of type {name} ask for {share}"
    load = hours["erlangs"].sum() / hours["agents"].sum()
    over = int(((hours["load"] > OVERLOAD) & (hours["agents"] > 0)).sum())
    if load > OVERLOAD:
        text = f"the hotline is asked for {load:.0%} of its agents' time, all hours together"
        yield load, f"{text}: callers will give up or never get in"
    elif over:
        text = f"the hotline is overloaded in {over} of the week's hours"
        yield 1.0, f"{text} (queues build up and are worked off later)"


def _outlets(n: Network) -> Iterator[Warned]:
    for name, row in outlets_table(n).to_dict("index").items():
        peak = row["peak"]
        if row["work"] > 0 and row["capacity"] == 0:
            yield np.inf, f"outlet {name} has no technicians, but work to do"
        elif peak > TIGHT or row["overloaded"]:
            text = f"outlet {name} is asked for {peak:.0%} of its technicians' time"
            when = "" if row["load"] > OVERLOAD else " in its busiest quarter"
            effect = "its queue will grow" if row["overloaded"] else "long waits"
            if peak > OVERLOAD and not row["overloaded"]:
                effect = "all of it is done only in overtime"
            yield peak, f"{text}{when}: {effect}"
    asked, most = fleet_load(n)
    if asked > most:
        text = f"the fleet takes at most {most:,.0f} kg a week"
        yield asked / most, f"{text}, and {asked:,.0f} kg are asked for"


def _stock(n: Network) -> Iterator[Warned]:
    if not n.plan.outlets:
        return
    for name, row in stock_table(n).to_dict("index").items():
        fill, depot_fill = row["fill rate"], row["depot fill rate"]
        if row["demand"] == 0:
            continue
        if row["at outlets"] > 0 and fill < 0.8:
            text = f"outlets will have it on the shelf for {fill:.0%} of the demand"
            yield 1 - fill, f"part {name}: {text}"
        if row["at depot"] > 0 and depot_fill < 0.5:
            held, asked = row["at depot"], row["in lead time"]
            text = f"the depot holds {held:.0f}, and {asked:.0f} are asked for while an order"
            yield 1 - depot_fill, f"part {name}: {text} is on its way: it will often be empty"
