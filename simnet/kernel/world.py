"""All that changes while the compiled loop runs, and all that it has to know, as tables.

One record a thing (case, person, station, stock, order), so that what is needed together lies
together; queues are links from record to record, -1 at their ends. Index order is the plan's.
"""

from typing import Any

import numpy as np

from simnet.jit import inner
from simnet.policies import DESKS
from simnet.records import TABLES

from .memory import (
    COLUMNS,
    byte_at,
    float_at,
    floats,
    record_at,
    whole_4_at,
    whole_8_at,
    wide,
    write_float,
)

POLICIES = tuple(DESKS)
"""numbered in their order"""
NEAREST_FREE, OWN_FIRST, TERRITORY, SHORTEST_WAIT, CENTRAL_BOARD = map(
    POLICIES.index, ("nearest_free", "own_first", "territory", "shortest_wait", "central_board")
)
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
POOL = _record(("at", I8), ("length", I8), ("used", I8), ("open", I8), ("free", I8))
"""the same of a table whose rows are given back: used ever, and now, and the first free one"""
_COUNT = (("since", F8), ("hours", F8), ("number", I4))
COUNT = _record(*_COUNT)
"""see `model.count`; stations and stocks have its fields: of who waits there, or is owed to"""
COLUMN = _record(("at", I8), ("step", I8), ("kind", I8), ("before", I8), ("within", I8))
ONE = (
    "source", "market", "unit", "tier", "gap", "first", "follower", "comes", "delay", "menu",
    "self_service", "talk", "after_call", "remote", "desk", "off", "part", "second_part", "repair",
    "second", "second_repair", "workshop", "bench", "lead", "lead_2", "mendable", "mendable_2",
    "mend", "mend_2", "at_outlet", "at_outlet_2", "mend_at_outlet", "mend_at_outlet_2",
)  # fmt: skip
SEVERAL = ("patience", "again", "redial", "refuse", "coordination", "transit", "transit_2",
           "transit_back")  # fmt: skip
"""what the loop reads of the case table (`draws.CaseTable`)"""
DRAWN = _record(*((name, COLUMN) for name in ONE), *((name, I8) for name in SEVERAL))
"""where each column lies; of a name that has several, where their COLUMN records lie"""
EVENT = _record(
    ("time", F8), ("key", I8), ("eid", I4), ("what", I4), ("who", I4), ("more", I4), ("next", I4),
    ("outlet", I4), ("part", I4), ("quantity", I4), ("kind", I4),
    ("place", I4), ("technician", I4), ("case", I4),
)  # fmt: skip
"""what was set and has not come yet; what an arrival of a shipment brings stands with it, where the
record of its case is in `open`, and who comes home to which outlet; of a mended part, who mends it
(NOBODY: it keeps nobody) and, as `case`, the row of the job; as long as what comes from memory at a
time"""
DUE = _record(("time", F8), ("key", I8), ("eid", I4), ("event", I4))
"""a place on the heap"""
READY = _record(("case", I8), ("value", I8), ("other", I8))
CASE = _record(
    ("place", I4), ("attempts", I2), ("outcome", I1), ("refusals", I1),
    ("begun", B1), ("released", B1), ("known", B1), ("warranty", B1),
)  # fmt: skip
"""place: in `open`, -1 before and after; known: when it will fail, which is a milestone already"""
OPEN = _record(
    ("since", F8), ("way", F8), ("number", I4), ("next", I4), ("previous", I4), ("queue", I4),
    ("row", I4), ("later", I4), ("outlet", I4), ("technician", I4),
    ("refused_0", I4), ("refused_1", I4), ("attempt", I2),
    ("step", I1), ("turn", I1), ("back", I1), ("own_part", B1), ("carry_in", B1),
)  # fmt: skip
"""a case between its beginning and its end: few at a time; later: its row of that table; back: what
becomes of its failed part after the visit"""
OF_CASE = ("failed", "called", "answered", "triaged", "closed")
OF_JOB = ("assigned", "part_ready", "started", "arrived", "repaired")
OF_LATER = ("left", "part_ready_2", "started_2", "arrived_2", "back")
"""milestones of every case; those of an outlet's work, where there are outlets; and those of cases
that the first visit does not mend, kept apart, since few come that far"""
LATER = _record(*((name, F8) for name in OF_LATER), ("case", I4))
QUEUE = _record(("priority", I8), ("head_start", F8), ("head", I4), ("tail", I4), ("length", I4))
STATION = _record(
    *_COUNT, ("joined", I4), ("last_start", F8), ("busy", I4), ("on_duty", I4), ("queue", I4),
    ("classes", I4), ("team", I4), ("teams", I4), ("unlimited", B1), ("reads_board", B1),
    ("mends_parts", B1),
)  # fmt: skip
TEAM = _record(("station", I4), ("head", I4), ("tail", I4))
PERSON = _record(("until", F8), ("team", I4), ("next", I4), ("previous", I4), ("on_duty", B1),
                 ("busy", B1))  # fmt: skip
