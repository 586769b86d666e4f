"""A YAML document with the place of everything in it: extending, merging and setting values."""

from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .problem import Path, Problem, ScenarioError

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
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.places.get((), "")

    def update(self, over: "Document", path: Path = ()) -> None:
        """Lay `over` on this document: mappings merge, `null` removes, all else replaces."""
        mine, theirs = self._at(path), over._at(path)
        for key, value in theirs.items():
            below = (*path, key)
            if value is None and key in mine:
                del mine[key]
                continue
            if isinstance(value, dict) and isinstance(mine.get(key), dict):
                self._copy_place(over, below)
                self.update(over, below)
                continue
            mine[key] = value
            for place in [p for p in self.places if p[: len(below)] == below]:
                del self.places[place]
            for place, text in over.places.items():
                if place[: len(below)] == below:
                    self.places[place] = text

    def set(self, assignment: str) -> None:
        """Carry out `path.to.value=YAML`; raises ScenarioError where that cannot be."""
        name, equals, text = assignment.partition("=")
        path = tuple(name.strip().split("."))
        where = f"--set {assignment}"
        if not equals or not all(path):
            raise ScenarioError([Problem((), "write path.to.value=new value", where)])
        try:
            value = _plain(YAML(typ="rt").load(text), (), "", {}, [0])
        except YAMLError as error:
            raise ScenarioError([Problem((), f"the value is no YAML: {error}", where)]) from error
        node: Any = self.data
        for step in path[:-1]:
            if isinstance(node, list):
                node = node[_index(node, step, where)]
            else:
                if not isinstance(node.get(step), dict | list):
                    node[step] = {}
                node = node[step]
        if isinstance(node, list):
            node[_index(node, path[-1], where)] = value
        else:
            node[path[-1]] = value
        typed = tuple(int(step) if step.isdigit() else step for step in path)
        self.places[path] = self.places[typed] = where

    def _at(self, path: Path) -> Any:
        node: Any = self.data
        for step in path:
            node = node[step]
        return node

    def _copy_place(self, over: "Document", path: Path) -> None:
        if path in over.places:
            self.places[path] = over.places[path]


def _index(node: list[Any], step: str, where: str) -> int:
    if not step.isdigit() or int(step) >= len(node):
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
        found = {}
        for key, value in node.items():
            name = key if isinstance(key, str | float) else str(key)
            below = (*path, str(name))
            mark = getattr(node, "lc", None)
            try:
                places[below] = f"{file}, line {mark.key(key)[0] + 1}" if mark else file
            except (KeyError, TypeError):
                places[below] = file  # a key that came in by a merge (<<) has no line of its own
            found[name if isinstance(name, str) else float(name)] = _plain(
                value, below, file, places, count
            )
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
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, str):
        return str(node)
    return node if not hasattr(node, "isoformat") else node.isoformat()[:10]


def read_document(file: File, _above: tuple[File, ...] = ()) -> Document:
    """Read a YAML file and the file that it extends.

    Raises ScenarioError, with file and line, for a missing file, broken YAML, doubled keys, or
    files that extend each other in a circle.
    """
    name = str(file)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ScenarioError([Problem((), f"the file is larger than {MAX_BYTES:,} bytes", name)])
        loaded = YAML(typ="rt").load(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ScenarioError([Problem((), "there is no such file", name)]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([Problem((), "the file is not UTF-8 text", name)]) from error
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise ScenarioError([Problem((), f"the file cannot be read: {why}", name)]) from error
    except DuplicateKeyError as error:
        raise ScenarioError([_broken(error, name, "a key stands twice")]) from error
    except MarkedYAMLError as error:
        raise ScenarioError([_broken(error, name, "this is no YAML")]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ScenarioError([Problem((), f"this is no YAML: {error}", name)]) from error
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, dict):
        raise ScenarioError([Problem((), "a scenario is a mapping of names to values", name)])
    document = Document(places={(): name})
    try:
        document.data = _plain(loaded, (), name, document.places, [0])
    except RecursionError as error:
        raise ScenarioError([Problem((), "an alias holds itself", name)]) from error
    base = document.data.pop("extends", None)
    if base is None:
        return document
    where = document.where(("extends",))
    if not isinstance(base, str):
        raise ScenarioError([Problem(("extends",), "the name of one file is needed", where)])
    base_file = file.parent / base
    chain = (*_above, file.resolve())
    if base_file.resolve() in chain:
        circle = " -> ".join(link.name for link in (*chain, base_file))
        raise ScenarioError([Problem(("extends",), f"files extend each other: {circle}", where)])
    if not base_file.is_file():
        raise ScenarioError([Problem(("extends",), f"there is no file {base_file}", where)])
    whole = read_document(base_file, chain)
    whole.places[()] = name
    whole.update(document)
    return whole


def _broken(error: MarkedYAMLError, name: str, what: str) -> Problem:
    mark = error.problem_mark
    where = f"{name}, line {mark.line + 1}" if mark is not None else name
    return Problem((), f"{what}: {(error.problem or '').splitlines()[0].strip()}", where)
