"""Changes of a scenario, on whichever way they come: `--set`, `load`, an experiment's `set`, its
strategies and factors. All of them are laid on the document by `Document.lay`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from pydantic import BaseModel

from .document import Document, read_value
from .path import Path, dotted, parse_path, split_path
from .physical import whole
from .problem import Problem, ScenarioError, nearest, shown
from .scenario import Scenario
from .validate import sound_part, validate

_MISSING = object()


@dataclass(frozen=True)
class Change:
    """A value that is laid on one place of a scenario."""

    path: tuple[str, ...]
    value: Any
    where: str
    """where it was written"""
    level: bool = False
    """one of several values that are tried there: it may be the one that is there already"""


def read_change(assignment: str) -> Change:
    """The change that `path.to.value=YAML` says. Raises ScenarioError where it says none."""
    where = f"--set {assignment}"
    try:
        path, rest = split_path(assignment, "=")
    except ValueError as error:
        message = f"write path.to.value=new value ({error})"
        raise ScenarioError([Problem((), message, where)]) from error
    if not rest:
        raise ScenarioError([Problem((), "write path.to.value=new value", where)])
    if not rest[1:].strip():
        message = "nothing stands behind =; null takes a value away"
        raise ScenarioError([Problem((), message, where)])
    return Change(path, read_value(rest[1:], where), where)


def read_changes(assignments: Sequence[str]) -> list[Change]:
    """The changes that these say; a text alone is one of them."""
    return list(map(read_change, [assignments] if isinstance(assignments, str) else assignments))


def dotted_change(name: str, value: Any, where: str, level: bool = False) -> Change:
    """The change of the dotted path `name`. Raises ScenarioError where it is no path."""
    try:
        return Change(parse_path(name), value, where, level)
    except ValueError as error:
        raise ScenarioError([Problem((), f"'{name}' is no dotted path: {error}", where)]) from error


def changed(
    document: Document, changes: Sequence[Change], folder: File, before: Scenario | None = None
) -> Scenario:
    """The scenario of a document with changes; its `notes` name those that change nothing.

    before: the scenario of the document as far as it is sound, where it is there already.
    Raises ScenarioError with all problems found.
    """
    if not changes:
        return validate(document, folder)
    before = sound_part(document, folder) if before is None else before
    scenario = validate(laid(document, changes, before), folder)
    scenario.notes.extend(idle(document, changes, folder, before, scenario))
    return scenario


def laid(document: Document, changes: Sequence[Change], before: Scenario | None) -> Document:
    """The document with the changes. Raises ScenarioError for names that are not there.

    before: the scenario of the document, as far as it is sound; knows the names that come from
    files, rules and defaults.
    """
    over = document.copy()
    for change in changes:
        _refuse_unknown(over, change, before)
        said = len(over.notes)
        over.lay(change.path, change.value, change.where)
        if change.value is None:
            del over.notes[said:]  # `idle` says it
    return over


def idle(
    document: Document,
    changes: Sequence[Change],
    folder: File,
    before: Scenario | None,
    after: Scenario,
) -> Iterator[str]:
    """For each change without which the scenario would be the same, that it changes nothing."""
    for number, change in enumerate(changes):
        path = change.path
        over = any(path[: len(later.path)] == later.path for later in changes[number + 1 :])
        if change.level or not (over or _suspect(path, before, after)):
            continue
        others = [*changes[:number], *changes[number + 1 :]]
        try:
            without = validate(laid(document, others, before), folder)
        except ScenarioError:
            continue
        if whole(without) == whole(after):
            where = shown(change.where, 300)
            named = where if where.startswith("--set ") else f"{where}: {dotted(change.path)}"
            yield f"{named}: changes nothing"


def _suspect(path: Path, before: Scenario | None, after: Scenario) -> bool:
    """Whether a change of `path` may have changed nothing; quick, and right where it says no."""
    if before is None or path[:2] == ("outlets", "defaults"):  # outlets may have their own
        return True
    was, now = _at(before, path), _at(after, path)
    return was is now or bool(was == now)


def _refuse_unknown(document: Document, change: Change, before: Scenario | None) -> None:
    """A name on the way of a change that is in no mapping of named things is a mistake; so is the
    removal of what does not stand in the document."""
    for i, name in enumerate(change.path):
        mapping = change.path[:i]
        known = _names(before, mapping)
        written = _at(document.data, mapping)
        written = list(written) if isinstance(written, dict) else []
        if known is None or name in written:
            continue
        if name not in known and i < len(change.path) - 1:
            raise ScenarioError([_unknown(change, mapping, name, [*known, *written])])
        if name in known and i == len(change.path) - 1 and change.value is None:
            message = "comes from a file, a rule or a default, and cannot be removed by null"
            raise ScenarioError([Problem(change.path, message, change.where)])


def _unknown(change: Change, mapping: Path, name: str, known: list[str]) -> Problem:
    """The error that a change goes through `name`, which `mapping` does not have."""
    whole_name = next((k for k in known if k.startswith(f"{name}.")), None)
    at = dotted((*mapping, name))
    if whole_name is not None:
        right = dotted((*mapping, whole_name))
        message = (
            f"there is no '{name}' in {dotted(mapping)}; a name that holds a dot needs quotation "
            f"marks: {right}, and in a shell single ones around all of it: --set '{right}...'"
        )
    else:
        listed = ", ".join(list(dict.fromkeys(known))[:12]) or "none"
        more = ", ..." if len(known) > 12 else ""
        message = (
            f"there is no '{name}' in {dotted(mapping)}{nearest(name, known)} (there are: "
            f"{listed}{more}); a new one is given whole: {at}: {{...}}"
        )
    return Problem((*mapping, name), message, change.where)


def _names(scenario: Scenario | None, path: Path) -> list[str] | None:
    """The names in the mapping of named things at `path`; None where there is none."""
    found = None if scenario is None else _at(scenario, path)
    if not isinstance(found, Mapping):
        return None
    names = [str(name) for name in found]
    if path == ("markets", "places") and scenario is not None:
        names += scenario.markets.by_rule()
    return names


def _at(node: Any, path: Path) -> Any:
    """What stands at `path` of a scenario or of plain data."""
    for step in path:
        if isinstance(node, BaseModel):
            fields = type(node).model_fields.items()
            name = next((n for n, field in fields if (field.alias or n) == step), None)
            node = _MISSING if name is None else getattr(node, name)
        elif isinstance(node, Mapping):
            node = next((value for key, value in node.items() if str(key) == step), _MISSING)
        elif isinstance(node, list | tuple) and str(step).isdecimal() and len(str(step)) < 9:
            node = node[int(step)] if int(step) < len(node) else _MISSING
        else:
            return _MISSING
    return node
