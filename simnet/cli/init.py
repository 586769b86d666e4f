"""`simnet init`: a commented scenario to start from."""

from pathlib import Path
from typing import Annotated

import typer

from .show import say


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder to make")],
) -> None:
    """Make a folder with a commented starter scenario, an outlet register, an editor schema."""
    from simnet import store

    for path in store.write_starter(folder):
        say(f"wrote {path}")
    say(f"next: simnet check {folder / 'scenario.yaml'}")
