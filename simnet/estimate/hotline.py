"""The hotline over the week: M(t)/G/c(t)+M by the forward equations, all teams as one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from simnet import theory
from simnet.plan import Plan
from simnet.scenario.hotline import CallType, Hotline
from simnet.scenario.law import Exponential, Law
from simnet.scenario.quantity import WEEK

from .laws import Floats, hazard_of, longer_wait, quantiles, residuals, second_moment
from .week import STEP, STEPS, by_hour, let_in, part_open

LOOKS = 8
"""rounds in which calls and those who call again are made to agree"""


@dataclass(frozen=True)
class HotlineEstimate:
    """Of one window. Arrays over the hours of the week, shape (168,), or numbers."""

    calls: Floats
    """calls an hour, calling again included"""
    agents: Floats
    """agents there, breaks and shrinkage taken off"""
    by_team: Floats
    """(teams, 168) the same, team by team"""
    service: float
    """mean hours that a call keeps an agent"""
    patience: float
    """mean hours of the exponential patience that stands for the scenario's; inf for none"""
    wait: Floats
    """hours that who calls then waits"""
    delayed: Floats
    """chance to wait"""
    answers: Floats
    """(STEPS,) when in the week calls are answered, mean 1"""
    asa: float
    """hours, of those answered"""
    service_level: float
    abandonment: float
    blocked: float
    occupancy: float
    lost: float
    """share of the customers who give up calling"""
    before_talk: float
    """mean hours from a call in open hours to the answer: menu, queue, calling again"""
    load: float
    """work asked for, of the agents' time"""
    overloaded: bool
    """whether patient callers ask for more than agents can do: the queue grows"""
    spread: float
    """how much longer one waits, by chance, than if talk were exponential"""


def agents_there(hotline: Hotline) -> Floats:
    """Agents of each team by step, breaks and shrinkage taken off, shape (teams, STEPS)."""
    found = np.zeros((len(hotline.teams), STEPS))
    for number, team in enumerate(hotline.teams.values()):
        for shift in team.shifts:
            on = part_open(shift.hours.intervals)
            if shift.breaks is not None:
                on = on - np.minimum(on, part_open(shift.breaks.intervals))
            found[number] += on * shift.agents * (1 - team.shrinkage)
    return found


def estimate_hotline(
    plan: Plan, hotline: Hotline, rates: Floats, shapes: Floats
) -> HotlineEstimate:
    """One window.

    rates: (sources,) first calls an hour on average; shapes: (sources, STEPS) when in the week.
    """
    types = list(hotline.call_types.values())
    kinds = [types[s.call_type] for s in plan.sources]
    to_agent = rates * np.array([1 - k.self_service for k in kinds])
    redial, patience_law = hotline.redial, hotline.patience
    total = float(to_agent.sum())
    density = (to_agent[:, None] * shapes).sum(axis=0) / max(total, 1e-300)
    density, _ = let_in(density, hotline.hours, redial.delay)
    work = np.array([k.talk.mean() + k.after_call.mean() for k in kinds])
    service = float(to_agent @ work / total) if total else 0.0
    by_team = agents_there(hotline)
    agents = by_team.sum(axis=0)
    if total <= 0 or service <= 0 or not agents.any():
        return _idle(by_team, density, total, service)
    again = redial.chance if redial.attempts > 1 else 0.0
    places = hotline.lines
    first = calls = total * density
    spread = _spread(calls, agents, service, kinds, to_agent)
    queue_of = _Queue(service, agents, _patience(patience_law), places, spread)
    # who gives up may call again, a while later
    for _ in range(LOOKS if again > 0 else 1):
        cycle = queue_of.cycle(calls)
        blocked = cycle.overflow if places is not None else 0.0
        gone = min(cycle.abandonment + blocked, 1.0)
        tries = sum((again * gone) ** k for k in range(redial.attempts))
        back = round(redial.delay.mean() / STEP)
        given_up = np.maximum(cycle.queue, 0.0) * (cycle.abandonment > 0) + calls * blocked
        share = given_up / max(given_up.sum(), 1e-300)
        extra = total * (tries - 1.0) * STEPS
        before, calls = calls, first + extra * np.roll(share, back)
        if np.abs(calls - before).max() < 1e-3 * first.max():
            break
    patience = cycle.wait / cycle.abandonment if cycle.abandonment > 0 else np.inf
    lost = gone * (again * gone) ** (redial.attempts - 1) + sum(
        (again * gone) ** k * gone * (1 - again) for k in range(redial.attempts - 1)
    )
    queue = np.maximum(cycle.queue, 0.0)
    wait = np.where(calls > 0, queue / np.maximum(calls, 1e-300), 0.0)
    # of those who wait, each step's wait is taken to be exponential, as in M/M/c it is
    each = np.where(cycle.delayed > 0, wait / np.maximum(cycle.delayed, 1e-300), 0.0)
    within = hotline.service_level_within
    stays = np.where(each > 0, np.exp(-within / np.where(each > 0, each, 1.0)), 0.0)
    gives_up = np.where(np.isfinite(patience), wait / patience, 0.0)
    missed = float(calls @ (cycle.delayed * stays + gives_up * (1 - stays)) / calls.sum())
    steady = agents > 0
    alone = theory.erlang_a(calls[steady], service, patience, agents[steady])
    # the answered wait less than those who give up: by how much, as in a steady state
    known = calls[steady] * alone.wait
    served = float((calls[steady] * alone.wait_answered)[known > 0].sum())
    ratio = served / float(known.sum()) if np.isfinite(known.sum()) and known.sum() > 0 else 1.0
    answers = np.maximum(cycle.busy, 0.0)
    load = float(calls.sum()) * service / float(agents.sum())
    over = load >= 1 and places is None and not np.isfinite(patience)
    before_talk = hotline.menu.mean() + cycle.wait * tries + redial.delay.mean() * (tries - 1.0)
    return HotlineEstimate(
        calls=by_hour(calls),
        agents=by_hour(agents),
        by_team=by_hour(by_team),
        service=service,
        patience=patience,
        wait=by_hour(wait),
        delayed=by_hour(cycle.delayed),
        answers=answers / answers.mean() if answers.mean() > 1e-12 else density,
        asa=np.nan if over else cycle.wait * ratio,
        service_level=0.0 if over else max(0.0, 1 - missed),
        abandonment=cycle.abandonment,
        blocked=blocked,
        occupancy=float(calls.sum()) * (1 - gone) * service / float(agents.sum()),
        lost=float(lost),
        before_talk=np.nan if over else before_talk,
        load=load,
        overloaded=over,
        spread=spread,
    )


