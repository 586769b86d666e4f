"""The outlets: technicians, the way to the customer, repair, second visit, central workshop. See
`model.outlets`."""

from simnet.jit import inner
from simnet.policies import next_open, road_km
from simnet.records import Kind, Order, Outcome

from . import ends, log, logistics, steps
from .board import level, order_of
from .clock import at
from .columns import flag, number, whole
from .log import SECOND, add_bench, add_visit, mark
from .memory import get, put, wide
from .parts import at_hand, bring_back, obtain, obtained
from .station import join, release
from .world import (
    NOBODY,
    World,
    cases,
    events,
    float_of,
    open_case,
    opening_hours,
    outlet_in_order,
    outlets,
)


@inner
def way(w: World, case: int, place: int) -> float:
    """Hours to the customer from the outlet that stands at `place` in `order`."""
    outlet, crow = outlet_in_order(w, place), float_of(w.crow_km, place)
    km = road_km(crow, number(w.drawn.off, case), outlets(w, outlet).detour)
    return km / outlets(w, outlet).speed


@inner
def mend(w: World, case: int, step: int, person: int) -> int:
    """From the assignment to the working unit; a stretch of it, from `step` on."""
    mine = open_case(w, case)
    outlet = wide(mine.outlet)
    if step == steps.NOW:
        mine.turn, mine.carry_in = 0, outlets(w, outlet).carry_in
        place, _ = order_of(w, case)
        while outlet_in_order(w, place) != outlet:
            place += 1
        mine.way = way(w, case, place)
    travel, carry_in = mine.way, mine.carry_in
    if step == steps.NOW:
        if carry_in:
            if mine.technician != NOBODY:
                release(w, wide(mine.technician))
                mine.technician = NOBODY
            if travel > 0:
                at(w, w.now + travel, Order.WORK_ENDS, case, steps.REACHES_COUNTER, case, 0)
                return ends.WAITS
            step = steps.REACHES_COUNTER
        else:
            step = steps.NEEDS_PART
    if step == steps.REACHES_COUNTER:
        if not _counter_open(w, case, outlet):
            return ends.WAITS
        step = steps.ACCEPTED
    if step == steps.ACCEPTED:
        mark(w, case, log.ARRIVED)
        step = steps.NEEDS_PART
    if steps.NEEDS_PART <= step <= steps.REPAIR_ENDS:
        end = ends.VISIT
        while end == ends.VISIT:
            end = _visit(w, case, outlet, step, person, travel, carry_in)
            if end == ends.VISIT:  # a second one is needed
                mark(w, case, log.LEFT)
                mine.turn, mine.technician = 1, NOBODY
                step = steps.NEEDS_PART
        if end == ends.WAITS:
            return ends.WAITS
        if mine.turn == 0 and flag(w.drawn.workshop, case):
            mark(w, case, log.LEFT)
            if travel > 0 and not carry_in:  # the unit comes along to the outlet
                at(w, w.now + travel, Order.WORK_ENDS, case, steps.UNIT_AT_OUTLET, case, 0)
                return ends.WAITS
            step = steps.UNIT_AT_OUTLET
    if steps.UNIT_AT_OUTLET <= step <= steps.UNIT_BACK:
        if not _central_workshop(w, case, outlet, step, person):
            return ends.WAITS
        if travel > 0 and not carry_in:  # and is brought back, which keeps no technician
            at(w, w.now + travel, Order.WORK_ENDS, case, steps.UNIT_BROUGHT_BACK, case, 0)
            return ends.WAITS
    mark(w, case, log.REPAIRED)
    cases(w, case).outcome = Outcome.REPAIRED
    if carry_in:
        at(w, w.now + travel, Order.WORK_ENDS, case, steps.TAKES_UNIT_HOME, case, 0)
    elif mine.turn == 0 and flag(w.drawn.workshop, case):
        mark(w, case, log.CLOSED)
    return ends.MENDED


@inner
def _counter_open(w: World, case: int, outlet: int) -> bool:
    """Who comes to a closed counter waits; who came first is accepted first."""
    site = outlets(w, outlet)
    starts, closes = opening_hours(w, wide(site.opens), wide(site.closes))
    opens = next_open(starts, closes, w.now)
    if opens <= w.now:
        return True
    site.before_opening += 1
    at(w, opens, Order.COUNTER_OPENS, wide(site.before_opening), steps.ACCEPTED, case, 0)
    return False


