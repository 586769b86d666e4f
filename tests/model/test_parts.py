"""Parts: when which place orders how many, who gets the first, and what comes back mended."""

import pytest

from simnet.records import Kind, Outcome

LANE, LEAD = 5, 100


def shop(sim, outlet=None, depot=None, places=("here",), carriers=None, **part):
    """Outlets that hand out pumps: the lane takes 5 h, the supplier 100 h, a repair 1 h."""
    stocks = {"outlet_stock": outlet or {}, "depot_stock": depot or {}}
    return {
        "outlets": sim.outlets(**{name: {"technicians": "unlimited"} for name in places}),
        "parts": {"pump": {"supplier_lead_time": LEAD} | stocks | part},
        "logistics": {"carriers": {"lane": {"base": LANE, "speed": None}} | (carriers or {})},
        "horizon": 1000,
        "follow_up": 0,
    }


def pumps(sim, *times, **more):
    return [sim.unit(at=t, part="pump", **more) for t in times]


def orders(told, kind=Kind.REPLENISHMENT):
    return told.shipments(kind, "ordered", "quantity", "arrived")


def test_base_stock_orders_one_for_each_one_taken(sim):
    told = sim.tell(*pumps(sim, 10, 11, 12, 30), **shop(sim, {"base_stock": 2}, {"base_stock": 9}))
    assert orders(told) == [(t, 1, t + LANE) for t in (10.0, 11.0, 12.0, 30.0)]
    assert told.part_ready == [10.0, 11.0, 15.0, 30.0]  # the third waits for the first one's
    assert told.run.records.initial_stock.tolist() == [[2], [9]]


def test_nothing_held_means_that_each_one_is_fetched(sim):
    told = sim.tell(*pumps(sim, 10, 11), **shop(sim, depot={"base_stock": 9}))
    assert told.part_ready == [15.0, 16.0]


def test_s_S_orders_up_to_S_when_the_position_is_at_s(sim):
    told = sim.tell(
        *pumps(sim, 10, 20, 30, 40, 50, 60),
        **shop(sim, {"reorder_below": 1, "order_up_to": 4}, {"base_stock": 9}),
    )
    assert orders(told) == [(30.0, 3, 35.0), (60.0, 3, 65.0)]


def test_r_Q_orders_Q_when_the_position_is_at_r(sim):
    told = sim.tell(
        *pumps(sim, 10, 20, 30, 40, 50),
        **shop(sim, {"reorder_point": 2, "order_quantity": 2}, {"base_stock": 9}),
    )
    assert orders(told) == [(20.0, 2, 25.0), (40.0, 2, 45.0)]


def test_the_position_counts_what_is_on_its_way(sim):
    told = sim.tell(
        *pumps(sim, 10, 11, 12, 13),
        **shop(sim, {"reorder_below": 1, "order_up_to": 3}, {"base_stock": 9}),
    )
    # 3 -> 1 at 11: order 2, position 3; 12: 2, 13: 1: order 2 more
    assert orders(told) == [(11.0, 2, 16.0), (13.0, 2, 18.0)]
    assert told.part_ready == [10.0, 11.0, 12.0, 16.0]


def test_one_order_may_need_several_lots(sim):
    told = sim.tell(
        *pumps(sim, 10, 20),
        **shop(sim, {"reorder_below": 0, "order_up_to": 2},
               {"reorder_point": 3, "order_quantity": 1}),
    )  # fmt: skip
    # the depot holds 4; an order of 2 leaves 2, which is 2 lots below 3 + 1
    assert orders(told, Kind.SUPPLY) == [(20.0, 2, 20.0 + LEAD)]


def test_the_depot_orders_at_the_supplier(sim):
    told = sim.tell(*pumps(sim, 10), **shop(sim, {"base_stock": 1}, {"base_stock": 3}))
    assert orders(told, Kind.SUPPLY) == [(10.0, 1, 110.0)]


def test_what_nobody_holds_comes_from_the_supplier_through_the_depot(sim):
    told = sim.tell(*pumps(sim, 10), **shop(sim))
    assert told.part_ready == [10.0 + LEAD + LANE]


def test_the_depot_serves_the_oldest_order_first(sim):
    told = sim.tell(
        *pumps(sim, 10, 20, 30, units=0),
        **shop(sim, depot={"base_stock": 1}) | {
            "markets": {"places": {
                "west": {"lat": 0, "lon": 0,
                         "in_field": {"unit 0": {"units": 1}, "unit 2": {"units": 1}}},
                "east": {"lat": 0, "lon": 9, "in_field": {"unit 1": {"units": 1}}},
            }},
            "outlets": sim.outlets(west={"degrees": 0}, east={"degrees": 9}),
        },
    )  # fmt: skip
    ready = dict(zip(told.failed, told.part_ready, strict=True))
    # the one on the shelf goes west; the supplier's come at 110 (for east) and at 120 (for west)
    assert ready == {10.0: 15.0, 20.0: 115.0, 30.0: 125.0}


def test_an_order_goes_in_pieces_where_the_depot_has_too_few(sim):
    told = sim.tell(
        *pumps(sim, 10, 20, 30, 40),
        **shop(sim, {"reorder_below": 0, "order_up_to": 3}, {"base_stock": 2}),
    )
    assert orders(told) == [(30.0, 2, 35.0), (30.0, 1, 30.0 + LEAD + LANE)]
    assert told.part_ready[3] == 40.0


def test_customers_at_an_outlet_are_served_in_order_of_time(sim):
    told = sim.tell(*pumps(sim, 12, 10, 11), **shop(sim, depot={"base_stock": 1}))
    # the depot's one, then those that it orders at 10 and at 11
    assert told.part_ready == [11.0 + LEAD + LANE, 15.0, 10.0 + LEAD + LANE]


