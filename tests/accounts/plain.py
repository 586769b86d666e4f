"""The records of a run row by row, and what they plainly say: no arrays, no vectors.

This is the second reckoning against which `simnet.accounts` is held. It knows the records and the
scenario, and nothing of how the accounts are kept.
"""

from calendar import monthrange
from itertools import pairwise
from math import copysign, inf, isnan, nan
from types import SimpleNamespace

from simnet.plan import UNLIMITED
from simnet.records import Outcome

PHONE = (Outcome.REMOTE_FIX, Outcome.SELF_SERVICE, Outcome.ANSWERED)
LOST = (Outcome.ABANDONED, Outcome.ELSEWHERE, Outcome.REFERRED)


def rows(table):
    """A table as a list of rows with named values."""
    columns = {name: column.tolist() for name, column in table.items()}
    count = len(next(iter(columns.values())))
    return [
        SimpleNamespace(number=i, **{name: column[i] for name, column in columns.items()})
        for i in range(count)
    ]


def known(time):
    return not isnan(time)


def overlap(start, end, a, b):
    """Hours of [start, end] inside [a, b]; an end that is not known is beyond b."""
    return max(0.0, min(b if isnan(end) else end, b) - max(start, a))


def mean(values):
    return sum(values) / len(values) if values else nan


def share(part, whole):
    return part / whole if whole else nan


