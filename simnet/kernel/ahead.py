"""Asking for what lies far away in memory before it is needed, so that nobody waits for it.

What a large network has under way does not fit into the processor's nearer caches: an event was set
too long ago, an outlet has had no case for too long, and to wait for all of it takes as long as the
rest of the work. What comes next is known, so it is asked for while the loop is busy with something
else. No number depends on it: what is read here is true or was, and an address that is asked for
need not be one. (Software prefetching, Mowry, Lam and Gupta 1992, ASPLOS V, pp. 62-73.)
"""

from typing import Any

from simnet.jit import inner

from .board import order_of
from .clock import first_of
from .columns import place_of
from .memory import fetch, fetch_at, wide
from .parts import stock_of
from .steps import ARRIVES, HOME, PATIENCE_ENDS, REPAIR_ENDS, SHIPMENT_ARRIVES
from .world import (
    World,
    cases,
    events,
    outlet_in_order,
    outlets,
    persons,
    places,
    short_of,
    stations,
    stocks,
    teams,
)

SPANS = 32
"""of time (see `clock`) until an event comes that is asked for, at most; half as many at least"""
DUTIES = 8
"""changes of duty until one comes that is asked for"""
ORDER, OUTLET, PERSON = 16, 8, 4
"""cases until what is asked for is needed: the outlets in reach, the nearest, who is free there"""


@inner
def events_to_come(w: World) -> None:
    """Ask for one more event, and for what the event is about that was asked for three times before
    this: an event is known from the one before it on its list, so three lists are gone through in
    turns."""
    if w.events.open < w.many:
        return
    row, following = w.ahead_0, -1
    if row >= 0:
        event = events(w, row)
        if event.time > w.now:  # else it is over, and its row another's
            following = wide(event.next)
            _subject(w, event)
    if following < 0:
        w.ahead_span = max(w.ahead_span, w.span + SPANS // 2)
        if w.ahead_span < min(w.span + SPANS, w.spans.length - 1):
            w.ahead_span += 1
            following = first_of(w, w.ahead_span)
    fetch(events(w, following))
    w.ahead_0, w.ahead_1, w.ahead_2 = w.ahead_1, w.ahead_2, following


@inner
def _subject(w: World, event: Any) -> None:
    """Ask for what an event is about."""
    if event.what == SHIPMENT_ARRIVES:
        fetch(stocks(w, stock_of(w, wide(event.outlet), wide(event.part))))
    elif event.what < PATIENCE_ENDS:
        fetch(cases(w, wide(event.who)))
        fetch(places(w, wide(event.place)))
        if event.what == ARRIVES:
            fetch_at(place_of(w.drawn.repair, wide(event.who)))
        elif event.what == REPAIR_ENDS:
            fetch_at(place_of(w.drawn.follower, wide(event.who)))
    elif event.what == HOME:
        fetch(persons(w, wide(event.technician)))
        fetch(stations(w, wide(event.outlet) + 1))


@inner
def cases_to_come(w: World, case: int) -> None:
    """Ask for what the desk and the nearest outlet need of cases that come after this one."""
    if w.events.open < w.many or case + ORDER >= w.moments.length or w.outlets.length == 0:
        return
    first, _ = order_of(w, case + ORDER)
    fetch_at(w.order.at + 4 * first)
    fetch_at(w.crow_km.at + 8 * first)
    outlet = _nearest(w, case + OUTLET)
    fetch(stations(w, outlet + 1))
    fetch(outlets(w, outlet))
    fetch(stocks(w, stock_of(w, outlet, 0)))  # which part it will be is not looked up
    outlet = _nearest(w, case + PERSON)
    fetch(persons(w, wide(teams(w, stations(w, outlet + 1).team).head)))


@inner
def _nearest(w: World, case: int) -> int:
    """The outlet that is nearest to a case; any where none may serve it."""
    first, end = order_of(w, case)
    return outlet_in_order(w, first) if first < end else 0


@inner
def duties_to_come(w: World) -> None:
    """Ask for one more change of duty of both kinds."""
    if w.events.open < w.many:
        return
    if w.goings.used + DUTIES < w.goings.length:
        duty = short_of(w.goings, w.goings.used + DUTIES)
        fetch_at(w.goes_off.at + 8 * duty)
        fetch_at(w.person.at + 4 * duty)
    if w.comings.used + DUTIES < w.comings.length:
        duty = short_of(w.comings, w.comings.used + DUTIES)
        fetch_at(w.comes_on.at + 8 * duty)
        fetch_at(w.goes_off.at + 8 * duty)
        fetch_at(w.person.at + 4 * duty)
