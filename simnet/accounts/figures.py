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
    judged = ~np.isnan(times.kept)
    answered, settled = (service & ~np.isnan(hours) for hours in (times.response, times.resolution))
    asked, at_hand = _parts_asked_for(plan, records)
    (
        every, repairs, of_units, at_once, remote, promises, kept, asked_for, there,
        answers, response, settlements, resolution, *waits,
    ) = groups.sums([
        (None, None), (mended, None), (mended, of_unit), (mended, np.isnan(cases["left"])),
        (on_the_phone(records), of_unit), (judged, None), (judged, times.kept),
        (None, asked), (None, at_hand),
        (answered, None), (answered, times.response), (settled, None), (settled, times.resolution),
        *((settled, hours) for hours in times.waits.values()),
    ])  # fmt: skip
    return {
        "cases": every,
        "response_mean": ratio(response, answers),
        **_quantiles("response", groups, times.response, answered),
        "resolution_mean": ratio(resolution, settlements),
        **_quantiles("resolution", groups, times.resolution, settled),
        "first_time_fix": ratio(at_once, repairs),
        "remote_fix": ratio(remote, of_units + remote),
        "promise_kept": ratio(kept, promises),
        "fill_rate": ratio(there, asked_for),
        **{f"wait_{k}": ratio(v, settlements) for k, v in zip(WAITS, waits, strict=True)},
    }


def _quantiles(name: str, groups: Groups, hours: Floats, known: Bools) -> Figures:
    """Quantiles of the hours of the cases where `known` is true."""
    found = groups.quantiles(known, hours, [0.5, 0.9, 0.95])
    return {f"{name}_{kind}": found[:, i] for i, kind in enumerate(("p50", "p90", "p95"))}


def _parts_asked_for(plan: Plan, records: Records) -> tuple[Floats, Floats]:
    """How many parts each case asked for, and how many of them were at hand at that very moment;
    (cases,)."""
    asked, at_hand = np.zeros((2, len(records.cases["row"])))
    for case, _, since, ready in part_requests(plan, records):
        asked[case] += 1
        at_hand[case] += ready == since
    return asked, at_hand


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
    columns = [(promised, None), (promised, times.kept)]
    count, kept = groups.by_part(columns, tier, max(len(names), 1))
    shares = ratio(kept, count)
    return {f"promise_kept: {name}": shares[i] for i, name in enumerate(names)}


def of_calls(groups: Groups, plan: Plan, records: Records) -> Figures:
    """Figures of the calls of each group; none without a hotline."""
    hotline, calls = plan.scenario.hotline, records.calls
    if hotline is None:
        return {}
    end, left = calls["end"], calls["left"]
    wait = left - calls["queued"]
    talks = end == CallEnd.ANSWERED
    offered, blocked, gone, heard, waited, soon = groups.sums([
        (end != CallEnd.CLOSED, None), (end == CallEnd.BLOCKED, None),
        ((end == CallEnd.ABANDONED) & ~np.isnan(left), None),
        (talks, None), (talks, wait), (talks, wait <= hotline.service_level_within),
    ])  # fmt: skip
    return {
        "calls_offered": offered,
        "calls_abandoned": gone,
        "calls_blocked": blocked,
        "asa": ratio(3600 * waited, heard),
        "service_level": ratio(soon, heard + gone),
        "abandonment": ratio(gone, heard + gone),
    }
