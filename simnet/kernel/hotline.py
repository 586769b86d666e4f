"""The hotline: from the first call to its end, through menu, queue, talk and calling again. See
`model.hotline`."""

from math import inf

from simnet.jit import inner
from simnet.policies import closing, next_open
from simnet.records import CallEnd, Order, Outcome

from . import ends, log, steps
from .board import level
from .clock import at
from .columns import among, flag, number, whole
from .log import add_call, mark
from .memory import get, put, wide
from .station import give_up, join, release
from .world import HOTLINE, NOBODY, World, cases, open_case, opening_hours, sources


@inner
def call(w: World, case: int, step: int, agent: int) -> int:
    """Call until helped or tired of it; a stretch of it, from `step` on."""
    mine = open_case(w, case)
    if step == steps.NOW or step == steps.CALLS_AGAIN:
        if not _is_open(w, case):
            return ends.WAITS
        step = steps.LINE_OPENS
    if step == steps.LINE_OPENS:
        cases(w, case).attempts += 1
        if w.lines >= 0 and w.in_system >= w.lines:
            _turned_away(w, case, CallEnd.BLOCKED)
            return _not_helped(w, case)
        w.in_system += 1
        mine.row = add_call(w, case)
        put(w.calls.end, mine.row, CallEnd.ABANDONED)
        menu = number(w.drawn.menu, case)
        if menu > 0:
            at(w, w.now + menu, Order.CALL, case, steps.MENU_ENDS, case, 0)
            return ends.WAITS
        step = steps.MENU_ENDS
    if step == steps.MENU_ENDS:
        return _queue(w, case)
    if step == steps.LEAVES_QUEUE:
        row = wide(mine.row)
        put(w.calls.left, row, w.now)
        if agent == NOBODY:
            w.in_system -= 1
            put(w.calls.ended, row, w.now)
            return _not_helped(w, case)
        put(w.calls.agent, row, agent)
        put(w.calls.end, row, CallEnd.ANSWERED)
        mark(w, case, log.ANSWERED)
        talk = number(w.drawn.talk, case)
        at(w, w.now + talk, Order.WORK_ENDS, case, steps.TALK_ENDS, case, 0)
        return ends.WAITS
    w.in_system -= 1  # the talk ends
    mark(w, case, log.TRIAGED)
    _wrap_up(w, case, wide(mine.row))
    return _decide(w, case)


@inner
def _is_open(w: World, case: int) -> bool:
    """Who finds the line closed calls again after it has opened, a while into its hours."""
    starts, closes = opening_hours(w, w.opens, w.closes)
    opens = next_open(starts, closes, w.now)
    if opens <= w.now:
        return True
    _turned_away(w, case, CallEnd.CLOSED)
    later = 0.0
    if opens < inf:
        length = closing(starts, closes, opens) - opens
        later = number(among(w.drawn.redial, open_case(w, case).attempt), case) % length
    at(w, opens + later, Order.CALL, case, steps.LINE_OPENS, case, 0)
    return False


@inner
def _queue(w: World, case: int) -> int:
    mine = open_case(w, case)
    row = wide(mine.row)
    if flag(w.drawn.self_service, case):
        w.in_system -= 1
        mark(w, case, log.TRIAGED)
        mark(w, case, log.CLOSED)
        put(w.calls.left, row, w.now)
        put(w.calls.ended, row, w.now)
        put(w.calls.end, row, CallEnd.SELF_SERVICE)
        cases(w, case).outcome = Outcome.SELF_SERVICE
        return ends.NO_VISIT
    put(w.calls.queued, row, w.now)
    mine.step = steps.LEAVES_QUEUE
    join(w, case, HOTLINE, _kind(w, case))
    patience = number(among(w.drawn.patience, mine.attempt), case)
    if mine.queue >= 0 and patience < inf:
        at(w, w.now + patience, Order.PATIENCE_ENDS, case, steps.PATIENCE_ENDS, case,
           mine.attempt)  # fmt: skip
    return ends.WAITS


@inner
def patience_ends(w: World, case: int, attempt: int) -> None:
    """The caller gives up, should he still wait."""
    if cases(w, case).place < 0:  # it has ended
        return
    mine = open_case(w, case)
    waits = mine.queue >= 0 and mine.step == steps.LEAVES_QUEUE
    if waits and mine.attempt == attempt:
        give_up(w, case, HOTLINE)


@inner
def _turned_away(w: World, case: int, end: int) -> None:
    row = add_call(w, case)
    put(w.calls.left, row, w.now)
    put(w.calls.ended, row, w.now)
    put(w.calls.end, row, end)


@inner
def _not_helped(w: World, case: int) -> int:
    """Call again, or give up."""
    mine = open_case(w, case)
    if mine.attempt + 1 >= w.attempts or not flag(among(w.drawn.again, mine.attempt), case):
        cases(w, case).outcome = Outcome.ABANDONED
        mark(w, case, log.CLOSED)
        return ends.NO_VISIT
    wait = number(among(w.drawn.redial, mine.attempt), case)
    mine.attempt += 1
    at(w, w.now + wait, Order.CALL, case, steps.CALLS_AGAIN, case, 0)
    return ends.WAITS


@inner
def _wrap_up(w: World, case: int, row: int) -> None:
    """After-call work keeps the agent, not the customer."""
    work, agent = number(w.drawn.after_call, case), get(w.calls.agent, row)
    if work > 0:
        at(w, w.now + work, Order.PERSON_FREE, agent, steps.WRAPPED_UP, row, 0)
    else:
        wrapped_up(w, row)


@inner
def wrapped_up(w: World, row: int) -> None:
    """The agent is free again."""
    put(w.calls.ended, row, w.now)
    release(w, get(w.calls.agent, row))


@inner
def _decide(w: World, case: int) -> int:
    if not flag(w.drawn.remote, case):
        return ends.VISIT
    work = sources(w, whole(w.drawn.source, case)).work
    cases(w, case).outcome = Outcome.REMOTE_FIX if work else Outcome.ANSWERED
    mark(w, case, log.CLOSED)
    return ends.NO_VISIT


@inner
def _kind(w: World, case: int) -> int:
    """Class of the case in the queue."""
    call_type = sources(w, whole(w.drawn.source, case)).call_type
    return call_type * w.levels + level(w, case)
