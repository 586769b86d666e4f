"""All that changes while the compiled loop runs, and all that it has to know, as tables.

One record a thing (case, person, station, stock, order), so that what is needed together lies
together; queues are links from record to record, -1 at their ends. Index order is the plan's.
"""

from typing import Any

import numpy as np

from simnet.jit import inner
from simnet.records import TABLES

from .memory import byte_at, float_at, floats, record_at, whole_4_at, whole_8_at, wide, write_float

POLICIES = ("nearest", "nearest_free", "own_first", "territory", "shortest_wait", "central_board")
NEAREST, NEAREST_FREE, OWN_FIRST, TERRITORY, SHORTEST_WAIT, CENTRAL_BOARD = range(6)
SUPPLIER = -2
"""lane number of what comes from the supplier or from the bench"""
NOBODY = -2
"""no technician; -1 is one of an outlet that has as many as it needs"""
HOTLINE = 0
"""number of the hotline's station; outlet o has station o + 1, the workshop the last one"""

World = Any
"""in compiled code: the record NET"""

F8, I8, I4, I2, I1, B1 = np.float64, np.int64, np.int32, np.int16, np.int8, np.bool_


def _record(*fields: tuple[str, Any]) -> np.dtype[Any]:
    return np.dtype(list(fields), align=True)


TABLE = _record(("at", I8), ("length", I8), ("used", I8))
"""address of a table, its rows, and how many of them are in use"""
COUNT = _record(("number", I8), ("since", F8), ("hours", F8))
COLUMN = _record(("at", I8), ("step", I8), ("kind", I8))
EVENT = _record(("time", F8), ("key", I8), ("eid", I4), ("what", I4), ("who", I4), ("more", I4))
READY = _record(("case", I8), ("value", I8), ("other", I8))
CASE = _record(
    ("since", F8), ("way", F8), ("number", I4), ("next", I4), ("previous", I4), ("queue", I4),
    ("row", I4), ("outlet", I4), ("technician", I4), ("refused_0", I4), ("refused_1", I4),
    ("attempt", I2), ("attempts", I2),
    ("step", I1), ("turn", I1), ("refusals", I1), ("outcome", I1),
    ("begun", B1), ("released", B1), ("warranty", B1), ("own_part", B1),
)  # fmt: skip
QUEUE = _record(("head", I8), ("tail", I8), ("length", I8), ("priority", I8), ("head_start", F8))
STATION = _record(
    ("waiting", COUNT), ("last_start", F8), ("joined", I8), ("busy", I8), ("on_duty", I8),
    ("queued", I8), ("queue", I8), ("classes", I8), ("team", I8), ("teams", I8),
    ("unlimited", B1), ("reads_board", B1),
)  # fmt: skip
TEAM = _record(("station", I8), ("head", I8), ("tail", I8))
PERSON = _record(("until", F8), ("team", I8), ("next", I8), ("previous", I8), ("on_duty", B1),
                 ("busy", B1))  # fmt: skip
OUTLET = _record(
    ("speed", F8), ("detour", F8), ("depot_km", F8), ("refusal", F8), ("way", F8),
    ("opens", I8), ("closes", I8), ("technicians", I8), ("before_opening", I8), ("contract", I8),
    ("lane", I8), ("tour", I8), ("carry_in", B1),
)  # fmt: skip
STOCK = _record(
    ("waiting", COUNT), ("low", F8), ("up_to", I8), ("lot", I8), ("held", I8), ("on_hand", I8),
    ("on_order", I8), ("owed", I8),
)  # fmt: skip
PART = _record(("mass", F8), ("first", I8), ("last", I8), ("emergency", B1))
ORDER = _record(("quantity", I8), ("ordered", F8), ("outlet", I8), ("part", I8), ("case", I8),
                ("next", I8), ("turn", I8))  # fmt: skip
"""what the depot owes an outlet, or what waits for a truck"""
TOUR = _record(("km", F8), ("duration", F8), ("first", I8), ("last", I8))
CARRIER = _record(("base", F8), ("speed", F8))
SOURCE = _record(("call_type", I8), ("product", I8), ("group", I8), ("work", B1), ("covered", B1))
"""group: of sources that the same outlets can serve"""
PRODUCT = _record(("warranty", F8), ("elsewhere", F8), ("mass", F8))
DUTY = _record(("time", F8), ("key", I8), ("until", F8))
CALL, VISIT, BENCH, SHIPMENT, MOVE, TRIP = (
    np.dtype(list(columns.items()), align=True) for columns in TABLES.values()
)

