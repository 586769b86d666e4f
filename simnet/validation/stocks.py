"""Stock under Poisson demand on one echelon and on two, and parts that wait for a truck.

An outlet with unlimited technicians hands out parts, one a demand, and does nothing else.
"""

from typing import Any

import numpy as np

from simnet.scenario.quantity import WEEK
from simnet.theory import (
    Stock,
    base_stock,
    echelons,
    lost_sales,
    next_departure,
    order_up_to,
    reorder_point,
)

from .case import Case, Figure
from .figures import hours_between, hours_for_a_truck, kpi, market_kpi
from .weekly import MONDAY

ALWAYS_ENOUGH = {"reorder_below": 100_000, "order_up_to": 200_000}
"""at the depot"""
WAIT = hours_between("assigned", "part_ready")


def shelf(rate: float, part: dict[str, Any], lane: dict[str, Any], weeks: int) -> dict[str, Any]:
    """Demands an hour at one outlet, supplied by a lane whose distance does not count."""
    return {
        "horizon": (weeks + 2) * WEEK,
        "follow_up": 0,
        "warm_up": WEEK,
        "enquiries": {"demand": {"per_week": rate * WEEK, "work": {"part": "part", "repair": 0}}},
        "outlets": {"places": {"shelf": {"technicians": "unlimited", "hours": "24/7"}}},
        "parts": {"part": part},
        "logistics": {"carriers": {"lane": {"speed": None, **lane}}},
    }


def random_transit() -> Case:
    """(S-1, S), the lane takes the time."""
    rate, lead, base = 1.0, 2.0, 2
    theory = base_stock(rate, lead, base)
    lane = {"base": lead, "factor": {"law": "exponential", "mean": 1}}
    part = {"outlet_stock": {"base_stock": base}, "depot_stock": ALWAYS_ENOUGH}
    return Case(
        name="(S-1, S), random transit (Palm)",
        system=f"outlet with base stock {base}, {rate:g} demand an hour, exponential transit of "
        f"{lead:g} h from a depot that never runs out",
        source="Zipkin, Foundations of Inventory Management, 2000, sec. 6.2 and 7.2",
        exactness="exact",
        data=shelf(rate, part, lane, weeks=140),
        figures=_stock_figures(theory),
    )


def random_supply() -> Case:
    """(S-1, S), the supplier takes the time and the depot holds nothing."""
    rate, lead, cv, base = 1.0, 2.0, 1.5, 2
    theory = base_stock(rate, lead, base)
    part = {
        "outlet_stock": {"base_stock": base},
        "supplier_lead_time": {"law": "lognormal", "mean": lead, "cv": cv},
    }
    return Case(
        name="(S-1, S), random supply (Palm)",
        system=f"outlet with base stock {base}, {rate:g} demand an hour, lognormal supplier lead "
        f"times of {lead:g} h, cv {cv:g}, through a depot that holds nothing",
        source="Zipkin 2000, sec. 6.2 and 7.2",
        exactness="exact",
        data=shelf(rate, part, {"base": 0}, weeks=195),
        figures=_stock_figures(theory),
    )


def _stock_figures(theory: Stock) -> tuple[Figure, ...]:
    return (
        Figure("fill rate", "", float(theory.fill_rate), kpi("fill_rate")),
        Figure("backorders", "", float(theory.backorders), kpi("backorders")),
        Figure("mean wait", "h", float(theory.wait), WAIT),
    )


def demand_that_goes_elsewhere() -> Case:
    """Lost sales: what the shelf lacks comes from the depot by express, past the shelf."""
    rate, lead, base = 1.0, 3.0, 3
    theory = lost_sales(rate, lead, base)
    part = {
        "outlet_stock": {"base_stock": base}, "depot_stock": ALWAYS_ENOUGH, "emergency": True,
    }  # fmt: skip
    lane = {"base": lead, "factor": {"law": "lognormal", "mean": 1, "cv": 0.7}}
    return Case(
        name="(S-1, S) with lost sales (Erlang B)",
        system=f"outlet with base stock {base}, {rate:g} demand an hour, lognormal transit of "
        f"{lead:g} h, cv 0.7; emergencies from the depot",
        source="Zipkin 2000, sec. 7.2; Smith 1977, Management Science 23(5), pp. 522-528",
        exactness="exact",
        data=shelf(rate, part, lane, weeks=15),
        figures=(Figure("fill rate", "", float(theory.fill_rate), kpi("fill_rate")),),
    )


def orders_in_lots() -> Case:
    """(r, Q)."""
    rate, lead, low, lot = 1.0, 6.0, 3, 5
    theory = reorder_point(rate, lead, low, lot)
    policy = {"reorder_point": low, "order_quantity": lot}
    part = {"outlet_stock": policy, "depot_stock": ALWAYS_ENOUGH}
    return Case(
        name="(r, Q)",
        system=f"outlet with r = {low}, Q = {lot}, {rate:g} demand an hour, transit of {lead:g} h "
        "from a depot that never runs out",
        source="Zipkin 2000, sec. 6.2 and 6.3; Hadley and Whitin 1963, sec. 4-7",
        exactness="exact",
        data=shelf(rate, part, {"base": lead}, weeks=150),
        figures=_stock_figures(theory),
    )


