"""People: when each agent and technician is on duty, drawn before the run."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief
from simnet.plan import UNLIMITED, Plan
from simnet.scenario import ScenarioError
from simnet.scenario.quantity import DAY
from simnet.scenario.week import Week

from .streams import Floats, Streams, name_key

MAX_DUTIES = 5_000_000
"""people, and intervals in which they are on duty"""


@dataclass(frozen=True)
class Staff:
    """People in the order teams (shift by shift), outlets, workshop; and their duty intervals."""

    __repr__ = brief

    crew: NDArray[np.int32]
    """(people,) number of the crew: teams first, then outlets, then the workshop"""
    person: NDArray[np.int32]
    """(intervals,) ordered by person and start"""
    start: Floats
    """(intervals,) hours"""
    end: Floats
    """(intervals,) hours"""


def _subtract(intervals: Floats, holes: Floats) -> Floats:
    """Intervals (n, 2) without the holes (m, 2), both ordered and disjoint."""
    if not len(holes) or not len(intervals):
        return intervals
    cuts = np.unique(np.concatenate((intervals.ravel(), holes.ravel())))
    start, end = cuts[:-1], cuts[1:]
    middle = (start + end) / 2

    def inside(spans: Floats) -> NDArray[np.bool_]:
        at = np.searchsorted(spans[:, 0], middle, side="right") - 1
        return (at >= 0) & (middle < spans[np.maximum(at, 0), 1])

    keep = inside(intervals) & ~inside(holes)
    return np.column_stack((start[keep], end[keep]))


def _days(intervals: Floats) -> Floats:
    """Intervals cut so that none is longer than a day."""
    if not (np.diff(intervals) > DAY).any():
        return intervals
    pieces = [
        np.column_stack((edges[:-1], edges[1:]))
        for start, end in intervals
        for edges in [np.append(np.arange(start, end, DAY), end)]
    ]
    return np.concatenate(pieces) if pieces else intervals


def _with_absence(
    intervals: Floats, share: float, people: int, who: int, streams: Streams
) -> tuple[NDArray[np.int32], Floats]:
    """Each person's intervals without an absence of `share` of each, at a random place of it.

    The absence begins anywhere in the interval and goes round its end, so that every moment of
    the interval misses the same share of people.
    """
    shifts = _days(intervals)
    count = len(shifts)
    index = np.repeat(np.arange(people), count)
    turn = np.tile(np.arange(count), people)
    start, end = np.tile(shifts[:, 0], people), np.tile(shifts[:, 1], people)
    length = end - start
    leave = streams.uniform("absence", who, index, turn) * length
    back = leave + share * length
    around = back > length
    first = np.where(around, start + back - length, start)
    first_end = start + leave
    second = np.where(around, end, start + back)
    found = np.stack((np.column_stack((first, first_end)), np.column_stack((second, end))), axis=1)
    flat = found.reshape(-1, 2)
    person = np.repeat(index, 2)
    keep = flat[:, 1] > flat[:, 0]
    return person[keep].astype(np.int32), flat[keep]


@dataclass(frozen=True)
class Crew:
    """People who work the same weekly hours."""

    number: int
    name: str
    people: int
    hours: Floats
    """(intervals, 2) over the run, absences not taken out"""
    absent: float
    """share of each interval in which a person is not to be had"""


def crews(plan: Plan) -> list[Crew]:
    """Teams shift by shift, outlets, the workshop; raises ScenarioError where nobody could keep
    account of so many."""
    found: list[Crew] = []
    total = 0.0

    def add(name: str, number: int, people: int, on: Floats, absent: float, *path: str | int
            ) -> None:  # fmt: skip
        nonlocal total
        pieces = float((1 + (on[:, 1] - on[:, 0]) // DAY).sum()) if absent else float(len(on))
        total += people * (1 + pieces)
        if total > MAX_DUTIES:
            message = (
                f"{people:,} people are on duty {pieces:,.0f} times, and all "
                f"together more often than the {MAX_DUTIES:,} times that are simulated"
            )
            raise ScenarioError([plan.scenario.problem(path, message)])
        found.append(Crew(number, name, people, on, absent))

    @cache  # many outlets keep the same hours
    def hours(week: Week) -> Floats:
        return week.over(plan.end, plan.offset)

    hotline = plan.scenario.hotline
    teams = hotline.teams if hotline else {}
    for number, (name, team) in enumerate(teams.items()):
        for i, shift in enumerate(team.shifts):
            on = hours(shift.hours)
            if shift.breaks is not None:
                on = _subtract(on, hours(shift.breaks))
            where = ("hotline", "teams", name, "shifts", i, "agents")
            add(f"team {name} {i}", number, shift.agents, on, team.shrinkage, *where)
    number = len(teams)
    for count, (name, outlet) in zip(plan.technicians, plan.outlets.items(), strict=True):
        people = 0 if count == UNLIMITED else int(count)
        week, share = hours(outlet.hours), 1 - outlet.capacity_share
        add(f"outlet {name}", number, people, week, share, "outlets", "places", name, "technicians")
        number += 1
    workshop = plan.scenario.logistics.workshop
    bench = 0 if workshop.technicians == "unlimited" else workshop.technicians
    path = ("logistics", "workshop", "technicians")
    add("workshop", number, bench, hours(workshop.hours), 0.0, *path)
    return found


def draw_staff(plan: Plan, streams: Streams) -> Staff:
    """Everybody's duty intervals over the run; raises ScenarioError where they are too many."""
    crew_of, persons, spans = [], [], []
    first = 0
    for crew in crews(plan):
        people, on = crew.people, crew.hours
        crew_of.append(np.full(people, crew.number, dtype=np.int32))
        if crew.absent > 0:
            person, span = _with_absence(on, crew.absent, people, name_key(crew.name), streams)
        else:
            person = np.repeat(np.arange(people, dtype=np.int32), len(on))
            span = np.tile(on, (people, 1))
        persons.append(person + np.int32(first))
        spans.append(span.reshape(-1, 2))
        first += people
    person, span = np.concatenate(persons), np.concatenate(spans)
    start, end = span[:, 0].copy(), span[:, 1].copy()
    rises = (np.diff(start) >= 0) | (np.diff(person) > 0)
    if not rises.all():
        order = np.lexsort((start, person))
        person, start, end = person[order], start[order], end[order]
    return Staff(np.concatenate(crew_of), person, start, end)
