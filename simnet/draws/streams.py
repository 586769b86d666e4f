"""Named streams: a random number belongs to a purpose and an individual, never to a position."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .philox import uniforms

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
        self, purpose: str, who: ArrayLike, index: ArrayLike, turn: ArrayLike = 0
    ) -> Floats:
        """Uniform numbers in [0, 1) for `purpose`, one for each individual (who, index, turn).

        who: `name_key` of what the individual belongs to; index: its number there; turn: which
        time. Arrays broadcast to one dimension, shape (n,).
        """
        arrays = (np.asarray(a, dtype=np.uint64) for a in (who, index, turn))
        owners, indices, turns = np.broadcast_arrays(*arrays)
        key = name_key(self.seed, self.replication, purpose)
        return uniforms(key, owners.ravel(), indices.ravel(), turns.ravel())
