"""What of the draws is gone through row by row, compiled. Importing this imports the compiler."""

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry

from .column import SPAN

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Short = NDArray[np.int16]
Wide = NDArray[np.int64]
Words = NDArray[np.uint64]


@entry
def arrive(clock: Floats, expected: Floats, edges: Floats, found: Floats) -> None:
    """Fill `found` with when so many are expected, straight in between the edges.

    clock, found: (n,), ascending; expected, edges: (k,) how many by when. Where nothing is expected
    for a while, it is the end of that while.
    """
    at, last = 0, len(expected) - 1
    for i in range(len(clock)):
        while at < len(expected) and expected[at] <= clock[i]:
            at += 1
        k = min(at, last)
        rise = expected[k] - expected[k - 1]
        into = (clock[i] - expected[k - 1]) / (rise if rise > 0 else 1.0)
        found[i] = edges[k - 1] + into * (edges[k] - edges[k - 1])


@entry
def mark(mask: NDArray[np.bool_], held: int, before: Ints, within: NDArray[np.uint8]) -> int:
    """Write the places of rows among those of a mask, see `column.Subset`.

    mask, within: (n,); held: how many rows of the mask come before; before: (spans,). Returns how
    many there are then.
    """
    first = held
    for i in range(len(mask)):
        if i % SPAN == 0:
            before[i // SPAN] = first = held
        within[i] = held - first
        held += 1 if mask[i] else 0
    return held


@entry
def addresses(
    at: Wide, group: Ints, number: Ints, mode: Short, clock: Short, turn: NDArray[np.uint32],
    asked: Ints, of_units: int, who: Words, start: Wide, source: Short, mixed: Words,
    name: Words, unit_name: Words, index: Words, turns: Words, groups: Ints, unit: Ints,
    sources: Short,
) -> None:  # fmt: skip
    """Fill the addresses of rows in the streams, and what they are about; of shape (n,) each.

    at: (n,) rows, of failures and then of enquiries; group, number, mode, clock, turn: (failures,);
    asked: (enquiries,) group among those of enquiries; who, start, source: (groups,), first of
    units, so many (of_units), and then of enquiries; mixed: (clocks + 1,). name: the name of the
    group with its clock mixed into it; unit_name: without; unit: -1 for an enquiry.
    """
    known = len(group)
    for i in range(len(at)):
        row = at[i]
        if row < known:
            g, no, unit[i], sources[i] = group[row], number[row], number[row], mode[row]
            unit_name[i] = who[g]
            name[i], turns[i] = unit_name[i] ^ mixed[clock[row]], np.uint64(turn[row])
        else:
            no = row - known
            g = of_units + asked[no]
            unit[i], sources[i] = -1, source[g]
            name[i] = unit_name[i] = who[g]
            turns[i] = np.uint64(0)
        groups[i], index[i] = g, np.uint64(no - start[g])
