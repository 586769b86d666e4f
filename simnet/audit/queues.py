"""Queues: Little's law. The engine counts who waits; the records say how long each one waited.

Little (1961), Operations Research 9(3):383-387; over a finite run with those who still wait at the
end counted up to the end, it is an identity: the hours under the queue's curve are the waits' sum.
"""

from collections.abc import Iterator

import numpy as np

from simnet.accounts.cases import carry_in, parts_needed
from simnet.accounts.sums import Floats, Ints
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


def _waits(plan: Plan, records: Records) -> Iterator[tuple[Queue, Ints, Ints, Floats, Floats]]:
    """(queue, places, parts, hours waited, waits) of every kind of queue, an element each."""
    cases, calls, horizon = records.cases, records.calls, plan.horizon
    one, none = np.zeros(1, dtype=np.int64), np.full(1, -1)

    def until(end: Floats) -> Floats:
        return np.where(np.isnan(end), horizon, end)

    if plan.scenario.hotline is not None:
        came = ~np.isnan(calls["queued"])
        hours = until(calls["left"][came]) - calls["queued"][came]
        yield Queue.HOTLINE, one, none, hours.sum(keepdims=True), came.sum(keepdims=True)
    count = len(plan.outlets)
    outlets = np.arange(count)
    total, visits = np.zeros(count), np.zeros(count)
    for ready, started in (("part_ready", "started"), ("part_ready_2", "started_2")):
        came = ~np.isnan(cases[ready])
        hours = until(cases[started][came]) - cases[ready][came]
        total += np.bincount(cases["outlet"][came], weights=hours, minlength=count)
        visits += np.bincount(cases["outlet"][came], minlength=count)
    yield Queue.OUTLET, outlets, np.full(count, -1), total, visits
    desk = plan.scenario.dispatch.coordination.fixed
    if plan.scenario.dispatch.policy != "central_board":
        yield Queue.BOARD, one, none, np.zeros(1), np.zeros(1)
    elif desk is not None:  # a random delay of the desk is not in the records
        at_desk = ~np.isnan(cases["assigned"]) | (cases["outcome"] == Outcome.OPEN)
        came = ~np.isnan(cases["triaged"]) & at_desk
        hours = np.maximum(until(cases["assigned"][came]) - cases["triaged"][came] - desk, 0.0)
        yield Queue.BOARD, one, none, hours.sum(keepdims=True), came.sum(keepdims=True)
    sent = records.shipments
    there = (sent["kind"] == Kind.UNIT_TO_WORKSHOP) & (sent["arrived"] < horizon)
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
    asked = np.where(carry_in(plan, records), cases["arrived"], cases["assigned"])
    first, second = parts_needed(records)
    for part, since, ready in (
        (first, asked, cases["part_ready"]),
        (second, cases["left"], cases["part_ready_2"]),
    ):
        came = (part >= 0) & ~np.isnan(since)
        key = cases["outlet"][came] * parts + part[came]
        hours = np.where(np.isnan(ready[came]), horizon, ready[came]) - since[came]
        total += np.bincount(key, weights=hours, minlength=size)
        visits += np.bincount(key, minlength=size)
    # an emergency's case waits for its own shipment and not in the outlet's queue
    express = sent["kind"] == Kind.EMERGENCY
    key = sent["outlet"][express] * parts + sent["part"][express]
    hours = np.minimum(sent["arrived"][express], horizon) - sent["ordered"][express]
    total -= np.bincount(key, weights=hours, minlength=size)
    places, numbers = np.divmod(np.arange(size), parts)
    if (plan.lane == FLEET).any():  # what waits on a dock is shipped later than the depot gave it
        at_outlets = slice(0, depot * parts)
        return places[at_outlets], numbers[at_outlets], total[at_outlets], visits[at_outlets]
    orders = (moves["place"] == depot) & (moves["backorders"] > 0)
    filled = sent["kind"] == Kind.REPLENISHMENT
    for part, quantity, time, sign in (
        (moves["part"][orders], moves["backorders"][orders], moves["time"][orders], 1.0),
        (sent["part"][filled], sent["quantity"][filled], sent["shipped"][filled], -1.0),
    ):
        hours = np.bincount(part, weights=quantity * (horizon - time), minlength=parts)
        total[depot * parts :] += sign * hours
        visits[depot * parts :] += np.bincount(part, weights=quantity, minlength=parts)
    return places, numbers, total, visits
