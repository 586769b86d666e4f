"""Choices: small pure functions, written once for every engine. No dice, no state.

Plain loops over sequences, so that a compiler for numerical Python can take them as they are.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, inf, sqrt
from typing import TYPE_CHECKING, Any, Literal

NOWHERE = -1
SCRAPPED, AT_WORKSHOP, AT_OUTLET = range(3)
"""what becomes of a failed part, and where it is mended"""
NEVER = 1e12
"""hours; who waits longer, waits for ever: no whole number of weeks could be kept of it"""


@dataclass(frozen=True)
class Desk:
    """A way in which the desk chooses an outlet for a case."""

    meaning: str
    shares: bool = False
    """whether a case goes elsewhere because the nearest outlet is busy"""


DESKS: dict[str, Desk] = {
    "nearest": Desk("the nearest outlet, however busy"),
    "nearest_free": Desk("the nearest outlet with a free technician", shares=True),
    "shortest_wait": Desk("the outlet with the shortest wait to be expected", shares=True),
    "territory": Desk("the nearest outlet of the market's region"),
    "own_first": Desk("the nearest of the company's own outlets"),
    "central_board": Desk(
        "a board, from which the first free technician in order of distance takes the oldest case "
        "himself, so that there is no channel's delay and no refusal",
        shares=True,
    ),
}
"""by name, as scenarios write it; what each engine looks up, tests go through, schemas list"""
if TYPE_CHECKING:
    Policy = str
else:
    Policy = Literal[tuple(DESKS)]


def call_time(
    cumulative: Sequence[float],
    weights: Sequence[float],
    offset: float,
    failed: float,
    delay: float,
) -> float:
    """When a customer calls who waits `delay` on a clock that runs as fast as the week's profile.

    cumulative: (169,) integral of the profile at each full hour of the week; weights: (168,) the
    profile, mean 1; offset: hour of the week at time 0. Returns hours, never before `failed`; inf
    for a delay beyond NEVER.
    """
    if delay > NEVER:
        return inf
    now = failed + offset
    week = floor(now / 168.0)
    hour = now - 168.0 * week
    cell = min(int(hour), 167)
    # the level counts from the week's beginning: a call from an hour without weight keeps the very
    # level at which the next hour with weight begins
    level = cumulative[cell] + (hour - cell) * weights[cell] + delay
    ahead = floor(level / cumulative[168])
    week += ahead
    rest = max(0.0, level - cumulative[168] * ahead)
    cell = min(bisect_right(cumulative, rest) - 1, 167)
    if weights[cell] == 0.0:  # by rounding, at the end of a week whose last hours weigh nothing
        week += 1
        rest = cumulative[0]
        cell = bisect_right(cumulative, rest) - 1
    into = min(1.0, (rest - cumulative[cell]) / weights[cell])
    return max(failed, 168.0 * week + cell + into - offset)


def next_open(starts: Sequence[float], ends: Sequence[float], now: float) -> float:
    """First moment from `now` on inside one of the ordered intervals; inf where there is none."""
    at = bisect_right(starts, now) - 1
    if at >= 0 and now < ends[at]:
        return now
    return starts[at + 1] if at + 1 < len(starts) else inf


def closing(starts: Sequence[float], ends: Sequence[float], now: float) -> float:
    """End of the interval that holds `now`; `now` itself where none does."""
    at = bisect_right(starts, now) - 1
    return ends[at] if at >= 0 and now < ends[at] else now


def may_start(until: float, now: float, last_start: float) -> bool:
    """Whether a person on duty `until` then may begin a job: not in the last hours of his duty."""
    return until - now >= last_start


def road_km(crow_km: float, off_km: float, detour: float) -> float:
    """Kilometres driven to a customer `off_km` from the middle of a market `crow_km` away.

    The customer's direction from the middle is uniform; the root mean square over it is taken.
    """
    return detour * sqrt(crow_km * crow_km + off_km * off_km)


def transit_time(base: float, km: float, speed: float, factor: float) -> float:
    """Hours of a carrier's shipment over `km`; speed inf where distance does not count."""
    return (base + km / speed) * factor


def order_quantity(low: float, up_to: int, lot: int, position: int) -> int:
    """Units to order at an inventory position: (s, S) with lot 0, else (r, Q) with lot Q.

    Base stock S is (s, S) with s = S - 1. Sources: Zipkin, Foundations of Inventory Management,
    2000, sections 6.2 (base stock), 6.3 (r, q) and 9.5 (s, S).
    """
    if position > low:
        return 0
    if lot == 0:
        return up_to - position
    return lot * (floor((low - position) / lot) + 1)


def first_not_refused(order: Sequence[int], refused: Sequence[int]) -> int:
    """The nearest outlet that has not refused; NOWHERE if all have."""
    for outlet in order:
        if outlet not in refused:
            return outlet
    return NOWHERE


def nearest_free(
    order: Sequence[int], free: Callable[[Any, int], bool], network: Any, refused: Sequence[int]
) -> int:
    """The nearest outlet with a free technician; the nearest of all where nobody is free.

    free: whether an outlet of `network` has one; not asked of more outlets than need be.
    """
    for outlet in order:
        if outlet not in refused and free(network, outlet):
            return outlet
    return first_not_refused(order, refused)


def preferred(order: Sequence[int], prefer: Sequence[bool], refused: Sequence[int]) -> int:
    """The nearest preferred outlet in reach (own first, own region); else the nearest."""
    for outlet in order:
        if prefer[outlet] and outlet not in refused:
            return outlet
    return first_not_refused(order, refused)


def expected_wait(present: int, staff: int, job: float, opens_in: float, travel: float) -> float:
    """Hours until the customer sees a technician, as a desk would guess.

    present: cases at the outlet, in service or waiting; staff: technicians on duty, or all where
    the outlet is closed; job: mean hours a case keeps one; opens_in: hours until it opens.
    """
    if staff <= 0:
        return inf
    return opens_in + max(0, present - staff + 1) * job / staff + travel


def shortest_wait(order: Sequence[int], waits: Sequence[float], refused: Sequence[int]) -> int:
    """The outlet with the shortest expected wait (same order as `order`); the nearer of equals."""
    best, least = NOWHERE, inf
    for i in range(len(order)):
        if order[i] not in refused and waits[i] < least:
            best, least = order[i], waits[i]
    return best if best != NOWHERE else first_not_refused(order, refused)


def mended_where(mendable: bool, at_outlet: bool, by_express: bool) -> int:
    """What becomes of a failed part: SCRAPPED, or mended AT_WORKSHOP or AT_OUTLET.

    by_express: whether the depot sent the one in its place as an emergency. Then it gets one back,
    or it would have to buy what the outlet has too much.
    """
    if not mendable:
        return SCRAPPED
    return AT_OUTLET if at_outlet and not by_express else AT_WORKSHOP


def load(room: float, mass: float, quantity: int) -> int:
    """How many pieces of `mass` kg fit into `room` kg."""
    if mass <= 0:
        return quantity
    pieces = (room + 1e-9) / mass
    return quantity if pieces >= quantity else int(pieces)
