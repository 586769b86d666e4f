"""What an event log says of each case and event, as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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

CASES_AT_ONCE = 5000
"""cases turned to text at once, which bounds the memory"""


def clean(text: str) -> str:
    """The text without characters that XML cannot hold, each replaced by U+FFFD."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def attributes(run: Run) -> pd.DataFrame:
    """COLUMNS as text, a row a case; empty where nothing is known."""
    return pd.DataFrame({name: _texts(run.cases[name], kind) for name, kind in COLUMNS.items()})


def _texts(column: pd.Series, kind: str) -> list[str]:
    if kind == "string":
        names = [*(clean(str(name)) for name in column.cat.categories), ""]
        return [names[code] for code in column.cat.codes.tolist()]
    if kind == "boolean":
        return ["" if value != value else str(bool(value)).lower() for value in column.tolist()]
    return ["" if value != value else repr(value) for value in column.tolist()]


def timestamps(run: Run, hours: NDArray[np.float64]) -> list[str]:
    """ISO 8601 with milliseconds, the scenario's calendar taken as UTC."""
    start = np.datetime64(run.plan.scenario.start, "ms")
    moments = start + np.round(hours * 3_600_000).astype("timedelta64[ms]")
    return [f"{text}+00:00" for text in np.datetime_as_string(moments, unit="ms").tolist()]


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


def portions(run: Run, log: EventLog) -> Iterator[Portion]:
    """All cases in order, some at a time."""
    count = len(run.records.cases["row"])
    starts = np.searchsorted(log.case, np.arange(count + 1))
    for first in range(0, count, CASES_AT_ONCE):
        cases = range(first, min(first + CASES_AT_ONCE, count))
        rows = slice(starts[cases.start], starts[cases.stop])
        yield Portion(
            cases,
            (starts[cases.start : cases.stop + 1] - starts[cases.start]).tolist(),
            log.activity[rows].tolist(),
            timestamps(run, log.hours[rows]),
            log.hours[rows].tolist(),
            log.person[rows].tolist(),
            log.group[rows].tolist(),
            log.cost[rows].tolist(),
        )
