"""The hotline: from the first call to its end, through menu, queue, talk and calling again."""

from collections.abc import Generator

import simpy

from simnet.plan import Plan
from simnet.policies import closing, next_open
from simnet.records import CallEnd, Order, Outcome

from .clock import Clock
from .log import Call, Log
from .rows import Rows
from .station import Station

Steps = Generator[simpy.Event, object, bool]


class Hotline:
    """One number, several teams. Whoever is not helped may call again."""

    def __init__(self, clock: Clock, plan: Plan, rows: Rows, log: Log) -> None:
        hotline = plan.scenario.hotline
        assert hotline is not None
        self.clock, self.rows, self.log = clock, rows, log
        self.lines = hotline.lines
        self.in_system = 0
        hours = hotline.hours.over(plan.end, plan.offset)
        self.starts, self.ends = hours[:, 0].tolist(), hours[:, 1].tolist()
        types = list(hotline.call_types.items())
        # a class is a call type and a tier's priority, so that the order within a class is by time
        self.priorities = plan.tier_priorities
        kinds = [(name, kind, p) for name, kind in types for p in self.priorities]
        takes = [
            [
                i
                for i, (name, _, _) in enumerate(kinds)
                if team.skills is None or name in team.skills
            ]
            for team in hotline.teams.values()
        ]
        self.station = Station(
            clock,
            takes,
            [kind.priority + p for _, kind, p in kinds],
            [kind.head_start for _, kind, _ in kinds],
        )

    def call(self, case: int) -> Steps:
        """Call until helped or tired of it. Returns whether a visit has to follow."""
        clock, rows, log = self.clock, self.rows, self.log
        attempts = rows.patience.width
        attempt = 0
        while True:
            yield from self._until_open(case, attempt)
            log.attempts[case] += 1
            end = yield from self._attempt(case, attempt)
            if end == CallEnd.SELF_SERVICE:
                log.outcome[case] = Outcome.SELF_SERVICE
                return False
            if end == CallEnd.ANSWERED:
                return self._decide(case)
            if attempt + 1 >= attempts or not rows.again[case, attempt]:
                log.outcome[case] = Outcome.ABANDONED
                log.mark(case, "closed", clock.now)
                return False
            wait = rows.redial[case, attempt]
            attempt += 1
            yield clock.at(clock.now + wait, Order.CALL, case)

    def _until_open(self, case: int, attempt: int) -> Generator[simpy.Event, object, None]:
        """Who finds the line closed calls again after it has opened, a while into its hours."""
        clock = self.clock
        opens = next_open(self.starts, self.ends, clock.now)
        if opens > clock.now:
            self._turned_away(case, attempt, CallEnd.CLOSED)
            length = closing(self.starts, self.ends, opens) - opens
            later = self.rows.redial[case, attempt] % length if opens < float("inf") else 0.0
            yield clock.at(opens + later, Order.CALL, case)

    def _attempt(self, case: int, attempt: int) -> Generator[simpy.Event, object, CallEnd]:
        clock, rows, log = self.clock, self.rows, self.log
        if self.lines is not None and self.in_system >= self.lines:
            self._turned_away(case, attempt, CallEnd.BLOCKED)
            return CallEnd.BLOCKED
        self.in_system += 1
        call = log.add(Call(case, attempt, clock.now))
        if rows.menu[case] > 0:
            yield clock.at(clock.now + rows.menu[case], Order.CALL, case)
        if rows.self_service[case]:
            self.in_system -= 1
            log.mark(case, "triaged", clock.now)
            log.mark(case, "closed", clock.now)
            call.left = call.ended = clock.now
            call.end = CallEnd.SELF_SERVICE
            return CallEnd.SELF_SERVICE
        call.queued = clock.now
        kind = self.kind(case)
        waiting = self.station.join(case, kind)
        if not waiting.gate.triggered and rows.patience[case, attempt] < float("inf"):
            clock.call(
                clock.now + rows.patience[case, attempt], Order.PATIENCE_ENDS, case,
                lambda: self.station.give_up(waiting, kind),
            )  # fmt: skip
        agent = yield waiting.gate
        call.left = clock.now
        if agent is None:
            self.in_system -= 1
            call.ended = clock.now
            return CallEnd.ABANDONED
        assert isinstance(agent, int)
        call.agent, call.end = agent, CallEnd.ANSWERED
        log.mark(case, "answered", clock.now)
        yield clock.at(clock.now + rows.talk[case], Order.WORK_ENDS, case)
        self.in_system -= 1
        log.mark(case, "triaged", clock.now)
        self._wrap_up(case, agent, call)
        return CallEnd.ANSWERED

    def _turned_away(self, case: int, attempt: int, end: CallEnd) -> None:
        now = self.clock.now
        self.log.add(Call(case, attempt, now, left=now, ended=now, end=end))

    def _wrap_up(self, case: int, agent: int, call: Call) -> None:
        """After-call work keeps the agent, not the customer."""

        def done() -> None:
            call.ended = self.clock.now
            self.station.release(agent)

        work = self.rows.after_call[case]
        if work > 0:
            self.clock.call(self.clock.now + work, Order.PERSON_FREE, agent, done)
        else:
            done()

    def _decide(self, case: int) -> bool:
        if not self.rows.remote[case]:
            return True
        enquiry = self.rows.work[case] is None
        self.log.outcome[case] = Outcome.ANSWERED if enquiry else Outcome.REMOTE_FIX
        self.log.mark(case, "closed", self.clock.now)
        return False

    def kind(self, case: int) -> int:
        """Class of the case in the queue."""
        place = self.priorities.index(self.rows.priority[case])
        return self.rows.call_type[case] * len(self.priorities) + place
