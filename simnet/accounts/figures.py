"""Figures of groups of cases and calls: how fast they were helped, how often at once, as promised.

Each figure is an array with an element for each group, see `Groups`.
"""

import numpy as np

from simnet.plan import Plan
from simnet.records import CallEnd, Outcome, Records

from .cases import WAITS, CaseTimes, on_the_phone, part_requests
from .groups import Groups
from .sums import Bools, Floats, ratio

Figures = dict[str, Floats]


def of_cases(groups: Groups, plan: Plan, records: Records, times: CaseTimes) -> Figures:
    """Figures of the cases of each group."""
    cases = records.cases
    of_unit = cases["unit"] >= 0
    # a question answered on the telephone is no service case of a unit: its few minutes would
    # hide how long the owners of broken units wait
    service = of_unit | ~np.isnan(cases["assigned"])
    mended = np.flatnonzero(cases["outcome"] == Outcome.REPAIRED)
    repairs = groups.only(mended)
    of_units = repairs.sum(of_unit[mended])
    remote = groups.only(np.flatnonzero(on_the_phone(records) & of_unit)).count()
    judged = np.flatnonzero(~np.isnan(times.kept))
    promises = groups.only(judged)
    found = {
        "cases": groups.count(),
        **_hours("response", groups, times.response, service),
        **_hours("resolution", groups, times.resolution, service),
        "first_time_fix": ratio(repairs.sum(np.isnan(cases["left"][mended])), repairs.count()),
        "remote_fix": ratio(remote, of_units + remote),
        "promise_kept": ratio(promises.sum(times.kept[judged]), promises.count()),
        "fill_rate": _fill_rate(groups, plan, records),
    }
    done = np.flatnonzero(service & ~np.isnan(times.resolution))
    helped = groups.only(done)
    count = helped.count()
    for name in WAITS:
        found[f"wait_{name}"] = ratio(helped.sum(times.waits[name][done]), count)
    return found


def _hours(name: str, groups: Groups, hours: Floats, service: Bools) -> Figures:
    """Mean and quantiles of the hours of service cases, as far as they are known."""
    rows = np.flatnonzero(service & ~np.isnan(hours))
    known, groups = hours[rows], groups.only(rows)
    quantiles = groups.quantiles(known, [0.5, 0.9, 0.95])
    return {
        f"{name}_mean": ratio(groups.sum(known), groups.count()),
        **{f"{name}_{kind}": quantiles[:, i] for i, kind in enumerate(("p50", "p90", "p95"))},
    }


def _fill_rate(groups: Groups, plan: Plan, records: Records) -> Floats:
    """Share of the parts asked for that were at hand at that very moment."""
    first, second = (
        (groups.only(case), ready == asked)
        for case, _, asked, ready in part_requests(plan, records)
    )
    at_hand = first[0].sum(first[1]) + second[0].sum(second[1])
    return ratio(at_hand, first[0].count() + second[0].count())


def of_tiers(groups: Groups, plan: Plan, records: Records, times: CaseTimes) -> Figures:
    """Share of the promises kept to the customers of each tier."""
    product = np.array([s.product for s in plan.sources] or [-1])[records.cases["source"]]
    promised = (product >= 0) & ~np.isnan(times.kept)
    found = {}
    for p, (name, item) in enumerate(plan.scenario.products.items()):
        for t, tier in enumerate(item.tiers):
            rows = np.flatnonzero(promised & (product == p) & (records.cases["tier"] == t))
            mine = groups.only(rows)
            kept = mine.sum(times.kept[rows])
            found[f"promise_kept: {name}, {tier}"] = ratio(kept, mine.count())
    return found


def of_calls(groups: Groups, plan: Plan, records: Records) -> Figures:
    """Figures of the calls of each group; none without a hotline."""
    hotline, calls = plan.scenario.hotline, records.calls
    if hotline is None:
        return {}
    end, left = calls["end"], calls["left"]
    talks = np.flatnonzero(end == CallEnd.ANSWERED)
    answered, wait = groups.only(talks), left[talks] - calls["queued"][talks]
    heard = answered.count()
    gone = groups.only(np.flatnonzero((end == CallEnd.ABANDONED) & ~np.isnan(left))).count()
    soon = answered.sum(wait <= hotline.service_level_within)
    return {
        "calls_offered": groups.only(np.flatnonzero(end != CallEnd.CLOSED)).count(),
        "calls_abandoned": gone,
        "calls_blocked": groups.only(np.flatnonzero(end == CallEnd.BLOCKED)).count(),
        "asa": ratio(3600 * answered.sum(wait), heard),
        "service_level": ratio(soon, heard + gone),
        "abandonment": ratio(gone, heard + gone),
    }
