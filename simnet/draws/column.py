"""Columns of the case table that are held only for the rows that can use them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPAN = 256
"""rows from one entry of `Subset.before` to the next; what lies between fits into a byte"""


def mark(
    mask: NDArray[np.bool_], held: int, before: NDArray[np.int32], within: NDArray[np.uint8]
) -> int:
    """Write the places of rows among those of a mask, see `Subset`: within, (n,), and before, from
    the span on in which they begin. held: rows of the mask before these. Returns how many then."""
    from . import loops

    # a plain array of its own: the compiled loop knows no others
    return loops.mark(np.array(mask), held, before, within)


@dataclass(frozen=True)
class Subset:
    """Some of all rows. A row has the place before[row // SPAN] + within[row] among them."""

    before: NDArray[np.int32]
    within: NDArray[np.uint8]
    """(rows,)"""

    @classmethod
    def of(cls, mask: NDArray[np.bool_]) -> "Subset":
        """The rows of a mask."""
        found = cls(np.empty(-(-len(mask) // SPAN), np.int32), np.empty(len(mask), np.uint8))
        mark(mask, 0, found.before, found.within)
        return found

    def rows(self, size: int) -> NDArray[np.int64]:
        """The rows of the subset, which are `size`."""
        count = len(self.within)
        place = np.repeat(self.before, SPAN)[:count] + self.within
        return np.flatnonzero(np.diff(place, append=size))


@dataclass(frozen=True)
class Column:
    """Numbers of those rows that can use them."""

    values: NDArray[Any]
    """(rows that can use them,); the same for all of them: a broadcast scalar"""
    of: Subset | None
    """None: all rows"""

    def full(self) -> NDArray[Any]:
        """(rows,), 0 for who cannot use it."""
        if self.of is None:
            return self.values
        found = np.zeros(len(self.of.within), dtype=self.values.dtype)
        found[self.of.rows(len(self.values))] = self.values
        return found
