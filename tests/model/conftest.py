"""Small networks whose every moment can be worked out by hand.

Time 0 is Monday 00:00. `unit(at=10)` is a product whose one unit fails at hour 10 and never again,
so that the i-th product of a scenario is its i-th case. An outlet `degrees` away from the market
is as many hours of driving away.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from parity.same import both, same_records

import simnet
from simnet.siting import great_circle_km

DEGREE = float(great_circle_km(0, 0, 0, 1))
"""km of a degree along the equator"""

_OF_PRODUCT = {"warranty", "comes_after_warranty", "elsewhere", "tiers", "mass", "end_of_life"}


class Told:
    """What a run says: a column of the cases as an attribute, and rows of the other tables.

    A run has its cases in order of time; here they are counted as the units are listed, each unit's
    own in order of time, and then the enquiries.
    """

    def __init__(self, run):
        self.run = run
        unit = run.records.cases["unit"]
        self._order = np.lexsort((unit, unit < 0))
        self._number = self._order.argsort()

    def __getattr__(self, column):
        return self.run.records.cases[column][self._order].tolist()

    def rows(self, table, *columns):
        """Tuples of the columns, a row each."""
        found = dict(getattr(self.run.records, table))
        if "case" in found:
            found["case"] = self._number[found["case"]]
        return list(zip(*(found[column].tolist() for column in columns), strict=True))

    def shipments(self, kind, *columns):
        """Tuples of the columns, for the shipments of one kind."""
        return [row[1:] for row in self.rows("shipments", "kind", *columns) if row[0] == kind]


def _unit(at, units=1, once=True, **more):
    """A product of which `units` fail at hour `at`, in the field from hour 0 on."""
    mode = {"share": 1, "repair": 1}
    product = {"failure": at, "warranty": "10 years", "in_field": {"units": units}}
    if once:
        product["end_of_life"] = at + 0.01
    for key, value in more.items():
        (product if key in _OF_PRODUCT else mode)[key] = value
    return product | {"modes": {"any": mode}}


def _tell(*units, seed=0, **scenario):
    """Simulate a scenario with these units by both engines, which must agree; two weeks where
    nothing else is said."""
    data = {
        "start": "2026-01-05",
        "horizon": 336,
        "follow_up": 0,
        "markets": {"places": {"town": {"lat": 0, "lon": 0}}},
        "products": {f"unit {i}": item for i, item in enumerate(units)},
        **scenario,
    }
    compiled, reference = both(simnet.parse(data), seed, uncompiled=True)
    same_records(compiled.records, reference.records)
    assert reference.audit_of_records.passed, reference.audit_of_records.broken
    return Told(reference)


def _outlets(**places):
    """Outlets on the equator, `degrees` from the market, one technician each, always open."""
    found = {}
    for name, own in places.items():
        own = dict(own)
        found[name] = {"lat": 0, "lon": own.pop("degrees", 0)} | own
    defaults = {"technicians": 1, "hours": "24/7", "speed": DEGREE, "detour": 1}
    return {"defaults": defaults, "places": found}


def _hotline(agents=1, hours="24/7", **more):
    """One team that takes calls of the type technical, half an hour each."""
    return {
        "call_types": {"technical": {"talk": 0.5}},
        "teams": {"all": {"shifts": [{"agents": agents, "hours": hours}]}},
        **more,
    }


@pytest.fixture(scope="session")
def sim():
    """The helpers of this folder: `sim.tell(sim.unit(at=10), outlets=sim.outlets(here={}))`."""
    return SimpleNamespace(
        tell=_tell, unit=_unit, outlets=_outlets, hotline=_hotline, degree=DEGREE
    )
