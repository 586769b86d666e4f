"""Files and folders under another name until they are whole, and what a killed process left."""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from simnet.process import lives, me

LONGEST = 100
"""bytes of a name that another one is made of"""


def _beginning(path: Path, kind: str) -> str:
    name = path.name
    bare = name.encode(errors="surrogateescape")
    if len(bare) > LONGEST:
        name = hashlib.blake2b(bare, digest_size=16).hexdigest()
    return f".{name}.{kind}-"


def name_for(path: Path, kind: str = "part") -> Path:
    """A hidden name beside `path` that tells which process uses it."""
    return path.with_name(f"{_beginning(path, kind)}{me()}")


def left_of(path: Path, kind: str = "part") -> list[Path]:
    """What stands beside `path` under such names of processes that live no more, oldest first."""
    return _left(path.parent, _beginning(path, kind), "")


def left_in(folder: Path, kind: str = "part") -> list[Path]:
    """The same, of all that is written in the folder."""
    return _left(folder, ".", f".{kind}-")


def _left(folder: Path, beginning: str, middle: str) -> list[Path]:
    found = []
    with contextlib.suppress(OSError):  # there is no folder yet, or it cannot be looked into
        for path in folder.iterdir():
            if path.name.startswith(beginning) and middle in path.name:
                with contextlib.suppress(OSError):  # somebody else clears it too
                    changed = path.lstat().st_mtime
                    name = path.name.removeprefix(beginning).rpartition(middle or beginning)[2]
                    if not lives(name, changed):
                        found.append((changed, path))
    return [path for _, path in sorted(found)]


def remove(path: Path) -> None:
    """A file or a folder, as far as it can be."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Name of a file to write, which takes the place of `path` when all went well.

    Raises OSError, and then leaves what was there.
    """
    part = name_for(path)
    try:
        yield part
        part.replace(path)
    finally:
        remove(part)
