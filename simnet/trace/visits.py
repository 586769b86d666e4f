"""The outlet's part of a story: dispatch, visits on site or over the counter, the workshop."""

from collections.abc import Iterator

from simnet.records import Kind
from simnet.scenario.law import Constant, Law

from . import say
from .parts import TURNS, asked, obtain
from .scene import Row, Scene
from .step import Step

_TO_BE_MENDED = (Kind.FAILED_PART, Kind.MENDED_AT_OUTLET)


def dispatch(scene: Scene) -> Iterator[Step]:
    """Which outlet takes the case, and why it is that one."""
    if not scene.reached("assigned"):
        return
    plan, scenario = scene.plan, scene.plan.scenario
    owner = "own" if scenario.contracts[scene.terms.contract].owned else scene.terms.contract
    order = plan.able[scene.row["source"]][scene.row["market"]]
    place = order.index(scene.row["outlet"]) + 1
    nearest = "nearest" if place == 1 else f"{say.ordinal(place)} nearest"
    km = plan.crow_km[scene.row["market"], scene.row["outlet"]]
    away = f"{km:,.0f} km away" if km >= 1 else "in the same town"
    reasons = [f"{nearest} of {len(order)}, {away}" if len(order) > 1 else away]
    if scenario.dispatch.policy != "nearest":
        reasons.append(f"by policy {scenario.dispatch.policy.replace('_', ' ')}")
    if scene.row["refusals"]:
        reasons.append(f"after {say.count(scene.row['refusals'], 'refusal')}")
    reasons += _delays(scene)
    text = f"{scene.outlet} ({owner}) takes the case: {'; '.join(reasons)}"
    yield scene.step("assigned", scene["assigned"], text, place=scene.outlet, wait="dispatch")


def _delays(scene: Scene) -> list[str]:
    """What the dispatch wait is made of, as far as the scenario fixes it."""
    scenario = scene.plan.scenario
    spent = scene["assigned"] - scene["triaged"]
    desk = scenario.dispatch.coordination
    named = [("desk", desk)]
    if scenario.dispatch.policy == "central_board":
        board = spent - (desk.value if isinstance(desk, Constant) else 0.0)
        named.append(("on the central board", Constant(law="constant", value=max(board, 0.0))))
    else:
        contract = scenario.contracts[scene.terms.contract]
        named.append(("outlet's reply", contract.coordination))
    return [f"{what}{_always(law)}" for what, law in named if law.mean() > 1e-9 and spent > 0]


def _always(law: Law) -> str:
    return f" {say.span(law.mean())}" if isinstance(law, Constant) else ""


def visits(scene: Scene) -> Iterator[Step]:
    """From the assignment to the working unit."""
    if not scene.reached("assigned"):
        return
    jobs = scene.rows("visits")
    if scene.carry_in and scene.reached("arrived"):
        yield _over_the_counter(scene)
    for turn in (0, 1):
        if turn and not scene.reached("left"):
            break
        yield from obtain(scene, turn)
        if turn < len(jobs):
            yield from _visit(scene, turn, jobs[turn])
    yield from workshop(scene)
    if scene.carry_in and scene.reached("closed"):
        text = f"The customer is home with the {scene.product_name or 'unit'}: closed"
        yield scene.step("closed", scene["closed"], text, place=scene.market)


def _over_the_counter(scene: Scene) -> Step:
    hours = scene.terms.hours.over(scene.end, scene.plan.offset)
    spent = scene["arrived"] - scene["assigned"]
    shut = scene.closed_within(hours, scene["assigned"], scene["arrived"])
    text = (
        f"The customer hands the {scene.product_name or 'unit'} in at {scene.outlet}, "
        f"after {say.span(spent)}{shut}: first help"
    )
    return scene.step("arrived", scene["arrived"], text, place=scene.outlet, wait="travel")


