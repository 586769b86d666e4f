"""From a YAML file to a scenario, or to the list of all that is wrong with it."""

import types
from collections.abc import Sequence
from pathlib import Path as File
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .document import Document, read_document
from .problem import Path, Problem, ScenarioError, dotted, nearest
from .references import reference_problems
from .scenario import Scenario


def load(path: str | File, changes: Sequence[str] = ()) -> Scenario:
    """Read the scenario file `path`, with `changes` such as `"outlets.site.n=40"`.

    Raises ScenarioError, which names file, line, path, value and remedy of every error.
    """
    file = File(path)
    document = read_document(file)
    for change in changes:
        document.set(change)
    return validate(document, file.parent)


def parse(data: dict[str, Any], folder: str | File = ".") -> Scenario:
    """A scenario from plain data; CSV files are looked up in `folder`. Raises ScenarioError."""
    return validate(Document(data), File(folder))


def validate(document: Document, folder: File) -> Scenario:
    """The scenario of a document; raises ScenarioError with all problems found."""
    context = {"folder": str(folder)}
    problems: list[Problem] = []
    data = document.data
    for _ in range(50):
        try:
            scenario = Scenario.model_validate(data, context=context)
            break
        except ValidationError as error:
            details = error.errors()
            found = [_problem(detail, document) for detail in details]
            problems += [problem for problem in found if problem not in problems]
            # what is wrong is taken out, so that the rest can be looked at too
            pruned = data
            for problem in found:
                pruned = _without(pruned, problem.path)
            if pruned == data or not found:
                raise ScenarioError(_once(problems)) from None
            data = pruned
    else:
        raise ScenarioError(_once(problems))
    removed = {problem.path for problem in problems}
    for problem in reference_problems(scenario):
        if not any(_follows(problem, path) for path in removed):
            problems.append(Problem(problem.path, problem.message, document.where(problem.path)))
    if problems:
        raise ScenarioError(_once(problems))
    return scenario


def _once(problems: list[Problem]) -> list[Problem]:
    """Each path's first problem; others at or below it follow from the same mistake."""
    kept: list[Problem] = []
    for problem in problems:
        if not any(k.path and problem.path[: len(k.path)] == k.path for k in kept):
            kept.append(problem)
    return kept


def _follows(problem: Problem, removed: Path) -> bool:
    """Whether a name may be missing only because a broken part was taken out."""
    below = problem.path[: len(removed)] == removed
    return below or (bool(removed) and problem.message.startswith(f"'{removed[-1]}' is no "))


def _without(data: Any, path: Path) -> Any:
    if not path:
        return {}
    head, rest = path[0], path[1:]
    if isinstance(data, dict) and head in data:
        if not rest:
            return {key: value for key, value in data.items() if key != head}
        return {**data, head: _without(data[head], rest)}
    if isinstance(data, list) and isinstance(head, int) and head < len(data):
        if not rest:
            return [*data[:head], *data[head + 1 :]]
        return [*data[:head], _without(data[head], rest), *data[head + 1 :]]
    return data


def _in_document(loc: tuple[str | int, ...], data: Any, missing: bool) -> Path:
    """The steps of pydantic's `loc` that the document has; tags of unions fall out."""
    path: list[str | int] = []
    node = data
    for i, step in enumerate(loc):
        if isinstance(node, dict):
            key = next((k for k in node if str(k) == str(step)), None)
            if key is not None:
                path.append(key)
                node = node[key]
            elif missing and i == len(loc) - 1:
                path.append(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            path.append(step)
            node = node[step]
    return tuple(path)


def _problem(detail: ErrorDetails, document: Document) -> Problem:
    kind, value = detail["type"], detail.get("input")
    loc = tuple(step for step in detail["loc"] if step != "[key]")
    path = _in_document(loc, document.data, missing=kind == "missing")
    message = detail["msg"]
    if kind == "extra_forbidden":
        known = _known_names(loc[:-1])
        message = f"unknown name '{loc[-1]}'{nearest(loc[-1], known)}"
        if known and "did you mean" not in message:
            message += f" (known: {', '.join(sorted(known))})"
    elif kind == "missing":
        message = "is missing"
    elif kind == "value_error":
        message = message.removeprefix("Value error, ") + _shown(value)
    elif kind == "union_tag_invalid":
        tag = detail["ctx"]["tag"]
        known_tags = detail["ctx"]["expected_tags"].replace("'", "").split(", ")
        message = f"unknown kind '{tag}'{nearest(tag, known_tags)} (known: {', '.join(known_tags)})"
    elif kind == "union_tag_not_found":
        message = "a number, or a mapping with its kind (law: or curve:), is needed" + _shown(value)
    elif kind == "literal_error":
        expected = detail["ctx"]["expected"]
        names = expected.replace("'", "").replace(" or ", ", ").split(", ")
        message = f"{_value(value)} is not one of {expected}{nearest(value, names)}"
    else:
        message = message[0].lower() + message[1:] + _shown(value)
    return Problem(path, message, document.where(path))


def _value(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _shown(value: Any) -> str:
    if isinstance(value, dict | list | tuple | BaseModel):
        return ""
    return f", but it is {_value(value)}"


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation may hold at this level or one container down."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    if get_origin(annotation) in (Union, types.UnionType) or get_origin(annotation) is not None:
        for argument in get_args(annotation):
            found += _models(argument)
    return found


def _known_names(loc: tuple[str | int, ...]) -> list[str]:
    """The names allowed where `loc` points to, found by walking the models."""
    models: list[type[BaseModel]] = [Scenario]
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


__all__ = ["ScenarioError", "dotted", "load", "parse"]
