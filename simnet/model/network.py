"""The whole network in SimPy: the story of each unit and of each case."""

from collections.abc import Generator, Iterator

import simpy

from simnet.draws import Draws
from simnet.plan import Plan
from simnet.policies import call_time
from simnet.records import FOLLOW_UP_STEPS, STEPS, Order, Outcome, Progress, Queue, Records

from .clock import Clock
from .count import Count
from .dispatch import Dispatch
from .hotline import Hotline
from .log import Log
from .logistics import Logistics
from .outlets import Outlets
from .parts import Parts
from .rows import Rows
from .station import Station
from .workshop import Workshop

Steps = Generator[simpy.Event, object, None]


class Network:
    """Builds the parts, starts the processes, and lets time run."""

    def __init__(self, plan: Plan, draws: Draws) -> None:
        self.plan, self.draws = plan, draws
        self.clock = Clock()
        self.rows = Rows(plan, draws)
        self.log = Log(plan, draws)
        scenario = plan.scenario
        logistics = Logistics(self.clock, plan, self.rows, self.log)
        workshop = Workshop(self.clock, plan, self.rows, self.log, logistics)
        self.parts = Parts(self.clock, plan, self.rows, self.log, logistics, workshop)
        self.outlets = Outlets(self.clock, plan, self.rows, self.log, self.parts, workshop)
        self.dispatch = Dispatch(self.clock, plan, self.rows, self.log, self.outlets)
        self.hotline = (
            Hotline(self.clock, plan, self.rows, self.log) if scenario.hotline is not None else None
        )
        products = list(scenario.products.values())
        self.warranty = [product.warranty for product in products]
        self.covered = plan.covered
        self.elsewhere = [product.elsewhere for product in products]
        profile = scenario.reporting.profile
        self.profile = None if profile.flat else plan.profile_table
        self.started = 0
        self._duties()
        self.clock.process(self._demand())

    def run(self, progress: Progress | None = None) -> Records:
        """Let time run to the horizon, and on until the cases that began before it are closed."""
        horizon, follow_up = self.plan.horizon, self.plan.scenario.follow_up
        for step in range(1, STEPS + 1):
            self.clock.run(until=horizon * (step / STEPS))
            if progress is not None:
                progress(step / STEPS, self.started)
        waited = [(*queue, count.until(horizon)) for *queue, count in self._counts()]
        self.log.to_follow()
        for step in range(1, FOLLOW_UP_STEPS + 1):
            if not self.log.left():
                break
            if follow_up > 0:
                self.clock.run(until=horizon + follow_up * (step / FOLLOW_UP_STEPS))
        return self.log.records(self.parts.initial, waited)

    def _counts(self) -> Iterator[tuple[Queue, int, int, Count]]:
        """Every queue: which, place, part, and what was counted."""
        if self.hotline is not None:
            yield Queue.HOTLINE, -1, -1, self.hotline.station.waiting
        yield Queue.BOARD, -1, -1, self.dispatch.waiting
        for site in self.outlets.sites:
            yield Queue.OUTLET, site.number, -1, site.station.waiting
        yield Queue.WORKSHOP, self.plan.depot, -1, self.outlets.bench.waiting
        for (place, part), stock in self.parts.stocks.items():
            yield Queue.PART, place, part, stock.waiting

    def _demand(self) -> Steps:
        """Enquiries and each unit's first failure, in order of time as the rows are."""
        for case in self.draws.cases.first.nonzero()[0].tolist():
            yield self.clock.at(self.rows.moment[case], Order.FAILURE, case)
            self.clock.process(self._life(case))

    def _life(self, case: int) -> Steps:
        """One unit: it fails, is mended, and works until it fails again."""
        while True:
            yield from self._case(case)
            case = self.rows.follower[case]
            if case < 0:
                return
            fails = self.clock.now + self.rows.gap[case]
            if fails >= self.rows.leaves[case]:  # the hours of repair have made it that late
                return
            yield self.clock.at(fails, Order.FAILURE, case)

    def _case(self, case: int) -> Steps:
        """One case, from the failure or question to its end."""
        clock, rows, log = self.clock, self.rows, self.log
        self.started += 1
        log.begun[case] = True
        log.mark(case, "failed", clock.now)
        product = rows.product[case]
        log.warranty[case] = self.covered[rows.source[case]]
        if product >= 0:
            log.warranty[case] = clock.now < rows.sold[case] + self.warranty[product]
            if not log.warranty[case] and not rows.comes[case]:
                log.outcome[case] = Outcome.ELSEWHERE
                log.mark(case, "closed", clock.now)
                yield from self._mended_elsewhere(case, product)
                return
            calls = clock.now + rows.delay[case]
            if self.profile is not None:
                calls = call_time(*self.profile, clock.now, rows.delay[case])
            if calls > clock.now:
                yield clock.at(calls, Order.CALL, case)
        log.mark(case, "called", clock.now)
        visit = True
        if self.hotline is not None:
            visit = yield from self.hotline.call(case)
        else:
            log.mark(case, "answered", clock.now)
            log.mark(case, "triaged", clock.now)
            if rows.work[case] is None:
                log.outcome[case] = Outcome.ANSWERED
                log.mark(case, "closed", clock.now)
                visit = False
        if visit and not self.plan.outlets:
            log.outcome[case] = Outcome.REFERRED
            log.mark(case, "closed", clock.now)
            if product >= 0:
                yield from self._mended_elsewhere(case, product)
        elif visit:
            outlet, technician = yield from self.dispatch.assign(case)
            log.outlet[case] = outlet
            log.mark(case, "assigned", clock.now)
            yield from self.outlets.mend(case, outlet, technician)
        elif log.outcome[case] == Outcome.ABANDONED and product >= 0:
            yield from self._mended_elsewhere(case, product)

    def _mended_elsewhere(self, case: int, product: int) -> Steps:
        """A customer whom we lost has the unit mended by others; only then it ages on."""
        if self.elsewhere[product] > 0:
            yield self.clock.at(self.clock.now + self.elsewhere[product], Order.WORK_ENDS, case)

    def _duties(self) -> None:
        """Everybody's comings and goings, one event after the other."""
        staff = self.draws.staff
        teams = len(self.plan.scenario.hotline.teams) if self.plan.scenario.hotline else 0
        stations: list[tuple[Station, int]] = []
        if self.hotline is not None:
            stations += [(self.hotline.station, team) for team in range(teams)]
        stations += [(site.station, 0) for site in self.outlets.sites]
        stations.append((self.outlets.bench, 0))
        crew = staff.crew.tolist()
        events = []
        for person, start, end in zip(
            staff.person.tolist(), staff.start.tolist(), staff.end.tolist(), strict=True
        ):
            events.append((start, Order.DUTY_BEGINS, person, end))
            if end < self.plan.end:
                events.append((end, Order.DUTY_ENDS, person, end))
        events.sort()

        def duties() -> Steps:
            for time, kind, person, until in events:
                yield self.clock.at(time, kind, person)
                station, team = stations[crew[person]]
                if kind == Order.DUTY_BEGINS:
                    station.duty_begins(person, team, until)
                else:
                    station.duty_ends(person)

        self.clock.process(duties())


def simulate(plan: Plan, draws: Draws, progress: Progress | None = None) -> Records:
    """Run one replication of the plan with its draws.

    progress: called about 200 times with (share of the horizon done, cases begun).
    """
    return Network(plan, draws).run(progress)
