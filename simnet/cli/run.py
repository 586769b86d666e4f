"""`simnet run`: simulate a scenario, write its folder, print the key figures."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from .options import Changes, EngineName, Json, ScenarioFile, Seed
from .progress import Bar
from .show import console, number, plural, ready, table, tell, tell_broken

GROUPS = {
    "Customers": ("cases", "response_", "resolution_", "first_time_fix", "remote_fix",
                  "promise_kept", "availability"),
    "Hotline": ("calls_", "asa", "service_level", "abandonment", "occupancy"),
    "Outlets and parts": ("utilisation", "overtime", "fill_rate", "backorders", "transit"),
    "Money": ("cost_", "income_"),
}  # fmt: skip


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
    from simnet import store
    from simnet.audit import together
    from simnet.experiment import replicate, summarise

    where = store.place(out, store.name_of(scenario))
    plan = ready(read, engine, replications)
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
        typer.echo(json.dumps({"folder": str(folder), **document}, ensure_ascii=False))
        return
    screen = console()
    cases = sum(len(run.records.cases["row"]) for run in runs)
    spent = simulated - loaded
    screen.print(
        f"[bold]{escape(read.name)}[/bold]: "
        f"{plural(read.horizon / 8760, 'year')}, {plural(cases, 'case')}, "
        f"seed {chosen}, {plural(replications, 'replication')}; "
        f"{spent:.1f} s"
    )
    for title, beginnings in GROUPS.items():
        rows = []
        for name, found in document["total"].items():
            if not name.startswith(beginnings) or found["mean"] is None:
                continue
            unit = read.currency if found["unit"] == "money" else found["unit"]
            shown = [name, number(found["mean"], unit)]
            if replications > 1:
                half = found["half_width_95"]
                shown.append("" if half is None else f"± {number(half, unit)}")
            rows.append([*shown, "" if unit == "share" else unit, found["meaning"]])
        if rows:
            screen.print()
            interval = ["95 %"] if replications > 1 else []
            screen.print(table(title, ["", "mean", *interval, "", ""], rows))
    screen.print()
    screen.print(audit.line)
    first = "; the pictures show the first replication" if replications > 1 else ""
    screen.print(f"Written to {folder}{first}")
    for picture in pictures:
        if picture.suffix == ".png":
            screen.print(f"  {picture}")
