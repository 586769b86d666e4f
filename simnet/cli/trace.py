"""`simnet trace`: one case as a story, the cases worth a look, or all of them as an event log."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.markup import escape
from rich.table import Table

from .options import Json
from .show import console, number, plural, say, say_json, table, tell

if TYPE_CHECKING:
    import pandas as pd

    from simnet.run import Run
    from simnet.trace import Cost, Ending, Step

FIRST = 20


def command(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="folder of a run")],
    case: Annotated[
        int | None, typer.Argument(metavar="CASE", help="number in column case of cases.parquet")
    ] = None,
    slowest: Annotated[
        int | None,
        typer.Option("--slowest", metavar="K", min=1, help="list the K cases that took longest"),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="EXPR", help="list cases by columns of cases.parquet: "
                     "'outlet == \"Berlin\" and response > 48'"),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="write all cases as event log, .xes or .csv"),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="export case numbers and markets, not pseudonyms")
    ] = False,
    replication: Annotated[int, typer.Option("--replication", metavar="R", min=0)] = 0,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Tell one case as a story: what happened when, what the customer waited for, who paid."""
    lists = slowest is not None or where is not None
    if (case is not None) + lists + (export is not None) != 1:
        _refuse("give one of: CASE, --slowest or --where, --export")
    from simnet import store
    from simnet.trace import TraceError

    count = store.read_manifest(folder)["replications"]
    if replication >= count:
        has = "only replication 0" if count == 1 else f"replications 0 to {count - 1}"
        _refuse(f"{folder} has no replication {replication}; it has {has}")
    (run,) = store.read(folder, replication)
    try:
        if case is not None:
            _story(run, case, as_json)
        elif export is not None:
            _export(run, export, names, as_json)
        else:
            _list(folder, run, slowest, where, as_json)
    except TraceError as error:
        _refuse(str(error))


def _refuse(message: str) -> NoReturn:
    tell(message)
    raise typer.Exit(2)


def _export(run: "Run", path: Path, names: bool, as_json: bool) -> None:
    from simnet.pseudonym import key_file
    from simnet.trace import write_csv, write_xes

    writers = {".xes": write_xes, ".csv": write_csv}
    if path.suffix.lower() not in writers:
        _refuse(f"{path}: an event log is written as .xes or .csv")
    try:
        cases, events = writers[path.suffix.lower()](run, path, names)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        tell(f"{path} could not be written: {error.strerror or error}{where}")
        raise typer.Exit(1) from None
    zone = run.plan.scenario.time_zone
    if as_json:
        document = {"file": str(path), "cases": cases, "events": events, "pseudonyms": not names,
                    "time_zone": zone}  # fmt: skip
        say_json(document)
        return
    say(f"wrote {path}: {plural(cases, 'case')}, {plural(events, 'event')}")
    if not names:
        say("cases and markets are pseudonyms; --names writes them as they are, and whoever has "
            f"{key_file()} can tell who they are")  # fmt: skip
    say(f"times are of {zone}" if zone else
        "times are local ones; a time_zone in the scenario would say of where")  # fmt: skip


def _list(folder: Path, run: "Run", slowest: int | None, where: str | None, as_json: bool) -> None:
    from simnet.trace import listed, matching
    from simnet.trace import slowest as find_slowest

    count = len(run.records.cases["row"])
    among = None if where is None else matching(run, where)
    found = count if among is None else len(among)
    if slowest is not None:
        rows = find_slowest(run, slowest, where)
    else:
        assert among is not None
        rows = listed(run, among[:FIRST])
    if as_json:
        document = {"matching": found, "cases": [_plain(r) for r in rows.to_dict("records")]}
        say_json(document)
        return
    screen = console()
    shown = f"the {plural(len(rows), 'case')} that took longest" if slowest else (
        "all" if found == len(rows) else f"the first {len(rows)}"
    )  # fmt: skip
    holds = (
        f"{found:,} of {plural(count, 'case')} match" if where is not None else f"{count:,} cases"
    )
    if len(rows):
        screen.print(_listing(f"{holds}; {shown}", rows))
        screen.print(
            f"\nThe story of the first: simnet trace {folder} {rows['case'].iloc[0]}",
            soft_wrap=True,
            markup=False,
        )
    else:
        screen.print(holds)


def _listing(title: str, rows: "pd.DataFrame") -> Table:
    from simnet.trace.say import span

    cells = []
    for row in rows.to_dict("records"):
        still = math.isnan(row["resolution"]) and not math.isnan(row["spent"])
        longest = f"{span(row['waited'])} {row['wait']}" if row["wait"] else "-"
        cells.append([row["case"], row["what"], row["market"], _text(row["outlet"]), row["outcome"],
                      span(row["response"]), f"{'> ' if still else ''}{span(row['spent'])}",
                      longest])  # fmt: skip
    columns = ["case", "what", "market", "outlet", "outcome", "response", "resolution",
               "longest wait"]  # fmt: skip
    found = table(title, columns, cells)
    for column in (1, 2, 3, 4, 7):
        found.columns[column].justify = "left"
    return found


