"""The desk: which outlet takes a case."""

from collections.abc import Generator
from functools import partial

import simpy

from simnet.draws.visits import REFUSALS
from simnet.plan import Plan
from simnet.policies import (
    expected_wait,
    first_not_refused,
    nearest_free,
    next_open,
    preferred,
    shortest_wait,
)
from simnet.records import Order

from .clock import Clock
from .count import Count
from .log import Log
from .outlets import Outlets, OutletSite
from .rows import Rows
from .station import Waiting

Choice = tuple[int, int | None]


class Dispatch:
    """Chooses by the scenario's policy; keeps the central board."""

    def __init__(self, clock: Clock, plan: Plan, rows: Rows, log: Log, outlets: Outlets) -> None:
        self.clock, self.rows, self.log, self.outlets = clock, rows, log, outlets
        self.policy = plan.scenario.dispatch.policy
        self.order = plan.able
        self.contract = plan.contract.tolist()
        contracts = list(plan.scenario.contracts.values())
        self.refusal = [contracts[c].refusal for c in self.contract]
        self.owned = plan.owned.tolist()
        self.same_region = plan.same_region.tolist()
        self.mean_repair = plan.mean_repair
        self.board: list[tuple[int, int, Waiting]] = []
        self.posted = 0
        self.waiting = Count()
        self.to_be_read = -1.0
        if self.policy == "central_board":
            for site in outlets.sites:
                site.station.other_work = partial(self._from_board, site.number)
                site.station.came_on_duty = self._read_soon

    def assign(self, case: int) -> Generator[simpy.Event, object, Choice]:
        """Find the outlet. Returns it, and the technician who already waits (central board)."""
        clock, rows = self.clock, self.rows
        if rows.desk[case] > 0:
            yield clock.at(clock.now + rows.desk[case], Order.WORK_ENDS, case)
        if self.policy == "central_board":
            return (yield from self._post(case))
        refused: list[int] = []
        order = self.order[rows.source[case]][rows.market[case]]
        while True:
            outlet = self._choose(case, order, refused)
            delay = rows.coordination[case, self.contract[outlet]]
            if delay > 0:
                yield clock.at(clock.now + delay, Order.WORK_ENDS, case)
            tries = len(refused)
            others = tries + 1 < len(order)
            if tries < REFUSALS and others and rows.refuse[case, tries] < self.refusal[outlet]:
                refused.append(outlet)
                self.log.refusals[case] += 1
                continue
            return outlet, None

    def _choose(self, case: int, order: tuple[int, ...], refused: list[int]) -> int:
        sites = self.outlets.sites
        if self.policy == "nearest_free":
            return nearest_free(order, _someone_free, sites, refused)
        if self.policy == "own_first":
            return preferred(order, self.owned, refused)
        if self.policy == "territory":
            return preferred(order, self.same_region[self.rows.market[case]], refused)
        if self.policy == "shortest_wait":
            return shortest_wait(order, [self._wait(case, o) for o in order], refused)
        return first_not_refused(order, refused)

    def _wait(self, case: int, outlet: int) -> float:
        site, now = self.outlets.sites[outlet], self.clock.now
        travel = self.outlets.km(case, outlet) / site.speed
        if site.station.unlimited:
            return travel
        opens_in = next_open(site.starts, site.ends, now) - now
        staff = len(site.station.until) if opens_in == 0 else site.technicians
        job = self.mean_repair + 2 * travel
        return expected_wait(site.station.present(), staff, job, opens_in, travel)

    def _post(self, case: int) -> Generator[simpy.Event, object, Choice]:
        """To the first outlet in order of distance with a free technician, or onto the board."""
        rows = self.rows
        order = self.order[rows.source[case]][rows.market[case]]
        kind = self.outlets.kind(case)
        for outlet in order:
            technician = self.outlets.sites[outlet].station.take(kind)
            if technician is not None:
                return outlet, technician
        waiting = Waiting(case, self.clock.now, self.posted, self.clock.event())
        self.board.append((-rows.priority[case], self.posted, waiting))
        self.board.sort(key=lambda post: post[:2])
        self.waiting.change(self.clock.now, 1)
        self.posted += 1
        found = yield waiting.gate
        assert isinstance(found, tuple)
        return found

    def _read_soon(self) -> None:
        """The board is read once all who come on duty now are there, whatever their order."""
        if self.board and self.to_be_read != self.clock.now:
            self.to_be_read = self.clock.now
            self.clock.call(self.clock.now, Order.BOARD_READ, 0, self._read)

    def _read(self) -> None:
        """Oldest case first, each to the nearest outlet with a free technician."""
        for post in list(self.board):
            waiting = post[2]
            source, market = self.rows.source[waiting.case], self.rows.market[waiting.case]
            kind = self.outlets.kind(waiting.case)
            for outlet in self.order[source][market]:
                technician = self.outlets.sites[outlet].station.take(kind)
                if technician is not None:
                    self.board.remove(post)
                    self.waiting.change(self.clock.now, -1)
                    waiting.gate.succeed((outlet, technician))
                    break

    def _from_board(self, outlet: int, technician: int) -> bool:
        """A technician with nothing to do takes the oldest case that his outlet may serve."""
        for i, (_, _, waiting) in enumerate(self.board):
            source, market = self.rows.source[waiting.case], self.rows.market[waiting.case]
            if outlet in self.order[source][market]:
                del self.board[i]
                self.waiting.change(self.clock.now, -1)
                self.outlets.sites[outlet].station.busy.add(technician)
                waiting.gate.succeed((outlet, technician))
                return True
        return False


def _someone_free(sites: list[OutletSite], outlet: int) -> bool:
    return sites[outlet].station.someone_free()
