"""The whole network as one compiled loop: the story of each unit and of each case. See
`model.network`."""

from typing import Any

from simnet.jit import entry, inner
from simnet.policies import call_time
from simnet.records import Order, Outcome

from . import ends, log, steps
from .ahead import cases_to_come, duties_to_come, events_to_come
from .calendar import (
    ARRIVAL,
    COMING,
    GOING,
    HEAP,
    MARGIN,
    begin,
    next_arrival,
    next_fixed,
    release_next,
)
from .clock import SPAN, at, next_span, remove_first, span_of
from .columns import flag, number, whole
from .dispatch import assign, read
from .hotline import call, patience_ends, wrapped_up
from .log import mark
from .logistics import departure, leave_next, truck_home
from .memory import floats, wide
from .open import begin_case, close_case
from .outlets import home, mend
from .parts import shipment_arrives
from .pools import give_row
from .station import duty_begins, duty_ends
from .world import (
    World,
    cases,
    due,
    events,
    float_of,
    open_case,
    products,
    ready,
    set_milestone,
    short_of,
    sources,
)

DONE, FULL = range(2)
_END, _NO_CASE = -2, -1
"""in the place of a step: nothing happens any more; what happens is not about a case"""
SPARE = 8
"""rows that a case or a truck may add by itself: to a table, the heap, the ring"""


@entry
def run(net: Any, until: float) -> int:
    """Let time run to `until` (DONE), or until a table has no more room (FULL): then make it longer
    and call again. net: an array of the one record NET."""
    w = net[0]
    if not w.begun:
        w.begun = True
        begin(w)
    while True:
        if not _room(w):
            return FULL
        if w.left < w.leaving:
            leave_next(w)
            continue
        if w.ready.used > 0:
            place = ready(w, w.ready_head)
            case, value, other = place.case, place.value, place.other
            w.ready_head = (w.ready_head + 1) & (w.ready.length - 1)
            w.ready.used -= 1
            step = wide(open_case(w, case).step)
        else:
            step, case, value = _next_event(w, until)
            other = value
        if step >= steps.NOW:
            _goes_on(w, case, step, value, other)
        elif step == _END:
            return DONE


@inner
def _room(w: World) -> bool:
    """Whether there is room for all that one turn of the loop may write.

    Everything that is owed may be shipped at once, and every case that waits for a part or on the
    board may go on. `simulate._make_room` makes more than is asked for here. What every table has
    is looked up once for many turns.
    """
    most = 2 * (w.cases_waiting + w.waiting.number + w.orders.open + SPARE)
    w.room -= most
    if w.room < 0:
        w.room = _rows_free(w) - most
    return w.room >= 0


@inner
def _rows_free(w: World) -> int:
    """Rows that each table has at least."""
    return min(
        min(w.events.length, w.due.length) - w.events.open,
        w.ready.length - w.ready.used,
        w.orders.length - w.orders.open,
        w.open.length - w.open.open,
        w.later.length - w.later.used,
        w.calls.length - w.calls.used,
        w.visits.length - w.visits.used,
        w.bench.length - w.bench.used,
        w.shipments.length - w.shipments.used,
        w.moves.length - w.moves.used,
        w.trips.length - w.trips.used,
    )


@inner
def _next_event(w: World, until: float) -> tuple[int, int, int]:
    """The first of all events: of the heap, of the duty rota and the timetable, and of the cases.
    Where a case goes on: from what step, the case, and with what; _END where no event is before
    `until`, _NO_CASE where it is over with the event."""
    time, key, where = w.fixed_time, w.fixed_key, w.fixed
    arrival = Order.FAILURE * SPAN + w.arrival
    if w.arrival_time < time or (w.arrival_time == time and arrival < key):
        time, key, where = w.arrival_time, arrival, ARRIVAL
    if w.due.used == 0 and w.events.open > 0:
        last = span_of(w, time) if time < w.end else w.spans.length - 1
        while w.due.used == 0 and w.span < last:
            next_span(w)
    if w.due.used > 0:
        first = due(w, 0)
        if first.time < time or (first.time == time and first.key < key):
            time, where = first.time, HEAP
    if w.release_time <= min(time, until) + MARGIN:
        release_next(w)
        return _NO_CASE, 0, 0
    if time >= until:
        return _END, 0, 0
    w.now = time
    if where == HEAP:
        row = wide(due(w, 0).event)
        remove_first(w)
        events_to_come(w)
        event = events(w, row)
        what, who, more = wide(event.what), wide(event.who), wide(event.more)
        give_row(w.events, events, w, row)  # which leaves there what a shipment brings
        if what < steps.PATIENCE_ENDS:
            return what, who, more
        if what == steps.SHIPMENT_ARRIVES:
            shipment_arrives(w, row)
        else:
            _happens(w, row, what, who, more)
    elif where == ARRIVAL:
        case = wide(w.arrival)
        next_arrival(w)
        cases_to_come(w, case)
        return steps.FAILS, case, 0
    else:
        _happens_by_calendar(w, where)
    return _NO_CASE, 0, 0


@inner
def _happens_by_calendar(w: World, where: int) -> None:
    duties_to_come(w)
    if where == GOING:
        person = short_of(w.person, short_of(w.goings, w.goings.used))
        w.goings.used += 1
        duty_ends(w, person)
    elif where == COMING:
        duty = short_of(w.comings, w.comings.used)
        w.comings.used += 1
        duty_begins(w, short_of(w.person, duty), float_of(w.goes_off, duty))
    else:
        w.departures.used += 1
        departure(w)
    next_fixed(w)


