"""The wait for a technician: M(t)/G/c(t) over the week's open and closed hours, queue by queue."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simnet import theory
from simnet.scenario.law import constant
from simnet.scenario.outlet import Outlet
from simnet.scenario.quantity import WEEK

from .laws import Floats, longer_wait
from .week import STEP, STEPS, let_in, part_open, shortened, until_open

MOST = 60
"""queues that are worked out one by one; others lie between two of the same kind"""
BASE = 0.8
"""share of what can be done up to which a queue is worked out over the week; from there the wait by
chance grows as in M/M/c: a busier one would take long to settle, and need many places"""
LONG = 4.0
"""jobs of this part of a day are long: see `_within_days`"""
MANY_UNITS = 2000
"""units beyond which those that are down are not missed"""

Ints = NDArray[np.int64]


class Asked(NamedTuple):
    """What is asked of each outlet, an hour; arrays of shape (outlets, windows)."""

    visits: Floats
    hours: Floats
    squares: Floats
    """sum of the squared hours"""
    units: Floats
    """units whose failures these are"""
    pull: Floats
    """visits that units would ask for if none ever waited"""
    others: Floats
    """visits that come whoever waits"""


class Waits(NamedTuple):
    """Arrays of shape (outlets, windows)."""

    wait: Floats
    """mean hours; NaN where the queue grows"""
    along: Floats
    """visits an hour taken along at the end of a shift"""
    overloaded: NDArray[np.bool_]


def spans_of(outlet: Outlet) -> tuple[tuple[float, float], ...]:
    """When a job may begin."""
    if outlet.hours.hours >= WEEK:
        return outlet.hours.intervals  # people on duty all week have no end of duty to mind
    return shortened(outlet.hours, outlet.last_start)


def possible(outlet: Outlet, there: float, leaves: float, job: Floats, spread: Floats) -> Floats:
    """Jobs that `there` technicians can do in an hour of the week, (windows,): the one judgement
    whether a queue grows.

    What is begun before the end of duty is finished in overtime. In a time T a technician begins
    T / mean + (1 + cv^2) / 2 jobs that follow each other, and one at least (the renewal theorem:
    Cox, Renewal Theory, 1962, ch. 4). leaves: times a week that somebody goes off duty besides.
    """
    safe = np.where(job > 0, job, 1.0)
    rest = spread / 2
    total = leaves * rest
    for begin, end in spans_of(outlet):
        jobs = (end - begin) / safe
        if outlet.hours.hours < WEEK:
            jobs = np.maximum(jobs + rest, 1.0)
        total = total + there * jobs
    return np.where(job > 0, total / WEEK, np.inf if there > 0 else 0.0)


class _Queue(NamedTuple):
    """One queue, of one outlet or of several together."""

    outlets: Ints
    there: float
    come: Floats
    """(STEPS,) when in the week, mean 1"""
    able: Floats
    """(STEPS,) technicians who may begin a job"""
    calendar: float
    """mean hours that who comes waits for an opening"""
    key: tuple[object, ...]
    """queues with the same key differ in what is asked of them only"""
    longer: float
    """how many times as long as in one queue one waits by chance"""

    @property
    def steady(self) -> bool:
        """Whether all hours of the week are alike."""
        return bool(np.ptp(self.come) < 1e-9 and np.ptp(self.able) < 1e-9)


def _queue(terms: list[Outlet], there: Floats, longer: Floats, mine: Ints, shape: Floats) -> _Queue:
    outlets = [terms[o] for o in mine]
    come = shape
    if all(o.service == "carry_in" for o in outlets):
        come, _ = let_in(shape, outlets[0].hours, constant(0.0))
    able = np.zeros(STEPS)
    for o in mine:
        able += there[o] * part_open(spans_of(terms[o]))
    # the opening of any of them
    spans = sorted({span for o in outlets for span in spans_of(o)})
    calendar = np.min([until_open((span,)) for span in spans], axis=0) if spans else np.inf
    key = tuple((terms[o].hours.text, terms[o].last_start, there[o], terms[o].service)
                for o in mine)  # fmt: skip
    until = np.where(come > 0, calendar, 0.0) * come  # endless where never anybody is there
    return _Queue(mine, float(there[mine].sum()), come, able, float(until.mean()), key,
                  float(longer[mine[0]]))  # fmt: skip


def technicians_waits(
    terms: list[Outlet], there: Floats, leaves: Floats, pool: Ints, asked: Asked,
    moments: tuple[Floats, Floats], longer: Floats,
) -> Waits:  # fmt: skip
    """All outlets.

    there, leaves: (outlets,) technicians, and times a week that they go off duty within the hours;
    pool: (outlets,) number of the queue; moments: (STEPS,) when in the week visits are asked for,
    and what is left of jobs under way (`residuals`); longer: (outlets,) `Allotment.longer`.
    """
    shape, residual = moments
    queues = [
        _queue(terms, there, longer, np.flatnonzero(pool == n), shape) for n in np.unique(pool)
    ]
    together = Asked(*(np.array([x[q.outlets].sum(axis=0) for q in queues]).reshape(
        len(queues), asked.visits.shape[1]) for x in asked))  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        job = np.where(together.visits > 0, together.hours / together.visits, 0.0)
        squared = together.squares * together.visits / together.hours**2
        spread = np.where(together.hours > 0, squared, 1.0)
    most = np.array([
        sum(possible(terms[o], there[o], leaves[o], job[i], spread[i]) for o in q.outlets)
        for i, q in enumerate(queues)
    ]).reshape(job.shape)  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.where(together.visits > 0, together.visits / most, 0.0)
    found = _waits(queues, together, (job, spread, used), residual)
    wait, along, over = (np.zeros(asked.visits.shape) for _ in range(3))
    for i, q in enumerate(queues):
        all_of_it = np.where(together.visits[i] > 0, together.visits[i], 1.0)
        part = asked.visits[q.outlets] / all_of_it
        wait[q.outlets], over[q.outlets] = found.wait[i], found.overloaded[i]
        along[q.outlets] = part * found.along[i]
    wait[there == 0] = np.nan
    return Waits(wait, along, over > 0)


def _waits(
    queues: list[_Queue], asked: Asked, jobs: tuple[Floats, Floats, Floats], residual: Floats
) -> Waits:
    """As `technicians_waits`, for each queue: (queues, windows).

    jobs: mean hours, their 1 + cv^2, and share of what can be done, (queues, windows) each.
    One queue is worked out over the week in the window of its middle load; of very many queues
    some, and others take the one of their kind whose load is nearest.
    """
    job, spread, used = jobs
    busy = (used > 0) & (job > 0) & np.isfinite(used)
    middle = np.argsort(np.where(busy, used, np.inf), axis=1)
    window = middle[np.arange(len(used)), np.maximum(busy.sum(axis=1) - 1, 0) // 2]
    own = used[np.arange(len(used)), window]
    model = _models(queues, busy, own)
    wait, along, over = np.zeros_like(used), np.zeros_like(used), np.zeros(used.shape, dtype=bool)
    over |= (used > 0) & ~np.isfinite(used)
    at = np.unique(model[model >= 0])
    rate, mean = asked.visits[at, window[at]], job[at, window[at]]
    weeks = _over_the_week([queues[i] for i in at], rate, mean, own[at])
    row = {int(i): k for k, i in enumerate(at)}
    for i in np.flatnonzero(model >= 0):
        k, there = row[int(model[i])], queues[i].there
        for w in np.flatnonzero(busy[i]):
            few = _few(Asked(*(x[i, w] for x in asked)), job[i, w], used[i, w], there)
            if few is None and used[i, w] >= 1:
                over[i, w], wait[i, w] = True, np.nan
                continue
            factor = longer_wait(min(used[i, w], 1.0), there, spread[i, w], residual)
            if not queues[i].steady:
                factor = _within_days(factor, job[i, w], queues[i])
            if few is None:
                load, by_chance = used[i, w], _steady(used[i, w], there) * factor
            else:
                load, by_chance = few(factor)
            by_chance *= job[i, w] * weeks.more[k] * queues[i].longer
            wait[i, w] = weeks.regular[k] + by_chance
            along[i, w] = weeks.along[k] / WEEK * load / min(own[at[k]], BASE)
    return Waits(wait, along, over)


def _models(queues: list[_Queue], busy: NDArray[np.bool_], own: Floats) -> Ints:
    """(queues,) number of the queue that stands for each; -1 where nothing is to be waited for."""
    found = np.full(len(queues), -1)
    kinds: dict[tuple[object, ...], list[int]] = {}
    for i, q in enumerate(queues):
        if busy[i].any() and q.there > 0:
            kinds.setdefault(q.key, []).append(i)
    each = max(2, MOST // max(len(kinds), 1))
    for mine in kinds.values():
        found[mine] = mine
        if sum(map(len, kinds.values())) > MOST:
            order = sorted(mine, key=lambda i: own[i])
            pick = np.unique(np.linspace(0, len(order) - 1, each).round().astype(np.int64))
            chosen = np.array(order)[pick]
            found[mine] = chosen[np.abs(own[mine][:, None] - own[chosen]).argmin(axis=1)]
    return found


class _Weeks(NamedTuple):
    """Queues over the week; (queues,) each."""

    regular: Floats
    """hours that closed hours and regular rushes cost whatever the work's spread"""
    more: Floats
    """how many times as long as in a steady M/M/c one waits by chance besides"""
    along: Floats
    """customers in a week taken along at the end of a shift"""


