"""A file that is there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from simnet.unfinished import left_of, remove, whole_file

from .step import TraceError


@contextmanager
def whole(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Text to write, under another name until it is complete.

    Raises TraceError where the path is a folder, a link or a device, or its folder is missing;
    OSError where writing fails, and then leaves what was there.
    """
    path = path.absolute()
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise TraceError(f"{path} is there already and no regular file; give another name")
    if not path.parent.is_dir():
        raise TraceError(f"{path.parent} is no folder; give another name")
    for old in left_of(path):
        remove(old)
    with whole_file(path) as part, part.open("w", encoding=encoding, newline="") as text:
        yield text
