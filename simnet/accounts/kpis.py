"""Key figures: how fast customers are helped, how busy everybody is, and what it costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import UNLIMITED, Plan
from simnet.records import CallEnd, Kind, Outcome, Records
from simnet.scenario.quantity import YEAR

from .cases import ON_THE_PHONE, WAITS, CaseTimes
from .ledger import COMPANY, NOT_SERVICE
from .levels import downtime

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

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
    "cost_per_case": ("money", "service cost of the company for a case"),
    "cost_per_unit_sold": ("money", "service cost of the company for a unit sold"),
    "cost_per_year": ("money", "service cost of the company in a year"),
    "income_per_year": ("money", "what the company earns with service in a year"),
}
"""unit and meaning of each key figure; `cost_per_year: X` is the part of category X"""


@dataclass(frozen=True)
class Kpis:
    """Key figures in total, and as tables by month, market and outlet."""

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


def _quantiles(name: str, hours: Floats) -> dict[str, float]:
    known = hours[~np.isnan(hours)]
    if not len(known):
        return {f"{name}_{kind}": float("nan") for kind in ("mean", "p50", "p90", "p95")}
    p50, p90, p95 = np.quantile(known, [0.5, 0.9, 0.95])
    return {
        f"{name}_mean": float(known.mean()),
        f"{name}_p50": float(p50),
        f"{name}_p90": float(p90),
        f"{name}_p95": float(p95),
    }


class _Counter:
    """The figures of a part of the cases and calls."""

    def __init__(self, plan: Plan, records: Records, times: CaseTimes) -> None:
        self.plan, self.records, self.times = plan, records, times
        self.calls = records.calls
        hotline = plan.scenario.hotline
        self.within = hotline.service_level_within if hotline else 0.0

    def hotline(self, mine: Mask) -> dict[str, float]:
        calls, end = self.calls, self.records.calls["end"]
        answered = mine & (end == CallEnd.ANSWERED)
        gone = mine & (end == CallEnd.ABANDONED) & ~np.isnan(calls["left"])
        wait = calls["left"] - calls["queued"]
        heard = answered.sum() + gone.sum()
        return {
            "calls_offered": float((mine & (end != CallEnd.CLOSED)).sum()),
            "calls_abandoned": float(gone.sum()),
            "calls_blocked": float((mine & (end == CallEnd.BLOCKED)).sum()),
            "asa": _ratio(3600 * wait[answered].sum(), answered.sum()),
            "service_level": _ratio((wait[answered] <= self.within).sum(), heard),
            "abandonment": _ratio(gone.sum(), heard),
        }

    def cases(self, mine: Mask) -> dict[str, float]:
        outcome = self.records.cases["outcome"][mine]
        left = self.records.cases["left"][mine]
        of_unit = self.records.cases["unit"][mine] >= 0
        mended = outcome == Outcome.REPAIRED
        remote = np.isin(outcome, [int(o) for o in ON_THE_PHONE]) & of_unit
        kept = self.times.kept[mine]
        response, resolution = self.times.response[mine], self.times.resolution[mine]
        # a question answered on the telephone is no service case of a unit: its few minutes would
        # hide how long the owners of broken units wait
        service = of_unit | ~np.isnan(self.records.cases["assigned"][mine])
        found = {
            "cases": float(mine.sum()),
            **_quantiles("response", response[service]),
            **_quantiles("resolution", resolution[service]),
            "first_time_fix": _ratio((mended & np.isnan(left)).sum(), mended.sum()),
            "remote_fix": _ratio(remote.sum(), (mended & of_unit).sum() + remote.sum()),
            "promise_kept": _ratio(np.nansum(kept), (~np.isnan(kept)).sum()),
        }
        for name in WAITS:
            hours = self.times.waits[name][mine][service & ~np.isnan(resolution)]
            found[f"wait_{name}"] = float(hours.mean()) if len(hours) else float("nan")
        return found

    def tiers(self, mine: Mask) -> dict[str, float]:
        source = self.records.cases["source"]
        product = np.array([s.product for s in self.plan.sources] or [-1])[source]
        found = {}
        for p, (name, item) in enumerate(self.plan.scenario.products.items()):
            for t, tier in enumerate(item.tiers):
                kept = self.times.kept[mine & (product == p) & (self.records.cases["tier"] == t)]
                known = kept[~np.isnan(kept)]
                found[f"promise_kept: {name}, {tier}"] = _ratio(known.sum(), len(known))
        return found


def _people(plan: Plan, records: Records, start: float) -> tuple[dict[str, float], pd.DataFrame]:
    """Utilisation in total, and a table by outlet, from `start` on."""
    staff, end = records.staff, plan.horizon
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0

    def inside(a: NDArray[Any], b: NDArray[Any]) -> Floats:
        stop = np.where(np.isnan(b), end, b)
        return np.maximum(stop - np.maximum(a, start), 0.0)

    duty = inside(staff.start, staff.end)
    crew = staff.crew[staff.person]
    calls = records.calls
    served = calls["agent"] >= 0
    talking = inside(calls["left"][served], calls["ended"][served]).sum()
    visits = records.visits
    busy = inside(visits["started"], visits["free"])
    outlet = records.visits["outlet"]
    limited = plan.technicians != UNLIMITED
    real = limited[outlet] if len(outlet) else np.zeros(0, dtype=bool)
    person = records.visits["technician"][real]
    begun = np.maximum(visits["started"][real], start)
    stop = np.maximum(np.where(np.isnan(visits["free"][real]), end, visits["free"][real]), begun)
    on_duty = staff.duty_until(person, stop) - staff.duty_until(person, begun)
    over = np.maximum(stop - begun - on_duty, 0.0)
    count = len(plan.outlets)
    of_outlet = (crew >= teams) & (crew < teams + count)
    duty_of = np.bincount(crew[of_outlet] - teams, weights=duty[of_outlet], minlength=count)
    busy_of = np.bincount(outlet, weights=busy, minlength=count)[:count]
    over_of = np.bincount(outlet[real], weights=over, minlength=count)[:count]
    table = pd.DataFrame(
        {
            "technicians": np.where(limited, plan.technicians, np.nan),
            "utilisation": np.where(
                duty_of > 0, busy_of / np.where(duty_of > 0, duty_of, 1), np.nan
            ),
            "overtime_hours": over_of,
        },
        index=pd.Index(list(plan.outlets), name="outlet"),
    )
    total = {
        "occupancy": _ratio(talking, duty[crew < teams].sum()),
        "utilisation": _ratio(busy_of[limited].sum(), duty_of[limited].sum()),
        "overtime": _ratio(over_of.sum(), busy_of[limited].sum()),
    }
    return total, table


def _stock(plan: Plan, records: Records, start: float) -> dict[str, float]:
    """Fill rate, backorders and transit, from `start` on."""
    moves = records.moves
    since = moves["time"] >= start
    at_outlet = since & (moves["place"] < plan.depot)
    at_once = -moves["on_hand"][at_outlet & (moves["on_hand"] < 0)].sum()
    waiting = moves["backorders"][at_outlet & (moves["backorders"] > 0)].sum()
    shipments = records.shipments
    recent = shipments["ordered"] >= start
    express = (recent & (shipments["kind"] == Kind.EMERGENCY)).sum()
    sent = (shipments["shipped"] >= start) & np.isin(
        shipments["kind"], (Kind.REPLENISHMENT, Kind.EMERGENCY)
    )
    hours = (shipments["arrived"] - shipments["shipped"])[sent]
    steps = np.where(moves["place"] < plan.depot, moves["backorders"], 0)
    left = plan.horizon - np.maximum(moves["time"], start)
    owed = float((steps * left).sum()) / (plan.horizon - start)
    return {
        "fill_rate": _ratio(at_once, at_once + waiting + express),
        "backorders": owed if plan.scenario.parts else float("nan"),
        "transit_mean": float(hours.mean()) if len(hours) else float("nan"),
    }


def _availability(plan: Plan, records: Records, start: float) -> float:
    """Share of the units' time in the field, from `start` on, in which they work."""
    units = records.units
    there = np.minimum(units.leaves, plan.horizon) - np.maximum(units.sold, start)
    failed, end = downtime(plan, records)
    stop = np.minimum(np.where(np.isnan(end), plan.horizon, end), plan.horizon)
    down = np.maximum(stop - np.maximum(failed, start), 0.0).sum()
    return 1 - _ratio(down, np.maximum(there, 0.0).sum())


