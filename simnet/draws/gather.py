"""Columns that are drawn block by block, so that the work stays in the cache, and put together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .column import SPAN, Column, Subset, mark
from .rows import Part, Where

BLOCK = 1 << 16
"""rows, or units, that are drawn at a time; a multiple of SPAN, and small enough for 16 bits"""
Piece = NDArray[Any] | Part
Columns = Mapping[str, Piece | Sequence[Piece]]


class _Buffer:
    """Room for a column of at most `count` numbers; what is not written takes no memory."""

    def __init__(self, count: int, first: NDArray[Any]) -> None:
        self.used = 0
        # strides tell nothing of one number, or none
        self.constant = first.strides == (0,) and len(first) > 1
        self.values = first[:1].copy() if self.constant else np.empty(count, dtype=first.dtype)

    def add(self, block: NDArray[Any]) -> None:
        if not self.constant:
            self.values[self.used : self.used + len(block)] = block
        self.used += len(block)

    def finished(self) -> NDArray[Any]:
        if self.constant:
            return np.broadcast_to(self.values.reshape(()), (self.used,))
        self.values.resize(self.used, refcheck=False)
        return self.values


class _Marks:
    """Which rows a subset holds, see `Subset`; written once there is one that it does not."""

    def __init__(self, count: int) -> None:
        self.before = np.empty(-(-count // SPAN), dtype=np.int32)
        self.within = np.empty(count, dtype=np.uint8)
        self.rows = self.held = 0
        self.all = True

    def add(self, where: Where) -> None:
        rows = len(where.source)
        if self.all and not where.full:
            self._mark(np.ones(self.rows, dtype=np.bool_), 0, 0)
            self.all = False
        if self.all:
            self.held += rows
        else:
            mask = np.ones(rows, dtype=np.bool_) if where.mask is None else where.mask
            self.held = self._mark(mask, self.rows, self.held)
        self.rows += rows

    def _mark(self, mask: NDArray[np.bool_], row: int, held: int) -> int:
        return mark(mask, held, self.before[row // SPAN :], self.within[row : row + len(mask)])

    def finished(self) -> Subset | None:
        return None if self.all else Subset(self.before, self.within)


class Gathered:
    """Columns of at most `count` rows, and which rows they are held for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.buffers: dict[str, list[_Buffer]] = {}
        self.marks: dict[str, _Marks] = {}
        self.last: Columns = {}

    def add(self, columns: Columns) -> None:
        """The columns of the next block; the same names each time."""
        seen: dict[str, Where] = {}
        for name, found in columns.items():
            pieces = _pieces(found)
            if name not in self.buffers:
                self.buffers[name] = [_Buffer(self.count, _values(p)) for p in pieces]
            for buffer, piece in zip(self.buffers[name], pieces, strict=True):
                buffer.add(_values(piece))
                if isinstance(piece, Part):
                    seen[piece.where.name] = piece.where
        for name, where in seen.items():
            if where.mask is not None:
                if name not in self.marks:
                    self.marks[name] = _Marks(self.count)
                self.marks[name].add(where)
        self.last = columns

    def finished(self) -> dict[str, Any]:
        """An array for an array, a Column for a Part, a tuple of them for several."""
        subsets = {name: marks.finished() for name, marks in self.marks.items()}
        found: dict[str, Any] = {}
        for name, last in self.last.items():
            columns = tuple(
                Column(buffer.finished(), subsets.get(piece.where.name))
                if isinstance(piece, Part) else buffer.finished()
                for piece, buffer in zip(_pieces(last), self.buffers.pop(name), strict=True)
            )  # fmt: skip
            found[name] = columns[0] if isinstance(last, np.ndarray | Part) else columns
        return found


def _pieces(found: Piece | Sequence[Piece]) -> Sequence[Piece]:
    return [found] if isinstance(found, np.ndarray | Part) else found


def _values(piece: Piece) -> NDArray[Any]:
    return piece.values if isinstance(piece, Part) else piece