EXPRESS = {"express": {"base": 2, "speed": None}}


def emergency(sim, outlet=None, depot=None):
    network = shop(sim, outlet, depot, carriers=EXPRESS, emergency=True)
    network["logistics"]["emergency"] = "express"
    return network


def test_an_empty_shelf_brings_an_express_shipment(sim):
    told = sim.tell(*pumps(sim, 10, 11), **emergency(sim, {"base_stock": 1}, {"base_stock": 5}))
    assert told.part_ready == [10.0, 13.0]
    assert orders(told, Kind.EMERGENCY) == [(11.0, 1, 13.0)]
    assert orders(told) == [(10.0, 1, 15.0)]  # the shelf's own order goes its usual way
    assert [t for t, *_ in orders(told, Kind.SUPPLY)] == [10.0, 11.0]


def test_no_express_shipment_from_an_empty_depot(sim):
    told = sim.tell(*pumps(sim, 10, 11), **emergency(sim, depot={"base_stock": 1}))
    assert told.part_ready == [12.0, 10.0 + LEAD + LANE]  # from the depot's own order at 10
    assert len(orders(told, Kind.EMERGENCY)) == 1


def test_the_emergency_carrier_is_the_lane_where_none_is_named(sim):
    told = sim.tell(*pumps(sim, 10), **shop(sim, depot={"base_stock": 1}, emergency=True))
    assert told.part_ready == [15.0]
    assert len(orders(told, Kind.EMERGENCY)) == 1


def mended(sim, outlet=None, depot=None, share=1.0):
    return shop(sim, outlet, depot, repairable=share, workshop_time=50)


def test_a_failed_part_is_mended_and_nothing_is_bought(sim):
    told = sim.tell(*pumps(sim, 10), **mended(sim, {"base_stock": 1}, {"base_stock": 2}))
    assert told.shipments(Kind.FAILED_PART, "shipped", "arrived") == [(11.0, 16.0)]
    assert told.shipments(Kind.MENDED_PART, "shipped", "arrived") == [(16.0, 66.0)]
    assert orders(told, Kind.SUPPLY) == []
    depot = [(t, n) for t, place, n in told.rows("moves", "time", "place", "on_hand") if place == 1]
    assert (66.0, 1) in depot
    assert 2 + sum(n for _, n in depot) == 2


def test_what_cannot_be_mended_is_bought(sim):
    told = sim.tell(*pumps(sim, 10), **mended(sim, {"base_stock": 1}, {"base_stock": 2}, share=0))
    assert told.shipments(Kind.FAILED_PART, "shipped") == []
    assert orders(told, Kind.SUPPLY) == [(10.0, 1, 110.0)]


def test_the_failed_part_travels_when_the_technician_is_back(sim):
    network = mended(sim, {"base_stock": 1}, {"base_stock": 2})
    network["outlets"] = sim.outlets(far={"degrees": 2})
    told = sim.tell(*pumps(sim, 10), **network)
    assert told.closed[0] == pytest.approx(15)
    assert told.shipments(Kind.FAILED_PART, "shipped")[0] == pytest.approx((15,))


def test_who_waits_gets_the_mended_part(sim):
    told = sim.tell(*pumps(sim, 10, 20), **mended(sim, depot={"base_stock": 1}))
    # at 10 from the depot, back to it, mended at 16 + 5 + 50
    assert told.part_ready == [15.0, 71.0 + LANE]
    assert orders(told, Kind.SUPPLY) == []


@pytest.mark.parametrize("emergency", [False, True])
def test_a_case_does_not_wait_for_the_part_that_it_will_send_in_itself(sim, emergency):
    """Nothing is held anywhere: the first pump has to be bought, though its own will be mended."""
    network = mended(sim)
    network["parts"]["pump"]["emergency"] = emergency
    told = sim.tell(*pumps(sim, 10, 300), **network)
    assert told.outcome == [Outcome.REPAIRED, Outcome.REPAIRED]
    assert told.part_ready == [115.0, 305.0]  # the second gets the first one's, mended
    assert len(orders(told, Kind.SUPPLY)) == 1


def test_the_second_visits_part_is_mended_too(sim):
    told = sim.tell(
        sim.unit(at=10, first_time_fix=0, second_part="pump"),
        **mended(sim, {"base_stock": 1}, {"base_stock": 1}),
    )
    assert told.shipments(Kind.FAILED_PART, "shipped") == [(12.0,)]
    assert orders(told, Kind.SUPPLY) == []


def test_moves_tell_every_stock_at_every_moment(sim):
    told = sim.tell(*pumps(sim, 10, 11, 12), **shop(sim, {"base_stock": 1}, {"base_stock": 1}))
    assert told.rows("moves", "time", "place", "on_hand", "backorders") == [
        (10.0, 0, -1, 0),  # from the shelf
        (10.0, 1, 0, 1),  # the outlet's order
        (10.0, 1, -1, -1),  # on its way
        (11.0, 0, 0, 1),  # an empty shelf
        (11.0, 1, 0, 1),
        (12.0, 0, 0, 1),
        (12.0, 1, 0, 1),
        (15.0, 0, 0, -1),  # straight to who waited
        (110.0, 1, 1, 0),  # from the supplier
        (110.0, 1, -1, -1),
        (111.0, 1, 1, 0),
        (111.0, 1, -1, -1),
        (112.0, 1, 1, 0),  # back on the depot's shelf
        (115.0, 0, 0, -1),
        (116.0, 0, 1, 0),
    ]
