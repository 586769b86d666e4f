"""`simnet sweep`: simulate the strategies of an experiment, compare them, write the pictures."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from .options import STORE, Changes, Json, Seed, Statistics, Store
from .progress import SweepBar
from .show import compile_engine, console, plural, say_json, tell
from .verdict import show_answer, show_comparison, show_failed

if TYPE_CHECKING:
    from rich.console import Console

    from simnet.experiment import Comparison, Sweep


MOST = 8
"""warnings of the baseline"""


def command(
    experiment: Annotated[Path, typer.Argument(metavar="EXPERIMENT", help="experiment file, YAML")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="folder to write, older results in it replaced "
            "[results/NAME-OF-FILE, never replaced by others]",
        ),
    ] = None,
    store: Store = STORE,
    replications: Annotated[
        int | None,
        typer.Option("--replications", "-r", min=1, help="instead of the experiment's"),
    ] = None,
    seed: Seed = None,
    changes: Changes = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=-1, help="processes; -1: all cores")
    ] = -1,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="work on a Dask cluster, such as tcp://host:8786"
        ),
    ] = None,
    tls_ca: Annotated[
        str | None, typer.Option("--tls-ca", metavar="FILE", help="authority of the cluster's TLS")
    ] = None,
    tls_cert: Annotated[
        str | None, typer.Option("--tls-cert", metavar="FILE", help="our certificate")
    ] = None,
    tls_key: Annotated[
        str | None, typer.Option("--tls-key", metavar="FILE", help="our key")
    ] = None,
    statistics: Statistics = False,
    as_json: Json = False,
) -> None:
    """Simulate the strategies of an experiment with the same random numbers, and compare them.

    Runs that are kept already are not simulated again; interrupted, the same command goes on.
    """
    from simnet import store as folders
    from simnet.experiment import Experiment, Tls, of_sweep, sweep
    from simnet.process import exit_code

    asked = Experiment.read(experiment, tuple(changes or ()))
    given = {"replications": replications, "seed": seed}
    question = asked.changed({name: value for name, value in given.items() if value is not None})
    where = folders.place(out, folders.name_of(experiment), folders.SWEEP)
    if cluster is None:
        compile_engine("compiled")
    began = time.monotonic()
    with SweepBar(question.name, next(iter(question.responses))) as bar:
        try:
            found = sweep(
                asked, store=store, jobs=jobs, cluster=cluster,
                tls=Tls(tls_ca, tls_cert, tls_key), watch=bar.update,
            )  # fmt: skip
        except KeyboardInterrupt as error:
            bar.stop()
            tell(
                f"interrupted; {bar.kept} of {plural(bar.counts.wanted, 'run')} are kept in "
                f"{store}: the same command goes on from there"
            )
            raise typer.Exit(exit_code(error)) from None
    spent = time.monotonic() - began
    usable, least, _ = _sizes(found)
    comparison = found.comparison() if usable > 1 and least > 1 else None
    pictures = folders.write_sweep(where, found, comparison, of_sweep(found, comparison))
    tell(where.note)
    if as_json:
        document = folders.sweep_document(found, comparison)
        say_json({"folder": str(where.folder), **document}, default=str)
    else:
        screen = console()
        _show(screen, found, comparison, statistics, spent)
        screen.print(f"Written to {where.folder}")
        for picture in pictures:
            if picture.suffix == ".png":
                screen.print(f"  {picture}")
    if found.failed:
        show_failed(found.failed)
        raise typer.Exit(1)


def _doubts(found: "Sweep", best: str) -> list[str]:
    """What `simnet check` warns of in the strategy that others are compared with, and in the best,
    each doubt once."""
    from simnet import estimate
    from simnet.plan import make_plan

    told: dict[str, str] = {}
    for strategy in found.strategies:
        if strategy.name in {found.baseline, best} - found.failed.keys():
            network = estimate.Network(make_plan(strategy.scenario)).settled()
            for said in estimate.warnings(network):
                if said not in found.notes:
                    told.setdefault(said, strategy.name)
    return [f"{name}: {said}" for said, name in told.items()]


def _sizes(found: "Sweep") -> tuple[int, int, int]:
    """Strategies that were simulated, and the least and the most replications of one."""
    each = found.runs["strategy"].value_counts().tolist() if len(found.runs) else []
    return len(each), min(each, default=0), max(each, default=0)


def _show(
    screen: "Console", found: "Sweep", comparison: "Comparison | None", statistics: bool,
    spent: float,
) -> None:  # fmt: skip
    """What was simulated, what it says, and what nobody should overlook."""
    question, counts = found.question, found.counts
    usable, least, most = _sizes(found)
    screen.print(
        f"[bold]{escape(question.name)}[/bold]: "
        f"{len(found.strategies)} strategies, {plural(most, 'replication')}"
        f"{' of those that may be best' if most > least else ''}, "
        f"seed {found.seed}; {plural(counts.simulated, 'simulation')}, "
        f"{counts.saved:,} saved by prices alone, {counts.found:,} runs kept from before; "
        f"{spent:.1f} s"
    )
    if comparison is not None and question.sensitivity is None:
        show_comparison(screen, comparison, statistics, question.kind)
    if usable > 1 and least == 1:
        screen.print(
            "[yellow]One replication tells nothing about chance: nothing is compared, and no "
            "picture is drawn. Give -r 2 or more; what is simulated is kept.[/yellow]"
        )
    if found.failed:
        screen.print(
            f"[bold]Warning[/bold]: {len(found.failed)} of {len(found.strategies)} strategies "
            "failed (see below), and are in none of these answers"
        )
    show_answer(screen, found.answer)
    for note in found.notes:
        screen.print(f"[yellow]{escape(note)}[/yellow]", soft_wrap=True)
    doubts = _doubts(found, comparison.best if comparison is not None else "")
    for warning in doubts[:MOST]:
        screen.print(f"[bold]Warning[/bold]: {escape(warning)}", soft_wrap=True)
    if len(doubts) > MOST:
        screen.print(f"and {len(doubts) - MOST} more such warnings: see simnet check")
