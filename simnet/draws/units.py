"""Units: who buys what, where and when; and the units that are in the field at the start."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.brief import brief
from simnet.plan import Plan, share_out
from simnet.scenario import ScenarioError
from simnet.scenario.market import BassSales, ConstantSales, LinearSales, Sales, TableSales
from simnet.scenario.quantity import MONTH, YEAR

from .groups import Groups
from .streams import Floats, Streams, name_key

MAX_UNITS = 50_000_000


@dataclass(frozen=True)
class Units:
    """All units of a run, group by group; those in the field at the start were sold before 0.

    What follows from the group is not held: `product`, `market` and the like are made when asked
    for, shape (units,) each.
    """

    __repr__ = brief

    groups: Groups
    """by product, market, and whether they were sold in the run or before"""
    life: Floats
    """(groups,) hours from the sale to the end of a unit's life, inf where it never leaves"""
    sold: Floats
    """(units,) hours of the sale, negative before the start"""

    def __len__(self) -> int:
        return len(self.sold)

    def columns(self) -> dict[str, NDArray[Any]]:
        """All that is known of each unit."""
        names = ("product", "market", "who", "index", "sold", "leaves")
        return {name: getattr(self, name) for name in names}

    @property
    def product(self) -> NDArray[np.int32]:
        """Number of the product."""
        return self.groups.kind[self.groups.each()]

    @property
    def market(self) -> NDArray[np.int32]:
        """Number of the market."""
        return self.groups.market[self.groups.each()]

    @property
    def who(self) -> NDArray[np.uint64]:
        """Name of the group as 64 bits."""
        return self.groups.who[self.groups.each()]

    @property
    def index(self) -> NDArray[np.int64]:
        """Number within the group."""
        return np.arange(len(self)) - self.groups.start[self.groups.each()]

    @property
    def leaves(self) -> Floats:
        """Hours at which the unit leaves the field by age, inf where it never does."""
        return self.sold + self.life[self.groups.each()]

    def leave(self, rows: NDArray[np.integer[Any]]) -> Floats:
        """The same of some of the units, shape (rows,)."""
        group = np.searchsorted(self.groups.start, rows, side="right") - 1
        return self.sold[rows] + self.life[group]

    @property
    def new(self) -> NDArray[np.bool_]:
        """Whether sold in the run. A unit in the field of age 0 was sold at -0.0."""
        return ~np.signbit(self.sold)


def expected_sales(curve: Sales, plan: Plan) -> tuple[Floats, Floats]:
    """Hours (k,) and units expected to be sold by then (k,), straight in between."""
    edges = np.append(plan.month_starts, plan.horizon)
    with np.errstate(over="ignore"):  # what no number can hold is inf, and refused as too many
        sold = _sold_by_month(curve, edges, plan)
        return edges, np.concatenate(([0.0], np.cumsum(sold)))


def _sold_by_month(curve: Sales, edges: Floats, plan: Plan) -> Floats:
    months = np.diff(edges) / MONTH
    if isinstance(curve, ConstantSales):
        sold = curve.per_month * months
    elif isinstance(curve, LinearSales):
        middle = (edges[1:] + edges[:-1]) / 2 / plan.horizon
        sold = (curve.start + (curve.end - curve.start) * middle) * months
    elif isinstance(curve, TableSales):
        table = np.asarray(curve.per_month)
        sold = table[np.minimum(np.arange(len(months)), len(table) - 1)] * months
    else:
        assert isinstance(curve, BassSales)
        sold = np.diff([curve.cumulative(edge / YEAR) for edge in edges])
    if curve.season is None:
        return sold
    first = plan.scenario.start.month - 1
    return sold * np.asarray(curve.season)[(first + np.arange(len(months))) % 12]


def arrivals(streams: Streams, purpose: str, who: int, edges: Floats, expected: Floats) -> Floats:
    """Times of a Poisson process with expected number `expected` at `edges` (both (k,)).

    Inverse transform of a unit-rate process (Cinlar, Introduction to Stochastic Processes, 1975,
    section 4.7): the i-th customer keeps his numbers whatever the level of demand.
    """
    from .loops import arrive

    total = float(expected[-1])
    if total <= 0:
        return np.empty(0)
    size = int(total + 8 * np.sqrt(total) + 20)
    gaps = -np.log1p(-streams.uniform(purpose, who, np.arange(size)))
    clock = np.cumsum(gaps)
    while clock[-1] < total:
        more = np.arange(len(clock), len(clock) + size)
        gaps = -np.log1p(-streams.uniform(purpose, who, more))
        clock = np.concatenate((clock, clock[-1] + np.cumsum(gaps)))
    clock = clock[: np.searchsorted(clock, total)]
    found = np.empty(len(clock))
    arrive(clock, np.ascontiguousarray(expected), np.ascontiguousarray(edges), found)
    return found


def draw_units(plan: Plan, streams: Streams) -> Units:
    """Draw sales and ages; raises ScenarioError where there would be too many units."""
    rows: list[tuple[int, int, int, Floats]] = []
    total = 0.0
    weights = plan.weights
    for p, (product_name, product) in enumerate(plan.scenario.products.items()):
        nation = None if product.sales is None else expected_sales(product.sales, plan)
        shares = None
        if product.in_field is not None:
            shares = share_out(product.in_field.units, weights)
        for m, (market_name, market) in enumerate(plan.markets.items()):
            own_sales, own_field = market.sales.get(product_name), market.in_field.get(product_name)
            sales = nation if own_sales is None else expected_sales(own_sales, plan)
            if sales is not None:
                edges, expected = sales
                level = weights[m] if own_sales is None else 1.0
                total += expected[-1] * level
                if total > MAX_UNITS:
                    raise too_many(plan, product_name, total)
                who = name_key("sold", product_name, market_name)
                rows.append((p, m, who, arrivals(streams, "sale", who, edges, expected * level)))
            in_field = own_field or product.in_field
            if in_field is not None:
                count = (
                    own_field.units if own_field else int(shares[m]) if shares is not None else 0
                )
                total += count
                if total > MAX_UNITS:
                    raise too_many(plan, product_name, total)
                who = name_key("in field", product_name, market_name)
                ages = in_field.age.ppf(streams.uniform("age", who, np.arange(count)))
                rows.append((p, m, who, -ages))
    groups = Groups.of([(p, m, who, len(sold)) for p, m, who, sold in rows])
    return Units(
        groups=groups,
        life=lives(plan)[groups.kind],
        sold=np.concatenate([np.empty(0), *(sold for *_, sold in rows)]),
    )


def lives(plan: Plan) -> Floats:
    """Hours from the sale to the end of life of each product, inf where there is none."""
    return np.array([product.end_of_life or np.inf for product in plan.scenario.products.values()])


def too_many(plan: Plan, product: str, count: float) -> ScenarioError:
    """The error of a product with which there are too many units."""
    message = (
        f"with {count:,.0f} units there are more than the {MAX_UNITS:,} that are simulated; "
        "let one unit stand for many"
    )
    return ScenarioError([plan.scenario.problem(("products", product), message)])