def orders_up_to_a_level() -> Case:
    """(s, S)."""
    rate, lead, low, high = 1.0, 6.0, 4, 7
    theory = order_up_to(rate, lead, low, high)
    policy = {"reorder_below": low, "order_up_to": high}
    part = {"outlet_stock": policy, "depot_stock": ALWAYS_ENOUGH}
    return Case(
        name="(s, S)",
        system=f"outlet with s = {low}, S = {high}, {rate:g} demand an hour, transit of {lead:g} h "
        "from a depot that never runs out",
        source="Zipkin 2000, sec. 6.2 and 6.3",
        exactness="exact for demand in single units",
        data=shelf(rate, part, {"base": lead}, weeks=220),
        figures=_stock_figures(theory),
    )


def two_echelons() -> Case:
    """Base stock at a depot and at unequal outlets; METRIC is refused."""
    rates, bases = {"north": 1.0, "east": 0.6, "west": 0.5}, (2, 1, 1)
    transit, supply, depot = 0.5, 4.0, 4
    given = (np.array(list(rates.values())), transit, bases, supply, depot)
    exact, metric = echelons.exact(*given).outlets, echelons.metric(*given).outlets
    figures = []
    for i, name in enumerate(rates):
        backorders = market_kpi(name, "backorders")
        figures += [
            Figure(f"fill rate, {name}", "", float(exact.fill_rate[i]),
                   market_kpi(name, "fill_rate")),
            Figure(f"backorders, {name}", "", float(exact.backorders[i]), backorders),
            Figure(f"backorders by METRIC, {name}", "", float(metric.backorders[i]), backorders,
                   claim="low"),
        ]  # fmt: skip
    places = {name: {"lat": 0, "lon": 10 * i} for i, name in enumerate(rates)}
    return Case(
        name="two-echelon base stock",
        system=f"depot with base stock {depot}, supplier lead time {supply:g} h; three outlets "
        f"with base stocks {bases}, {tuple(rates.values())} demands an hour, transit {transit:g} h",
        source="exact: Simon 1971, Operations Research 19(6), pp. 1492-1497, Graves 1985, "
        "Management Science 31(10), pp. 1247-1256; METRIC: Sherbrooke 1968, Operations Research "
        "16(1), pp. 122-141",
        exactness="exact; METRIC neglects that orders wait together, its backorders are too low",
        data={
            "horizon": 112 * WEEK,
            "follow_up": 0,
            "warm_up": WEEK,
            "markets": {
                "places": {name: {**places[name], "weight": rates[name]} for name in rates}
            },
            "enquiries": {
                "demand": {
                    "per_week": sum(rates.values()) * WEEK, "work": {"part": "part", "repair": 0},
                }
            },
            "outlets": {
                "defaults": {"technicians": "unlimited", "hours": "24/7"},
                "places": {
                    name: {**places[name], "stock": {"part": {"base_stock": base}}}
                    for name, base in zip(rates, bases, strict=True)
                },
            },
            "parts": {
                "part": {"depot_stock": {"base_stock": depot}, "supplier_lead_time": supply}
            },
            "logistics": {"carriers": {"lane": {"base": transit, "speed": None}}},
        },
        figures=tuple(figures),
    )  # fmt: skip


def trucks_by_timetable() -> Case:
    """Every demand orders a part, which waits for the next departure."""
    rate, text, moments = 0.5, "Mon 06:00, Tue 18:00, Fri 09:00", (6.0, 42.0, 105.0)
    hours = np.array([0.0] * 7 + [1.0] * 12 + [0.5] * 5)
    profile = {"hours": hours.tolist(), "days": [1, 1, 1, 1, 1, 0.5, 0]}
    by_hour = np.outer(profile["days"], hours).ravel()
    data = shelf(
        rate, {"outlet_stock": {"base_stock": 50}, "depot_stock": ALWAYS_ENOUGH}, {}, weeks=30
    )
    data["start"] = MONDAY
    data["enquiries"]["demand"]["profile"] = profile
    data["logistics"] |= {
        "fleet": {"departures": text, "trucks": 3, "capacity": 1e9},
        "lane": "fleet",
    }
    theory = next_departure(moments, WEEK, by_hour)
    return Case(
        name="trucks by timetable",
        system=f"outlet with base stock, {rate:g} demand an hour on average in working hours, "
        f"departures {text}, room for all",
        source="mean residual time of the timetable over the profile of demand; for uniform "
        "demand the inspection paradox, Cox, Renewal Theory, 1962, sec. 5.4",
        exactness="exact",
        data=data,
        figures=(Figure("mean wait for a truck", "h", theory.mean, hours_for_a_truck),),
    )


CASES = (
    random_transit, random_supply, demand_that_goes_elsewhere, orders_in_lots,
    orders_up_to_a_level, two_echelons, trucks_by_timetable,
)  # fmt: skip
