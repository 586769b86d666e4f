"""The whole network by formulas: each part's estimate, one after the other."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simnet.brief import brief
from simnet.plan import Plan
from simnet.scenario.outlet import Outlet

from .demand import Demand, expected_demand
from .dispatch import Allotment, allot, second_visits
from .hotline import HotlineEstimate, estimate_hotline
from .laws import Floats, quantiles, residuals, second_moment
from .money import yearly_costs
from .outlets import OutletsEstimate, estimate_outlets
from .stock import StockEstimate, estimate_stock
from .technicians import Asked, technicians_waits
from .units import Down, Units, failure_rates, hours_down
from .waits import mean_waits
from .week import STEPS, calls_of_failures, let_in
from .work import expected_work

ROUNDS = 25
SAME = 1e-7
"""change of the share of time that units are up, below which demand and waits agree"""
STILL = 0.001
"""step of that share, halved often, below which they come no nearer"""
HARDLY = 0.002
"""share of the time that units are down which demand does not take notice of"""
WINDOWS = 4
"""equal stretches of the horizon after the warm-up, each in a steady state of its own"""


@dataclass(frozen=True)
class Network:
    """Expected figures of a plan; computed when asked for. Rates are per hour."""

    __repr__ = brief

    plan: Plan
    down: Down | None = None
    """what a failure costs a unit, as demand takes it; None for no time: see `settled`"""
    known: Demand | None = None
    """`at_once`, where it has been worked out"""

    def settled(self) -> "Network":
        """The network in which units fail as seldom as what they are down for leaves them time to.

        Where units are hardly ever down that is the network itself. A long wait now makes the next
        one short, so steps are halved wherever they turn back (Kesten 1958, Annals of Mathematical
        Statistics 29); they come to rest too where an outlet is at the edge of overload, at which
        waits jump.
        """
        network, step = self, 1.0
        before = np.zeros_like(self.up)
        for _ in range(ROUNDS):
            found = hours_down(network)
            change = _up(network, found) - network.up
            largest = float(np.abs(change).max(initial=0.0))
            jumps = step < 0.1 and step * largest < STILL
            if jumps or largest < (SAME if network.down else HARDLY):
                break
            if (change * before).sum() < 0:
                step /= 2
            if (last := network.down) is not None:
                found = Down(
                    last.hours + step * (found.hours - last.hours),
                    last.at_outlet + step * (found.at_outlet - last.at_outlet),
                )
            network, before = Network(self.plan, found, self.at_once), change
        return network

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
    def up(self) -> Floats:
        """(products, markets) share of the time in which units can fail."""
        if self.down is None:
            return np.ones((len(self.plan.scenario.products), len(self.plan.markets)))
        return _up(self, self.down)

    @cached_property
    def demand(self) -> Demand:
        """Expected cases."""
        return self.at_once if self.down is None else self.at_once.less(self.plan, self.up)

    @cached_property
    def at_once(self) -> Demand:
        """Expected cases if repairs took no time."""
        return self.known or expected_demand(self.plan, self.windows)

    @cached_property
    def failure_rate(self) -> Floats:
        """(products, markets) failures in an hour in which a unit works, on average."""
        return failure_rates(self.plan, self.at_once)

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
        if self.hotline and total.sum() > 0:
            # visits are asked for as calls are answered, later than calls come
            weight = self.counted / self.counted.sum()
            shape = sum(
                (h.answers * w for h, w in zip(self.hotline, weight, strict=True)), shape * 0
            )
        return shape if shape.sum() > 0 else np.ones(STEPS)

    @cached_property
    def allotment(self) -> Allotment:
        """Who gets which case."""
        return allot(self.plan, self.visits.sum(axis=2) / self.hours.sum())

    @cached_property
    def units(self) -> Units:
        """Who stands behind the visits."""
        product = np.array([s.product for s in self.plan.sources], dtype=np.int64)
        pull = np.ones((len(product), len(self.plan.markets)))
        if self.down is not None:
            kept = self.failure_rate * self.down.hours
            less = self.failure_rate * (self.down.hours - self.down.at_outlet)
            pull[product >= 0] = ((1 + kept) / (1 + less))[product[product >= 0]]
        return Units(self.demand.unit_hours / self.hours, product, self.of_units, pull)

    @cached_property
    def outlets(self) -> OutletsEstimate:
        """Loads and waits."""
        return estimate_outlets(
            self.plan, self.allotment, self.visits / self.hours, self.units, self.visit_shape
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
        """Mean hours that a unit waits for the bench of the central workshop; NaN where its queue
        grows."""
        workshop = self.plan.scenario.logistics.workshop
        rate = float((self._to_workshop() * (self.counted > 0)).sum() / self.counted.sum())
        mean = workshop.repair.mean()
        if workshop.technicians == "unlimited" or rate == 0 or mean == 0:
            return 0.0
        one = np.full((1, 1), rate)
        asked = Asked(one, one * mean, one * second_moment(workshop.repair), 0 * one, 0 * one, one)
        bench = Outlet().model_copy(update={"hours": workshop.hours, "last_start": 0.0})
        left = residuals(quantiles(workshop.repair, 400), np.ones(400))
        found = technicians_waits(
            [bench], np.array([float(workshop.technicians)]), np.zeros(1),
            np.zeros(1, dtype=np.int64), asked, (np.ones(STEPS), left), np.ones(1),
        )  # fmt: skip
        return float(found.wait[0, 0])

    def _to_workshop(self) -> Floats:
        """(windows,) units sent to the central workshop."""
        share = np.array([s.work.workshop if s.work else 0.0 for s in self.plan.sources])
        return np.asarray((share[:, None] * self.visits.sum(axis=1)).sum(axis=0))

    @cached_property
    def waits(self) -> dict[str, float]:
        """Mean hours by name of accounts.WAITS, and `response`; see `mean_waits`."""
        return mean_waits(self)

    @cached_property
    def costs(self) -> tuple[dict[str, float], float]:
        """Yearly cost by category, and income."""
        return yearly_costs(self.plan, expected_work(self))


def _up(network: Network, down: Down) -> Floats:
    return np.asarray(1 / (1 + network.failure_rate * down.hours))
