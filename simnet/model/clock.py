"""SimPy's environment with absolute times and a written order of simultaneous events."""

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy

from simnet.records import Order

_SPAN = 1 << 40


class Clock(simpy.Environment):
    """Events at absolute times, ordered by (time, kind, number), see `records.Order`.

    SimPy adds a delay to the present time, which rounds; an absolute time is kept to the bit.
    What is set off "now" (a process begun, a gate opened) has SimPy's own priorities 0 and 1 and
    therefore comes before any event of a kind.
    """

    def at(self, time: float, kind: Order, number: int) -> simpy.Event:
        """An event that happens at `time`."""
        event = simpy.Event(self)
        event._ok = True
        event._value = None
        queue: list[Any] = self._queue
        heappush(queue, (time, kind * _SPAN + number, next(self._eid), event))
        return event

    def call(self, time: float, kind: Order, number: int, action: Callable[[], None]) -> None:
        """Do `action` at `time`."""
        event = self.at(time, kind, number)
        assert event.callbacks is not None
        event.callbacks.append(lambda _: action())
