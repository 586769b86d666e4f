"""Closed formulas and exact numerical models for the special cases of a service network.

Queues in a steady state and over a week, stock on one and two echelons, who answers where,
failures over a unit's life, and the spread of a product. All times in one unit and all rates per
that unit, hours in the rest of simnet. Nothing here knows of scenarios.
"""

from simnet.theory import bass, echelons
from simnet.theory.echelons import Echelons
from simnet.theory.few import MixedQueue, RepairShop, machine_repair, mixed_sources
from simnet.theory.general import (
    GeneralQueue,
    allen_cunneen,
    least_of,
    mdc,
    mgc,
    pollaczek_khinchine,
)
from simnet.theory.hypercube import Dispatch, hypercube, hypercube_approximation
from simnet.theory.nonstationary import (
    Cycle,
    Delay,
    forward_equations,
    infinite_server,
    next_departure,
)
from simnet.theory.parallel import Weeks, parallel_queues
from simnet.theory.queues import (
    DelayQueue,
    FullQueue,
    ImpatientQueue,
    erlang_a,
    erlang_b,
    erlang_c,
    mmc,
    mmck,
    priority_wait,
)
from simnet.theory.renewal import (
    asymptotic_renewals,
    minimal_repair,
    renewal_function,
    weibull_renewals,
)
from simnet.theory.repair_loop import few_repairers, mended_at_outlets
from simnet.theory.stock import Stock, base_stock, lost_sales, order_up_to, reorder_point

__all__ = [
    "Cycle",
    "Delay",
    "DelayQueue",
    "Dispatch",
    "Echelons",
    "FullQueue",
    "GeneralQueue",
    "ImpatientQueue",
    "MixedQueue",
    "RepairShop",
    "Stock",
    "Weeks",
    "allen_cunneen",
    "asymptotic_renewals",
    "base_stock",
    "bass",
    "echelons",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "few_repairers",
    "forward_equations",
    "hypercube",
    "hypercube_approximation",
    "infinite_server",
    "least_of",
    "lost_sales",
    "machine_repair",
    "mdc",
    "mended_at_outlets",
    "mgc",
    "minimal_repair",
    "mixed_sources",
    "mmc",
    "mmck",
    "next_departure",
    "order_up_to",
    "parallel_queues",
    "pollaczek_khinchine",
    "priority_wait",
    "renewal_function",
    "reorder_point",
    "weibull_renewals",
]
