"""A YAML document with the place of everything in it: reading, extending, changing."""

import datetime
import re
import stat
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLWarning
from ruamel.yaml.scalarbool import ScalarBoolean

from .path import Path, dotted
from .problem import Problem, ScenarioError, place_of, shown
from .shape import may_be_none

Places = dict[Path, str | None]
PlaceOf = Callable[[Path], str | None]

KINDS = {"law", "curve"}
"""what a mapping says that is one of several kinds: it is whole, and merges with no other"""
MAX_NODES = 200_000
MAX_BYTES = 20_000_000
MAX_DEPTH = 40


@dataclass
class Document:
    """Plain data, and for each path the file and line where it was written."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, str] = field(default_factory=dict)
    model: type[BaseModel] | None = None
    """what it is a document of; says where `null` is a value"""
    notes: list[str] = field(default_factory=list)
    """what was laid on it without effect"""

    def where(self, path: Path) -> str:
        """File and line of the longest known beginning of `path`."""
        return place_of(self.places, path)

    def copy(self) -> "Document":
        """Another one of the same content."""
        return Document(_copied(self.data), dict(self.places), self.model, list(self.notes))

    def lay(self, path: Path, value: Any, where: str | Mapping[Path, str]) -> None:
        """Lay `value` on what stands at `path`, the one way in which anything is changed.

        A mapping merges with the one that is there, name by name; an empty mapping, one that says
        its kind (`law`, `curve`), a list or a single value takes the place of what is there; `null`
        removes it, but where a field may be null (no promise, no limit) it becomes so. Positions in
        lists count from 0.
        where: the place where the value was written, or that of each path of it.
        Raises ScenarioError for a position that a list does not have.
        """
        place = (lambda _: where) if isinstance(where, str) else where.get
        removes = value is None and not self._may_be_none(path)
        node: Any = self.data
        at: tuple[Any, ...] = ()
        came: Places = {}
        gone: set[Path] = set()
        for step in path[:-1]:
            at = (*at, _position(node, step, place(path)))
            below = node[at[-1]] if isinstance(node, list) else node.get(at[-1])
            if not isinstance(below, dict | list):
                if removes:
                    self._removes_nothing(path, place(path))
                    return
                node[at[-1]] = below = {}
                came[at] = place(path)
                gone.add(at)
            node = below
        at = (*at, _position(node, path[-1], place(path)))
        came |= self._put(node, at, value, place, gone)
        self._forget(gone)
        self.places.update((path, said) for path, said in came.items() if said)

    def _put(self, node: Any, path: Path, value: Any, place: PlaceOf, gone: set[Path]) -> Places:
        """Lay `value` on entry `path[-1]` of `node`. Adds to `gone` what does not stand as it did;
        returns the places of what came."""
        key: Any = path[-1]
        there = isinstance(node, list) or key in node
        if isinstance(value, dict) and value and not KINDS & set(value):
            if not (there and isinstance(node[key], dict)):
                node[key] = {}
                gone.add(path)
            came = {path: place(path)}
            for name, below in value.items():
                came |= self._put(node[key], (*path, name), below, place, gone)
            return came
        if value is None and not self._may_be_none(path):
            if not there:
                self._removes_nothing(path, place(path))
            elif isinstance(node, list):
                gone.update((*path[:-1], i) for i in range(key, len(node)))  # they move up
                del node[key]
            else:
                gone.add(path)
                del node[key]
            return {}
        node[key] = _copied(value)
        gone.add(path)
        return {path: place(path)} | {below: place(below) for below in _paths(value, path)}

    def _may_be_none(self, path: Path) -> bool:
        return self.model is not None and may_be_none(self.model, path)

    def _removes_nothing(self, path: Path, where: str | None) -> None:
        said = f"{shown(where or '', 300)}: {shown(dotted(path), 200)}"
        self.notes.append(f"{said}: null changes nothing, there is no such value")

    def _forget(self, gone: set[Path]) -> None:
        """Drop the places at and below the paths `gone`."""
        if gone:
            self.places = {
                path: place
                for path, place in self.places.items()
                if not any(path[:length] in gone for length in range(1, len(path) + 1))
            }


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node


def _paths(node: Any, path: Path = ()) -> Iterator[Path]:
    """Every path below `path` of plain data."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield (*path, key)
            yield from _paths(value, (*path, key))


def _position(node: Any, step: str | int, where: str | None) -> str | int:
    """`step` as a key of the mapping or a position in the list `node`."""
    if not isinstance(node, list):
        return step
    name = str(step)
    if not name.isdecimal() or len(name) > 9 or int(name) >= len(node):
        message = f"'{name}' is no position in a list of {len(node)}, counted from 0"
        raise ScenarioError([Problem((), message, where or "")])
    return int(name)


