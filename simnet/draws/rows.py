"""Columns of the case table: for each row a number that belongs to its address in the streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.scenario.law import Law

from .streams import Floats, Streams

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Where:
    """The rows that can use a number; only for these it is drawn. A name, once for all blocks."""

    name: str
    mask: Bools | None
    """(rows,); None: all of them"""
    source: NDArray[np.int16]
    """(rows,)"""

    @cached_property
    def full(self) -> bool:
        """Whether these are all rows."""
        return self.mask is None or bool(self.mask.all())

    @cached_property
    def at(self) -> Places:
        """The rows, ascending."""
        return np.arange(len(self.source)) if self.mask is None else np.flatnonzero(self.mask)

    @cached_property
    def by_source(self) -> list[tuple[int, Places | slice]]:
        """(source, places among `at` of its rows) of the sources that there are."""
        source = self.source if self.full else self.source[self.at]
        if len(source) and (source == source[0]).all():
            return [(int(source[0]), slice(None))]
        order = np.argsort(source, kind="stable")
        counts = np.bincount(source)
        split = np.split(order, np.cumsum(counts)[:-1])
        return [(s, places) for s, places in enumerate(split) if len(places)]


@dataclass(frozen=True)
class Part:
    """The numbers of the rows that can use them."""

    values: NDArray[Any]
    """(rows that can use them,)"""
    where: Where


@dataclass(frozen=True)
class Rows:
    """Addresses of rows in the streams, all of shape (rows,); makes their columns."""

    streams: Streams
    who: NDArray[np.uint64]
    index: NDArray[np.uint64]
    turn: NDArray[np.uint64]
    source: NDArray[np.int16]
    market: NDArray[np.int32]

    @cached_property
    def all(self) -> Where:
        """Every row."""
        return Where("all", None, self.source)

    def where(self, name: str, mask: Bools) -> Where:
        """The rows of a mask."""
        return Where(name, mask, self.source)

    def uniform(self, purpose: str, where: Where, places: Places | slice = slice(None)) -> Floats:
        """One number for each of the rows, or for those at some places among them."""
        at = None if where.full and isinstance(places, slice) else where.at[places]
        return self.streams.uniform(purpose, self.who, self.index, self.turn, at)

    def by_law(self, purpose: str, laws: Sequence[Law], where: Where | None = None) -> Part:
        """Values by the law of each row's source (`laws`, one per source)."""
        fixed = {law.fixed for law in laws}
        if len(fixed) == 1 and (value := fixed.pop()) is not None:
            return self.same(value)
        where = where or self.all
        values = np.empty(len(where.at))
        for s, places in where.by_source:
            value = laws[s].fixed
            values[places] = (
                laws[s].ppf(self.uniform(purpose, where, places)) if value is None else value
            )
        return Part(values, where)

    def law(self, purpose: str, law: Law, where: Where | None = None) -> Part:
        """Values by one law for all rows."""
        if law.fixed is not None:
            return self.same(law.fixed)
        where = where or self.all
        return Part(law.ppf(self.uniform(purpose, where)), where)

    def chance(self, purpose: str, chances: Sequence[float], where: Where | None = None) -> Bools:
        """Whether it happens, by the chance of each row's source (`chances`, one per source); where
        that is neither 0 nor 1, it happens to no other rows than these. Shape (rows,)."""
        if len(set(chances)) == 1 and chances[0] in (0, 1):
            return np.broadcast_to(np.bool_(chances[0]), self.source.shape)
        where = where or self.all
        chance = np.array(chances, dtype=np.float64)[self.source]
        found = chance == 1
        found[where.at] = self.uniform(purpose, where) < chance[where.at]
        return found

    def same(self, value: float) -> Part:
        """A column that is the same for all rows."""
        return Part(np.broadcast_to(np.array(value), self.source.shape), self.all)
