"""Giving freed memory back to the machine.

The C library keeps what is freed for what may come, scattered among what is in use. After the
random numbers of a large run are gone, that would be a third of all that the run takes.
"""

import ctypes
import sys
from functools import cache
from typing import Any


_MMAP_THRESHOLD = -3
LARGE = 1 << 20
"""bytes of an array that are given back as soon as it is freed"""
MANY = 1 << 19
"""rows of a run from which on it is worth the time: to take memory anew costs more than to keep it
"""


@cache
def _glibc() -> Any:
    """The C library; None where it is another one."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "malloc_trim") else None


def spare(rows: int) -> None:
    """Before a run of so many rows: take care that what is freed is given back from now on."""
    library = _glibc()
    if library is not None and rows >= MANY:
        library.mallopt(_MMAP_THRESHOLD, LARGE)


def give_back(rows: int) -> None:
    """Give back what is free by now, of a run of so many rows."""
    library = _glibc()
    if library is not None and rows >= MANY:
        library.malloc_trim(0)