@inner
def _happens(w: World, row: int, what: int, who: int, more: int) -> None:
    if what == steps.PATIENCE_ENDS:
        patience_ends(w, who, more)
    elif what == steps.WRAPPED_UP:
        wrapped_up(w, who)
    elif what == steps.HOME:
        it = events(w, row)
        home(w, wide(it.case), wide(it.outlet), wide(it.technician), who, more // 2 % 2, more // 4,
             more % 2 == 1)  # fmt: skip
    elif what == steps.TAKES_UNIT_HOME:
        mark(w, who, log.CLOSED)
    elif what == steps.BOARD_READ:
        read(w)
    else:
        truck_home(w, who)


@inner
def _goes_on(w: World, case: int, step: int, value: int, other: int) -> None:
    """One case, from where it is to where it waits next."""
    end = ends.WAITS
    on_the_phone = steps.LINE_OPENS <= step <= steps.TALK_ENDS
    at_the_desk = steps.DESK_CHOOSES <= step <= steps.TAKEN_FROM_BOARD
    at_the_outlet = steps.REACHES_COUNTER <= step <= steps.UNIT_BROUGHT_BACK
    if step == steps.FAILS:
        end = _begins(w, case)
    elif step == steps.CALLS:
        end = ends.CALLS
    elif step == steps.MENDED_ELSEWHERE:
        end = ends.MENDED
    if end == ends.CALLS:
        mark(w, case, log.CALLED)
        on_the_phone, step = w.hotline, steps.NOW
        if not on_the_phone:
            end = _without_hotline(w, case)
    if on_the_phone:
        end = call(w, case, step, value)
    if end == ends.VISIT:
        at_the_desk, step = w.outlets.length > 0, steps.NOW
        if not at_the_desk:
            cases(w, case).outcome = Outcome.REFERRED
            mark(w, case, log.CLOSED)
            end = ends.NO_VISIT
    if at_the_desk:
        end = assign(w, case, step, other, value)
    if end == ends.ASSIGNED:
        log.add_job(w, case)
        at_the_outlet, step = True, steps.NOW
    if at_the_outlet:
        end = mend(w, case, step, value)
    if end == ends.NO_VISIT:
        end = _without_us(w, case)
    if end == ends.MENDED:
        _works_on(w, case)
        close_case(w, case)


@inner
def _works_on(w: World, case: int) -> None:
    """The unit is mended, and works until it fails again."""
    following = whole(w.drawn.follower, case)
    if following < 0:
        return
    fails = w.now + number(w.drawn.gap, following)
    product = sources(w, whole(w.drawn.source, following)).product
    life = products(w, product).life
    if (
        fails >= float_of(w.sold, whole(w.drawn.unit, following)) + life
    ):  # the hours of repair have made it that late
        return
    mine = cases(w, following)
    if mine.released:
        at(w, fails, Order.FAILURE, following, steps.FAILS, following, 0)
    else:
        mine.known = True
        set_milestone(w, log.FAILED, following, fails)


@inner
def _begins(w: World, case: int) -> int:
    """The failure or question, until the first call."""
    mine = cases(w, case)
    w.started += 1
    mine.begun = True
    begin_case(w, case)
    log.add_case(w, case)
    source = sources(w, whole(w.drawn.source, case))
    mine.warranty = source.covered
    if source.product >= 0:
        sold = float_of(w.sold, whole(w.drawn.unit, case))
        mine.warranty = w.now < sold + products(w, source.product).warranty
        if not mine.warranty and not flag(w.drawn.comes, case):
            mine.outcome = Outcome.ELSEWHERE
            mark(w, case, log.CLOSED)
            return ends.NO_VISIT
        delay = number(w.drawn.delay, case)
        calls = w.now + delay
        if w.profile:
            calls = call_time(
                floats(w.cumulative.at, 169), floats(w.weights.at, 168), w.offset, w.now, delay
            )
        if calls > w.now:
            at(w, calls, Order.CALL, case, steps.CALLS, case, 0)
            return ends.WAITS
    return ends.CALLS


@inner
def _without_hotline(w: World, case: int) -> int:
    """Somebody answers at once."""
    mark(w, case, log.ANSWERED)
    mark(w, case, log.TRIAGED)
    if sources(w, whole(w.drawn.source, case)).work:
        return ends.VISIT
    cases(w, case).outcome = Outcome.ANSWERED
    mark(w, case, log.CLOSED)
    return ends.NO_VISIT


@inner
def _without_us(w: World, case: int) -> int:
    """A customer whom we lost has the unit mended by others; only then it ages on."""
    outcome, product = cases(w, case).outcome, sources(w, whole(w.drawn.source, case)).product
    lost = (
        outcome == Outcome.ELSEWHERE or outcome == Outcome.REFERRED or outcome == Outcome.ABANDONED
    )
    if not lost or product < 0 or products(w, product).elsewhere <= 0:
        return ends.MENDED
    mended = w.now + products(w, product).elsewhere
    at(w, mended, Order.WORK_ENDS, case, steps.MENDED_ELSEWHERE, case, 0)
    return ends.WAITS
