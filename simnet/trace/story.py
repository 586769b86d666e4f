"""One case as a story: its steps in order of time, with what each ended and cost."""

from collections.abc import Iterator
from dataclasses import replace

from simnet.records import MILESTONES, Outcome
from simnet.run import Run

from . import say
from .calls import failure, hotline
from .scene import Scene
from .shipments import others
from .step import Cost, Step
from .visits import dispatch, visits

RUNNING = {
    "called": ("hotline", "The customer has not reached the hotline yet"),
    "answered": ("talk", "The talk goes on"),
    "triaged": ("dispatch", "No outlet has the case yet"),
    "assigned": ("part", "The part has not come yet"),
    "part_ready": ("technician", "No technician was free yet"),
    "started": ("travel", "The technician is on the way"),
    "arrived": ("repair", "The repair goes on"),
    "left": ("part", "The part for the second visit has not come yet"),
    "part_ready_2": ("technician", "No technician was free for the second visit yet"),
    "started_2": ("travel", "The technician is on the way again"),
    "arrived_2": ("repair", "The second repair goes on"),
    "back": ("travel", "The unit is on its way to the customer"),
}
"""what a case waits for that is still open: by the milestone reached last"""
RUNNING_CARRY_IN = {
    "assigned": ("travel", "The customer has not brought the unit yet"),
    "arrived": ("part", "The part has not come yet"),
    "started": ("repair", "The repair goes on"),
    "arrived_2": ("repair", "The second repair goes on"),
}
WORKSHOP = ("workshop", "The unit is not back from the workshop yet")

_WITH = {
    "parts taken": ("part_ready", "part_ready_2"),
    "transport": ("emergency_shipment", "part_shipped", "restock", "failed_part_sent",
                  "unit_sent", "bench_ended"),
    "workshop": ("failed_part_on_bench", "failed_part_mended_here", "bench_begun"),
    "telephone": ("called", "called_again"),
}  # fmt: skip
"""of several steps at one moment, those to which a category of the ledger belongs"""


def story(run: Run, case: int) -> list[Step]:
    """The steps of a case in order of time.

    case: its number, as in column `case` of the cases. The waits of the steps add up, by name, to
    the case's `wait_NAME`, and where the case is still open, to its time until the end of the run;
    the costs are the rows of `run.case_ledger(case)`. Raises TraceError where there is no such
    case.
    """
    scene = Scene(run, case)
    costs = [Cost(*row) for row in run.case_ledger(case).itertuples(index=False)]
    return with_costs(steps(scene), costs)


def steps(scene: Scene) -> list[Step]:
    """The steps of a case, with waits and without costs."""
    told = sorted(_told(scene), key=lambda step: step.hours)  # stable: causes stay before effects
    since, found = scene["called"], []
    for step in told:
        if step.wait:
            step = replace(step, waited=step.hours - since)
            since = step.hours
        found.append(step)
    return found


def _told(scene: Scene) -> Iterator[Step]:
    yield from failure(scene)
    yield from hotline(scene)
    yield from dispatch(scene)
    yield from visits(scene)
    yield from others(scene)
    yield from _promise(scene)
    yield from _still_open(scene)


def _promise(scene: Scene) -> Iterator[Step]:
    """The moment at which a promise was broken."""
    times, case = scene.run.times, scene.case
    due = scene["called"] + float(times.promise[case])
    if times.kept[case] == 0 and due < scene.end and scene.outcome != Outcome.ABANDONED:
        hours, of = say.span(float(times.promise[case])), scene.promise_of
        text = f"The promised {of} time of {hours} is over: the promise is broken"
        yield scene.step("promise_broken", due, text, place=scene.market)


def _still_open(scene: Scene) -> Iterator[Step]:
    if scene.outcome != Outcome.OPEN:
        return
    wait, text = running(scene)
    text = f"The run ends: {text[0].lower()}{text[1:]}"
    yield scene.step("run_ends", scene.end, text, wait=wait)


def running(scene: Scene) -> tuple[str, str]:
    """Name of the wait that still runs as the run ends, and what it is for."""
    last = scene.last
    if last == "failed":
        return "", "The customer has not called yet"
    if last == "left" and scene.row["second_part"] < 0:
        return WORKSHOP
    own = RUNNING_CARRY_IN if scene.carry_in else {}
    return own.get(last, RUNNING[last])


def with_costs(told: list[Step], costs: list[Cost]) -> list[Step]:
    """Each cost at the step at whose time it falls, or else at the last step before."""
    falls: list[list[Cost]] = [[] for _ in told]
    for cost in costs:
        before = [i for i, step in enumerate(told) if step.hours <= cost.time] or [0]
        now = [i for i in before if told[i].hours == told[before[-1]].hours]
        own = [i for i in now if told[i].event in _WITH.get(cost.category, MILESTONES)]
        at = (own[0] if cost.category in _WITH else own[-1]) if own else before[-1]
        falls[at].append(cost)
    return [replace(step, costs=tuple(cost)) for step, cost in zip(told, falls, strict=True)]
