"""A folder of results: there as a whole or not at all, and nobody's but our own files replaced.

Ours is what the folder's manifest lists, as long as it is as we wrote it. All else was put there by
somebody, and goes with the folder.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simnet.unfinished import left_of, name_for, remove

from .error import ReadError, StoreError
from .seal import KINDS, MANIFEST, PICTURES, changed, opened, text_of

RESULTS = Path("results")
"""where folders are written of which nobody said where"""
GENERIC = ("scenario", "experiment")
"""names of files that say nothing: `simnet init` gives them to everybody"""
VOLATILE = ("digest", "files", "written", "seconds", "runs")
"""in a manifest: what differs between two that say the same"""


def name_of(file: Path) -> str:
    """What results of a scenario or experiment file are called: as the file, or, where that says
    nothing, as its folder and the file: `mynet-scenario`."""
    above = file.absolute().parent.name if file.stem in GENERIC else ""
    return f"{above}-{file.stem}".strip("-. ") or "unnamed"


@dataclass
class Place:
    """Where results go."""

    given: Path
    """as the user writes it"""
    manifest: str
    chosen: bool
    """by the user, who wants what is there replaced"""
    real: Path
    """without links and steps up: the folder that we stand in may be one that is replaced"""
    seen: str
    """text of the manifest that was there before anything ran"""
    note: str = ""
    """what a reader should know"""

    @staticmethod
    def of(where: "Place | Path", manifest: str) -> "Place":
        """A folder that somebody chose, where it is no place yet. Raises StoreError."""
        return where if isinstance(where, Place) else place(where, "", manifest)

    @property
    def folder(self) -> Path:
        """Where the results are, as the user would write it."""
        return self.given.with_name(self.real.name)

    def say(self, note: str) -> None:
        """Add to the note."""
        self.note = f"{self.note}\n{note}".strip()


def place(out: Path | None, name: str, manifest: str = MANIFEST) -> Place:
    """Where to write: `out`, or results/`name` (see `whole`); asked before anything runs.

    manifest: the file by which such results are known. Raises StoreError where the folder cannot be
    written, or where `out` holds what is not ours to replace.
    """
    given = out if out is not None else RESULTS / name
    try:
        real = given.resolve()
        real.parent.mkdir(parents=True, exist_ok=True)
        if given.name in ("", "..") or given.parent.resolve() / given.name != real:
            given = real
        back = restore(real)
        found = Place(given, manifest, out is not None, real, text_of(real / manifest))
        for folder in back:
            found.say(f"{folder} was left hidden by a process that was killed, and is there again")
        if found.chosen:
            _refuse_foreign(given, real, manifest)
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreError(f"{given} cannot be written: {why}; give another --out") from error
    if not os.access(real.parent, os.W_OK):
        raise StoreError(f"{real.parent} cannot be written to; give another --out")
    return found


def _refuse_foreign(given: Path, real: Path, manifest: str) -> None:
    """Raise StoreError where it holds what we did not write, or not as it is now."""
    what = KINDS[manifest]
    if real.exists() and not real.is_dir():
        raise StoreError(f"{given} is a file; give another --out")
    if not real.is_dir() or not any(real.iterdir()):
        return
    if not (real / manifest).is_file():
        raise StoreError(f"{given} holds files that are no simnet {what}; give another --out")
    try:
        document = opened(real, manifest)
    except ReadError as error:
        raise StoreError(
            f"{given} holds files that are no simnet {what} that this one could replace ({error}); "
            "give another --out, or move it away"
        ) from error
    names = changed(real, document)
    edited = [name for name in names if (real / name).exists()]
    if edited:
        raise StoreError(
            f"{real / edited[0]} is not as simnet wrote it; move it away, or give another --out"
        )
    for path in real.rglob("*"):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
            raise StoreError(f"{path} is no plain file and could not be kept; give another --out")


def restore(folder: Path) -> list[Path]:
    """Bring back what processes that were killed left hidden, and clear what they left half-done.

    Returns the folders that are there again: `folder` itself, or one with a number beside it.
    """
    back = []
    for old in left_of(folder, "old"):
        target = _free(folder)
        old.rename(target)
        back.append(target)
    for crumb in [*left_of(folder), *left_of(folder, "gone")]:
        remove(crumb)
    return back


def _free(folder: Path) -> Path:
    """The folder's name where nothing stands there, else the first with a number that is free."""
    number, found = 1, folder
    while found.exists() or found.is_symlink():
        number += 1
        found = folder.with_name(f"{folder.name}-{number}")
    return found


