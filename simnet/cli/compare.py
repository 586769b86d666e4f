"""`simnet compare`: strategies from folders of results, side by side, with a verdict."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Json, Statistics
from .show import console, say_json, tell
from .verdict import show_comparison


def command(
    results: Annotated[
        list[Path],
        typer.Argument(metavar="RESULTS...", help="folders that simnet sweep or simnet run wrote"),
    ],
    baseline: Annotated[
        str, typer.Option("--baseline", metavar="NAME", help="strategy to compare with")
    ] = "",
    responses: Annotated[
        list[str] | None,
        typer.Option("--response", metavar="NAME", help="key figure; may be given several times"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="folder to write [results/comparison]"),
    ] = None,
    statistics: Statistics = False,
    as_json: Json = False,
) -> None:
    """Compare strategies: paired intervals, who can be best, a verdict, and the pictures."""
    from simnet import store
    from simnet.experiment import Response, compare, of_comparison

    read = store.read_results(results)
    asked = {name: Response() for name in responses} if responses else read.responses
    if not asked:
        asked = {"cost_per_case": Response(), "response_p90": Response()}
    found = compare(read.runs, asked, baseline or read.baseline, read.unhelped)
    where = store.place(out, "comparison", store.COMPARISON)
    written = store.write_comparison(where, found, of_comparison(read.runs, found, read.factors))
    tell(where.note)
    if as_json:
        document = {"baseline": found.baseline, **store.comparison_document(found)}
        say_json(document)
        return
    screen = console()
    show_comparison(screen, found, statistics)
    screen.print(f"Written to {where.folder}")
    for picture in written:
        if picture.suffix == ".png":
            screen.print(f"  {picture}")
