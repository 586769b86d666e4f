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
    mended = cases["outcome"] == Outcome.REPAIRED
    repairs, of_units, at_once = groups.sums(mended, of_unit, np.isnan(cases["left"]))
    remote = groups.count(on_the_phone(records) & of_unit)
    found = {
        "cases": groups.count(),
        **_hours("response", groups, times.response, service),
        **_hours("resolution", groups, times.resolution, service),
        "first_time_fix": ratio(at_once, repairs),
        "remote_fix": ratio(remote, of_units + remote),
        "promise_kept": _mean(groups, ~np.isnan(times.kept), times.kept),
        "fill_rate": _fill_rate(groups, plan, records),
    }
    helped = service & ~np.isnan(times.resolution)
    count, *waits = groups.sums(helped, *times.waits.values())
    for name, hours in zip(WAITS, waits, strict=True):
        found[f"wait_{name}"] = ratio(hours, count)
    return found


def _mean(groups: Groups, where: Bools, values: Floats) -> Floats:
    """Mean of the values (n,) where `where` (n,) is true."""
    count, total = groups.sums(where, values)
    return ratio(total, count)


def _hours(name: str, groups: Groups, hours: Floats, service: Bools) -> Figures:
    """Mean and quantiles of the hours of service cases, as far as they are known."""
    known = service & ~np.isnan(hours)
    quantiles = groups.quantiles(known, hours, [0.5, 0.9, 0.95])
    return {
        f"{name}_mean": _mean(groups, known, hours),
        **{f"{name}_{kind}": quantiles[:, i] for i, kind in enumerate(("p50", "p90", "p95"))},
    }


def _fill_rate(groups: Groups, plan: Plan, records: Records) -> Floats:
    """Share of the parts asked for that were at hand at that very moment."""
    asked, at_hand = np.zeros((2, len(records.cases["row"])))
    for case, _, since, ready in part_requests(plan, records):
        asked[case] += 1
        at_hand[case] += ready == since
    _, asked_for, there = groups.sums(asked > 0, asked, at_hand)
    return ratio(there, asked_for)


def of_tiers(groups: Groups, plan: Plan, records: Records, times: CaseTimes) -> Figures:
    """Share of the promises kept to the customers of each tier."""
    products = plan.scenario.products
    names = [f"{name}, {tier}" for name, item in products.items() for tier in item.tiers]
    first = np.cumsum([0, *(len(item.tiers) for item in products.values())])
    # a question belongs to no product, and has no tier
    of_source = np.array([first[s.product] if s.product >= 0 else -1 for s in plan.sources] or [-1])
    tier = of_source[records.cases["source"]]
    promised = (tier >= 0) & ~np.isnan(times.kept)
    tier += records.cases["tier"]
    count, kept = groups.by_part(promised, [times.kept], tier, max(len(names), 1))
    shares = ratio(kept, count)
    return {f"promise_kept: {name}": shares[i] for i, name in enumerate(names)}


def of_calls(groups: Groups, plan: Plan, records: Records) -> Figures:
    """Figures of the calls of each group; none without a hotline."""
    hotline, calls = plan.scenario.hotline, records.calls
    if hotline is None:
        return {}
    end, left = calls["end"], calls["left"]
    wait = left - calls["queued"]
    soon = wait <= hotline.service_level_within
    heard, waited, helped_soon = groups.sums(end == CallEnd.ANSWERED, wait, soon)
    gone = groups.count((end == CallEnd.ABANDONED) & ~np.isnan(left))
    return {
        "calls_offered": groups.count(end != CallEnd.CLOSED),
        "calls_abandoned": gone,
        "calls_blocked": groups.count(end == CallEnd.BLOCKED),
        "asa": ratio(3600 * waited, heard),
        "service_level": ratio(helped_soon, heard + gone),
        "abandonment": ratio(gone, heard + gone),
    }
