"""Parts: stocks at outlets and depot, orders, emergencies, failed parts on their way back."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import simpy

from simnet.plan import Plan
from simnet.policies import AT_OUTLET, AT_WORKSHOP, SCRAPPED, mended_where, order_quantity
from simnet.records import Kind

from .clock import Clock
from .count import Count
from .log import Log, Move
from .logistics import Logistics
from .rows import Rows
from .workshop import Workshop

Steps = Generator[simpy.Event, object, int]


class Stock:
    """One part at one place. Waiting demand is served in order of time."""

    def __init__(self, low: float, up_to: int, lot: int, initial: int) -> None:
        self.low, self.up_to, self.lot = low, up_to, lot
        self.on_hand = initial
        self.on_order = 0
        self.owed = 0
        self.waiting = Count()

    @property
    def position(self) -> int:
        """Inventory position: on hand and on order, less what is owed."""
        return self.on_hand + self.on_order - self.owed

    def to_order(self) -> int:
        """What the policy orders now."""
        return order_quantity(self.low, self.up_to, self.lot, self.position)


@dataclass
class Backorder:
    """What the depot still owes an outlet, and the case whose demand set the order off."""

    outlet: int
    quantity: int
    case: int
    turn: int
    ordered: float


class Parts:
    """Both echelons. Outlets order from the depot, the depot from the supplier."""

    def __init__(
        self, clock: Clock, plan: Plan, rows: Rows, log: Log, logistics: Logistics,
        workshop: Workshop,
    ) -> None:  # fmt: skip
        self.clock, self.plan, self.rows, self.log = clock, plan, rows, log
        self.logistics, self.workshop = logistics, workshop
        self.depot = plan.depot
        count = len(plan.scenario.parts)
        self.stocks = {
            (place, part): Stock(*plan.ordering(place, part))
            for place in range(plan.depot + 1)
            for part in range(count)
        }
        self.initial = np.array(
            [[self.stocks[p, k].on_hand for k in range(count)] for p in range(plan.depot + 1)],
            dtype=np.int64,
        ).reshape(plan.depot + 1, count)
        self.cases_waiting: dict[tuple[int, int], deque[simpy.Event]] = {
            key: deque() for key in self.stocks
        }
        self.orders: list[deque[Backorder]] = [deque() for _ in range(count)]
        parts = list(plan.scenario.parts.values())
        self.emergency = [part.emergency for part in parts]
        self.at_failure = [part.removed == "at_failure" for part in parts]

    def at_hand(self, outlet: int, part: int) -> bool:
        """Whether a technician could leave at once."""
        return part < 0 or self.stocks[outlet, part].on_hand > 0

    def obtain(self, case: int, outlet: int, part: int, turn: int) -> Steps:
        """Take the part for a case (turn 0 or 1: first or second visit), and wait if need be.

        Returns what is to become of the failed one after the visit, see `bring_back`.
        """
        if part < 0:
            return SCRAPPED
        stock, depot = self.stocks[outlet, part], self.stocks[self.depot, part]
        by_express = stock.on_hand == 0 and self.emergency[part] and depot.on_hand > 0
        back = self._mended_where(case, turn, by_express)
        mended_for = stock if back == AT_OUTLET else depot
        spare = True
        if back != SCRAPPED:
            # the failed part is on its way back from now on, so nothing new need be bought for it;
            # but where no shelf holds a spare that goes round, the case would wait for its own
            spare = stock.position > 0 or mended_for.position > 0 or self.at_failure[part]
            mended_for.on_order += spare
            if self.at_failure[part]:
                self.bring_back(case, outlet, part, turn, back)
                back = SCRAPPED
        if stock.on_hand > 0:
            self._move(outlet, part, -1, 0)
            self._review(case, outlet, part, turn)
        elif by_express:
            self._move(self.depot, part, -1, 0)
            self._review_depot(case, part, turn)
            gate = self.clock.event()
            self.logistics.express(case, outlet, part, turn, lambda: gate.succeed())
            yield gate
        else:
            gate = self.clock.event()
            self.cases_waiting[outlet, part].append(gate)
            self._move(outlet, part, 0, 1)
            self._review(case, outlet, part, turn)
            yield gate
            mended_for.on_order += not spare
        return back

    def bring_back(self, case: int, outlet: int, part: int, turn: int, back: int) -> None:
        """The failed part is at the outlet: to be mended here, or in the workshop for the depot, or
        to the scrap (`policies.mended_where`)."""
        rows = self.rows
        if back == AT_OUTLET:
            hours = (rows.mend_at_outlet_2 if turn else rows.mend_at_outlet)[case]
            arrive = self._arrival(outlet, part)
            self.logistics.mended_at_outlet(case, outlet, part, hours, lambda: arrive(1))
        elif back == AT_WORKSHOP:

            def mended() -> None:
                self._depot_receives(case, part, 1, turn)

            self.logistics.return_part(
                case, outlet, part, turn, lambda: self.workshop.accept(case, part, turn, mended)
            )

    def send_unit(self, case: int, outlet: int, kind: Kind) -> simpy.Event:
        """A unit between an outlet and the central workshop; the event of its arrival."""
        gate = self.clock.event()
        self.logistics.unit(case, outlet, kind, lambda: gate.succeed())
        return gate

    def _mended_where(self, case: int, turn: int, by_express: bool) -> int:
        rows = self.rows
        mendable = (rows.mendable_2 if turn else rows.mendable)[case]
        at_outlet = (rows.at_outlet_2 if turn else rows.at_outlet)[case]
        return mended_where(mendable, at_outlet, by_express)

    def _move(self, place: int, part: int, on_hand: int, owed: int) -> None:
        stock = self.stocks[place, part]
        stock.on_hand += on_hand
        stock.owed += owed
        if owed != 0:
            stock.waiting.change(self.clock.now, owed)
        self.log.add(Move(self.clock.now, place, part, on_hand, owed))

    def _review(self, case: int, outlet: int, part: int, turn: int) -> None:
        """Order at the depot what the policy wants."""
        stock = self.stocks[outlet, part]
        quantity = stock.to_order()
        if quantity > 0:
            stock.on_order += quantity
            self._move(self.depot, part, 0, quantity)
            self.orders[part].append(Backorder(outlet, quantity, case, turn, self.clock.now))
            self._serve_orders(part)
            self._review_depot(case, part, turn)

    def _serve_orders(self, part: int) -> None:
        """Ship what is there, oldest order first; an order may go in pieces."""
        depot, orders = self.stocks[self.depot, part], self.orders[part]
        while orders and depot.on_hand > 0:
            order = orders[0]
            quantity = min(order.quantity, depot.on_hand)
            self._move(self.depot, part, -quantity, -quantity)
            order.quantity -= quantity
            if order.quantity == 0:
                orders.popleft()
            self.logistics.replenish(
                order.case, order.outlet, part, order.turn, quantity, order.ordered,
                self._arrival(order.outlet, part),
            )  # fmt: skip

    def _arrival(self, outlet: int, part: int) -> Callable[[int], None]:
        return lambda quantity: self._outlet_receives(outlet, part, quantity)

    def _review_depot(self, case: int, part: int, turn: int) -> None:
        stock = self.stocks[self.depot, part]
        quantity = stock.to_order()
        if quantity > 0:
            stock.on_order += quantity
            lead = (self.rows.lead_2 if turn else self.rows.lead)[case]
            self.logistics.supply(
                case, part, quantity, lead,
                lambda: self._depot_receives(case, part, quantity, turn),
            )  # fmt: skip

    def _depot_receives(self, case: int, part: int, quantity: int, turn: int) -> None:
        self.stocks[self.depot, part].on_order -= quantity
        self._move(self.depot, part, quantity, 0)
        self._serve_orders(part)
        self._review_depot(case, part, turn)

    def _outlet_receives(self, outlet: int, part: int, quantity: int) -> None:
        stock, queue = self.stocks[outlet, part], self.cases_waiting[outlet, part]
        stock.on_order -= quantity
        served = min(quantity, len(queue))
        self._move(outlet, part, quantity - served, -served)
        for _ in range(served):
            queue.popleft().succeed()