OUTLET = _record(
    ("speed", F8), ("detour", F8), ("depot_km", F8), ("refusal", F8),
    ("opens", I4), ("closes", I4), ("technicians", I4), ("before_opening", I4), ("tour", I4),
    ("contract", I2), ("lane", I2), ("carry_in", B1),
)  # fmt: skip
STOCK = _record(
    *_COUNT, ("on_hand", I4), ("low", F8), ("up_to", I4), ("lot", I4), ("held", I4),
    ("on_order", I4),
)  # fmt: skip
PART = _record(
    ("mass", F8), ("head", I8), ("tail", I8), ("emergency", B1), ("at_failure", B1)
)  # fmt: skip
ORDER = _record(("quantity", I8), ("ordered", F8), ("outlet", I8), ("part", I8), ("case", I8),
                ("next", I8), ("previous", I8), ("turn", I8))  # fmt: skip
"""what the depot owes an outlet, or what waits for a truck, or for the workshop's bench"""
LINE = _record(("head", I8), ("tail", I8))
TOUR = _record(("km", F8), ("duration", F8), ("head", I8), ("tail", I8))
CARRIER = _record(("base", F8), ("speed", F8))
SOURCE = _record(("call_type", I8), ("product", I8), ("group", I8), ("work", B1), ("covered", B1))
"""group: of sources that the same outlets can serve"""
PRODUCT = _record(("warranty", F8), ("elsewhere", F8), ("mass", F8), ("life", F8))
POOLS = ("events", "open", "orders")
"""tables whose rows are given back; `next` leads from a free one to the next"""
GROWING = {
    name: _record(("length", I8), ("used", I8), *((c, COLUMNS[kind]) for c, kind in found.items()))
    for name, found in TABLES.items()
}
"""the tables of the records that grow while the loop runs, column by column, as they are handed
over"""

RECORDS = {
    "events": EVENT, "due": DUE, "ready": READY, "cases": CASE, "open": OPEN, "later": LATER,
    "queues": QUEUE, "stations": STATION, "teams": TEAM, "persons": PERSON,
    "outlets": OUTLET, "stocks": STOCK, "parts": PART, "orders": ORDER,
    "tours": TOUR, "carriers": CARRIER, "sources": SOURCE, "products": PRODUCT,
}  # fmt: skip
"""Tables of records. due: a heap of the events that come soon; ready: a ring, cases that go on
before the next event; queues: the stations' classes, the board's levels, cases that wait for parts.
"""
ARRAYS = {
    "spans": I4,  # the first of the events that come in each span of time; -1 for none
    "milestones": F8,  # (OF_CASE and perhaps OF_JOB, cases), written when a case begins
    "assigned_to": I4,  # (cases,) outlet, likewise; (0,) where there are none
    "sold": F8,  # (units,)
    "moments": F8,  # (cases,) when each would begin at the earliest, ascending
    "departures": F8,
    "person": I4, "comes_on": F8, "goes_off": F8,  # (intervals,) of duty
    "comings": I4, "goings": I4,  # intervals of duty in order of their beginning and of their end
    "takes": B1,  # (teams, classes)
    "opening": F8, "closing": F8,
    "order": I4,  # for each group and market, the outlets that can serve it, nearest first
    "crow_km": F8,  # as `order`: how far away each is
    "order_from": I8,  # (groups, markets) in `order`, and where the last one ends
    "ways": F8,  # (outlets,) hours on the tour that a truck takes to there
    "owned": B1,  # (outlets,)
    "same_region": B1,  # (markets, outlets)
    "level_of": I8,  # (products + 1, tiers): the last row is that of enquiries
    "cumulative": F8, "weights": F8,  # of the reporting profile
    "numbers": I8, "hours": F8,  # room to choose in
}  # fmt: skip
"""Plain arrays."""

