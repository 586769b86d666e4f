"""The desk: which outlet takes a case, and when."""

from math import isnan

import pytest

from simnet.policies import DESKS
from simnet.records import Outcome

NEAR, FAR, FARTHER = 0, 1, 2


def two(sim, near=None, far=None):
    """Two outlets, one and two hours of driving away."""
    return sim.outlets(near={"degrees": 1} | (near or {}), far={"degrees": -2} | (far or {}))


def policy(name, **more):
    return {"dispatch": {"policy": name, **more}}


@pytest.mark.parametrize("name", [name for name in DESKS if name != "nearest"])
def test_every_policy_chooses_otherwise_than_the_nearest(sim, name):
    """A policy that an engine does not know would be taken for the nearest by both."""
    outlets = two(sim, near={"contract": "partner", "region": "south"}, far={"region": "north"})
    told = sim.tell(
        *[sim.unit(at=10, repair=9) for _ in range(4)], outlets=outlets,
        markets={"places": {"town": {"lat": 0, "lon": 0, "region": "north"}}},
        contracts={"partner": {"coordination": 0, "refusal": 0}}, **policy(name),
    )  # fmt: skip
    assert FAR in told.outlet


def test_nearest_goes_to_the_nearest_however_busy(sim):
    told = sim.tell(sim.unit(at=10), sim.unit(at=10), outlets=two(sim), **policy("nearest"))
    assert told.outlet == [NEAR, NEAR]
    assert told.started == pytest.approx([10, 13])


def test_nearest_free_goes_to_the_next_one_that_is_free(sim):
    units = [sim.unit(at=10), sim.unit(at=10), sim.unit(at=10)]
    told = sim.tell(*units, outlets=two(sim), **policy("nearest_free"))
    assert told.outlet == [NEAR, FAR, NEAR]  # the third: nobody is free
    assert told.started == pytest.approx([10, 10, 13])


@pytest.mark.parametrize("name", ["nearest_free", "shortest_wait"])
def test_where_there_are_as_many_as_are_needed_nobody_waits(sim, name):
    units = [sim.unit(at=10), sim.unit(at=10), sim.unit(at=10)]
    told = sim.tell(*units, outlets=two(sim, near={"technicians": "unlimited"}), **policy(name))
    assert told.outlet == [NEAR, NEAR, NEAR]
    assert told.started == [10, 10, 10]


def test_nearest_free_asks_all_technicians(sim):
    """The first of them may not begin any more today; his duty is half a day, and ends sooner."""
    near = {"technicians": 4, "hours": "Mon-Fri 08:00-16:00", "capacity_share": 0.5,
            "last_start": 1}  # fmt: skip
    told = sim.tell(*[sim.unit(at=t) for t in range(8, 16)],
                    outlets=two(sim, near=near), **policy("nearest_free"))  # fmt: skip
    assert NEAR in told.outlet


def test_nearest_free_leaves_out_the_closed_outlet(sim):
    outlets = two(sim, near={"hours": "Mon-Fri 12:00-18:00"})
    told = sim.tell(sim.unit(at=10), sim.unit(at=13), outlets=outlets, **policy("nearest_free"))
    assert told.outlet == [FAR, NEAR]


def test_nearest_free_leaves_out_who_would_not_begin_any_more(sim):
    outlets = two(sim, near={"hours": "Mon-Fri 08:00-12:00", "last_start": 4})
    told = sim.tell(sim.unit(at=8), sim.unit(at=9), outlets=outlets, **policy("nearest_free"))
    assert told.outlet == [NEAR, FAR]


def test_shortest_wait_weighs_the_queue_against_the_way(sim):
    # a job: 4 h of repair and 2 h of driving; the second waits 6 + 1 h there, 2 h here
    long = [sim.unit(at=10, repair=4), sim.unit(at=10, repair=4)]
    told = sim.tell(*long, outlets=two(sim), **policy("shortest_wait"))
    assert told.outlet == [NEAR, FAR]
    # with an outlet 9 h away, waiting is better
    told = sim.tell(*long, outlets=two(sim, far={"degrees": 9}), **policy("shortest_wait"))
    assert told.outlet == [NEAR, NEAR]


