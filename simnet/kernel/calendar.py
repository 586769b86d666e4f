"""What is known to come before the run begins: duty, trucks that leave, and the cases of the draws.

Each in order of time already, so it needs no place on the heap: only the next one is looked at.
"""

from math import inf

from simnet.jit import inner
from simnet.records import Order

from . import log, steps
from .clock import SPAN, at
from .columns import flag
from .world import World, cases, float_of, short_of

NOWHERE, HEAP, ARRIVAL, GOING, COMING, TRUCK = range(6)
"""where the next event comes from"""
MARGIN = 1e-3
"""hours; more than rounding can make of operating times that are added up one by one"""


@inner
def begin(w: World) -> None:
    """Before the first event."""
    w.arrival, w.moments.used = -1, -1
    next_arrival(w)
    _next_release(w)
    next_fixed(w)


@inner
def next_arrival(w: World) -> None:
    """The next enquiry, or first failure of a unit: it comes at its moment in any case."""
    case = w.arrival + 1
    while case < w.moments.length and not flag(w.drawn.first, case):
        case += 1
    w.arrival = case
    w.arrival_time = float_of(w.moments, case) if case < w.moments.length else inf


@inner
def release_next(w: World) -> None:
    """The time of a unit's later failure has come near: it is set, or as soon as it is known when
    the unit works again. So only what happens soon is an event, and not a failure of each unit.
    """
    case = w.moments.used
    mine = cases(w, case)
    mine.released = True
    if mine.known:
        time = float_of(w.milestones, log.FAILED * w.cases.length + case)
        at(w, time, Order.FAILURE, case, steps.FAILS, case, 0)
    _next_release(w)


@inner
def _next_release(w: World) -> None:
    case = w.moments.used + 1
    while case < w.moments.length and flag(w.drawn.first, case):
        case += 1
    w.moments.used = case
    w.release_time = float_of(w.moments, case) if case < w.moments.length else inf


@inner
def next_fixed(w: World) -> None:
    """Somebody goes off duty, somebody comes on duty, or trucks leave."""
    w.fixed_time, w.fixed_key, w.fixed = inf, SPAN << 8, NOWHERE
    if w.goings.used < w.goings.length:
        duty = short_of(w.goings, w.goings.used)
        _sooner(w, float_of(w.goes_off, duty), Order.DUTY_ENDS, short_of(w.person, duty), GOING)
    if w.comings.used < w.comings.length:
        duty = short_of(w.comings, w.comings.used)
        _sooner(w, float_of(w.comes_on, duty), Order.DUTY_BEGINS, short_of(w.person, duty), COMING)
    if w.departures.used < w.departures.length:
        number = w.departures.used
        _sooner(w, float_of(w.departures, number), Order.TRUCK_LEAVES, number, TRUCK)


@inner
def _sooner(w: World, time: float, order: int, number: int, where: int) -> None:
    key = order * SPAN + number
    if time < w.fixed_time or (time == w.fixed_time and key < w.fixed_key):
        w.fixed_time, w.fixed_key, w.fixed = time, key, where
