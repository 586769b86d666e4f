"""The part in a story: from the shelf, from the depot, or waited for."""

from collections.abc import Iterator

import numpy as np

from simnet.plan import FLEET
from simnet.records import Kind

from . import say
from .scene import Row, Scene
from .step import Step

TURNS = (("part", "part_ready"), ("second_part", "part_ready_2"))
"""column of the part and milestone, by visit"""
_TO_SHELF = (Kind.REPLENISHMENT, Kind.MENDED_AT_OUTLET)


def asked(scene: Scene, turn: int) -> float:
    """When the visit asks for its part."""
    if turn:
        return scene["left"]
    return scene["arrived"] if scene.carry_in else scene["assigned"]


def on_hand_before(scene: Scene, place: int, part: int, time: float) -> int:
    """Pieces on the shelf of a place just before `time`."""
    moves, start = scene.run.records.moves, int(scene.run.records.initial_stock[place, part])
    at = (moves["place"] == place) & (moves["part"] == part) & (moves["time"] < time)
    return start + int(moves["on_hand"][at].sum())


def obtain(scene: Scene, turn: int) -> Iterator[Step]:
    """How a visit (turn 0 or 1) comes by its part; nothing where it needs none."""
    column, ready_name = TURNS[turn]
    number = scene.row[column]
    if number < 0 or np.isnan(asked(scene, turn)):
        return
    part, since, ready = scene.part(number), asked(scene, turn), scene[ready_name]
    express = next((s for s in scene.rows("shipments") if s["kind"] == Kind.EMERGENCY
                    and s["part"] == number and s["ordered"] == since), None)  # fmt: skip
    if express is not None:
        yield from _emergency(scene, express, part)
    elif ready == since:
        text = f"The {part} is on the shelf in {scene.outlet}"
        yield scene.step(ready_name, ready, text, place=scene.outlet, wait="part")
        return
    else:
        yield from _backorder(scene, turn, part)
    if scene.reached(ready_name):
        text = f"The {part} arrives in {scene.outlet} after {say.span(ready - since)}"
        yield scene.step(ready_name, ready, text, place=scene.outlet, wait="part")


def _emergency(scene: Scene, shipment: Row, part: str) -> Iterator[Step]:
    text = (
        f"No {part} on the shelf in {scene.outlet}: the depot sends one as an emergency shipment "
        f"{scene.lane(shipment)}, there on {scene.date(shipment['arrived'])}"
    )
    yield scene.step("emergency_shipment", shipment["shipped"], text, place="depot")


def _backorder(scene: Scene, turn: int, part: str) -> Iterator[Step]:
    """The wait for a delivery that the outlet ordered."""
    since, found = asked(scene, turn), delivery(scene, turn)
    text = f"No {part} on the shelf in {scene.outlet}"
    if found is not None and found["kind"] == Kind.MENDED_AT_OUTLET:
        text += _mended_there(scene, found, since)
    elif found is None:
        text += f", {_in_depot(scene, turn)}: the case waits for a delivery"
    elif found["ordered"] > since:
        text += f", {_in_depot(scene, turn)}, and none is ordered yet"
    elif found["ordered"] == since:
        text += f", {_in_depot(scene, turn)}: the outlet orders"
    elif found["shipped"] > since:
        text += f"; on order since {scene.date(found['ordered'])}{_whose(scene, found)}"
    else:
        text += (
            f"; ordered on {scene.date(found['ordered'])}{_whose(scene, found)}, it is on its way "
            f"{scene.lane(found)} since {scene.date(found['shipped'])}"
        )
    yield scene.step("part_missing", since, text, place=scene.outlet)
    if found is not None and leaves(scene, turn, found):
        yield scene.step("part_shipped", found["shipped"],
                         f"The {part} leaves the depot {how(scene, found, since)}",
                         place="depot", wait="part")  # fmt: skip


def _mended_there(scene: Scene, found: Row, since: float) -> str:
    """The failed part that the outlet mends, and for which the case waits."""
    begun, due = scene.date(found["shipped"]), f"due {scene.date(found['arrived'])}"
    if found["case"] == scene.case:
        return f": the failed one is mended there, {due}"
    when = "since" if found["shipped"] <= since else "from"
    return f"; a failed one is mended there {when} {begun}{_whose(scene, found)}, {due}"


def _in_depot(scene: Scene, turn: int) -> str:
    part = scene.row[TURNS[turn][0]]
    stock = on_hand_before(scene, scene.plan.depot, part, asked(scene, turn))
    return f"{stock} in the depot" if stock else "none in the depot"


def leaves(scene: Scene, turn: int, found: Row) -> bool:
    """Whether the delivery leaves the depot while the case waits for it."""
    since = asked(scene, turn)
    return found["kind"] == Kind.REPLENISHMENT and bool(
        found["shipped"] > since or found["ordered"] == since
    )


def how(scene: Scene, shipment: Row, since: float) -> str:
    """By whom, how long after the order, and due when."""
    ordered, late = shipment["ordered"], shipment["shipped"] - shipment["ordered"]
    text = scene.lane(shipment)
    if late > 0:
        reason = "waited for a truck" if _in_time(scene, shipment) else "the depot had none"
        text += f", {say.span(late)} after the order ({reason})"
    if ordered > since:
        text += f", ordered on {scene.date(ordered)}{_whose(scene, shipment)}"
    return text + f"; due {scene.date(shipment['arrived'])}"


def _in_time(scene: Scene, shipment: Row) -> bool:
    """Whether the depot had the part when it was ordered, so that only a truck was missing."""
    had = on_hand_before(scene, scene.plan.depot, shipment["part"], shipment["ordered"])
    return shipment["lane"] == FLEET and had >= shipment["quantity"]


def _whose(scene: Scene, shipment: Row) -> str:
    other = shipment["case"]
    return f" (by case {other})" if other not in (scene.case, -1) else ""


def delivery(scene: Scene, turn: int) -> Row | None:
    """The replenishment, or the part mended at the outlet, whose arrival ended the wait of a visit
    for its part; None for none.

    Who asked first is served first; where several deliveries arrive at that very moment, they
    serve in the order in which they were sent.
    """
    column, ready_name = TURNS[turn]
    ready = scene[ready_name]
    if np.isnan(ready) or ready == asked(scene, turn):
        return None
    records = scene.run.records
    sent = records.shipments
    at = np.flatnonzero(
        np.isin(sent["kind"], _TO_SHELF) & (sent["arrived"] == ready)
        & (sent["outlet"] == scene.row["outlet"]) & (sent["part"] == scene.row[column])
    )  # fmt: skip
    before = sum(
        int(((records.cases["outlet"] == scene.row["outlet"]) & (records.cases[part] == part_number)
             & (records.cases[name] == ready) & (begun < asked(scene, turn))).sum())
        for (part, name), part_number, begun in (
            (TURNS[t], scene.row[column], _asked(scene, t)) for t in (0, 1)
        )
    )  # fmt: skip
    pieces = np.cumsum(sent["quantity"][at])
    place = int(np.searchsorted(pieces, before, side="right"))
    if place >= len(at):
        return None
    return scene.rows_at("shipments", at[place : place + 1])[0]


def _asked(scene: Scene, turn: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """`asked` of all cases at the outlet, which share its way of service."""
    name = "left" if turn else "arrived" if scene.carry_in else "assigned"
    return np.asarray(scene.run.records.cases[name], dtype=np.float64)
