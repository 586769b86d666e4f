"""Cases between their beginning and their end: what is to be known of them only then.

They are few at a time, so that their records lie close together, wherever in the table of all cases
these stand.
"""

from simnet.jit import inner

from .memory import wide
from .pools import give_row, take_row
from .world import World, cases, places


@inner
def begin_case(w: World, case: int) -> None:
    """Take a free place."""
    place = take_row(w.open, places, w)
    mine = places(w, place)
    cases(w, case).place = place
    mine.next = mine.previous = mine.queue = mine.later = mine.outlet = -1
    mine.attempt = mine.step = mine.turn = 0
    mine.own_part = False


@inner
def close_case(w: World, case: int) -> None:
    """Its place is free for another one. Whoever still acts for the case (a technician on his way
    home, a part that is sent back) does not ask for it."""
    place = wide(cases(w, case).place)
    cases(w, case).place = -1
    give_row(w.open, places, w, place)
