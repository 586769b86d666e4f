"""What a check found: how much it looked at, and what is not as it must be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

SHOWN = 3
"""examples named for each identity"""


@dataclass
class Check:
    """One identity over one run."""

    identity: str
    """what must be true"""
    things: str
    """what was looked at"""
    count: int
    """how many of these"""
    broken: int = 0
    examples: list[str] = field(default_factory=list)

    def refuse(self, wrong: ArrayLike) -> list[int]:
        """Count where `wrong` (n,) is true; returns the positions that are still to be named."""
        at = np.flatnonzero(np.atleast_1d(np.asarray(wrong, dtype=bool)))
        self.broken += len(at)
        return at[: SHOWN - len(self.examples)].tolist()

    def name(self, examples: Iterable[str]) -> None:
        """Name examples of what is broken."""
        self.examples += examples


Checks = Iterator[Check]