def _over_the_week(queues: list[_Queue], rate: Floats, job: Floats, used: Floats) -> _Weeks:
    """With `rate` customers an hour on average, exponential jobs, each at its BASE at most."""
    found = _Weeks(*(np.zeros(len(queues)) for _ in range(3)))
    found.more[:] = 1.0
    at = [k for k, q in enumerate(queues) if not q.steady]
    if not at:
        return found
    share = np.minimum(BASE / used[at], 1.0)
    come = np.array([queues[k].come for k in at]) * rate[at, None]
    able = np.array([queues[k].able for k in at])
    places = max(40, 2 * int(able.max()) + 20)
    weeks = theory.parallel_queues(come * share[:, None], job[at], able, STEP, places)
    calendar = np.array([queues[k].calendar for k in at])
    base = np.maximum(_fluid(come * share[:, None], job[at], able), calendar)
    steady = np.array([_steady(min(used[k], BASE), queues[k].there) for k in at]) * job[at]
    found.more[at] = np.maximum(weeks.wait - base, 0.0) / np.maximum(steady, 1e-300)
    found.regular[at] = np.where(share < 1, np.maximum(_fluid(come, job[at], able), calendar), base)
    found.along[at] = weeks.taken_along
    return found


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


def _steady(load: float, servers: float) -> float:
    """Mean wait in M/M/c, in mean jobs."""
    return float(theory.mmc(load * servers, 1.0, servers).wait)


