"""A folder of results: there as a whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .error import StoreError

MANIFEST = "manifest.json"
"""of a run"""
SWEEP = "sweep.json"
"""of a sweep"""
COMPARISON = "comparison.json"
"""of a comparison"""
KINDS = {MANIFEST: "run", SWEEP: "sweep", COMPARISON: "comparison"}


def prepare(folder: Path, manifest: str = MANIFEST) -> None:
    """Refuse, before anything runs, a folder that holds something else than such results.

    manifest: the file by which they are known. Raises StoreError.
    """
    what = KINDS[manifest]
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file; give another --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / manifest).is_file():
        raise StoreError(f"{folder} holds files that are no simnet {what}; give another --out")
    parent = folder.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{parent} cannot be made: {error.strerror}") from error
    if not os.access(parent, os.W_OK):
        raise StoreError(f"{parent} cannot be written to; give another --out")


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A new folder to write in, which takes the place of `folder` when all went well.

    Raises StoreError where the disk says no; what was there then stays.
    """
    folder = folder.absolute()
    part = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        yield part
        old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{folder} could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
