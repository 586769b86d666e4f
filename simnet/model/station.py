"""A station: people with skills, and the cases that wait for them."""

from collections import deque
from collections.abc import Callable, Sequence

import simpy

from simnet.policies import may_start

from .clock import Clock
from .count import Count


class Waiting:
    """A case in a queue; `gate` opens with the person who takes it, or with None if it gave up."""

    __slots__ = ("case", "gate", "number", "since")

    def __init__(self, case: int, since: float, number: int, gate: simpy.Event) -> None:
        self.case, self.since, self.number, self.gate = case, since, number, gate


class Station:
    """Teams of people and one queue a class of cases.

    Of the people who could take a case, the first team listed goes first, and in it who has been
    idle longest. Of the cases that a person could take, the class with the higher priority goes
    first, then who has waited longest (its class's head start added), then who came first.
    """

    def __init__(
        self,
        clock: Clock,
        takes: Sequence[Sequence[int]],
        priority: Sequence[int],
        head_start: Sequence[float],
        unlimited: bool = False,
        last_start: float = 0.0,
    ) -> None:
        self.clock = clock
        self.takes = takes  # classes that each team takes
        self.priority, self.head_start = priority, head_start
        self.unlimited = unlimited
        self.last_start = last_start
        self.queues: list[deque[Waiting]] = [deque() for _ in priority]
        self.idle: list[deque[int]] = [deque() for _ in takes]
        self.team_of: dict[int, int] = {}
        self.until: dict[int, float] = {}  # end of duty of those who are on duty
        self.busy: set[int] = set()
        self.waiting = Count()
        self.number = 0
        self.other_work: Callable[[int], bool] = lambda person: False
        self.came_on_duty: Callable[[], None] = lambda: None

    def someone_free(self) -> bool:
        """Whether somebody could begin now."""
        return self.unlimited or any(
            self._may_start(person) for idle in self.idle for person in idle
        )

    def present(self) -> int:
        """Cases here, in service or waiting."""
        return len(self.busy) + sum(map(len, self.queues))

    def join(self, case: int, kind: int) -> Waiting:
        """Take a place in the queue; the gate is open already where somebody is free."""
        waiting = Waiting(case, self.clock.now, self.number, self.clock.event())
        self.number += 1
        person = self.take(kind)
        if person is not None:
            waiting.gate.succeed(person)
        else:
            self.queues[kind].append(waiting)
            self.waiting.change(self.clock.now, 1)
        return waiting

    def take(self, kind: int) -> int | None:
        """A free person who takes cases of this class, now busy; None where nobody is free."""
        if self.unlimited:
            return -1
        for team, idle in enumerate(self.idle):
            if kind in self.takes[team]:
                for person in idle:
                    if self._may_start(person):
                        idle.remove(person)
                        self.busy.add(person)
                        return person
        return None

    def give_up(self, waiting: Waiting, kind: int) -> None:
        """Leave the queue without help."""
        if not waiting.gate.triggered:
            self.queues[kind].remove(waiting)
            self.waiting.change(self.clock.now, -1)
            waiting.gate.succeed(None)

    def release(self, person: int) -> None:
        """A person is free again: takes the next case, or rests, or goes home."""
        if person < 0:
            return
        self.busy.remove(person)
        if person in self.until and not self._takes_case(person):
            if self._may_start(person) and self.other_work(person):
                return
            self.idle[self.team_of[person]].append(person)

    def duty_begins(self, person: int, team: int, until: float) -> None:
        """A person comes on duty."""
        self.team_of[person] = team
        self.until[person] = until
        if person not in self.busy and not self._takes_case(person):
            self.idle[team].append(person)
            self.came_on_duty()

    def duty_ends(self, person: int) -> None:
        """A person goes off duty; what is begun is finished, in overtime."""
        del self.until[person]
        if person not in self.busy:
            self.idle[self.team_of[person]].remove(person)

    def _takes_case(self, person: int) -> bool:
        """Whether the person could take a case from the queue, and has."""
        best = self._next(self.team_of[person]) if self._may_start(person) else None
        if best is None:
            return False
        waiting = self.queues[best].popleft()
        self.waiting.change(self.clock.now, -1)
        self.busy.add(person)
        waiting.gate.succeed(person)
        return True

    def _may_start(self, person: int) -> bool:
        return may_start(self.until[person], self.clock.now, self.last_start)

    def _next(self, team: int) -> int | None:
        best, key = None, (0, 0.0, 0)
        for kind in self.takes[team]:
            if self.queues[kind]:
                head = self.queues[kind][0]
                mine = (-self.priority[kind], head.since - self.head_start[kind], head.number)
                if best is None or mine < key:
                    best, key = kind, mine
        return best