def _visit(scene: Scene, turn: int, job: Row) -> Iterator[Step]:
    """A technician's job, from its beginning until he is free again."""
    suffix = "_2" if turn else ""
    who = scene.person(job["technician"]) or f"a technician of {scene.outlet}"
    name = say.capital(who)
    ready, started = scene[f"part_ready{suffix}"], job["started"]
    waited = ""
    if started > ready:
        hours = scene.terms.hours.over(scene.end, scene.plan.offset)
        shut = scene.closed_within(hours, ready, started)
        waited = f", after {say.span(started - ready)} until one was free{shut}"
    person = {"person": scene.person(job["technician"]), "place": scene.outlet}
    goes = "takes it on the bench" if scene.carry_in else f"sets out, {job['km'] / 2:,.0f} km"
    yield scene.step(f"started{suffix}", started, f"{name} {goes}{waited}", **person,
                     wait="technician")  # fmt: skip
    at = person | {"place": scene.outlet if scene.carry_in else scene.market}
    if not scene.carry_in and job["arrived"] == job["arrived"]:
        help_ = "" if turn else ": first help"
        text = f"On site after {say.span(job['arrived'] - started)} of driving{help_}"
        yield scene.step(f"arrived{suffix}", job["arrived"], text, **at, wait="travel")
    finished = job["finished"]
    if finished != finished:
        return
    spent = say.span(finished - job["arrived"])
    last = turn == 1 or not scene.reached("left")
    if last:
        unit = f"the {scene.product_name} works again" if scene.product else "the work is done"
        event, text = "repaired", f"Repaired in {spent}: {unit}"
    else:
        event, text = "left", f"After {spent} of repair it does not work: {_second(scene)}"
    text += _scrapped(scene, turn, finished) if scene.carry_in else ""
    yield scene.step(event, finished, text, **at, wait="repair")
    free = job["free"]
    if free == free and not scene.carry_in:
        closes = last and scene.reached("closed")
        text = f"{name} is back in {scene.outlet}{': closed' if closes else ''}"
        text += _scrapped(scene, turn, free)
        yield scene.step("closed" if closes else "technician_back", free, text, **person)


def _second(scene: Scene) -> str:
    """What follows a visit that did not mend it."""
    if _to_workshop(scene):
        return "the unit has to go to the central workshop"
    part = scene.row["second_part"]
    return f"a second visit is needed{f', with a {scene.part(part)}' if part >= 0 else ''}"


def _to_workshop(scene: Scene) -> bool:
    """Whether the unit goes to the workshop, rather than having a second visit."""
    return bool(scene.row["second_part"] < 0 and not scene.reached("part_ready_2"))


def _scrapped(scene: Scene, turn: int, free: float) -> str:
    """A failed part that nobody mends."""
    number = scene.row[TURNS[turn][0]]
    if number < 0:
        return ""
    name = scene.part(number)
    at_failure = scene.plan.scenario.parts[name].removed == "at_failure"
    left = asked(scene, turn) if at_failure else free
    kept = any(
        s["kind"] in _TO_BE_MENDED and s["part"] == number and s["ordered"] == left
        for s in scene.rows("shipments")
    )
    return "" if kept else f"; the failed {name} is scrapped"


def workshop(scene: Scene) -> Iterator[Step]:
    """There, on the bench, and back; every piece of it is a wait for the workshop."""
    if not scene.reached("left") or not _to_workshop(scene):
        return
    unit = scene.product_name or "unit"
    sent = {Kind(s["kind"]): s for s in scene.rows("shipments")}
    jobs = [bench for bench in scene.rows("bench") if bench["part"] < 0]
    there, back = sent.get(Kind.UNIT_TO_WORKSHOP), sent.get(Kind.UNIT_BACK)
    if there is not None:
        text = f"The {unit} is sent to the workshop {scene.lane(there)}"
        yield scene.step("unit_sent", there["shipped"], text, place=scene.outlet, wait="workshop")
        benched = [bench["begun"] for bench in jobs]
        if there["arrived"] < scene.end and there["arrived"] not in benched:
            text = f"The {unit} is at the workshop, where nobody is free"
            yield scene.step("unit_at_workshop", there["arrived"], text, place="workshop",
                             wait="workshop")  # fmt: skip
    for bench in jobs:
        who = scene.person(bench["person"])
        text = f"At the workshop, {who or 'somebody'} begins to mend the {unit}"
        yield scene.step("bench_begun", bench["begun"], text, person=who, place="workshop",
                         wait="workshop")  # fmt: skip
    if back is not None:
        spent = say.span(back["shipped"] - bench["begun"])
        text = f"Mended in {spent}; sent back to {scene.outlet} {scene.lane(back)}"
        yield scene.step("bench_ended", back["shipped"], text, place="workshop", wait="workshop")
    if scene.reached("back"):
        text = f"The {unit} is back in {scene.outlet}"
        yield scene.step("back", scene["back"], text, place=scene.outlet, wait="workshop")
    if scene.reached("repaired"):
        handed = "The customer may fetch it" if scene.carry_in else "Brought back to the customer"
        closed = "" if scene.carry_in else ": closed"
        text = f"{handed}; the {unit} works again{closed}"
        place = scene.outlet if scene.carry_in else scene.market
        yield scene.step("repaired", scene["repaired"], text, place=place, wait="travel")
