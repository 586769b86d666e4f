"""A run's folder, read again."""

import contextlib
from pathlib import Path
from typing import Any

from simnet.plan import make_plan
from simnet.run import Run
from simnet.scenario import ScenarioError, parse

from .error import ReadError
from .folder import restore
from .seal import MANIFEST, opened, refuse_changed
from .tables import read_records


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the folder says of itself. Raises ReadError."""
    if not folder.exists():
        with contextlib.suppress(OSError):
            restore(folder.resolve())
    return opened(folder, MANIFEST)


def read(folder: Path, replication: int | None = None, pictures: bool = False) -> list[Run]:
    """The runs of a folder, one for each replication (or that one), as they were written.

    pictures: look whether these are whole too. Raises ReadError where the folder holds no run, one
    that is damaged, or one that this simnet cannot read.
    """
    document = read_manifest(folder)
    refuse_changed(folder, document, pictures)
    again = "run the scenario again with this simnet"
    try:
        plan = make_plan(parse(document["scenario"]))
    except ScenarioError as error:
        raise ReadError(f"{folder}: its scenario cannot be read: {error}; {again}") from error
    if list(plan.outlets) != document.get("outlets"):
        raise ReadError(f"{folder}: siting opens other outlets than then; {again}")
    try:
        return [
            Run(plan, read_records(folder, plan, number), document["seed"], number)
            for number in range(document["replications"])
            if replication in (None, number)
        ]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ReadError(f"{folder} cannot be read: {error}; {again}") from error