RECORDS = {
    "events": EVENT, "ready": READY, "columns": COLUMN, "cases": CASE, "queues": QUEUE,
    "stations": STATION, "teams": TEAM, "persons": PERSON, "outlets": OUTLET, "stocks": STOCK,
    "parts": PART, "orders": ORDER, "tours": TOUR, "carriers": CARRIER, "sources": SOURCE,
    "products": PRODUCT, "duties": DUTY, "calls": CALL, "visits": VISIT, "bench": BENCH,
    "shipments": SHIPMENT, "moves": MOVE, "trips": TRIP,
}  # fmt: skip
"""Tables of records. events: a heap; ready: a ring, cases that go on before the next event; queues:
the stations' classes, the board's levels, cases that wait for parts."""
ARRAYS = {
    "spots": I8,  # by Draw: its first column
    "milestones": F8,  # (MILESTONES, cases)
    "sold": F8, "leaves": F8,  # (units,)
    "moments": F8,  # (cases,) when each would begin at the earliest, ascending
    "departures": F8,
    "takes": B1,  # (teams, classes)
    "opening": F8, "closing": F8,
    "order": I4,  # for each group and market, the outlets that can serve it, nearest first
    "crow_km": F8,  # as `order`: how far away each is
    "order_from": I8, "order_to": I8,  # (groups, markets) in `order`
    "owned": B1,  # (outlets,)
    "same_region": B1,  # (markets, outlets)
    "level_of": I8,  # (products + 1, tiers): the last row is that of enquiries
    "cumulative": F8, "weights": F8,  # of the reporting profile
    "numbers": I8, "hours": F8,  # room to choose in
}  # fmt: skip
"""Plain arrays."""

NET = _record(
    *((name, TABLE) for name in (*RECORDS, *ARRAYS)),
    # the clock
    ("now", F8), ("eid", I8), ("ready_head", I8), ("started", I8),
    # what may be written at once, see `network._room`
    ("cases_waiting", I8), ("orders_open", I8),
    # the hotline
    ("in_system", I8), ("lines", I8), ("attempts", I8), ("opens", I8), ("closes", I8),
    # the desk
    ("policy", I8), ("board", I8), ("to_be_read", F8), ("mean_repair", F8), ("waiting", COUNT),
    # parts and logistics
    ("queue_of_parts", I8), ("free_order", I8), ("trucks", I8), ("capacity", F8),
    ("tours_made", I8), ("express_lane", I8), ("returns", I8),
    # the plan
    ("offset", F8), ("levels", I8), ("markets", I8), ("classes", I8), ("tiers", I8),
    ("hotline", B1), ("profile", B1),
)  # fmt: skip
"""The network: where its tables are, and what there is one of."""

(
    _event,
    _ready,
    _column,
    _case,
    _queue,
    _station,
    _team,
    _person,
    _outlet,
    _stock,
    _part,
    _order,
    _tour,
    _carrier,
    _source,
    _product,
    _duty,
    _call,
    _visit,
    _bench,
    _shipment,
    _move,
    _trip,
) = (record_at(kind) for kind in RECORDS.values())
(
    _event_bytes,
    _ready_bytes,
    _column_bytes,
    _case_bytes,
    _queue_bytes,
    _station_bytes,
    _team_bytes,
    _person_bytes,
    _outlet_bytes,
    _stock_bytes,
    _part_bytes,
    _order_bytes,
    _tour_bytes,
    _carrier_bytes,
    _source_bytes,
    _product_bytes,
    _duty_bytes,
    _call_bytes,
    _visit_bytes,
    _bench_bytes,
    _shipment_bytes,
    _move_bytes,
    _trip_bytes,
) = (kind.itemsize for kind in RECORDS.values())


@inner
def events(w: World, i: int) -> Any:
    """Row of a table."""
    return _event(w.events.at + _event_bytes * i)


