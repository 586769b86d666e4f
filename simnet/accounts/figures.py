"""Figures of groups of cases and calls: how fast they were helped, how often at once, as promised.

Each figure is an array with an element for each group, see `Groups`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.records import Records

from .cases import ON_THE_PHONE, WAITS, CaseTimes, carried_in, column, moments, outcomes
from .groups import Groups
from .sums import Bools, Floats, ratio

Figures = dict[str, Floats]


@dataclass(frozen=True)
class OfCases:
    """What is known of the cases of each group."""

    cases: Figures
    tiers: Figures
    """share of the promises kept to the customers of each tier"""
    came: Floats
    """(groups,) cases that came to us"""


def of_cases(groups: Groups, plan: Plan, records: Records, times: CaseTimes) -> OfCases:
    """Figures of the cases of each group."""
    from .loops import cases as loops

    cases, tiers, first_tier = records.cases, *_tiers(plan)
    table = np.zeros((groups.size + 1, len(loops.FIGURES) + len(WAITS)))
    of_tiers = np.zeros((groups.size + 1, len(tiers), 2))
    loops.add_up(
        moments(records), cases["outcome"], column(cases["outlet"]), cases["source"],
        cases["tier"], cases["unit"], column(cases["part"]), column(cases["second_part"]),
        times.response, times.resolution, times.kept, outcomes(ON_THE_PHONE), carried_in(plan),
        first_tier, groups.member, table, of_tiers,
    )  # fmt: skip
    groups.add_whole(table)
    groups.add_whole(of_tiers)
    found = dict(zip((*loops.FIGURES, *WAITS), np.ascontiguousarray(table[:-1].T), strict=True))
    service = (cases["unit"] >= 0) | ~np.isnan(cases["assigned"])
    on_phone = found["mended on the phone"]
    promised, kept = of_tiers[:-1].T
    figures = {
        "cases": found["cases"],
        "response_mean": ratio(found["response"], found["answers"]),
        **_quantiles("response", groups, times.response, service),
        "resolution_mean": ratio(found["resolution"], found["settlements"]),
        **_quantiles("resolution", groups, times.resolution, service),
        "first_time_fix": ratio(found["mended at once"], found["mended"]),
        "remote_fix": ratio(on_phone, found["units mended"] + on_phone),
        "promise_kept": ratio(found["kept"], found["promises"]),
        "fill_rate": ratio(found["parts at hand"], found["parts asked for"]),
        **{f"wait_{name}": ratio(found[name], found["settlements"]) for name in WAITS},
    }
    of_tier = {f"promise_kept: {name}": ratio(kept[i], promised[i]) for i, name in enumerate(tiers)}
    return OfCases(figures, of_tier, found["came"])


def _quantiles(name: str, groups: Groups, hours: Floats, service: Bools) -> Figures:
    """Quantiles of the hours that are known of service cases."""
    known = service & ~np.isnan(hours)
    found = groups.quantiles(known, hours, [0.5, 0.9, 0.95])
    return {f"{name}_{kind}": found[:, i] for i, kind in enumerate(("p50", "p90", "p95"))}


def _tiers(plan: Plan) -> tuple[list[str], NDArray[np.int64]]:
    """Names of the tiers of all products, and where those of each source's product begin; a
    question belongs to no product, and has no tier (-1)."""
    products = plan.scenario.products
    names = [f"{name}, {tier}" for name, item in products.items() for tier in item.tiers]
    first = np.cumsum([0, *(len(item.tiers) for item in products.values())]).tolist()
    of_source = [first[s.product] if s.product >= 0 else -1 for s in plan.sources]
    return names, np.array(of_source or [-1], dtype=np.int64)


def of_calls(groups: Groups, plan: Plan, records: Records) -> Figures:
    """Figures of the calls of each group; none without a hotline."""
    from .loops import groups as loops

    hotline, calls = plan.scenario.hotline, records.calls
    if hotline is None:
        return {}
    table = np.zeros((groups.size + 1, 6))
    within = float(hotline.service_level_within)
    loops.calls(calls["end"], calls["queued"], calls["left"], within, groups.member, table)
    groups.add_whole(table)
    offered, blocked, gone, heard, waited, soon = np.ascontiguousarray(table[:-1].T)
    return {
        "calls_offered": offered,
        "calls_abandoned": gone,
        "calls_blocked": blocked,
        "asa": ratio(3600 * waited, heard),
        "service_level": ratio(soon, heard + gone),
        "abandonment": ratio(gone, heard + gone),
    }
