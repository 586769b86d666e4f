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
    repairs = groups.sum(rows=mended)
    at_once = groups.sum(np.isnan(cases["left"][mended]), mended)
    remote = groups.sum(on_the_phone(records) & of_unit)
    judged = np.flatnonzero(~np.isnan(times.kept))
    found = {
        "cases": groups.sum(),
        **_hours("response", groups, times.response, service),
        **_hours("resolution", groups, times.resolution, service),
        "first_time_fix": ratio(at_once, repairs),
        "remote_fix": ratio(remote, groups.sum(of_unit[mended], mended) + remote),
        "promise_kept": ratio(groups.sum(times.kept[judged], judged), groups.sum(rows=judged)),
        "fill_rate": _fill_rate(groups, plan, records),
    }
    done = np.flatnonzero(service & ~np.isnan(times.resolution))
    count = groups.sum(rows=done)
    for name in WAITS:
        found[f"wait_{name}"] = ratio(groups.sum(times.waits[name][done], done), count)
    return found


def _hours(name: str, groups: Groups, hours: Floats, service: Bools) -> Figures:
    """Mean and quantiles of the hours of service cases, as far as they are known."""
    rows = np.flatnonzero(service & ~np.isnan(hours))
    known = hours[rows]
    quantiles = groups.quantiles(known, rows, [0.5, 0.9, 0.95])
    return {
        f"{name}_mean": ratio(groups.sum(known, rows), groups.sum(rows=rows)),
        **{f"{name}_{kind}": quantiles[:, i] for i, kind in enumerate(("p50", "p90", "p95"))},
    }


def _fill_rate(groups: Groups, plan: Plan, records: Records) -> Floats:
    """Share of the parts asked for that were at hand at that very moment."""
    wanted = at_hand = groups.sum(rows=np.zeros(0, dtype=np.int64))
    for case, _, asked, ready in part_requests(plan, records):
        wanted = wanted + groups.sum(rows=case)
        at_hand = at_hand + groups.sum(ready == asked, case)
    return ratio(at_hand, wanted)


def of_tiers(groups: Groups, plan: Plan, records: Records, times: CaseTimes) -> Figures:
    """Share of the promises kept to the customers of each tier."""
    product = np.array([s.product for s in plan.sources] or [-1])[records.cases["source"]]
    promised = (product >= 0) & ~np.isnan(times.kept)
    found = {}
    for p, (name, item) in enumerate(plan.scenario.products.items()):
        for t, tier in enumerate(item.tiers):
            rows = np.flatnonzero(promised & (product == p) & (records.cases["tier"] == t))
            kept = groups.sum(times.kept[rows], rows)
            found[f"promise_kept: {name}, {tier}"] = ratio(kept, groups.sum(rows=rows))
    return found


def of_calls(groups: Groups, plan: Plan, records: Records) -> Figures:
    """Figures of the calls of each group; none without a hotline."""
    hotline, calls = plan.scenario.hotline, records.calls
    if hotline is None:
        return {}
    end, left = calls["end"], calls["left"]
    answered = np.flatnonzero(end == CallEnd.ANSWERED)
    wait = left[answered] - calls["queued"][answered]
    gone = groups.sum((end == CallEnd.ABANDONED) & ~np.isnan(left))
    talked = groups.sum(rows=answered)
    return {
        "calls_offered": groups.sum(end != CallEnd.CLOSED),
        "calls_abandoned": gone,
        "calls_blocked": groups.sum(end == CallEnd.BLOCKED),
        "asa": ratio(3600 * groups.sum(wait, answered), talked),
        "service_level": ratio(
            groups.sum(wait <= hotline.service_level_within, answered), talked + gone
        ),
        "abandonment": ratio(gone, talked + gone),
    }