def costs(plan: Plan, records: Records, entries: pd.DataFrame) -> dict[str, float]:
    """Cost of the service network to the company over the whole run, set-up included."""
    years = plan.horizon / YEAR
    service = entries[~entries["category"].isin(NOT_SERVICE)]
    paid = service[service["payer"] == COMPANY]
    cost = float(paid["amount"].sum())
    sold = int((records.units.sold >= 0).sum())
    income = float(service.loc[service["payee"] == COMPANY, "amount"].sum())
    by_category = paid.groupby("category")["amount"].sum().sort_values(ascending=False)
    return {
        "cost_per_case": _ratio(cost, len(records.cases["row"])),
        "cost_per_unit_sold": _ratio(cost, sold),
        "cost_per_year": cost / years,
        "income_per_year": income / years,
        **{f"cost_per_year: {name}": float(v) / years for name, v in by_category.items()},
    }


def kpis(plan: Plan, records: Records, times: CaseTimes, entries: pd.DataFrame) -> Kpis:
    """Key figures of a run. Times and shares speak of cases and calls after the warm-up; money of
    the whole run.

    times: `case_times`; entries: the ledger.
    """
    start = plan.scenario.warm_up
    counter = _Counter(plan, records, times)
    cases = records.cases
    recent = cases["failed"] >= start
    calls_since = records.calls["begun"] >= start
    people, outlets = _people(plan, records, start)
    total = {
        "cases": float(recent.sum()),
        **counter.hotline(calls_since),
        "occupancy": people["occupancy"],
        **counter.cases(recent),
        **counter.tiers(recent),
        "utilisation": people["utilisation"],
        "overtime": people["overtime"],
        **_stock(plan, records, start),
        "availability": _availability(plan, records, start),
        **costs(plan, records, entries),
    }
    month = np.searchsorted(plan.month_starts, cases["failed"], side="right") - 1
    call_month = np.searchsorted(plan.month_starts, records.calls["begun"], "right") - 1
    where = cases["outlet"]
    market = cases["market"]
    call_market = market[records.calls["case"]]

    def table(
        names: list[str], of_case: NDArray[Any], of_call: NDArray[Any] | None, index: str,
        since: Mask, calls: Mask,
    ) -> pd.DataFrame:  # fmt: skip
        rows = []
        for i, name in enumerate(names):
            row: dict[str, Any] = {index: name, **counter.cases(since & (of_case == i))}
            if of_call is not None and plan.scenario.hotline is not None:
                row |= counter.hotline(calls & (of_call == i))
            rows.append(row)
        return pd.DataFrame(rows).set_index(index) if rows else pd.DataFrame()

    everything = np.ones(len(recent), dtype=bool), np.ones(len(calls_since), dtype=bool)
    by_month = table(plan.month_names, month, call_month, "month", *everything)
    spent = entries[(entries["payer"] == COMPANY) & ~entries["category"].isin(NOT_SERVICE)]
    by_month["cost"] = spent.groupby("month")["amount"].sum().reindex(by_month.index).fillna(0.0)
    by_outlet = table(list(plan.outlets), where, None, "outlet", recent, calls_since)
    return Kpis(
        total=total,
        month=by_month,
        market=table(list(plan.markets), market, call_market, "market", recent, calls_since),
        outlet=by_outlet.join(outlets) if len(by_outlet) else outlets,
    )


def describe(name: str) -> tuple[str, str]:
    """Unit and meaning of a key figure."""
    if name.startswith("wait_"):
        return "h", f"mean wait: {name.removeprefix('wait_')}"
    head, _, rest = name.partition(": ")
    if head == "cost_per_year" and rest:
        return "money", f"of which {rest}"
    if head == "promise_kept" and rest:
        return "share", f"promises kept: {rest}"
    return UNITS.get(name) or UNITS.get(head) or ("", "")
