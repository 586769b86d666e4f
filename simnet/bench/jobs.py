"""Two jobs of the textbooks, and how a contestant's result is held against theory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simnet.theory import erlang_a, mmc

ERRORS = 4.0
"""standard errors that a figure may be off: of a right model it is more once in 16,000 times"""
WINDOW = 0.2, 0.8
"""share of the horizon before which nothing is counted, as the system starts empty, and after which
nothing is, as the horizon would cut off what takes long"""


@dataclass(frozen=True)
class Found:
    """What a contestant found."""

    customers: int
    """who came in the whole horizon"""
    figures: dict[str, float]
    """of those who came in the window"""


@dataclass(frozen=True)
class Expected:
    """What theory says of a figure."""

    value: float
    spread: float
    """relative standard error of the figure times the root of the number of customers: how much it
    goes up and down from run to run, by 60 runs of a separate program"""

    def tolerance(self, customers: int) -> float:
        """How far it may be off after so many customers, as a share of the value."""
        return ERRORS * self.spread / math.sqrt(customers)


@dataclass(frozen=True)
class HotlineJob:
    """M/M/c+M: callers who wait for an agent, and give up."""

    customers: int
    """expected"""
    rate: float = 200.0
    """calls an hour"""
    agents: int = 18
    talk: float = 5 / 60
    """mean hours, exponential"""
    patience: float = 3 / 60
    """mean hours, exponential"""
    name = "hotline"

    @property
    def about(self) -> str:
        """In a line."""
        return (
            f"hotline M/M/c+M: {self.rate:g} calls an hour, {self.agents} agents, talks of "
            f"{60 * self.talk:g} min, patience of {60 * self.patience:g} min"
        )

    @property
    def horizon(self) -> float:
        """Hours."""
        return self.customers / self.rate

    @property
    def window(self) -> tuple[float, float]:
        """Hours from and until which callers count."""
        return WINDOW[0] * self.horizon, WINDOW[1] * self.horizon

    def theory(self) -> dict[str, Expected]:
        """Garnett, Mandelbaum and Reiman 2002, MSOM 4(3), pp. 208-227."""
        found = erlang_a(self.rate, self.talk, self.patience, self.agents)
        return {
            "mean wait, h": Expected(float(found.wait), 10.6),
            "abandonment": Expected(float(found.abandonment), 9.5),
        }


@dataclass(frozen=True)
class OutletJob:
    """Outlets M/M/c, and a shipment of lognormal duration after each job."""

    customers: int
    """expected, at all outlets together"""
    outlets: int = 50
    technicians: int = 3
    load: float = 0.8
    repair: float = 2.0
    """mean hours, exponential"""
    shipment: float = 24.0
    """mean hours, lognormal"""
    shipment_cv: float = 0.5
    name = "outlets"

    @property
    def about(self) -> str:
        """In a line."""
        return (
            f"{self.outlets} outlets M/M/{self.technicians} at load {self.load:g}, then a "
            f"lognormal shipment of {self.shipment:g} h, cv {self.shipment_cv:g}"
        )

    @property
    def rate(self) -> float:
        """Jobs an hour at one outlet."""
        return self.load * self.technicians / self.repair

    @property
    def horizon(self) -> float:
        """Hours."""
        return self.customers / (self.rate * self.outlets)

    @property
    def window(self) -> tuple[float, float]:
        """Hours from and until which jobs count."""
        return WINDOW[0] * self.horizon, WINDOW[1] * self.horizon

    @property
    def shipment_law(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm of the shipment's hours."""
        variance = math.log1p(self.shipment_cv**2)
        return math.log(self.shipment) - variance / 2, math.sqrt(variance)

    def theory(self) -> dict[str, Expected]:
        """Gross et al., Fundamentals of Queueing Theory, 4th ed. 2008, sec. 2.3."""
        found = mmc(self.rate, self.repair, self.technicians)
        counted = WINDOW[1] - WINDOW[0]
        return {
            "mean wait, h": Expected(float(found.wait), 17.3),
            "probability of delay": Expected(float(found.delayed), 4.1),
            "mean shipment, h": Expected(self.shipment, self.shipment_cv / math.sqrt(counted)),
        }


Job = HotlineJob | OutletJob


def refusal(job: Job, found: Sequence[Found]) -> str:
    """Why results of several runs together do not fit theory; empty where they do."""
    customers = sum(run.customers for run in found)
    for name, expected in job.theory().items():
        mean = sum(run.customers * run.figures[name] for run in found) / customers
        off = mean / expected.value - 1
        if not abs(off) <= expected.tolerance(customers):
            return (
                f"{name}: {mean:.4g} where theory says {expected.value:.4g} "
                f"± {100 * expected.tolerance(customers):.1f} %"
            )
    away = customers / (job.customers * len(found)) - 1
    if abs(away) > ERRORS / math.sqrt(customers):
        return f"{customers:,} customers where {job.customers * len(found):,} were expected"
    return ""
