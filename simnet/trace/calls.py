"""The telephone part of a story: each attempt, and what the call settled."""

from collections.abc import Iterator

from simnet.policies import next_open
from simnet.records import CallEnd, Outcome

from . import say
from .scene import Row, Scene
from .step import Step

SETTLED = {
    Outcome.REMOTE_FIX: "Mended by telephone, the unit works again",
    Outcome.ANSWERED: "The question is answered",
}


def failure(scene: Scene) -> Iterator[Step]:
    """What the case is about."""
    market = scene.market
    if scene.product is None:
        text = f"A customer in {market} has an enquiry: {scene.source.enquiry}"
        yield scene.step("failed", scene["failed"], text, place=market)
        return
    covered = "in warranty" if scene.row["warranty"] else "out of warranty"
    text = (
        f"The {scene.product_name} of a customer in {market} fails: {scene.source.mode}; "
        f"it is {say.span(scene.age)} old and {covered}"
    )
    yield scene.step("failed", scene["failed"], text, place=market)
    if scene.outcome == Outcome.ELSEWHERE:
        text = f"The customer does not come to us{_elsewhere(scene)}"
        yield scene.step("closed", scene["closed"], text, place=market)


def _elsewhere(scene: Scene) -> str:
    """What becomes of a unit whose customer was lost."""
    if scene.product is None:
        return ""
    return f"; others mend the unit within {say.span(scene.product.elsewhere)}"


def hotline(scene: Scene) -> Iterator[Step]:
    """From the first call to the end of the talk, or to giving up."""
    if not scene.reached("called"):
        return
    delay = scene["called"] - scene["failed"]
    after = f", {say.span(delay)} after the failure" if delay > 0 else ""
    if scene.plan.scenario.hotline is None:
        text = f"The customer asks for help{after}; there is no hotline"
        yield scene.step("called", scene["called"], text, place=scene.market)
        yield from _settled(scene)
        return
    calls = scene.rows("calls")
    for number, call in enumerate(calls):
        begins = f"The customer calls{after}" if number == 0 else "The customer calls again"
        yield from _attempt(scene, call, begins, "called" if number == 0 else "called_again")
    if scene.outcome == Outcome.ABANDONED:
        tries = say.count(len(calls), "attempt")
        text = f"The customer does not call again, lost after {tries}{_elsewhere(scene)}"
        yield scene.step("closed", scene["closed"], text, place=scene.market)


def _attempt(scene: Scene, call: Row, begins: str, event: str) -> Iterator[Step]:
    hotline = scene.plan.scenario.hotline
    assert hotline is not None
    wait = "hotline" if event == "called_again" else ""
    begun, left = call["begun"], call["left"]
    if call["end"] == CallEnd.CLOSED:
        hours = hotline.hours.over(scene.end, scene.plan.offset)
        opens = next_open(hours[:, 0].tolist(), hours[:, 1].tolist(), begun)
        until = f"until {scene.date(opens)}" if opens < scene.end else "beyond the end of the run"
        yield scene.step(event, begun, f"{begins}; the hotline is closed {until}", wait=wait)
        return
    if call["end"] == CallEnd.BLOCKED:
        full = "the only line is" if hotline.lines == 1 else f"all {hotline.lines} lines are"
        text = f"{begins}; {full} taken"
        yield scene.step(event, begun, text, wait=wait)
        return
    kind = list(hotline.call_types)[scene.source.call_type]
    yield scene.step(event, begun, f"{begins} (call type {kind})", wait=wait)
    queued = left - call["queued"]
    menu = call["queued"] - begun
    through = f"{say.span(menu)} in the menu and " if menu > 0 else ""
    if call["end"] == CallEnd.SELF_SERVICE and left == left:
        text = f"The menu helps without an agent, in {say.span(left - begun)}"
        yield scene.step("triaged", left, text, wait="hotline")
    elif call["end"] == CallEnd.ABANDONED and left == left:
        text = f"The customer hangs up after {through}{say.span(queued)} in the queue"
        yield scene.step("call_abandoned", left, text, wait="hotline")
    elif call["end"] == CallEnd.ANSWERED:
        agent = scene.person(call["agent"])
        text = f"{say.capital(agent)} answers"
        if queued > 0:
            text += f" after {through}{say.span(queued)} in the queue"
        elif menu > 0:
            text += f" at once, after {say.span(menu)} in the menu"
        else:
            text += " at once"
        yield scene.step("answered", left, text, person=agent, wait="hotline")
        yield from _settled(scene, scene["triaged"] - left, call)


def _settled(scene: Scene, talk: float = 0.0, call: Row | None = None) -> Iterator[Step]:
    """What the call decided. `call` is the answered one; None where there is no hotline."""
    if not scene.reached("triaged"):
        return
    text = SETTLED.get(scene.outcome, "A visit is needed")
    if scene.outcome == Outcome.REFERRED:
        text = f"A visit would be needed, but we have no outlets: referred{_elsewhere(scene)}"
    elif scene.outcome not in SETTLED and scene.source.remote_fix > 0:
        text = "The telephone is not enough, a visit is needed"
    if call is None:
        yield scene.step("triaged", scene["triaged"], text, wait="talk")
        return
    work = call["ended"] - scene["triaged"]
    after = f" and {say.span(work)} of wrapping up" if work > 0 else ""
    yield scene.step("triaged", scene["triaged"], f"{text} ({say.span(talk)} of talk{after})",
                     person=scene.person(call["agent"]), wait="talk")  # fmt: skip
