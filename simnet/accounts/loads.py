"""What shipments weigh, and how far they go: it follows from what is in them and where they go."""

import numpy as np

from simnet.plan import Plan
from simnet.records import SUPPLIER, Records

from .sums import Floats, Ints


def loads(plan: Plan, records: Records, rows: Ints) -> tuple[Floats, Floats]:
    """Mass in kg, and way from or to the depot in km, of these rows of the shipments; (rows,)."""
    shipments = records.shipments
    part, case, lane = (shipments[name][rows] for name in ("part", "case", "lane"))
    outlet, quantity = shipments["outlet"][rows], shipments["quantity"][rows]
    product = np.array([s.product for s in plan.sources] or [-1])[records.cases["source"][case]]
    # the last one is of no part, and of no product
    of_part, of_product = (
        np.array([*(thing.mass for thing in things.values()), 0.0])
        for things in (plan.scenario.parts, plan.scenario.products)
    )
    kg = np.where(part >= 0, of_part[part] * quantity, of_product[product])
    return kg, np.where(lane == SUPPLIER, 0.0, np.append(plan.depot_km, 0.0)[outlet])
