"""Key figures: how fast customers are helped, how busy everybody is, and what it costs."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import UNLIMITED, Plan
from simnet.records import CallEnd, Kind, Outcome, Records
from simnet.scenario.quantity import YEAR

from .cases import ON_THE_PHONE, WAITS, CaseTimes, carry_in, parts_needed
from .flows import COMPANY
from .ledger import NOT_SERVICE, direct_costs
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
        self.carry_in = carry_in(plan, records)
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
        found["fill_rate"] = self.fill_rate(mine)
        for name in WAITS:
            hours = self.times.waits[name][mine][service & ~np.isnan(resolution)]
            found[f"wait_{name}"] = float(hours.mean()) if len(hours) else float("nan")
        return found

    def fill_rate(self, mine: Mask) -> float:
        """Share of the parts asked for that were at hand at that very moment."""
        cases = self.records.cases
        first, second = parts_needed(self.records)
        asked = np.where(self.carry_in, cases["arrived"], cases["assigned"])
        wanted = mine & (first >= 0) & ~np.isnan(asked)
        again = mine & (second >= 0)
        at_hand = (wanted & (cases["part_ready"] == asked)).sum()
        at_hand += (again & (cases["part_ready_2"] == cases["left"])).sum()
        return _ratio(at_hand, wanted.sum() + again.sum())

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


def _people(
    plan: Plan, records: Records, start: float, end: float
) -> tuple[dict[str, float], pd.DataFrame]:
    """How busy agents and technicians are between `start` and `end`, in total and by outlet."""
    staff = records.staff
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0

    def inside(a: Floats, b: Floats) -> tuple[Floats, Floats]:
        begun = np.clip(a, start, end)
        return begun, np.clip(np.where(np.isnan(b), end, b), begun, end)

    on, off = inside(staff.start, staff.end)
    duty, crew = off - on, staff.crew[staff.person]
    served = records.calls["agent"] >= 0
    heard, done = inside(records.calls["left"][served], records.calls["ended"][served])
    visits, count = records.visits, len(plan.outlets)
    limited = plan.technicians != UNLIMITED
    real = visits["technician"] >= 0
    outlet, person = visits["outlet"][real], visits["technician"][real]
    began, free = inside(visits["started"][real], visits["free"][real])
    of_outlet = (crew >= teams) & (crew < teams + count)
    duty_of = np.bincount(crew[of_outlet] - teams, weights=duty[of_outlet], minlength=count)
    busy_of = np.bincount(outlet, weights=free - began, minlength=count)
    over_of = np.bincount(outlet, weights=staff.overtime(person, began, free), minlength=count)
    table = pd.DataFrame(
        {
            "technicians": np.where(limited, plan.technicians, np.nan),
            "utilisation": np.where(duty_of > 0, busy_of / np.maximum(duty_of, 1e-300), np.nan),
            "overtime_hours": over_of,
        },
        index=pd.Index(list(plan.outlets), name="outlet"),
    )
    total = {
        "occupancy": _ratio((done - heard).sum(), duty[crew < teams].sum()),
        "utilisation": _ratio(busy_of.sum(), duty_of.sum()),
        "overtime": _ratio(over_of.sum(), busy_of.sum()),
    }
    return total, table


def _part_waits(plan: Plan, records: Records) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """From and until when a case waited for a part, and which case; NaN: beyond the horizon."""
    cases = records.cases
    first, second = parts_needed(records)
    asked = np.where(carry_in(plan, records), cases["arrived"], cases["assigned"])
    one = np.flatnonzero((first >= 0) & ~np.isnan(asked))
    two = np.flatnonzero(second >= 0)
    return (
        np.concatenate((asked[one], cases["left"][two])),
        np.concatenate((cases["part_ready"][one], cases["part_ready_2"][two])),
        np.concatenate((one, two)),
    )


def _stock(
    records: Records,
    waits: tuple[Floats, Floats, NDArray[np.int64]],
    start: float,
    end: float,
    market: int | None = None,
) -> dict[str, float]:
    """Cases that wait for a part, and time from depot to outlet, between `start` and `end`."""
    shipments, of = records.shipments, records.cases["market"]
    kinds = [int(Kind.REPLENISHMENT), int(Kind.EMERGENCY)]
    sent = (shipments["shipped"] >= start) & (shipments["shipped"] < end)
    sent &= np.isin(shipments["kind"], kinds)
    asked, ready, case = waits
    waited = np.clip(np.where(np.isnan(ready), end, ready), start, end) - np.clip(asked, start, end)
    if market is not None:
        sent &= of[shipments["case"]] == market
        waited = waited[of[case] == market]
    hours = (shipments["arrived"] - shipments["shipped"])[sent]
    return {
        "backorders": float(waited.sum()) / (end - start) if len(case) else float("nan"),
        "transit_mean": float(hours.mean()) if len(hours) else float("nan"),
    }


def _availability(
    records: Records,
    down_times: tuple[Floats, Floats],
    start: float,
    end: float,
    market: int | None = None,
) -> float:
    """Share of the units' time in the field, between `start` and `end`, in which they work."""
    units = records.units
    there = np.clip(units.leaves, start, end) - np.clip(units.sold, start, end)
    failed, mended = down_times
    down = np.clip(np.where(np.isnan(mended), end, mended), start, end) - np.clip(
        failed, start, end
    )
    if market is not None:
        of_unit = records.cases["unit"] >= 0
        there = there[units.market == market]
        down = down[records.cases["market"][of_unit] == market]
    return 1 - _ratio(down.sum(), there.sum())


