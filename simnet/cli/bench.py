"""`simnet bench`: how fast simnet is on this machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from simnet.plain import finite

from .options import Json
from .show import compile_engine, console, say_json, table, tell

NAME = "growth"


def command(
    peers: Annotated[
        bool, typer.Option("--peers", help="other packages too (pip install 'simnet[peers]')")
    ] = False,
    sweeps: Annotated[
        bool, typer.Option("--sweeps", help="only how sweeps use two workers and memory")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="smaller sizes, a few minutes")] = False,
    repetitions: Annotated[
        int,
        typer.Option("--repetitions", "-r", min=1, help="turns of each; the median counts"),
    ] = 3,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="folder for the picture")
    ] = Path("results/bench"),
    configs: Annotated[
        Path, typer.Option("--configs", metavar="DIR", help="folder of the shipped scenarios")
    ] = Path("configs"),
    as_markdown: Annotated[bool, typer.Option("--markdown", help="tables as Markdown")] = False,
    as_json: Json = False,
) -> None:
    """Measure the engines, textbook jobs, growth and memory, and judge them by the targets.

    Close other programs first: times are those of this machine with all that it does. The whole
    takes about half an hour, most of it in SimPy.
    """
    from simnet import bench
    from simnet.plots.style import save

    try:
        bench.refuse(configs, peers)
    except bench.BenchError as error:
        tell(error)
        raise typer.Exit(2) from None
    if sweeps:
        _sweeps(configs, quick, as_json)
        return
    _make(out)
    report = bench.measure(configs, peers, quick, repetitions, _say)
    pictures = save(bench.picture(report), out / NAME)
    if as_json:
        say_json(finite(bench.document(report)))
        return
    if as_markdown:
        typer.echo(bench.markdown(report), nl=False)
        return
    screen = console()
    screen.print(escape(bench.on_what(report)))
    for found in bench.tables(report):
        screen.print()
        screen.print(table(found.title, found.columns, found.rows, text=found.text))
        for note in found.notes:
            screen.print(escape(note), style="dim")
    screen.print()
    screen.print(escape(f"Pictures: {', '.join(str(path) for path in pictures)}"))


def _sweeps(configs: Path, quick: bool, as_json: bool) -> None:
    from simnet.bench.sweeping import sweeping

    compile_engine("compiled")
    found = sweeping(configs / "appliance-china.yaml", quick, _say)
    growth = found.memory[1] - found.memory[0]
    rows = [
        ("two workers against one", f"{found.speedup:.2f} times", "1.8", found.speedup >= 1.8),
        ("a run beside its simulation", f"{1000 * found.overhead:.2f} ms", "under 5",
         found.overhead < 0.005),
        (f"memory grown from {found.short // 10:,} to {found.short:,} runs",
         f"{growth / 2**20:.1f} MB", "under 20", growth < 20 * 2**20),
    ]  # fmt: skip
    if as_json:
        document = {"seconds": found.seconds, "overhead": found.overhead, "memory": found.memory}
        say_json(document)
        return
    lines = [[what, value, target, "yes" if met else "no"] for what, value, target, met in rows]
    console().print(table("Sweeps", ["", "measured", "wanted", "met"], lines))


def _say(what: str) -> None:
    """Progress."""
    tell(what)


def _make(folder: Path) -> None:
    """Before anything runs, so that no hour is lost."""
    from simnet.store import StoreError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}") from error
