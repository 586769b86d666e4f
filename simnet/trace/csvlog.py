"""The event log as CSV, with the column names that pm4py expects."""

import csv
import io
from pathlib import Path

from simnet.pseudonym import user_key
from simnet.run import Run
from simnet.sheet import ENCODING, guarded

from .attributes import COLUMNS, attributes, clean, portions
from .events import ACTIVITIES, LOST_CALLS, events
from .file import whole

HEAD = (
    "case:concept:name", "concept:name", "lifecycle:transition", "time:timestamp", "hours",
    "org:resource", "org:group", "cost:total", *(f"case:{name}" for name in COLUMNS),
)  # fmt: skip


def write_csv(
    run: Run, path: Path, names: bool = False, key: bytes | None = None
) -> tuple[int, int]:
    """Write all cases, a row an event; returns the number of cases and of events.

    The same as `write_xes` says and takes, with what is known of a case in each of its rows; names
    are `guarded` against being taken for formulas. Times are local
    ones without an offset where the scenario has no time zone. Raises
    TraceError or OSError, see `whole`.
    """
    log, table = events(run), attributes(run, None if names else key or user_key())
    lost = LOST_CALLS.values()
    activities = [_line([name, "ate_abort" if name in lost else "complete"]) for name in ACTIVITIES]
    people = [*(_line([guarded(name)]) for name in log.people), ""]
    groups = [*(_line([guarded(name)]) for name in log.groups), ""]
    columns = [
        [guarded(text) for text in table[name]] if kind == "string" else table[name].tolist()
        for name, kind in COLUMNS.items()
    ]
    numbers = table.index.tolist()
    with whole(path, ENCODING) as file:
        file.write(_line(HEAD) + "\n")
        for part in portions(run, log):
            found = list(zip(part.activity, part.time, part.hours, part.person, part.group,
                             part.cost, strict=True))  # fmt: skip
            for i, case in enumerate(part.cases):
                known = _line([column[case] for column in columns])
                file.writelines(
                    f"{numbers[case]},{activities[a]},{time},{hours!r},{people[p]},{groups[g]},{cost!r},"
                    f"{known}\n"
                    for a, time, hours, p, g, cost in found[part.starts[i] : part.starts[i + 1]]
                )
    return len(table), len(log.case)


def _line(values: list[str] | tuple[str, ...]) -> str:
    """The values with commas between, quoted where need be (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([clean(value) for value in values])
    return text.getvalue()