@inner
def ready(w: World, i: int) -> Any:
    """Row of a table."""
    return _ready(w.ready.at + _ready_bytes * i)


@inner
def columns(w: World, i: int) -> Any:
    """Row of a table."""
    return _column(w.columns.at + _column_bytes * i)


@inner
def cases(w: World, i: int) -> Any:
    """Row of a table."""
    return _case(w.cases.at + _case_bytes * i)


@inner
def queues(w: World, i: int) -> Any:
    """Row of a table."""
    return _queue(w.queues.at + _queue_bytes * i)


@inner
def stations(w: World, i: int) -> Any:
    """Row of a table."""
    return _station(w.stations.at + _station_bytes * i)


@inner
def teams(w: World, i: int) -> Any:
    """Row of a table."""
    return _team(w.teams.at + _team_bytes * i)


@inner
def persons(w: World, i: int) -> Any:
    """Row of a table."""
    return _person(w.persons.at + _person_bytes * i)


@inner
def outlets(w: World, i: int) -> Any:
    """Row of a table."""
    return _outlet(w.outlets.at + _outlet_bytes * i)


@inner
def stocks(w: World, i: int) -> Any:
    """Row of a table."""
    return _stock(w.stocks.at + _stock_bytes * i)


@inner
def parts(w: World, i: int) -> Any:
    """Row of a table."""
    return _part(w.parts.at + _part_bytes * i)


@inner
def orders(w: World, i: int) -> Any:
    """Row of a table."""
    return _order(w.orders.at + _order_bytes * i)


@inner
def tours(w: World, i: int) -> Any:
    """Row of a table."""
    return _tour(w.tours.at + _tour_bytes * i)


@inner
def carriers(w: World, i: int) -> Any:
    """Row of a table."""
    return _carrier(w.carriers.at + _carrier_bytes * i)


@inner
def sources(w: World, i: int) -> Any:
    """Row of a table."""
    return _source(w.sources.at + _source_bytes * i)


@inner
def products(w: World, i: int) -> Any:
    """Row of a table."""
    return _product(w.products.at + _product_bytes * i)


@inner
def duties(w: World, i: int) -> Any:
    """Row of a table."""
    return _duty(w.duties.at + _duty_bytes * i)


@inner
def calls(w: World, i: int) -> Any:
    """Row of a table."""
    return _call(w.calls.at + _call_bytes * i)


@inner
def visits(w: World, i: int) -> Any:
    """Row of a table."""
    return _visit(w.visits.at + _visit_bytes * i)


@inner
def bench(w: World, i: int) -> Any:
    """Row of a table."""
    return _bench(w.bench.at + _bench_bytes * i)


@inner
def shipments(w: World, i: int) -> Any:
    """Row of a table."""
    return _shipment(w.shipments.at + _shipment_bytes * i)


@inner
def moves(w: World, i: int) -> Any:
    """Row of a table."""
    return _move(w.moves.at + _move_bytes * i)


@inner
def trips(w: World, i: int) -> Any:
    """Row of a table."""
    return _trip(w.trips.at + _trip_bytes * i)


@inner
def float_of(table: Any, i: int) -> float:
    """Element of a plain array of floats."""
    return float_at(table.at + 8 * i)


@inner
def whole_of(table: Any, i: int) -> int:
    """Element of a plain array of whole numbers."""
    return whole_8_at(table.at + 8 * i)


@inner
def flag_of(table: Any, i: int) -> bool:
    """Element of a plain array of truth values."""
    return byte_at(table.at + i) != 0


@inner
def outlet_in_order(w: World, i: int) -> int:
    """Element of `order`."""
    return wide(whole_4_at(w.order.at + 4 * i))


@inner
def set_milestone(w: World, milestone: int, case: int, time: float) -> None:
    """Write a milestone of a case."""
    write_float(w.milestones.at + 8 * (milestone * w.cases.length + case), time)


@inner
def opening_hours(w: World, start: int, end: int) -> tuple[Any, Any]:
    """Moments of opening and of closing, from `start` to `end` of those of all."""
    count = end - start
    return floats(w.opening.at + 8 * start, count), floats(w.closing.at + 8 * start, count)
