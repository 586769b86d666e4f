"""Small networks whose stories can be told by hand.

Time 0 is Monday 2026-01-05 00:00. `sim.unit(at=10)` is a product whose one unit fails at hour 10
and never again, so that the cases are the products in order of time. An outlet `degrees` away from
the market is as many hours of driving away.
"""

from types import SimpleNamespace

import pytest

import simnet
from simnet.siting import great_circle_km
from simnet.trace import story

DEGREE = float(great_circle_km(0, 0, 0, 1))
DAY_SHIFT = "Mon-Fri 08:00-18:00"
_OF_PRODUCT = {"warranty", "comes_after_warranty", "elsewhere", "tiers", "mass"}


def unit(at, **more):
    """A product with one unit, in the field from hour 0 on, that fails at hour `at`."""
    mode = {"share": 1, "repair": 1}
    product = {"failure": at, "warranty": "10 years", "end_of_life": at + 0.01,
               "in_field": {"units": 1}}  # fmt: skip
    for key, value in more.items():
        (product if key in _OF_PRODUCT else mode)[key] = value
    return product | {"modes": {"any": mode}}


def tell(*units, **scenario):
    """The run of a scenario with these units; two weeks where nothing else is said."""
    data = {
        "start": "2026-01-05",
        "horizon": 336,
        "follow_up": 0,
        "markets": {"places": {"town": {"lat": 0, "lon": 0}}},
        "products": {f"unit {i}": item for i, item in enumerate(units)},
        **scenario,
    }
    return simnet.simulate(simnet.parse(data), seed=0)


def outlets(**places):
    """Outlets on the equator, `degrees` from the market, one technician each, always open."""
    found = {name: {"lat": 0, "lon": own.pop("degrees", 0)} | own for name, own in places.items()}
    defaults = {"technicians": 1, "hours": "24/7", "speed": DEGREE, "detour": 1}
    return {"defaults": defaults, "places": found}


def hotline(agents=1, hours="24/7", **more):
    """One team; half an hour of talk and a quarter of an hour to wrap up."""
    return {
        "call_types": {"technical": {"talk": 0.5, "after_call": 0.25}},
        "teams": {"all": {"shifts": [{"agents": agents, "hours": hours}]}},
        **more,
    }


def lane(hours, **more):
    """A carrier that takes the same time to every place, at 7 for each shipment."""
    carrier = {"base": hours, "speed": None, "per_shipment": 7}
    return {"carriers": {"lane": carrier}, **more}


def told(run, case=0):
    """(event, hour, wait, hours waited) of each step, to the microhour."""
    return [(s.event, round(s.hours, 6), s.wait, round(s.waited, 6)) for s in story(run, case)]


def text(run, event, case=0):
    """What the first step of that name says."""
    return next(s.text for s in story(run, case) if s.event == event)


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """The key of a user who has none yet."""
    file = tmp_path_factory.mktemp("home") / "simnet" / "pseudonyms.key"
    monkeypatch.setattr("simnet.pseudonym.key_file", lambda: file)
    return file


@pytest.fixture(scope="session")
def sim():
    """The helpers of this folder."""
    return SimpleNamespace(
        unit=unit, tell=tell, outlets=outlets, hotline=hotline, lane=lane, told=told, text=text
    )


def _stories():
    """A run for every kind of ending and detour."""
    pump = {
        "pump": {"cost": 40, "outlet_stock": {"base_stock": 0}, "depot_stock": {"base_stock": 3}}
    }
    counter = {"degrees": 2, "service": "carry_in", "hours": DAY_SHIFT}
    visit = {"part": "pump", "first_time_fix": 0, "second_part": "pump"}
    return {
        "on site": tell(unit(10), outlets=outlets(far={"degrees": 2, "contract": "partner"})),
        "two visits": tell(unit(10, **visit), parts=pump, logistics=lane(5),
                           outlets=outlets(far={"degrees": 2})),
        "counter": tell(unit(20, **visit), parts=pump, logistics=lane(5),
                        outlets=outlets(counter=dict(counter))),
        "workshop": tell(unit(10, workshop=1), outlets=outlets(far={"degrees": 2}),
                         logistics=lane(5, workshop={"repair": 24})),
        "counter to workshop": tell(unit(10, workshop=1), outlets=outlets(counter=dict(counter)),
                                    logistics=lane(5, workshop={"repair": 24})),
        "telephone": tell(unit(2, remote_fix=1), unit(2.25, remote_fix=1),
                          hotline=hotline(hours="24/7") | {"hours": DAY_SHIFT}),
        "abandoned": tell(unit(10), unit(10.1), outlets=outlets(here={}),
                          hotline=hotline(patience=0.1, redial={"chance": 1, "delay": 0.1},
                                          cost_per_minute=1)),
        "elsewhere": tell(unit(10, warranty=1, comes_after_warranty=0), outlets=outlets(here={})),
        "referred": tell(unit(10), hotline=hotline()),
        "part never comes": tell(
            unit(10, part="pump", tiers={"gold": {"promise": 4}}), outlets=outlets(here={}),
            parts={"pump": {"outlet_stock": {}, "depot_stock": {}, "supplier_lead_time": 9999}}),
        "open": tell(*(unit(at) for at in (332, 335.5, 335.9)), hotline=hotline(),
                     outlets=outlets(far={"degrees": 2})),
        "board": tell(unit(10), unit(10.5), dispatch={"policy": "central_board"},
                      outlets=outlets(far={"degrees": 2})),
    }  # fmt: skip


@pytest.fixture(scope="session")
def stories():
    """Runs by name, one for every kind of ending and detour."""
    return _stories()
