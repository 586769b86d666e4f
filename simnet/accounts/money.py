"""Figures of money: what service costs the company, what it earns, what others are left with."""

import numpy as np

from simnet.plan import FLEET
from simnet.records import Outcome
from simnet.scenario.quantity import YEAR

from .basis import Basis, Sums
from .flows import COMPANY, owners
from .loads import loads
from .months import month_of
from .registry import LOGISTICS, MONEY, OWNERS, figure
from .still_to_pay import still_to_pay
from .sums import Floats, ratio

OPEN = "open cases"
"""category of what open cases are expected to cost still; nobody has paid it yet"""


def _costs(b: Basis) -> dict[str, float]:
    """What service cost the company over the whole run, by category, the largest first; what open
    cases are expected to cost still among it."""
    found = {name: float(amounts.sum()) for name, amounts in b.books.paid().items()}
    still = still_to_pay(b)
    if still != 0:
        found[OPEN] = still
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _cost(b: Basis) -> float:
    return float(sum(b.once(_costs).values()))


def _came(b: Basis) -> Floats:
    """Cases that came to us, in each month."""
    return b.cases["came"][b.groups.slices[1]]


def _of_months(b: Basis) -> Floats:
    """Cost of each month, as far as it is paid."""
    return sum(b.books.paid().values(), np.zeros(len(b.plan.month_starts)))


def _one(part: float, whole: float) -> Floats:
    return np.array([part / whole if whole else np.nan])


@figure(
    "direct_cost_per_case", "money", "cost that the cases themselves caused, for each that is over",
    "min", MONEY, over=("market",),
)  # fmt: skip
def _direct(b: Basis) -> Floats:
    """Of cases that are over, as those which are not would make a market that waits look cheap."""
    cases, markets = b.at_horizon.cases, len(b.plan.markets)
    over = ~np.isnan(cases["called"]) & (cases["outcome"] != Outcome.OPEN)
    over &= cases["failed"] >= b.plan.scenario.warm_up
    count = np.bincount(cases["market"][over], minlength=markets).astype(np.float64)
    return ratio(sum(b.books.direct.values(), np.zeros(markets)), count)


@figure("direct_cost: ", "money", "direct cost: {}", "min", MONEY, over=("market",), family=True)
def _direct_by_category(b: Basis) -> Sums:
    return b.books.direct


@figure("cost", "money", "service cost of the company", "min", MONEY, over=("month",))
def _by_month(b: Basis) -> Floats:
    return _of_months(b)


@figure(
    "cases_charged", "", "cases that cost_per_case is for: the warm-up's too", None, MONEY,
    over=("total", "month"),
)  # fmt: skip
def _charged(b: Basis) -> Floats:
    return np.append(_came(b).sum(), _came(b))


@figure(
    "cost_per_case", "money", "service cost of the company for a case that came to us", "min",
    MONEY, over=("total", "month"),
)  # fmt: skip
def _per_case(b: Basis) -> Floats:
    came = _came(b)
    return np.append(_one(_cost(b), came.sum()), ratio(_of_months(b), came))


@figure(
    "cost_per_unit_sold", "money", "service cost of the company for a unit sold", "min", MONEY,
    over=("total", "month"),
)  # fmt: skip
def _per_unit(b: Basis) -> Floats:
    units, months = b.records.units, len(b.plan.month_starts)
    sold = np.bincount(month_of(b.plan, units.sold[units.new]), minlength=months)
    by_month = ratio(_of_months(b), sold.astype(np.float64))
    return np.append(_one(_cost(b), int(sold.sum())), by_month)


@figure("cost: ", "money", "of which {}", "min", MONEY, over=("month",), family=True)
def _by_month_and_category(b: Basis) -> Sums:
    return b.books.paid()


@figure("cost_per_year", "money", "service cost of the company in a year", "min", MONEY, ("total",))
def _per_year(b: Basis) -> Floats:
    return _one(_cost(b) * YEAR, b.plan.horizon)


@figure(
    "income_per_year", "money", "what the company earns with service in a year", "max", MONEY,
    over=("total",),
)  # fmt: skip
def _income(b: Basis) -> Floats:
    return _one(b.books.earned() * YEAR, b.plan.horizon)


