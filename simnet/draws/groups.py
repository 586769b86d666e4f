"""What was drawn together: units of one product, or enquiries of one kind, in one market."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief


@dataclass(frozen=True)
class Groups:
    """Rows that follow each other have their product, market and name in common, so that these are
    held once. Arrays of shape (groups,); no group is empty."""

    __repr__ = brief

    kind: NDArray[np.int32]
    """number of the product, or of the source of cases"""
    market: NDArray[np.int32]
    who: NDArray[np.uint64]
    """name of the group as 64 bits"""
    start: NDArray[np.int64]
    """(groups + 1,) first row of each, and the number of all rows"""

    @classmethod
    def of(cls, found: Sequence[tuple[int, int, int, int]]) -> "Groups":
        """From (kind, market, who, rows) of each, empty ones left out."""
        kind, market, who, counts = zip(*(g for g in found if g[-1]), strict=True) if any(
            g[-1] for g in found
        ) else ((), (), (), ())  # fmt: skip
        return cls(
            np.array(kind, dtype=np.int32), np.array(market, dtype=np.int32),
            np.array(who, dtype=np.uint64), np.cumsum([0, *counts], dtype=np.int64),
        )  # fmt: skip

    def between(self, first: int, last: int) -> NDArray[np.int32]:
        """Group of each row from `first` to before `last`."""
        low = int(np.searchsorted(self.start, first, side="right")) - 1
        high = int(np.searchsorted(self.start, last))
        edges = np.clip(self.start[low : high + 1], first, last)
        return np.repeat(np.arange(low, high, dtype=np.int32), edges[1:] - edges[:-1])

    def each(self) -> NDArray[np.int32]:
        """Group of each row."""
        return self.between(0, int(self.start[-1]))
