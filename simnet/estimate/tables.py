"""Expected demand against capacity, as tables: sources, hours of the week, outlets, parts."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.plan import UNLIMITED
from simnet.scenario.quantity import WEEK

from .laws import Floats
from .network import Network


def _per(amount: Floats, capacity: Floats) -> Floats:
    """Load: amount / capacity; inf where something is asked of nobody, NaN where nothing is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(amount > 0, amount / capacity, np.where(capacity > 0, 0.0, np.nan))


def _mean(values: Floats, weights: Floats) -> float:
    """Weighted mean; NaN where nothing weighs. What nobody asks of is no matter."""
    total = float(weights.sum())
    return float(np.where(weights > 0, values * weights, 0.0).sum()) / total if total else np.nan


def _over_time(n: Network) -> Floats:
    """(windows,) weight of each window after the warm-up; they add up to 1."""
    return n.counted / n.counted.sum()


def demand_table(n: Network) -> pd.DataFrame:
    """By source, over the whole horizon: cases, calls (cases that come to us), visits."""
    each = [x.sum(axis=(1, 2)) for x in (n.demand.cases, n.demand.ours, n.visits)]
    return pd.DataFrame(
        {"source": [s.label for s in n.plan.sources], "cases": each[0], "calls": each[1],
         "visits": each[2]}
    )  # fmt: skip


def busiest(n: Network) -> int:
    """The window in which the hotline is asked for most."""
    return int(np.argmax([h.load if w > 0 else -1 for h, w in zip(n.hotline, n.counted,
                                                                   strict=True)]))  # fmt: skip


def hotline_table(n: Network) -> pd.DataFrame:
    """By hour of the week in the busiest window: calls, agents, erlangs, load, and of who calls
    then wait (mean hours), delayed (chance to wait) and abandonment."""
    if not n.hotline:
        return pd.DataFrame()
    found = n.hotline[busiest(n)]
    erlangs = found.calls * found.service
    # who is patient for ever never gives up
    gone = found.wait / found.patience if np.isfinite(found.patience) else np.zeros(168)
    return pd.DataFrame(
        {
            "calls": found.calls, "agents": found.agents, "erlangs": erlangs,
            "load": _per(erlangs, found.agents), "wait": found.wait, "delayed": found.delayed,
            "abandonment": np.minimum(gone, 1.0),
        }
    )  # fmt: skip


def outlets_table(n: Network) -> pd.DataFrame:
    """By outlet: technicians (NaN where unlimited); visits, hours of work and of duty a week; load
    on average and in the busiest window; whether the queue grows in any; mean hours that a visit
    waits."""
    found, weight = n.outlets, _over_time(n)
    limited = n.plan.technicians != UNLIMITED
    return pd.DataFrame(
        {
            "technicians": np.where(limited, n.plan.technicians, np.nan),
            "visits": found.visits @ weight * WEEK,
            "work": found.hours @ weight * WEEK,
            "capacity": found.duty * WEEK,
            "load": _per(found.hours @ weight, found.duty),
            "peak": _per(found.hours.max(axis=1, initial=0.0), found.duty),
            "overloaded": (found.overloaded & (weight > 0)).any(axis=1),
            "wait": [_mean(w, v * weight) for w, v in zip(found.wait, found.visits, strict=True)],
        },
        index=pd.Index(list(n.plan.outlets), name="outlet"),
    )


def stock_table(n: Network) -> pd.DataFrame:
    """By part: demand a week, stock at all outlets and at the depot, pieces asked for in the
    depot's lead time, fill rates, mean hours that a visit waits for its part."""
    stock, plan, weight = n.stock, n.plan, _over_time(n)
    rows = []
    for k in range(len(plan.scenario.parts)):
        asked = stock.demand[:, k] * weight
        held = sum(plan.ordering(o, k)[3] for o in range(plan.depot))
        rows.append((
            float(asked.sum()) * WEEK, held, _mean(stock.fill_rate[:, k], asked),
            _mean(stock.wait[:, k], asked), plan.ordering(plan.depot, k)[3],
            float(stock.depot_asked[k] @ weight),
            _mean(stock.depot_fill_rate[k], asked.sum(axis=0)),
        ))  # fmt: skip
    columns = ["demand", "at outlets", "fill rate", "wait", "at depot", "in lead time",
               "depot fill rate"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns, index=pd.Index(list(plan.scenario.parts),
                                                              name="part"))  # fmt: skip


def fleet_load(n: Network) -> tuple[float, float]:
    """kg a week asked of the own fleet, and the most that its trucks can take."""
    plan, fleet = n.plan, n.plan.scenario.logistics.fleet
    if fleet is None or not plan.tours:
        return 0.0, np.inf
    mass = np.array([part.mass for part in plan.scenario.parts.values()])
    stops = [o for tour in plan.tours for o in tour.outlets]
    asked = float(n.stock.demand[stops].sum(axis=0) @ _over_time(n) @ mass) * WEEK
    # a truck that comes home between two departures waits for the next one
    away = float(np.mean([tour.duration for tour in plan.tours]))
    gap = WEEK / max(len(fleet.departures.moments), 1)
    trips = WEEK / (gap * max(1.0, np.ceil(away / gap))) * fleet.trucks
    return asked, trips * fleet.capacity


def asked_by_type(n: Network) -> tuple[Floats, NDArray[np.float64]]:
    """Hours a week that calls of each type ask for in the busiest window, and that agents who take
    them are there; shape (call types,) each."""
    hotline = n.plan.scenario.hotline
    assert hotline is not None
    w = busiest(n)
    first = n.demand.ours[:, :, w].sum(axis=1) / n.hours[w] * (1 - n.self_service)
    asked, there = np.zeros(len(hotline.call_types)), np.zeros(len(hotline.call_types))
    for k, (name, kind) in enumerate(hotline.call_types.items()):
        mine = np.array([source.call_type == k for source in n.plan.sources])
        asked[k] = float(first[mine].sum()) * (kind.talk.mean() + kind.after_call.mean()) * WEEK
        there[k] = sum(
            float(hours.sum())
            for hours, team in zip(n.hotline[w].by_team, hotline.teams.values(), strict=True)
            if team.skills is None or name in team.skills
        )
    return asked, there
