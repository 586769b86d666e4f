"""Logistics: shipments by carriers, and own trucks that leave by a timetable."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from simnet.plan import FLEET, Plan
from simnet.policies import load, transit_time
from simnet.records import SUPPLIER, Kind, Order

from .clock import Clock
from .log import Log, Shipment, Trip
from .rows import Rows


@dataclass
class Parcel:
    """Goods that wait for a truck."""

    outlet: int
    part: int
    quantity: int
    case: int
    ordered: float
    arrive: Callable[[int], None]


class Logistics:
    """Moves things; knows nothing of why."""

    def __init__(self, clock: Clock, plan: Plan, rows: Rows, log: Log) -> None:
        self.clock, self.plan, self.rows, self.log = clock, plan, rows, log
        scenario = plan.scenario
        self.carriers = [
            (c.base, inf if c.speed is None else c.speed)
            for c in scenario.logistics.carriers.values()
        ]
        self.lane = plan.lane.tolist()
        self.depot_km = plan.depot_km.tolist()
        self.mass = [part.mass for part in scenario.parts.values()]
        logistics = scenario.logistics
        self.express_lane = (
            plan.carrier(logistics.emergency) if logistics.emergency is not None else None
        )
        self.returns = plan.carrier(logistics.returns)
        self.sent = 0
        self.tours_made = 0
        self.fleet = logistics.fleet
        self.tour_of = {o: t for t, tour in enumerate(plan.tours) for o in tour.outlets}
        self.docks: list[deque[Parcel]] = [deque() for _ in plan.tours]
        self.trucks = self.fleet.trucks if self.fleet else 0
        if self.fleet is not None and plan.tours:
            for i, time in enumerate(self.fleet.departures.over(plan.end, plan.offset)):
                clock.call(float(time), Order.TRUCK_LEAVES, i, self._departure)

    def replenish(
        self, case: int, outlet: int, part: int, turn: int, quantity: int, ordered: float,
        arrive: Callable[[int], None],
    ) -> None:  # fmt: skip
        """Depot to outlet, by the outlet's lane."""
        lane = self.lane[outlet]
        if lane == FLEET:
            tour = self.tour_of[outlet]
            self.docks[tour].append(Parcel(outlet, part, quantity, case, ordered, arrive))
            return
        factor = (self.rows.transit_2 if turn else self.rows.transit)[case, lane]
        self._by_carrier(Kind.REPLENISHMENT, lane, outlet, part, quantity, case, ordered, factor,
                         lambda: arrive(quantity))  # fmt: skip

    def express(
        self, case: int, outlet: int, part: int, turn: int, arrive: Callable[[], object]
    ) -> None:
        """One part for one case, by the emergency carrier."""
        lane = self.express_lane
        if lane is None:
            lane = max(self.lane[outlet], 0)
        factor = (self.rows.transit_2 if turn else self.rows.transit)[case, lane]
        self._by_carrier(
            Kind.EMERGENCY, lane, outlet, part, 1, case, self.clock.now, factor, arrive
        )

    def supply(
        self, case: int, part: int, quantity: int, lead: float, arrive: Callable[[], None]
    ) -> None:
        """From the supplier to the depot."""
        self._send(Kind.SUPPLY, SUPPLIER, self.plan.depot, part, quantity, case, self.clock.now,
                   lead, arrive)  # fmt: skip

    def return_part(
        self, case: int, outlet: int, part: int, turn: int, arrive: Callable[[], None]
    ) -> None:
        """A failed part from an outlet to the workshop."""
        factor = self.rows.transit_back[case, turn]
        self._by_carrier(Kind.FAILED_PART, self.returns, outlet, part, 1, case, self.clock.now,
                         factor, arrive)  # fmt: skip

    def mended(
        self, case: int, part: int, since: float, hours: float, arrive: Callable[[], None]
    ) -> None:
        """From the workshop's bench, where it has been `since`, into the depot's stock."""
        self._send(Kind.MENDED_PART, SUPPLIER, self.plan.depot, part, 1, case, since, hours, arrive)

    def mended_at_outlet(
        self, case: int, outlet: int, part: int, hours: float, arrive: Callable[[], None]
    ) -> None:
        """From the outlet's bench to its shelf."""
        self._send(Kind.MENDED_AT_OUTLET, SUPPLIER, outlet, part, 1, case, self.clock.now, hours,
                   arrive)  # fmt: skip

    def unit(self, case: int, outlet: int, kind: Kind, arrive: Callable[[], object]) -> None:
        """A customer's unit between an outlet and the central workshop."""
        factor = self.rows.transit_back[case, 2 if kind == Kind.UNIT_TO_WORKSHOP else 3]
        self._by_carrier(kind, self.returns, outlet, -1, 1, case, self.clock.now, factor, arrive)

    def _by_carrier(
        self, kind: Kind, lane: int, outlet: int, part: int, quantity: int, case: int,
        ordered: float, factor: float, arrive: Callable[[], object],
    ) -> None:  # fmt: skip
        base, speed = self.carriers[lane]
        hours = transit_time(base, self.depot_km[outlet], speed, factor)
        self._send(kind, lane, outlet, part, quantity, case, ordered, hours, arrive)

    def _send(
        self, kind: Kind, lane: int, outlet: int, part: int, quantity: int, case: int,
        ordered: float, hours: float, arrive: Callable[[], object], tour: int = -1,
    ) -> None:  # fmt: skip
        now = self.clock.now
        self.log.add(
            Shipment(kind, lane, tour, outlet, part, quantity, case, ordered, now, now + hours)
        )  # fmt: skip
        self.clock.call(now + hours, Order.SHIPMENT_ARRIVES, self.sent, lambda: (arrive(), None)[1])
        self.sent += 1

    def _departure(self) -> None:
        """Trucks that are home take what waits; the tour whose goods wait longest goes first."""
        waiting = [t for t, dock in enumerate(self.docks) if dock]
        for tour in sorted(waiting, key=lambda t: (self.docks[t][0].ordered, t)):
            while self.trucks > 0 and self.docks[tour]:
                self._truck(tour)

    def _truck(self, number: int) -> None:
        assert self.fleet is not None
        clock, tour, dock = self.clock, self.plan.tours[number], self.docks[number]
        self.trucks -= 1
        self.tours_made += 1
        kg = 0.0
        while dock:
            parcel = dock[0]
            mass = self.mass[parcel.part]
            quantity = load(self.fleet.capacity - kg, mass, parcel.quantity)
            if quantity == 0:
                break
            kg += mass * quantity
            hours = tour.hours[tour.outlets.index(parcel.outlet)]
            self._send(Kind.REPLENISHMENT, FLEET, parcel.outlet, parcel.part, quantity, parcel.case,
                       parcel.ordered, hours, _bound(parcel.arrive, quantity), number)  # fmt: skip
            if quantity < parcel.quantity:
                parcel.quantity -= quantity
                break
            dock.popleft()
        trip = self.log.add(Trip(number, clock.now, tour.km, kg))

        def home() -> None:
            trip.home = clock.now
            self.trucks += 1

        clock.call(clock.now + tour.duration, Order.TRUCK_HOME, self.tours_made, home)


def _bound(arrive: Callable[[int], None], quantity: int) -> Callable[[], None]:
    return lambda: arrive(quantity)