def _plain(node: Any, path: Path, file: str, places: dict[Path, str], count: list[int]) -> Any:
    """Plain dicts and lists; notes the place of every key, and refuses documents that explode."""
    count[0] += 1
    if count[0] > MAX_NODES or len(path) > MAX_DEPTH:
        raise ScenarioError(
            [
                Problem(
                    (),
                    f"more than {MAX_NODES:,} values or {MAX_DEPTH} levels "
                    "(aliases counted where they are used)",
                    file,
                )
            ]
        )
    if isinstance(node, dict):
        found: dict[str, Any] = {}
        for key, value in node.items():
            name = str(float(key)) if isinstance(key, float) else str(key)
            below = (*path, name)
            mark = getattr(node, "lc", None)
            try:
                places[below] = f"{file}, line {mark.key(key)[0] + 1}" if mark else file
            except (KeyError, TypeError):
                places[below] = file  # a key that came in by a merge (<<) has no line of its own
            if name in found:
                raise ScenarioError([Problem(below, "this key stands twice", places[below])])
            found[name] = _plain(value, below, file, places, count)
        return found
    if isinstance(node, list):
        found_list = []
        for i, value in enumerate(node):
            below = (*path, i)
            mark = getattr(node, "lc", None)
            try:
                places[below] = f"{file}, line {mark.item(i)[0] + 1}" if mark else file
            except (KeyError, TypeError):
                places[below] = file
            found_list.append(_plain(value, below, file, places, count))
        return found_list
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, ScalarBoolean):
        return bool(node)
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, str):
        count[0] += len(node) // 100  # long text in many places
        return str(node)
    return node.isoformat() if isinstance(node, datetime.date) else node


def read_document(
    file: File, model: type[BaseModel] | None = None, _above: tuple[File, ...] = ()
) -> Document:
    """Read a YAML file and the file that it extends, as a document of `model`.

    Raises ScenarioError, with file and line, for a missing file, broken YAML, doubled keys, or
    files that extend each other in a circle.
    """
    name = str(file)
    try:
        if stat.S_ISFIFO(file.stat().st_mode):  # nobody may ever write to it
            raise ScenarioError([Problem((), "this is a pipe; write it to a file first", name)])
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)  # no size is known of what is no plain file
        if len(content) > MAX_BYTES:
            raise ScenarioError([Problem((), f"the file is larger than {MAX_BYTES:,} bytes", name)])
        text = content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ScenarioError([Problem((), "there is no such file", name)]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([Problem((), "the file is not UTF-8 text", name)]) from error
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise ScenarioError([Problem((), f"the file cannot be read: {why}", name)]) from error
    except ValueError as error:
        raise ScenarioError([Problem((), f"this is no file name: {error}", name)]) from error
    loaded = _load_yaml(text, name)
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, dict):
        raise ScenarioError([Problem((), "a mapping of names to values is needed", name)])
    document = Document(places={(): name}, model=model)
    document.data = _plain(loaded, (), name, document.places, [0])
    base = document.data.pop("extends", None)
    if base is None:
        return document
    where = document.where(("extends",))
    if not isinstance(base, str):
        raise ScenarioError([Problem(("extends",), "the name of one file is needed", where)])
    base_file = file.parent / base
    chain = (*_above, file.resolve())
    try:
        found = base_file.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        raise ScenarioError([Problem(("extends",), f"there is no file {base_file}", where)])
    if base_file.resolve() in chain:
        circle = " -> ".join(link.name for link in (*chain, base_file))
        raise ScenarioError([Problem(("extends",), f"files extend each other: {circle}", where)])
    whole = read_document(base_file, model, chain)
    whole.places[()] = name
    for key, value in document.data.items():
        whole.lay((key,), value, document.places)
    return whole


def read_value(text: str, where: str) -> Any:
    """The YAML value `text`, written at `where`; raises ScenarioError where it is none."""
    return _plain(_load_yaml(text.strip(), where), (), where, {}, [0])


def _load_yaml(text: str, where: str) -> Any:
    """What ruamel reads from `text`; raises ScenarioError, whatever is wrong with it."""
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):  # ruamel's time grows with the square of it
        depth += 1 if bracket in "[{" else -1
        if depth > 5 * MAX_DEPTH:
            raise ScenarioError([Problem((), "this is nested too deep", where)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", YAMLWarning)  # an anchor may be used again
            return YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        raise ScenarioError([_broken(error, where, "a key stands twice")]) from error
    except MarkedYAMLError as error:
        raise ScenarioError([_broken(error, where, "this is no YAML")]) from error
    except RecursionError as error:
        raise ScenarioError([Problem((), "this is nested too deep", where)]) from error
    except Exception as error:  # ruamel answers odd tags and figures with errors of all kinds
        if no_days := list(_no_days(text, where)):
            raise ScenarioError(no_days) from error
        why = (str(error).strip().splitlines() or ["it cannot be read"])[0]
        raise ScenarioError([Problem((), f"this is no YAML: {why}", where)]) from error


def _no_days(text: str, name: str) -> Iterator[Problem]:
    """What is written as a day, and is none; ruamel does not say where."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in re.finditer(r"\b(\d{4})-(\d\d?)-(\d\d?)\b", line):
            try:
                datetime.date(*map(int, found.groups()))
            except ValueError:
                yield Problem((), f"there is no day {found[0]}", f"{name}, line {number}")


def _broken(error: MarkedYAMLError, name: str, what: str) -> Problem:
    mark = error.problem_mark
    where = f"{name}, line {mark.line + 1}" if mark is not None else name
    lines = (error.problem or error.context or "it cannot be read").strip().splitlines()
    return Problem((), f"{what}: {lines[0].strip()}", where)
