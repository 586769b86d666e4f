"""Key figures: how fast customers are helped, how busy everybody is, and what it costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simnet.brief import brief
from simnet.plan import Plan
from simnet.records import Records
from simnet.scenario.quantity import YEAR

from . import figures, usage
from .cases import CaseTimes
from .figures import Figures
from .groups import Groups
from .ledger import Books
from .months import month_of
from .sums import Floats, ratio

UNITS: dict[str, tuple[str, str]] = {
    "cases": ("", "cases that began"),
    "calls_offered": ("", "calls that reached the open hotline"),
    "calls_abandoned": ("", "callers who gave up in the queue"),
    "calls_blocked": ("", "calls that found all lines busy"),
    "asa": ("s", "average speed of answer, menu left out"),
    "service_level": ("share", "calls answered in time, of those answered or abandoned"),
    "abandonment": ("share", "calls abandoned, of those answered or abandoned"),
    "occupancy": ("share", "agents' busy hours, of their hours on duty"),
    "response_mean": ("h", "first call to first help"),
    "response_p50": ("h", "half of the customers have help within"),
    "response_p90": ("h", "nine of ten have help within"),
    "response_p95": ("h", "nineteen of twenty have help within"),
    "resolution_mean": ("h", "first call to working unit"),
    "resolution_p50": ("h", "half of the units work within"),
    "resolution_p90": ("h", "nine of ten work within"),
    "resolution_p95": ("h", "nineteen of twenty work within"),
    "first_time_fix": ("share", "repairs done in one visit"),
    "remote_fix": ("share", "failures mended on the telephone, of all mended"),
    "promise_kept": ("share", "promises kept"),
    "utilisation": ("share", "technicians' busy hours, of their hours on duty"),
    "overtime": ("share", "technicians' busy hours outside of duty, of all busy hours"),
    "fill_rate": ("share", "parts that the outlet had on the shelf"),
    "backorders": ("", "cases that wait for a part, on average"),
    "transit_mean": ("h", "depot to outlet"),
    "availability": ("share", "time in which a unit works"),
    "direct_cost_per_case": ("money", "cost that the cases themselves caused, for a case"),
    "cost_per_case": ("money", "service cost of the company for a case that came to us"),
    "cost_per_unit_sold": ("money", "service cost of the company for a unit sold"),
    "cost_per_year": ("money", "service cost of the company in a year"),
    "income_per_year": ("money", "what the company earns with service in a year"),
}
"""unit and meaning of each key figure; `cost_per_year: X` is the part of category X"""


@dataclass(frozen=True)
class Kpis:
    """Key figures in total, and as tables by month, market and outlet."""

    __repr__ = brief

    total: dict[str, float]
    month: pd.DataFrame
    market: pd.DataFrame
    outlet: pd.DataFrame

    def __getitem__(self, name: str) -> float:
        return self.total[name]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what cannot be said (no such case) is None."""

        def plain(value: Any) -> Any:
            return None if isinstance(value, float) and np.isnan(value) else value

        tables = {"month": self.month, "market": self.market, "outlet": self.outlet}
        return {
            "total": {name: plain(value) for name, value in self.total.items()},
            **{
                name: {
                    str(row): {str(k): plain(float(v)) for k, v in cells.items()}
                    for row, cells in table.to_dict("index").items()
                }
                for name, table in tables.items()
            },
        }


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _costs(plan: Plan, records: Records, books: Books, came: float) -> dict[str, float]:
    """Cost of the service network to the company over the whole run, set-up included. came: cases
    that came to it."""
    years = plan.horizon / YEAR
    by_category = {name: float(amounts.sum()) for name, amounts in books.paid().items()}
    cost = sum(by_category.values())
    largest = sorted(by_category.items(), key=lambda item: -item[1])
    return {
        "cost_per_case": _ratio(cost, came),
        "cost_per_unit_sold": _ratio(cost, int(np.count_nonzero(records.units.new))),
        "cost_per_year": cost / years,
        "income_per_year": books.earned() / years,
        **{f"cost_per_year: {name}": amount / years for name, amount in largest},
    }


def _money_by_month(plan: Plan, records: Records, books: Books, came: Floats) -> Figures:
    """Cost of each month by category, for a case and for a unit sold. came: (months,) cases that
    came to us."""
    months, units, paid = len(plan.month_starts), records.units, books.paid()
    cost = sum(paid.values(), np.zeros(months))
    sold = np.bincount(month_of(plan, units.sold[units.new]), minlength=months)
    return {
        "cost": cost,
        "cost_per_case": ratio(cost, came),
        "cost_per_unit_sold": ratio(cost, sold.astype(np.float64)),
        **{f"cost: {name}": amounts for name, amounts in paid.items()},
    }


def _direct_by_market(paid: dict[str, Floats], came: Floats) -> Figures:
    """What the company paid for the cases of each market directly, for a case and by category.
    came: (markets,) cases that came to us."""
    return {
        "direct_cost_per_case": ratio(sum(paid.values(), np.zeros(len(came))), came),
        **{f"direct_cost: {name}": amounts for name, amounts in paid.items()},
    }


def kpis(plan: Plan, records: Records, times: CaseTimes, books: Books) -> Kpis:
    """Key figures of a run. Times and shares speak of cases and calls after the warm-up; money of
    the whole run.

    times: `case_times`; books: `books`.
    """
    cases, calls = records.cases, records.calls
    callers = Groups.of(plan, calls["begun"], cases["market"][calls["case"]])
    of_calls = figures.of_calls(callers, plan, records)
    del callers  # what they take is no longer needed
    groups = Groups.of(plan, cases["failed"], cases["market"], cases["outlet"])
    found = figures.of_cases(groups, plan, records, times)
    first = {**found.cases, **found.tiers, **of_calls}
    last = {
        **usage.of_stock(groups, plan, records),
        "availability": usage.availability(groups, plan, records),
    }
    people, outlets = usage.of_people(plan, records)
    together = {**first, **people, **last}
    whole, by_month, by_market, by_outlet = groups.slices
    names = {
        name: float("nan") for name in UNITS if not name.startswith(("cost_", "income_", "direct_"))
    }
    came = found.came[by_month]
    total = {name: float(values[whole][0]) for name, values in together.items()}
    month = {name: values[by_month] for name, values in together.items()}
    market = {name: values[by_market] for name, values in (first | last).items()}
    outlet = {name: values[by_outlet] for name, values in found.cases.items()}
    return Kpis(
        total={**names, **total, **_costs(plan, records, books, float(came.sum()))},
        month=pd.DataFrame(
            {**month, **_money_by_month(plan, records, books, came)},
            index=pd.Index(plan.month_names, name="month"),
        ),
        market=pd.DataFrame(
            {**market, **_direct_by_market(books.direct, found.came[by_market])},
            index=pd.Index(list(plan.markets), name="market"),
        ),
        outlet=pd.DataFrame(
            {**(outlet if plan.outlets else {}), **outlets},
            index=pd.Index(list(plan.outlets), name="outlet"),
        ),
    )


def describe(name: str) -> tuple[str, str]:
    """Unit and meaning of a key figure."""
    if name.startswith("wait_"):
        return "h", f"mean wait: {name.removeprefix('wait_')}"
    head, _, rest = name.partition(": ")
    if head == "cost_per_year" and rest:
        return "money", f"of which {rest}"
    if head == "direct_cost":
        return "money", f"direct cost: {rest}"
    if head == "promise_kept" and rest:
        return "share", f"promises kept: {rest}"
    return UNITS.get(name) or UNITS.get(head) or ("", "")
