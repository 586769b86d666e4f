"""Philox4x32-10, a counter-based generator: the random number *is* a function of its address.

Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC11, section
3.3 and table 2. numpy has a Philox, but only as a sequence; here each row of an array has its
own address, so that one customer's numbers never depend on how many customers there are.
"""

import numpy as np
from numpy.typing import NDArray

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_CHUNK = 1 << 14  # rows at a time: the working set stays in the cache

Words = NDArray[np.uint64]


def philox4x32(counter: tuple[Words, Words, Words, Words], key: int) -> tuple[Words, ...]:
    """Four random 32-bit words for each row.

    counter: four arrays of one shape, 32-bit values held in uint64; key: 64 bits.
    Returns four arrays of that shape.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _HALF) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _HALF) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def uniforms(key: int, who: Words, index: Words, turn: Words) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1) with 53 bits, one for each address (who, index, turn).

    who: 64 bits; index and turn: 32 bits, held in uint64. Arrays of one shape (n,).
    """
    found = np.empty(len(index))
    for start in range(0, len(index), _CHUNK):
        part = slice(start, start + _CHUNK)
        a, b, _, _ = philox4x32(
            (index[part], turn[part], who[part] & _LOW, who[part] >> _HALF), key
        )
        found[part] = ((a >> np.uint64(5)) * 67108864.0 + (b >> np.uint64(6))) / 9007199254740992.0
    return found
