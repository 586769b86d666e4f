"""What will not go well, in words."""

from collections.abc import Iterator

import numpy as np

from simnet.plan import doubts
from simnet.scenario.quantity import WEEK

from .network import Network
from .tables import asked_by_type, fleet_load, hotline_table, outlets_table, stock_table
from .week import part_open
from .work import expected_work

Warned = tuple[float, str]
"""how bad, and what"""
OVERLOAD = 1.0
TIGHT = 0.9


def warnings(n: Network) -> list[str]:
    """What will be overloaded or run short, the worst first; what of the scenario may not be meant;
    and what of its files and changes has no effect."""
    found = [*_hotline(n), *_outlets(n), *_stock(n), *_bench(n)]
    loads = [text for _, text in sorted(found, key=lambda item: -item[0])]
    return [*loads, *doubts(n.plan), *n.plan.scenario.notes]


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
        impatient = hotline.patience is not None
        effect = "many callers give up then" if impatient else "queues are worked off later"
        yield 1.0, f"{text} ({effect})"


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


def _bench(n: Network) -> Iterator[Warned]:
    """The central workshop, for units and for failed parts."""
    workshop, parts = n.plan.scenario.logistics.workshop, n.plan.scenario.parts
    for name, part in parts.items():
        if part.mended_at_outlet > 0 and part.repairable == 0:
            yield 0.0, f"part {name}: outlets mend a share of what is repairable, and nothing is"
    if workshop.technicians == "unlimited" or not n.plan.outlets:
        return
    asked = expected_work(n).bench_hours / n.plan.horizon * WEEK
    if workshop.mends_parts and parts:
        for pieces, part in zip(stock_table(n)["demand"], parts.values(), strict=True):
            sent_in = pieces * part.repairable * (1 - part.mended_at_outlet)
            asked += sent_in * part.workshop_time.mean()
    there = workshop.technicians * float(part_open(workshop.hours.intervals).mean()) * WEEK
    if asked > TIGHT * there:
        share = asked / there if there else np.inf
        effect = "its queue will grow" if share > OVERLOAD else "long waits"
        of = f"{share:.0%} of its technicians' time" if there else "time that nobody has"
        yield share, f"the workshop is asked for {of}: {effect}"