def test_shortest_wait_counts_the_hours_until_the_opening(sim):
    closed = {"hours": "Mon-Fri 12:00-18:00"}
    told = sim.tell(
        sim.unit(at=10), sim.unit(at=11.5), outlets=two(sim, near=closed), **policy("shortest_wait")
    )
    assert told.outlet == [FAR, NEAR]


def test_of_equal_waits_shortest_wait_takes_the_nearer(sim):
    outlets = sim.outlets(
        far={"degrees": 2, "speed": 2 * sim.degree}, near={"degrees": 1, "speed": sim.degree}
    )
    told = sim.tell(sim.unit(at=10), outlets=outlets, **policy("shortest_wait"))
    assert told.outlet == [1]


def test_shortest_wait_goes_to_the_nearest_where_nobody_ever_works(sim):
    nobody = {"technicians": 0}
    told = sim.tell(sim.unit(at=10), outlets=two(sim, nobody, nobody), **policy("shortest_wait"))
    assert told.outlet == [NEAR]
    assert told.outcome == [Outcome.OPEN]


def test_territory_goes_to_the_outlet_of_the_region(sim):
    regions = {"near": {"region": "south"}, "far": {"region": "north"}}
    markets = {"places": {"town": {"lat": 0, "lon": 0, "region": "north"}}}
    told = sim.tell(
        sim.unit(at=10), markets=markets, outlets=two(sim, **regions), **policy("territory")
    )
    assert told.outlet == [FAR]


def test_territory_goes_to_the_nearest_where_the_region_has_none(sim):
    markets = {"places": {"town": {"lat": 0, "lon": 0, "region": "west"}}}
    regions = {"near": {"region": "south"}, "far": {"region": "north"}}
    told = sim.tell(
        sim.unit(at=10), markets=markets, outlets=two(sim, **regions), **policy("territory")
    )
    assert told.outlet == [NEAR]


def test_own_first_goes_past_the_partner(sim):
    contracts = {"partner": {"coordination": 0, "refusal": 0}}
    told = sim.tell(
        sim.unit(at=10),
        outlets=two(sim, near={"contract": "partner"}),
        contracts=contracts,
        **policy("own_first"),
    )
    assert told.outlet == [FAR]


def test_central_board_gives_a_case_to_the_nearest_free_technician(sim):
    told = sim.tell(sim.unit(at=10), sim.unit(at=10), outlets=two(sim), **policy("central_board"))
    assert told.outlet == [NEAR, FAR]
    assert told.assigned == told.started == [10.0, 10.0]


def test_central_board_gives_the_oldest_case_to_who_is_free_first(sim):
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=10, repair=3),
        sim.unit(at=11.5),
        sim.unit(at=11),
        outlets=two(sim),
        **policy("central_board"),
    )
    # near is out from 10 to 13, far from 10 to 17; the older case comes first, then the younger
    assert told.outlet == [NEAR, FAR, NEAR, NEAR]
    assert told.assigned == told.started == pytest.approx([10, 10, 16, 13])


def test_central_board_puts_priority_before_age(sim):
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=11),
        sim.unit(at=12, tiers={"gold": {"priority": 1}}),
        outlets=sim.outlets(near={"degrees": 1}),
        **policy("central_board"),
    )
    assert told.started == pytest.approx([10, 16, 13])


def test_central_board_leaves_alone_who_is_too_far_away(sim):
    markets = {
        "places": {
            "west": {
                "lat": 0,
                "lon": 1,
                "in_field": {"unit 0": {"units": 1}, "unit 2": {"units": 1}},
            },
            "east": {
                "lat": 0,
                "lon": 4,
                "in_field": {"unit 1": {"units": 1}, "unit 3": {"units": 1}},
            },
        }
    }
    units = [sim.unit(at=t, units=0, repair=r) for t, r in [(12, 1), (10, 9), (10, 1), (11, 1)]]
    told = sim.tell(
        *units,
        markets=markets,
        outlets=sim.outlets(
            west={"degrees": 1, "radius": 2 * sim.degree},
            east={"degrees": 4, "radius": 2 * sim.degree},
        ),
        **policy("central_board"),
    )
    west, east = 0, 1
    # unit 3 of the east waits longer than unit 0 of the west, but the west must not take it
    order = [told.failed.index(12.0), told.failed.index(11.0)]
    assert [told.outlet[i] for i in order] == [west, east]
    assert [told.started[i] for i in order] == [12.0, 19.0]


