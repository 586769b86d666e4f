"""A network of any size whose outlets all have the same to do."""

import math
from typing import Any

from simnet.scenario.quantity import WEEK

STEP = 0.5
"""degrees from outlet to outlet, 56 km near the equator"""
RADIUS = 100.0
"""km: the own market and the eight around it, so that no list of outlets in reach is longer"""
CASES_A_WEEK = 60.0
"""of a market; its three technicians are busy for some six tenths of their sixty hours a week"""
HOURS = "Mon-Sat 08:00-18:00"


def grid(outlets: int, cases: int) -> dict[str, Any]:
    """A square grid of markets with an outlet each, for about so many cases.

    The load of an outlet and the changes of duty for a case do not depend on the size: with more
    outlets the horizon is shorter. Cases come while the outlets are open, go to the nearest one
    with a technician free, and take a part that the depot replaces.
    """
    side = math.ceil(math.sqrt(outlets))
    places = {
        f"place {i + 1}": {
            "lat": STEP * (i // side - (side - 1) / 2),
            "lon": STEP * (i % side - (side - 1) / 2),
        }
        for i in range(outlets)
    }
    open_hours = [0] * 8 + [1] * 10 + [0] * 6
    return {
        "name": f"{outlets:,} outlets on a grid",
        "start": "2026-01-05",  # a Monday, so that short horizons have the same share of work
        "horizon": cases / (CASES_A_WEEK * outlets) * WEEK,
        "follow_up": 0,
        "markets": {"places": {name: {**place, "spread": 10.0} for name, place in places.items()}},
        "enquiries": {
            "job": {
                "per_week": CASES_A_WEEK * outlets,
                "profile": {"hours": open_hours, "days": [1, 1, 1, 1, 1, 1, 0]},
                "work": {
                    "repair": {"law": "lognormal", "mean": 1.0, "cv": 0.8},
                    "part": "spare",
                },
            }
        },
        "dispatch": {"policy": "nearest_free"},
        "outlets": {
            "defaults": {"technicians": 3, "hours": HOURS, "speed": 60.0, "radius": RADIUS},
            "places": places,
        },
        "parts": {
            "spare": {
                "outlet_stock": {"base_stock": 40},
                "depot_stock": {
                    "reorder_point": 200 * outlets, "order_quantity": 200 * outlets,
                },
            }
        },
        "logistics": {
            "depot": {"lat": 0.0, "lon": 0.0},
            "carriers": {
                "parcel": {"base": 24.0, "factor": {"law": "lognormal", "mean": 1.0, "cv": 0.4}}
            },
        },
    }  # fmt: skip
