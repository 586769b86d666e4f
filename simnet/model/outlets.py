"""The outlets: technicians, the way to the customer, repair, second visit, central workshop."""

from collections.abc import Generator

import simpy

from simnet.plan import UNLIMITED, Plan
from simnet.policies import next_open, road_km
from simnet.records import Kind, Order, Outcome

from .clock import Clock
from .log import Bench, Log, Visit
from .parts import Parts
from .rows import Rows
from .station import Station
from .workshop import Workshop

Steps = Generator[simpy.Event, object, None]


class OutletSite:
    """One outlet: its people, its hours, and what it takes to drive from it."""

    def __init__(self, number: int, clock: Clock, plan: Plan) -> None:
        terms = list(plan.outlets.values())[number]
        self.number = number
        self.speed, self.detour = terms.speed, terms.detour
        self.carry_in = terms.service == "carry_in"
        hours = terms.hours.over(plan.end, plan.offset)
        self.starts, self.ends = hours[:, 0].tolist(), hours[:, 1].tolist()
        self.technicians = int(plan.technicians[number])
        self.before_opening = 0
        levels = len(plan.tier_priorities)
        self.station = Station(
            clock, [list(range(levels))], plan.tier_priorities, [0.0] * levels,
            unlimited=self.technicians == UNLIMITED,
            last_start=terms.last_start,
        )  # fmt: skip