@contextmanager
def whole(where: Place) -> Iterator[Path]:
    """A new folder to write and to `seal`, which goes to its place when all went well.

    An older one of ours is replaced where the user chose the folder, or where it says the same;
    otherwise, and where it cannot be replaced, the new one takes a free name with a number, which
    `where` then says. Raises StoreError where the disk says no; what was there then stays.
    """
    part = name_for(where.real)
    try:
        remove(part)
        part.mkdir(parents=True)
        yield part
        _put(where, part)
    except OSError as error:
        raise StoreError(
            f"{where.given} could not be written: {error.strerror or error}"
        ) from error
    finally:
        remove(part)


def _put(where: Place, part: Path) -> None:
    """Let the new folder take its place."""
    wanted, why = where.real, ""
    if where.chosen:
        meanwhile = text_of(wanted / where.manifest) != where.seen
        why = "other results were written there meanwhile" if meanwhile else ""
    else:
        number = 1
        while not _is_free(where.real) and not _says_the_same(where, part):
            number += 1
            where.real = wanted.with_name(f"{wanted.name}-{number}")
            why = "other results are there"
    if not (where.chosen and why):
        try:
            _carry(where, part)
            _swap(where.real, part)
            if not _stand_somewhere():
                where.say("the folder that you stand in was replaced: change to it again")
            if why:
                where.say(f"{where.given} stays ({why}); written to {where.folder}")
            return
        except OSError as error:
            why = f"it could not be replaced: {error.strerror or error}"
    where.real = _free(wanted)
    part.rename(where.real)
    where.say(f"{where.given} stays ({why}); written to {where.folder}")


def _stand_somewhere() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


def _is_free(folder: Path) -> bool:
    if folder.is_symlink() and not folder.exists():
        return False
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _says_the_same(where: Place, part: Path) -> bool:
    """Whether the folder holds the same results as the new one, so that nothing is lost."""
    try:
        old, new = opened(where.real, where.manifest), opened(part, where.manifest)
        return _said(old) == _said(new) and not changed(where.real, old)
    except ReadError:
        return False


def _said(document: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in document.items() if name not in VOLATILE}
    files = document["files"].items()
    return said | {"files": {name: kept for name, kept in files if not name.endswith(PICTURES)}}


def _carry(where: Place, part: Path) -> None:
    """Copy to the new folder what is in the old one and not ours. Raises OSError."""
    folder = where.real
    if not folder.is_dir():
        return
    ours = set()
    if (folder / where.manifest).is_file():
        document = opened(folder, where.manifest)
        ours = {*document["files"], where.manifest} - set(changed(folder, document))
    for root, folders, files in os.walk(folder):
        here = Path(root)
        for name in [*folders, *files]:
            path = here / name
            relative = path.relative_to(folder)
            if relative.as_posix() in ours:
                continue
            target = part / relative
            if path.is_dir() and not path.is_symlink():
                target.mkdir(exist_ok=True)
            else:
                shutil.copy2(path, _free(target), follow_symlinks=False)


def _swap(folder: Path, part: Path) -> None:
    """Put `part` in the place of `folder`; where that fails, all is as before. Raises OSError."""
    old, gone = name_for(folder, "old"), name_for(folder, "gone")
    try:
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    if old.exists():
        old.rename(gone)  # so that nobody takes it for the only one
        remove(gone)
