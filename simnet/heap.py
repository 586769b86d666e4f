"""Giving freed memory back to the machine.

The C library keeps what is freed for what may come, scattered among what is in use. After the
random numbers of a large run are gone, that would be a third of all that the run takes.
"""

import ctypes
import mmap
import sys
from functools import cache
from typing import Any

from numpy.typing import NDArray

_MMAP_THRESHOLD = -3
LARGE = 1 << 20
"""bytes of an array that are given back as soon as it is freed"""
MANY = 750_000
"""cases of a run from which on memory counts for more than the time that it costs to be sparing"""


@cache
def _glibc() -> Any:
    """The C library; None where it is another one."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "malloc_trim") else None


def spare(cases: int) -> None:
    """Before a run of so many cases: take care that what is freed is given back from now on."""
    library = _glibc()
    if library is not None and cases >= MANY:
        library.mallopt(_MMAP_THRESHOLD, LARGE)


def in_small_pages(array: NDArray[Any], cases: int) -> NDArray[Any]:
    """Let an array that is filled bit by bit take memory in small pages: dozens of them would
    each hold most of a large one for nothing. Returns it."""
    library = _glibc()
    if library is not None and cases >= MANY:
        first = -(-array.ctypes.data // mmap.PAGESIZE) * mmap.PAGESIZE
        size = array.ctypes.data + array.nbytes - first
        library.madvise(ctypes.c_void_p(first), ctypes.c_size_t(size), mmap.MADV_NOHUGEPAGE)
    return array


def give_back(cases: int) -> None:
    """Give back what is free by now, of a run of so many cases."""
    library = _glibc()
    if library is not None and cases >= MANY:
        library.malloc_trim(0)