@inner
def _visit(
    w: World, case: int, outlet: int, step: int, person: int, travel: float, carry_in: bool
) -> int:
    """Part, technician, travel, repair; the technician then drives back."""
    mine = open_case(w, case)
    turn = wide(mine.turn)
    part = whole(w.drawn.second_part if turn else w.drawn.part, case)
    if step == steps.NEEDS_PART:
        if mine.technician != NOBODY and not at_hand(w, outlet, part):
            release(w, wide(mine.technician))  # nobody waits for a part with empty hands
            mine.technician = NOBODY
        if not obtain(w, case, outlet, part, turn):
            mine.step = steps.PART_COMES
            return ends.WAITS
        step = steps.HAS_PART
    if step == steps.PART_COMES:
        obtained(w, case, outlet, part)
        step = steps.HAS_PART
    if step == steps.HAS_PART:
        mark(w, case, log.PART_READY + SECOND * turn)
        if mine.technician == NOBODY:
            mine.step = steps.TECHNICIAN_COMES
            join(w, case, outlet + 1, level(w, case))
            return ends.WAITS
        person = wide(mine.technician)
        step = steps.TECHNICIAN_COMES
    if step == steps.TECHNICIAN_COMES:
        mine.technician = person
        mark(w, case, log.STARTED + SECOND * turn)
        km = 0.0 if carry_in else 2 * travel * outlets(w, outlet).speed
        mine.row = add_visit(w, case, outlet, person, km)
        if travel > 0 and not carry_in:
            at(w, w.now + travel, Order.WORK_ENDS, case, steps.ARRIVES, case, 0)
            return ends.WAITS
        step = steps.ARRIVES
    row = wide(mine.row)
    visits = w.visits
    if step == steps.ARRIVES:
        if turn or not carry_in:
            mark(w, case, log.ARRIVED + SECOND * turn)
        put(visits.arrived, row, w.now)
        repair = number(w.drawn.second_repair if turn else w.drawn.repair, case)
        if repair > 0:
            at(w, w.now + repair, Order.WORK_ENDS, case, steps.REPAIR_ENDS, case, 0)
            return ends.WAITS
    put(visits.finished, row, w.now)
    again = flag(w.drawn.second, case)
    last = turn > 0 or not (again or flag(w.drawn.workshop, case))
    if travel > 0 and not carry_in:
        event = at(w, w.now + travel, Order.PERSON_FREE, case, steps.HOME, row,
                   4 * mine.back + 2 * turn + last)  # fmt: skip
        if event >= 0:
            it = events(w, event)
            it.case, it.outlet, it.technician = case, outlet, mine.technician
    else:
        home(w, case, outlet, wide(mine.technician), row, turn, wide(mine.back),
             last and not carry_in)  # fmt: skip
    if turn == 0 and again and not flag(w.drawn.workshop, case):
        return ends.VISIT
    return ends.MENDED


@inner
def home(
    w: World, case: int, outlet: int, technician: int, row: int, turn: int, back: int, last: bool
) -> None:
    """The technician is at the outlet again, with the failed part."""
    put(w.visits.free, row, w.now)
    if last:
        mark(w, case, log.CLOSED)
    part = whole(w.drawn.second_part if turn else w.drawn.part, case)
    bring_back(w, case, outlet, part, turn, back)
    release(w, technician)


@inner
def _central_workshop(w: World, case: int, outlet: int, step: int, person: int) -> bool:
    """There, on the bench, and back to the outlet; a stretch of it. False where the case waits."""
    mine = open_case(w, case)
    workshop = w.stations.length - 1
    if step == steps.UNIT_AT_OUTLET:
        mine.step = steps.AT_WORKSHOP
        logistics.unit(w, case, outlet, Kind.UNIT_TO_WORKSHOP)
    elif step == steps.AT_WORKSHOP:
        mine.step = steps.BENCH_BEGINS
        join(w, case, workshop, 0)
    elif step == steps.BENCH_BEGINS:
        mine.row = add_bench(w, case, -1, person)
        hours = number(w.drawn.bench, case)
        at(w, w.now + hours, Order.WORK_ENDS, case, steps.BENCH_ENDS, case, 0)
    elif step == steps.BENCH_ENDS:
        row = wide(mine.row)
        put(w.bench.ended, row, w.now)
        release(w, get(w.bench.person, row))
        mine.step = steps.UNIT_BACK
        logistics.unit(w, case, outlet, Kind.UNIT_BACK)
    else:
        mark(w, case, log.BACK)
        return True
    return False
