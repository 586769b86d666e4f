"""The outlets: hours, priorities, the way to the customer, second visit, workshop, carry-in."""

from math import isnan

import pytest

from simnet.records import Kind, Outcome

DAY_SHIFT = "Mon-Fri 08:00-18:00"


def here(sim, **terms):
    """One outlet in the middle of the market."""
    return {"outlets": sim.outlets(here=terms)}


def carrier(hours, **logistics):
    """A carrier that takes the same time to every place."""
    return {"logistics": {"carriers": {"lane": {"base": hours, "speed": None}}, **logistics}}


def test_a_job_begins_in_working_hours(sim):
    told = sim.tell(sim.unit(at=2), sim.unit(at=20), **here(sim, hours=DAY_SHIFT))
    assert told.assigned == [2.0, 20.0]
    assert told.started == [8.0, 32.0]


def test_what_is_begun_is_finished_in_overtime(sim):
    told = sim.tell(sim.unit(at=17.5, repair=2), sim.unit(at=17.75), **here(sim, hours=DAY_SHIFT))
    assert told.repaired[0] == 19.5
    assert told.started[1] == 32.0
    assert told.run.kpis.outlet.loc["here", "overtime_hours"] == pytest.approx(1.5)


def test_overtime_may_last_into_the_next_shift(sim):
    told = sim.tell(sim.unit(at=17, repair=16), sim.unit(at=17.5), **here(sim, hours=DAY_SHIFT))
    assert told.repaired[0] == 33.0
    assert told.started[1] == 33.0


@pytest.mark.parametrize(("at", "started"), [(17, 17.0), (17.25, 32.0)])
def test_no_job_is_begun_shortly_before_closing(sim, at, started):
    told = sim.tell(sim.unit(at=at), **here(sim, hours=DAY_SHIFT, last_start=1))
    assert told.started == [started]


def test_who_comes_home_shortly_before_closing_begins_no_other_job(sim):
    told = sim.tell(
        sim.unit(at=16, repair=1.5), sim.unit(at=16.5), **here(sim, hours=DAY_SHIFT, last_start=1)
    )
    assert told.started == [16.0, 32.0]


def test_the_tier_of_higher_priority_goes_first(sim):
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=10.25),
        sim.unit(at=10.5, tiers={"gold": {"priority": 1}}),
        **here(sim),
    )
    assert told.started == [10.0, 12.0, 11.0]


def test_a_question_that_needs_a_visit_has_priority_zero(sim):
    told = sim.tell(
        sim.unit(at=200, repair=100, tiers={"gold": {"priority": 1}}),
        sim.unit(at=299, tiers={"tin": {"priority": -1}}),
        enquiries={"how": {"per_week": 1, "work": {"repair": 1},
                           "profile": {"days": [0, 0, 0, 0, 1, 0, 0]}}},
        seed=4,
        **here(sim),
    )  # fmt: skip
    asked = [i for i, unit in enumerate(told.unit) if unit < 0 and 200 < told.failed[i] < 300]
    assert asked  # on the second Friday
    assert min(told.started[i] for i in asked) == 300.0
    assert told.started[1] == 300.0 + len(asked)


def test_several_technicians_work_side_by_side(sim):
    told = sim.tell(*[sim.unit(at=10)] * 3, **here(sim, technicians=2))
    assert told.started == [10.0, 10.0, 11.0]
    assert told.rows("visits", "technician") == [(0,), (1,), (0,)]


def test_the_way_there_and_back_keeps_the_technician(sim):
    told = sim.tell(sim.unit(at=10), sim.unit(at=10.5), outlets=sim.outlets(far={"degrees": 2}))
    assert told.started == pytest.approx([10, 15])
    assert told.arrived == pytest.approx([12, 17])
    assert told.repaired == pytest.approx([13, 18])
    assert told.closed == pytest.approx([15, 20])
    assert told.km == pytest.approx([4 * sim.degree] * 2)
    times = ("started", "arrived", "finished", "free")
    assert told.rows("visits", *times)[0] == pytest.approx((10, 12, 13, 15))


