"""A run's folder, read again."""

import json
from pathlib import Path
from typing import Any

from simnet.plan import make_plan
from simnet.run import Run
from simnet.scenario import ScenarioError, parse

from .error import ReadError
from .folder import MANIFEST
from .tables import read_records


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the folder says of itself. Raises ReadError."""
    file = folder / MANIFEST
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReadError(
            f"{folder} holds no run: there is no {file}; write one with simnet run"
        ) from error
    except (OSError, ValueError) as error:
        raise ReadError(f"{file} cannot be read: {error}") from error
    if not isinstance(document, dict) or "scenario" not in document:
        raise ReadError(f"{file} is not the manifest of a run")
    return document


def read(folder: Path, replication: int | None = None) -> list[Run]:
    """The runs of a folder, one for each replication (or that one), as they were written.

    Raises ReadError where the folder holds no run, or one that this simnet cannot read.
    """
    document = read_manifest(folder)
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
