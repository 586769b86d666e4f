"""The life of a unit: failure after failure, warranty, lost customers, the end of the horizon."""

from math import isnan, nan

import pytest

from simnet.records import MILESTONES, Outcome


def test_the_next_failure_comes_an_operating_time_after_the_repair(sim):
    told = sim.tell(sim.unit(at=100, once=False, repair=5), outlets=sim.outlets(here={}))
    assert told.failed == [100.0, 205.0, 310.0]
    assert told.repaired == [105.0, 210.0, 315.0]


def test_the_way_home_of_the_technician_does_not_stop_the_unit(sim):
    told = sim.tell(sim.unit(at=100, once=False), outlets=sim.outlets(far={"degrees": 2}))
    assert told.failed == pytest.approx([100, 203, 306])  # two hours there, an hour of repair


def test_a_unit_that_waits_does_not_age(sim):
    told = sim.tell(
        sim.unit(at=100, once=False), outlets=sim.outlets(here={"hours": "Mon-Fri 08:00-09:00"})
    )
    # Friday 04:00 waits until 08:00 (104), Tuesday 13:00 (205) until Wednesday 08:00
    assert told.failed == [100.0, 205.0, 325.0]


def test_units_live_their_own_lives(sim):
    told = sim.tell(
        sim.unit(at=100, units=2, once=False), horizon=250, outlets=sim.outlets(here={})
    )
    assert told.unit == [0, 0, 1, 1]
    assert told.failed == [100.0, 201.0, 100.0, 202.0]  # the second was mended an hour later


def test_a_remote_fix_sets_the_clock_going_when_the_call_ends(sim):
    told = sim.tell(sim.unit(at=100, once=False, remote_fix=1), horizon=250, hotline=sim.hotline())
    assert told.failed == [100.0, 200.5]


def test_out_of_warranty_a_customer_may_go_elsewhere_and_the_clock_stands_still(sim):
    told = sim.tell(
        sim.unit(at=100, once=False, warranty=50, comes_after_warranty=0, elsewhere=24),
        outlets=sim.outlets(here={}),
    )
    assert told.warranty == [False] * len(told.failed)
    assert told.failed == [100.0, 224.0]
    assert told.closed == [100.0, 224.0]
    assert set(told.outcome) == {Outcome.ELSEWHERE}
    assert all(isnan(t) for t in told.called)


@pytest.mark.parametrize(("warranty", "covered"), [(100, False), (100.5, True)])
def test_the_warranty_ends_so_long_after_the_sale(sim, warranty, covered):
    told = sim.tell(
        sim.unit(at=100, warranty=warranty, comes_after_warranty=1), outlets=sim.outlets(here={})
    )
    assert told.warranty == [covered]
    assert told.outcome == [Outcome.REPAIRED]


@pytest.mark.parametrize(("warranty", "covered"), [(90, False), (150, True)])
def test_the_warranty_of_an_old_unit_began_before_the_start(sim, warranty, covered):
    old = {"in_field": {"units": 1, "age": 60}}
    told = sim.tell(
        sim.unit(at=100, warranty=warranty, comes_after_warranty=1) | old,
        outlets=sim.outlets(here={}),
    )
    assert told.failed == [40.0]
    assert told.warranty == [covered]


def test_who_gave_up_calling_has_the_unit_mended_elsewhere(sim):
    told = sim.tell(
        sim.unit(at=100, once=False, elsewhere=24),
        hotline=sim.hotline(agents=0, patience=0.5, redial={"chance": 0}),
    )
    assert told.failed == [100.0, 224.5]
    assert told.closed == [100.5, 225.0]


def test_customers_report_with_a_delay(sim):
    told = sim.tell(sim.unit(at=100), outlets=sim.outlets(here={}), reporting={"delay": 12})
    assert told.called == [112.0]
    assert told.run.times.resolution.tolist() == [1.0]  # from the call on


def test_nobody_calls_at_night(sim):
    day = {"hours": [0] * 8 + [1] * 12 + [0] * 4}
    told = sim.tell(
        sim.unit(at=2),
        outlets=sim.outlets(here={}),
        reporting={"delay": 0, "profile": day},
    )
    assert told.called == pytest.approx([8])


def test_the_reporting_clock_runs_as_fast_as_the_profile_is_high(sim):
    # 24 h weigh 2 in twelve hours: 5 h of delay are 2.5 h by day, and stand still by night
    day = {"hours": [0] * 8 + [1] * 12 + [0] * 4}
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=19),
        outlets=sim.outlets(here={}),
        reporting={"delay": 5, "profile": day},
    )
    assert told.called == pytest.approx([12.5, 24 + 8 + 1.5])


def test_the_end_of_the_horizon_leaves_a_case_open(sim):
    told = sim.tell(sim.unit(at=10, repair=5), horizon=17, outlets=sim.outlets(far={"degrees": 4}))
    assert told.outcome == [Outcome.OPEN]
    known = {name: told.run.records.cases[name][0] for name in MILESTONES}
    reached = {name for name, time in known.items() if not isnan(time)}
    assert reached == {
        "failed", "called", "answered", "triaged", "assigned", "part_ready", "started", "arrived",
    }  # fmt: skip
    ((arrived, finished, free),) = told.rows("visits", "arrived", "finished", "free")
    assert (arrived, finished, free) == pytest.approx((14, nan, nan), nan_ok=True)
    assert isnan(told.run.times.resolution[0])


def test_what_would_fail_at_the_horizon_is_no_case(sim):
    told = sim.tell(sim.unit(at=10), sim.unit(at=20), horizon=20, outlets=sim.outlets(here={}))
    assert told.failed == [10.0]


def test_a_repaired_case_may_end_before_the_technician_is_home(sim):
    told = sim.tell(sim.unit(at=10), horizon=16, outlets=sim.outlets(far={"degrees": 4}))
    assert told.outcome == [Outcome.REPAIRED]
    assert told.repaired == pytest.approx([15])
    assert isnan(told.closed[0])


def test_a_shipment_under_way_at_the_end_keeps_its_planned_arrival(sim):
    told = sim.tell(
        sim.unit(at=10, part="pump"),
        horizon=12,
        outlets=sim.outlets(here={}),
        parts={"pump": {"depot_stock": {"base_stock": 1}}},
        logistics={"carriers": {"lane": {"base": 5, "speed": None}}},
    )
    assert (10.0, 15.0) in told.rows("shipments", "shipped", "arrived")
    assert isnan(told.part_ready[0])


def test_a_unit_that_has_left_the_field_fails_no_more(sim):
    """Every 100 hours of work; two repairs of 30 hours put the third failure behind the end."""
    told = sim.tell(
        sim.unit(at=100, once=False, repair=30, end_of_life=350), outlets=sim.outlets(here={})
    )
    assert told.failed == [100, 230]
    told = sim.tell(
        sim.unit(at=100, once=False, repair=10, end_of_life=350), outlets=sim.outlets(here={})
    )
    assert told.failed == [100, 210, 320]
