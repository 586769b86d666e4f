"""Parts: stocks at outlets and depot, orders, emergencies, failed parts on their way back. See
`model.parts`."""

from typing import Any

from simnet.jit import inner
from simnet.policies import AT_OUTLET, AT_WORKSHOP, SCRAPPED, mended_where, order_quantity
from simnet.records import Kind

from . import logistics
from .bench import part_on_bench
from .clock import change, succeed
from .columns import flag
from .lines import join_queue, leave_queue
from .log import add_move
from .memory import put, wide
from .station import release, take
from .world import (
    NOBODY,
    World,
    events,
    open_case,
    orders,
    parts,
    queues,
    stations,
    stocks,
)


@inner
def stock_of(w: World, place: int, part: int) -> int:
    """Number of a part's stock at a place."""
    return place * w.parts.length + part


@inner
def _position(stock: Any) -> int:
    return wide(stock.on_hand) + stock.on_order - stock.number


@inner
def _to_order(stock: Any) -> int:
    return order_quantity(stock.low, wide(stock.up_to), wide(stock.lot), _position(stock))


@inner
def at_hand(w: World, outlet: int, part: int) -> bool:
    """Whether a technician could leave at once."""
    return part < 0 or stocks(w, stock_of(w, outlet, part)).on_hand > 0


@inner
def obtain(w: World, case: int, outlet: int, part: int, turn: int) -> bool:
    """Take the part for a case (turn 0 or 1: first or second visit). False where it has to wait;
    it then goes on with `obtained`."""
    mine = open_case(w, case)
    mine.own_part, mine.back = False, SCRAPPED
    if part < 0:
        return True
    terms = parts(w, part)
    stock = stocks(w, stock_of(w, outlet, part))
    depot = stocks(w, stock_of(w, w.outlets.length, part))
    by_express = stock.on_hand == 0 and terms.emergency and depot.on_hand > 0
    back = _mended_where(w, case, turn, by_express)
    spare = True
    if back != SCRAPPED:
        # the failed part is on its way back from now on, so nothing new need be bought for it;
        # but where no shelf holds a spare that goes round, the case would wait for its own
        spare = _position(stock) > 0 or terms.at_failure
        if back == AT_WORKSHOP:
            spare = spare or _position(depot) > 0
        if spare:
            _expect(w, outlet, part, back)
        if terms.at_failure:
            bring_back(w, case, outlet, part, turn, back)
        else:
            mine.back = back
    if stock.on_hand > 0:
        _move(w, outlet, part, -1, 0)
        _review(w, case, outlet, part, turn)
        return True
    if by_express:
        _move(w, w.outlets.length, part, -1, 0)
        _review_depot(w, case, part, turn)
        logistics.express(w, case, outlet, part, turn)
        return False
    join_queue(w, case, w.queue_of_parts + stock_of(w, outlet, part))
    w.cases_waiting += 1
    mine.own_part = not spare
    _move(w, outlet, part, 0, 1)
    _review(w, case, outlet, part, turn)
    return False


@inner
def obtained(w: World, case: int, outlet: int, part: int) -> None:
    """The part that a case waited for is there."""
    mine = open_case(w, case)
    if mine.own_part:
        _expect(w, outlet, part, wide(mine.back))


@inner
def bring_back(w: World, case: int, outlet: int, part: int, turn: int, back: int) -> None:
    """The failed part is at the outlet: to be mended here, or in the workshop for the depot, or to
    the scrap (`policies.mended_where`)."""
    if back == AT_OUTLET:
        logistics.mended_at_outlet(w, case, outlet, part, turn)
    elif back == AT_WORKSHOP:
        logistics.return_part(w, case, outlet, part, turn)


@inner
def _mended_where(w: World, case: int, turn: int, by_express: bool) -> int:
    mendable = flag(w.drawn.mendable_2 if turn else w.drawn.mendable, case)
    at_outlet = flag(w.drawn.at_outlet_2 if turn else w.drawn.at_outlet, case)
    return mended_where(mendable, at_outlet, by_express)


@inner
def _expect(w: World, outlet: int, part: int, back: int) -> None:
    """A failed part is on its way back, to one of two shelves."""
    place = outlet if back == AT_OUTLET else w.outlets.length
    stocks(w, stock_of(w, place, part)).on_order += 1


