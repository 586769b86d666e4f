"""How a case ended: the promise, where the hours went, and who paid."""

import math
from dataclasses import dataclass

from simnet.accounts import WAITS
from simnet.records import Outcome

from . import say
from .scene import Scene
from .step import Step

ENDED = {
    Outcome.OPEN: "Still open when the run ends",
    Outcome.REPAIRED: "Repaired",
    Outcome.REMOTE_FIX: "Mended by telephone",
    Outcome.SELF_SERVICE: "Helped by the menu",
    Outcome.ANSWERED: "Answered by telephone",
    Outcome.ABANDONED: "Lost: the customer gave up calling",
    Outcome.ELSEWHERE: "Out of warranty: the customer went elsewhere",
    Outcome.REFERRED: "Referred to others",
}


@dataclass(frozen=True)
class Ending:
    """Times in hours, NaN where the case did not get so far or nothing was promised."""

    outcome: str
    response: float
    resolution: float
    promise: float
    promise_of: str
    kept: float
    """1 kept, 0 broken, NaN where nothing was promised or it was open still"""
    over: float
    """hours beyond the promise, negative where there was time to spare"""
    waits: dict[str, float]
    """hours by name of WAITS, up to the end of the case or of the run"""
    waited: float
    """their sum: the resolution where the case reached it"""
    paid: dict[str, float]
    """by payer"""
    text: str
    """the same in a sentence or two"""


def ending(scene: Scene, told: list[Step]) -> Ending:
    """What the steps of a case come to."""
    times, case = scene.run.times, scene.case
    response, resolution = float(times.response[case]), float(times.resolution[case])
    promise, kept = float(times.promise[case]), float(times.kept[case])
    waits = {name: math.fsum(s.waited for s in told if s.wait == name) for name in WAITS}
    reached = resolution if scene.promise_of == "resolution" else response
    spent = scene.end - scene["called"] if math.isnan(reached) else reached
    over = math.nan if scene.outcome == Outcome.ABANDONED else spent - promise
    paid: dict[str, float] = {}
    for cost in (cost for step in told for cost in step.costs):
        paid[cost.payer] = paid.get(cost.payer, 0.0) + cost.amount
    found = Ending(
        scene.outcome.name.lower(), response, resolution, promise, scene.promise_of, kept, over,
        waits, math.fsum(waits.values()), paid, "",
    )  # fmt: skip
    return Ending(**{**vars(found), "text": _said(scene, found)})


def _said(scene: Scene, found: Ending) -> str:
    parts = [ENDED[scene.outcome]]
    if scene.outcome == Outcome.OPEN and scene.reached("called"):
        parts[0] += f", {say.span(scene.end - scene['called'])} after the first call"
    if not math.isnan(found.response):
        parts.append(f"response {say.span(found.response)}")
    if not math.isnan(found.resolution):
        parts.append(f"resolution {say.span(found.resolution)}")
    return "; ".join(parts) + ". " + _promise(scene, found) + "."


def _promise(scene: Scene, found: Ending) -> str:
    if math.isnan(found.promise):
        return "Nothing was promised"
    said = f"Promised {found.promise_of} within {say.span(found.promise)}: "
    if scene.outcome == Outcome.ABANDONED:
        return said + "broken, the customer was not helped at all"
    if scene.outcome in (Outcome.ELSEWHERE, Outcome.REFERRED) or not scene.reached("called"):
        return said + ("not called upon" if not scene.reached("called") else "does not apply")
    if math.isnan(found.kept):
        return said + f"still to be kept, {say.span(-found.over)} left"
    if found.kept:
        return said + f"kept with {say.span(-found.over)} to spare"
    so_far = " so far" if scene.outcome == Outcome.OPEN and _unreached(found) else ""
    return said + f"broken by {say.span(found.over)}{so_far}"


def _unreached(found: Ending) -> bool:
    return math.isnan(found.response if found.promise_of == "response" else found.resolution)
