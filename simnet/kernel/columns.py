"""The draws as the loop reads them: where each column lies, and how far apart its rows are.

A compiled function takes a fixed number of arrays of one fixed layout each. The draws are many
columns, of several types; one that is the same for all cases is a single number (its rows are 0
bytes apart), and many are held only for the cases that can use them (`draws.column`). So the loop
gets one table of addresses; the draws outlive it.
"""

from enum import IntEnum, auto
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws.cases import CaseTable
from simnet.draws.column import SPAN, Column
from simnet.jit import inner

from .memory import byte_at, float_at, whole_1_at, whole_2_at, whole_4_at, whole_8_at, wide
from .world import COLUMN, World, columns, whole_of


class Draw(IntEnum):
    """Columns of the case table (`draws.CaseTable`) that the loop reads."""

    SOURCE = auto()
    MARKET = auto()
    UNIT = auto()
    TIER = auto()
    GAP = auto()
    FIRST = auto()
    FOLLOWER = auto()
    COMES = auto()
    DELAY = auto()
    MENU = auto()
    SELF_SERVICE = auto()
    PATIENCE = auto()
    AGAIN = auto()
    REDIAL = auto()
    TALK = auto()
    AFTER_CALL = auto()
    REMOTE = auto()
    DESK = auto()
    REFUSE = auto()
    COORDINATION = auto()
    OFF = auto()
    PART = auto()
    SECOND_PART = auto()
    REPAIR = auto()
    SECOND = auto()
    SECOND_REPAIR = auto()
    WORKSHOP = auto()
    BENCH = auto()
    TRANSIT = auto()
    TRANSIT_2 = auto()
    TRANSIT_BACK = auto()
    LEAD = auto()
    LEAD_2 = auto()
    MENDABLE = auto()
    MENDABLE_2 = auto()
    MEND = auto()
    MEND_2 = auto()


FLOAT, FLAG, WHOLE_2, WHOLE_1, WHOLE_4, WHOLE_8 = range(6)
_KINDS = {
    np.dtype(np.float64): FLOAT, np.dtype(np.bool_): FLAG, np.dtype(np.int8): WHOLE_1,
    np.dtype(np.int16): WHOLE_2, np.dtype(np.int32): WHOLE_4, np.dtype(np.int64): WHOLE_8,
}  # fmt: skip


def addresses(cases: CaseTable) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """COLUMN records, and by `Draw` where each name's first column stands among them. Valid as long
    as `cases` lives."""
    rows: list[tuple[int, int, int, int, int]] = []
    spot = [-1]  # members of Draw count from 1
    for name in Draw:
        found = getattr(cases, name.name.lower())
        spot.append(len(rows))
        rows += map(_address, found if isinstance(found, tuple) else (found,))
    return np.array(rows, dtype=COLUMN), np.array(spot, dtype=np.int64)


def _address(column: Column | NDArray[Any]) -> tuple[int, int, int, int, int]:
    before, within = 0, 0
    if isinstance(column, Column):
        if column.of is not None and column.values.strides[0]:
            before, within = column.of.before.ctypes.data, column.of.within.ctypes.data
        column = column.values
    return column.ctypes.data, column.strides[0], _KINDS[column.dtype], before, within


@inner
def _place(column: Any, case: int) -> int:
    """Where the row of a case is: it, or its place among those that the column is held for."""
    if column.within == 0:
        return column.at + column.step * case
    place = wide(whole_4_at(column.before + 4 * (case // SPAN))) + byte_at(column.within + case)
    return column.at + column.step * place


@inner
def number(w: World, name: int, case: int) -> float:
    """Row `case` of a column of floats."""
    return number_of(w, name, case, 0)


@inner
def number_of(w: World, name: int, case: int, k: int) -> float:
    """Row `case` of the k-th column of a name that has several."""
    return float_at(_place(columns(w, whole_of(w.spots, name) + k), case))


@inner
def flag(w: World, name: int, case: int) -> bool:
    """Row `case` of a column of truth values."""
    return flag_of(w, name, case, 0)


@inner
def flag_of(w: World, name: int, case: int, k: int) -> bool:
    """Row `case` of the k-th column of a name that has several."""
    return byte_at(_place(columns(w, whole_of(w.spots, name) + k), case)) != 0


@inner
def whole(w: World, name: int, case: int) -> int:
    """Row `case` of a column of whole numbers, of whatever size."""
    column = columns(w, whole_of(w.spots, name))
    at = _place(column, case)
    if column.kind == WHOLE_4:
        return wide(whole_4_at(at))
    if column.kind == WHOLE_2:
        return wide(whole_2_at(at))
    if column.kind == WHOLE_1:
        return wide(whole_1_at(at))
    return whole_8_at(at)
