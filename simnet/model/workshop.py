"""The central workshop's bench: units, and failed parts where its people mend them, too."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from simnet.plan import Plan

from .clock import Clock
from .log import Bench, Log
from .logistics import Logistics
from .rows import Rows
from .station import Station


@dataclass
class FailedPart:
    """A part that waits for the bench, or is mended."""

    case: int
    part: int
    turn: int
    since: float
    mended: Callable[[], None]


class Workshop:
    """Its people, who take units first, and then failed parts; both first come, first served."""

    def __init__(
        self, clock: Clock, plan: Plan, rows: Rows, log: Log, logistics: Logistics
    ) -> None:
        self.clock, self.rows, self.log, self.logistics = clock, rows, log, logistics
        terms = plan.scenario.logistics.workshop
        self.station = Station(clock, [[0]], [0], [0.0], unlimited=terms.technicians == "unlimited")
        self.mends_parts = terms.mends_parts
        self.failed: deque[FailedPart] = deque()
        self.station.other_work = self._takes_part
        self.station.came_on_duty = self._goes_on

    def accept(self, case: int, part: int, turn: int, mended: Callable[[], None]) -> None:
        """A failed part is there; `mended` is called when it is as good as new."""
        it = FailedPart(case, part, turn, self.clock.now, mended)
        if not self.mends_parts:
            self._mend(it, mended)
            return
        person = self.station.take(0)
        if person is not None:
            self._on_the_bench(it, person)
        else:
            self.failed.append(it)
            self.station.waiting.change(self.clock.now, 1)

    def _mend(self, it: FailedPart, mended: Callable[[], None]) -> None:
        hours = (self.rows.mend_2 if it.turn else self.rows.mend)[it.case]
        self.logistics.mended(it.case, it.part, it.since, hours, mended)

    def _on_the_bench(self, it: FailedPart, person: int) -> None:
        job = self.log.add(Bench(it.case, it.part, person, self.clock.now))

        def ends() -> None:
            job.ended = self.clock.now
            it.mended()
            self.station.release(person)

        self._mend(it, ends)

    def _takes_part(self, person: int) -> bool:
        """A person for whom no unit is there takes the part that has waited longest."""
        if not self.failed:
            return False
        self.station.busy.add(person)
        self._next(person)
        return True

    def _goes_on(self) -> None:
        """Somebody came on duty, for whom no unit was there."""
        person = self.station.take(0) if self.failed else None
        if person is not None:
            self._next(person)

    def _next(self, person: int) -> None:
        self.station.waiting.change(self.clock.now, -1)
        self._on_the_bench(self.failed.popleft(), person)
