"""The two jobs as short scripts for SimPy, with nothing but what the result needs."""

from collections.abc import Generator

import numpy as np
import simpy

from .jobs import Found, HotlineJob, OutletJob

Steps = Generator[simpy.Event, object, None]


def hotline(job: HotlineJob, seed: int) -> Found:
    """Callers request an agent or a timeout, whichever comes first."""
    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    agents = simpy.Resource(env, job.agents)
    start, end = job.window
    waits: list[float] = []
    gone = calls = 0

    def caller() -> Steps:
        nonlocal gone
        began = env.now
        with agents.request() as request:
            found = yield request | env.timeout(rng.exponential(job.patience))
            answered = request in found  # type: ignore[operator]  # simpy types a yield as object
            if start <= began < end:
                waits.append(env.now - began)
                gone += not answered
            if answered:
                yield env.timeout(rng.exponential(job.talk))

    def arrivals() -> Steps:
        nonlocal calls
        while True:
            yield env.timeout(rng.exponential(1 / job.rate))
            calls += 1
            env.process(caller())

    env.process(arrivals())
    env.run(until=job.horizon)
    return Found(calls, {"mean wait, h": sum(waits) / len(waits), "abandonment": gone / len(waits)})


def outlets(job: OutletJob, seed: int) -> Found:
    """A resource for each outlet."""
    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    start, end = job.window
    mu, sigma = job.shipment_law
    waits: list[float] = []
    shipments: list[float] = []
    jobs = 0

    def case(technicians: simpy.Resource) -> Steps:
        began = env.now
        with technicians.request() as request:
            yield request
            wait = env.now - began
            yield env.timeout(rng.exponential(job.repair))
        shipped = env.now
        yield env.timeout(rng.lognormal(mu, sigma))
        if start <= began < end:
            waits.append(wait)
            shipments.append(env.now - shipped)

    def arrivals(technicians: simpy.Resource) -> Steps:
        nonlocal jobs
        while True:
            yield env.timeout(rng.exponential(1 / job.rate))
            jobs += 1
            env.process(case(technicians))

    for _ in range(job.outlets):
        env.process(arrivals(simpy.Resource(env, job.technicians)))
    env.run(until=job.horizon)
    return Found(
        jobs,
        {
            "mean wait, h": sum(waits) / len(waits),
            "probability of delay": sum(wait > 0 for wait in waits) / len(waits),
            "mean shipment, h": sum(shipments) / len(shipments),
        },
    )
