"""Enquiries: requests that are no failures, over the week, with good and bad days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario import ScenarioError
from simnet.scenario.hotline import Enquiry
from simnet.scenario.quantity import DAY, WEEK, YEAR

from .failures import MAX_CASES
from .groups import Groups
from .streams import Floats, Streams, name_key
from .units import Units, arrivals


@dataclass(frozen=True)
class Enquiries:
    """All enquiries, group by group, each in order of time."""

    groups: Groups
    """by source and market"""
    time: Floats
    """(enquiries,) hours"""


def _hourly_shape(
    plan: Plan, streams: Streams, name: str, enquiry: Enquiry
) -> tuple[Floats, Floats]:
    """Hours (k+1,) and the relative rate in each of the k hours: profile times day factor."""
    edges = np.append(np.arange(0.0, plan.end, 1.0), plan.end)
    hours = edges[:-1] + plan.offset
    shape = enquiry.profile.weights[(hours % WEEK).astype(np.int64)]
    if enquiry.day_factor_cv > 0:
        days = (edges[:-1] // DAY).astype(np.int64)
        u = streams.uniform("day factor", name_key("enquiry", name), np.arange(days[-1] + 1))
        shape = shape * enquiry.day_factor().ppf(u)[days]
    return edges, shape


def _before(times: Floats, middle: Floats) -> NDArray[np.int64]:
    """How many of the `times` lie before the middle of each hour, shape (k,)."""
    hours = len(middle)
    first = np.clip(np.floor(times - 0.5) + 1, 0, hours).astype(np.int64)
    late = np.flatnonzero(first >= hours - 1)  # the last hour may be cut short
    first[late] = np.where(times[late] < middle[-1], hours - 1, hours)
    return np.cumsum(np.bincount(first, minlength=hours)[:hours])


def _in_field(units: Units, mine: list[int], edges: Floats) -> Floats:
    """Units of these groups that are in the field at the middle of each hour, shape (k,)."""
    middle = (edges[1:] + edges[:-1]) / 2
    start, life = units.groups.start, units.life
    sold = [units.sold[start[g] : start[g + 1]] for g in mine]
    left = [s + life[g] for g, s in zip(mine, sold, strict=True) if life[g] < np.inf]
    come, leave = (np.concatenate([np.empty(0), *times]) for times in (sold, left))
    return (_before(come, middle) - _before(leave, middle)).astype(np.float64)


def draw_enquiries(plan: Plan, streams: Streams, units: Units) -> Enquiries:
    """Draw every enquiry; raises ScenarioError where there would be too many."""
    columns: list[tuple[Floats, int, int, int]] = []
    products = list(plan.scenario.products)
    kind, place = units.groups.kind, units.groups.market
    total, weights = 0.0, plan.weights
    for s, source in enumerate(plan.sources):
        if not source.enquiry:
            continue
        enquiry = plan.scenario.enquiries[source.enquiry]
        edges, shape = _hourly_shape(plan, streams, source.enquiry, enquiry)
        length = np.diff(edges)
        asking: dict[int, list[int]] = {}  # groups of units by market
        for g, (p, m) in enumerate(zip(*(a.tolist() for a in (kind, place)), strict=True)):
            if enquiry.product is None or p == products.index(enquiry.product):
                asking.setdefault(m, []).append(g)
        for m, market in enumerate(plan.markets):
            if enquiry.per_week is not None:
                rate = np.full(len(length), enquiry.per_week / WEEK * weights[m])
            else:
                there = _in_field(units, asking.get(m, []), edges)
                rate = there * ((enquiry.per_unit_year or 0.0) / YEAR)
            expected = np.concatenate(([0.0], np.cumsum(rate * shape * length)))
            total += expected[-1]
            if total > MAX_CASES:
                message = f"more than {MAX_CASES:,} enquiries would be simulated"
                path = ("enquiries", source.enquiry)
                raise ScenarioError([plan.scenario.problem(path, message)])
            who = name_key("enquiry", source.enquiry, market)
            columns.append((arrivals(streams, "enquiry", who, edges, expected), s, m, who))
    return Enquiries(
        groups=Groups.of([(s, m, who, len(times)) for times, s, m, who in columns]),
        time=np.concatenate([np.empty(0), *(times for times, *_ in columns)]),
    )
