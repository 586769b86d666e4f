"""From a YAML file, or from plain data, to a scenario."""

from collections.abc import Sequence
from pathlib import Path as File
from typing import Any

from .changes import changed, read_changes
from .document import Document, read_document
from .scenario import Scenario
from .validate import validate


def load(path: str | File, changes: Sequence[str] = ()) -> Scenario:
    """Read the scenario file `path`, with `changes` such as `["outlets.site.n=40"]`.

    Raises ScenarioError, which names file, line, path, value and remedy of every error.
    """
    file = File(path)
    document = read_document(file, Scenario)
    return changed(document, read_changes(changes), file.parent)


def parse(data: dict[str, Any], folder: str | File = ".") -> Scenario:
    """A scenario from plain data; CSV files are looked up in `folder`. Raises ScenarioError."""
    return validate(Document(data), File(folder))