def test_detour_and_speed_make_the_way_longer(sim):
    told = sim.tell(
        sim.unit(at=10), outlets=sim.outlets(far={"degrees": 2, "detour": 1.5, "speed": 50})
    )
    assert told.arrived == pytest.approx([10 + 3 * sim.degree / 50])
    assert told.km == pytest.approx([6 * sim.degree])


def test_unlimited_technicians_begin_at_once_at_any_hour(sim):
    told = sim.tell(
        *[sim.unit(at=2)] * 3, **here(sim, technicians="unlimited", hours=DAY_SHIFT, last_start=2)
    )
    assert told.started == [2.0] * 3
    assert told.rows("visits", "technician") == [(-1,)] * 3


def test_a_share_of_the_day_is_left_for_others(sim):
    terms = {"hours": DAY_SHIFT, "capacity_share": 0.5}
    staff = sim.tell(sim.unit(at=10), **here(sim, **terms)).run.records.staff
    assert (staff.end - staff.start).sum() == pytest.approx(10 * 5)  # two weeks of five days
    begins = float(staff.start[0])
    told = sim.tell(sim.unit(at=begins / 2), **here(sim, **terms))
    assert told.started == [begins]


def test_a_second_visit_brings_another_part(sim):
    told = sim.tell(
        sim.unit(at=10, first_time_fix=0, part="pump", second_part="board", second_repair=3),
        outlets=sim.outlets(far={"degrees": 1, "stock": {"pump": {"base_stock": 1}}}),
        parts={"pump": {}, "board": {"depot_stock": {"base_stock": 1}}},
        **carrier(20),
    )
    assert told.outcome == [Outcome.REPAIRED]
    assert told.part_ready == [10.0]
    assert told.arrived == pytest.approx([11])
    assert told.left == pytest.approx([12])
    assert told.part_ready_2 == pytest.approx([32])  # ordered when the first visit had ended
    assert told.started_2 == pytest.approx([32])
    assert told.arrived_2 == pytest.approx([33])
    assert told.repaired == pytest.approx([36])
    assert told.closed == pytest.approx([37])
    assert told.km == pytest.approx([4 * sim.degree])
    assert len(told.rows("visits", "case")) == 2
    waits = {name: hours[0] for name, hours in told.run.times.waits.items()}
    assert waits["part"] == pytest.approx(20)
    assert waits["repair"] == pytest.approx(4)
    assert waits["travel"] == pytest.approx(2)


def test_a_second_visit_takes_its_place_in_the_queue(sim):
    told = sim.tell(sim.unit(at=10, first_time_fix=0), sim.unit(at=10.5), **here(sim))
    assert told.left[0] == 11.0
    assert told.started[1] == 11.0
    assert told.started_2[0] == 12.0
    assert told.repaired == [13.0, 12.0]


def test_the_central_workshop_mends_what_the_outlet_cannot(sim):
    told = sim.tell(
        sim.unit(at=10, workshop=1),
        outlets=sim.outlets(far={"degrees": 2}),
        **carrier(5, workshop={"repair": 24}),
    )
    assert told.left == pytest.approx([13])
    assert told.rows("bench", "begun", "ended")[0] == pytest.approx((20, 44))
    assert told.back == pytest.approx([49])
    assert told.repaired == pytest.approx([51])  # and from the outlet to the customer
    assert told.closed == pytest.approx([51])
    # the unit leaves the outlet when the technician has brought it there
    assert told.shipments(Kind.UNIT_TO_WORKSHOP, "shipped", "arrived")[0] == pytest.approx((15, 20))
    assert told.shipments(Kind.UNIT_BACK, "shipped", "arrived")[0] == pytest.approx((44, 49))
    assert told.run.times.waits["workshop"] == pytest.approx([36])


def test_units_wait_for_a_limited_bench(sim):
    told = sim.tell(
        sim.unit(at=10, workshop=1),
        sim.unit(at=10, workshop=1),
        **here(sim, technicians=2),
        **carrier(5, workshop={"repair": 24, "technicians": 1}),
    )
    assert told.left == [11.0, 11.0]
    assert told.rows("bench", "case", "begun", "ended") == [(0, 16.0, 40.0), (1, 40.0, 64.0)]
    assert told.back == [45.0, 69.0]


