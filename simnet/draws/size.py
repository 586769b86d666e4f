"""How much a scenario asks for, judged before any of it is drawn."""

import os
from collections.abc import Iterator

import numpy as np

from simnet.plan import Plan
from simnet.scenario import ScenarioError
from simnet.scenario.product import Product
from simnet.scenario.quantity import WEEK, YEAR

from . import failures, staff, units
from .streams import Floats

MEMORY_GIB = 8.0
"""what a run may take, where the environment has no SIMNET_MEMORY_GIB"""
GIB = 2.0**30
FIXED = 0.4 * GIB
"""bytes that the program and its pictures take, however small the run"""
BYTES_OF_CASE, BYTES_OF_CALL, BYTES_OF_JOB, BYTES_OF_PART, BYTES_OF_UNIT = 300, 50, 110, 200, 70
"""that a run with its files takes at its peak, about: of any case, more of it where there is a
hotline, where there are outlets, and where these have parts; measured with 1 and 2 million cases
(291 to 483 bytes a case without parts, 738 with parts and a unit)"""
HELD = 0.65
"""share of it that a replication takes until the last one is done"""


def _lived(edges: Floats, sold: Floats, until: float) -> float:
    """Hours in the field by `until` of units that stay for ever, `sold` by the hours `edges`."""
    if until <= 0:
        return 0.0
    inside = edges < until
    times = np.append(edges[inside], until)
    return float(np.trapezoid(np.append(sold[inside], np.interp(until, edges, sold)), times))


def _flows(plan: Plan, name: str, product: Product) -> Iterator[tuple[Floats, Floats]]:
    """Hours, and units of the product expected to be sold by then, market by market or in one."""
    rest = 1.0
    for weight, market in zip(plan.weights.tolist(), plan.markets.values(), strict=True):
        if name in market.sales:
            yield units.expected_sales(market.sales[name], plan)
            rest -= weight
    if product.sales is not None and rest > 0:
        edges, sold = units.expected_sales(product.sales, plan)
        yield edges, sold * rest


def _in_field(plan: Plan, name: str, product: Product) -> float:
    """Units of the product that are there at the start."""
    rest, found = 1.0, 0.0
    for weight, market in zip(plan.weights.tolist(), plan.markets.values(), strict=True):
        if name in market.in_field:
            found += market.in_field[name].units
            rest -= weight
    return found + (max(rest, 0.0) * product.in_field.units if product.in_field else 0.0)


def refuse_too_much(plan: Plan) -> None:
    """Raise ScenarioError where more must be expected than can be drawn, or held in memory."""
    memory(plan)


def memory(plan: Plan, replications: int = 1) -> float:
    """About how many GiB a run with its files will take at its peak, see `BYTES_OF_CASE`.

    Raises ScenarioError where more must be expected than can be drawn, or than are allowed.
    """
    count, cases = _expected(plan)
    of_case = BYTES_OF_CASE
    of_case += BYTES_OF_CALL if plan.scenario.hotline is not None else 0
    of_case += BYTES_OF_JOB if plan.outlets else 0
    of_case += BYTES_OF_PART if plan.outlets and plan.scenario.parts else 0
    each = of_case * cases + BYTES_OF_UNIT * count
    need = (FIXED + each * (1 + HELD * (replications - 1))) / GIB
    try:
        room = float(os.environ.get("SIMNET_MEMORY_GIB", MEMORY_GIB))
    except ValueError:
        room = MEMORY_GIB
    if need > room:
        of_all = f" in each of {replications} replications" if replications > 1 else ""
        message = (
            f"{cases:,.0f} cases and {count:,.0f} units are expected{of_all}; they need about "
            f"{need:,.1f} GiB of memory, and {room:g} are allowed. Simulate a shorter horizon or "
            "fewer markets at a time, let one unit stand for many, or allow more with "
            "SIMNET_MEMORY_GIB"
        )
        raise ScenarioError([plan.scenario.problem(("horizon",), message)])
    return need


def _expected(plan: Plan) -> tuple[float, float]:
    """Units and cases that must be expected. Raises ScenarioError where they cannot be drawn.

    A lower bound, so that nothing is refused that could be simulated: units that are there at the
    start fail only as long as they cannot have left the field, minimal repair is not counted, and
    as new there are t / mean - 1 failures by t (Wald's identity). What only the dice decide is
    refused where it is drawn.
    """
    staff.crews(plan)
    total, cases = 0.0, 0.0
    lived: dict[str, float] = {}
    with np.errstate(over="ignore", invalid="ignore"):
        for name, product in plan.scenario.products.items():
            there = _in_field(plan, name, product)
            hours = there * plan.horizon if product.end_of_life is None else 0.0
            gone = plan.horizon - (product.end_of_life or np.inf)
            count = there
            for edges, sold in _flows(plan, name, product):
                count += float(sold[-1])
                hours += _lived(edges, sold, plan.horizon) - _lived(edges, sold, gone)
            total += count
            if not total <= units.MAX_UNITS:
                raise units.too_many(plan, name, total)
            lived[name] = hours
            for path, law, effect in failures.clocks(name, product):
                if effect == "as_new" and count > 0:
                    mean = law.mean()
                    cases += max(0.0, hours / mean - count) if mean > 0 else np.inf
                    if cases > failures.MAX_CASES:
                        raise failures.too_many(plan, path, law)
        for name, enquiry in plan.scenario.enquiries.items():
            asking = lived if enquiry.product is None else [enquiry.product]
            cases += (enquiry.per_week or 0.0) * plan.horizon / WEEK
            cases += (enquiry.per_unit_year or 0.0) * sum(lived[p] for p in asking) / YEAR
            if not cases <= failures.MAX_CASES:
                message = f"more than {failures.MAX_CASES:,} cases would be simulated"
                raise ScenarioError([plan.scenario.problem(("enquiries", name), message)])
    return total, cases
