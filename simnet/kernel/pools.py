"""Tables whose rows are given back: what is open at a time is little, and so it stays at hand."""

from typing import Any

from simnet.jit import inner

from .memory import fetch
from .world import World


@inner
def take_row(pool: Any, row_of: Any, w: World) -> int:
    """A free row of a table of POOLS: the one that was given back last, which is still at hand."""
    row = pool.free
    if row < 0:
        row = pool.used
        pool.used += 1
    else:
        pool.free = row_of(w, row).next
        fetch(row_of(w, pool.free))  # some were given back long ago
    pool.open += 1
    return row


@inner
def give_row(pool: Any, row_of: Any, w: World, row: int) -> None:
    """Give a row back."""
    row_of(w, row).next = pool.free
    pool.free = row
    pool.open -= 1
