"""Logistics: shipments by carriers, and own trucks that leave by a timetable. See
`model.logistics`."""

from typing import Any

from simnet.jit import inner
from simnet.plan.plan import FLEET
from simnet.policies import load, transit_time
from simnet.records import SUPPLIER, Kind, Order

from . import steps
from .clock import at
from .columns import among, number
from .lines import append, take_out
from .log import add_shipment, add_trip
from .memory import put, wholes_8, wide
from .pools import give_row, take_row
from .world import (
    World,
    carriers,
    events,
    float_of,
    orders,
    outlets,
    parts,
    tours,
)


@inner
def replenish(w: World, order: int, part: int, quantity: int) -> None:
    """Depot to outlet, by the outlet's lane: `quantity` of what the depot owes by `order`."""
    o = orders(w, order)
    outlet = outlets(w, o.outlet)
    lane = wide(outlet.lane)
    if lane == FLEET:
        dock = tours(w, outlet.tour)
        add_order(w, dock, o.outlet, part, quantity, o.case, 0, o.ordered)
        return
    factor = _factor(w, o.case, o.turn, lane)
    _by_carrier(w, Kind.REPLENISHMENT, lane, o.outlet, part, quantity, o.case, o.turn,
                o.ordered, factor)  # fmt: skip


@inner
def express(w: World, case: int, outlet: int, part: int, turn: int) -> None:
    """One part for one case, by the emergency carrier."""
    lane = w.express_lane
    if lane < 0:
        lane = max(wide(outlets(w, outlet).lane), 0)
    factor = _factor(w, case, turn, lane)
    _by_carrier(w, Kind.EMERGENCY, lane, outlet, part, 1, case, turn, w.now, factor)


@inner
def supply(w: World, case: int, part: int, turn: int, quantity: int) -> None:
    """From the supplier to the depot."""
    lead = number(w.drawn.lead_2 if turn else w.drawn.lead, case)
    _send(w, Kind.SUPPLY, SUPPLIER, -1, w.outlets.length, part, quantity, case, turn, w.now,
          lead)  # fmt: skip


@inner
def return_part(w: World, case: int, outlet: int, part: int, turn: int) -> None:
    """A failed part from an outlet to the workshop."""
    factor = number(among(w.drawn.transit_back, turn), case)
    _by_carrier(w, Kind.FAILED_PART, w.returns, outlet, part, 1, case, turn, w.now, factor)


@inner
def mended(
    w: World, case: int, part: int, turn: int, since: float, person: int, job: int
) -> None:  # fmt: skip
    """From the workshop's bench, where it has been `since`, into the depot's stock. person, job:
    who mends it, and the row of that; NOBODY where it keeps nobody."""
    mend = number(w.drawn.mend_2 if turn else w.drawn.mend, case)
    row = _send(w, Kind.MENDED_PART, SUPPLIER, -1, w.outlets.length, part, 1, case, turn, since,
                mend)  # fmt: skip
    if row >= 0:
        it = events(w, row)
        it.technician, it.case = person, job


@inner
def mended_at_outlet(w: World, case: int, outlet: int, part: int, turn: int) -> None:
    """From the outlet's bench to its shelf."""
    hours = number(w.drawn.mend_at_outlet_2 if turn else w.drawn.mend_at_outlet, case)
    _send(w, Kind.MENDED_AT_OUTLET, SUPPLIER, -1, outlet, part, 1, case, turn, w.now, hours)


@inner
def unit(w: World, case: int, outlet: int, kind: int) -> None:
    """A customer's unit between an outlet and the central workshop."""
    factor = number(among(w.drawn.transit_back, 2 if kind == Kind.UNIT_TO_WORKSHOP else 3), case)
    _by_carrier(w, kind, w.returns, outlet, -1, 1, case, 0, w.now, factor)


@inner
def _factor(w: World, case: int, turn: int, lane: int) -> float:
    return number(among(w.drawn.transit_2 if turn else w.drawn.transit, lane), case)


