"""Records: what happened in a run. Tables of equal-length columns, no prices, nothing derived."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief
from simnet.draws import Staff, Units

Table = dict[str, NDArray[Any]]
Progress = Callable[[float, int], None]
"""what an engine calls now and then: share of the horizon that is done, cases begun so far"""
STEPS = 200
"""how often"""
FOLLOW_UP_STEPS = 50
"""how often an engine looks, after the horizon, whether cases are left that it has to follow"""
SUPPLIER = -2
"""lane number of what comes from the supplier or from a bench"""

MILESTONES = (
    "failed", "called", "answered", "triaged", "assigned", "part_ready", "started", "arrived",
    "left", "part_ready_2", "started_2", "arrived_2", "back", "repaired", "closed",
)  # fmt: skip
"""Moments in the life of a case, hours, NaN where not reached. `left`: end of a visit that did not
mend it; `back`: the unit is back at the outlet from the central workshop. Where the customer
carries the unit in, `arrived` comes before `part_ready`."""


_F8, _I4, _I2, _I1 = np.float64, np.int32, np.int16, np.int8

TABLES: dict[str, dict[str, type[np.generic]]] = {
    "calls": {
        "case": _I4, "attempt": _I2, "begun": _F8, "agent": _I4, "queued": _F8, "left": _F8,
        "ended": _F8, "end": _I1,
    },
    "visits": {
        "case": _I4, "outlet": _I4, "technician": _I4, "started": _F8, "km": _F8, "arrived": _F8,
        "finished": _F8, "free": _F8,
    },
    "bench": {"case": _I4, "part": _I4, "person": _I4, "begun": _F8, "ended": _F8},
    "shipments": {
        "kind": _I1, "lane": _I2, "tour": _I4, "outlet": _I4, "part": _I4, "quantity": _I4,
        "case": _I4, "ordered": _F8, "shipped": _F8, "arrived": _F8,
    },
    "moves": {"time": _F8, "place": _I4, "part": _I4, "on_hand": _I4, "backorders": _I4},
    "trips": {"tour": _I4, "departed": _F8, "km": _F8, "kg": _F8, "home": _F8},
}  # fmt: skip
"""Columns of the tables that grow while a run goes on, see `Records`."""

MEASURES = ("km", "kg")
"""columns of numbers that are no moments"""

OF_CASES_ONLY = ("calls", "visits", "bench")
"""of which there are no rows but of the cases in the table of cases"""

CASES: dict[str, type[np.generic]] = {
    "row": _I4, "source": _I2, "market": _I4, "unit": _I4, "tier": _I1, "part": _I4,
    "second_part": _I4, "warranty": np.bool_, "outcome": _I1, "attempts": _I2, "refusals": _I1,
    "outlet": _I4, "km": _F8, **dict.fromkeys(MILESTONES, _F8),
}  # fmt: skip
"""Columns of the table of cases."""


class Outcome(IntEnum):
    """The one state in which a case ends."""

    OPEN = 0
    """the run ended first"""
    REPAIRED = 1
    REMOTE_FIX = 2
    SELF_SERVICE = 3
    ANSWERED = 4
    """an enquiry that the call settled"""
    ABANDONED = 5
    """the customer gave up calling"""
    ELSEWHERE = 6
    """out of warranty, and the customer does not come to us"""
    REFERRED = 7
    """a visit would be needed, but the scenario has no outlets"""


MENDED_ELSEWHERE = (Outcome.ABANDONED, Outcome.ELSEWHERE, Outcome.REFERRED)
"""outcomes after which somebody else mends the unit"""


class CallEnd(IntEnum):
    """How an attempt to call ended."""

    ANSWERED = 0
    ABANDONED = 1
    BLOCKED = 2
    SELF_SERVICE = 3
    CLOSED = 4


class Kind(IntEnum):
    """What a shipment is for."""

    REPLENISHMENT = 0
    EMERGENCY = 1
    SUPPLY = 2
    FAILED_PART = 3
    MENDED_PART = 4
    UNIT_TO_WORKSHOP = 5
    UNIT_BACK = 6
    MENDED_AT_OUTLET = 7
    """from the outlet's own bench to its shelf"""


class Queue(IntEnum):
    """What the engine keeps count of, see `Records.queues`."""

    HOTLINE = 0
    """callers who wait for an agent"""
    BOARD = 1
    """cases on the central board"""
    OUTLET = 2
    """cases that wait for a technician of the outlet `place`"""
    WORKSHOP = 3
    """units that wait for the bench, and failed parts where they are mended on it"""
    PART = 4
    """demand that `place` owes of `part`: cases at an outlet, pieces at the depot"""


class Order(IntEnum):
    """Which of several events at one moment comes first.

    Within a kind, the smaller number does (of the person, tour, shipment or case; at a counter, of
    the place among those who wait for its opening). What an event sets off at once is done before
    the next event.
    """

    DUTY_ENDS = 2
    DUTY_BEGINS = 3
    BOARD_READ = 4
    """all who come on duty at this moment are there"""
    TRUCK_HOME = 5
    TRUCK_LEAVES = 6
    SHIPMENT_ARRIVES = 7
    PERSON_FREE = 8
    WORK_ENDS = 9
    COUNTER_OPENS = 10
    CALL = 11
    PATIENCE_ENDS = 12
    FAILURE = 13


@dataclass(frozen=True)
class Records:
    """All that an engine hands over.

    cases: a row per case that began before the horizon, with what came of it until the end of the
    run (the follow-up): row (of the draws), source, market, unit,
    tier, part and second_part (of the first and the second visit, should they come to be; -1 for
    none), warranty (bool), outcome, attempts, refusals, outlet (-1), km, and MILESTONES.
    calls: a row per attempt: case, attempt, agent (-1), begun, queued (menu over), left (answered
    or gone), ended (agent free again), end (CallEnd).
    visits: a row per job begun: case, outlet, technician (-1 where unlimited), started, arrived,
    finished, free, km.
    bench: a row per job on the bench of the central workshop: case, part (-1: the case's unit),
    person (-1 where unlimited), begun, ended.
    shipments: kind, lane (carrier, -1 own fleet, -2 supplier or bench), tour, outlet, part,
    quantity, case, ordered, shipped, arrived (planned). Mass and way: `accounts.loads`. Of a mended
    part, ordered is when it reached the bench, and shipped when the work on it began.
    moves: every change of a stock: time, place, part, on_hand, backorders (changes).
    trips: tour, departed, home, km, kg.
    Of cases that begin after the horizon there are no calls, visits and bench; what is sent for
    them has case -1.
    queues: a row per queue, counted by the engine as it runs and not derived from the tables
    above: queue (Queue), place, part (-1), hours (waited by all together until the horizon);
    ordered by queue, place and part.
    Times are hours; what would come after the run is NaN in cases, calls, visits and bench. What
    was known at the horizon: `accounts.at_horizon`. A column that is the same in all rows may take
    no memory (a broadcast scalar, not to be written).
    """

    __repr__ = brief

    cases: Table
    calls: Table
    visits: Table
    bench: Table
    shipments: Table
    moves: Table
    trips: Table
    queues: Table
    units: Units
    staff: Staff
    initial_stock: NDArray[np.int64]
    """(places, parts) on hand at time 0; the depot is the last place"""