@figure("cost_per_year: ", "money", "of which {}", "min", MONEY, over=("total",), family=True)
def _per_year_by_category(b: Basis) -> Sums:
    return {name: _one(amount * YEAR, b.plan.horizon) for name, amount in b.once(_costs).items()}


# owners of outlets, but for the company itself


def _profits(b: Basis) -> Floats:
    """(outlets,) what the owner of each is left with in a year; NaN where that is the company."""
    parties = owners(b.plan)
    found = dict.fromkeys(parties, 0.0)
    for (payer, payee, _), amounts in b.books.booked.items():
        for party, sign in ((payee, 1.0), (payer, -1.0)):
            if party in found:
                found[party] += sign * float(amounts.sum())
    profits = [np.nan if p == COMPANY else found[p] * YEAR / b.plan.horizon for p in parties]
    return np.array(profits, dtype=np.float64)


@figure(
    "owner_profit", "money", "what its owner is left with in a year, where that is not the company",
    "max", OWNERS, over=("outlet",),
)  # fmt: skip
def _owner_profit(b: Basis) -> Floats:
    return b.once(_profits)


def _some(b: Basis) -> Floats:
    return b.once(_profits)[~np.isnan(b.once(_profits))]


@figure("owners", "", "outlets whose owner is not the company", None, OWNERS, over=("total",))
def _owners(b: Basis) -> Floats | None:
    return np.array([float(len(_some(b)))]) if len(_some(b)) else None


@figure("owners_losing", "", "of which their owner loses money", "min", OWNERS, over=("total",))
def _losing(b: Basis) -> Floats | None:
    return np.array([float((_some(b) < 0).sum())]) if len(_some(b)) else None


@figure(
    "owner_profit_least", "money", "owner_profit of the one who is left with least", "max", OWNERS,
    over=("total",),
)  # fmt: skip
def _least(b: Basis) -> Floats | None:
    return np.array([_some(b).min()]) if len(_some(b)) else None


@figure(
    "owner_profit_sum", "money", "what all these owners together are left with in a year", "max",
    OWNERS, over=("total",),
)  # fmt: skip
def _sum(b: Basis) -> Floats | None:
    return np.array([_some(b).sum()]) if len(_some(b)) else None


# what transport costs


def _moved(b: Basis) -> tuple[float, float]:
    """kg that the own fleet and the carriers moved until the horizon."""
    lanes = b.at_horizon.shipments["lane"]
    fleet, carriers = (np.flatnonzero(mine) for mine in (lanes == FLEET, lanes >= 0))
    kg = [float(loads(b.plan, b.at_horizon, rows)[0].sum()) for rows in (fleet, carriers)]
    return kg[0], kg[1]


def _transport(b: Basis, fleet: bool) -> float:
    return sum(
        float(amounts.sum())
        for (payer, payee, category), amounts in b.books.booked.items()
        if payer == COMPANY and category == "transport" and (payee == "vehicles") == fleet
    )


@figure(
    "fleet_load", "share", "what the own trucks carry as they leave, of what they could", "max",
    LOGISTICS, over=("total",),
)  # fmt: skip
def _fleet_load(b: Basis) -> Floats:
    fleet, trips = b.plan.scenario.logistics.fleet, b.at_horizon.trips["kg"]
    room = len(trips) * fleet.capacity if fleet is not None else 0.0
    return _one(float(trips.sum()), room)


@figure(
    "fleet_cost_per_kg", "money", "own trucks: cost of a kg that they moved", "min", LOGISTICS,
    over=("total",),
)  # fmt: skip
def _fleet_per_kg(b: Basis) -> Floats:
    return _one(_transport(b, fleet=True), b.once(_moved)[0])


@figure(
    "carrier_cost_per_kg", "money", "carriers: cost of a kg that they moved", "min", LOGISTICS,
    over=("total",),
)  # fmt: skip
def _carrier_per_kg(b: Basis) -> Floats:
    return _one(_transport(b, fleet=False), b.once(_moved)[1])
