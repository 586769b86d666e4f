"""Parts: what came in is on a shelf, under way or used; no shelf is below zero; and of the failed
ones what was sent in is mended, and nothing else."""

import numpy as np

from simnet.accounts.cases import is_among, part_requests
from simnet.accounts.sums import Bools, Ints, partition
from simnet.plan import FLEET, Plan
from simnet.records import Kind, Records

from .finding import Check, Checks

_FROM_DEPOT = (Kind.REPLENISHMENT, Kind.EMERGENCY)
_TO_OUTLETS = (*_FROM_DEPOT, Kind.MENDED_AT_OUTLET)
_TO_DEPOT = (Kind.SUPPLY, Kind.MENDED_PART)


def check_stocks(plan: Plan, records: Records) -> Checks:
    """Parts are conserved at every place and in all, and nobody waits beside a full shelf."""
    parts = len(plan.scenario.parts)
    places = plan.depot + 1
    check = Check("parts are conserved", "stocks", parts * places)
    if parts:
        _shelves(plan, records, check)
        _balances(plan, records, check)
        _failed(plan, records, check)
    yield check


def _name(plan: Plan, key: int) -> str:
    place, part = divmod(key, len(plan.scenario.parts))
    where = "depot" if place == plan.depot else f"outlet {list(plan.outlets)[place]}"
    return f"part {list(plan.scenario.parts)[part]} at {where}"


def _shelves(plan: Plan, records: Records, check: Check) -> None:
    """Levels after every change, from the changes."""
    moves, parts = records.moves, len(plan.scenario.parts)
    initial = records.initial_stock.reshape(-1)
    check.name(
        f"{_name(plan, i)}: {initial[i]} pieces at the start" for i in check.refuse(initial < 0)
    )
    key = moves["place"].astype(np.int64) * parts + moves["part"]
    order, bounds = partition(key, len(initial))
    for number, (start, end) in enumerate(bounds):
        mine = order[start:end]
        name, time = _name(plan, number), moves["time"][mine]
        on_hand = initial[number] + np.cumsum(moves["on_hand"][mine])
        owed = np.cumsum(moves["backorders"][mine])
        for what, found in (("pieces on the shelf", on_hand), ("pieces owed", owed)):
            check.name(
                f"{name}: {found[i]} {what} at {time[i]:.6f} h" for i in check.refuse(found < 0)
            )
        # what happens at one moment counts once
        last = np.append(time[1:] != time[:-1], True)
        check.name(
            f"{name}: at {time[i]:.6f} h {owed[i]} were owed beside {on_hand[i]} on the shelf"
            for i in check.refuse(last[: len(mine)] & (on_hand > 0) & (owed > 0))
        )


