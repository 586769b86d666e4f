"""The units behind the cases: how many there are, and how long a failure keeps one down.

While a unit is down it cannot fail again, so few units ask for less the longer they wait. The
network is worked out with what this leaves of the demand until both agree.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simnet.accounts import WAITS
from simnet.plan import Plan

from .demand import Demand
from .dispatch import second_visits
from .laws import Floats

if TYPE_CHECKING:
    from .network import Network


@dataclass(frozen=True)
class Down:
    """What a failure costs a unit, in hours; shape (products, markets)."""

    hours: Floats
    """until it works again"""
    at_outlet: Floats
    """of these, those in which it waits for a technician or is in his hands"""

    @classmethod
    def none(cls, products: int, markets: int) -> "Down":
        """As if repairs took no time."""
        return cls(np.zeros((products, markets)), np.zeros((products, markets)))


@dataclass(frozen=True)
class Units:
    """Who stands behind the visits."""

    count: Floats
    """(products, markets, windows) units in the field, on average"""
    product: NDArray[np.int64]
    """(sources,) product number, -1 for enquiries"""
    of_units: Floats
    """(sources,) 1 for failures, 0 for enquiries"""
    pull: Floats
    """(sources, markets) how many times as often cases would come if units never waited for a
    technician and repairs took no time; 1 for enquiries"""


def failure_rates(plan: Plan, demand: Demand) -> Floats:
    """(products, markets) failures in an hour of a unit in the field, over the whole horizon."""
    found = np.zeros(demand.unit_hours.shape[:2])
    for s, source in enumerate(plan.sources):
        if source.product >= 0:
            found[source.product] += demand.cases[s].sum(axis=1)
    hours = demand.unit_hours.sum(axis=2)
    return np.where(hours > 0, found / np.where(hours > 0, hours, 1.0), 0.0)


def hours_down(n: "Network") -> Down:
    """What a failure costs a unit by these waits.

    Where waits grow without end it is down for the whole run at most.
    """
    plan = n.plan
    found = Down.none(len(plan.scenario.products), len(plan.markets))
    if not n.waits:
        return found
    mean = {name: n.waits[name] for name in WAITS}
    other = n.first_call[1] + sum(mean[w] for w in WAITS if w not in ("technician", "part"))
    other = min(float(np.nan_to_num(other, nan=np.inf)), plan.horizon)
    weight = n.counted / n.counted.sum()
    technician = np.nan_to_num(n.outlets.wait, nan=plan.horizon) @ weight
    parts = n.stock.wait @ weight if plan.scenario.parts else np.zeros((len(plan.outlets), 0))
    total = np.zeros(found.hours.shape)
    products = list(plan.scenario.products.values())
    for s, source in enumerate(plan.sources):
        if source.product < 0:
            continue
        cases, ours, visited = (x[s].sum(axis=1) for x in (n.demand.cases, n.demand.ours, n.visits))
        p, work, share = source.product, source.work, n.allotment.share[s]
        total[p] += cases
        found.hours[p] += ours * other + (cases - ours) * products[p].elsewhere
        if work is None:
            continue
        again = second_visits(work)
        queued = (1 + again) * (share @ technician)
        hands = work.repair.mean() + again * (work.second_repair or work.repair).mean()
        on_site = np.array([o.service == "on_site" for o in plan.outlets.values()])
        way = (1 + again) * (share * n.allotment.way * on_site).sum(axis=1)
        wait = np.zeros(len(share))
        for part, chance in ((source.part, work.part_chance), (source.second_part, again)):
            if part >= 0:
                wait += chance * (share @ parts[:, part])
        found.hours[p] += visited * (queued + wait)
        found.at_outlet[p] += visited * (queued + hands + 2 * way)
    with np.errstate(invalid="ignore", divide="ignore"):
        hours, there = (np.where(total > 0, x / total, 0.0) for x in (found.hours, found.at_outlet))
    hours = np.minimum(hours, plan.horizon)
    return Down(hours, np.minimum(there, hours))
