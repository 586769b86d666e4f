"""All cases as one log of events, in arrays."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.accounts import COMPANY
from simnet.accounts.cases import carry_in
from simnet.accounts.ledger import flows_of_cases
from simnet.brief import brief
from simnet.records import MILESTONES, CallEnd
from simnet.run import Run

from .people import crews, person_names, team_count

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOST_CALLS = {
    CallEnd.ABANDONED: "call abandoned",
    CallEnd.BLOCKED: "call blocked",
    CallEnd.CLOSED: "call to closed hotline",
}
ACTIVITIES = (*MILESTONES, *LOST_CALLS.values())
BY_OUTLET = MILESTONES[MILESTONES.index("assigned") :]
"""milestones that belong to the outlet"""


@dataclass(frozen=True)
class EventLog:
    """A row for each event, by case and time; arrays of shape (events,)."""

    __repr__ = brief

    case: Ints
    hours: Floats
    activity: Ints
    """position in ACTIVITIES"""
    person: Ints
    """position in `people`, -1 for nobody"""
    group: Ints
    """position in `groups`, -1 for none"""
    cost: Floats
    """what the company paid for the case directly from this event to the next"""
    people: list[str]
    groups: list[str]
    """teams of the hotline, then outlets"""


def events(run: Run) -> EventLog:
    """The milestones of all cases, and the call attempts that were of no avail."""
    case, hours, activity, person, group = (
        np.concatenate(column) for column in zip(*_milestones(run), *_lost_calls(run), strict=True)
    )
    # at one moment a lost call comes after `called`, and handing in before the part
    rank = np.where(activity < len(MILESTONES), activity.astype(float), 1.5)
    handed_in = carry_in(run.plan, run.records)[case] & (activity == MILESTONES.index("arrived"))
    rank[handed_in] = MILESTONES.index("assigned") + 0.5
    order = np.lexsort((rank, hours, case))
    case, hours = case[order], hours[order]
    return EventLog(
        case, hours, activity[order], person[order], group[order], _costs(run, case, hours),
        person_names(run), crews(run)[:-1],
    )  # fmt: skip


Columns = tuple[Ints, Floats, Ints, Ints, Ints]


def _milestones(run: Run) -> Iterator[Columns]:
    cases, teams = run.records.cases, team_count(run)
    agent, first, second = _agents(run), *_technicians(run)
    crew = np.append(run.records.staff.crew.astype(np.int64), -1)
    last = np.where(np.isnan(cases["started_2"]), first, second)
    last = np.where(np.isnan(cases["back"]), last, -1)  # out of the workshop, nobody drives
    brought = carry_in(run.plan, run.records)
    people = {
        "answered": agent,
        "triaged": agent,
        "started": first,
        "arrived": np.where(brought, -1, first),
        "left": first,
        "started_2": second,
        "arrived_2": second,
        "repaired": last,
        "closed": np.where(brought, -1, last),
    }
    outlet = np.where(cases["outlet"] >= 0, teams + cases["outlet"], -1)
    nobody = np.full(len(agent), -1, dtype=np.int64)
    for number, name in enumerate(MILESTONES):
        at = np.flatnonzero(~np.isnan(cases[name]))
        who = people.get(name, nobody)[at]
        group = outlet[at] if name in BY_OUTLET else np.where(who >= 0, crew[who], -1)
        if name == "closed":  # by telephone: nobody's any more
            who = np.where(outlet[at] >= 0, who, -1)
        yield at, cases[name][at], np.full(len(at), number), who, group


def _agents(run: Run) -> Ints:
    """The agent of each case's answered call; -1 for none."""
    calls = run.records.calls
    found = np.full(len(run.records.cases["row"]), -1, dtype=np.int64)
    answered = calls["end"] == CallEnd.ANSWERED
    found[calls["case"][answered]] = calls["agent"][answered]
    return found


def _technicians(run: Run) -> tuple[Ints, Ints]:
    """The technicians of each case's first and second visit; -1 for none."""
    visits = run.records.visits
    found = np.full((2, len(run.records.cases["row"])), -1, dtype=np.int64)
    second = np.zeros(len(visits["case"]), dtype=bool)
    order = np.argsort(visits["case"], kind="stable")
    ordered = visits["case"][order]
    second[order[1:]] = ordered[1:] == ordered[:-1]
    for turn, mine in enumerate((~second, second)):
        found[turn, visits["case"][mine]] = visits["technician"][mine]
    return found[0], found[1]


def _lost_calls(run: Run) -> Iterator[Columns]:
    calls = run.records.calls
    for number, end in enumerate(LOST_CALLS, len(MILESTONES)):
        at = np.flatnonzero((calls["end"] == end) & ~np.isnan(calls["left"]))
        nobody = np.full(len(at), -1, dtype=np.int64)
        yield calls["case"][at], calls["left"][at], np.full(len(at), number), nobody, nobody


def _costs(run: Run, case: Ints, hours: Floats) -> Floats:
    """Amounts that the company paid, at the last event of the case before or at their time."""
    whose, when, amount = [case], [hours], [np.zeros(len(case))]
    for flow in flows_of_cases(run.plan, run.records, run.times):
        assert flow.case is not None
        at = np.zeros(len(flow.case), dtype=np.int64) if flow.at is None else flow.at
        pays = np.array([p == COMPANY for p in _names(flow.payer)])
        gets = np.array([p == COMPANY for p in _names(flow.payee)])
        mine = pays[at % len(pays)] & ~gets[at % len(gets)]
        whose.append(flow.case[mine])
        when.append(flow.time[mine])
        amount.append(flow.amount[mine])
    all_cases = np.concatenate(whose)
    is_cost = np.arange(len(all_cases)) >= len(case)
    order = np.lexsort((is_cost, np.concatenate(when), all_cases))
    event = np.cumsum(~is_cost[order]) - 1
    first = np.searchsorted(case, all_cases[order])  # none falls before its case began
    return np.bincount(
        np.maximum(event, first), weights=np.concatenate(amount)[order], minlength=len(case)
    ).astype(np.float64)


def _names(party: str | tuple[str, ...]) -> tuple[str, ...]:
    return (party,) if isinstance(party, str) else party
