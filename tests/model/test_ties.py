"""Simultaneous events have a written order (records.Order), and the same scenario one result."""

import random
from dataclasses import fields

import numpy as np
import pytest

import simnet
from simnet.records import Kind, Order


def test_the_written_order():
    assert sorted(Order, key=int) == [
        Order.DUTY_ENDS, Order.DUTY_BEGINS, Order.BOARD_READ, Order.TRUCK_HOME,
        Order.TRUCK_LEAVES, Order.SHIPMENT_ARRIVES, Order.PERSON_FREE, Order.WORK_ENDS,
        Order.COUNTER_OPENS, Order.CALL, Order.PATIENCE_ENDS, Order.FAILURE,
    ]  # fmt: skip


def test_the_board_is_read_when_all_who_come_on_duty_are_there(sim):
    """In the morning the older case gets the nearest outlet, wherever that stands in the file."""
    day = "08:00-16:00"
    told = sim.tell(
        sim.unit(at=3), sim.unit(at=2),
        outlets=sim.outlets(far={"degrees": 2, "hours": day}, near={"degrees": 1, "hours": day}),
        dispatch={"policy": "central_board"},
    )  # fmt: skip
    assert told.outlet == [0, 1]
    assert told.assigned == [8, 8]


def test_the_board_is_read_once_for_a_technician(sim):
    """One technician and two cases: the second waits until he is back."""
    told = sim.tell(
        sim.unit(at=2), sim.unit(at=3),
        outlets=sim.outlets(here={"hours": "08:00-16:00"}), dispatch={"policy": "central_board"},
    )  # fmt: skip
    assert told.started == [8, 9]


def test_who_waits_first_for_the_counter_to_open_is_served_first(sim):
    told = sim.tell(
        sim.unit(at=3), sim.unit(at=2),
        outlets=sim.outlets(here={"service": "carry_in", "hours": "08:00-16:00"}),
    )  # fmt: skip
    assert told.arrived == [8, 8]
    assert told.started == [9, 8]


def test_a_call_just_when_the_shift_ends_waits_for_the_next_one(sim):
    told = sim.tell(sim.unit(at=16), hotline=sim.hotline(hours="Mon-Fri 08:00-16:00"))
    assert told.answered == [32.0]


def test_a_call_just_when_the_shift_begins_is_answered(sim):
    told = sim.tell(sim.unit(at=8), hotline=sim.hotline(hours="Mon-Fri 08:00-16:00"))
    assert told.answered == [8.0]


def test_who_gets_free_just_when_the_shift_ends_goes_home(sim):
    told = sim.tell(
        sim.unit(at=15.5), sim.unit(at=15.75), hotline=sim.hotline(hours="Mon-Fri 08:00-16:00")
    )
    assert told.triaged[0] == 16.0
    assert told.answered[1] == 32.0


def test_who_waits_when_a_shift_begins_goes_before_who_calls_just_then(sim):
    told = sim.tell(
        sim.unit(at=8), sim.unit(at=7.75), hotline=sim.hotline(hours="Mon-Fri 08:00-16:00")
    )
    assert told.answered == [8.5, 8.0]


def test_of_two_cases_at_one_moment_the_first_listed_goes_first(sim):
    told = sim.tell(sim.unit(at=10), sim.unit(at=10), hotline=sim.hotline())
    assert told.answered == [10.0, 10.5]


def test_an_agent_who_gets_free_just_then_takes_the_call_at_once(sim):
    told = sim.tell(sim.unit(at=10), sim.unit(at=10.5), hotline=sim.hotline())
    assert told.answered == [10.0, 10.5]


def test_who_waits_goes_before_who_comes_just_when_the_technician_is_free(sim):
    told = sim.tell(
        sim.unit(at=11), sim.unit(at=10), sim.unit(at=10.5), outlets=sim.outlets(here={})
    )
    assert told.started == [12.0, 10.0, 11.0]


def test_a_technician_free_just_then_counts_as_free_at_the_desk(sim):
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=11),
        outlets=sim.outlets(near={}, far={"degrees": 1}),
        dispatch={"policy": "nearest_free"},
    )
    assert told.outlet == [0, 0]


def trucks(sim, **terms):
    """Trucks that leave every six hours for an outlet three hours away."""
    fleet = {"speed": sim.degree, "stop": 0, "departures": "00:00 06:00 12:00 18:00"}
    return {
        "outlets": sim.outlets(far={"degrees": 3, "technicians": "unlimited", "speed": 1e9}),
        "parts": {"pump": {"supplier_lead_time": 8, **terms}},
        "logistics": {"depot": {"lat": 0, "lon": 0}, "fleet": fleet, "lane": "fleet"},
    }


def test_a_part_that_is_ordered_just_when_the_truck_leaves_misses_it(sim):
    stock = {"depot_stock": {"base_stock": 1}}
    told = sim.tell(sim.unit(at=6, part="pump"), **trucks(sim, **stock))
    assert [row[0] for row in told.shipments(Kind.REPLENISHMENT, "shipped")] == [12.0]


def test_a_part_that_comes_to_the_depot_just_when_the_truck_leaves_misses_it(sim):
    told = sim.tell(sim.unit(at=4, part="pump"), **trucks(sim))
    assert told.shipments(Kind.SUPPLY, "arrived") == [(12.0,)]
    assert told.shipments(Kind.REPLENISHMENT, "shipped") == [(18.0,)]


