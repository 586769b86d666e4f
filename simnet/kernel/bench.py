"""Failed parts on the workshop's bench, as far as a station asks for them. See `model.workshop`."""

from simnet.jit import inner

from . import logistics
from .clock import change
from .log import add_bench
from .memory import wide
from .world import World, orders, persons, stations


@inner
def part_on_bench(w: World, case: int, part: int, turn: int, since: float, person: int) -> None:
    """A person begins to mend a failed part, which has been there `since`."""
    job = add_bench(w, case, part, person)
    logistics.mended(w, case, part, turn, since, person, job)


@inner
def take_part(w: World, person: int) -> bool:
    """A person for whom no unit is there takes the part that has waited longest."""
    first = wide(w.failed_parts.head)
    if first < 0:
        return False
    persons(w, person).busy = True
    station = stations(w, w.stations.length - 1)
    station.busy += 1
    change(station, w.now, -1)
    it = orders(w, first)
    case, part, turn, since = wide(it.case), wide(it.part), wide(it.turn), it.ordered
    logistics.drop_order(w, w.failed_parts, first)
    part_on_bench(w, case, part, turn, since, person)
    return True
