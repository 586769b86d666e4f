"""The compiled engine's code as plain Python: the same to the bit. All of its lines are run here or
by `tests/model` (`make coverage`)."""

from hypothesis import given, settings
from hypothesis import strategies as st
from parity.same import both, little_room, one_large_order, same_run
from properties.networks import networks

import simnet
from simnet.kernel import build
from simnet.policies import DESKS


@settings(max_examples=12, derandomize=True, deadline=None)
@given(networks(), st.sampled_from(list(DESKS)))
def test_networks_of_every_kind_are_the_same_uncompiled(data, policy):
    data = data | {"dispatch": {"policy": policy}}
    same_run(*both(simnet.parse(data), 2, uncompiled=True))


def test_a_busy_week_in_which_all_is_asked_for_ahead(monkeypatch):
    """Visits, drives home, calls and shipments under way at any time; spans as short as in a large
    network."""
    monkeypatch.setattr(build, "LEAST_SPANS", 1 << 16)
    data = {
        "start": "2026-01-05", "horizon": "1 week", "follow_up": 0,
        "products": {"p": {"failure": {"law": "exponential", "mean": "6 weeks"},
                           "in_field": {"units": 2700},
                           "modes": {"a": {"share": 1, "part": "pump", "repair": 2}}}},
        "markets": {"places": {"town": {"lat": 0, "lon": 0, "spread": 60}}},
        "hotline": {"patience": 0.5, "teams": {"all": {"shifts": [{"agents": 9,
                                                                   "hours": "24/7"}]}}},
        "outlets": {"defaults": {"technicians": 12, "hours": "24/7", "speed": 30},
                    "places": {"here": {"lat": 0, "lon": 0}, "there": {"lat": 0, "lon": 0.3}}},
        "parts": {"pump": {"outlet_stock": {"base_stock": 4}, "depot_stock": {"base_stock": 40}}},
    }  # fmt: skip
    same_run(*both(simnet.parse(data), 1, uncompiled=True))


def test_tables_with_little_room_grow(monkeypatch):
    """One large order, a piece of it on each truck: tables are made longer many times."""
    little_room(monkeypatch)
    same_run(*both(simnet.parse(one_large_order(40, "4 weeks")), 1, uncompiled=True))