@inner
def _move(w: World, place: int, part: int, on_hand: int, owed: int) -> None:
    stock = stocks(w, stock_of(w, place, part))
    stock.on_hand += on_hand
    if owed != 0:
        change(stock, w.now, owed)
    add_move(w, place, part, on_hand, owed)


@inner
def _review(w: World, case: int, outlet: int, part: int, turn: int) -> None:
    """Order at the depot what the policy wants."""
    stock = stocks(w, stock_of(w, outlet, part))
    quantity = _to_order(stock)
    if quantity > 0:
        stock.on_order += quantity
        _move(w, w.outlets.length, part, 0, quantity)
        logistics.add_order(w, parts(w, part), outlet, part, quantity, case, turn, w.now)
        _serve_orders(w, part)
        _review_depot(w, case, part, turn)


@inner
def _serve_orders(w: World, part: int) -> None:
    """Ship what is there, oldest order first; an order may go in pieces."""
    p = parts(w, part)
    depot = stocks(w, stock_of(w, w.outlets.length, part))
    while p.head >= 0 and depot.on_hand > 0:
        first = p.head
        order = orders(w, first)
        quantity = min(order.quantity, wide(depot.on_hand))
        _move(w, w.outlets.length, part, -quantity, -quantity)
        order.quantity -= quantity
        logistics.replenish(w, first, part, quantity)
        if order.quantity == 0:
            logistics.drop_order(w, p, first)


@inner
def _review_depot(w: World, case: int, part: int, turn: int) -> None:
    stock = stocks(w, stock_of(w, w.outlets.length, part))
    quantity = _to_order(stock)
    if quantity > 0:
        stock.on_order += quantity
        logistics.supply(w, case, part, turn, quantity)


@inner
def _depot_receives(w: World, case: int, part: int, quantity: int, turn: int) -> None:
    """From the supplier, or mended."""
    depot = w.outlets.length
    stocks(w, stock_of(w, depot, part)).on_order -= quantity
    _move(w, depot, part, quantity, 0)
    _serve_orders(w, part)
    _review_depot(w, case, part, turn)


@inner
def _outlet_receives(w: World, outlet: int, part: int, quantity: int) -> None:
    """From the depot, or mended: who has waited longest is served first."""
    number = stock_of(w, outlet, part)
    stock = stocks(w, number)
    stock.on_order -= quantity
    served = min(quantity, wide(stock.number))
    _move(w, outlet, part, quantity - served, -served)
    for _ in range(served):
        case = wide(queues(w, w.queue_of_parts + number).head)
        leave_queue(w, case)
        w.cases_waiting -= 1
        succeed(w, case, 0, 0)


@inner
def shipment_arrives(w: World, row: int) -> None:
    """What a shipment brings, to who waits for it."""
    it = events(w, row)
    kind, case, part, turn = wide(it.kind), wide(it.who), wide(it.part), wide(it.more)
    quantity, outlet = wide(it.quantity), wide(it.outlet)
    person, job = wide(it.technician), wide(it.case)
    if kind == Kind.REPLENISHMENT or kind == Kind.MENDED_AT_OUTLET:
        _outlet_receives(w, outlet, part, quantity)
    elif kind == Kind.SUPPLY or kind == Kind.MENDED_PART:
        mended = kind == Kind.MENDED_PART and person != NOBODY
        if mended:
            put(w.bench.ended, job, w.now)
        _depot_receives(w, case, part, quantity, turn)
        if mended:
            release(w, person)
    elif kind == Kind.FAILED_PART:
        _at_the_bench(w, case, part, turn)
    else:  # for one case: a part by express, or a unit
        succeed(w, case, 0, 0)


@inner
def _at_the_bench(w: World, case: int, part: int, turn: int) -> None:
    """A failed part is at the workshop."""
    workshop = w.stations.length - 1
    station = stations(w, workshop)
    if not station.mends_parts:
        logistics.mended(w, case, part, turn, w.now, NOBODY, -1)
        return
    person = take(w, workshop, 0)
    if person != NOBODY:
        part_on_bench(w, case, part, turn, w.now, person)
    else:
        logistics.add_order(w, w.failed_parts, -1, part, 1, case, turn, w.now)
        change(station, w.now, 1)
