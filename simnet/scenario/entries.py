"""Entries of a mapping of named things from the rows of a table: outlets, markets."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError, ValidationInfo

from .csvfile import SAME, Row, read_table
from .path import parse_path
from .problem import nearest
from .shape import at, choices, names
from .words import either, without_value, words

FIELDS = {column: field for field, column in SAME.items()}
"""columns that have another name than their field"""
NEAR = 0.8
"""a column that is so much like a known one is meant to be it"""


def read_entries(
    file: Any,
    columns: Any,
    info: ValidationInfo,
    model: type[BaseModel],
    required: Sequence[str],
) -> dict[str, dict[str, Any]]:
    """Plain data of an entry for each row, by its name.

    A column is a field of the model, by name or by dotted path (`stock.pump.base_stock`); name,
    latitude and longitude stand for themselves. Fields whose cells are empty are not given.
    columns: what the file calls a column, by our name. Raises ValueError with file, line, column.
    """
    fields: set[str] = {*names(model), *FIELDS, "name"} - {*SAME}
    foreign = _foreign(columns, model, fields)
    simple = {name.casefold(): name for name in fields}

    def known(column: str) -> list[str]:
        if column == "name" or _annotation(model, column) is not None:
            return [column]
        like = column.casefold().replace(" ", "_")
        near = difflib.get_close_matches(like, simple, n=1, cutoff=NEAR)
        return [simple[near[0]]] if near else []

    readers: dict[str, TypeAdapter[Any]] = {}
    entries: dict[str, dict[str, Any]] = {}
    for row in read_table(file, info.context, ("name", *required), known, foreign):
        name = row.cells["name"]
        if not name or name in entries:
            raise row.fail("name", "is empty or stands twice")
        entries[name] = {}
        for column, text in row.cells.items():
            if column == "name":
                continue
            if text:
                value = _value(row, column, model, readers)
                _put(entries[name], parse_path(FIELDS.get(column, column)), value)
            elif column in required:
                raise row.fail(column, "is empty")
    return entries


def _foreign(columns: Any, model: type[BaseModel], fields: Iterable[str]) -> dict[str, str]:
    """The mapping of our names to those in the file, looked at."""
    if columns is None:
        return {}
    if not isinstance(columns, dict) or not all(
        isinstance(name, str) for pair in columns.items() for name in pair
    ):
        raise ValueError("columns: a mapping of our names to the names in the file is needed")
    for ours in columns:
        if ours != "name" and _annotation(model, ours) is None:
            raise ValueError(f"columns: '{ours}' is no column{nearest(ours, fields)}")
    named: dict[str, str] = columns
    return {SAME.get(ours, ours): theirs for ours, theirs in named.items()}


def _annotation(model: type[BaseModel], column: str) -> Any:
    """The type of what stands in a column; None where no such column is known."""
    try:
        found = at(model, parse_path(FIELDS.get(column, column)))
    except ValueError:
        return None
    return found[0] if found else None


def _value(
    row: Row, column: str, model: type[BaseModel], readers: dict[str, TypeAdapter[Any]]
) -> Any:
    """The cell as its field is written in a scenario; raises ValueError where it may not be."""
    annotation = _annotation(model, column)
    kinds = choices(annotation)
    text = row.cells[column]
    value: Any = text if str in kinds else row.value(column)
    if isinstance(value, float) and value.is_integer() and int in kinds:
        value = int(value)
    if tuple in (getattr(kind, "__origin__", None) for kind in kinds):
        value = [item.strip() for item in text.replace(";", ",").split(",")]
    if column not in readers:
        readers[column] = TypeAdapter(annotation)
    try:
        readers[column].validate_python(value)
    except ValidationError as error:
        why = either([without_value(words(detail)) for detail in error.errors()])
        raise row.fail(column, f"is wrong: {why}{row.hint(column)}") from error
    return value


def _put(node: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for step in path[:-1]:
        node = node.setdefault(step, {})
    node[path[-1]] = value