def test_the_bench_has_its_working_hours(sim):
    told = sim.tell(
        sim.unit(at=10, workshop=1),
        **here(sim),
        **carrier(10, workshop={"repair": 1, "technicians": 1, "hours": DAY_SHIFT}),
    )
    assert told.rows("bench", "begun", "ended") == [(32.0, 33.0)]


def test_a_workshop_without_limit_begins_at_once(sim):
    told = sim.tell(
        *[sim.unit(at=10, workshop=1)] * 2,
        **here(sim, technicians="unlimited"),
        **carrier(10, workshop={"repair": 1, "hours": DAY_SHIFT}),
    )
    assert told.rows("bench", "begun", "person") == [(21.0, -1), (21.0, -1)]


def carry_in(sim, **terms):
    """A counter two hours from the market."""
    return {"outlets": sim.outlets(counter={"degrees": 2, "service": "carry_in", **terms})}


def test_the_customer_carries_the_unit_in_and_home_again(sim):
    told = sim.tell(sim.unit(at=10), **carry_in(sim))
    assert told.assigned == [10.0]
    assert told.arrived == pytest.approx([12])
    assert told.part_ready == told.started == told.arrived
    assert told.repaired == pytest.approx([13])
    assert told.closed == pytest.approx([15])
    assert told.km == [0.0]
    assert told.run.times.response == pytest.approx([2])
    assert told.run.times.waits["travel"] == pytest.approx([2])


@pytest.mark.parametrize(("at", "arrived"), [(2, 8), (15.5, 17.5), (17, 32)])
def test_the_counter_accepts_in_opening_hours(sim, at, arrived):
    told = sim.tell(sim.unit(at=at), **carry_in(sim, hours=DAY_SHIFT))
    assert told.arrived == pytest.approx([arrived])


def test_the_unit_waits_at_the_counter_for_part_and_technician(sim):
    told = sim.tell(
        sim.unit(at=10, repair=30),
        sim.unit(at=10.5, part="pump"),
        **carry_in(sim),
        parts={"pump": {"depot_stock": {"base_stock": 1}}},
        **carrier(20),
    )
    assert told.arrived == pytest.approx([12, 12.5])
    assert told.part_ready[1] == pytest.approx(32.5)  # ordered when the unit came
    assert told.started[1] == pytest.approx(42)  # the technician is free
    waits = {name: hours[1] for name, hours in told.run.times.waits.items()}
    assert waits["part"] == pytest.approx(20)
    assert waits["technician"] == pytest.approx(9.5)
    assert told.run.times.resolution[1] == pytest.approx(sum(waits.values()))


def test_the_counter_finishes_after_closing(sim):
    told = sim.tell(sim.unit(at=15, repair=3), **carry_in(sim, hours=DAY_SHIFT))
    assert told.repaired == pytest.approx([20])


def test_a_second_attempt_at_the_counter_needs_no_second_way(sim):
    told = sim.tell(
        sim.unit(at=10, first_time_fix=0, second_part="board"),
        **carry_in(sim, stock={"board": {"base_stock": 1}}),
        parts={"board": {}},
    )
    assert told.left == told.part_ready_2 == told.started_2 == told.arrived_2 == pytest.approx([13])
    assert told.repaired == pytest.approx([14])
    assert told.closed == pytest.approx([16])


def test_from_the_counter_to_the_workshop_and_back(sim):
    told = sim.tell(sim.unit(at=10, workshop=1), **carry_in(sim), **carrier(5))
    assert told.left == pytest.approx([13])
    assert told.back == told.repaired == pytest.approx([13 + 5 + 24 + 5])
    assert told.closed == pytest.approx([49])


def test_central_board_lets_the_technician_of_a_counter_go_on(sim):
    told = sim.tell(
        sim.unit(at=10), sim.unit(at=10), **carry_in(sim), dispatch={"policy": "central_board"}
    )
    assert told.assigned == [10.0, 10.0]
    assert told.started == pytest.approx([12, 13])


def test_an_outlet_that_does_not_open_again_leaves_the_case_open(sim):
    told = sim.tell(sim.unit(at=20), horizon=100, **here(sim, hours="Mon 08:00-18:00"))
    assert told.outcome == [Outcome.OPEN]
    assert isnan(told.started[0])
