"""Whether what the draws need is compiled."""

import numpy as np

from simnet import jit

from . import philox


def is_ready() -> bool:
    """Whether it is, here or on disk."""
    if not philox.is_ready():
        return False
    from . import loops

    return all(map(jit.is_ready, jit.entries(loops)))


def prepare() -> None:
    """Compile it, or read it from disk."""
    from . import loops

    philox.prepare()
    floats, words, ints = np.zeros(1), np.zeros(1, np.uint64), np.zeros(1, np.int32)
    short, wide = np.zeros(1, np.int16), np.zeros(1, np.int64)
    jit.prepare(loops.arrive, floats, floats, floats, floats)
    jit.prepare(loops.mark, np.zeros(1, np.bool_), 0, ints, np.zeros(1, np.uint8))
    jit.prepare(
        loops.addresses, wide, ints, ints, short, short, np.zeros(1, np.uint32), ints, 0, words,
        wide, short, words, words, words, words, words, ints, ints, short,
    )  # fmt: skip
