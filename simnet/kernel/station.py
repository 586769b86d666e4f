"""A station: people with skills, and the cases that wait for them. See `model.station`."""

from simnet.jit import inner
from simnet.policies import may_start

from .bench import take_part
from .board import from_board, read_soon
from .clock import change, succeed
from .lines import append, join_queue, leave_queue, take_out
from .memory import wide
from .world import NOBODY, World, flag_of, open_case, persons, queues, stations, teams


@inner
def someone_free(w: World, outlet: int) -> bool:
    """Whether somebody could begin now."""
    station = outlet + 1
    s = stations(w, station)
    if s.unlimited:
        return True
    for team in range(wide(s.team), wide(s.team) + s.teams):
        person = wide(teams(w, team).head)
        while person >= 0:
            if _may_start(w, station, person):
                return True
            person = wide(persons(w, person).next)
    return False


@inner
def present(w: World, station: int) -> int:
    """Cases here, in service or waiting."""
    return wide(stations(w, station).busy) + stations(w, station).number


@inner
def join(w: World, case: int, station: int, kind: int) -> None:
    """Take a place in the queue; the case goes on at once where somebody is free."""
    s, mine, now = stations(w, station), open_case(w, case), w.now
    mine.since, mine.number = now, s.joined
    s.joined += 1
    person = take(w, station, kind)
    if person != NOBODY:
        succeed(w, case, person, 0)
    else:
        join_queue(w, case, wide(s.queue) + kind)
        change(s, now, 1)


@inner
def take(w: World, station: int, kind: int) -> int:
    """A free person who takes cases of this class, now busy; NOBODY where nobody is free."""
    s = stations(w, station)
    if s.unlimited:
        return -1
    for team in range(wide(s.team), wide(s.team) + s.teams):
        if flag_of(w.takes, team * w.classes + kind):
            person = wide(teams(w, team).head)
            while person >= 0:
                if _may_start(w, station, person):
                    _not_idle(w, person)
                    persons(w, person).busy = True
                    s.busy += 1
                    return person
                person = wide(persons(w, person).next)
    return NOBODY


@inner
def give_up(w: World, case: int, station: int) -> None:
    """Leave the queue without help."""
    s = stations(w, station)
    leave_queue(w, case)
    change(s, w.now, -1)
    succeed(w, case, NOBODY, 0)


@inner
def release(w: World, person: int) -> None:
    """A person is free again: takes the next case, or rests, or goes home."""
    if person < 0:
        return
    p = persons(w, person)
    station = wide(teams(w, p.team).station)
    s = stations(w, station)
    p.busy = False
    s.busy -= 1
    if p.on_duty and not _takes_case(w, station, person):
        if s.reads_board and _may_start(w, station, person) and from_board(w, station - 1, person):
            return
        if s.mends_parts and _may_start(w, station, person) and take_part(w, person):
            return
        _rest(w, person)


@inner
def duty_begins(w: World, person: int, until: float) -> None:
    """A person comes on duty."""
    p = persons(w, person)
    station = wide(teams(w, p.team).station)
    s = stations(w, station)
    p.on_duty, p.until = True, until
    s.on_duty += 1
    if not p.busy and not _takes_case(w, station, person):
        if s.mends_parts and _may_start(w, station, person) and take_part(w, person):
            return
        _rest(w, person)
        if s.reads_board:
            read_soon(w)


@inner
def duty_ends(w: World, person: int) -> None:
    """A person goes off duty; what is begun is finished, in overtime."""
    p = persons(w, person)
    p.on_duty = False
    stations(w, teams(w, p.team).station).on_duty -= 1
    if not p.busy:
        _not_idle(w, person)


@inner
def _rest(w: World, person: int) -> None:
    """Wait for work, behind those who have waited longer."""
    append(w, teams(w, persons(w, person).team), persons, person)


@inner
def _not_idle(w: World, person: int) -> None:
    take_out(w, teams(w, persons(w, person).team), persons, person)


@inner
def _takes_case(w: World, station: int, person: int) -> bool:
    """Whether the person could take a case from the queue, and has."""
    if not _may_start(w, station, person):
        return False
    case = _next(w, station, wide(persons(w, person).team))
    if case < 0:
        return False
    s = stations(w, station)
    leave_queue(w, case)
    change(s, w.now, -1)
    persons(w, person).busy = True
    s.busy += 1
    succeed(w, case, person, 0)
    return True


@inner
def _may_start(w: World, station: int, person: int) -> bool:
    return may_start(persons(w, person).until, w.now, stations(w, station).last_start)


@inner
def _next(w: World, station: int, team: int) -> int:
    """Case that goes first of those that the team takes; -1 where none waits."""
    s = stations(w, station)
    best = -1
    if s.number == 0:
        return best
    priority, since, number = 0, 0.0, 0
    for kind in range(wide(s.classes)):
        line = queues(w, wide(s.queue) + kind)
        if line.head < 0 or not flag_of(w.takes, team * w.classes + kind):
            continue
        head = open_case(w, line.head)
        mine = head.since - line.head_start
        first = best < 0 or line.priority > priority
        if not first and line.priority == priority:
            first = mine < since or (mine == since and head.number < number)
        if first:
            best, priority, since, number = wide(line.head), line.priority, mine, wide(head.number)
    return best
