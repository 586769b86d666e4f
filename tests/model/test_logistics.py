"""Logistics: carriers by distance, and own trucks by a timetable."""

import pytest

from simnet.records import Kind

MONDAY_AND_THURSDAY = (6.0, 78.0, 174.0, 246.0)


def network(sim, places, part=None, depot=None, **logistics):
    """Outlets `degrees` east of the depot, that hold no pump; customers beside each of them."""
    return {
        "horizon": 500,
        "follow_up": 0,
        "outlets": sim.outlets(**{
            name: {"degrees": degrees, "technicians": "unlimited", "speed": 1e6 * sim.degree}
            for name, degrees in places.items()
        }),
        "parts": {"pump": {"depot_stock": depot or {"base_stock": 99}} | (part or {})},
        "logistics": {"depot": {"lat": 0, "lon": 0}, **logistics},
    }  # fmt: skip


def fleet(sim, **terms):
    """Own trucks, a degree an hour, that need no time at a stop."""
    own = {"speed": sim.degree, "stop": 0, "departures": "Mon 06:00, Thu 06:00"}
    return {"fleet": own | terms, "lane": "fleet"}


def pumps(sim, *times):
    return [sim.unit(at=t, part="pump") for t in times]


def scattered(sim, *demands):
    """Units at (time, degrees): products, and a market at each place."""
    places = {}
    for i, (_, degrees) in enumerate(demands):
        market = places.setdefault(f"at {degrees}", {"lat": 0, "lon": degrees, "in_field": {}})
        market["in_field"][f"unit {i}"] = {"units": 1}
    units = [sim.unit(at=t, part="pump", units=0) for t, _ in demands]
    return units, {"markets": {"places": places}}


def way(told, kind=Kind.REPLENISHMENT):
    return told.shipments(kind, "shipped", "arrived")


def test_a_carrier_takes_base_and_distance_times_factor(sim):
    carriers = {"lane": {"base": 5, "speed": sim.degree / 2, "factor": 1.5}}
    told = sim.tell(*pumps(sim, 10), **network(sim, {"far": 3}, carriers=carriers))
    assert way(told) == [pytest.approx((10, 10 + (5 + 6) * 1.5))]


def test_distance_may_not_count(sim):
    told = sim.tell(
        *pumps(sim, 10), **network(sim, {"far": 3}, carriers={"lane": {"base": 5, "speed": None}})
    )
    assert way(told) == [(10.0, 15.0)]


def test_an_outlet_may_have_its_own_lane(sim):
    data = network(
        sim,
        {"far": 3},
        carriers={"slow": {"base": 50, "speed": None}, "quick": {"base": 5, "speed": None}},
    )
    data["outlets"]["places"]["far"]["lane"] = "quick"
    told = sim.tell(*pumps(sim, 10), **data)
    assert way(told) == [(10.0, 15.0)]


def test_failed_parts_go_back_by_the_carrier_for_returns(sim):
    told = sim.tell(
        *pumps(sim, 10),
        **network(
            sim,
            {"far": 3},
            part={"repairable": 1, "outlet_stock": {"base_stock": 1}},
            carriers={"out": {"base": 5, "speed": None}, "back": {"base": 9, "speed": None}},
            returns="back",
        ),
    )
    ((shipped, arrived),) = way(told, Kind.FAILED_PART)
    assert arrived - shipped == pytest.approx(9)


def test_parts_wait_for_the_next_departure(sim):
    told = sim.tell(*pumps(sim, 10, 100), **network(sim, {"far": 3}, **fleet(sim)))
    assert way(told) == [pytest.approx((78, 81)), pytest.approx((174, 177))]
    assert told.part_ready == pytest.approx([81, 177])
    ordered = told.shipments(Kind.REPLENISHMENT, "ordered", "lane", "tour")
    assert ordered == [(10.0, -1, 0), (100.0, -1, 0)]


def test_no_truck_leaves_empty(sim):
    told = sim.tell(*pumps(sim, 100), **network(sim, {"far": 3}, **fleet(sim)))
    trips = told.rows("trips", "departed", "home", "km", "kg")
    assert trips == [pytest.approx((174, 180, 6 * sim.degree, 1))]


