"""Milestones, and rows for each other table. See `model.log`."""

from math import nan
from typing import Any

from simnet.jit import inner
from simnet.records import MILESTONES

from .memory import put, wide, write_float, write_whole_4
from .world import LATER, OF_CASE, OF_JOB, World, later, open_case, set_milestone, tours

(
    FAILED, CALLED, ANSWERED, TRIAGED, ASSIGNED, PART_READY, STARTED, ARRIVED, LEFT, PART_READY_2,
    STARTED_2, ARRIVED_2, BACK, REPAIRED, CLOSED,
) = range(len(MILESTONES))  # fmt: skip
SECOND = PART_READY_2 - PART_READY
"""places from a milestone of the first visit to that of the second"""
_LATER = LATER.itemsize


@inner
def mark(w: World, case: int, milestone: int) -> None:
    """Note a milestone of a case, which is reached now."""
    if milestone < ASSIGNED:
        set_milestone(w, milestone, case, w.now)
    elif milestone == CLOSED:
        set_milestone(w, len(OF_CASE) - 1, case, w.now)
    elif milestone == REPAIRED:
        set_milestone(w, len(OF_CASE) + len(OF_JOB) - 1, case, w.now)
    elif milestone < LEFT:
        set_milestone(w, milestone + 1, case, w.now)  # CLOSED stands before them
    else:
        mine = open_case(w, case)
        if mine.later < 0:
            mine.later = w.later.used
            w.later.used += 1
            new = later(w, mine.later)
            new.case = case
            new.left = new.part_ready_2 = new.started_2 = new.arrived_2 = new.back = nan
        write_float(w.later.at + _LATER * mine.later + 8 * (milestone - LEFT), w.now)


@inner
def add_case(w: World, case: int) -> None:
    """A case that begins now."""
    set_milestone(w, FAILED, case, w.now)
    for milestone in range(1, w.reached):
        set_milestone(w, milestone, case, nan)
    if w.assigned_to.length > 0:
        write_whole_4(w.assigned_to.at + 4 * case, -1)


@inner
def add_job(w: World, case: int) -> None:
    """An outlet has taken the case."""
    write_whole_4(w.assigned_to.at + 4 * case, wide(open_case(w, case).outlet))
    mark(w, case, ASSIGNED)


@inner
def _new_row(table: Any) -> int:
    row = table.used
    table.used += 1
    return row


@inner
def add_call(w: World, case: int) -> int:
    """An attempt to call that begins now. Returns its row."""
    calls = w.calls
    row = _new_row(calls)
    put(calls.case, row, case)
    put(calls.attempt, row, open_case(w, case).attempt)
    put(calls.agent, row, -1)
    put(calls.begun, row, w.now)
    put(calls.queued, row, nan)
    put(calls.left, row, nan)
    put(calls.ended, row, nan)
    return row


@inner
def add_visit(w: World, case: int, outlet: int, technician: int, km: float) -> int:
    """A job of a technician that begins now. Returns its row."""
    visits = w.visits
    row = _new_row(visits)
    put(visits.case, row, case)
    put(visits.outlet, row, outlet)
    put(visits.technician, row, technician)
    put(visits.started, row, w.now)
    put(visits.km, row, km)
    put(visits.arrived, row, nan)
    put(visits.finished, row, nan)
    put(visits.free, row, nan)
    return row


@inner
def add_bench(w: World, case: int, part: int, person: int) -> int:
    """A unit (-1), or a failed part, on the bench of the central workshop. Returns its row."""
    bench = w.bench
    row = _new_row(bench)
    put(bench.case, row, case)
    put(bench.part, row, part)
    put(bench.person, row, person)
    put(bench.begun, row, w.now)
    put(bench.ended, row, nan)
    return row


@inner
def add_shipment(
    w: World, kind: int, lane: int, tour: int, outlet: int, part: int, quantity: int, case: int,
    ordered: float, arrives: float,
) -> None:  # fmt: skip
    """A shipment that leaves now."""
    shipments = w.shipments
    row = _new_row(shipments)
    put(shipments.kind, row, kind)
    put(shipments.lane, row, lane)
    put(shipments.tour, row, tour)
    put(shipments.outlet, row, outlet)
    put(shipments.part, row, part)
    put(shipments.quantity, row, quantity)
    put(shipments.case, row, case)
    put(shipments.ordered, row, ordered)
    put(shipments.shipped, row, w.now)
    put(shipments.arrived, row, arrives)


@inner
def add_move(w: World, place: int, part: int, on_hand: int, owed: int) -> None:
    """A change of a stock."""
    moves = w.moves
    row = _new_row(moves)
    put(moves.time, row, w.now)
    put(moves.place, row, place)
    put(moves.part, row, part)
    put(moves.on_hand, row, on_hand)
    put(moves.backorders, row, owed)


@inner
def add_trip(w: World, tour: int, kg: float) -> int:
    """A tour of a truck that leaves now. Returns its row."""
    trips = w.trips
    row = _new_row(trips)
    put(trips.tour, row, tour)
    put(trips.departed, row, w.now)
    put(trips.km, row, tours(w, tour).km)
    put(trips.kg, row, kg)
    put(trips.home, row, nan)
    return row
