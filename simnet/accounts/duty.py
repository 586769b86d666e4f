"""People's hours on duty, and their work outside of it."""

import numpy as np

from simnet.draws import Staff
from simnet.plan import Plan
from simnet.scenario.quantity import DAY

from .months import hours_by_month
from .sums import Bools, Floats, Ints


def duty_by_month(plan: Plan, staff: Staff, wanted: Bools) -> Floats:
    """Hours on duty of the technicians of each outlet in each month, shape (outlets, months); of
    the outlets that are not `wanted` (outlets,) they are 0."""
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0
    # crews are the teams of the hotline, the outlets and the workshop
    of_crew = np.concatenate((np.zeros(teams, dtype=bool), wanted, [False]))
    crew = staff.crew[staff.person]
    rows = np.flatnonzero(of_crew[crew])
    duty = staff.start[rows], staff.end[rows]
    return hours_by_month(plan, *duty, group=crew[rows] - teams, groups=len(wanted))[0]


class Duty:
    """Finds the duty of a person at a moment. A table by person and day leads there in a few steps,
    where a search among the duties of all people takes many."""

    def __init__(self, people: int, person: Ints, start: Floats, end: Floats) -> None:
        """person, start, end: (duties,) ordered by person and start."""
        self.person = np.asarray(person, dtype=np.int32)
        self.start, self.end = (np.ascontiguousarray(column) for column in (start, end))
        self.days = int(start.max(initial=0.0) // DAY) + 2
        of_day = person.astype(np.int64) * self.days + (start / DAY).astype(np.int64)
        count = np.bincount(of_day, minlength=people * self.days)
        self.before = np.concatenate(([0], np.cumsum(count))).astype(np.int64, copy=False)
        """duties of all people and days before that of a person"""

    @classmethod
    def of(cls, staff: Staff) -> "Duty":
        """Of all people of a run."""
        return cls(len(staff.crew), staff.person, staff.start, staff.end)

    def at(self, person: Ints, time: Floats) -> Ints:
        """Number of duties before and with the last one that `person` began by `time`; (n,)."""
        from .loops import duty

        found = np.empty(len(person), dtype=np.int64)
        who = np.asarray(person, dtype=np.int32)
        duty.at(self.before, self.days, self.start, who, time, found)
        return found

    def within(self, person: Ints, at: Ints, time: Floats) -> Bools:
        """Whether `person` is on duty until `time`, by the last duty before `at`; (n,)."""
        if not len(self.end):
            return np.zeros(len(at), dtype=bool)
        last = np.maximum(at - 1, 0)
        return (at > 0) & (self.person[last] == person) & (time <= self.end[last])

    def overrun(self, person: Ints, start: Floats, end: Floats) -> Ints:
        """Which pieces of work, `person` from `start` to `end`, do not lie within one duty.

        Most do; only the others need be asked for their overtime.
        """
        from .loops import duty

        found = np.empty(len(person), dtype=np.bool_)
        who = np.asarray(person, dtype=np.int32)
        duties = self.person, self.start, self.end
        duty.overrun(self.before, self.days, *duties, who, start, end, found)
        return np.flatnonzero(found)

    def overtime(self, person: Ints, start: Floats, end: Floats) -> Floats:
        """Hours of each piece of work, `person` from `start` to `end`, outside of duty; (n,)."""
        if not len(self.end):
            return end - start
        total = np.concatenate(([0.0], np.cumsum(self.end - self.start)))

        def until(time: Floats) -> tuple[Floats, Floats]:
            """Hours of all duties begun by `time`, and those of the last one still to come."""
            at = self.at(person, time)
            last = np.maximum(at - 1, 0)
            now = (at > 0) & (self.person[last] == person)
            return total[at], np.where(now, np.maximum(self.end[last] - time, 0.0), 0.0)

        (before, rest), (by_end, rest_at_end) = until(start), until(end)
        return np.maximum(end - start - (by_end - before) + (rest_at_end - rest), 0.0)
