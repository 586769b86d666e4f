"""The desk: which outlet takes a case. See `model.dispatch`."""

from simnet.draws.visits import REFUSALS
from simnet.jit import inner
from simnet.policies import (
    NOWHERE,
    expected_wait,
    first_not_refused,
    nearest_free,
    next_open,
    preferred,
    shortest_wait,
)
from simnet.records import Order

from . import ends, steps
from .board import level, order_of
from .clock import at, change, succeed
from .columns import among, number, whole
from .lines import join_queue, leave_queue
from .memory import flags, floats, wholes_4, wholes_8, wide
from .outlets import way
from .station import present, someone_free, take
from .world import (
    CENTRAL_BOARD,
    NEAREST_FREE,
    NOBODY,
    OWN_FIRST,
    SHORTEST_WAIT,
    TERRITORY,
    World,
    cases,
    open_case,
    opening_hours,
    outlet_in_order,
    outlets,
    queues,
    stations,
)


@inner
def assign(w: World, case: int, step: int, chosen: int, technician: int) -> int:
    """Find the outlet, and the technician who already waits (central board)."""
    mine = open_case(w, case)
    if step == steps.NOW:
        desk = number(w.drawn.desk, case)
        if desk > 0:
            at(w, w.now + desk, Order.WORK_ENDS, case, steps.DESK_CHOOSES, case, NOWHERE)
            return ends.WAITS
        chosen = NOWHERE
    if step == steps.TAKEN_FROM_BOARD:
        mine.outlet, mine.technician = chosen, technician
        return ends.ASSIGNED
    if w.policy == CENTRAL_BOARD:
        return _post(w, case)
    start, end = order_of(w, case)
    mine.technician = NOBODY
    while True:
        if chosen == NOWHERE:
            chosen = _choose(w, case, start, end)
            delay = number(among(w.drawn.coordination, wide(outlets(w, chosen).contract)), case)
            if delay > 0:
                at(w, w.now + delay, Order.WORK_ENDS, case, steps.OUTLET_KNOWS, case, chosen)
                return ends.WAITS
        tries = wide(cases(w, case).refusals)
        others = tries + 1 < end - start
        may_refuse = tries < REFUSALS and others
        if (
            not may_refuse
            or number(among(w.drawn.refuse, tries), case) >= outlets(w, chosen).refusal
        ):
            mine.outlet = chosen
            return ends.ASSIGNED
        if tries == 0:
            mine.refused_0 = chosen
        else:
            mine.refused_1 = chosen
        cases(w, case).refusals += 1
        chosen = NOWHERE


@inner
def _choose(w: World, case: int, start: int, end: int) -> int:
    mine, policy, order = (
        open_case(w, case),
        w.policy,
        wholes_4(w.order.at + 4 * start, end - start),
    )
    refusals = cases(w, case).refusals
    refused = wholes_8(w.numbers.at, refusals)
    if refusals > 0:
        refused[0] = mine.refused_0
    if refusals > 1:
        refused[1] = mine.refused_1
    if policy == NEAREST_FREE:
        return nearest_free(order, someone_free, w, refused)
    if policy == OWN_FIRST:
        return preferred(order, flags(w.owned.at, w.outlets.length), refused)
    if policy == TERRITORY:
        row = w.same_region.at + whole(w.drawn.market, case) * w.outlets.length
        return preferred(order, flags(row, w.outlets.length), refused)
    if policy == SHORTEST_WAIT:
        waits = floats(w.hours.at, len(order))
        for i in range(len(order)):
            waits[i] = _wait(w, case, start + i)
        return shortest_wait(order, waits, refused)
    return first_not_refused(order, refused)


@inner
def _wait(w: World, case: int, place: int) -> float:
    outlet = outlet_in_order(w, place)
    site, station, now = outlets(w, outlet), stations(w, outlet + 1), w.now
    travel = way(w, case, place)
    if station.unlimited:
        return travel
    starts, closes = opening_hours(w, wide(site.opens), wide(site.closes))
    opens_in = next_open(starts, closes, now) - now
    staff = wide(station.on_duty if opens_in == 0 else site.technicians)
    job = w.mean_repair + 2 * travel
    return expected_wait(present(w, outlet + 1), staff, job, opens_in, travel)


@inner
def _post(w: World, case: int) -> int:
    """To the first outlet in order of distance with a free technician, or onto the board."""
    mine, kind = open_case(w, case), level(w, case)
    outlet, technician = _first_free(w, case, kind)
    if outlet != NOWHERE:
        mine.outlet, mine.technician = outlet, technician
        return ends.ASSIGNED
    join_queue(w, case, w.board + kind)
    change(w.waiting, w.now, 1)
    mine.step = steps.TAKEN_FROM_BOARD
    return ends.WAITS


@inner
def _first_free(w: World, case: int, kind: int) -> tuple[int, int]:
    start, end = order_of(w, case)
    for i in range(start, end):
        outlet = outlet_in_order(w, i)
        technician = take(w, outlet + 1, kind)
        if technician != NOBODY:
            return outlet, technician
    return NOWHERE, NOBODY


@inner
def read(w: World) -> None:
    """Oldest case first, each to the nearest outlet with a free technician."""
    for kind in range(w.levels):
        case = wide(queues(w, w.board + kind).head)
        while case >= 0:
            following = wide(open_case(w, case).next)
            outlet, technician = _first_free(w, case, kind)
            if outlet != NOWHERE:
                leave_queue(w, case)
                change(w.waiting, w.now, -1)
                succeed(w, case, technician, outlet)
            case = following
