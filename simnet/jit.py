"""Functions compiled by numba, kept on disk under a key of everything that they are made of.

numba keeps a compiled function as long as the function's own file is the same. What it calls in
other files is compiled into it and would stay as it was, so the folder is named by all of SOURCES.
"""

import contextlib
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from simnet import process

F = TypeVar("F", bound=Callable[..., Any])

SOURCES = (
    "jit.py", "policies.py", "records.py", "plan/plan.py", "draws/cases.py", "draws/column.py",
    "draws/visits.py", "draws/philox_loop.py", "draws/loops.py", "kernel/*.py",
    "accounts/loops/*.py",
)  # fmt: skip
"""files of the package that compiled code and its constants come from"""
ROOM = 4 << 20
"""bytes; compiled functions take less"""
OPTIONS = {"nogil": True, "error_model": "numpy"}
INNER = {**OPTIONS, "forceinline": True}


@cache
def folder() -> Path:
    """Where compiled functions are kept: NUMBA_CACHE_DIR, else the user's cache folder, else (where
    that cannot be written) a folder for temporary files."""
    import llvmlite
    import numba
    import numpy

    key = hashlib.blake2b(digest_size=8)
    made_by = (numba.__version__, llvmlite.__version__, numpy.__version__)
    key.update(repr((made_by, platform.python_version(), OPTIONS)).encode())
    here = Path(__file__).parent
    for path in sorted(path for pattern in SOURCES for path in here.glob(pattern)):
        key.update(path.read_bytes())
    user = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("simnet")
    for root in (Path(user), Path(tempfile.gettempdir()) / f"simnet-{process.user()}"):
        found = root / key.hexdigest()
        if _is_ours(found):
            return found
    return Path(tempfile.mkdtemp(prefix="simnet-"))


def _is_ours(found: Path) -> bool:
    """Whether compiled code can be kept there, and nobody else could have put any there."""
    with contextlib.suppress(OSError):
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        if process.user() not in (None, found.stat().st_uid):
            return False
        with tempfile.TemporaryFile(dir=found) as file:
            file.write(b"" if any(found.iterdir()) else bytes(ROOM))
        return True
    return False


@contextlib.contextmanager
def _our_folder() -> Iterator[None]:
    """numba settles where a function is kept when it is decorated."""
    from numba import config

    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder())
    try:
        yield
    finally:
        config.CACHE_DIR = before


def inner(function: F) -> F:
    """Let compiled functions call this one, which is compiled as a part of them.

    Registered and not compiled by itself: numba would else compile it anew for each constant that
    it is called with.
    """
    from numba.extending import register_jitable

    found: F = register_jitable(**INNER)(function)
    return found


def entry(function: F) -> F:
    """Compile a function that Python calls, once; later processes read it from `folder()`."""
    import numba

    from .sealed import seal

    with _our_folder():
        found: F = numba.njit(function, cache=True, **OPTIONS)
    seal(found)
    return found


def plain(function: F) -> F:
    """An `entry` as plain Python."""
    found: F = vars(function)["py_func"]
    return found


def entries(module: Any) -> list[Any]:
    """Each `entry` of a module."""
    return [f for f in vars(module).values()
            if hasattr(f, "py_func") and f.py_func.__module__ == module.__name__]  # fmt: skip


def prepare(function: Any, *arguments: Any) -> None:
    """Compile an `entry` for arguments like these, or read it from disk, without calling it."""
    import numba

    if not function.signatures:  # to look up the types takes as long as a small run
        function.compile(tuple(numba.typeof(argument) for argument in arguments))


def is_ready(function: Any) -> bool:
    """Whether an `entry` need not be compiled any more."""
    kept, name = Path(function.stats.cache_path), function.py_func.__qualname__
    return bool(function.signatures) or any(kept.glob(f"*.{name}-*.nbi"))
