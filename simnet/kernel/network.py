"""The whole network as one compiled loop: the story of each unit and of each case. See
`model.network`."""

from math import inf
from typing import Any

from simnet.jit import entry, inner
from simnet.policies import call_time
from simnet.records import Order, Outcome

from . import ends, log, steps
from .clock import SPAN, at, remove_first
from .columns import Draw, flag, number, whole
from .dispatch import assign, read
from .hotline import call, patience_ends, wrapped_up
from .log import mark
from .logistics import departure, leave_next, truck_home
from .memory import floats, wide
from .open import begin_case, close_case
from .outlets import home, mend
from .parts import shipment_arrives
from .station import duty_begins, duty_ends
from .world import (
    World,
    cases,
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
SPARE = 8
"""rows that a case or a truck may add by itself: to a table, the heap, the ring"""
NOWHERE, HEAP, GOING, COMING, TRUCK = range(5)
MARGIN = 1e-3
"""hours; more than rounding can make of operating times that are added up one by one"""


@entry
def run(net: Any, until: float) -> int:
    """Let time run to `until` (DONE), or until a table has no more room (FULL): then make it longer
    and call again. net: an array of the one record NET."""
    w = net[0]
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
            _goes_on(w, case, wide(open_case(w, case).step), value, other)
            continue
        if not _next_event(w, until):
            return DONE


@inner
def _room(w: World) -> bool:
    """Whether there is room for all that one event may write.

    Everything that is owed may be shipped at once, and every case that waits for a part or on the
    board may go on. `simulate._make_room` makes more than is asked for here.
    """
    waiting = w.cases_waiting + w.waiting.number + SPARE
    owed = w.orders_open + SPARE
    return (
        w.events.used + waiting + owed < w.events.length
        and w.ready.used + waiting < w.ready.length
        and w.orders_open + owed < w.orders.length
        and w.cases_open + SPARE < w.open.length
        and w.jobs.used + SPARE < w.jobs.length
        and w.later.used + SPARE < w.later.length
        and w.calls.used + SPARE < w.calls.length
        and w.visits.used + SPARE < w.visits.length
        and w.bench.used + SPARE < w.bench.length
        and w.shipments.used + owed < w.shipments.length
        and w.moves.used + 2 * owed < w.moves.length
        and w.trips.used + SPARE < w.trips.length
    )


@inner
def _next_event(w: World, until: float) -> bool:
    """The first of all events, from the heap, the duty rota and the timetable. False where it is
    not before `until`."""
    time, key, where = inf, SPAN << 8, NOWHERE
    if w.events.used > 0:
        time, key, where = events(w, 0).time, events(w, 0).key, HEAP
    if w.goings.used < w.goings.length:
        duty = short_of(w.goings, w.goings.used)
        goes, order = float_of(w.goes_off, duty), Order.DUTY_ENDS * SPAN + short_of(w.person, duty)
        if goes < time or (goes == time and order < key):
            time, key, where = goes, order, GOING
    if w.comings.used < w.comings.length:
        duty = short_of(w.comings, w.comings.used)
        comes, order = (
            float_of(w.comes_on, duty),
            Order.DUTY_BEGINS * SPAN + short_of(w.person, duty),
        )
        if comes < time or (comes == time and order < key):
            time, key, where = comes, order, COMING
    if w.departures.used < w.departures.length:
        leaves = float_of(w.departures, w.departures.used)
        order = Order.TRUCK_LEAVES * SPAN + w.departures.used
        if leaves < time or (leaves == time and order < key):
            time, key, where = leaves, order, TRUCK
    if w.moments.used < w.moments.length and float_of(w.moments, w.moments.used) <= time + MARGIN:
        _release(w)
        return True
    if time >= until:
        return False
    w.now = time
    if where == HEAP:
        event = events(w, 0)
        what, who, more = wide(event.what), wide(event.who), wide(event.more)
        remove_first(w)
        _happens(w, what, who, more)
    elif where == GOING:
        w.goings.used += 1
        duty_ends(w, key % SPAN)
    elif where == COMING:
        w.comings.used += 1
        until = float_of(w.goes_off, short_of(w.comings, w.comings.used - 1))
        duty_begins(w, key % SPAN, until)
    else:
        w.departures.used += 1
        departure(w)
    return True


@inner
def _release(w: World) -> None:
    """The time of the next case has come near: its failure is set, or as soon as it is known when
    the unit works again. So only what happens soon is on the heap, and not a failure of each unit.
    """
    case = w.moments.used
    w.moments.used += 1
    mine = cases(w, case)
    mine.released = True
    if flag(w, Draw.FIRST, case):
        time = float_of(w.moments, case)
    elif mine.known:
        time = float_of(w.milestones, log.FAILED * w.cases.length + case)
    else:
        return
    at(w, time, Order.FAILURE, case, steps.FAILS, case, 0)


@inner
def _happens(w: World, what: int, who: int, more: int) -> None:
    if what < steps.PATIENCE_ENDS:
        _goes_on(w, who, what, more, more)
    elif what == steps.PATIENCE_ENDS:
        patience_ends(w, who, more)
    elif what == steps.WRAPPED_UP:
        wrapped_up(w, who)
    elif what == steps.HOME:
        home(w, who, more // 2, more % 2 == 1)
    elif what == steps.SHIPMENT_ARRIVES:
        shipment_arrives(w, who, more)
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
    following = whole(w, Draw.FOLLOWER, case)
    if following < 0:
        return
    fails = w.now + number(w, Draw.GAP, following)
    product = sources(w, whole(w, Draw.SOURCE, following)).product
    life = products(w, product).life
    if (
        fails >= float_of(w.sold, whole(w, Draw.UNIT, following)) + life
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
    mark(w, case, log.FAILED)
    source = sources(w, whole(w, Draw.SOURCE, case))
    mine.warranty = source.covered
    if source.product >= 0:
        sold = float_of(w.sold, whole(w, Draw.UNIT, case))
        mine.warranty = w.now < sold + products(w, source.product).warranty
        if not mine.warranty and not flag(w, Draw.COMES, case):
            mine.outcome = Outcome.ELSEWHERE
            mark(w, case, log.CLOSED)
            return ends.NO_VISIT
        delay = number(w, Draw.DELAY, case)
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
    if sources(w, whole(w, Draw.SOURCE, case)).work:
        return ends.VISIT
    cases(w, case).outcome = Outcome.ANSWERED
    mark(w, case, log.CLOSED)
    return ends.NO_VISIT


@inner
def _without_us(w: World, case: int) -> int:
    """A customer whom we lost has the unit mended by others; only then it ages on."""
    outcome, product = cases(w, case).outcome, sources(w, whole(w, Draw.SOURCE, case)).product
    lost = (
        outcome == Outcome.ELSEWHERE or outcome == Outcome.REFERRED or outcome == Outcome.ABANDONED
    )
    if not lost or product < 0 or products(w, product).elsewhere <= 0:
        return ends.MENDED
    mended = w.now + products(w, product).elsewhere
    at(w, mended, Order.WORK_ENDS, case, steps.MENDED_ELSEWHERE, case, 0)
    return ends.WAITS
