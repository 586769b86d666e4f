"""Figures of what is used: people, parts and units, in time between two moments or in a month."""

import numpy as np

from simnet.plan import UNLIMITED, Plan
from simnet.records import Kind, Records

from .cases import part_requests
from .duty import Duty
from .groups import Groups
from .levels import downtime
from .months import hours_by_month, month_edges, month_of
from .sums import Floats, Ints, ratio, sums

Figures = dict[str, Floats]

BLOCK = 1 << 17
"""units that are looked at together"""


def _hours(
    plan: Plan, start: Floats, end: Floats, group: Ints | None = None, groups: int = 1
) -> tuple[Floats, Floats]:
    """Hours of the intervals after the warm-up and in each month (1 + months,), and those after
    the warm-up in each group (groups,). group: (n,) numbers; start of NaN: it never was."""
    by_month, by_group = hours_by_month(
        plan, start, end, group=group, groups=groups, since=plan.scenario.warm_up
    )
    return np.append(by_group.sum(), by_month.sum(axis=0)), by_group


def _by_market(groups: Groups, plan: Plan, start: Floats, end: Floats, market: Ints) -> Floats:
    """Hours after the warm-up, in each month and in each market; shape (1 + months + markets,)."""
    return np.concatenate(_hours(plan, start, end, market, groups.markets))


def of_stock(groups: Groups, plan: Plan, records: Records) -> Figures:
    """Cases that wait for a part, and time from the depot to the outlet."""
    shipments, market = records.shipments, records.cases["market"]
    kind = shipments["kind"]
    sent = np.flatnonzero((kind == Kind.REPLENISHMENT) | (kind == Kind.EMERGENCY))
    sent = sent[shipments["shipped"][sent] < plan.horizon]
    shipped = shipments["shipped"][sent]
    ways = Groups.of(plan, shipped, market[shipments["case"][sent]])
    count, transit = ways.sums([(None, None), (None, shipments["arrived"][sent] - shipped)])
    asked, waited = 0, np.zeros(1 + groups.months + groups.markets)
    for case, _, since, ready in part_requests(plan, records):
        asked += len(case)
        rows = np.flatnonzero(ready != since)  # the others had their part at once
        waited += _by_market(groups, plan, since[rows], ready[rows], market[case[rows]])
    time = np.full(len(waited), plan.horizon - plan.scenario.warm_up)
    _, by_month, *_ = groups.slices
    time[by_month] = np.diff(month_edges(plan))
    return {
        "backorders": waited / time if asked else np.full(len(time), np.nan),
        "transit_mean": ratio(transit, count),
    }


def availability(groups: Groups, plan: Plan, records: Records) -> Floats:
    """Share of the units' time in the field in which they work."""
    units, cases = records.units, records.cases
    there = np.zeros(1 + groups.months + groups.markets)
    for start in range(0, len(units), BLOCK):  # all of them at once take much memory
        rows = slice(start, start + BLOCK)
        of, sold = units.groups.between(start, min(start + BLOCK, len(units))), units.sold[rows]
        market = units.groups.market[of]
        there += _by_market(groups, plan, sold, sold + units.life[of], market)
    of_unit = cases["market"][cases["unit"] >= 0]
    return 1 - ratio(
        _by_market(groups, plan, *downtime(plan, records, plan.horizon), of_unit), there
    )


def of_people(plan: Plan, records: Records) -> tuple[Figures, Figures]:
    """How busy agents and technicians are: in total and by month (1 + months,), and by outlet."""
    staff, calls, visits = records.staff, records.calls, records.visits
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0
    count = len(plan.outlets)
    crew = staff.crew[staff.person]

    def on_duty(first: int, crews: int) -> tuple[Floats, Floats]:
        mine = np.flatnonzero((crew >= first) & (crew < first + crews))
        return _hours(plan, staff.start[mine], staff.end[mine], crew[mine] - first, crews)

    talking = np.where(calls["agent"] >= 0, calls["left"], np.nan)
    talked, _ = _hours(plan, talking, calls["ended"])

    outlet, person, started, free = (
        visits[name] for name in ("outlet", "technician", "started", "free")
    )
    if (plan.technicians == UNLIMITED).any():  # people without number have no duty
        started = np.where(person >= 0, started, np.nan)
    busy, busy_of = _hours(plan, started, free, outlet, count)
    over, over_of = _overtime(plan, records, outlet, person, started, np.fmin(free, plan.horizon))
    of_agents, _ = on_duty(0, teams)
    of_technicians, duty_of = on_duty(teams, count)
    of_outlets = {
        "technicians": np.where(plan.technicians != UNLIMITED, plan.technicians, np.nan),
        "utilisation": ratio(busy_of, duty_of),
        "overtime_hours": over_of,
    }
    figures = {
        "occupancy": ratio(talked, of_agents),
        "utilisation": ratio(busy, of_technicians),
        "overtime": ratio(over, busy),
    }
    return figures, of_outlets


def _overtime(
    plan: Plan, records: Records, outlet: Ints, person: Ints, start: Floats, end: Floats
) -> tuple[Floats, Floats]:
    """Overtime after the warm-up and in each month (1 + months,), and after it by outlet."""
    duty, months, warm_up = Duty.of(records.staff), len(plan.month_starts), plan.scenario.warm_up
    rows = duty.overrun(person, start, end)
    outlet, person, start, end = outlet[rows], person[rows], start[rows], end[rows]
    hours = duty.overtime(person, start, end)
    # work that goes over the edge of a month, or of the warm-up, is cut there
    month = month_of(plan, start)
    over = np.flatnonzero(month != month_of(plan, end))
    piece, since, until = _cut(start[over], end[over], month_edges(plan))
    cut = duty.overtime(person[over][piece], since, until)
    by_month = sums(month_of(plan, since), months, cut)
    within = hours.copy()
    within[over] = 0.0
    by_month += sums(month, months, within)
    hours[end <= warm_up] = 0.0
    over = np.flatnonzero((start < warm_up) & (end > warm_up))
    hours[over] = duty.overtime(person[over], np.full(len(over), warm_up), end[over])
    return np.append(hours.sum(), by_month), sums(outlet, len(plan.outlets), hours)


def _cut(start: Floats, end: Floats, edges: Floats) -> tuple[Ints, Floats, Floats]:
    """Intervals cut at the edges: which one each piece is of, its start and its end."""
    first = np.searchsorted(edges, start, side="right") - 1
    last = np.maximum(np.searchsorted(edges, end, side="left") - 1, first)
    count = last - first + 1
    of = np.repeat(np.arange(len(start)), count)
    at = first[of] + np.arange(len(of)) - (np.cumsum(count) - count)[of]
    return of, np.maximum(start[of], edges[at]), np.minimum(end[of], edges[at + 1])
