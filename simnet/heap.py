"""Memory of large runs: what is freed is given back to the machine, and what the records take is
kept for the next run.

The C library keeps what is freed for what may come, scattered among what is in use. After the
random numbers of a large run are gone, that would be a third of all that the run takes.
"""

import ctypes
import mmap
import sys
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
MANY = 750_000
"""cases of a run from which on memory counts for more than the time that it costs to be sparing"""
LARGE = 1 << 20
"""bytes of an array that are then given back as soon as it is freed"""
KEPT, KEPT_IN_ALL = 32 << 20, 1 << 29
"""bytes of an array, and of all that is free, that are else kept for the next run"""
_sparing: bool | None = None
_kept: dict[str, Bytes] = {}
"""what the records of the last large run took, by name, and nothing uses any more"""


@cache
def _glibc() -> Any:
    """The C library; None where it is another one."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "malloc_trim") else None


def spare(cases: int) -> None:
    """At the beginning of a run of so many cases: be sparing, or keep what is freed for the next
    run. A run that has to take its memory anew from the machine takes up to twice as long."""
    global _sparing  # as the C library, which it tells of, is one for the whole process
    library, before = _glibc(), _sparing
    _sparing = cases >= MANY
    if not _sparing:
        _kept.clear()
    if library is not None and _sparing != before:
        library.mallopt(_MMAP_THRESHOLD, LARGE if _sparing else KEPT)
        library.mallopt(_TRIM_THRESHOLD, LARGE if _sparing else KEPT_IN_ALL)


class _Loan:
    """Memory of which numpy makes an array; when no array uses it any more, it is kept."""

    def __init__(self, name: str, block: Bytes, rows: int, kind: np.dtype[Any]) -> None:
        self.name, self.block = name, block
        data = (block.ctypes.data, False)
        self.__array_interface__ = {
            "version": 3, "shape": (rows,), "typestr": kind.str, "data": data,
        }  # fmt: skip

    def __del__(self, kept: dict[str, Bytes] = _kept) -> None:  # there when the process ends, too
        if self.name:
            kept[self.name] = self.block


def lasting(name: str, rows: int, kind: Any, cases: int) -> NDArray[Any]:
    """An array without values for the records of a run of so many cases, shape (rows,).

    Of a large run it lies where that of the same name lay in the run before, if nothing uses that
    any more: to take some gigabytes anew from the machine can take as long as to simulate.
    """
    kind = np.dtype(kind)
    if cases < MANY:
        return np.empty(rows, kind)
    size = max(1, rows * kind.itemsize)
    block = _kept.pop(name, None)
    if block is None or not size <= len(block) <= 2 * size:
        block = in_small_pages(np.empty(size + size // 16, np.uint8), cases)
    return np.asarray(_Loan(name, block, rows, kind))


def longer(array: NDArray[Any], name: str, rows: int, cases: int) -> NDArray[Any]:
    """An array of `lasting` with so many rows at least, which begins with those of this one and
    takes its place."""
    more = lasting(name, max(rows, len(array) + len(array) // 8), array.dtype, cases)
    more[: len(array)] = array
    if isinstance(array.base, _Loan):
        array.base.name = ""  # kept, it would be there twice as long as the run lasts
    return more


def in_small_pages(array: NDArray[Any], cases: int) -> NDArray[Any]:
    """Let an array that is filled bit by bit take memory in small pages: dozens of them would
    each hold most of a large one for nothing, some 25 MB in all. Of very many cases that is a small
    part, and large pages are quicker. Returns the array."""
    library = _glibc()
    if library is not None and MANY <= cases < 4 * MANY:
        first = -(-array.ctypes.data // mmap.PAGESIZE) * mmap.PAGESIZE
        size = array.ctypes.data + array.nbytes - first
        library.madvise(ctypes.c_void_p(first), ctypes.c_size_t(size), mmap.MADV_NOHUGEPAGE)
    return array


def give_back(cases: int) -> None:
    """Give back what is free by now, of a run of so many cases."""
    library = _glibc()
    if library is not None and cases >= MANY:
        library.malloc_trim(0)
