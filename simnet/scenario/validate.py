"""From a document to a scenario, or to the list of all that is wrong with it."""

import types
from collections.abc import Callable, Iterable
from pathlib import Path as File
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .document import Document
from .problem import Path, Problem, ScenarioError
from .references import reference_problems
from .scenario import Scenario
from .words import either, words

M = TypeVar("M", bound=BaseModel)


def validate(document: Document, folder: File) -> Scenario:
    """The scenario of a document; raises ScenarioError with all problems found."""
    notes: list[str] = []
    scenario = read_as(Scenario, document, folder, reference_problems, notes)
    vars(scenario)["places"] = document.places  # for errors that only show later
    vars(scenario)["notes"] = list(dict.fromkeys([*document.notes, *notes]))
    return scenario


def sound_part(document: Document, folder: File) -> Scenario | None:
    """The scenario of what is right in a document; None where nothing is."""
    return _read(Scenario, document, str(folder), [])[0]


def read_as(
    model: type[M],
    document: Document,
    folder: File,
    also: Callable[[M], Iterable[Problem]],
    notes: list[str] | None = None,
) -> M:
    """A document as this model; raises ScenarioError with all problems found.

    also: what else may be wrong with it, beside what single fields say; notes: gets what in its
    files was not used.
    """
    read, problems, removed = _read(model, document, str(folder), [] if notes is None else notes)
    if read is not None:
        holding = _beginnings(removed) | removed
        for problem in also(read):
            if not any(need in holding or _within(need, removed) for need in problem.needs):
                where = document.where(problem.path)
                problems.append(Problem(problem.path, problem.message, where))
    if problems or read is None:
        raise ScenarioError(_once(problems))
    return read


def _read(
    model: type[M], document: Document, folder: str, notes: list[str]
) -> tuple[M | None, list[Problem], set[Path]]:
    """A document as this model without what is wrong in it, the problems of that, and where it
    stood."""
    problems: list[Problem] = []
    removed: set[Path] = set()
    for _ in range(50):
        notes.clear()
        try:
            data = _without(document.data, (), removed, _beginnings(removed))
            context = {"folder": folder, "notes": notes}
            return model.model_validate(data, context=context), problems, removed
        except ValidationError as error:
            found = _innermost(
                _joined(_problem(detail, document, removed, model) for detail in error.errors())
            )
            # what holds a part that was taken out may be wrong only because that is missing
            holding = _beginnings(removed) | removed
            problems += [problem for problem in found if problem.path not in holding]
            newer = [problem for problem in problems if problem.path == ("format",)]
            if newer:  # all else may be right in it
                raise ScenarioError(newer) from error
            if len(found) > 1000:
                break
            # what is wrong is taken out, so that the rest can be looked at too
            out = set().union(
                *(_wider(_standing(p.path, document.data, removed), removed) for p in found)
            )
            if () in out:  # of nothing at all everything would be missing
                break
            removed |= out
    return None, problems, removed


def _joined(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each path: of a union, pydantic says for each choice why it is not that."""
    messages: dict[Path, list[str]] = {}
    where: dict[Path, str] = {}
    for problem in problems:
        where[problem.path] = problem.where
        messages.setdefault(problem.path, []).append(problem.message)
    return [Problem(path, either(said), where[path]) for path, said in messages.items()]


def _innermost(problems: list[Problem]) -> list[Problem]:
    """Without those of what holds another: of a union, also the choices that were not meant
    complain, and what is wrong with the whole shows again when its parts are right."""
    holding = _beginnings({problem.path for problem in problems})
    return [problem for problem in problems if problem.path not in holding]


def _once(problems: list[Problem]) -> list[Problem]:
    """Each path's first problem; others at or below it follow from the same mistake."""
    kept: list[Problem] = []
    paths: set[Path] = set()
    for problem in problems:
        if not _within(problem.path, paths):
            kept.append(problem)
            paths |= {problem.path} - {()}
    return kept


def _beginnings(paths: set[Path]) -> set[Path]:
    """Every path that holds one of `paths`."""
    return {path[:length] for path in paths for length in range(len(path))}


def _within(path: Path, paths: set[Path]) -> bool:
    """Whether `path` is one of `paths`, or below one."""
    return any(path[:length] in paths for length in range(len(path) + 1))


def _wider(path: Path, removed: set[Path]) -> set[Path]:
    """What to take out for an error at `path`: more around what was taken out below it, or all."""
    below = {r[:-1] for r in removed if r[: len(path)] == path and len(r) > len(path) + 1}
    return below - removed or {path}


def _standing(path: Path, data: Any, removed: set[Path]) -> Path:
    """The longest beginning of `path` that the document has and that was not taken out."""
    node, length = data, 0
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
        if path[: length + 1] in removed:
            break
        length += 1
    return path[:length]


def _without(node: Any, path: Path, removed: set[Path], holding: set[Path]) -> Any:
    """The data without what stands at `removed`; `holding` are the paths that hold any of it."""
    if path in removed:
        return {}
    if path not in holding:
        return node
    if isinstance(node, dict):
        return {
            key: _without(value, (*path, key), removed, holding)
            for key, value in node.items()
            if (*path, key) not in removed
        }
    return [
        _without(value, (*path, i), removed, holding)
        for i, value in enumerate(node)
        if (*path, i) not in removed
    ]


def _in_document(loc: tuple[str | int, ...], data: Any, removed: set[Path], missing: bool) -> Path:
    """The steps of pydantic's `loc` that the document has; tags of unions fall out."""
    path: Path = ()
    node = data
    for i, step in enumerate(loc):
        if isinstance(node, dict):
            key = step if step in node else next((k for k in node if str(k) == str(step)), None)
            if key is not None:
                path = (*path, key)
                node = node[key]
            elif missing and i == len(loc) - 1:
                path = (*path, step)
        elif isinstance(node, list) and isinstance(step, int):
            # positions are counted without the items that were taken out
            gone = sorted(int(r[-1]) for r in removed if r and r[:-1] == path)
            for item in gone:
                step += item <= step
            if step < len(node):
                path = (*path, step)
                node = node[step]
    return path


def _problem(
    detail: ErrorDetails, document: Document, removed: set[Path], root: type[BaseModel]
) -> Problem:
    loc = tuple(step for step in detail["loc"] if step != "[key]")
    path = _in_document(loc, document.data, removed, missing=detail["type"] == "missing")
    known = _known_names(loc[:-1], root) if detail["type"] == "extra_forbidden" else ()
    return Problem(path, words(detail, known), document.where(path))


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation may hold at this level or one container down."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    if get_origin(annotation) in (Union, types.UnionType) or get_origin(annotation) is not None:
        for argument in get_args(annotation):
            found += _models(argument)
    return found


def _known_names(loc: tuple[str | int, ...], root: type[BaseModel]) -> list[str]:
    """The names allowed where `loc` points to, found by walking the models."""
    models: list[type[BaseModel]] = [root]
    for step in loc:
        below: list[type[BaseModel]] = []
        for model in models:
            for name, info in model.model_fields.items():
                if step in (name, info.alias):
                    below += _models(info.annotation)
            tag = model.model_fields.get("law") or model.model_fields.get("curve")
            if tag is not None and step in get_args(tag.annotation):
                below.append(model)
        # a key of a mapping or a position leads to the same models
        models = below or models
    return sorted(
        {info.alias or name for model in models for name, info in model.model_fields.items()}
    )
