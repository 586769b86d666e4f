"""`simnet audit`: is everything true of a run that must be? From its files alone."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Json
from .show import console, say_json, table, tell_broken

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="folder that simnet run wrote")]


def command(folder: RunFolder, as_json: Json = False) -> None:
    """Check a run's files again: end states, waits, parts, people's time, queues, money."""
    from simnet import store
    from simnet.audit import together

    runs = store.read(folder, pictures=True)
    audit = together([run.audit for run in runs])
    if as_json:
        say_json(audit.to_dict())
    else:
        rows = [
            [check.identity, f"{check.count:,} {check.things}",
             "holds" if not check.broken else f"broken {check.broken:,} times"]
            for check in audit.checks
        ]  # fmt: skip
        console().print(table("Audit", ["identity", "looked at", ""], rows))
    tell_broken(audit, f"do not rely on the run in {folder}")
