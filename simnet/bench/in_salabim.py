"""The two jobs in salabim: components with a process each, no animation, no trace.

Written with `yield`, https://www.salabim.org/manual_yield: without it salabim switches between
greenlets, which took 12 % longer here.
"""

import random

import salabim

from .jobs import Found, HotlineJob, OutletJob


class Desk:
    """What the callers share."""

    def __init__(self, job: HotlineJob) -> None:
        self.job = job
        self.agents = salabim.Resource("agents", capacity=job.agents)
        self.talk = salabim.Exponential(job.talk)
        self.patience = salabim.Exponential(job.patience)
        self.calls = self.gone = 0
        self.waits: list[float] = []


class Caller(salabim.Component):
    """Waits for an agent no longer than patience lasts."""

    def setup(self, desk):  # salabim looks at the signature
        self.desk = desk
        desk.calls += 1

    def process(self):
        desk, began = self.desk, self.env.now()
        yield self.request(desk.agents, fail_delay=desk.patience.sample())
        start, end = desk.job.window
        if start <= began < end:
            desk.waits.append(self.env.now() - began)
            desk.gone += self.failed()
        if not self.failed():
            yield self.hold(desk.talk.sample())
            self.release()


def hotline(job: HotlineJob, seed: int) -> Found:
    """Callers from a generator of components."""
    env = salabim.Environment(random_seed=seed, yieldless=False)
    desk = Desk(job)
    salabim.ComponentGenerator(Caller, iat=salabim.Exponential(1 / job.rate), desk=desk)
    env.run(till=job.horizon)
    count = len(desk.waits)
    return Found(
        desk.calls,
        {"mean wait, h": sum(desk.waits) / count, "abandonment": desk.gone / count},
    )


class Network:
    """What the jobs share."""

    def __init__(self, job: OutletJob) -> None:
        self.job = job
        self.repair = salabim.Exponential(job.repair)
        self.shipment = salabim.External(random.lognormvariate, *job.shipment_law)
        self.jobs = 0
        self.waits: list[float] = []
        self.shipments: list[float] = []


class Case(salabim.Component):
    """A repair at an outlet, then a shipment."""

    def setup(self, network, technicians):
        self.network, self.technicians = network, technicians
        network.jobs += 1

    def process(self):
        network, began = self.network, self.env.now()
        yield self.request(self.technicians)
        wait = self.env.now() - began
        yield self.hold(network.repair.sample())
        self.release()
        shipped = self.env.now()
        yield self.hold(network.shipment.sample())
        start, end = network.job.window
        if start <= began < end:
            network.waits.append(wait)
            network.shipments.append(self.env.now() - shipped)


def outlets(job: OutletJob, seed: int) -> Found:
    """A resource and a generator of jobs for each outlet."""
    env = salabim.Environment(random_seed=seed, yieldless=False)
    network = Network(job)
    for _ in range(job.outlets):
        technicians = salabim.Resource(capacity=job.technicians)
        salabim.ComponentGenerator(
            Case, iat=salabim.Exponential(1 / job.rate), network=network, technicians=technicians
        )
    env.run(till=job.horizon)
    waits, shipments = network.waits, network.shipments
    return Found(
        network.jobs,
        {
            "mean wait, h": sum(waits) / len(waits),
            "probability of delay": sum(wait > 0 for wait in waits) / len(waits),
            "mean shipment, h": sum(shipments) / len(shipments),
        },
    )
