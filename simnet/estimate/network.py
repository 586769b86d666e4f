"""The whole network by formulas: each part's estimate, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simnet.plan import Plan
from simnet.scenario.quantity import WEEK
from simnet.theory import parallel_queues

from .demand import Demand, expected_demand
from .dispatch import Allotment, allot
from .hotline import HotlineEstimate, estimate_hotline
from .laws import Floats
from .money import Work, yearly_costs
from .outlets import OutletsEstimate, estimate_outlets, second_visits
from .stock import StockEstimate, carrier_hours, estimate_stock
from .week import STEP, STEPS, calls_of_failures, let_in, part_open

WINDOWS = 4
"""equal stretches of the horizon after the warm-up, each in a steady state of its own"""


@dataclass(frozen=True)
class Network:
    """Expected figures of a plan; computed when asked for. Rates are per hour."""

    plan: Plan

    @cached_property
    def windows(self) -> Floats:
        """Edges: the warm-up as one window, then four equal ones."""
        start, end = self.plan.scenario.warm_up, self.plan.horizon
        return np.unique(np.append(0.0, np.linspace(start, end, WINDOWS + 1)))

    @cached_property
    def hours(self) -> Floats:
        """(windows,) their lengths."""
        return np.diff(self.windows)

    @cached_property
    def counted(self) -> Floats:
        """(windows,) their lengths after the warm-up: 0 for the warm-up itself."""
        return np.where(self.windows[:-1] >= self.plan.scenario.warm_up, self.hours, 0.0)

    @cached_property
    def demand(self) -> Demand:
        """Expected cases."""
        return expected_demand(self.plan, self.windows)

    @cached_property
    def of_units(self) -> Floats:
        """(sources,) 1 for failures, 0 for enquiries."""
        return np.array([float(s.product >= 0) for s in self.plan.sources])

    @cached_property
    def first_call(self) -> tuple[Floats, float]:
        """When in the week failures are reported, and the mean hours until then."""
        return calls_of_failures(self.plan)

    @cached_property
    def shapes(self) -> Floats:
        """(sources, STEPS) when in the week first calls come, mean 1."""
        enquiries = self.plan.scenario.enquiries
        return np.stack(
            [
                self.first_call[0]
                if s.product >= 0
                else np.repeat(enquiries[s.enquiry].profile.weights, STEPS // 168)
                for s in self.plan.sources
            ]
        )

    @cached_property
    def hotline(self) -> list[HotlineEstimate]:
        """One for each window; the warm-up has the first one's."""
        hotline = self.plan.scenario.hotline
        if hotline is None:
            return []
        rates = self.demand.ours.sum(axis=1) / self.hours
        found = [
            estimate_hotline(self.plan, hotline, rates[:, w], self.shapes)
            for w in range(len(self.hours))
            if self.counted[w] > 0
        ]
        return [found[0]] * (len(self.hours) - len(found)) + found

    @cached_property
    def closed(self) -> Floats:
        """(sources,) mean hours that a first call waits for the hotline to open."""
        hotline = self.plan.scenario.hotline
        if hotline is None:
            return np.zeros(len(self.plan.sources))
        return np.array([let_in(s, hotline.hours, hotline.redial.delay)[1] for s in self.shapes])

    @cached_property
    def self_service(self) -> Floats:
        """(sources,) share of the callers whom the menu helps."""
        hotline = self.plan.scenario.hotline
        types = list(hotline.call_types.values()) if hotline else []
        return np.array([types[s.call_type].self_service if types else 0.0
                         for s in self.plan.sources])  # fmt: skip

    @cached_property
    def talk(self) -> Floats:
        """(sources,) mean hours of talk."""
        hotline = self.plan.scenario.hotline
        types = list(hotline.call_types.values()) if hotline else []
        return np.array([types[s.call_type].talk.mean() if types else 0.0
                         for s in self.plan.sources])  # fmt: skip

    @cached_property
    def answered(self) -> Floats:
        """(sources, markets, windows) cases that speak with an agent."""
        lost = np.array([h.lost for h in self.hotline]) if self.hotline else 0.0
        return self.demand.ours * (1 - self.self_service)[:, None, None] * (1 - lost)

    @cached_property
    def by_phone(self) -> Floats:
        """(sources, markets, windows) cases that the call settles."""
        remote = np.array([
            s.remote_fix if self.plan.scenario.hotline and s.work else float(s.work is None)
            for s in self.plan.sources
        ])  # fmt: skip
        served = self.demand.ours * self.self_service[:, None, None]
        return self.answered * remote[:, None, None] + served

    @cached_property
    def visits(self) -> Floats:
        """(sources, markets, windows) cases that need a visit, and get one."""
        if not self.plan.outlets:
            return np.zeros_like(self.answered)
        served = self.demand.ours * self.self_service[:, None, None]
        return self.answered - (self.by_phone - served)

    @cached_property
    def visit_shape(self) -> Floats:
        """When in the week visits are asked for, (STEPS,)."""
        total = self.visits.sum(axis=(1, 2))
        shape = total @ self.shapes / max(float(total.sum()), 1e-300)
        hotline = self.plan.scenario.hotline
        if hotline is not None:
            shape, _ = let_in(shape, hotline.hours, hotline.redial.delay)
        return shape if total.sum() > 0 else np.ones(STEPS)

    @cached_property
    def allotment(self) -> Allotment:
        """Who gets which case."""
        return allot(self.plan)

    @cached_property
    def outlets(self) -> OutletsEstimate:
        """Loads and waits."""
        return estimate_outlets(
            self.plan, self.allotment, self.visits / self.hours, self.visit_shape
        )

    def parts_of(self, visits: Floats) -> Floats:
        """(outlets, parts, windows) pieces that these visits take."""
        count = len(self.plan.scenario.parts)
        found = np.zeros((len(self.plan.outlets), count, visits.shape[2]))
        for s, source in enumerate(self.plan.sources):
            if source.work is None:
                continue
            here = self.allotment.share[s].T @ visits[s]
            if source.part >= 0:
                found[:, source.part] += source.work.part_chance * here
            if source.second_part >= 0:
                found[:, source.second_part] += second_visits(source.work) * here
        return found

    @cached_property
    def stock(self) -> StockEstimate:
        """Fill rates and waits for parts."""
        pieces = self.parts_of(self.visits) / self.hours
        return estimate_stock(self.plan, pieces, self.visit_shape)

    @cached_property
    def bench_wait(self) -> float:
        """Mean hours that a unit waits for the bench of the central workshop."""
        workshop = self.plan.scenario.logistics.workshop
        rate = float((self._to_workshop() * (self.counted > 0)).sum() / self.counted.sum())
        if workshop.technicians == "unlimited" or rate == 0 or workshop.repair.mean() == 0:
            return 0.0
        able = workshop.technicians * part_open(workshop.hours.intervals)
        found = parallel_queues(
            np.full((1, STEPS), rate), [workshop.repair.mean()], able[None, :], STEP
        )
        return float(found.wait[0]) if found.overflow[0] < 1e-3 else np.nan

    def _to_workshop(self) -> Floats:
        """(windows,) units sent to the central workshop."""
        share = np.array([s.work.workshop if s.work else 0.0 for s in self.plan.sources])
        return np.asarray((share[:, None] * self.visits.sum(axis=1)).sum(axis=0))

    @cached_property
    def waits(self) -> dict[str, float]:
        """Mean hours by name of accounts.WAITS over the cases that are helped, and `response`.

        As in the key figures: failures helped on the telephone or mended, and enquiries visited.
        """
        plan, now = self.plan, self.counted > 0
        visits = self.visits * now
        phone = self.by_phone * now * self.of_units[:, None, None]
        service = float(visits.sum() + phone.sum())
        if service <= 0:
            return {}
        by_agent = (
            phone - self.demand.ours * now * (self.of_units * self.self_service)[:, None, None]
        )
        before = np.array([h.before_talk for h in self.hotline]) if self.hotline else np.zeros(1)
        before = before + self.closed[:, None, None]
        total = {"hotline": float(((visits + phone) * before).sum())}
        total["talk"] = float(((visits + by_agent).sum(axis=(1, 2)) * self.talk).sum())
        total["dispatch"] = float((visits.sum(axis=2) * self.allotment.delay).sum())
        response = sum(total.values())
        pieces = self.parts_of(visits)
        count = self.outlets.visits * self.hours * now
        total["part"] = float((pieces * self.stock.wait).sum()) if pieces.size else 0.0
        asked = count * self.outlets.wait
        total["technician"] = float(np.where(count > 0, asked, 0.0).sum())
        carried = np.array([o.service == "carry_in" for o in plan.outlets.values()], dtype=bool)
        travel = first_travel = repair = workshop = first_share = 0.0
        back = carrier_hours(plan, plan.carrier(plan.scenario.logistics.returns), plan.depot_km)
        bench = plan.scenario.logistics.workshop.repair.mean() + self.bench_wait
        for s, source in enumerate(plan.sources):
            if source.work is None:
                continue
            work, here = source.work, self.allotment.share[s] * visits[s].sum(axis=1)[:, None]
            second = second_visits(work)
            way = here * np.where(carried, self.allotment.way + self.outlets.to_counter,
                                  self.allotment.way)  # fmt: skip
            first_travel += way.sum()
            home = np.where(carried, 0.0, here * self.allotment.way)
            travel += way.sum() + (second + work.workshop) * home.sum()
            repair += here.sum() * work.repair.mean()
            repair += here.sum() * second * (work.second_repair or work.repair).mean()
            sent = work.workshop * here
            workshop += sent.sum() * bench + (sent * 2 * back).sum() + work.workshop * home.sum()
            first_share += here[:, ~carried].sum() * (1 + second)
        total["travel"], total["repair"], total["workshop"] = travel, repair, workshop
        # before the first help at the unit: the first visit's part and technician, on site only
        on_site = ~carried
        part_first = _first_part(self, visits)[on_site].sum()
        once = float(visits.sum()) / max(float(count.sum()), 1e-300)
        technician_first = float(np.where(count > 0, asked, 0.0)[on_site].sum()) * once
        response += float(part_first) + technician_first + first_travel
        found = {name: value / service for name, value in total.items()}
        found["response"] = response / service
        return found

    @cached_property
    def costs(self) -> tuple[dict[str, float], float]:
        """Yearly cost by category, and income."""
        return yearly_costs(self.plan, self._work())

    def _work(self) -> Work:
        plan, demand = self.plan, self.demand
        scenario, outlets = plan.scenario, len(plan.outlets)
        safe = np.where(demand.ours > 0, demand.ours, 1.0)
        covered = np.where(demand.ours > 0, demand.in_warranty / safe, 0.0)
        both = self.visits * covered, self.visits * (1 - covered)
        carried = np.array([o.service == "carry_in" for o in plan.outlets.values()], dtype=bool)
        promised = np.array([_promised(plan, s) for s in range(len(plan.sources))])

        def by_outlet(visits: Floats, each: Floats) -> Floats:
            """(outlets,) sum over cases, `each` (sources,) times."""
            total = np.zeros(outlets)
            for s, times in enumerate(each):
                total += times * (self.allotment.share[s].T @ visits[s].sum(axis=1))
            return total

        works = [s.work for s in plan.sources]
        ones = np.array([float(w is not None) for w in works])
        again = np.array([second_visits(w) if w else 0.0 for w in works])
        hands = np.array([
            w.repair.mean() + second_visits(w) * (w.second_repair or w.repair).mean() if w else 0.0
            for w in works
        ])  # fmt: skip

        def on_the_way(visits: Floats, length: Floats) -> Floats:
            total = np.zeros(outlets)
            for s in range(len(works)):
                way = np.where(carried, 0.0, 2 * length) * self.allotment.share[s]
                total += (1 + again[s]) * (way.T @ visits[s].sum(axis=1))
            return total

        home = np.array([order[0] if order else -1 for order in plan.preference], dtype=np.int64)
        sold = value = np.zeros(outlets)
        price = np.array([p.price for p in scenario.products.values()])
        if outlets and len(price):
            units = demand.sold.sum(axis=2)
            mine = home >= 0
            at = home[mine]
            sold = np.asarray(np.bincount(at, units.sum(axis=0)[mine], minlength=outlets) * 1.0)
            value = np.asarray(np.bincount(at, (price @ units)[mine], minlength=outlets) * 1.0)
        minutes = 0.0
        if scenario.hotline is not None:
            waited = np.array([h.asa for h in self.hotline])
            callers = self.demand.ours.sum(axis=(0, 1))
            minutes = 60 * float(
                (callers * (waited + scenario.hotline.menu.mean())).sum()
                + (self.answered.sum(axis=(1, 2)) * self.talk).sum()
            )
        used = _pair(both, lambda v: self.parts_of(v).sum(axis=2))
        stock, hours = self.stock, self.hours
        cost = np.array([p.cost for p in scenario.parts.values()])
        held = (stock.on_hand.sum(axis=0) + stock.depot_on_hand) @ hours / hours.sum()
        mended = (used[0] + used[1]) * np.array([p.repairable for p in scenario.parts.values()])
        products = len(scenario.products)
        sent = np.zeros((outlets, products))
        bench = 0.0
        for s, source in enumerate(plan.sources):
            if source.work is not None and source.work.workshop:
                units_in = source.work.workshop * (
                    self.allotment.share[s].T @ self.visits[s].sum(axis=1)
                )
                bench += float(units_in.sum()) * scenario.logistics.workshop.repair.mean()
                if source.product >= 0:
                    sent[:, source.product] += units_in
        return Work(
            repaired=_pair(both, lambda v: by_outlet(v, ones)),
            visits=_pair(both, lambda v: by_outlet(v, ones + again)),
            repair_hours=_pair(both, lambda v: by_outlet(v, hands)),
            travel_hours=_pair(both, lambda v: on_the_way(v, self.allotment.way)),
            km=_pair(both, lambda v: on_the_way(v, self.allotment.km)),
            parts_used=used,
            promises=_pair(both, lambda v: by_outlet(v, promised)),
            overtime=np.nan_to_num(self.outlets.overtime) @ hours,
            sold=sold,
            sales_value=value,
            call_minutes=minutes,
            shipments=stock.shipments @ hours,
            express=stock.express @ hours,
            trips=self._trips(),
            stock_value=float(held @ cost),
            mended=mended,
            to_workshop=sent,
            bench_hours=bench,
        )

    def _trips(self) -> Floats:
        """(tours,) expected departures with anything to carry, goods coming at random."""
        plan, fleet = self.plan, self.plan.scenario.logistics.fleet
        if fleet is None or not plan.tours:
            return np.zeros(0)
        gaps = np.diff(fleet.departures.moments, append=fleet.departures.moments[0] + WEEK)
        weeks = plan.horizon / WEEK
        found = []
        for tour in plan.tours:
            rate = float((self.stock.shipments[list(tour.outlets)].sum(axis=(0, 1)) @ self.hours)
                         / self.hours.sum())  # fmt: skip
            found.append(weeks * float((1 - np.exp(-rate * gaps)).sum()))
        return np.array(found)


def _pair(both: tuple[Floats, Floats], count: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    return count(both[0]), count(both[1])


def _promised(plan: Plan, source: int) -> float:
    """Share of a source's cases with a promise."""
    of = plan.sources[source]
    if of.product < 0:
        return float(plan.scenario.enquiries[of.enquiry].promise is not None)
    tiers = list(plan.scenario.products.values())[of.product].tiers.values()
    return sum(tier.share for tier in tiers if tier.promise is not None)


def _first_part(network: Network, visits: Floats) -> Floats:
    """(outlets,) hours that first visits wait for their part."""
    plan = network.plan
    found = np.zeros(len(plan.outlets))
    for s, source in enumerate(plan.sources):
        if source.work is not None and source.part >= 0:
            here = network.allotment.share[s].T @ visits[s]
            wait = network.stock.wait[:, source.part]
            found += source.work.part_chance * (here * wait).sum(axis=1)
    return found