def _within_days(factor: float, job: float, queue: _Queue) -> float:
    """The factor where people go home: that long jobs end regularly is no help to who comes late.

    What is left of the day is then too short for the next one (simulated: jobs of 3.4 hours in days
    of 8 wait the same with cv 1, 0.4 and 0, within 5 %).
    """
    opened = float((queue.able > 0).mean()) * WEEK
    starts = int(((queue.able > 0) & (np.roll(queue.able, 1) == 0)).sum())
    long = min(LONG * job * max(starts, 1) / max(opened, STEP), 1.0)
    return factor + long * max(1.0 - factor, 0.0)


def _few(
    asked: Asked, job: float, used: float, servers: float
) -> Callable[[float], tuple[float, float]] | None:
    """Load and mean wait in mean jobs, by the factor of the jobs' spread; None where units that are
    down are not missed, or others alone ask for too much.

    used: of what can be done. In hours in which it is done, the rest of the week left out.
    """
    units, pull, others = float(asked.units), float(asked.pull), float(asked.others)
    if not 0 < units <= MANY_UNITS or pull <= 0 or servers <= 0:
        return None
    scale = used * servers / (float(asked.visits) * job)  # visits to jobs in an hour of work
    pull, others = pull * scale * job, max(others * scale * job, 0.0)
    if others >= servers:
        return None

    def found(factor: float) -> tuple[float, float]:
        queue = theory.mixed_sources(units, pull, others, 1.0, servers, factor)
        return queue.rate / servers, queue.wait

    return found