def test_a_truck_that_is_home_just_then_leaves_again(sim):
    network = trucks(sim, depot_stock={"base_stock": 5})
    network["outlets"]["places"]["far"] = {"lat": 0, "lon": 0}
    network["logistics"]["fleet"]["stop"] = 6  # the tour takes six hours of unloading
    told = sim.tell(sim.unit(at=5, part="pump"), sim.unit(at=7, part="pump"), **network)
    assert told.rows("trips", "departed", "home") == [(6.0, 12.0), (12.0, 18.0)]


def test_a_part_that_comes_just_when_another_case_asks_is_the_first_ones(sim):
    told = sim.tell(
        sim.unit(at=15, part="pump"),
        sim.unit(at=10, part="pump"),
        outlets=sim.outlets(here={"technicians": "unlimited"}),
        parts={"pump": {"depot_stock": {"base_stock": 1}, "supplier_lead_time": 50}},
        logistics={"carriers": {"lane": {"base": 5, "speed": None}}},
    )
    assert told.part_ready == [65.0, 15.0]


def test_a_part_that_comes_just_then_is_on_the_shelf(sim):
    told = sim.tell(
        sim.unit(at=10, part="pump"),
        sim.unit(at=15, part="pump"),
        outlets=sim.outlets(here={"technicians": "unlimited"}),
        parts={"pump": {"outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 9}}},
        logistics={"carriers": {"lane": {"base": 5, "speed": None}}},
    )
    assert told.part_ready == [10.0, 15.0]


BUSY = {
    "start": "2026-01-05",
    "horizon": 600,
    "follow_up": 0,
    "products": {
        name: {
            "failure": {"law": "exponential", "mean": 900},
            "in_field": {"units": 40},
            "tiers": {"gold": {"share": 0.3, "priority": 1}, "tin": {"share": 0.7}},
            "modes": {
                "pump": {"share": 2, "part": "pump", "first_time_fix": 0.7, "remote_fix": 0.1,
                         "repair": {"law": "exponential", "mean": 2}},
                "board": {"share": 1, "part": "board", "workshop": 0.3},
            },
        }
        for name in ("fridge", "washer", "oven")
    },
    "markets": {
        "places": {
            "north": {"lat": 3, "lon": 0, "spread": 20},
            "south": {"lat": -3, "lon": 0, "spread": 30, "weight": 2},
            "east": {"lat": 0, "lon": 4, "spread": 10},
        }
    },
    "hotline": {
        "patience": {"law": "exponential", "mean": 0.2},
        "call_types": {"technical": {"talk": {"law": "exponential", "mean": 0.3}}},
        "teams": {
            "a": {"shrinkage": 0.2, "shifts": [{"agents": 1, "hours": "Mon-Fri 08:00-18:00"}]},
            "b": {"shifts": [{"agents": 1, "hours": "24/7"}]},
        },
    },
    "outlets": {
        "places": {
            "one": {"lat": 3, "lon": 0, "technicians": 1, "capacity_share": 0.8},
            "two": {"lat": -3, "lon": 0, "technicians": 2, "contract": "partner"},
            "three": {"lat": 0, "lon": 4, "service": "carry_in"},
        }
    },
    "parts": {
        "pump": {"outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 3},
                 "repairable": 0.5, "workshop_time": {"law": "exponential", "mean": 48}},
        "board": {"outlet_stock": {"reorder_below": 0, "order_up_to": 2}, "emergency": True},
    },
    "logistics": {
        "depot": {"lat": 0.1, "lon": 0.2},
        "carriers": {"lane": {"factor": {"law": "lognormal", "mean": 1, "cv": 0.3}}},
    },
}  # fmt: skip


def same(a, b):
    """Whether two tables are equal to the last bit."""
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k], equal_nan=a[k].dtype.kind == "f")
                                        for k in a)  # fmt: skip


TABLES = ("cases", "calls", "visits", "bench", "shipments", "moves", "trips")


def test_the_same_scenario_twice_gives_the_same_records():
    first, second = (simnet.simulate(simnet.parse(BUSY), seed=5).records for _ in range(2))
    assert {*TABLES} <= {field.name for field in fields(first)}
    for table in TABLES:
        assert same(getattr(first, table), getattr(second, table)), table
    assert len(first.cases["row"]) > 50


def test_who_watches_the_progress_changes_nothing():
    seen = []
    first = simnet.simulate(simnet.parse(BUSY), seed=5).records
    second = simnet.simulate(
        simnet.parse(BUSY), seed=5, progress=lambda share, cases: seen.append((share, cases))
    ).records
    assert all(same(getattr(first, table), getattr(second, table)) for table in TABLES)
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, len(second.cases["row"]))


def shuffled(data, rng):
    """The same scenario with all mappings in another order, but for the modes and tiers, whose
    order is that of their shares, and the teams, whose order says who goes first."""
    if not isinstance(data, dict):
        return data
    keys = list(data)
    if not {"gold", "tin"} & set(keys) and "pump" not in keys and "a" not in keys:
        rng.shuffle(keys)
    return {key: shuffled(data[key], rng) for key in keys}


@pytest.mark.parametrize("order", range(3))
def test_the_order_in_which_names_are_listed_changes_nothing(order):
    """Where no two things happen at one moment, only names count, never positions."""
    columns = ["source", "market", "outlet", "outcome", "failed", "called", "answered", "assigned",
               "part_ready", "started", "repaired", "closed", "attempts", "refusals"]  # fmt: skip

    def story(data):
        cases = simnet.simulate(simnet.parse(data), seed=5).cases[columns]
        cases = cases.astype(dict.fromkeys(columns[:4], str))
        return cases.sort_values(["failed", "source"]).reset_index(drop=True)

    found, other = story(BUSY), story(shuffled(BUSY, random.Random(order)))
    assert found.equals(other)
