"""Compiled functions on disk, each file with its digest beside it.

numba runs what it reads: a truncated file would be an error for ever, one with a flipped bit may be
the end of the process. Here a file that is not as it was written counts as none, and the function
is compiled anew, over it.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numba.core.caching import IndexDataCacheFile

DIGEST = ".digest"
"""end of the name of the file beside"""


def seal(function: Any) -> None:
    """Let what numba keeps of a function have digests."""
    file = getattr(function._cache, "_cache_file", None)
    if file is not None:  # else nothing is kept
        file.__class__ = _Sealed


class _Sealed(IndexDataCacheFile):  # type: ignore[misc]  # numba's
    """As numba's, which calls these."""

    def _load_index(self) -> Any:
        return super()._load_index() if _is_whole(Path(self._index_path)) else {}

    def _load_data(self, name: str) -> Any:
        path = Path(self._data_path(name))
        if not _is_whole(path):
            raise OSError(f"{path} is not as it was written")  # numba goes on without
        return super()._load_data(name)

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[Any]:
        with super()._open_for_write(filepath) as file:
            yield file
        path = Path(filepath)
        with super()._open_for_write(str(_beside(path))) as file:
            file.write(_digest(path).encode())


def _beside(path: Path) -> Path:
    return path.with_name(path.name + DIGEST)


def _digest(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _is_whole(path: Path) -> bool:
    try:
        return _beside(path).read_text("ascii") == _digest(path)
    except (OSError, ValueError):
        return False
