"""The draws as the loop reads them: where each column lies, and how far apart its rows are.

A compiled function takes a fixed number of arrays of one fixed layout each. The draws are many
columns, of several types; one that is the same for all cases is a single number (its rows are 0
bytes apart), and many are held only for the cases that can use them (`draws.column`). So the loop
gets their addresses, as a part of the network's record; the draws outlive it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws.cases import CaseTable
from simnet.draws.column import SPAN, Column
from simnet.jit import inner

from .memory import (
    byte_at,
    float_at,
    record_at,
    whole_1_at,
    whole_2_at,
    whole_4_at,
    wide,
)
from .world import COLUMN, DRAWN, ONE, SEVERAL

_column_at, _SIZE = record_at(COLUMN), COLUMN.itemsize


FLOAT, FLAG, WHOLE_1, WHOLE_2, WHOLE_4 = range(5)
_KINDS = {
    np.dtype(np.float64): FLOAT, np.dtype(np.bool_): FLAG, np.dtype(np.int8): WHOLE_1,
    np.dtype(np.int16): WHOLE_2, np.dtype(np.int32): WHOLE_4,
}  # fmt: skip


def addresses(cases: CaseTable) -> tuple[NDArray[Any], NDArray[Any]]:
    """The record DRAWN, and the COLUMN records of names that have several. Valid as long as `cases`
    and the second array live."""
    several = {name: [_address(column) for column in getattr(cases, name)] for name in SEVERAL}
    rows = np.array([row for rows in several.values() for row in rows], dtype=COLUMN)
    drawn = np.zeros(1, dtype=DRAWN)
    for name in ONE:
        drawn[name] = np.array(_address(getattr(cases, name)), dtype=COLUMN)
    first = 0
    for name, found in several.items():
        drawn[name] = rows.ctypes.data + _SIZE * first
        first += len(found)
    return drawn, rows


def _address(column: Column | NDArray[Any]) -> tuple[int, int, int, int, int]:
    before, within = 0, 0
    if isinstance(column, Column):
        if column.of is not None and column.values.strides[0]:
            before, within = column.of.before.ctypes.data, column.of.within.ctypes.data
        column = column.values
    return column.ctypes.data, column.strides[0], _KINDS[column.dtype], before, within


@inner
def place_of(column: Any, case: int) -> int:
    """Where the row of a case is: it, or its place among those that the column is held for."""
    if column.within == 0:
        return column.at + column.step * case
    place = wide(whole_4_at(column.before + 4 * (case // SPAN))) + byte_at(column.within + case)
    return column.at + column.step * place


@inner
def among(several: int, k: int) -> Any:
    """The k-th column of a name that has several."""
    return _column_at(several + _SIZE * k)


@inner
def number(column: Any, case: int) -> float:
    """Row `case` of a column of floats."""
    return float_at(place_of(column, case))


@inner
def flag(column: Any, case: int) -> bool:
    """Row `case` of a column of truth values."""
    return byte_at(place_of(column, case)) != 0


@inner
def whole(column: Any, case: int) -> int:
    """Row `case` of a column of whole numbers, of four bytes or less."""
    at = place_of(column, case)
    if column.kind == WHOLE_4:
        return wide(whole_4_at(at))
    if column.kind == WHOLE_2:
        return wide(whole_2_at(at))
    return wide(whole_1_at(at))
