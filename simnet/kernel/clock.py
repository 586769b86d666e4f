"""The clock: events in the written order, and the cases that go on at once.

As in `model.clock`: an event is ordered by (time, kind, number), then by when it was set. What is
set off "now" goes on before the next event, first come, first served.
"""

from typing import Any

from simnet.jit import inner

from .world import World, events, ready

SPAN = 1 << 40
WAYS = 4
"""children of a place in the heap: flatter than two, and all four lie side by side"""


@inner
def at(w: World, time: float, order: int, number: int, what: int, who: int, more: int) -> None:
    """Set an event. It is about `who` (case, row of a table), `what` says how to go on there."""
    key = order * SPAN + number
    i = w.events.used
    w.events.used += 1
    while i > 0:
        above = (i - 1) // WAYS
        other = events(w, above)
        if time < other.time or (time == other.time and key < other.key):
            _put(events(w, i), other)
            i = above
        else:
            break
    event = events(w, i)
    event.time, event.key, event.eid = time, key, w.eid
    event.who, event.what, event.more = who, what, more
    w.eid += 1


@inner
def _put(place: Any, event: Any) -> None:
    place.time, place.key, place.eid = event.time, event.key, event.eid
    place.who, place.what, place.more = event.who, event.what, event.more


@inner
def _before(a: Any, b: Any) -> bool:
    if a.time != b.time:
        return a.time < b.time
    return a.key < b.key or (a.key == b.key and a.eid < b.eid)


@inner
def remove_first(w: World) -> None:
    """Take the first event off the heap."""
    w.events.used -= 1
    size = w.events.used
    if size == 0:
        return
    last = events(w, size)
    i = 0
    while True:
        child = WAYS * i + 1
        if child >= size:
            break
        for other in range(child + 1, min(child + WAYS, size)):
            if _before(events(w, other), events(w, child)):
                child = other
        if not _before(events(w, child), last):
            break
        _put(events(w, i), events(w, child))
        i = child
    _put(events(w, i), last)


@inner
def succeed(w: World, case: int, value: int, other: int) -> None:
    """Let a case go on, with what it waited for, when all that was set off before has been done."""
    place = ready(w, (w.ready_head + w.ready.used) & (w.ready.length - 1))
    place.case, place.value, place.other = case, value, other
    w.ready.used += 1


@inner
def change(count: Any, now: float, by: int) -> None:
    """See `model.count.Count.change`."""
    count.hours += count.number * (now - count.since)
    count.since = now
    count.number += by
