"""The two jobs in Ciw: networks of nodes, whose records hold all that happened.

By the documentation, https://ciw.readthedocs.io: reneging customers, and routers by node.
"""

import math

import ciw

from .jobs import Found, HotlineJob, OutletJob


def hotline(job: HotlineJob, seed: int) -> Found:
    """One node with reneging customers."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(job.rate)],
        service_distributions=[ciw.dists.Exponential(1 / job.talk)],
        number_of_servers=[job.agents],
        reneging_time_distributions=[ciw.dists.Exponential(1 / job.patience)],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(job.horizon)
    records = simulation.get_all_records()
    start, end = job.window
    counted = [record for record in records if start <= record.arrival_date < end]
    return Found(
        simulation.nodes[0].number_of_individuals,
        {
            "mean wait, h": sum(r.waiting_time for r in counted) / len(counted),
            "abandonment": sum(r.record_type == "renege" for r in counted) / len(counted),
        },
    )


def outlets(job: OutletJob, seed: int) -> Found:
    """A node for each outlet, and one with servers without limit for the shipments."""
    count = job.outlets
    shipping = count + 1  # nodes count from 1
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(job.rate)] * count + [None],
        service_distributions=[
            *[ciw.dists.Exponential(1 / job.repair)] * count,
            ciw.dists.Lognormal(*job.shipment_law),
        ],
        number_of_servers=[job.technicians] * count + [math.inf],
        routing=ciw.routing.NetworkRouting(
            routers=[ciw.routing.Direct(to=shipping)] * count + [ciw.routing.Leave()]
        ),
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(job.horizon)
    start, end = job.window
    counted = [r for r in simulation.get_all_records() if start <= r.arrival_date < end]
    waits = [r.waiting_time for r in counted if r.node != shipping]
    shipments = [r.service_time for r in counted if r.node == shipping]
    return Found(
        simulation.nodes[0].number_of_individuals,
        {
            "mean wait, h": sum(waits) / len(waits),
            "probability of delay": sum(wait > 0 for wait in waits) / len(waits),
            "mean shipment, h": sum(shipments) / len(shipments),
        },
    )
