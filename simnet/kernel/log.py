"""Milestones, and rows for each other table. See `model.log`."""

from math import nan

from simnet.jit import inner
from simnet.records import MILESTONES

from .world import World, bench, calls, cases, moves, set_milestone, tours, trips, visits

(
    FAILED, CALLED, ANSWERED, TRIAGED, ASSIGNED, PART_READY, STARTED, ARRIVED, LEFT, PART_READY_2,
    STARTED_2, ARRIVED_2, BACK, REPAIRED, CLOSED,
) = range(len(MILESTONES))  # fmt: skip
SECOND = PART_READY_2 - PART_READY
"""places from a milestone of the first visit to that of the second"""


@inner
def mark(w: World, case: int, milestone: int) -> None:
    """Note a milestone of a case, which is reached now."""
    set_milestone(w, milestone, case, w.now)


@inner
def add_call(w: World, case: int) -> int:
    """An attempt to call that begins now. Returns its row."""
    row = w.calls.used
    w.calls.used += 1
    call = calls(w, row)
    call.case, call.attempt, call.agent = case, cases(w, case).attempt, -1
    call.begun = w.now
    call.queued = call.left = call.ended = nan
    return row


@inner
def add_visit(w: World, case: int, outlet: int, technician: int, km: float) -> int:
    """A job of a technician that begins now. Returns its row."""
    row = w.visits.used
    w.visits.used += 1
    visit = visits(w, row)
    visit.case, visit.outlet, visit.technician = case, outlet, technician
    visit.started, visit.km = w.now, km
    visit.arrived = visit.finished = visit.free = nan
    return row


@inner
def add_bench(w: World, case: int, person: int) -> int:
    """A unit on the bench of the central workshop. Returns its row."""
    row = w.bench.used
    w.bench.used += 1
    there = bench(w, row)
    there.case, there.person, there.begun, there.ended = case, person, w.now, nan
    return row


@inner
def add_move(w: World, place: int, part: int, on_hand: int, owed: int) -> None:
    """A change of a stock."""
    move = moves(w, w.moves.used)
    w.moves.used += 1
    move.time, move.place, move.part = w.now, place, part
    move.on_hand, move.backorders = on_hand, owed


@inner
def add_trip(w: World, tour: int, kg: float) -> int:
    """A tour of a truck that leaves now. Returns its row."""
    row = w.trips.used
    w.trips.used += 1
    trip = trips(w, row)
    trip.tour, trip.departed, trip.km = tour, w.now, tours(w, tour).km
    trip.kg, trip.home = kg, nan
    return row
