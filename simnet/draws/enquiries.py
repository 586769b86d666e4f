"""Enquiries: requests that are no failures, over the week, with good and bad days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario import ScenarioError
from simnet.scenario.hotline import Enquiry
from simnet.scenario.quantity import DAY, WEEK, YEAR

from .failures import MAX_CASES
from .streams import Floats, Streams, name_key
from .units import Units, arrivals


@dataclass(frozen=True)
class Enquiries:
    """All enquiries, by source, market and time."""

    time: Floats
    source: NDArray[np.int16]
    market: NDArray[np.int32]
    who: NDArray[np.uint64]
    index: NDArray[np.uint64]


def _hourly_shape(
    plan: Plan, streams: Streams, name: str, enquiry: Enquiry
) -> tuple[Floats, Floats]:
    """Hours (k+1,) and the relative rate in each of the k hours: profile times day factor."""
    edges = np.append(np.arange(0.0, plan.horizon, 1.0), plan.horizon)
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


def _in_field(units: Units, mine: NDArray[np.int64], edges: Floats) -> Floats:
    """Units in the field at the middle of each hour, shape (k,)."""
    middle = (edges[1:] + edges[:-1]) / 2
    there = _before(units.sold[mine], middle) - _before(units.leaves[mine], middle)
    return there.astype(np.float64)


def draw_enquiries(plan: Plan, streams: Streams, units: Units) -> Enquiries:
    """Draw every enquiry; raises ScenarioError where there would be too many."""
    columns: list[tuple[Floats, int, int, int]] = []
    products = list(plan.scenario.products)
    total = 0.0
    for s, source in enumerate(plan.sources):
        if not source.enquiry:
            continue
        enquiry = plan.scenario.enquiries[source.enquiry]
        edges, shape = _hourly_shape(plan, streams, source.enquiry, enquiry)
        length = np.diff(edges)
        asking = np.arange(len(units.sold))
        if enquiry.product is not None:
            asking = np.flatnonzero(units.product == products.index(enquiry.product))
        asking = asking[np.argsort(units.market[asking], kind="stable")]
        bounds = np.searchsorted(units.market[asking], np.arange(len(plan.markets) + 1))
        for m, market in enumerate(plan.markets):
            if enquiry.per_week is not None:
                rate = np.full(len(length), enquiry.per_week / WEEK * plan.weights[m])
            else:
                mine = asking[bounds[m] : bounds[m + 1]]
                rate = _in_field(units, mine, edges) * ((enquiry.per_unit_year or 0.0) / YEAR)
            expected = np.concatenate(([0.0], np.cumsum(rate * shape * length)))
            total += expected[-1]
            if total > MAX_CASES:
                message = f"more than {MAX_CASES:,} enquiries would be simulated"
                path = ("enquiries", source.enquiry)
                raise ScenarioError([plan.scenario.problem(path, message)])
            who = name_key("enquiry", source.enquiry, market)
            columns.append((arrivals(streams, "enquiry", who, edges, expected), s, m, who))
    counts = [len(times) for times, *_ in columns]
    return Enquiries(
        time=np.concatenate([np.empty(0), *(times for times, *_ in columns)]),
        source=np.repeat(np.array([s for _, s, _, _ in columns], dtype=np.int16), counts),
        market=np.repeat(np.array([m for _, _, m, _ in columns], dtype=np.int32), counts),
        who=np.repeat(np.array([w for *_, w in columns], dtype=np.uint64), counts),
        index=np.concatenate(
            [np.empty(0, dtype=np.uint64), *(np.arange(n, dtype=np.uint64) for n in counts)]
        ),
    )
