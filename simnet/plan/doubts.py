"""What may not be meant in a scenario that is right in itself. For `check`, and beside results."""

from collections.abc import Iterator

import numpy as np

from simnet.scenario.quantity import WEEK, YEAR
from simnet.scenario.week import Week

from .misplaced import misplaced_doubts
from .plan import Plan
from .sited import listed, siting_doubts
from .unused import unused_doubts

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def doubts(plan: Plan) -> list[str]:
    """Each doubt about the scenario in words: what stands there, and what would follow."""
    return [
        *misplaced_doubts(plan), *siting_doubts(plan), *_dispatch(plan), *_profiles(plan),
        *_set_up(plan), *unused_doubts(plan),
    ]  # fmt: skip


def _dispatch(plan: Plan) -> Iterator[str]:
    policy = plan.scenario.dispatch.policy
    if not plan.outlets:
        return
    if policy == "own_first" and len(set(plan.owned.tolist())) == 1:
        which = "all outlets are" if plan.owned[0] else "no outlet is"
        yield f"dispatch.policy own_first: {which} the company's own, so it is the same as nearest"
    if policy == "territory":
        weights = plan.weights
        alone = [
            i for i in np.flatnonzero(~plan.same_region.any(axis=1)).tolist() if weights[i] > 0
        ]
        if alone:
            markets, outlets = list(plan.markets.values()), list(plan.outlets.values())
            ours = sorted({markets[i].region or "(none)" for i in alone})
            theirs = sorted({outlet.region or "(none)" for outlet in outlets})
            share = weights[alone].sum()
            part = f"{len(alone)} of {len(markets)} markets, {share:.0%} of demand,"
            who = "all markets" if share > 1 - 1e-9 else part
            yield (
                f"dispatch.policy territory: {who} have no outlet of their region, so "
                f"the nearest one serves them. Regions of these markets: {listed(ours)}; "
                f"of outlets: {listed(theirs)}"
            )


def _profiles(plan: Plan) -> Iterator[str]:
    """Demand that comes evenly day and night, where not everybody is there day and night."""
    scenario = plan.scenario
    hotline = scenario.hotline
    closed = [o.hours for o in plan.outlets.values() if o.hours.hours < WEEK]
    at_outlets = closed[0] if closed else None
    at_desk = hotline.hours if hotline is not None and hotline.hours.hours < WEEK else None
    flat: dict[str, Week] = {}
    fails = [source for source in plan.sources if source.product >= 0]
    hours = at_desk or at_outlets
    if fails and scenario.reporting.profile.flat and hours is not None:
        flat["failures (reporting.profile)"] = hours
    for name, enquiry in scenario.enquiries.items():
        hours = at_desk or (at_outlets if enquiry.work is not None else None)
        if enquiry.profile.flat and hours is not None:
            flat[f"enquiries.{name}.profile"] = hours
    for who, week in (("the hotline", at_desk), ("outlets", at_outlets)):
        names = [name for name, hours in flat.items() if hours is week]
        if week is not None and names:
            opening, gap = _longest_closure(week)
            yield (
                f"{listed(names)}: as no profile says otherwise, they come evenly around the clock"
                f", but {who} work{'s' * (week is at_desk)} {week.hours:g} of 168 hours a week: "
                f"what came in the {gap:g} hours before, {gap / WEEK:.0%} of the week, is there "
                f"on {DAYS[int(opening // 24) % 7]} at {opening % 24:g}:00, and the peak is then"
            )


def _set_up(plan: Plan) -> Iterator[str]:
    """A set-up that is paid within less than a year."""
    contracts = plan.scenario.contracts
    paid = [
        name for name, outlet in plan.outlets.items()
        if not outlet.existing and any(
            term.per == "setup" and term.amount for term in contracts[outlet.contract].terms
        )
    ]  # fmt: skip
    if paid and plan.horizon < YEAR:
        which = f"{len(paid)} outlets" if len(paid) > 1 else paid[0]
        yield (
            f"the set-up of {which} is charged to {plan.horizon / 24:,.0f} days alone, so costs "
            f"per year count it {YEAR / plan.horizon:.1f} times: simulate a year or more, or say "
            "existing"
        )


def _longest_closure(week: Week) -> tuple[float, float]:
    """When the week opens after it was closed for longest, and for how many hours it was."""
    starts, ends = np.array(week.intervals).T
    gaps = (starts - np.roll(ends, 1)) % WEEK
    longest = int(gaps.argmax())
    return float(starts[longest]), float(gaps[longest])
