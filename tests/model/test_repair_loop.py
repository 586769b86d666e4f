"""Failed parts: when they leave, where they are mended and by whom, and what is bought instead."""

import numpy as np
import pytest
from parity.same import both, same_records

import simnet
from simnet.draws import draw
from simnet.plan import make_plan
from simnet.records import Kind, Queue

LANE, LEAD, MEND, HERE = 5, 100, 50, 20


def loop(sim, outlet=0, depot=0, workshop=None, **part):
    """An outlet that hands out pumps: the lane takes 5 h, a visit 1 h, mending 50 h, here 20 h."""
    return {
        "outlets": sim.outlets(here={"technicians": "unlimited"}),
        "parts": {
            "pump": {
                "supplier_lead_time": LEAD, "repairable": 1, "workshop_time": MEND,
                "outlet_time": HERE, "outlet_stock": {"base_stock": outlet},
                "depot_stock": {"base_stock": depot}, **part,
            }
        },
        "logistics": {"carriers": {"lane": {"base": LANE, "speed": None}},
                      "workshop": workshop or {}},
        "horizon": 1000,
    }  # fmt: skip


def pumps(sim, *times, **more):
    return [sim.unit(at=t, part="pump", **more) for t in times]


def sent(told, kind):
    return told.shipments(kind, "shipped", "arrived")


def bought(told):
    return sum(n for (n,) in told.shipments(Kind.SUPPLY, "quantity"))


# --- when it leaves -------------------------------------------------------------------------------


def test_sent_in_at_the_failure_it_is_mended_while_the_case_waits(sim):
    """Nothing is held anywhere: it waits for its own part, and nothing is bought."""
    told = sim.tell(*pumps(sim, 10), **loop(sim, removed="at_failure"))
    assert sent(told, Kind.FAILED_PART) == [(10.0, 15.0)]
    assert sent(told, Kind.MENDED_PART) == [(15.0, 65.0)]
    assert told.part_ready == [70.0]
    assert bought(told) == 0


def test_after_the_visit_only_who_has_a_spare_sends_one_in(sim):
    """The same two failures: with one spare the second case gets the first one's part, mended."""
    stays = sim.tell(*pumps(sim, 10, 12), **loop(sim, depot=1))
    assert stays.part_ready == [15.0, 16.0 + LANE + MEND + LANE]
    leaves = sim.tell(*pumps(sim, 10, 12), **loop(sim, depot=1, removed="at_failure"))
    assert leaves.part_ready == [15.0, 10.0 + LANE + MEND + LANE]
    assert bought(stays) == bought(leaves) == 0


def test_a_second_visits_part_leaves_at_the_end_of_the_first_visit(sim):
    unit = sim.unit(at=10, first_time_fix=0, second_part="pump")
    far = {"here": {"degrees": 2}}
    network = loop(sim, removed="at_failure", outlet=1) | {"outlets": sim.outlets(**far)}
    told = sim.tell(unit, **network)
    assert told.left == pytest.approx([13])
    assert sent(told, Kind.FAILED_PART) == [pytest.approx((13, 18))]
    assert told.repaired[0] > 15


def test_over_the_counter_it_leaves_when_the_unit_is_there(sim):
    network = loop(sim, removed="at_failure")
    network["outlets"] = sim.outlets(here={"degrees": 3, "service": "carry_in"})
    told = sim.tell(*pumps(sim, 10), **network)
    assert sent(told, Kind.FAILED_PART) == [pytest.approx((13, 18))]


# --- mended at the outlet -------------------------------------------------------------------------


@pytest.mark.parametrize(("removed", "leaves"), [("after_visit", 11.0), ("at_failure", 10.0)])
def test_the_outlet_mends_for_its_own_shelf(sim, removed, leaves):
    network = loop(sim, outlet=1, depot=3, mended_at_outlet=1, removed=removed)
    told = sim.tell(*pumps(sim, 10, 12), **network)
    assert sent(told, Kind.MENDED_AT_OUTLET)[0] == (leaves, leaves + HERE)
    assert told.part_ready == [10.0, leaves + HERE]
    kinds = {kind for (kind,) in told.rows("shipments", "kind")}
    assert kinds == {Kind.MENDED_AT_OUTLET}  # nothing was ordered, and nothing bought
    assert told.rows("moves", "time", "place", "on_hand", "backorders")[:3] == [
        (10.0, 0, -1, 0), (12.0, 0, 0, 1), (leaves + HERE, 0, 0, -1),
    ]  # fmt: skip


def test_without_a_spare_the_outlet_orders_one_for_its_first_case(sim):
    """It would wait for ever for the part that it keeps; the next has a spare that goes round."""
    told = sim.tell(*pumps(sim, 10, 200), **loop(sim, depot=2, mended_at_outlet=1))
    assert told.part_ready == [15.0, 200.0]
    assert sent(told, Kind.REPLENISHMENT) == [(10.0, 15.0)]
    assert bought(told) == 1


def test_what_the_depot_sent_in_an_emergency_it_gets_back(sim):
    told = sim.tell(
        *pumps(sim, 10, 11), **loop(sim, outlet=1, depot=2, mended_at_outlet=1, emergency=True)
    )
    assert told.part_ready == [10.0, 16.0]
    assert sent(told, Kind.MENDED_AT_OUTLET) == [(11.0, 31.0)]
    assert sent(told, Kind.FAILED_PART) == [(17.0, 22.0)]
    assert bought(told) == 0


