"""Named streams: a random number belongs to a purpose and an individual, never to a position."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .philox import Rows, uniforms

Floats = NDArray[np.float64]


def name_key(*names: object) -> int:
    """64 bits for a name of several parts; equal names, equal bits, on every machine."""
    text = "\x1f".join(str(name) for name in names)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Streams:
    """The random numbers of one replication."""

    seed: int
    replication: int

    def uniform(
        self,
        purpose: str,
        who: ArrayLike,
        index: ArrayLike,
        turn: ArrayLike = 0,
        at: Rows | None = None,
    ) -> Floats:
        """Uniform numbers in [0, 1) for `purpose`, one for each individual (who, index, turn).

        who: `name_key` of what the individual belongs to; index: its number there; turn: which
        time. Each of shape (n,), or one value for all; at: rows of them to draw for, all if None.
        """
        key = name_key(self.seed, self.replication, purpose)
        # plain arrays of their own length: the compiled loop knows no others
        owners, indices, turns = (
            np.ascontiguousarray(a, dtype=np.uint64) for a in (who, index, turn)
        )
        return uniforms(key, owners, indices, turns, at)


def smallest(count: int) -> np.dtype[Any]:
    """The smallest whole numbers that hold -1 and those below `count`."""
    return np.min_scalar_type(-max(count, 1))
