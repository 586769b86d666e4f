"""Whole scenarios whose answer is known: the estimate gives it to the digit, or nearly so."""

import math

import numpy as np
import pytest

import simnet
from simnet import theory
from simnet.estimate import Network, figures, warnings
from simnet.plan import make_plan


def estimate(**data):
    network = Network(make_plan(simnet.parse(data))).settled()
    return network, {figure.name: figure for figure in figures(network)}


def exponential(mean):
    return {"law": "exponential", "mean": mean}


def outlet(per_week, repair, technicians, **terms):
    return {
        "horizon": "4 years",
        "enquiries": {"job": {"per_week": per_week, "work": {"repair": repair}}},
        "outlets": {"places": {"here": {"technicians": technicians, "hours": "24/7", **terms}}},
    }


def hotline(per_hour, talk, agents=1, **more):
    calls = {"q": {"talk": talk, "remote_fix": 1}}
    return {
        "horizon": "1 year",
        "enquiries": {"q": {"call_type": "q", "per_week": per_hour * 168}},
        "hotline": {"call_types": calls, **more,
                    "teams": {"all": {"shifts": [{"agents": agents, "hours": "24/7"}]}}},
    }  # fmt: skip


# one judgement of overload


@pytest.mark.parametrize("load", [0.5, 0.9, 0.97, 0.995])
@pytest.mark.parametrize("technicians", [1, 5, 40])
def test_a_stable_outlet_is_stable_for_estimate_and_check(load, technicians):
    """Constant jobs of an hour: Crommelin's wait; `check` and the estimate have one judgement."""
    network, found = estimate(**outlet(168 * technicians * load, 1, technicians))
    exact = float(theory.mdc(technicians * load, 1, technicians).wait)
    assert found["wait_technician"].value == pytest.approx(exact, rel=1e-6)
    assert not any("queue will grow" in text for text in warnings(network))
    assert not any("more work" in text for text in found["wait_technician"].warnings)


def test_five_technicians_at_ninety_per_cent():
    assert estimate(**outlet(756, 1, 5))[1]["wait_technician"].value == pytest.approx(
        0.7767, abs=5e-5
    )


@pytest.mark.parametrize("load", [1.0, 1.01, 2])
def test_an_overloaded_outlet_is_overloaded_for_both(load):
    network, found = estimate(**outlet(168 * 3 * load, 1, 3))
    assert math.isnan(found["wait_technician"].value)
    assert any("more work than technicians can do" in t for t in found["wait_technician"].warnings)
    assert any("queue will grow" in text for text in warnings(network))


def test_what_overtime_can_do_is_no_overload():
    """Jobs of 3 hours in days of 8: three begin each day, 9 hours of work, an hour of overtime."""
    day = {"hours": "08:00-16:00", "technicians": 1}
    for per_day, grows in ((2.8, False), (3.3, True)):
        network, found = estimate(**outlet(7 * per_day, 3, **day))
        assert math.isnan(found["wait_technician"].value) == grows
        text = "its queue will grow" if grows else "all of it is done only in overtime"
        assert any(text in said for said in warnings(network))


def test_a_bench_at_ninety_per_cent_is_no_overload():
    data = outlet(3.6, 0, "unlimited")
    data["enquiries"]["job"]["work"]["workshop"] = 1
    data["logistics"] = {"workshop": {"technicians": 1, "hours": "24/7", "repair": exponential(42)}}
    network, _ = estimate(**data)
    assert network.bench_wait == pytest.approx(42 * 0.9 / 0.1, rel=1e-6)


# few units


