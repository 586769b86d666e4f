"""`simnet init`: a commented scenario to start from."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder to make")],
) -> None:
    """Make a folder with a commented starter scenario, an outlet register, an editor schema."""
    from simnet import store

    for path in store.write_starter(folder):
        typer.echo(f"wrote {path}")
    typer.echo(f"next: simnet check {folder / 'scenario.yaml'}")