def test_central_board_sends_nobody_without_the_part(sim):
    told = sim.tell(
        sim.unit(at=10, part="pump"),
        sim.unit(at=11),
        outlets=sim.outlets(here={}),
        parts={"pump": {"depot_stock": {"base_stock": 1}}},
        logistics={"carriers": {"lane": {"base": 5, "speed": None}}},
        **policy("central_board"),
    )
    assert told.assigned == [10.0, 11.0]
    assert told.started == [15.0, 11.0]  # the technician did not wait for the pump


def test_central_board_knows_neither_the_channels_delay_nor_refusals(sim):
    told = sim.tell(
        sim.unit(at=10),
        outlets=two(sim, near={"contract": "partner"}),
        contracts={"partner": {"coordination": 3, "refusal": 1}},
        **policy("central_board", coordination=0.5),
    )
    assert (told.outlet, told.assigned, told.refusals) == ([NEAR], [10.5], [0])


def test_the_desk_and_the_channel_take_their_time(sim):
    told = sim.tell(
        sim.unit(at=10),
        outlets=two(sim, near={"contract": "partner"}),
        contracts={"partner": {"coordination": 1.5, "refusal": 0}},
        **policy("nearest", coordination=0.5),
    )
    assert told.triaged == [10.0]
    assert told.assigned == [12.0]
    assert told.run.times.waits["dispatch"].tolist() == [2.0]


def test_the_desk_looks_who_is_free_after_its_own_delay_and_before_the_channels(sim):
    told = sim.tell(
        sim.unit(at=10, repair=0),  # keeps the near one from 12 to 14
        sim.unit(at=11.5),
        outlets=two(sim),
        contracts={"company": {"coordination": 1}},
        **policy("nearest_free", coordination=1),
    )
    # at 12.5 the near one is out; the assignment comes at 13.5
    assert told.outlet == [NEAR, FAR]
    assert told.assigned == [12.0, 13.5]


def test_who_refuses_costs_the_channels_delay_and_the_next_one_is_asked(sim):
    told = sim.tell(
        sim.unit(at=10),
        outlets=two(sim, near={"contract": "partner"}),
        contracts={"partner": {"coordination": 2, "refusal": 1}},
    )
    assert (told.outlet, told.refusals, told.assigned) == ([FAR], [1], [12.0])


def test_a_case_is_refused_twice_at_most(sim):
    places = {f"outlet {i}": {"degrees": i, "contract": "partner"} for i in range(4)}
    told = sim.tell(
        sim.unit(at=10),
        outlets=sim.outlets(**places),
        contracts={"partner": {"coordination": 2, "refusal": 1}},
    )
    assert (told.outlet, told.refusals, told.assigned) == ([2], [2], [16.0])


def test_the_last_outlet_cannot_refuse(sim):
    told = sim.tell(
        sim.unit(at=10),
        outlets=two(sim, near={"contract": "partner"}, far={"contract": "partner"}),
        contracts={"partner": {"coordination": 0, "refusal": 1}},
    )
    assert (told.outlet, told.refusals) == ([FAR], [1])


@pytest.mark.parametrize("name", DESKS)
def test_only_an_outlet_with_the_skill_is_sent(sim, name):
    told = sim.tell(
        sim.unit(at=10, skill="cooling"),
        sim.unit(at=20),
        outlets=two(sim, near={"skills": ["heating"]}, far={"skills": ["cooling"]}),
        **policy(name),
    )
    assert told.outlet == [FAR, NEAR]


@pytest.mark.parametrize("name", DESKS)
def test_only_an_outlet_in_reach_is_sent(sim, name):
    told = sim.tell(
        sim.unit(at=10), outlets=two(sim, near={"radius": 0.9 * sim.degree}), **policy(name)
    )
    assert told.outlet == [FAR]


def test_a_case_on_the_board_at_the_end_is_not_assigned(sim):
    told = sim.tell(
        sim.unit(at=10),
        horizon=20,
        outlets=sim.outlets(here={"technicians": 0}),
        **policy("central_board"),
    )
    assert isnan(told.assigned[0])
    assert (told.outlet, told.outcome) == ([-1], [Outcome.OPEN])
