"""Philox4x32-10, compiled. Importing this module imports the compiler: see `philox.uniforms`.

Addresses are read block by block, so that the ten rounds work on plain arrays, several rows with
one instruction.
"""

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry, inner

Words = NDArray[np.uint64]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF, _FIVE, _SIX = np.uint64(32), np.uint64(5), np.uint64(6)
_BLOCK = 512


@inner
def _rounds(
    key: np.uint64, who: Words, index: Words, turn: Words, found: NDArray[np.float64]
) -> None:
    """Uniform numbers of addresses that lie side by side, all shape (n,)."""
    for i in range(len(found)):
        c0, c1, c2, c3 = index[i], turn[i], who[i] & _LOW, who[i] >> _HALF
        k0, k1 = key & _LOW, key >> _HALF
        for _ in range(10):
            p0, p1 = _M0 * c0, _M1 * c2
            c0, c1, c2, c3 = (
                (p1 >> _HALF) ^ c1 ^ k0,
                p1 & _LOW,
                (p0 >> _HALF) ^ c3 ^ k1,
                p0 & _LOW,
            )
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        high, low = np.int32(c0 >> _FIVE), np.int32(c1 >> _SIX)
        found[i] = (high * 67108864.0 + low) / 9007199254740992.0


@inner
def _copy(words: Words, start: int, block: Words) -> None:
    """A block of `words`, which has one word for all rows or one for each."""
    if len(words) == 1:
        block[:] = words[0]
    else:
        block[:] = words[start : start + len(block)]


@inner
def _pick(words: Words, at: NDArray[np.int64], start: int, block: Words) -> None:
    """The words of a block of the rows `at`."""
    for i in range(len(block)):
        block[i] = words[0 if len(words) == 1 else at[start + i]]


@entry
def fill(key: np.uint64, who: Words, index: Words, turn: Words, found: NDArray[np.float64]) -> None:
    """Fill `found`, shape (n,), with the numbers of the addresses, each shape (n,) or (1,)."""
    block = np.empty((3, _BLOCK), np.uint64)
    for start in range(0, len(found), _BLOCK):
        size = min(_BLOCK, len(found) - start)
        a, b, c = block[0, :size], block[1, :size], block[2, :size]
        _copy(who, start, a)
        _copy(index, start, b)
        _copy(turn, start, c)
        _rounds(key, a, b, c, found[start : start + size])


@entry
def fill_at(
    key: np.uint64, who: Words, index: Words, turn: Words,
    at: NDArray[np.int64], found: NDArray[np.float64],
) -> None:  # fmt: skip
    """The same for the rows `at` of the addresses; `at` and `found` have the shape (n,)."""
    block = np.empty((3, _BLOCK), np.uint64)
    for start in range(0, len(found), _BLOCK):
        size = min(_BLOCK, len(found) - start)
        a, b, c = block[0, :size], block[1, :size], block[2, :size]
        _pick(who, at, start, a)
        _pick(index, at, start, b)
        _pick(turn, at, start, c)
        _rounds(key, a, b, c, found[start : start + size])