def machines(units, life, repair, technicians, **terms):
    return {
        "horizon": 25_200, "warm_up": 672,
        "products": {"m": {"failure": exponential(life), "in_field": {"units": units},
                           "warranty": "1000 years",
                           "modes": {"any": {"share": 1, "repair": repair}}}},
        "outlets": {"places": {"here": {"technicians": technicians, "hours": "24/7", **terms}}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("units", "life", "repair", "technicians"),
    [(5, 60, 9.6, 1), (5, 20, 9.6, 1), (1, 10, 10, 1), (12, 40, 8, 2), (200, 100, 1.5, 3)],
)
def test_few_units_are_machine_repair(units, life, repair, technicians):
    exact = theory.machine_repair(units, life, repair, technicians)
    _, found = estimate(**machines(units, life, exponential(repair), technicians))
    assert found["wait_technician"].value == pytest.approx(float(exact.wait), rel=1e-4, abs=1e-9)
    assert found["utilisation"].value == pytest.approx(float(exact.utilisation), rel=1e-4)


def test_five_machines():
    _, found = estimate(**machines(5, 60, exponential(9.6), 1))
    assert found["utilisation"].value == pytest.approx(0.6225, abs=5e-5)
    assert found["wait_technician"].value == pytest.approx(7.5088, abs=5e-4)
    assert found["resolution_mean"].value == pytest.approx(17.1088, abs=5e-4)


def test_few_units_on_the_way_home_fail_less_too():
    """Ways and waits before the outlet keep units from failing as well: all of them together have
    Little's law, cases x hours per unit."""
    data = machines(30, 100, exponential(2), 2, speed=50)
    data["markets"] = {"places": {"town": {"lat": 0.9, "lon": 0}}}
    data["outlets"]["places"]["here"] |= {"lat": 0, "lon": 0}
    data["reporting"] = {"delay": 12}
    network, found = estimate(**data)
    hours = 25_200 - 672
    cycle = 30 * hours / found["cases"].value
    assert cycle == pytest.approx(100 + 12 + found["resolution_mean"].value, rel=1e-4)
    assert network.up[0, 0] == pytest.approx(100 / cycle, rel=1e-4)


# hotline


@pytest.mark.parametrize("lines", [1, 2, 5])
@pytest.mark.parametrize("agents", [1, 2])
def test_few_lines_of_a_hotline(lines, agents):
    """One agent and one line were a crash; M/M/c/K as far as there are places for those served."""
    if lines < agents:
        return
    data = hotline(3, exponential(0.1), agents, lines=lines, redial={"chance": 0})
    network, found = estimate(**data)
    exact = theory.mmck(3, 0.1, agents, lines)
    assert network.hotline[0].blocked == pytest.approx(float(exact.blocked), rel=1e-2, abs=1e-6)
    assert found["asa"].value == pytest.approx(
        3600 * float(exact.wait) * (1 - float(exact.blocked)), rel=1e-3, abs=1e-9
    )
    assert warnings(network) == []


def test_constant_talk_is_half_the_wait():
    """One agent at 80 %: 1,440 s with exponential talk, 720 s (M/D/1) with constant talk."""
    assert estimate(**hotline(8, exponential(0.1)))[1]["asa"].value == pytest.approx(1440, rel=1e-6)
    assert estimate(**hotline(8, 0.1))[1]["asa"].value == pytest.approx(720, rel=1e-6)
    several = float(theory.mdc(36, 0.1, 4).wait)
    assert estimate(**hotline(36, 0.1, 4))[1]["asa"].value == pytest.approx(
        3600 * several, rel=1e-5
    )


# outlets that stand in for each other


def board(policy, places, way=0.0, per_week=168 * 2.4):
    return {
        "horizon": "4 years",
        "enquiries": {"job": {"per_week": per_week, "work": {"repair": exponential(1)}}},
        "markets": {"places": {f"m{i}": {"lat": 0, "lon": way * i} for i in range(places)}},
        "outlets": {"defaults": {"technicians": 1, "hours": "24/7", "speed": 60},
                    "places": {f"o{i}": {"lat": 0, "lon": way * i} for i in range(places)}},
        "dispatch": {"policy": policy},
    }  # fmt: skip


def test_a_central_board_without_ways_is_one_queue():
    """And its wait stands where the run counts it: on the board, before the case is given away."""
    network, found = estimate(**board("central_board", 3))
    assert found["wait_dispatch"].value == pytest.approx(
        float(theory.mmc(2.4, 1, 3).wait), rel=1e-4
    )
    assert found["wait_technician"].value == 0
    assert network.allotment.share[0, 0] == pytest.approx([1 / 3] * 3, abs=0.3)
    exact = theory.hypercube([0.8] * 3, [[0, 1, 2]] * 3, 1)
    assert network.allotment.share[0, 1] == pytest.approx(exact.shares[1], rel=1e-6)


@pytest.mark.parametrize("policy", ["central_board", "nearest_free", "shortest_wait"])
def test_outlets_that_stand_in_wait_less_than_alone_and_drive_further(policy):
    shared, alone = (
        estimate(**board(policy, 3, 0.05, 300))[1],
        estimate(**board("nearest", 3, 0.05, 300))[1],
    )
    waits = [f["wait_dispatch"].value + f["wait_technician"].value for f in (shared, alone)]
    assert waits[0] < waits[1]
    assert shared["wait_travel"].value > alone["wait_travel"].value


# trucks


def test_goods_that_wait_for_a_truck_are_on_order():
    """A truck every Monday at noon, no way: at t all is on order that was asked for since. Demand
    around the clock: the mean over the week of Poisson with the hours since Monday noon."""
    network, found = estimate(
        horizon="4 years",
        enquiries={"job": {"per_week": 7, "work": {"part": "p", "repair": 0}}},
        outlets={"places": {"a": {"technicians": "unlimited"}}},
        parts={"p": {"outlet_stock": {"base_stock": 6}, "depot_stock": {"base_stock": 1000}}},
        logistics={"lane": "fleet", "fleet": {"departures": "Mon 12:00"}},
    )
    hours = np.arange(168) + 0.5 + network.stock.transit[0]
    filled = theory.base_stock(7 / 168, hours, 6).fill_rate.mean()
    assert found["fill_rate"].value == pytest.approx(float(filled), abs=2e-3)
    assert network.stock.for_truck[0] == pytest.approx(84)
    assert any("a truck were there" in text for text in found["fill_rate"].warnings)