class Plain:
    """A run as lists of rows."""

    def __init__(self, run):
        self.run, self.plan, self.scenario = run, run.plan, run.plan.scenario
        records, plan, scenario = run.records, run.plan, run.plan.scenario
        self.horizon, self.warm_up, self.end = scenario.horizon, scenario.warm_up, plan.end
        self.outlets, self.outlet_names = list(plan.outlets.values()), list(plan.outlets)
        self.products = list(scenario.products.values())
        self.parts, self.part_names = list(scenario.parts.values()), list(scenario.parts)
        self.teams = list(scenario.hotline.teams.values()) if scenario.hotline else []
        for name in ("cases", "calls", "visits", "bench", "shipments", "moves", "trips"):
            setattr(self, name, rows(getattr(records, name)))
        units, staff = records.units, records.staff
        names = ("product", "market", "sold", "leaves")
        self.units = rows({name: getattr(units, name) for name in names})
        for unit in self.units:
            unit.new = copysign(1.0, unit.sold) > 0  # who is in the field was sold before 0
        crew = staff.crew.tolist()
        self.duties = [
            SimpleNamespace(person=person, crew=crew[person], start=start, end=end)
            for person, start, end in zip(
                staff.person.tolist(), staff.start.tolist(), staff.end.tolist(), strict=True
            )
        ]
        self.crew = crew
        self.initial_stock = records.initial_stock.tolist()
        self.limited = [count != UNLIMITED for count in plan.technicians.tolist()]
        self.months = plan.month_starts.tolist()
        self.month_ends = [*self.months[1:], self.horizon]
        self.month_names = list(plan.month_names)
        for case in self.cases:
            source = plan.sources[case.source]
            case.enquiry, case.product = source.enquiry, source.product
            case.phone = case.outcome in PHONE
            case.mended = case.outcome == Outcome.REPAIRED
            case.carried = case.outlet >= 0 and self.outlets[case.outlet].service == "carry_in"
            self._tell(case)
            self._judge(case)
            case.down_until = self._mended_at(case)
            case.asked = list(self._asked_for(case))

    def month(self, time):
        """Number of the month in which a moment lies."""
        return max(m for m, start in enumerate(self.months) if m == 0 or start <= time)

    def part_of_month(self, m):
        """How much of the calendar month belongs to the run."""
        year, month = map(int, self.month_names[m].split("-"))
        return (self.month_ends[m] - self.months[m]) / (24 * monthrange(year, month)[1])

    # what a case lived through

    def _steps(self, case):
        """The case's milestones in order, each with the name of the wait that ends there."""
        yield "called", None
        yield "answered", "hotline"
        # who helped himself in the menu talked to nobody
        yield "triaged", "talk" if known(case.answered) else "hotline"
        if case.phone:
            return
        yield "assigned", "dispatch"
        if case.carried:
            yield from (("arrived", "travel"), ("part_ready", "part"), ("started", "technician"))
        else:
            yield from (("part_ready", "part"), ("started", "technician"), ("arrived", "travel"))
        if known(case.left):
            yield "left", "repair"
            if case.second_part >= 0 or known(case.part_ready_2):
                yield "part_ready_2", "part"
                yield "started_2", "technician"
                if not case.carried:
                    yield "arrived_2", "travel"
            else:
                yield "back", "workshop"
        # the last step: hands on, or the way back from the workshop
        yield "repaired", "travel" if known(case.back) else "repair"

    def _tell(self, case):
        """waits by name, response and resolution."""
        case.waits = dict.fromkeys(
            ("hotline", "talk", "dispatch", "part", "technician", "travel", "repair", "workshop"),
            0.0,
        )
        visited = case.arrived if known(case.started) else nan
        helped = case.triaged if case.phone else visited
        works = case.triaged if case.phone else case.repaired
        case.response, case.resolution = helped - case.called, works - case.called
        if known(case.resolution):
            before = case.called
            for milestone, wait in self._steps(case):
                moment = getattr(case, milestone)
                if wait is not None and known(moment):
                    case.waits[wait] += moment - before
                    before = moment
            assert before == works

    def seen(self, case, worst=False):
        """The case as it counts: who was not helped has waited until the run ends, or at worst for
        as long as the whole run. Customers whom we lost count at worst only."""
        seen = SimpleNamespace(**vars(case), unhelped=False)
        lost = case.outcome in (Outcome.ABANDONED, Outcome.REFERRED)
        if not (case.outcome == Outcome.OPEN and known(case.called)) and not (lost and worst):
            return seen
        until = case.called + self.end if worst else self.end
        seen.unhelped = True
        seen.response = case.response if known(case.response) else until - case.called
        seen.resolution = until - case.called
        if worst and isnan(case.kept) and known(case.promise):
            seen.kept = 0.0
        seen.waits, before = dict.fromkeys(case.waits, 0.0), case.called
        for milestone, wait in self._steps(case):
            moment = getattr(case, milestone)
            if wait is not None:
                seen.waits[wait] += (moment if known(moment) else until) - before
                before = moment
            if not known(moment):
                break
        return seen

    def _judge(self, case):
        """promise, kept and late."""
        of = "response"
        if case.enquiry:
            promise = self.scenario.enquiries[case.enquiry].promise
        else:
            tier = list(self.products[case.product].tiers.values())[case.tier]
            promise, of = tier.promise, tier.of
        case.promise = nan if promise is None else promise
        case.kept = case.late = nan
        if promise is None or isnan(case.called) or case.outcome == Outcome.REFERRED:
            return
        hours = case.response if of == "response" else case.resolution
        due = case.called + promise
        if case.outcome == Outcome.ABANDONED:
            case.kept, case.late = 0.0, min(case.closed, due)
        elif hours <= promise:
            case.kept, case.late = 1.0, case.called + hours
        elif hours > promise or self.end - case.called > promise:
            case.kept, case.late = 0.0, due

    def _mended_at(self, case):
        """When the case's unit works again or is out of the field; NaN where the run is over."""
        if case.unit < 0:
            return nan
        if case.phone:
            end = case.triaged
        elif case.outcome in LOST:
            end = case.closed + self.products[case.product].elsewhere
        else:
            end = case.repaired
        leaves = self.units[case.unit].leaves
        if leaves < self.horizon:
            end = leaves if isnan(end) else min(end, leaves)
        return max(end, case.failed)  # a unit that fails when it is gone is not down

    def _asked_for(self, case):
        """(part, asked, ready) of each part that the case needed, as far as it got."""
        asked = case.arrived if case.carried else case.assigned
        if case.part >= 0 and known(asked):
            yield case.part, asked, case.part_ready
        if case.second_part >= 0 and known(case.left):
            yield case.second_part, case.left, case.part_ready_2

    # people

    def overtime(self, person, start, end):
        """Hours of a job outside of the person's duty."""
        inside = sum(
            overlap(duty.start, duty.end, start, end)
            for duty in self.duties
            if duty.person == person
        )
        return end - start - inside

    def days(self):
        """From and until of each day, the last one perhaps cut short."""
        edges, day = [], 0.0
        while day < self.horizon:
            edges.append(day)
            day += 24.0
        return list(pairwise([*edges, self.horizon]))


def by_interval(steps, initial, intervals):
    """Mean and peak of a level in each of the ordered intervals.

    steps: (time, change) in any order. What lasts no time is no peak.
    """
    changes = {}
    for time, change in steps:
        if known(time):
            changes[time] = changes.get(time, 0) + change
    moments = [*sorted(changes), inf]
    level, i, found = initial, 0, []
    for start, end in intervals:
        area, peak, at = 0.0, -inf, start
        while at < end:
            while moments[i] <= at:
                level += changes[moments[i]]
                i += 1
            until = min(end, moments[i])
            area += level * (until - at)
            peak = max(peak, level)
            at = until
        found.append((area / (end - start), peak))
    return found
