"""Philox4x32-10, a counter-based generator: the random number *is* a function of its address.

Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC11, section
3.3 and table 2. numpy has a Philox, but only as a sequence; here each row of an array has its
own address, so that one customer's numbers never depend on how many customers there are.
"""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Rows = NDArray[np.int64]


def is_ready() -> bool:
    """Whether the generator is compiled, here or on disk."""
    from simnet import jit

    from .philox_loop import fill, fill_at

    return jit.is_ready(fill) and jit.is_ready(fill_at)


def prepare() -> None:
    """Compile the generator, or read it from disk."""
    none = np.zeros(1, dtype=np.uint64)
    uniforms(0, none, none, none)
    uniforms(0, none, none, none, np.zeros(1, dtype=np.int64))


def uniforms(
    key: int, who: Words, index: Words, turn: Words, at: Rows | None = None
) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1) with 53 bits, one for each address (who, index, turn).

    who: 64 bits; index and turn: 32 bits, held in uint64. Arrays of shape (rows,), or (1,) for what
    all rows have in common; at: the rows to draw for, shape (n,), all of them where None.
    """
    # here, so that who only reads a scenario does not wait for the compiler
    from .philox_loop import fill, fill_at

    if at is not None:
        found = np.empty(len(at))
        fill_at(np.uint64(key), who, index, turn, at, found)
        return found
    lengths = {len(who), len(index), len(turn)}
    count = max(lengths) if 0 not in lengths else 0
    if not lengths <= {1, count}:
        raise ValueError(f"addresses of {sorted(lengths)} rows do not go together")
    found = np.empty(count)
    fill(np.uint64(key), who, index, turn, found)
    return found