@pytest.mark.parametrize(("trucks", "left"), [(1, [78, 78, 174]), (2, [78, 78, 78])])
def test_what_does_not_fit_waits_or_takes_another_truck(sim, trucks, left):
    told = sim.tell(
        *pumps(sim, 10, 11, 12),
        **network(sim, {"far": 3}, part={"mass": 10}, **fleet(sim, capacity=20, trucks=trucks)),
    )
    assert [shipped for shipped, _ in way(told)] == left
    assert told.part_ready == pytest.approx([t + 3 for t in left])
    loads = [kg for (kg,) in told.rows("trips", "kg")]
    assert loads == [20.0, 10.0]


def test_an_order_may_be_split_between_two_departures(sim):
    part = {"mass": 10, "outlet_stock": {"reorder_below": 0, "order_up_to": 3}}
    told = sim.tell(
        *pumps(sim, 10, 11, 12),
        **network(sim, {"far": 3}, part=part, **fleet(sim, capacity=20)),
    )
    assert told.shipments(Kind.REPLENISHMENT, "shipped", "quantity") == [(78.0, 2), (174.0, 1)]
    assert told.part_ready == [10.0, 11.0, 12.0]


def test_a_truck_on_its_way_misses_a_departure(sim):
    told = sim.tell(
        *pumps(sim, 2, 20), **network(sim, {"far": 20}, **fleet(sim, departures="06:00"))
    )
    # there and back takes 40 h: from 6 to 46, so that 30 is missed and 54 is the next
    assert way(told) == [pytest.approx((6, 26)), pytest.approx((54, 74))]
    assert told.rows("trips", "departed", "home")[0] == pytest.approx((6, 46))


def test_a_second_truck_takes_the_departure(sim):
    told = sim.tell(
        *pumps(sim, 2, 20), **network(sim, {"far": 20}, **fleet(sim, departures="06:00", trucks=2))
    )
    assert way(told) == [pytest.approx((6, 26)), pytest.approx((30, 50))]


def test_a_tour_of_several_stops(sim):
    units, markets = scattered(sim, (1, 2), (2, 4))
    told = sim.tell(
        *units,
        **network(sim, {"near": 2, "far": 4}, **fleet(sim, stops_per_tour=2, stop=0.5)),
        **markets,
    )
    assert way(told) == [pytest.approx((6, 8)), pytest.approx((6, 10.5))]
    trips = told.rows("trips", "departed", "home", "km", "kg")
    assert trips == [pytest.approx((6, 15, 8 * sim.degree, 2))]


def test_a_tour_stops_everywhere_even_where_nothing_is_unloaded(sim):
    units, markets = scattered(sim, (2, 4))
    told = sim.tell(
        *units,
        **network(sim, {"near": 2, "far": 4}, **fleet(sim, stops_per_tour=2, stop=0.5)),
        **markets,
    )
    assert way(told) == [pytest.approx((6, 10.5))]


def test_the_tour_whose_goods_wait_longest_goes_first(sim):
    units, markets = scattered(sim, (2, 2), (1, 4))
    told = sim.tell(*units, **network(sim, {"near": 2, "far": 4}, **fleet(sim)), **markets)
    assert sorted(told.rows("trips", "departed", "tour")) == [(6.0, 1), (78.0, 0)]


def test_the_first_goods_of_a_dock_are_not_overtaken_by_lighter_ones(sim):
    data = network(sim, {"far": 3}, part={"mass": 10}, **fleet(sim, capacity=15))
    data["parts"]["screw"] = {"mass": 1, "depot_stock": {"base_stock": 9}}
    told = sim.tell(
        *pumps(sim, 10, 11),
        sim.unit(at=12, part="screw"),
        **data,
    )
    # pump, pump, screw: the second pump does not fit, and the screw waits behind it
    assert told.shipments(Kind.REPLENISHMENT, "shipped", "part") == [
        (78.0, 0), (174.0, 0), (174.0, 1),
    ]  # fmt: skip


def test_express_shipments_do_not_wait_for_the_truck(sim):
    told = sim.tell(
        *pumps(sim, 10),
        **network(
            sim,
            {"far": 3},
            part={"emergency": True},
            carriers={"express": {"base": 2, "speed": None}},
            **fleet(sim),
        ),
    )
    assert way(told, Kind.EMERGENCY) == [(10.0, 12.0)]
