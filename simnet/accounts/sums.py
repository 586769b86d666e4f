"""Sums and quantiles of the rows of each group, for all groups at once."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

BLOCK = 5000
"""rows that the cache holds with what is reckoned of them; no power of 2, by which the columns
would stand in one another's way there"""


def sums(group: Ints, groups: int, values: Floats | Bools | None = None) -> Floats:
    """Sum of `values` (n,) in each group, or the number of rows where None; shape (groups,).

    group: (n,) numbers; what belongs to none has the number `groups`.
    """
    found: Any = np.bincount(group, values, minlength=groups)
    return np.asarray(found[:groups], dtype=np.float64)


Column = tuple[Bools | None, Floats | Bools | None]
"""rows that count (n,), all where None, and what they count (n,), 1 where None"""


def totals(member: NDArray[np.int32], groups: int, columns: Sequence[Column]) -> Floats:
    """Sum of each column in each of many groups that overlap; shape (columns, groups).

    member: (n, kinds) numbers of all groups that a row belongs to, `groups` for none.
    """
    from .loops import groups as loops

    table = np.zeros((groups + 1, len(columns)))
    for start in range(0, len(member), BLOCK):
        rows = slice(start, start + BLOCK)
        values = np.empty((len(columns), len(member[rows])))
        for mine, (where, column) in zip(values, columns, strict=True):
            these = True if where is None else where[rows]
            mine[:] = these if column is None else np.where(these, column[rows], 0.0)
        loops.add_up(member[rows], values, table)
    return np.ascontiguousarray(table[:groups].T)


def order_by(group: Ints) -> Ints:
    """Order of the rows by group; within a group they stay in their order. group: (n,) numbers."""
    # numpy sorts numbers of 16 bits by counting them, in a tenth of the time
    small = len(group) > 0 and group.min() >= 0 and group.max() < 2**16
    return np.argsort(group.astype(np.uint16) if small else group, kind="stable")


def order_by_time(group: Ints, time: Floats) -> Ints:
    """Order of the rows by group, and by time within each; quick where the rows of each group are
    in the order of time. group: (n,) numbers; time: (n,)."""
    order = order_by(group)
    whose, when = group[order], time[order]
    if ((whose[1:] == whose[:-1]) & (when[1:] < when[:-1])).any():
        order = np.argsort(time, kind="stable")
        order = order[order_by(group[order])]
    return order


def partition(group: Ints, groups: int) -> tuple[Ints, list[tuple[int, int]]]:
    """Order of the rows by group, and from where to where those of each group then are.

    group: (n,) numbers up to `groups`, as in `sums`.
    """
    ends = np.cumsum(np.bincount(group, minlength=groups))[:groups]
    return order_by(group), list(pairwise([0, *ends.tolist()]))


def ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole, and NaN where there is no whole."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole != 0)
