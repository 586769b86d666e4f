"""`simnet run`: simulate a scenario, write its folder, print the key figures."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from .options import Changes, EngineName, Json, ScenarioFile, Seed
from .progress import Bar
from .show import console, number, plural, ready, say_json, table, tell, tell_broken


def command(
    scenario: ScenarioFile,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="folder to write, older results in it replaced "
            "[results/NAME-OF-FILE, never replaced by others]",
        ),
    ] = None,
    seed: Seed = None,
    replications: Annotated[
        int, typer.Option("--replications", "-r", min=1, help="independent repetitions")
    ] = 1,
    changes: Changes = None,
    engine: EngineName = "compiled",
    as_json: Json = False,
) -> None:
    """Simulate a scenario and show how fast customers are helped, and what it costs."""
    began = time.monotonic()
    from simnet.scenario import load

    read = load(scenario, changes or [])
    from simnet import estimate, store
    from simnet.accounts import never_helped
    from simnet.audit import together
    from simnet.experiment import replicate, summarise

    where = store.place(out, store.name_of(scenario))
    plan = ready(read, engine, replications)
    doubts = estimate.warnings(estimate.Network(plan).settled())
    loaded = time.monotonic()
    chosen = read.seed if seed is None else seed
    with Bar(read.name) as bar:
        runs = list(replicate(read, chosen, replications, -1, bar.update, engine, plan))
    simulated = time.monotonic()
    summary = summarise(runs)
    summarised = time.monotonic()
    audit = together([run.audit for run in runs])
    seconds = {
        "load": loaded - began, "simulate": simulated - loaded,
        "summarise": summarised - simulated, "audit": time.monotonic() - summarised,
    }  # fmt: skip
    pictures = store.write(where, runs, summary, scenario.name, changes or [], seconds)
    folder = where.folder
    tell(where.note)
    document = store.kpis_document(summary)
    tell_broken(audit, f"do not rely on the run in {folder}")
    if as_json:
        say_json({"folder": str(folder), **document})
        return
    screen = console()
    cases = sum(len(run.records.cases["row"]) for run in runs)
    spent = simulated - loaded
    screen.print(
        f"[bold]{escape(read.name)}[/bold]: "
        f"{plural(read.horizon / 8760, 'year')}, {plural(cases, 'case')} with "
        f"the warm-up and the follow-up, seed {chosen}, {plural(replications, 'replication')}; "
        f"{spent:.1f} s"
    )
    for title, rows in _groups(document["total"], read.currency, replications > 1):
        screen.print()
        interval = ["95 %"] if replications > 1 else []
        screen.print(table(title, ["", "mean", *interval, "", ""], rows))
    screen.print()
    means = {name: found.mean for name, found in summary.total.items()}
    for warning in filter(
        None, [never_helped(means, summary.tables["market"], summary.tables["outlet"]), *doubts]
    ):
        screen.print(f"[bold]Warning[/bold]: {escape(warning)}", soft_wrap=True)
    screen.print(audit.line)
    first = "; the pictures show the first replication" if replications > 1 else ""
    screen.print(f"Written to {folder}{first}")
    for picture in pictures:
        if picture.suffix == ".png":
            screen.print(f"  {picture}")


def _groups(
    total: dict[str, dict[str, Any]], currency: str, intervals: bool
) -> Iterator[tuple[str, list[list[str]]]]:
    """Key figures as rows of a table, group by group; what rests on who was helped, and would be
    worse had the others waited for the whole run, as a bound."""
    from simnet.accounts import AT_WORST, at_worst, find, groups
    from simnet.experiment.measure import bound

    rows: dict[str, list[list[str]]] = {title: [] for title in groups()}
    for name, found in total.items():
        figure, mean = find(name), found["mean"]
        if figure is None or mean is None or name.endswith(AT_WORST):
            continue
        unit = currency if found["unit"] == "money" else found["unit"]
        worst = total.get(at_worst(name), found)["mean"]
        line = [name, f"{bound(mean, math.nan if worst is None else worst)}{number(mean, unit)}"]
        if intervals:
            half = found["half_width_95"]
            line.append("" if half is None else f"± {number(half, unit)}")
        rows[figure.group].append([*line, "" if unit == "share" else unit, found["meaning"]])
    yield from ((title, lines) for title, lines in rows.items() if lines)
