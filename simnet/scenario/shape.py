"""What the models say of a path: which types may stand there, and which names are known."""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from .path import Path

Types = tuple[Any, ...]


def choices(annotation: Any) -> Types:
    """The types that an annotation allows, without what they are annotated with."""
    if get_origin(annotation) is Annotated:
        return choices(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(kind for one in get_args(annotation) for kind in choices(one))
    return (annotation,)


def at(model: type[BaseModel], path: Path) -> Types:
    """What may stand at `path` of a document of this model: annotations, of which any may do; none
    where no such path is known."""
    found: Types = (model,)
    for step in path:
        found = tuple(below for one in found for kind in choices(one) for below in _at(kind, step))
    return found


def _at(kind: Any, step: str | int) -> Types:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return tuple(
            Annotated[info.annotation, info]
            for name, info in kind.model_fields.items()
            if step == (info.alias or name)
        )
    if get_origin(kind) is dict:
        return (get_args(kind)[1],)
    return get_args(kind)[:1] if get_origin(kind) in (tuple, list) else ()


def may_be_none(model: type[BaseModel], path: Path) -> bool:
    """Whether `null` is a value at `path`, such as the promise of a tier that is promised
    nothing."""
    return any(kind is type(None) for one in at(model, path) for kind in choices(one))


def names(model: type[BaseModel]) -> list[str]:
    """The names of a model's fields, as they are written."""
    return [info.alias or name for name, info in model.model_fields.items()]
