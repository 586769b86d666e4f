"""Columns of the case table: for each row a number that belongs to its address in the streams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.scenario.law import Law

from .streams import Floats, Streams

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Addresses of all rows in the streams; makes their columns.

    `where` says which rows can use the number: only for these it is drawn; what others hold does
    not matter (0 or False, or the constant of their source).
    """

    streams: Streams
    who: NDArray[np.uint64]
    index: NDArray[np.uint64]
    turn: NDArray[np.uint64]
    source: NDArray[np.int16]
    sources: int

    @cached_property
    def of_source(self) -> list[NDArray[np.int64]]:
        """Rows of each source, ascending."""
        order = np.argsort(self.source, kind="stable")
        ends = np.cumsum(np.bincount(self.source, minlength=self.sources))
        return np.split(order, ends)[: self.sources]

    def uniform(self, purpose: str, at: NDArray[np.int64] | None = None) -> Floats:
        """One number for each row, or for each of the rows `at`."""
        return self.streams.uniform(purpose, self.who, self.index, self.turn, at)

    def by_law(self, purpose: str, laws: Sequence[Law], where: Bools | None = None) -> Floats:
        """Values by the law of each row's source (`laws`, one per source)."""
        return self._column(
            [law.fixed for law in laws],
            lambda s, at: laws[s].ppf(self.uniform(purpose, at)),
            where,
        )

    def law(self, purpose: str, law: Law, where: Bools | None = None) -> Floats:
        """Values by one law for all rows."""
        if law.fixed is not None:
            return self.same(law.fixed)
        at = None if where is None else np.flatnonzero(where)
        values = law.ppf(self.uniform(purpose, at))
        return values if at is None else self.at(at, values)

    def chance(self, purpose: str, chances: Sequence[float], where: Bools | None = None) -> Bools:
        """Whether it happens, by the chance of each row's source (`chances`, one per source)."""
        column = self._column(
            [float(p) if p in (0, 1) else None for p in chances],
            lambda s, at: (self.uniform(purpose, at) < chances[s]).astype(np.float64),
            where,
        )
        if len(column) and column.strides == (0,):
            return self.same(bool(column[0]))
        return column > 0

    def same(self, value: float | bool) -> NDArray[Any]:
        """A column that is the same for all rows."""
        return np.broadcast_to(np.array(value), self.source.shape)

    def at(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        """A column that has `values` at the given rows, and 0 elsewhere."""
        column = np.zeros(len(self.source))
        column[rows] = values
        return column

    def _column(
        self,
        fixed: Sequence[float | None],
        draw: Callable[[int, NDArray[np.int64]], Floats],
        where: Bools | None,
    ) -> Floats:
        count = len(self.source)
        if len(set(fixed)) == 1 and fixed[0] is not None and count:
            return self.same(fixed[0])
        column = np.zeros(count)
        for s, (value, at) in enumerate(zip(fixed, self.of_source, strict=True)):
            if value is None:
                used = at if where is None else at[where[at]]
                column[used] = draw(s, used)
            elif value:
                column[at] = value
        return column


def table(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns side by side, shape (rows, k), each of them in one piece; all constant ones stay
    without memory."""
    if all(column.strides == (0,) for column in columns) and len(columns[0]):
        row = np.array([column[0] for column in columns])
        return np.broadcast_to(row, (len(columns[0]), len(row)))
    return np.stack(columns).T