def _text(name: Any) -> str:
    return name if isinstance(name, str) else "-"


def _story(run: "Run", case: int, as_json: bool) -> None:
    from simnet.trace import Scene, ending, story

    told = story(run, case)
    scene = Scene(run, case)
    end = ending(scene, told)
    if as_json:
        document = {"case": case, **_facts(run, case), **vars(end),
                    "steps": [_step(step) for step in told]}  # fmt: skip
        say_json(_plain(document))
        return
    currency = run.plan.scenario.currency
    screen = console()
    what = " · ".join(filter(None, [
        scene.source.label, f"{scene.tier[0]} customer" if scene.tier else "enquiry", scene.market,
        f"unit {scene.row['unit']}" if scene.product else "",
    ]))  # fmt: skip
    screen.print(f"[bold]Case {case}[/bold]: {escape(what)}")
    screen.print(escape(end.text))
    screen.print()
    screen.print(_steps(told, currency))
    if end.waited > 0 or end.paid:
        screen.print()
        sums = Table.grid(padding=(0, 6))
        paid = [_paid(told, currency)] if end.paid else []
        sums.add_row(*([_waits(end)] if end.waited > 0 else []), *paid)
        screen.print(sums)


def _steps(told: list["Step"], currency: str) -> Table:
    from simnet.trace.say import moment, span

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column("when", no_wrap=True)
    shown.add_column("hour", justify="right", no_wrap=True)
    shown.add_column("what happened", ratio=1)
    shown.add_column("wait", no_wrap=True)
    shown.add_column(f"cost, {currency}", no_wrap=True)
    for step in told:
        wait = f"{step.wait} {span(step.waited)}" if step.waited > 0 else ""
        cost = "\n".join(_amounts(step.costs))
        shown.add_row(
            moment(step.time), f"{step.hours:,.2f}", escape(step.text), wait, escape(cost)
        )
    return shown


def _amounts(costs: tuple["Cost", ...]) -> Iterator[str]:
    """A line for each category and payer."""
    sums: dict[tuple[str, str], float] = {}
    for cost in costs:
        key = cost.category, cost.payer
        sums[key] = sums.get(key, 0.0) + cost.amount
    for (category, payer), amount in sums.items():
        yield f"{amount:,.2f} {category}" + ("" if payer == "company" else f" ({payer})")


def _waits(end: "Ending") -> Table:
    from simnet.trace.say import span

    rows = [
        [
            name,
            span(hours),
            f"{hours:,.2f}",
            number(hours / end.waited if end.waited else 0, "share"),
        ]
        for name, hours in end.waits.items()
        if hours > 0
    ]
    total = "resolution" if not math.isnan(end.resolution) else "in all"
    rows.append([f"= {total}", span(end.waited), f"{end.waited:,.2f}", ""])
    return table("Where the hours went", ["wait", "time", "hours", "share"], rows)


def _paid(told: list["Step"], currency: str) -> Table:
    """By payer: what went to whom, and in all."""
    sums: dict[str, dict[tuple[str, str], float]] = {}
    for cost in (cost for step in told for cost in step.costs):
        to = sums.setdefault(cost.payer, {})
        key = cost.payee, cost.category
        to[key] = to.get(key, 0.0) + cost.amount
    rows = []
    for payer, to in sums.items():
        rows += [[f"{payer} to {payee}", f"{amount:,.2f}", category]
                 for (payee, category), amount in to.items()]  # fmt: skip
        rows.append([f"= {payer} in all", f"{math.fsum(to.values()):,.2f}", ""])
    return table(f"Who paid, {currency}", ["who", "amount", ""], rows)


def _facts(run: "Run", case: int) -> dict[str, Any]:
    names = ("source", "product", "unit", "tier", "market", "outlet", "part", "second_part",
             "warranty", "attempts", "refusals", "km")  # fmt: skip
    row = run.cases.iloc[case]
    return {name: row[name] for name in names}


def _step(step: "Step") -> dict[str, Any]:
    return {
        "hours": step.hours,
        "time": step.time.isoformat(timespec="milliseconds"),
        "event": step.event,
        "text": step.text,
        "place": step.place or None,
        "person": step.person or None,
        "wait": step.wait or None,
        "waited": step.waited if step.wait else None,
        "costs": [vars(cost) for cost in step.costs],
    }


def _plain(value: Any) -> Any:
    """JSON knows no NaN: null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value