@inner
def _by_carrier(
    w: World, kind: int, lane: int, outlet: int, part: int, quantity: int, case: int, turn: int,
    ordered: float, factor: float,
) -> None:  # fmt: skip
    carrier = carriers(w, lane)
    hours = transit_time(carrier.base, outlets(w, outlet).depot_km, carrier.speed, factor)
    _send(w, kind, lane, -1, outlet, part, quantity, case, turn, ordered, hours)


@inner
def _send(
    w: World, kind: int, lane: int, tour: int, outlet: int, part: int, quantity: int, case: int,
    turn: int, ordered: float, hours: float,
) -> int:  # fmt: skip
    """Returns the row of the event of its arrival; -1 where it never comes."""
    number, arrives = w.shipments.used, w.now + hours
    add_shipment(w, kind, lane, tour, outlet, part, quantity, case, ordered, arrives)
    row = at(w, arrives, Order.SHIPMENT_ARRIVES, number, steps.SHIPMENT_ARRIVES, case, turn)
    if row >= 0:
        brings = events(w, row)
        brings.kind, brings.outlet, brings.part, brings.quantity = kind, outlet, part, quantity
    return row


@inner
def departure(w: World) -> None:
    """Trucks that are home take what waits; the tour whose goods wait longest goes first. They
    leave one by one, see `leave_next`."""
    waiting, count = wholes_8(w.numbers.at, w.numbers.length), 0
    for tour in range(w.tours.length):
        if tours(w, tour).head < 0:
            continue
        i = count
        since = orders(w, tours(w, tour).head).ordered
        while i > 0 and since < orders(w, tours(w, waiting[i - 1]).head).ordered:
            waiting[i] = waiting[i - 1]
            i -= 1
        waiting[i] = tour
        count += 1
    w.leaving, w.left = count, 0


@inner
def leave_next(w: World) -> None:
    """The next truck of a departure; or the next tour, where no truck or nothing is left."""
    tour = wholes_8(w.numbers.at, w.numbers.length)[w.left]
    if w.trucks > 0 and tours(w, tour).head >= 0:
        _truck(w, tour)
    else:
        w.left += 1


@inner
def _truck(w: World, tour: int) -> None:
    dock = tours(w, tour)
    w.trucks -= 1
    w.tours_made += 1
    kg = 0.0
    while dock.head >= 0:
        parcel = orders(w, dock.head)
        mass = parts(w, parcel.part).mass
        quantity = load(w.capacity - kg, mass, parcel.quantity)
        if quantity == 0:
            break
        kg += mass * quantity
        _send(w, Kind.REPLENISHMENT, FLEET, tour, parcel.outlet, parcel.part, quantity,
              parcel.case, 0, parcel.ordered, float_of(w.ways, parcel.outlet))  # fmt: skip
        if quantity < parcel.quantity:
            parcel.quantity -= quantity
            break
        drop_order(w, dock, dock.head)
    trip = add_trip(w, tour, kg)
    at(w, w.now + dock.duration, Order.TRUCK_HOME, w.tours_made, steps.TRUCK_HOME, trip, 0)


@inner
def truck_home(w: World, trip: int) -> None:
    """A truck is home again."""
    put(w.trips.home, trip, w.now)
    w.trucks += 1


@inner
def add_order(
    w: World, line: Any, outlet: int, part: int, quantity: int, case: int, turn: int,
    ordered: float,
) -> None:  # fmt: skip
    """What is owed to an outlet joins a line: what the depot lacks, or what waits for a truck; or a
    failed part joins that for the bench."""
    new = take_row(w.orders, orders, w)
    order = orders(w, new)
    order.outlet, order.part, order.quantity = outlet, part, quantity
    order.case, order.turn, order.ordered = case, turn, ordered
    append(w, line, orders, new)


@inner
def drop_order(w: World, line: Any, order: int) -> None:
    """It leaves the line, and its place is free."""
    take_out(w, line, orders, order)
    give_row(w.orders, orders, w, order)
