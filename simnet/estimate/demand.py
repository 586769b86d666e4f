"""Expected demand: failures by the renewal function of each law, enquiries by their rates."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simnet.draws.units import expected_sales
from simnet.plan import Plan, share_out
from simnet.scenario.market import InField, Sales
from simnet.scenario.product import Product
from simnet.scenario.quantity import WEEK, YEAR

from .laws import Floats, quantiles, renewals

COHORTS = 400
"""groups in which units sold over the horizon are counted, and ages of units in the field"""


@dataclass(frozen=True)
class Demand:
    """Expected numbers; windows are stretches of the horizon."""

    windows: Floats
    """(windows + 1,) edges, hours"""
    cases: Floats
    """(sources, markets, windows) cases that begin"""
    ours: Floats
    """the same, of those with which the customer comes to us"""
    in_warranty: Floats
    """the same, of those in warranty"""
    sold: Floats
    """(products, markets, windows) units sold"""
    there: Floats
    """(products, markets) units in the field at the start"""
    unit_hours: Floats
    """(products, markets, windows) hours of units in the field"""

    def less(self, plan: Plan, up: Floats) -> "Demand":
        """The demand of units that can fail in a share `up` (products, markets) of the time."""
        share = np.ones(self.cases.shape[:2])
        for s, source in enumerate(plan.sources):
            if source.product >= 0:
                share[s] = up[source.product]
        cases, ours, covered = (
            x * share[:, :, None] for x in (self.cases, self.ours, self.in_warranty)
        )
        return replace(self, cases=cases, ours=ours, in_warranty=covered)


@dataclass(frozen=True)
class _Group:
    """Units that were sold together: hours of the sale (n,), number (n,)."""

    sold: Floats
    number: Floats


def _groups(
    plan: Plan, sales: Sales | None, in_field: InField | None, count: float
) -> tuple[_Group, _Group]:
    """Units sold over the horizon, and those in the field at the start (`count` of them)."""
    nobody = _Group(np.zeros(0), np.zeros(0))
    new = old = nobody
    if sales is not None:
        edges, expected = expected_sales(sales, plan)
        fine = np.union1d(np.linspace(0.0, plan.horizon, COHORTS + 1), edges)
        new = _Group((fine[1:] + fine[:-1]) / 2, np.diff(np.interp(fine, edges, expected)))
    if in_field is not None and count:
        ages = quantiles(in_field.age, COHORTS)
        old = _Group(-ages, np.full(COHORTS, count / COHORTS))
    return new, old


def _failures(
    product: Product, groups: tuple[_Group, ...], windows: Floats
) -> dict[str, tuple[Floats, Floats]]:
    """By failure mode: failures, and those in warranty, in each window."""
    last = float(windows[-1])
    oldest = max((float(last - g.sold.min()) for g in groups if len(g.sold)), default=0.0)
    clocks = [(m, mode.failure, mode.repair_effect) for m, mode in product.modes.items()]
    clocks.append(("", product.failure, product.repair_effect))
    shares = {m: mode.share for m, mode in product.modes.items() if mode.share is not None}
    life = product.end_of_life or np.inf
    found: dict[str, tuple[Floats, Floats]] = {}
    for name, law, effect in clocks:
        if law is None or oldest <= 0:
            continue
        until = renewals(law, effect, oldest)
        both = []
        for limit in (life, min(life, product.warranty)):
            total = np.zeros(len(windows))
            for group in groups:
                # a unit in the field has failed before the start, too; the differences leave it out
                age = np.clip(windows[:, None] - group.sold, 0.0, min(limit, oldest))
                total += until(age) @ group.number
            both.append(np.diff(total))
        if name:
            found[name] = both[0], both[1]
        else:
            whole = sum(shares.values())
            found |= {m: (both[0] * s / whole, both[1] * s / whole) for m, s in shares.items()}
    return found


def expected_demand(plan: Plan, windows: Floats) -> Demand:
    """Expected cases by source, market and window, as if a repair took no time."""
    scenario, weights = plan.scenario, plan.weights
    products, markets = list(scenario.products.items()), list(plan.markets.values())
    shape = len(plan.sources), len(markets), len(windows) - 1
    cases, covered = np.zeros(shape), np.zeros(shape)
    sold = np.zeros((len(products), *shape[1:]))
    hours, there = np.zeros_like(sold), np.zeros(sold.shape[:2])
    source_of = {(s.product, s.mode): i for i, s in enumerate(plan.sources) if s.product >= 0}

    def add(p: int, share: NDArray[np.float64], groups: tuple[_Group, _Group]) -> None:
        product = products[p][1]
        for mode, (all_of_it, in_warranty) in _failures(product, groups, windows).items():
            if (p, mode) in source_of:
                cases[source_of[p, mode]] += np.outer(share, all_of_it)
                covered[source_of[p, mode]] += np.outer(share, in_warranty)
        new, old = groups
        sold[p] += np.outer(share, np.histogram(new.sold, windows, weights=new.number)[0])
        there[p] += share * old.number.sum()
        for group in (new, old):
            gone = group.sold + (product.end_of_life or np.inf)
            inside = np.clip(gone, *_ends(windows)) - np.clip(group.sold, *_ends(windows))
            hours[p] += np.outer(share, inside @ group.number)

    for p, (name, product) in enumerate(products):
        own = np.array([name in m.sales or name in m.in_field for m in markets])
        common = np.where(own, 0.0, weights)
        in_field = product.in_field
        count = in_field.units if in_field is not None else 0
        if common.any():
            add(p, common, _groups(plan, product.sales, in_field, count))
        for m in np.flatnonzero(own):
            sales, field = markets[m].sales.get(name), markets[m].in_field.get(name)
            one = np.zeros(len(markets))
            one[m] = 1.0
            share = one if sales is not None else one * weights[m]
            new, _ = _groups(plan, sales or product.sales, None, 0)
            add(p, share, (new, _Group(np.zeros(0), np.zeros(0))))
            if field is None and in_field is not None:
                count = int(share_out(in_field.units, weights)[m])
            elif field is not None:
                count = field.units
            _, old = _groups(plan, None, field or in_field, count)
            add(p, one, (_Group(np.zeros(0), np.zeros(0)), old))
    comes = np.ones(shape[0])
    for i, source in enumerate(plan.sources):
        if source.product >= 0:
            comes[i] = products[source.product][1].comes_after_warranty
            continue
        enquiry = scenario.enquiries[source.enquiry]
        if enquiry.per_week is not None:
            cases[i] = np.outer(weights, np.diff(windows) * enquiry.per_week / WEEK)
        else:
            names = [n for n, _ in products]
            mine = slice(None) if enquiry.product is None else [names.index(enquiry.product)]
            cases[i] = hours[mine].sum(axis=0) * ((enquiry.per_unit_year or 0.0) / YEAR)
        covered[i] = cases[i] * enquiry.in_warranty
    asks = np.array([s.product < 0 for s in plan.sources])[:, None, None]
    lost = np.where(asks, 0.0, (1 - comes)[:, None, None] * (cases - covered))
    return Demand(windows, cases, cases - lost, covered, sold, there, hours)


def _ends(windows: Floats) -> tuple[Floats, Floats]:
    """Beginning and end of each window, shape (windows, 1)."""
    return windows[:-1, None], windows[1:, None]
