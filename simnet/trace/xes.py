"""The event log as XES (IEEE Std 1849-2016), for process mining."""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from simnet.pseudonym import user_key
from simnet.run import Run

from .attributes import COLUMNS, CUSTOMERS, Portion, attributes, clean, portions
from .events import ACTIVITIES, LOST_CALLS, events
from .file import whole

_EXTENSIONS = {
    "Concept": "concept", "Time": "time", "Lifecycle": "lifecycle",
    "Organizational": "org", "Cost": "cost",
}  # fmt: skip


NO_ZONE = "none: local time of the scenario, written as UTC"


def write_xes(
    run: Run, path: Path, names: bool = False, key: bytes | None = None
) -> tuple[int, int]:
    """Write all cases; returns the number of traces and of events.

    names: whether numbers of cases and names of markets, which tell who a customer is, stand as
    they are; else they are pseudonyms by `key`, the user's own where None (see `user_key`).

    A trace is a case with `attributes.COLUMNS`; an event is a milestone, or a call of no avail
    (transition ate_abort). `cost:total` is what the company paid for the case directly (see
    `accounts.case_ledger`) from this event to the next. `hours` counts from the start of
    the run. Times have the offset of the scenario's `time_zone`; without one they are local times
    that stand as UTC, since readers take a time without an offset as UTC (pm4py) or as of their own
    machine (OpenXES), and the log's `time_zone` says so. Raises TraceError or OSError, see `whole`.
    """
    log, table = events(run), attributes(run, None if names else key or user_key())
    lost = LOST_CALLS.values()
    activities = [
        _tag("string", "concept:name", name)
        + _tag("string", "lifecycle:transition", "ate_abort" if name in lost else "complete")
        for name in ACTIVITIES
    ]
    people = [*(_tag("string", "org:resource", name) for name in log.people), ""]
    groups = [*(_tag("string", "org:group", name) for name in log.groups), ""]
    columns = {
        name: ({v: _tag(kind, name, v) for v in table[name].unique() if v}, table[name].tolist())
        for name, kind in COLUMNS.items()
    }
    numbers = table.index.tolist()
    with whole(path) as file:
        file.write(_head(run, names))
        for part in portions(run, log, "+00:00"):
            body = list(_events(part, activities, people, groups))
            for i, case in enumerate(part.cases):
                known = "".join(tags.get(v[case], "") for tags, v in columns.values())
                file.write(f"<trace>{_tag('string', 'concept:name', numbers[case])}{known}\n")
                file.writelines(body[part.starts[i] : part.starts[i + 1]])
                file.write("</trace>\n")
        file.write("</log>\n")
    return len(table), len(log.case)


def _events(
    part: Portion, activities: list[str], people: list[str], groups: list[str]
) -> Iterator[str]:
    columns = part.activity, part.time, part.hours, part.person, part.group, part.cost
    for activity, time, hours, person, group, cost in zip(*columns, strict=True):
        paid = f'<float key="cost:total" value="{cost!r}"/>' if cost else ""
        yield (
            f'<event>{activities[activity]}<date key="time:timestamp" value="{time}"/>'
            f'<float key="hours" value="{hours!r}"/>{people[person]}{groups[group]}{paid}</event>\n'
        )


def _tag(kind: str, key: str, value: str) -> str:
    return f"<{kind} key={quoteattr(key)} value={quoteattr(clean(value))}/>"


def _head(run: Run, names: bool) -> str:
    """Extensions, what every trace and event has, classifiers, and what the log is of."""
    scenario = run.plan.scenario
    extensions = "\n".join(
        f'<extension name="{name}" prefix="{prefix}" '
        f'uri="http://www.xes-standard.org/{prefix}.xesext"/>'
        for name, prefix in _EXTENSIONS.items()
    )
    always = "".join(_tag("string", name, "") for name in ("source", "market", "outcome"))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
{extensions}
<global scope="trace">{_tag("string", "concept:name", "")}{always}</global>
<global scope="event">{_tag("string", "concept:name", "")}\
{_tag("string", "lifecycle:transition", "complete")}\
{_tag("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00")}{_tag("float", "hours", "0.0")}\
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Resource" keys="org:resource"/>
<classifier name="Group" keys="org:group"/>
{_tag("string", "concept:name", scenario.name)}
{_tag("string", "lifecycle:model", "standard")}
{_tag("string", "cost:currency", scenario.currency)}
{_tag("string", "time_zone", scenario.time_zone or NO_ZONE)}
{_tag("string", "pseudonyms", "none" if names else ", ".join(("case", *CUSTOMERS)))}
{_tag("int", "seed", str(run.seed))}
{_tag("int", "replication", str(run.replication))}
"""