def costs(plan: Plan, records: Records, entries: pd.DataFrame) -> dict[str, float]:
    """Cost of the service network to the company over the whole run, set-up included."""
    years = plan.horizon / YEAR
    service = entries[~entries["category"].isin(NOT_SERVICE)]
    paid = service[service["payer"] == COMPANY]
    cost = float(paid["amount"].sum())
    sold = int(records.units.new.sum())
    income = float(service.loc[service["payee"] == COMPANY, "amount"].sum())
    by_category = paid.groupby("category")["amount"].sum().sort_values(ascending=False)
    return {
        "cost_per_case": _ratio(cost, (~np.isnan(records.cases["called"])).sum()),
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
    start, end = plan.scenario.warm_up, plan.horizon
    counter = _Counter(plan, records, times)
    begun, called = records.cases["failed"], records.calls["begun"]
    outlet, market = records.cases["outlet"], records.cases["market"]
    of_call = records.calls["case"]
    with_hotline = plan.scenario.hotline is not None
    down_times, part_waits = downtime(plan, records), _part_waits(plan, records)

    def window(start: float, end: float) -> dict[str, float]:
        people, _ = _people(plan, records, start, end)
        mine = (begun >= start) & (begun < end)
        hotline = counter.hotline((called >= start) & (called < end)) if with_hotline else {}
        return {
            **counter.cases(mine),
            **counter.tiers(mine),
            **hotline,
            **people,
            **_stock(records, part_waits, start, end),
            "availability": _availability(records, down_times, start, end),
        }

    edges = np.append(plan.month_starts, end)
    by_month = pd.DataFrame(
        [window(a, b) for a, b in pairwise(edges.tolist())],
        index=pd.Index(plan.month_names, name="month"),
    )
    spent = entries[(entries["payer"] == COMPANY) & ~entries["category"].isin(NOT_SERVICE)]
    money = spent.pivot_table(index="month", columns="category", values="amount", aggfunc="sum")
    money = money.reindex(by_month.index).fillna(0.0).add_prefix("cost: ")
    money.insert(0, "cost", money.sum(axis=1))
    came = np.histogram(begun[~np.isnan(records.cases["called"])], edges)[0]
    sold = np.histogram(records.units.sold[records.units.new], edges)[0]
    for place, (name, count) in enumerate((("case", came), ("unit_sold", sold)), start=1):
        per = np.where(count > 0, money["cost"] / np.maximum(count, 1), np.nan)
        money.insert(place, f"cost_per_{name}", per)

    recent, calls = begun >= start, called >= start
    direct = direct_costs(plan, records, times)

    def of_market(m: int) -> dict[str, float]:
        mine = recent & (market == m)
        came = (mine & ~np.isnan(records.cases["called"])).sum()
        return {
            **counter.cases(mine),
            **counter.tiers(mine),
            **(counter.hotline(calls & (market[of_call] == m)) if with_hotline else {}),
            **_stock(records, part_waits, start, end, m),
            "availability": _availability(records, down_times, start, end, m),
            "direct_cost_per_case": _ratio(sum(c[mine].sum() for c in direct.values()), came),
            **{f"direct_cost: {name}": float(c[mine].sum()) for name, c in direct.items()},
        }

    _, outlets = _people(plan, records, start, end)
    by_outlet = [counter.cases(recent & (outlet == o)) for o in range(len(plan.outlets))]
    names = {
        name: float("nan") for name in UNITS if not name.startswith(("cost_", "income_", "direct_"))
    }
    return Kpis(
        total={**names, **window(start, end), **costs(plan, records, entries)},
        month=by_month.join(money),
        market=pd.DataFrame(
            [of_market(m) for m in range(len(plan.markets))],
            index=pd.Index(list(plan.markets), name="market"),
        ),
        outlet=pd.DataFrame(by_outlet, index=outlets.index).join(outlets),
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
