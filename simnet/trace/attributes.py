"""What an event log says of each case and event, as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import moments
from simnet.pseudonym import pseudonym
from simnet.run import Run

from .events import EventLog

_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""characters that XML 1.0 (section 2.2) does not know"""

COLUMNS = {
    "source": "string", "product": "string", "tier": "string", "market": "string",
    "outlet": "string", "warranty": "boolean", "outcome": "string", "promise": "float",
    "kept": "boolean", "response": "float", "resolution": "float",
}  # fmt: skip
"""columns of the cases in the log, with their types in XES"""

CUSTOMERS = ("market",)
"""those of them that tell who a customer is, as the number of the case does; the others speak of us
or of what broke"""

CASES_AT_ONCE = 5000
"""cases turned to text at once, which bounds the memory"""


def clean(text: str) -> str:
    """The text without characters that XML cannot hold, each replaced by U+FFFD."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def attributes(run: Run, key: bytes | None) -> pd.DataFrame:
    """COLUMNS as text, a row a case, with its number as index; empty where nothing is known.

    key: with which customers' names are turned to pseudonyms; None where they stay.
    """
    columns = {name: _texts(run.cases[name], kind, key) for name, kind in COLUMNS.items()}
    numbers = [str(case) for case in range(len(run.records.cases["row"]))]
    if key is not None:
        numbers = [pseudonym(case, "case", key) for case in numbers]
    return pd.DataFrame(columns, index=numbers)


def _texts(column: pd.Series, kind: str, key: bytes | None) -> list[str]:
    if kind == "string":
        names = [*(clean(str(name)) for name in column.cat.categories), ""]
        if key is not None and column.name in CUSTOMERS:
            names = [pseudonym(name, str(column.name), key) if name else "" for name in names]
        return [names[code] for code in column.cat.codes.tolist()]
    if kind == "boolean":
        return ["" if value != value else str(bool(value)).lower() for value in column.tolist()]
    return ["" if value != value else repr(value) for value in column.tolist()]


def timestamps(run: Run, hours: NDArray[np.float64], no_zone: str = "") -> list[str]:
    """ISO 8601 with milliseconds: the clock on the wall, and how far it is from UTC.

    no_zone: what stands in place of that where the scenario has no time zone.
    """
    found = moments(run.plan.scenario, hours)
    wall = found.tz_localize(None)
    texts = np.datetime_as_string(wall.to_numpy().astype("datetime64[ms]"), unit="ms").tolist()
    if found.tz is None:
        return [text + no_zone for text in texts]
    minutes = (wall - found.tz_convert(None)) // np.timedelta64(1, "m")
    ends = {m: f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in set(minutes)}
    return [text + ends[m] for text, m in zip(texts, minutes, strict=True)]


@dataclass(frozen=True)
class Portion:
    """Some cases with their events: plain lists, a value for each event."""

    cases: range
    starts: list[int]
    """for each case the place of its first event in the lists, and the number of all"""
    activity: list[int]
    time: list[str]
    hours: list[float]
    person: list[int]
    group: list[int]
    cost: list[float]


def portions(run: Run, log: EventLog, no_zone: str = "") -> Iterator[Portion]:
    """All cases in order, some at a time. no_zone: see `timestamps`."""
    count = len(run.records.cases["row"])
    starts = np.searchsorted(log.case, np.arange(count + 1))
    for first in range(0, count, CASES_AT_ONCE):
        cases = range(first, min(first + CASES_AT_ONCE, count))
        rows = slice(starts[cases.start], starts[cases.stop])
        yield Portion(
            cases,
            (starts[cases.start : cases.stop + 1] - starts[cases.start]).tolist(),
            log.activity[rows].tolist(),
            timestamps(run, log.hours[rows], no_zone),
            log.hours[rows].tolist(),
            log.person[rows].tolist(),
            log.group[rows].tolist(),
            log.cost[rows].tolist(),
        )