PLACES = {"a": {"lat": 0, "lon": 0}, "b": {"lat": 0, "lon": 9}}
MIX = {
    "start": "2026-01-05",
    "horizon": "12 weeks",
    "follow_up": 0,
    "markets": {"places": PLACES},
    "enquiries": {"job": {"per_week": 25, "work": {"part": "pump", "second_part": "pump",
                                                   "first_time_fix": 0.7, "repair": 3}}},
    "logistics": {"workshop": {"technicians": 1, "hours": "Mon-Fri 08:00-18:00"}},
}  # fmt: skip
POLICIES = ({"base_stock": 2}, {"reorder_point": 1, "order_quantity": 3})


@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("policy", POLICIES, ids=["base", "lots"])
@pytest.mark.parametrize("removed", ["after_visit", "at_failure"])
@pytest.mark.parametrize("share", [0.5, 1])
def test_the_condemned_are_bought_and_no_others(share, removed, policy, emergency):
    """What is bought is what was condemned, whatever else is asked for; by both engines."""
    data = MIX | {
        "outlets": {"defaults": {"technicians": 2}, "places": PLACES},
        "parts": {
            "pump": {
                "repairable": 0.6, "removed": removed, "mended_at_outlet": share,
                "emergency": emergency, "outlet_stock": policy, "depot_stock": {"base_stock": 3},
                "workshop_time": {"law": "exponential", "mean": 4}, "outlet_time": 30,
            }
        },
        "logistics": {"workshop": MIX["logistics"]["workshop"] | {"mends_parts": share < 1}},
    }  # fmt: skip
    run, reference = both(simnet.parse(data), 1)
    same_records(run.records, reference.records)
    assert run.audit_of_records.passed, run.audit_of_records.broken
    drawn, cases = draw(make_plan(run.plan.scenario), 1).cases, run.records.cases
    row = cases["row"]
    first = (cases["part"] >= 0) & ~np.isnan(cases["assigned"])
    second = (cases["second_part"] >= 0) & ~np.isnan(cases["left"])
    condemned = (first & ~drawn.full("mendable")[row]).sum()
    condemned += (second & ~drawn.full("mendable_2")[row]).sum()
    shipments, stock = run.records.shipments, run.records.initial_stock
    quantity = shipments["quantity"][shipments["kind"] == Kind.SUPPLY].sum()
    assert condemned > 50
    # outlets that order in lots have not ordered yet for the last few
    late = 0 if "base_stock" in policy else 2 * policy["order_quantity"]
    assert condemned - late <= quantity <= condemned
    assert (stock > 0).all()


# --- the bench ------------------------------------------------------------------------------------


def bench(told):
    return told.rows("bench", "case", "part", "begun", "ended")


def test_parts_wait_for_who_mends_them(sim):
    told = sim.tell(
        *pumps(sim, 10, 11, 12),
        **loop(sim, 3, 3, {"technicians": 2, "mends_parts": True}, removed="at_failure"),
    )
    assert bench(told) == [(0, 0, 15.0, 65.0), (1, 0, 16.0, 66.0), (2, 0, 65.0, 115.0)]
    assert told.shipments(Kind.MENDED_PART, "ordered", "shipped", "arrived") == [
        (15.0, 15.0, 65.0), (16.0, 16.0, 66.0), (17.0, 65.0, 115.0),
    ]  # fmt: skip
    queues = dict(told.rows("queues", "queue", "hours"))
    assert queues[Queue.WORKSHOP] == 48.0


def test_parts_wait_until_the_bench_opens(sim):
    """There on Monday at 15:00 and 16:00; it opens on Tuesday at 8."""
    workshop = {"technicians": 1, "mends_parts": True, "hours": "Tue-Fri 08:00-18:00"}
    told = sim.tell(
        *pumps(sim, 10, 11), **loop(sim, 3, 3, workshop, removed="at_failure", workshop_time=4)
    )
    assert [row[2:] for row in bench(told)] == [(32.0, 36.0), (36.0, 40.0)]


def test_a_unit_goes_before_the_parts_that_wait(sim):
    told = sim.tell(
        *pumps(sim, 10, 11), sim.unit(at=12, workshop=1),
        **loop(sim, 3, 3, {"technicians": 1, "mends_parts": True, "repair": 7},
               removed="at_failure"),
    )  # fmt: skip
    assert bench(told) == [(0, 0, 15.0, 65.0), (2, -1, 65.0, 72.0), (1, 0, 72.0, 122.0)]


def test_a_bench_without_limit_only_counts_the_hours(sim):
    """Whether parts are mended by an unlimited crew or by nobody: the same but for the bench."""
    alone, counted = (
        sim.tell(*pumps(sim, 10, 11), **loop(sim, 3, 3, {"mends_parts": mends})).run.records
        for mends in (False, True)
    )
    assert not len(alone.bench["case"])
    assert counted.bench["person"].tolist() == [-1, -1]
    for name in ("cases", "shipments", "moves", "queues"):
        for column, values in getattr(alone, name).items():
            assert np.array_equal(values, getattr(counted, name)[column], equal_nan=True)


def test_who_mends_parts_is_paid(sim):
    """50 h at 20 an hour, and 9 for what it takes; 3 a piece that the outlet mends."""
    workshop = {"mends_parts": True, "technicians": 1}
    costs = {"workshop_cost": 9, "outlet_cost": 3}
    for share, amount in ((0, 50 * 20 + 9), (1, 3)):
        network = loop(sim, 3, 3, workshop, mended_at_outlet=share, **costs)
        ledger = sim.tell(*pumps(sim, 10), **network).run.ledger
        assert ledger.loc[ledger["category"] == "workshop", "amount"].sum() == amount
