"""How many wait, counted by the engine itself and not derived from what it writes down."""


class Count:
    """Number in a queue, and the hours that all in it have waited together.

    The audit sets these hours against the waits of the single cases (Little's law).
    """

    __slots__ = ("hours", "number", "since")

    def __init__(self) -> None:
        self.number = 0
        self.since = self.hours = 0.0

    def change(self, now: float, by: int) -> None:
        """`by` join the queue (or leave it, below 0) at `now`."""
        self.hours += self.number * (now - self.since)
        self.since = now
        self.number += by

    def until(self, horizon: float) -> float:
        """Hours waited by `horizon`, those of who waits still included."""
        return self.hours + self.number * (horizon - self.since)
