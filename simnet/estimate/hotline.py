"""The hotline over the week: M(t)/G/c(t)+M by the forward equations, all teams as one."""

from dataclasses import dataclass

import numpy as np

from simnet import theory
from simnet.plan import Plan
from simnet.scenario.hotline import Hotline
from simnet.scenario.law import Law

from .laws import Floats, quantiles, second_moment
from .week import STEP, STEPS, by_hour, let_in, part_open


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
    square = np.array([
        second_moment(k.talk) + 2 * k.talk.mean() * k.after_call.mean() + second_moment(k.after_call)
        for k in kinds
    ])  # fmt: skip
    service = float(to_agent @ work / total) if total else 0.0
    by_team = agents_there(hotline)
    agents = by_team.sum(axis=0)
    if total <= 0 or service <= 0 or not agents.any():
        return _idle(by_team, density, total, service)
    patience = np.inf if patience_law is None else max(patience_law.mean(), 1e-6)
    again = redial.chance if redial.attempts > 1 else 0.0
    places = hotline.lines
    calls = total * density
    spread = _spread(calls, agents, service, float(to_agent @ square / total) / service**2)
    # who gives up may call again, a while later, and patience is that of short waits: both from
    # a first look without
    for look in range(2 if patience < np.inf or places is not None else 1):
        cycle = theory.forward_equations(
            calls, service, agents, STEP, patience, places=places, spread=spread
        )
        if look == 0 and patience_law is not None:
            delayed = float((calls * cycle.delayed).sum())
            waited = cycle.wait * float(calls.sum()) / max(delayed, 1e-300)
            patience = _patience(patience_law, waited)
        blocked = cycle.overflow if places is not None else 0.0
        gone = cycle.abandonment + blocked
        tries = sum((again * gone) ** k for k in range(redial.attempts))
        back = round(redial.delay.mean() / STEP)
        given_up = np.maximum(cycle.queue, 0.0) / patience + calls * blocked
        share = given_up / max(given_up.sum(), 1e-300)
        extra = total * (tries - 1.0) * STEPS
        calls = total * density + extra * np.roll(share, back)
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


def _spread(calls: Floats, agents: Floats, service: float, squared: float) -> float:
    """What the spread of the agents' work (`squared`: mean of the square over that of the mean)
    makes of the wait, at the load and with the agents that callers meet on average."""
    met = float(calls @ agents / calls.sum())
    load = min(float(calls.sum()) * service / float(agents.sum()), 0.95)
    if met <= 0:
        return squared / 2
    rate, cv = load * met / service, np.sqrt(max(squared - 1, 0.0))
    longer = theory.mgc(rate, service, cv, met).wait / theory.mmc(rate, service, met).wait
    return float(longer)


def _patience(law: Law, wait: float) -> float:
    """Mean of the exponential patience that gives up as often within `wait` hours as this law does.

    Of a queue with short waits only the beginning of the law matters: Whitt 2005, Management
    Science 51(2), pp. 221-235 (there: by the hazard rate at the time waited so far).
    """
    gone = float(np.searchsorted(quantiles(law, 20_000), wait) / 20_000)
    return wait / -np.log1p(-gone) if 0 < gone < 1 and wait > 0 else law.mean()


def _idle(by_team: Floats, density: Floats, total: float, service: float) -> HotlineEstimate:
    """Nobody calls, no call takes time, or nobody answers."""
    agents = by_team.sum(axis=0)
    nobody = not agents.any() and total > 0
    wait = np.inf if nobody else 0.0
    return HotlineEstimate(
        calls=by_hour(total * density), agents=by_hour(agents), by_team=by_hour(by_team),
        service=service, patience=np.inf, wait=np.full(168, wait),
        delayed=np.full(168, float(nobody)), asa=wait, service_level=0.0 if nobody else 1.0,
        abandonment=0.0, blocked=0.0, occupancy=0.0, lost=0.0, before_talk=wait,
        load=np.inf if nobody else 0.0, overloaded=nobody, spread=1.0,
    )  # fmt: skip
