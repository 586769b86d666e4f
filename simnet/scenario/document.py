"""A YAML document with the place of everything in it: extending, merging and setting values."""

import re
import stat
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLWarning
from ruamel.yaml.scalarbool import ScalarBoolean

from .problem import Path, Problem, ScenarioError, place_of

Paths = set[Path]

MAX_NODES = 200_000
MAX_BYTES = 20_000_000
MAX_DEPTH = 40


@dataclass
class Document:
    """Plain data, and for each path the file and line where it was written."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, str] = field(default_factory=dict)

    def where(self, path: Path) -> str:
        """File and line of the longest known beginning of `path`."""
        return place_of(self.places, path)

    def update(self, over: "Document") -> None:
        """Lay `over` on this document: mappings merge, `null` removes, all else replaces."""
        replaced = Paths()
        self._merge(over, (), replaced)
        self._forget(replaced)
        self.places.update(over.places)

    def _merge(self, over: "Document", path: Path, replaced: Paths) -> None:
        mine, theirs = self._at(path), over._at(path)
        for key, value in theirs.items():
            below = (*path, key)
            if value is None and key in mine:
                del mine[key]
                replaced.add(below)
                continue
            if isinstance(value, dict) and isinstance(mine.get(key), dict):
                self._merge(over, below, replaced)
            else:
                mine[key] = value
                replaced.add(below)

    def set(self, assignment: str) -> None:
        """Carry out `path.to.value=YAML`; raises ScenarioError where that cannot be."""
        name, equals, text = assignment.partition("=")
        path = tuple(name.strip().split("."))
        where = f"--set {assignment}"
        if not equals or not all(path):
            raise ScenarioError([Problem((), "write path.to.value=new value", where)])
        self.put(path, _plain(_load_yaml(text.strip(), where), (), where, {}, [0]), where)

    def put(self, path: tuple[str, ...], value: Any, where: str) -> None:
        """Let `value`, written at `where`, stand at `path`; positions in lists count from 0.

        Raises ScenarioError for a position that a list does not have.
        """
        node: Any = self.data
        typed: Path = ()
        for i, step in enumerate(path):
            at: Any = _index(node, step, where) if isinstance(node, list) else step
            typed = (*typed, at)
            if i == len(path) - 1:
                node[at] = value
            else:
                below = node[at] if isinstance(node, list) else node.get(at)
                if not isinstance(below, dict | list):
                    node[at] = below = {}
                    self.places[typed] = where
                node = below
        self._forget({typed})
        self.places[typed] = where

    def lay(self, changes: dict[str, Any], where: str) -> None:
        """Lay changes, by dotted path, on this document: mappings merge, `null` removes."""
        for name, value in changes.items():
            path = tuple(name.split("."))
            try:
                there = self._at(path[:-1])
            except (KeyError, TypeError):
                there = None
            if isinstance(there, list):
                self.put(path, value, where)
                continue
            nested: Any = value
            for step in reversed(path):
                nested = {step: nested}
            self.update(Document(nested, dict.fromkeys(_paths(nested), where)))

    def _at(self, path: Path) -> Any:
        node: Any = self.data
        for step in path:
            node = node[step]
        return node

    def _forget(self, replaced: Paths) -> None:
        """Drop the places at and below the paths `replaced`."""
        self.places = {
            path: place
            for path, place in self.places.items()
            if not any(path[:length] in replaced for length in range(1, len(path) + 1))
        }


def _paths(node: Any, path: Path = ()) -> Iterator[Path]:
    """Every path of plain data."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from _paths(value, (*path, key))


def _index(node: list[Any], step: str, where: str) -> int:
    if not step.isdecimal() or len(step) > 9 or int(step) >= len(node):
        raise ScenarioError(
            [
                Problem(
                    (), f"'{step}' is no position in a list of {len(node)}, counted from 0", where
                )
            ]
        )
    return int(step)


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
    return node if not hasattr(node, "isoformat") else node.isoformat()[:10]


def read_document(file: File, _above: tuple[File, ...] = ()) -> Document:
    """Read a YAML file and the file that it extends.

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
    document = Document(places={(): name})
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
    whole = read_document(base_file, chain)
    whole.places[()] = name
    whole.update(document)
    return whole


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
        why = (str(error).strip().splitlines() or ["it cannot be read"])[0]
        raise ScenarioError([Problem((), f"this is no YAML: {why}", where)]) from error


def _broken(error: MarkedYAMLError, name: str, what: str) -> Problem:
    mark = error.problem_mark
    where = f"{name}, line {mark.line + 1}" if mark is not None else name
    lines = (error.problem or error.context or "it cannot be read").strip().splitlines()
    return Problem((), f"{what}: {lines[0].strip()}", where)
