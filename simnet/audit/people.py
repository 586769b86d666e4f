"""People: one job at a time, begun on duty, and no longer than duty plus overtime."""

import numpy as np

from simnet.plan import Plan
from simnet.records import Records

from .cases import HOURS
from .finding import Check, Checks


def check_people(plan: Plan, records: Records) -> Checks:
    """Everybody's time."""
    staff = records.staff
    check = Check("people's time adds up", "people", len(staff.crew))
    hotline = plan.scenario.hotline
    teams = len(hotline.teams) if hotline is not None else 0
    names = [
        *(f"team {name}" for name in (hotline.teams if hotline is not None else ())),
        *(f"outlet {name}" for name in plan.outlets),
        "the workshop",
    ]

    def who(person: int) -> str:
        return f"person {person} of {names[int(staff.crew[person])]}"

    jobs = [
        (records.calls, "agent", "left", "ended", None),
        (records.visits, "technician", "started", "free", teams + records.visits["outlet"]),
        (records.bench, "person", "begun", "ended", len(names) - 1),
    ]
    columns = []
    for table, worker, since, until, crew in jobs:
        mine = table[worker] >= 0
        at = table[worker][mine]
        columns.append((at, table[since][mine], table[until][mine]))
        if crew is None:
            wrong = staff.crew[at] >= teams
        else:
            wrong = staff.crew[at] != (crew[mine] if isinstance(crew, np.ndarray) else crew)
        check.name(f"{who(int(at[i]))} worked elsewhere" for i in check.refuse(wrong))
    person, begin, end = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((begin, person))
    person, begin = person[order], begin[order]
    over = ~np.isnan(end[order])
    end = np.where(over, end[order], np.inf)
    same = person[1:] == person[:-1]
    check.name(
        f"{who(int(person[i]))} began a job at {begin[i + 1]:.6f} h and was busy until "
        f"{end[i]:.6f} h"
        for i in check.refuse(same & (begin[1:] < end[:-1]))
    )
    # duty of all people on one axis: each has a stretch of his own
    span = max(float(staff.end.max(initial=0.0)), float(begin.max(initial=0.0))) + 1.0
    at = np.searchsorted(staff.person * span + staff.start, person * span + begin, "right") - 1
    spot = np.maximum(at, 0)
    on_duty = np.zeros(len(person), dtype=bool)
    if len(staff.person):
        on_duty = (at >= 0) & (staff.person[spot] == person) & (begin < staff.end[spot])
    check.name(
        f"{who(int(person[i]))} began a job off duty, at {begin[i]:.6f} h"
        for i in check.refuse(~on_duty)
    )
    apart = (staff.person[1:] != staff.person[:-1]) | (staff.start[1:] >= staff.end[:-1])
    check.name(
        f"{who(int(staff.person[i]))} is on duty twice at once" for i in check.refuse(~apart)
    )
    until_end = np.minimum(end, plan.horizon)
    outside = staff.overtime(person, begin, until_end)
    busy = np.bincount(person, weights=until_end - begin, minlength=len(staff.crew))
    extra = np.bincount(person, weights=outside, minlength=len(staff.crew))
    duty = np.bincount(staff.person, weights=staff.end - staff.start, minlength=len(staff.crew))
    check.name(
        f"{who(p)} was busy for {busy[p]:.6f} h, on duty and overtime for "
        f"{duty[p] + extra[p]:.6f} h"
        for p in check.refuse(busy > duty + extra + HOURS)
    )
    yield check
