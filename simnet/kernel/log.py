"""Milestones, and rows for each other table. See `model.log`."""

from math import nan
from typing import Any

from simnet.jit import inner
from simnet.records import MILESTONES

from .world import (
    World,
    bench,
    calls,
    jobs,
    later,
    moves,
    open_case,
    set_milestone,
    set_time,
    tours,
    trips,
    visits,
)

(
    FAILED, CALLED, ANSWERED, TRIAGED, ASSIGNED, PART_READY, STARTED, ARRIVED, LEFT, PART_READY_2,
    STARTED_2, ARRIVED_2, BACK, REPAIRED, CLOSED,
) = range(len(MILESTONES))  # fmt: skip
SECOND = PART_READY_2 - PART_READY
"""places from a milestone of the first visit to that of the second"""


@inner
def mark(w: World, case: int, milestone: int) -> None:
    """Note a milestone of a case, which is reached now."""
    if milestone < ASSIGNED:
        set_milestone(w, milestone, case, w.now)
    elif milestone == CLOSED:
        set_milestone(w, ASSIGNED, case, w.now)
    elif milestone == REPAIRED:
        set_time(w.jobs, open_case(w, case).job, LEFT - ASSIGNED, w.now)
    elif milestone < LEFT:
        set_time(w.jobs, open_case(w, case).job, milestone - ASSIGNED, w.now)
    else:
        mine = open_case(w, case)
        if mine.later < 0:
            mine.later = w.later.used
            later(w, mine.later).case = case
            _not_reached(w.later)
        set_time(w.later, mine.later, milestone - LEFT, w.now)


@inner
def add_job(w: World, case: int) -> None:
    """An outlet has taken the case."""
    mine = open_case(w, case)
    mine.job = w.jobs.used
    job = jobs(w, mine.job)
    job.case, job.outlet = case, mine.outlet
    _not_reached(w.jobs)
    mark(w, case, ASSIGNED)


@inner
def _not_reached(table: Any) -> None:
    """Take a row more into use, with no time in it."""
    for k in range(BACK - LEFT + 1):
        set_time(table, table.used, k, nan)
    table.used += 1


@inner
def add_call(w: World, case: int) -> int:
    """An attempt to call that begins now. Returns its row."""
    row = w.calls.used
    w.calls.used += 1
    call = calls(w, row)
    call.case, call.attempt, call.agent = case, open_case(w, case).attempt, -1
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
