"""What a story is made of."""

import datetime
from dataclasses import dataclass


class TraceError(ValueError):
    """A question that has no answer here; the message says why and what would do."""


@dataclass(frozen=True)
class Cost:
    """An amount that the case caused."""

    time: float
    """hours"""
    payer: str
    payee: str
    category: str
    amount: float
    """in the scenario's currency"""


@dataclass(frozen=True)
class Step:
    """One moment of a case."""

    event: str
    """a milestone of `records.MILESTONES`, or what else happened"""
    hours: float
    """from the start of the run"""
    time: datetime.datetime
    """the same in the scenario's calendar, to the millisecond"""
    text: str
    """what happened"""
    place: str = ""
    """market or outlet, depot or workshop; empty on the telephone"""
    person: str = ""
    """agent or technician"""
    wait: str = ""
    """name of the wait that ended (`accounts.WAITS`), or of a piece of it; empty where none did"""
    waited: float = 0.0
    """its hours; by name, those of all steps add up to the case's waits"""
    costs: tuple[Cost, ...] = ()
    """rows of the case's ledger that fall here"""