class Outlets:
    """What happens to a case once an outlet has it."""

    def __init__(
        self, clock: Clock, plan: Plan, rows: Rows, log: Log, parts: Parts, workshop: Workshop
    ) -> None:
        self.clock, self.plan, self.rows, self.log, self.parts = clock, plan, rows, log, parts
        self.sites = [OutletSite(o, clock, plan) for o in range(len(plan.outlets))]
        self.crow_km = plan.crow_km.tolist()
        self.depot_km = plan.depot_km.tolist()
        self.priorities = plan.tier_priorities
        self.bench = workshop.station

    def kind(self, case: int) -> int:
        """Class of the case in an outlet's queue."""
        return self.priorities.index(self.rows.priority[case])

    def km(self, case: int, outlet: int) -> float:
        """Kilometres driven from the outlet to the customer."""
        crow = self.crow_km[self.rows.market[case]][outlet]
        return road_km(crow, self.rows.off[case], self.sites[outlet].detour)

    def mend(self, case: int, outlet: int, technician: int | None) -> Steps:
        """From the assignment to the working unit; `technician` is one who already waits."""
        if self.sites[outlet].carry_in:
            yield from self._over_the_counter(case, outlet, technician)
        else:
            yield from self._on_site(case, outlet, technician)

    def _on_site(self, case: int, outlet: int, technician: int | None) -> Steps:
        clock, rows, log = self.clock, self.rows, self.log
        travel = self.km(case, outlet) / self.sites[outlet].speed
        yield from self._visit(case, outlet, technician, travel, rows.repair[case], "",
                               rows.part[case], 0)  # fmt: skip
        if rows.workshop[case]:
            log.mark(case, "left", clock.now)
            if travel > 0:  # the unit comes along to the outlet
                yield clock.at(clock.now + travel, Order.WORK_ENDS, case)
            yield from self._central_workshop(case, outlet)
            if travel > 0:  # and is brought back, which keeps no technician
                yield clock.at(clock.now + travel, Order.WORK_ENDS, case)
        elif rows.second[case]:
            log.mark(case, "left", clock.now)
            yield from self._visit(case, outlet, None, travel, rows.second_repair[case], "_2",
                                   rows.second_part[case], 1)  # fmt: skip
        log.mark(case, "repaired", clock.now)
        log.outcome[case] = Outcome.REPAIRED
        if rows.workshop[case]:
            log.mark(case, "closed", clock.now)

    def _visit(
        self, case: int, outlet: int, technician: int | None, travel: float, repair: float,
        suffix: str, part: int, turn: int,
    ) -> Steps:  # fmt: skip
        """Part, technician, travel, repair; the technician then drives back."""
        clock, log, site = self.clock, self.log, self.sites[outlet]
        if technician is not None and not self.parts.at_hand(outlet, part):
            site.station.release(technician)  # nobody waits for a part with empty hands
            technician = None
        back = yield from self.parts.obtain(case, outlet, part, turn)
        log.mark(case, f"part_ready{suffix}", clock.now)
        if technician is None:
            person = yield site.station.join(case, self.kind(case)).gate
            assert isinstance(person, int)
            technician = person
        log.mark(case, f"started{suffix}", clock.now)
        km = 2 * travel * site.speed
        visit = log.add(Visit(case, outlet, technician, clock.now, km))
        log.km[case] += km
        if travel > 0:
            yield clock.at(clock.now + travel, Order.WORK_ENDS, case)
        log.mark(case, f"arrived{suffix}", clock.now)
        visit.arrived = clock.now
        if repair > 0:
            yield clock.at(clock.now + repair, Order.WORK_ENDS, case)
        visit.finished = clock.now
        last = bool(suffix) or not (self.rows.second[case] or self.rows.workshop[case])

        def home() -> None:  # the technician is at the outlet again, with the failed part
            visit.free = clock.now
            if last:
                log.mark(case, "closed", clock.now)
            self.parts.bring_back(case, outlet, part, turn, back)
            site.station.release(technician)

        if travel > 0:
            clock.call(clock.now + travel, Order.PERSON_FREE, case, home)
        else:
            home()

    def _over_the_counter(self, case: int, outlet: int, technician: int | None) -> Steps:
        """The customer brings the unit, in opening hours, and takes it home again."""
        clock, rows, log, site = self.clock, self.rows, self.log, self.sites[outlet]
        if technician is not None:
            site.station.release(technician)
        km = self.km(case, outlet)
        travel = km / site.speed
        if travel > 0:
            yield clock.at(clock.now + travel, Order.WORK_ENDS, case)
        opens = next_open(site.starts, site.ends, clock.now)
        if opens > clock.now:  # who came first is accepted first
            site.before_opening += 1
            yield clock.at(opens, Order.COUNTER_OPENS, site.before_opening)
        log.mark(case, "arrived", clock.now)
        yield from self._on_the_bench_here(case, outlet, rows.repair[case], "", rows.part[case], 0)
        if rows.workshop[case]:
            log.mark(case, "left", clock.now)
            yield from self._central_workshop(case, outlet)
        elif rows.second[case]:
            log.mark(case, "left", clock.now)
            yield from self._on_the_bench_here(
                case, outlet, rows.second_repair[case], "_2", rows.second_part[case], 1
            )
        log.mark(case, "repaired", clock.now)
        log.outcome[case] = Outcome.REPAIRED
        clock.call(
            clock.now + travel, Order.WORK_ENDS, case, lambda: log.mark(case, "closed", clock.now)
        )

    def _on_the_bench_here(
        self, case: int, outlet: int, repair: float, suffix: str, part: int, turn: int
    ) -> Steps:
        clock, log, site = self.clock, self.log, self.sites[outlet]
        back = yield from self.parts.obtain(case, outlet, part, turn)
        log.mark(case, f"part_ready{suffix}", clock.now)
        technician = yield site.station.join(case, self.kind(case)).gate
        assert isinstance(technician, int)
        log.mark(case, f"started{suffix}", clock.now)
        if suffix:
            log.mark(case, "arrived_2", clock.now)
        visit = log.add(Visit(case, outlet, technician, clock.now, 0.0, arrived=clock.now))
        if repair > 0:
            yield clock.at(clock.now + repair, Order.WORK_ENDS, case)
        visit.finished = visit.free = clock.now
        self.parts.bring_back(case, outlet, part, turn, back)
        site.station.release(technician)

    def _central_workshop(self, case: int, outlet: int) -> Steps:
        """There, on the bench, and back to the outlet."""
        clock, log = self.clock, self.log
        yield self.parts.send_unit(case, outlet, Kind.UNIT_TO_WORKSHOP)
        person = yield self.bench.join(case, 0).gate
        assert isinstance(person, int)
        bench = log.add(Bench(case, -1, person, clock.now))
        yield clock.at(clock.now + self.rows.bench[case], Order.WORK_ENDS, case)
        bench.ended = clock.now
        self.bench.release(person)
        yield self.parts.send_unit(case, outlet, Kind.UNIT_BACK)
        log.mark(case, "back", clock.now)
