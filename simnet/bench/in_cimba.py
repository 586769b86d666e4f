"""The two jobs in cimba: models whose processes are compiled, on an engine in C, on one thread.

By the tutorials that come with it (https://github.com/FBarrca/cimba_python): a model spawned for
each customer, and a timer for his patience.
"""

from typing import Any

import cimba as cb
from cimba import inputs

from .jobs import Found, HotlineJob, OutletJob

GIVE_UP = 1
"""signal of the timer"""


class Caller(cb.Model):
    """Waits for an agent until the timer rings."""

    desk: cb.Ref["Desk"]
    patience: float
    talk: float

    @cb.process
    def call(self):  # compiled
        desk = self.desk
        began = cb.now()
        me = cb.this_process()
        me.timer_set(self.patience, GIVE_UP)
        gone = desk.agents.acquire() == GIVE_UP
        me.timers_clear()
        if desk.start <= began and began < desk.end:
            desk.waits.record(cb.now() - began)
            if gone:
                desk.gone += 1
        if not gone:
            cb.hold(self.talk)
            desk.agents.release()
        cb.release(self)


class Desk(cb.Model):
    """What the callers share."""

    gap: cb.Input[float]
    talk: cb.Input[float]
    patience: cb.Input[float]
    start: cb.Param[float]
    end: cb.Param[float]
    agents: cb.Resource
    waits: cb.Dataset
    calls: cb.Output[int]
    counted: cb.Output[int]
    gone: cb.Output[int]
    mean_wait: cb.Output[float]

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(self.gap.next())
            self.calls += 1
            cb.spawn(Caller, desk=self, patience=self.patience.next(), talk=self.talk.next())

    @cb.on_end
    def figures(self):
        self.counted = self.waits.sample_count()
        self.mean_wait = self.waits.sample_mean()


def hotline(job: HotlineJob, seed: int) -> Found:
    """A process for each caller."""
    desk = Desk()
    desk.gap = inputs.dist.exponential(mean=1 / job.rate)
    desk.talk = inputs.dist.exponential(mean=job.talk)
    desk.patience = inputs.dist.exponential(mean=job.patience)
    desk.agents = cb.Resource(capacity=job.agents)
    desk.start, desk.end = job.window
    found = _run(desk, job.horizon, seed)
    return Found(
        int(found("calls")),
        {
            "mean wait, h": found("mean_wait"),
            "abandonment": found("gone") / found("counted"),
        },
    )


class Case(cb.Model):
    """A repair at an outlet, then a shipment."""

    outlet: cb.Ref["Outlet"]
    repair: float
    shipment: float

    @cb.process
    def mend(self):
        outlet = self.outlet
        network = outlet.network
        began = cb.now()
        outlet.technicians.acquire()
        wait = cb.now() - began
        cb.hold(self.repair)
        outlet.technicians.release()
        shipped = cb.now()
        cb.hold(self.shipment)
        if network.start <= began and began < network.end:
            network.waits.record(wait)
            network.shipments.record(cb.now() - shipped)
            if wait > 0.0:
                network.delayed += 1
        cb.release(self)


class Outlet(cb.Model):
    """Jobs come, each on its own."""

    network: cb.Ref["Network"]
    gap: cb.Input[float]
    repair: cb.Input[float]
    shipment: cb.Input[float]
    technicians: cb.Resource

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(self.gap.next())
            self.network.jobs += 1
            cb.spawn(Case, outlet=self, repair=self.repair.next(), shipment=self.shipment.next())


class Network(cb.Model):
    """All outlets and what is counted."""

    outlets: list[Outlet]
    start: cb.Param[float]
    end: cb.Param[float]
    waits: cb.Dataset
    shipments: cb.Dataset
    jobs: cb.Output[int]
    counted: cb.Output[int]
    delayed: cb.Output[int]
    mean_wait: cb.Output[float]
    mean_shipment: cb.Output[float]

    @cb.on_end
    def figures(self):
        self.counted = self.waits.sample_count()
        self.mean_wait = self.waits.sample_mean()
        self.mean_shipment = self.shipments.sample_mean()


def outlets(job: OutletJob, seed: int) -> Found:
    """A model for each outlet, a process for each job."""
    network = Network()
    network.start, network.end = job.window
    mu, sigma = job.shipment_law
    network.outlets = []
    for _ in range(job.outlets):
        outlet = Outlet()
        outlet.network = network
        outlet.gap = inputs.dist.exponential(mean=1 / job.rate)
        outlet.repair = inputs.dist.exponential(mean=job.repair)
        outlet.shipment = inputs.dist.lognormal(mean=mu, sigma=sigma)
        outlet.technicians = cb.Resource(capacity=job.technicians)
        network.outlets.append(outlet)
    found = _run(network, job.horizon, seed)
    return Found(
        int(found("jobs")),
        {
            "mean wait, h": found("mean_wait"),
            "probability of delay": found("delayed") / found("counted"),
            "mean shipment, h": found("mean_shipment"),
        },
    )


def _run(model: Any, horizon: float, seed: int) -> Any:
    """The outputs of one trial by name."""
    experiment = cb.Experiment(model, window=cb.Window(duration=horizon), seed=seed)
    results = experiment.run(workers=1, on_failure="raise")[model]

    def output(name: str) -> float:
        return float(getattr(results, name).values[0, 0])

    return output
