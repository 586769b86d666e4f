"""Outlets: their work, and the wait for a technician over the week's open and closed hours."""

from dataclasses import dataclass

import numpy as np

from simnet.plan import UNLIMITED, Plan
from simnet.scenario.law import constant
from simnet.scenario.outlet import Outlet
from simnet.scenario.product import Work
from simnet.scenario.quantity import DAY, WEEK
from simnet.theory import parallel_queues

from .dispatch import Allotment
from .laws import Floats, second_moment
from .week import STEP, let_in, part_open, shortened, until_open

MOST = 60
"""queues that are worked out one by one; others lie between two of the same kind"""
TOO_MUCH = 1e-3
"""share of the visits that finds no place in the queue: more is asked for than can be done"""


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
    wait: Floats
    """mean hours a visit waits for a technician, closed hours too; NaN where the queue grows"""
    overtime: Floats
    """technicians' hours of overtime an hour"""
    to_counter: Floats
    """(outlets,) mean hours that a customer who carries a unit in waits for the opening"""


def second_visits(work: Work) -> float:
    """Chance that a second visit follows."""
    return (1 - work.first_time_fix) * (1 - work.workshop)


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


def _spans(outlet: Outlet) -> tuple[tuple[float, float], ...]:
    """When a job may begin."""
    if outlet.hours.hours >= WEEK:
        return outlet.hours.intervals  # people on duty all week have no end of duty to mind
    return shortened(outlet.hours, outlet.last_start)


def estimate_outlets(
    plan: Plan, allotment: Allotment, visits: Floats, shape: Floats
) -> OutletsEstimate:
    """All outlets.

    visits: (sources, markets, windows) first visits an hour; shape: (STEPS,) when in the week.
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
    wait, along = _queues(terms, there, count, job, load, spread, shape)
    wait[(there == 0) & ~unlimited] = np.nan
    rest = job * spread / 2  # mean residual work of a job that is under way
    last = np.array([o.last_start if o.hours.hours < WEEK else 0.0 for o in terms])[:, None]
    beyond = np.where(rest > 0, rest * np.exp(-last / np.where(rest > 0, rest, 1.0)), 0.0)
    overtime = np.minimum(along * beyond, hours)
    # who has a share of the day for us goes in the middle of it, once a day, and is then as likely
    # to have a job under way as at any time on duty: x = first + k (all - x)
    leaves = people * np.array([_shifts(o) / WEEK for o in terms])
    with np.errstate(divide="ignore", invalid="ignore"):
        k = np.where(duty > 0, leaves / duty, 0.0)[:, None] * beyond
    overtime = (overtime + k * hours) / (1 + k)
    return OutletsEstimate(count, hours, hands, duty, load, wait, overtime, to_counter)


def _shifts(outlet: Outlet) -> float:
    """Times a week that a technician with a share of the day goes off duty in the middle of it."""
    if outlet.capacity_share == 1:
        return 0.0
    return float(sum(np.ceil((end - start) / DAY) for start, end in outlet.hours.intervals))


def _fluid(rate: Floats, service: Floats, servers: Floats) -> Floats:
    """Mean wait, (queues,), if customers and work were a fluid: that of the regular rushes.

    Newell, Applications of Queueing Theory, 2nd ed. 1982, ch. 2.
    """
    there = np.zeros(len(rate))
    for _ in range(3):
        waiting = np.zeros(len(rate))
        for i in range(rate.shape[1]):
            now = servers[:, i]
            there = there - np.maximum(np.minimum(there, servers[:, i - 1]) - now, 0.0)
            before = there
            done = np.minimum(there, now) / service
            there = np.maximum(there + STEP * (rate[:, i] - done), 0.0)
            waiting += np.maximum((before + there) / 2 - now, 0.0)
    return waiting / np.maximum(rate.sum(axis=1), 1e-300)


def _queues(
    terms: list[Outlet], there: Floats, count: Floats, job: Floats, load: Floats, spread: Floats,
    shape: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Mean wait, and customers an hour taken along at the end of a shift; (outlets, windows) each.

    there: (outlets,) technicians. One queue is worked out for an outlet, in the window of its
    middle load; of very many outlets for some, and others take the one of their kind whose load is
    nearest. From there, the wait by chance goes with load / (1 - load).
    """
    wait, along = np.zeros_like(load), np.zeros_like(load)
    busy = (load > 0) & (job > 0) & np.isfinite(load)
    middle = np.argsort(np.where(busy, load, np.inf), axis=1)
    window = middle[np.arange(len(load)), np.maximum(busy.sum(axis=1) - 1, 0) // 2]
    kinds: dict[tuple[object, ...], list[int]] = {}
    for o, outlet in enumerate(terms):
        if busy[o].any() and there[o] > 0:
            key = outlet.hours.text, outlet.last_start, there[o], outlet.service
            kinds.setdefault(key, []).append(o)
    own = load[np.arange(len(load)), window]
    model = np.arange(len(load))  # whose queue stands for it
    most = max(2, MOST // max(len(kinds), 1))
    for mine in kinds.values():
        if sum(map(len, kinds.values())) > MOST:
            order = sorted(mine, key=lambda o: own[o])
            pick = np.unique(np.linspace(0, len(order) - 1, most).round().astype(np.int64))
            chosen = np.array(order)[pick]
            model[mine] = chosen[np.abs(own[mine][:, None] - own[chosen]).argmin(axis=1)]
    at = np.unique([model[o] for mine in kinds.values() for o in mine]).astype(np.int64)
    come, calendar, able = {}, {}, {}
    for o in at.tolist():
        outlet = terms[o]
        come[o] = shape
        if outlet.service == "carry_in":
            come[o], _ = let_in(shape, outlet.hours, constant(0.0))
        spans = _spans(outlet)
        calendar[o] = float((until_open(spans) * come[o]).mean())
        able[o] = there[o] * part_open(spans)
    if not len(at):
        return wait, along
    rate = np.array([count[o, window[o]] * come[o] for o in at])
    servers, service = np.array([able[o] for o in at]), job[at, window[at]]
    found = parallel_queues(rate, service, servers, STEP, max(40, 2 * int(servers.max()) + 20))
    # what closed hours and regular rushes cost is waited whatever the work's spread; the rest by
    # chance, which spread changes as in Allen and Cunneen's formula
    regular = np.maximum(_fluid(rate, service, servers), [calendar[o] for o in at])
    chance = np.maximum(found.wait - regular, 0.0)
    chance = np.where(found.overflow > TOO_MUCH, np.nan, chance)
    for mine in kinds.values():
        row = np.searchsorted(at, model[mine])
        here, base = load[mine], own[model[mine]][:, None]
        factor = spread[mine] / 2
        if terms[mine[0]].hours.hours < WEEK:
            # jobs of a part of a day: that they end more regularly does not help, since the rest
            # of the day is too short for the next one (simulated: cv 1, 0.4 and 0 of a 3.4-hour
            # job in 8-hour days wait the same within 5 %)
            factor = np.maximum(factor, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            grows = here / (1 - here) * (1 - base) / base
            by_chance = chance[row][:, None] * np.where(here < 1, grows, np.nan) * factor
        wait[mine] = np.where(busy[mine], regular[row][:, None] + by_chance, 0.0)
        along[mine] = found.taken_along[row][:, None] / WEEK * here / base
    return wait, along
