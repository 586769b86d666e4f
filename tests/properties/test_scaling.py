"""Twice as slow a world tells the same story in twice the time.

Every duration of a scenario is doubled, every rate and speed halved; a factor of 2 is exact in
binary numbers. The durations are found by their type in the schema, so that a new one is doubled
too.

What is bound to the calendar has no scale and is taken out: weekly hours, breaks and timetables;
absences (a place in each day's shift); weekly profiles and day factors; seasons and sales by table.
Linear sales and Bass's curve are drawn as straight lines from month to month, and enquiries per
unit with the number of units in the middle of each hour; both scale only as far as that grid is
fine, so they are left out too. Constant sales and enquiries per week are straight lines, but drawn
through the points of that grid: they scale up to rounding.
"""

from typing import get_args

import numpy as np
from hypothesis import given, settings
from properties.networks import networks
from properties.tools import columns, rewritten, run
from pydantic import BeforeValidator

import simnet
from simnet.accounts import FIGURES
from simnet.accounts.registry import MONEY, OWNERS
from simnet.scenario.hotline import Enquiry, Team
from simnet.scenario.law import PiecewiseHazard
from simnet.scenario.logistics import Carrier, Logistics
from simnet.scenario.market import ConstantSales, Market
from simnet.scenario.outlet import Outlet, OutletTerms
from simnet.scenario.product import Product
from simnet.scenario.quantity import parse_hours
from simnet.scenario.week import Profile, Week

RATES = {
    (Outlet, "speed"), (OutletTerms, "speed"), (Carrier, "speed"), (Enquiry, "per_week"),
    (ConstantSales, "per_month"), (PiecewiseHazard, "rates"),
}  # fmt: skip
NO_TIMES = ("km", "kg")
"""float columns of the records that are no times"""


def lasting(metadata, annotation):
    """Whether a field holds durations: its type reads texts such as '5 min'."""
    found = any(isinstance(m, BeforeValidator) and m.func is parse_hours for m in metadata)
    return found or any(
        lasting(getattr(part, "__metadata__", ()), part) for part in get_args(annotation)
    )


def times(factor, value):
    """A number, or the numbers in a table of quantiles or a sample, times a factor."""
    if isinstance(value, dict):
        return {key: factor * item for key, item in value.items()}
    if isinstance(value, tuple):
        return [factor * item for item in value]
    return None if value is None else factor * value


def slower(data):
    """The scenario with all durations doubled, and all rates and speeds halved."""

    def change(model, name, value):
        info = model.model_fields[name]
        if (model, name) == (Carrier, "factor"):  # a number, though it is drawn by a law
            return rewritten(value, lambda model, name, value: value)
        if (model, name) in RATES:
            return times(0.5, value)
        return times(2, value) if lasting(info.metadata, info.annotation) else value

    return rewritten(simnet.parse(data), change)


def timeless(data, flows):
    """The scenario without its calendar; with steady sales and enquiries if `flows`."""

    def change(model, name, value):
        if isinstance(value, Week):
            return None if name == "breaks" else "24/7"
        if isinstance(value, Profile):
            return {}
        if (model, name) in ((Team, "shrinkage"), (Enquiry, "day_factor_cv")):
            return 0
        if name == "capacity_share":
            return 1
        if (model is Logistics and name in ("fleet", "fleet_share")) or (
            name == "lane" and value == "fleet"
        ):
            return None
        if (model, name) == (Product, "sales"):
            return 10 if flows and value is not None else None
        if (model, name) == (Market, "sales"):
            return dict.fromkeys(value, 4) if flows else {}
        if model is Enquiry and name in ("per_week", "per_unit_year"):
            return 20 if name == "per_week" else None
        return value if flows or name != "enquiries" else {}

    return rewritten(simnet.parse(data), change)


def compare(mine, theirs, same):
    """Every time of `theirs` is twice that of `mine`, and all else is the same."""
    found = {(table, name): array for table, name, array in columns(theirs.records)}
    for table, name, array in columns(mine.records):
        other = found[table, name]
        if array.dtype == float and name not in NO_TIMES:
            same(2 * array, other, err_msg=f"{table} {name}")
        else:
            np.testing.assert_array_equal(array, other, err_msg=f"{table} {name}")
    for figure in FIGURES:
        name, unit = figure.name, figure.unit
        if figure.group in (OWNERS, MONEY):  # who pays by the month pays twice as often
            continue
        if "total" in figure.over and not figure.family and unit in ("h", "s", "share", ""):
            factor = 2 if unit in ("h", "s") else 1
            same(factor * mine.kpis[name], theirs.kpis[name], err_msg=name)


def exactly(mine, theirs, err_msg):
    np.testing.assert_array_equal(mine, theirs, err_msg)


def nearly(mine, theirs, err_msg):
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=err_msg)


def test_the_durations_are_found_by_their_type():
    """As many as there are in these models, in unions and containers too."""

    def found(model):
        return {n for n, i in model.model_fields.items() if lasting(i.metadata, i.annotation)}

    assert found(Product) == {"warranty", "end_of_life", "elsewhere"}
    assert found(PiecewiseHazard) == {"ages"}
    assert found(Enquiry) == {"promise"}
    assert found(Outlet) == {"last_start"}
    assert found(simnet.scenario.law.Weibull) == {"mean_", "sd", "quantiles", "scale"}
    assert found(simnet.scenario.law.Empirical) == {"values"}


@settings(max_examples=35, derandomize=True, deadline=None)
@given(networks().map(lambda data: timeless(data, flows=False)))
def test_twice_as_slow_takes_twice_as_long_to_the_bit(data):
    """Units in the field, their failures, calls, visits, parts and shipments: every moment is a sum
    of durations, and doubling is exact. Derandomised, fixed seed: no error rate."""
    mine, theirs = run(data), run(slower(data))
    assert theirs.plan.horizon == 2 * mine.plan.horizon
    compare(mine, theirs, exactly)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(networks().map(lambda data: timeless(data, flows=True)))
def test_steady_sales_and_enquiries_scale_too(data):
    """Up to rounding, since the two grids have other points. Derandomised, fixed seed."""
    mine, theirs = run(data), run(slower(data))
    compare(mine, theirs, nearly)
