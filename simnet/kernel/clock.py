"""The clock: events in the written order, and the cases that go on at once.

As in `model.clock`: an event is ordered by (time, kind, number), then by when it was set. What is
set off "now" goes on before the next event, first come, first served.

Most events lie far ahead (a shipment arrives in days), and need not be ordered yet: time is cut
into short spans, each with a list of what comes in it, and only what comes in the present span is
on a heap, which stays small. (Calendar queues, Brown 1988, CACM 31(10), pp. 1220-1227, with a heap
instead of sorted lists.)
"""

from typing import Any

from simnet.jit import inner

from .memory import fetch_at, whole_4_at, wide, write_whole_4
from .pools import take_row
from .steps import PATIENCE_ENDS
from .world import World, cases, due, events, ready

SPAN = 1 << 40
WAYS = 4
"""children of a place in the heap: flatter than two, and all four lie side by side"""


@inner
def at(w: World, time: float, order: int, number: int, what: int, who: int, more: int) -> int:
    """Set an event. It is about `who` (case, row of a table), `what` says how to go on there.
    Returns its row; -1 where it never comes."""
    key = order * SPAN + number
    w.eid += 1
    if time >= w.end:
        return -1
    row = take_row(w.events, events, w)
    event = events(w, row)
    event.who, event.what, event.more = who, what, more
    if what < PATIENCE_ENDS:
        event.place = cases(w, who).place
    span = span_of(w, time)
    if span <= w.span:
        _push(w, time, key, w.eid, row)
        return row
    event.time, event.key, event.eid = time, key, w.eid
    if w.events.open < w.many:
        _list(w, row, span)
        return row
    fetch_at(_head(w, span))  # it is far away, so the event is put on its list later
    if w.unlisted >= 0:
        _list(w, w.unlisted, w.unlisted_span)
    w.unlisted, w.unlisted_span = row, span
    return row


@inner
def _head(w: World, span: int) -> int:
    """Where the first row of the list of events in a span stands."""
    return w.spans.at + 4 * span


@inner
def _list(w: World, row: int, span: int) -> None:
    """Put an event on the list of its span."""
    events(w, row).next = whole_4_at(_head(w, span))
    write_whole_4(_head(w, span), row)


@inner
def span_of(w: World, time: float) -> int:
    """The span of time in which a moment before the end of the run lies."""
    return min(int(time * w.spans_an_hour), w.spans.length - 1)


@inner
def next_span(w: World) -> None:
    """The next span begins: what comes in it is put in order."""
    w.span += 1
    if w.unlisted >= 0 and w.unlisted_span == w.span:
        _list(w, w.unlisted, w.unlisted_span)
        w.unlisted = -1
    row = first_of(w, w.span)
    while row >= 0:
        event = events(w, row)
        _push(w, event.time, wide(event.key), wide(event.eid), row)
        row = wide(event.next)


@inner
def first_of(w: World, span: int) -> int:
    """The first row of the list of events in a span that has not begun; -1 for none."""
    return wide(whole_4_at(_head(w, span)))


@inner
def _push(w: World, time: float, key: int, eid: int, row: int) -> None:
    i = w.due.used
    w.due.used += 1
    while i > 0:
        above = (i - 1) // WAYS
        other = due(w, above)
        if time < other.time or (time == other.time and _sooner(key, eid, other)):
            _put(due(w, i), other)
            i = above
        else:
            break
    place = due(w, i)
    place.time, place.key, place.eid, place.event = time, key, eid, row


@inner
def _sooner(key: int, eid: int, other: Any) -> bool:
    return key < other.key or (key == other.key and eid < other.eid)


@inner
def _put(place: Any, other: Any) -> None:
    place.time, place.key = other.time, other.key
    place.eid, place.event = other.eid, other.event


@inner
def _before(a: Any, b: Any) -> bool:
    if a.time != b.time:
        return a.time < b.time
    return _sooner(a.key, a.eid, b)


@inner
def remove_first(w: World) -> None:
    """Take the first event off the heap."""
    w.due.used -= 1
    size = w.due.used
    if size == 0:
        return
    last = due(w, size)
    i = 0
    while True:
        child = WAYS * i + 1
        if child >= size:
            break
        for other in range(child + 1, min(child + WAYS, size)):
            if _before(due(w, other), due(w, child)):
                child = other
        if not _before(due(w, child), last):
            break
        _put(due(w, i), due(w, child))
        i = child
    _put(due(w, i), last)


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
