"""`simnet validate`: formulas and simulation side by side."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from simnet.plain import finite

from .options import Changes, Engine, EngineName, Json, OptionalScenario, Seed
from .progress import Bar
from .show import (
    Notes,
    compile_engine,
    console,
    number,
    plural,
    ready,
    say_json,
    table,
    tell_broken,
)

if TYPE_CHECKING:
    from simnet.validation import Comparison
    from simnet.validation.compare import Compared


def command(
    scenario: OptionalScenario = None,
    replications: Annotated[
        int, typer.Option("--replications", "-r", min=2, help="independent repetitions")
    ] = 10,
    seed: Seed = None,
    changes: Changes = None,
    effort: Annotated[
        float,
        typer.Option(
            "--effort", min=0.01, max=1.0, help="without a scenario: share of the full run lengths"
        ),
    ] = 0.1,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="without a scenario: the table as Markdown")
    ] = False,
    engine: EngineName = "compiled",
    as_json: Json = False,
) -> None:
    """Set the estimate of a scenario against its simulation, figure by figure.

    Without a scenario: textbook models, by configuration alone, against their exact formulas.
    """
    if scenario is None:
        _textbook(effort, engine, as_json, as_markdown)
        return
    from simnet.scenario import load

    read = load(scenario, changes or [])
    from simnet.audit import together
    from simnet.estimate import Network, figures
    from simnet.experiment import replicate, summarise
    from simnet.validation.compare import compare

    plan = ready(read, engine)
    found = figures(Network(plan).settled())
    chosen = read.seed if seed is None else seed
    with Bar(read.name) as bar:
        runs = list(replicate(read, chosen, replications, -1, bar.update, engine, plan))
    rows = compare(found, summarise(runs))
    audit = together([run.audit for run in runs])
    tell_broken(audit, "nothing is compared")
    if as_json:
        say_json(finite(_document(rows)))
        return
    screen, notes = console(), Notes()
    screen.print(
        f"[bold]{escape(read.name)}[/bold]: estimate against {plural(replications, 'replication')}"
        f" of {plural(read.horizon / 8760, 'year')}, seed {chosen}"
    )
    for title in dict.fromkeys(row.figure.group for row in rows):
        lines = [_line(row, read.currency, notes) for row in rows if row.figure.group == title]
        screen.print()
        columns = ["", "estimate", "simulated", "95 %", "", "difference", ""]
        screen.print(table(title, columns, lines))
    screen.print()
    told = {verdict: sum(row.verdict == verdict for row in rows)
            for verdict in ("agrees", "expected", "differs")}  # fmt: skip
    screen.print(
        f"{told['agrees']} of {len(rows)} figures agree (within the interval, or as near as in "
        "nine of ten simple systems of the kind); "
        f"{told['expected']} differ as expected, {told['differs']} without a reason named"
    )
    screen.print(audit.line)
    for line in notes.lines():
        screen.print(escape(line))


def _line(row: "Compared", currency: str, notes: Notes) -> list[str]:
    figure, simulated = row.figure, row.simulated
    unit = currency if figure.unit == "money" else figure.unit
    verdict = row.verdict
    if verdict == "expected":
        verdict = f"expected: {notes.letters(figure.warnings)}"
    return [
        figure.name, number(figure.value, unit), number(simulated.mean, unit),
        f"± {number(simulated.half_width, unit)}", "" if unit == "share" else unit,
        f"{100 * row.difference:+.1f} %" if row.difference == row.difference else "-", verdict,
    ]  # fmt: skip


def _document(rows: list["Compared"]) -> list[dict[str, Any]]:
    return [
        {
            "name": row.figure.name, "unit": row.figure.unit, "estimate": row.figure.value,
            "mean": row.simulated.mean, "half_width_95": row.simulated.half_width,
            "difference": row.difference, "verdict": row.verdict,
            "rests_on": row.figure.rests_on, "warnings": list(row.figure.warnings),
        }
        for row in rows
    ]  # fmt: skip


def _textbook(effort: float, engine: Engine, as_json: bool, as_markdown: bool) -> None:
    from simnet.validation import CASES, markdown, measure, verdict
    from simnet.validation import table as rows_of

    compile_engine(engine)
    found: list[Comparison] = []
    with Bar("textbook cases") as bar:
        for number, make in enumerate(CASES, start=1):
            found += measure(make(), effort, jobs=-1, engine=engine)
            bar.update(number / len(CASES), 0)
    if as_markdown:
        typer.echo(markdown(found), nl=False)
        return
    if as_json:
        document = [
            {
                "case": one.case.name, "source": one.case.source, "figure": one.figure.name,
                "unit": one.figure.unit, "theory": one.figure.theory, "mean": one.mean,
                "half_width_99": one.half_width(), "verdict": verdict(one),
            }
            for one in found
        ]  # fmt: skip
        say_json(finite(document))
        return
    screen = console()
    columns = ["case", "figure", "theory", "simulated, 99 %", "difference", ""]
    rows = [[r.case, r.figure, r.theory, r.simulated, r.difference, r.verdict]
            for r in rows_of(found)]  # fmt: skip
    screen.print(table("Theory against simulation", columns, rows, text=(1,)))
    screen.print()
    met = sum(one.met() for one in found)
    screen.print(
        f"{met} of {len(found)} figures meet theory, by intervals of 99 %, of which one in a "
        f"hundred misses by chance; effort {effort:g} (1 is the full length)"
    )
