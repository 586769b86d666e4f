"""Outlets: their work, and the wait for a technician over the week's open and closed hours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.plan import UNLIMITED, Plan
from simnet.scenario.law import constant
from simnet.scenario.outlet import Outlet
from simnet.scenario.quantity import DAY, WEEK

from .dispatch import Allotment, second_visits
from .laws import Floats, quantiles, residuals, second_moment
from .pools import pools
from .technicians import Asked, technicians_waits
from .units import Units
from .week import let_in


@dataclass(frozen=True)
class OutletsEstimate:
    """Arrays of shape (outlets, windows), or (outlets,) where said."""

    visits: Floats
    """visits an hour, second ones included"""
    hours: Floats
    """technicians' hours of work an hour, ways included"""
    repair_hours: Floats
    """the part of it that is hands-on work"""
    duty: Floats
    """(outlets,) technicians on duty, on average over the week; inf where unlimited"""
    load: Floats
    """hours of work, of the hours on duty"""
    overloaded: NDArray[np.bool_]
    """whether more is asked for than can be done, overtime included: the queue grows"""
    wait: Floats
    """mean hours a visit waits for a technician, closed hours too; NaN where the queue grows"""
    overtime: Floats
    """technicians' hours of overtime an hour"""
    to_counter: Floats
    """(outlets,) mean hours that a customer who carries a unit in waits for the opening"""


def _jobs(plan: Plan, allotment: Allotment, visits: Floats) -> tuple[Floats, ...]:
    """Visits, hours of work, their squares summed, and hands-on hours, (outlets, windows) each.

    visits: (sources, markets, windows) first visits an hour.
    """
    carried = np.array([o.service == "carry_in" for o in plan.outlets.values()])
    way = np.where(carried, 0.0, 2 * allotment.way)
    squared = np.where(carried, 0.0, 4 * allotment.way_squared)
    shape = len(plan.outlets), visits.shape[2]
    count, hours, squares, hands = (np.zeros(shape) for _ in range(4))
    for s, source in enumerate(plan.sources):
        work = source.work
        if work is None or not visits[s].any():
            continue
        second = work.second_repair or work.repair
        for law, chance in ((work.repair, 1.0), (second, second_visits(work))):
            if chance == 0:
                continue
            mean, square = law.mean(), second_moment(law)
            here = chance * allotment.share[s]
            count += here.T @ visits[s]
            hands += here.T @ visits[s] * mean
            hours += (here * (mean + way)).T @ visits[s]
            squares += (here * (square + 2 * mean * way + squared)).T @ visits[s]
    return count, hours, squares, hands


def estimate_outlets(
    plan: Plan, allotment: Allotment, visits: Floats, units: Units, shape: Floats
) -> OutletsEstimate:
    """All outlets.

    visits: (sources, markets, windows) first visits an hour; units: who stands behind them; shape:
    (STEPS,) when in the week.
    """
    count, hours, squares, hands = _jobs(plan, allotment, visits)
    terms = list(plan.outlets.values())
    people = plan.technicians.astype(np.float64)
    unlimited = plan.technicians == UNLIMITED
    there = people * np.array([o.capacity_share for o in terms])
    duty = there * np.array([o.hours.hours / WEEK for o in terms])
    duty[unlimited] = np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        load = np.where(hours > 0, hours / duty[:, None], 0.0)
        job = np.where(count > 0, hours / count, 0.0)
        spread = np.where(hours > 0, squares * count / hours**2, 1.0)  # 1 + cv^2
    to_counter = np.array([
        let_in(shape, o.hours, constant(0.0))[1] if o.service == "carry_in" else 0.0 for o in terms
    ])  # fmt: skip
    pull = _jobs(plan, allotment, visits * units.pull[:, :, None])[0]
    owners = units_of(allotment, visits, units)
    of_units = _jobs(plan, allotment, visits * units.of_units[:, None, None])[0]
    asked = Asked(count, hours, squares, owners, pull - (count - of_units), count - of_units)
    leaves = people * np.array([_shifts(o) for o in terms])
    moments = shape, _left_of_jobs(plan, allotment, visits)
    found = technicians_waits(terms, there, leaves, pools(plan), asked, moments, allotment.longer)
    wait, along = found.wait, found.along
    wait[unlimited], along[unlimited] = 0.0, 0.0
    rest = job * spread / 2  # mean residual work of a job that is under way
    last = np.array([o.last_start if o.hours.hours < WEEK else 0.0 for o in terms])[:, None]
    beyond = np.where(rest > 0, rest * np.exp(-last / np.where(rest > 0, rest, 1.0)), 0.0)
    overtime = np.minimum(along * beyond, hours)
    # who has a share of the day for us goes in the middle of it, once a day, and is then as likely
    # to have a job under way as at any time on duty: x = first + k (all - x)
    with np.errstate(divide="ignore", invalid="ignore"):
        k = np.where(duty > 0, leaves / WEEK / duty, 0.0)[:, None] * beyond
    overtime = (overtime + k * hours) / (1 + k)
    over = found.overloaded & ~unlimited[:, None]
    return OutletsEstimate(count, hours, hands, duty, load, over, wait, overtime, to_counter)


def _left_of_jobs(plan: Plan, allotment: Allotment, visits: Floats) -> Floats:
    """`residuals` of all jobs together, ways as they are on average."""
    on_site = np.array([o.service == "on_site" for o in plan.outlets.values()])
    values, weights = [np.ones(1)], [np.full(1, 1e-12)]
    for s, source in enumerate(plan.sources):
        work, here = source.work, allotment.share[s] * visits[s].sum(axis=1)[:, None]
        if work is None or not here.any():
            continue
        way = 2 * float((here * allotment.way * on_site).sum() / here.sum())
        for law, chance in ((work.repair, 1.0), (work.second_repair or work.repair,
                                                 second_visits(work))):  # fmt: skip
            values.append(quantiles(law, 400) + way)
            weights.append(np.full(400, chance * here.sum()))
    return residuals(np.concatenate(values), np.concatenate(weights))


def units_of(allotment: Allotment, visits: Floats, units: Units) -> Floats:
    """(outlets, windows) units whose visits each outlet makes."""
    found = np.zeros((allotment.share.shape[2], visits.shape[2]))
    for product in range(len(units.count)):
        mine = np.flatnonzero(units.product == product)
        total = visits[mine].sum(axis=0)
        for s in mine:
            part = np.where(total > 0, visits[s] / np.where(total > 0, total, 1.0), 0.0)
            found += allotment.share[s].T @ (part * units.count[product])
    return found


def _shifts(outlet: Outlet) -> float:
    """Times a week that a technician with a share of the day goes off duty in the middle of it."""
    if outlet.capacity_share == 1:
        return 0.0
    return float(sum(np.ceil((end - start) / DAY) for start, end in outlet.hours.intervals))