NET = _record(
    *((name, POOL if name in POOLS else TABLE) for name in (*RECORDS, *ARRAYS)),
    *GROWING.items(),
    ("drawn", DRAWN),
    # the clock
    ("now", F8), ("end", F8), ("eid", I8), ("ready_head", I8), ("started", I8),
    ("span", I8), ("spans_an_hour", F8), ("unlisted", I8), ("unlisted_span", I8),
    # what is asked for ahead
    ("many", I8), ("ahead_0", I8), ("ahead_1", I8), ("ahead_2", I8), ("ahead_span", I8),
    # what comes next but for the heap, see `calendar`
    ("fixed_time", F8), ("fixed_key", I8), ("fixed", I8), ("arrival_time", F8), ("arrival", I8),
    ("release_time", F8),
    # what may be written at once, see `network._room`
    ("room", I8), ("cases_waiting", I8),
    # the hotline
    ("in_system", I8), ("lines", I8), ("attempts", I8), ("opens", I8), ("closes", I8),
    # the desk
    ("policy", I8), ("board", I8), ("to_be_read", F8), ("mean_repair", F8), ("waiting", COUNT),
    # parts and logistics
    ("queue_of_parts", I8), ("trucks", I8), ("capacity", F8),
    ("leaving", I8), ("left", I8), ("tours_made", I8), ("express_lane", I8), ("returns", I8),
    ("failed_parts", LINE),
    # the plan
    ("offset", F8), ("levels", I8), ("markets", I8), ("classes", I8), ("tiers", I8),
    ("reached", I8), ("hotline", B1), ("profile", B1), ("begun", B1),
)  # fmt: skip
"""The network: where its tables are, and what there is one of."""


def _rows(name: str) -> Any:
    """The function of the network and a number: that row of the table `name` (no copy)."""
    view, size = record_at(RECORDS[name]), RECORDS[name].itemsize

    @inner
    def row(w: World, i: int) -> Any:
        return view(w[name].at + size * wide(i))

    return row


events, due, ready, cases, queues = map(_rows, ("events", "due", "ready", "cases", "queues"))
places, later = map(_rows, ("open", "later"))
stations, teams, persons, outlets = map(_rows, ("stations", "teams", "persons", "outlets"))
stocks, parts, orders = map(_rows, ("stocks", "parts", "orders"))
tours, carriers, sources, products = map(_rows, ("tours", "carriers", "sources", "products"))


@inner
def open_case(w: World, case: int) -> Any:
    """Record OPEN of a case that has begun and not ended."""
    return places(w, cases(w, case).place)


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
def short_of(table: Any, i: int) -> int:
    """Element of a plain array of whole numbers of 4 bytes."""
    return wide(whole_4_at(table.at + 4 * i))


@inner
def outlet_in_order(w: World, i: int) -> int:
    """Element of `order`."""
    return short_of(w.order, i)


@inner
def set_milestone(w: World, milestone: int, case: int, time: float) -> None:
    """Write a milestone of OF_CASE, or (after those) of OF_JOB."""
    write_float(w.milestones.at + 8 * (milestone * w.cases.length + case), time)


@inner
def opening_hours(w: World, start: int, end: int) -> tuple[Any, Any]:
    """Moments of opening and of closing, from `start` to `end` of those of all."""
    count = end - start
    return floats(w.opening.at + 8 * start, count), floats(w.closing.at + 8 * start, count)
