"""Lines, first come, first served: of cases, of idle people, of orders.

A line has a head and a tail, each thing in it its next and its previous one; -1 stands for none.
"""

from typing import Any

from simnet.jit import inner

from .memory import wide
from .world import World, open_case, queues


@inner
def append(w: World, line: Any, row_of: Any, i: int) -> None:
    """Row i of a table joins the end. row_of: the function of `world` that finds a row."""
    row = row_of(w, i)
    row.next, row.previous = -1, line.tail
    if line.tail >= 0:
        row_of(w, wide(line.tail)).next = i
    else:
        line.head = i
    line.tail = i


@inner
def take_out(w: World, line: Any, row_of: Any, i: int) -> None:
    """Row i leaves the line, wherever in it it stands."""
    row = row_of(w, i)
    if row.previous >= 0:
        row_of(w, wide(row.previous)).next = row.next
    else:
        line.head = row.next
    if row.next >= 0:
        row_of(w, wide(row.next)).previous = row.previous
    else:
        line.tail = row.previous


@inner
def join_queue(w: World, case: int, queue: int) -> None:
    """A case joins the end of a queue."""
    append(w, queues(w, queue), open_case, case)
    queues(w, queue).length += 1
    open_case(w, case).queue = queue


@inner
def leave_queue(w: World, case: int) -> None:
    """A case leaves the queue that it is in."""
    line = queues(w, wide(open_case(w, case).queue))
    take_out(w, line, open_case, case)
    line.length -= 1
    open_case(w, case).queue = -1
