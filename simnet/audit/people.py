"""People: one job at a time, begun on duty, and no longer than duty plus overtime."""

import numpy as np

from simnet.accounts.duty import Duty
from simnet.accounts.sums import order_by_time, sums
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
        mine = np.flatnonzero(table[worker] >= 0)
        at = table[worker][mine]
        columns.append((at, table[since][mine], table[until][mine]))
        if crew is None:
            wrong = staff.crew[at] >= teams
        else:
            wrong = staff.crew[at] != (crew[mine] if isinstance(crew, np.ndarray) else crew)
        check.name(f"{who(int(at[i]))} worked elsewhere" for i in check.refuse(wrong))
    person, begin, end = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = order_by_time(person, begin)
    person, begin = person[order], begin[order]
    over = ~np.isnan(end[order])
    end = np.where(over, end[order], np.inf)
    same = person[1:] == person[:-1]
    check.name(
        f"{who(int(person[i]))} began a job at {begin[i + 1]:.6f} h and was busy until "
        f"{end[i]:.6f} h"
        for i in check.refuse(same & (begin[1:] < end[:-1]))
    )
    duty = Duty.of(staff)
    at = duty.at(person, begin)
    on_duty = duty.within(person, at, np.nextafter(begin, np.inf))
    check.name(
        f"{who(int(person[i]))} began a job off duty, at {begin[i]:.6f} h"
        for i in check.refuse(~on_duty)
    )
    apart = (staff.person[1:] != staff.person[:-1]) | (staff.start[1:] >= staff.end[:-1])
    check.name(
        f"{who(int(staff.person[i]))} is on duty twice at once" for i in check.refuse(~apart)
    )
    until_end = np.minimum(end, plan.horizon)
    beyond = np.flatnonzero(~duty.within(person, at, until_end))
    outside = duty.overtime(person[beyond], begin[beyond], until_end[beyond])
    people = len(staff.crew)
    busy = sums(person, people, until_end - begin)
    allowed = sums(staff.person, people, staff.end - staff.start)
    allowed += sums(person[beyond], people, outside)
    check.name(
        f"{who(p)} was busy for {busy[p]:.6f} h, on duty and overtime for {allowed[p]:.6f} h"
        for p in check.refuse(busy > allowed + HOURS)
    )
    yield check
