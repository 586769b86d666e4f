"""Amounts that a scenario does not write: defaults in EUR, brought into its currency."""

from typing import Any, TypeVar

from pydantic import BaseModel

from .path import Path
from .quantity import InEuros

T = TypeVar("T")


def in_currency(value: T, level: float) -> T:
    """A part of a scenario, with each default amount in it that is not written `level` times as
    high."""
    return value if level == 1 else _scaled(value, level)


def _scaled(node: Any, level: float) -> Any:
    if isinstance(node, BaseModel):
        found = {name: _scaled(getattr(node, name), level) for name in type(node).model_fields}
        found |= {name: getattr(node, name) * level for name in _defaults(node)}
        changed = {name: new for name, new in found.items() if new is not getattr(node, name)}
        return node.model_copy(update=changed) if changed else node
    if isinstance(node, dict):
        return {name: _scaled(item, level) for name, item in node.items()}
    if isinstance(node, tuple) and any(isinstance(item, BaseModel) for item in node):
        return tuple(_scaled(item, level) for item in node)
    return node


def unwritten(node: Any, path: Path = ()) -> list[Path]:
    """Where in a part of a scenario an amount stands that is a default in EUR."""
    if isinstance(node, BaseModel):
        below = [(name, getattr(node, name)) for name in type(node).model_fields]
        own = [(*path, name) for name in _defaults(node)]
        return own + [at for name, item in below for at in unwritten(item, (*path, name))]
    if isinstance(node, dict):
        return [at for name, item in node.items() for at in unwritten(item, (*path, name))]
    return []


def _defaults(model: BaseModel) -> list[str]:
    """Names of the fields whose amount is not written."""
    return [
        name
        for name, field in type(model).model_fields.items()
        if name not in model.model_fields_set
        and any(isinstance(mark, InEuros) for mark in field.metadata)
    ]
