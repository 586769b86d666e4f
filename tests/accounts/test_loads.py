"""Mass and way of shipments."""

import numpy as np
import pytest

from simnet.accounts.loads import loads
from simnet.records import Kind
from simnet.run import simulate
from simnet.scenario import parse


def test_parts_weigh_what_they_are_and_units_what_their_product_does():
    data = {
        "horizon": "2 years",
        "products": {"boiler": {
            "mass": 60, "failure": {"law": "exponential", "mean": "1 month"},
            "modes": {"any": {"share": 1, "part": "pump", "workshop": 0.5}},
            "in_field": {"units": 20},
        }},
        "markets": {"places": {"everywhere": {"lat": 0, "lon": 0}}},
        "outlets": {"places": {"here": {"lat": 0, "lon": 3}}},
        "parts": {"pump": {"mass": 2.5, "outlet_stock": {"reorder_below": 3, "order_up_to": 9}}},
        "logistics": {"depot": {"lat": 0, "lon": 0}},
    }  # fmt: skip
    run = simulate(parse(data))
    shipments, far = run.records.shipments, run.plan.depot_km[0]
    assert far > 300
    seen = set()
    for kind, lane, quantity, (kg, km) in zip(
        shipments["kind"], shipments["lane"], shipments["quantity"],
        np.transpose(loads(run.plan, run.records, np.arange(len(shipments["kind"])))), strict=True,
    ):  # fmt: skip
        seen.add(kind)
        of_unit = kind in (Kind.UNIT_TO_WORKSHOP, Kind.UNIT_BACK)
        assert kg == pytest.approx(60 if of_unit else 2.5 * quantity)
        assert km == (0 if lane == -2 else far)
    assert seen >= {Kind.REPLENISHMENT, Kind.SUPPLY, Kind.UNIT_TO_WORKSHOP, Kind.UNIT_BACK}
