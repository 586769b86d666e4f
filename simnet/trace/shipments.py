"""What a case sets in motion besides its own part: restocking, and failed parts on their way."""

from collections.abc import Iterator
from math import inf

from simnet.records import Kind

from . import say
from .parts import delivery, how, leaves
from .scene import Row, Scene
from .step import Step

_ELSEWHERE = (Kind.EMERGENCY, Kind.UNIT_TO_WORKSHOP, Kind.UNIT_BACK)
"""told where the part is obtained, and with the workshop"""


def others(scene: Scene) -> Iterator[Step]:
    """Shipments that the case set off, but for those that its own story has already."""
    told = {
        found["index"]
        for turn in (0, 1)
        if (found := delivery(scene, turn)) is not None and leaves(scene, turn, found)
    }
    for shipment in scene.rows("shipments"):
        if shipment["kind"] not in _ELSEWHERE and shipment["index"] not in told:
            yield _sent(scene, shipment)


def _sent(scene: Scene, shipment: Row) -> Step:
    part, due = scene.part(shipment["part"]), scene.date(shipment["arrived"])
    pieces, when = f"{shipment['quantity']:,} {part}", shipment["shipped"]
    match Kind(shipment["kind"]):
        case Kind.REPLENISHMENT:
            outlet = list(scene.plan.outlets)[shipment["outlet"]]
            text = f"To restock {outlet}: {pieces} leaves the depot {how(scene, shipment, inf)}"
            return scene.step("restock", when, text, place="depot")
        case Kind.SUPPLY:
            text = f"The depot orders {pieces} from the supplier; due {due}"
            return scene.step("depot_order", when, text, place="depot")
        case Kind.FAILED_PART:
            text = f"The failed {part} is sent to the workshop {scene.lane(shipment)}; due {due}"
            return scene.step("failed_part_sent", when, text, place=scene.outlet)
        case Kind.MENDED_AT_OUTLET:
            text = f"{scene.outlet} mends the failed {part} itself; on its shelf {due}"
            return scene.step("failed_part_mended_here", when, text, place=scene.outlet)
        case _:
            waited = when - shipment["ordered"]
            after = f" after {say.span(waited)} of waiting for it" if waited > 0 else ""
            text = (
                f"The failed {part} is on the bench{after}; mended and in the depot's stock {due}"
            )
            return scene.step("failed_part_on_bench", when, text, place="workshop",
                              person=_mended_by(scene, shipment))  # fmt: skip


def _mended_by(scene: Scene, shipment: Row) -> str:
    """Who mends a failed part; empty where it keeps nobody."""
    jobs = (b for b in scene.rows("bench") if b["part"] == shipment["part"])
    job = next((b for b in jobs if b["begun"] == shipment["shipped"]), None)
    return scene.person(job["person"]) if job is not None else ""
