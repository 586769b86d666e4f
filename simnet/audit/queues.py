"""Queues: Little's law. The engine counts who waits; the records say how long each one waited.

Little (1961), Operations Research 9(3):383-387; over a finite run with those who still wait at the
end counted up to the end, it is an identity: the hours under the queue's curve are the waits' sum.
"""

from collections.abc import Iterator

import numpy as np

from simnet.accounts.cases import part_requests
from simnet.accounts.sums import Floats, Ints, sums
from simnet.plan import FLEET, Plan
from simnet.records import Kind, Outcome, Queue, Records

from .finding import Check, Checks


def check_queues(plan: Plan, records: Records) -> Checks:
    """Every queue's hours, counted by the engine, against the waits of its cases."""
    table = records.queues
    check = Check("Little's law holds for each queue", "queues", 0)
    for queue, place, part, waits, visitors in _waits(plan, records):
        # the engine's rows are in the order of places, then parts, too; one that lacks is NaN
        counted = np.full(len(waits), np.nan)
        rows = table["hours"][table["queue"] == queue][: len(waits)]
        counted[: len(rows)] = rows
        check.count += len(waits)
        rounding = 1e-9 * np.abs(waits) + 1e-13 * plan.horizon * (visitors + 1)
        check.name(
            f"{_name(plan, queue, int(place[i]), int(part[i]))}: the engine counted "
            f"{counted[i]:.6f} hours of waiting, the cases waited {waits[i]:.6f}"
            for i in check.refuse(~(np.abs(counted - waits) <= rounding))
        )
    yield check


def _name(plan: Plan, queue: Queue, place: int, part: int) -> str:
    where = list(plan.outlets)[place] if 0 <= place < plan.depot else "depot"
    if queue == Queue.PART:
        return f"queue for part {list(plan.scenario.parts)[part]} at {where}"
    return f"queue of outlet {where}" if queue == Queue.OUTLET else f"queue {queue.name.lower()}"


def _until(end: Floats, horizon: float) -> Floats:
    """The end of each wait, or the horizon where it did not end before; shape (n,)."""
    return np.where(np.isnan(end), horizon, end)


def _waits(plan: Plan, records: Records) -> Iterator[tuple[Queue, Ints, Ints, Floats, Floats]]:
    """(queue, places, parts, hours waited, waits) of every kind of queue, an element each."""
    cases, calls, horizon = records.cases, records.calls, plan.horizon
    one, none = np.zeros(1, dtype=np.int64), np.full(1, -1)

    if plan.scenario.hotline is not None:
        came = np.flatnonzero(~np.isnan(calls["queued"]))
        hours = _until(calls["left"][came], horizon) - calls["queued"][came]
        yield Queue.HOTLINE, one, none, hours.sum(keepdims=True), np.array([1.0 * len(came)])
    count = len(plan.outlets)
    outlets = np.arange(count)
    total, visits = np.zeros(count), np.zeros(count)
    for ready, started in (("part_ready", "started"), ("part_ready_2", "started_2")):
        came = np.flatnonzero(~np.isnan(cases[ready]))
        hours = _until(cases[started][came], horizon) - cases[ready][came]
        total += sums(cases["outlet"][came], count, hours)
        visits += sums(cases["outlet"][came], count)
    yield Queue.OUTLET, outlets, np.full(count, -1), total, visits
    desk = plan.scenario.dispatch.coordination.fixed
    if plan.scenario.dispatch.policy != "central_board":
        yield Queue.BOARD, one, none, np.zeros(1), np.zeros(1)
    elif desk is not None:  # a random delay of the desk is not in the records
        at_desk = ~np.isnan(cases["assigned"]) | (cases["outcome"] == Outcome.OPEN)
        came = ~np.isnan(cases["triaged"]) & at_desk
        hours = np.maximum(
            _until(cases["assigned"][came], horizon) - cases["triaged"][came] - desk, 0.0
        )
        yield Queue.BOARD, one, none, hours.sum(keepdims=True), came.sum(keepdims=True)
    sent = records.shipments
    there = sent["kind"] == Kind.UNIT_TO_WORKSHOP
    if plan.scenario.logistics.workshop.mends_parts:
        there |= sent["kind"] == Kind.FAILED_PART
    there &= sent["arrived"] < horizon
    begun = records.bench["begun"]
    hours = begun.sum() + (there.sum() - len(begun)) * horizon - sent["arrived"][there].sum()
    yield Queue.WORKSHOP, one, none, np.array([hours]), np.array([2.0 * there.sum()])
    if plan.scenario.parts:
        yield Queue.PART, *_parts(plan, records)


def _parts(plan: Plan, records: Records) -> tuple[Ints, Ints, Floats, Floats]:
    """Hours that each place owed each part."""
    cases, sent, moves, horizon = records.cases, records.shipments, records.moves, plan.horizon
    parts, depot = len(plan.scenario.parts), plan.depot
    size = (depot + 1) * parts
    total, visits = np.zeros(size), np.zeros(size)
    for case, part, since, ready in part_requests(plan, records):
        key = cases["outlet"][case].astype(np.int64) * parts + part
        total += sums(key, size, _until(ready, horizon) - since)
        visits += sums(key, size)
    # an emergency's case waits for its own shipment and not in the outlet's queue
    express = np.flatnonzero(sent["kind"] == Kind.EMERGENCY)
    key = sent["outlet"][express].astype(np.int64) * parts + sent["part"][express]
    hours = np.minimum(sent["arrived"][express], horizon) - sent["ordered"][express]
    total -= sums(key, size, hours)
    places, numbers = np.divmod(np.arange(size), parts)
    if (plan.lane == FLEET).any():  # what waits on a dock is shipped later than the depot gave it
        at_outlets = slice(0, depot * parts)
        return places[at_outlets], numbers[at_outlets], total[at_outlets], visits[at_outlets]
    orders = np.flatnonzero((moves["place"] == depot) & (moves["backorders"] > 0))
    filled = np.flatnonzero(sent["kind"] == Kind.REPLENISHMENT)
    for part, quantity, time, sign in (
        (moves["part"][orders], moves["backorders"][orders], moves["time"][orders], 1.0),
        (sent["part"][filled], sent["quantity"][filled], sent["shipped"][filled], -1.0),
    ):
        total[depot * parts :] += sign * sums(part, parts, quantity * (horizon - time))
        visits[depot * parts :] += sums(part, parts, quantity)
    return places, numbers, total, visits