def _balances(plan: Plan, records: Records, check: Check) -> None:
    """By place and part, and in all: what came, went, was used, and is left."""
    cases, moves, sent = records.cases, records.moves, records.shipments
    parts, depot = len(plan.scenario.parts), plan.depot
    size = (depot + 1) * parts

    def count(place: Ints, part: Ints, pieces: Ints | None = None) -> Ints:
        found = np.bincount(place.astype(np.int64) * parts + part, pieces, minlength=size)
        return np.rint(found).astype(np.int64)

    kind, quantity = sent["kind"], sent["quantity"]
    arrived = sent["arrived"] < plan.horizon
    to_outlet, to_depot = is_among(kind, _TO_OUTLETS), is_among(kind, _TO_DEPOT)
    from_depot = is_among(kind, _FROM_DEPOT)

    def shipped(mine: Bools) -> Ints:
        rows = np.flatnonzero(mine)
        return count(sent["outlet"][rows], sent["part"][rows], quantity[rows])

    came = shipped(arrived & (to_outlet | to_depot))
    used, waiting = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for case, part, _, ready in part_requests(plan, records):
        took = ~np.isnan(ready)
        asked = count(cases["outlet"][case], part)
        got = count(cases["outlet"][case[took]], part[took])
        used += got
        waiting += asked - got
    change = count(moves["place"], moves["part"], moves["on_hand"])
    at_depot = np.arange(size) >= depot * parts
    check.name(
        f"{_name(plan, i)}: {came[i]} came and {used[i]} were used, but the shelf changed by "
        f"{change[i]}"
        for i in check.refuse(~at_depot & (came - used != change))
    )
    # the depot: what left it is on a truck's dock or was shipped
    out = np.flatnonzero(moves["on_hand"] < 0)
    gone = -count(moves["place"][out], moves["part"][out], moves["on_hand"][out])[depot * parts :]
    entered = change[depot * parts :] + gone
    by_part = sent["part"]
    left = np.bincount(by_part[from_depot], weights=quantity[from_depot], minlength=parts)
    docks = gone - np.rint(left).astype(np.int64)
    has_dock = bool((plan.lane == FLEET).any())
    check.name(
        f"{_name(plan, depot * parts + k)}: {docks[k]} left it and were never shipped"
        for k in check.refuse((docks < 0) | ((docks > 0) & (not has_dock)))
    )
    check.name(
        f"{_name(plan, depot * parts + k)}: {came[depot * parts + k]} came, {entered[k]} were "
        "put on the shelf"
        for k in check.refuse(came[depot * parts :] != entered)
    )
    # all places together
    names = list(plan.scenario.parts)
    by_place = (depot + 1, parts)
    initial = records.initial_stock.sum(axis=0)
    on_hand = initial + change.reshape(by_place).sum(axis=0)
    bought = came[depot * parts :] + np.bincount(
        by_part[arrived & (kind == Kind.MENDED_AT_OUTLET)], minlength=parts
    )
    late = from_depot & ~arrived
    under_way = np.bincount(by_part[late], weights=quantity[late], minlength=parts)
    total = on_hand + docks + np.rint(under_way).astype(np.int64)
    total = total + used.reshape(by_place).sum(axis=0)
    check.name(
        f"part {names[k]}: {initial[k]} at the start and {bought[k]} bought or mended, but "
        f"{total[k]} on hand, under way or used"
        for k in check.refuse(total != initial + bought)
    )
    # cases that wait are what outlets owe, and emergencies under way
    owed = count(moves["place"], moves["part"], moves["backorders"])
    owed += shipped(~arrived & (kind == Kind.EMERGENCY))
    check.name(
        f"{_name(plan, i)}: {waiting[i]} cases wait at the end, but {owed[i]} are owed"
        for i in check.refuse(~at_depot & (waiting != owed))
    )


def _failed(plan: Plan, records: Records, check: Check) -> None:
    """Failed parts: each was changed, or asked for where it leaves at the failure; each that is
    mended was sent in, once; and each that was sent in is mended, or waits for the bench."""
    parts, names = plan.scenario.parts, list(plan.scenario.parts)
    sent, bench, workshop = records.shipments, records.bench, plan.scenario.logistics.workshop
    kind, arrived = sent["kind"], sent["arrived"] < plan.horizon

    def pieces(mine: Bools) -> Ints:
        return np.bincount(sent["part"][mine], minlength=len(parts))

    sent_in, mended = kind == Kind.FAILED_PART, kind == Kind.MENDED_PART
    there, begun = pieces(sent_in & arrived), pieces(mended)
    may_wait = workshop.mends_parts and workshop.technicians != "unlimited"
    check.name(
        f"part {names[k]}: {there[k]} were sent in, {begun[k]} went to the bench"
        for k in check.refuse((begun > there) if may_wait else (begun != there))
    )
    due = begun * workshop.mends_parts
    on_bench = np.bincount(bench["part"][bench["part"] >= 0], minlength=len(parts))
    check.name(
        f"part {names[k]}: {due[k]} pieces were to go to the bench, and {on_bench[k]} did"
        for k in check.refuse(on_bench != due)
    )
    # who came first is mended first, so the one list is the beginning of the other
    came = np.flatnonzero(sent_in & arrived)
    came = came[np.argsort(sent["arrived"][came], kind="stable")]
    job = np.flatnonzero(mended)[: len(came)]
    came = came[: len(job)]
    stray = sent["arrived"][came] != sent["ordered"][job]
    for name in ("case", "part"):
        stray |= sent[name][came] != sent[name][job]
    check.name(
        f"part {names[sent['part'][job[i]]]} of case {sent['case'][job[i]]} was mended when "
        "another one was there to be mended"
        for i in check.refuse(stray)
    )
    failed = pieces(sent_in | (kind == Kind.MENDED_AT_OUTLET))
    taken, asked = np.zeros((2, len(parts)), dtype=np.int64)
    for _, part, _, ready in part_requests(plan, records):
        asked += np.bincount(part, minlength=len(parts))
        taken += np.bincount(part[~np.isnan(ready)], minlength=len(parts))
    at_failure = np.array([part.removed == "at_failure" for part in parts.values()])
    most = np.where(at_failure, asked, taken)
    check.name(
        f"part {names[k]}: {failed[k]} failed ones, but only {most[k]} were "
        f"{'asked for' if at_failure[k] else 'changed'}"
        for k in check.refuse(failed > most)
    )
