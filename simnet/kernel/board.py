"""What a station asks of the central board. `model.dispatch` hooks it to its stations."""

from simnet.jit import inner
from simnet.records import Order

from . import steps
from .clock import at, change, succeed
from .columns import whole
from .lines import leave_queue
from .memory import wide
from .world import World, open_case, outlet_in_order, persons, queues, sources, stations, whole_of


@inner
def order_of(w: World, case: int) -> tuple[int, int]:
    """Where in `World.order` the outlets stand that may serve the case, nearest first: from, to."""
    group = sources(w, whole(w.drawn.source, case)).group
    market = whole(w.drawn.market, case)
    at = group * w.markets + market
    return whole_of(w.order_from, at), whole_of(w.order_from, at + 1)


@inner
def level(w: World, case: int) -> int:
    """Place of the case's priority among all priorities, the highest first."""
    product = sources(w, whole(w.drawn.source, case)).product
    row = product if product >= 0 else w.products.length
    return whole_of(w.level_of, row * w.tiers + whole(w.drawn.tier, case))


@inner
def in_reach(w: World, case: int, outlet: int) -> bool:
    """Whether the outlet may serve the case."""
    start, end = order_of(w, case)
    i = start
    while i < end and outlet_in_order(w, i) != outlet:
        i += 1
    return i < end


@inner
def read_soon(w: World) -> None:
    """The board is read once all who come on duty now are there, whatever their order."""
    if w.waiting.number > 0 and w.to_be_read != w.now:
        w.to_be_read = w.now
        at(w, w.now, Order.BOARD_READ, 0, steps.BOARD_READ, 0, 0)


@inner
def from_board(w: World, outlet: int, technician: int) -> bool:
    """A technician with nothing to do takes the oldest case that his outlet may serve."""
    for level in range(w.levels):
        case = wide(queues(w, w.board + level).head)
        while case >= 0:
            if in_reach(w, case, outlet):
                leave_queue(w, case)
                change(w.waiting, w.now, -1)
                persons(w, technician).busy = True
                stations(w, outlet + 1).busy += 1
                succeed(w, case, technician, outlet)
                return True
            case = wide(open_case(w, case).next)
    return False