@dataclass(frozen=True)
class _Queue:
    """The queue of the week, whatever is asked of it."""

    service: float
    agents: Floats
    patience: float | Callable[[Floats], Floats]
    places: int | None
    spread: float

    def cycle(self, calls: Floats) -> theory.Cycle:
        """With these calls an hour, (STEPS,)."""
        steady = bool(np.ptp(calls) <= 1e-9 * calls.max() and np.ptp(self.agents) == 0)
        length = 1 if steady else STEPS  # in a week of one step the same state is found
        found = theory.forward_equations(
            calls[:length], self.service, self.agents[:length], WEEK / length, self.patience,
            places=self.places, spread=self.spread,
        )  # fmt: skip
        if not steady:
            return found
        queue, delayed, busy = (np.repeat(x, STEPS) for x in (found.queue, found.delayed,
                                                              found.busy))  # fmt: skip
        return replace(found, queue=queue, delayed=delayed, busy=busy)


def _spread(
    calls: Floats, agents: Floats, service: float, kinds: list[CallType], weight: Floats
) -> float:
    """How much longer than with exponential talk one waits by chance, at the load and with the
    agents that callers meet on average. weight: (kinds,) calls an hour of each kind."""
    met = float(calls @ agents / calls.sum())
    load = min(float(calls.sum()) * service / float(agents.sum()), 0.95)
    work = [quantiles(k.talk, 400) + k.after_call.mean() for k in kinds]
    square = float(sum(
        w * (second_moment(k.talk) + 2 * k.talk.mean() * k.after_call.mean()
             + second_moment(k.after_call))
        for w, k in zip(weight, kinds, strict=True)
    ) / weight.sum()) / service**2  # fmt: skip
    if met <= 0:
        return square / 2
    left = residuals(np.concatenate(work), np.repeat(weight, 400))
    return longer_wait(load, met, square, left)


def _patience(law: Law | None) -> float | Callable[[Floats], Floats]:
    """As `forward_equations` takes it: the mean of an exponential one, else the hazard."""
    if law is None:
        return np.inf
    if isinstance(law, Exponential):
        return max(law.mean(), 1e-6)
    return hazard_of(law)


def _idle(by_team: Floats, density: Floats, total: float, service: float) -> HotlineEstimate:
    """Nobody calls, no call takes time, or nobody answers."""
    agents = by_team.sum(axis=0)
    nobody = not agents.any() and total > 0
    wait = np.inf if nobody else 0.0
    return HotlineEstimate(
        calls=by_hour(total * density), agents=by_hour(agents), by_team=by_hour(by_team),
        service=service, patience=np.inf, wait=np.full(168, wait),
        delayed=np.full(168, float(nobody)), answers=density, asa=wait,
        service_level=0.0 if nobody else 1.0,
        abandonment=0.0, blocked=0.0, occupancy=0.0, lost=0.0, before_talk=wait,
        load=np.inf if nobody else 0.0, overloaded=nobody, spread=1.0,
    )  # fmt: skip
