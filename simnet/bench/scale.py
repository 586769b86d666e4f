"""A scenario made larger: as many times the demand, and as many times all that serves it."""

import copy
from typing import Any

RATES = (
    "products.*.sales", "products.*.sales.per_month", "products.*.sales.per_month.*",
    "products.*.sales.start", "products.*.sales.end", "products.*.sales.potential",
    "markets.places.*.sales.*", "markets.places.*.sales.*.per_month",
    "markets.places.*.sales.*.per_month.*", "markets.places.*.sales.*.start",
    "markets.places.*.sales.*.end", "markets.places.*.sales.*.potential",
    "enquiries.*.per_week",
)  # fmt: skip
"""demand, which need not be whole"""
POLICY = (
    "base_stock", "base_stock_total", "reorder_below", "order_up_to", "reorder_point",
    "order_quantity",
)  # fmt: skip
COUNTS = (
    "products.*.in_field.units", "markets.places.*.in_field.*.units",
    "hotline.lines", "hotline.teams.*.shifts.*.agents",
    "outlets.defaults.technicians", "outlets.places.*.technicians",
    "outlets.site.technicians_total",
    *(f"parts.*.{place}_stock.{name}" for place in ("outlet", "depot") for name in POLICY),
    *(f"outlets.{place}.stock.*.{name}" for place in ("defaults", "places.*") for name in POLICY),
    "logistics.fleet.trucks", "logistics.workshop.technicians",
)  # fmt: skip
"""whole units, people, pieces and trucks; what there is of stays at least one"""


def scaled(data: dict[str, Any], factor: float) -> dict[str, Any]:
    """The data of a scenario, times `factor`; places, times, laws and prices stay.

    Technicians that nobody wrote down (there are two at an outlet) and those of a register stay,
    and `per_unit_year` does, as there are more units.
    """
    found: dict[str, Any] = copy.deepcopy(data)
    for path in RATES:
        _change(found, path.split("."), factor, whole=False)
    for path in COUNTS:
        _change(found, path.split("."), factor, whole=True)
    return found


def _change(node: Any, path: list[str], factor: float, whole: bool) -> None:
    step, rest = path[0], path[1:]
    if isinstance(node, list):
        keys: list[Any] = list(range(len(node))) if step == "*" else []
    elif isinstance(node, dict):
        keys = list(node) if step == "*" else [step] if step in node else []
    else:
        return
    for key in keys:
        if rest:
            _change(node[key], rest, factor, whole)
        elif isinstance(node[key], int | float) and node[key] > 0:
            value = node[key] * factor
            node[key] = max(round(value), 1) if whole else value
