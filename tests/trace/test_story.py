"""The story of a case: every moment of it, worked out by hand."""

import datetime

import pytest

from simnet.trace import Scene, TraceError, ending, story

MONDAY = datetime.datetime(2026, 1, 5)


def end(run, case=0):
    return ending(Scene(run, case), story(run, case))


def test_a_visit_on_site(sim):
    run = sim.tell(
        sim.unit(10),
        hotline=sim.hotline(menu=0.1),
        outlets=sim.outlets(far={"degrees": 2}),
        dispatch={"coordination": 0.4},
    )
    assert sim.told(run) == [
        ("failed", 10, "", 0),
        ("called", 10, "", 0),
        ("answered", 10.1, "hotline", 0.1),
        ("triaged", 10.6, "talk", 0.5),
        ("assigned", 11, "dispatch", 0.4),
        ("started", 11, "technician", 0),
        ("arrived", 13, "travel", 2),
        ("repaired", 14, "repair", 1),
        ("closed", 16, "", 0),
    ]
    steps = {step.event: step for step in story(run, 0)}
    assert steps["answered"].person == "agent 1 of all"
    assert steps["answered"].text == "Agent 1 of all answers at once, after 6 min in the menu"
    assert steps["triaged"].text == "A visit is needed (30 min of talk and 15 min of wrapping up)"
    assert steps["assigned"].text == "far (own) takes the case: 222 km away; desk 24 min"
    assert steps["started"].text == "Technician 1 of far sets out, 222 km"
    assert (steps["started"].person, steps["started"].place) == ("technician 1 of far", "far")
    assert steps["arrived"].place == "town"
    assert steps["repaired"].time == MONDAY + datetime.timedelta(hours=14)
    found = end(run)
    assert found.text == (
        "Repaired; response 3 h; resolution 4 h. "
        "Promised response within 2 days: kept with 45 h to spare."
    )
    assert found.waited == pytest.approx(4)


def test_a_part_that_the_depot_must_send(sim):
    run = sim.tell(
        sim.unit(10, part="pump"),
        sim.unit(11, part="pump"),
        outlets=sim.outlets(here={"technicians": 2}),
        parts={"pump": {"cost": 40, "outlet_stock": {"base_stock": 1},
                        "depot_stock": {"base_stock": 9}}},
        logistics=sim.lane(5),
    )  # fmt: skip
    assert sim.text(run, "part_ready", 0) == "The pump is on the shelf in here"
    assert sim.text(run, "restock", 0) == (
        "To restock here: 1 pump leaves the depot by lane; due Mon 2026-01-05 15:00"
    )
    # the second case gets what the first one's order brings
    assert [step for step in sim.told(run, 1) if step[2] == "part"] == [
        ("part_ready", 15, "part", 4)
    ]
    assert sim.text(run, "part_missing", 1) == (
        "No pump on the shelf in here; ordered on Mon 2026-01-05 10:00 (by case 0), it is on its "
        "way by lane since Mon 2026-01-05 10:00"
    )
    first = {step.event: [c.category for c in step.costs] for step in story(run, 0)}
    assert first["part_ready"] == ["parts taken"]
    assert first["restock"] == ["transport"]
    assert first["assigned"] == []


def test_a_part_that_is_ordered_when_the_case_asks(sim):
    run = sim.tell(
        sim.unit(10, part="pump"),
        outlets=sim.outlets(here={}),
        parts={"pump": {"outlet_stock": {}, "depot_stock": {"base_stock": 9}}},
        logistics=sim.lane(5),
    )
    waits = [step for step in sim.told(run) if step[0].startswith("part")]
    assert waits == [
        ("part_missing", 10, "", 0),
        ("part_shipped", 10, "part", 0),
        ("part_ready", 15, "part", 5),
    ]
    assert sim.text(run, "part_missing") == (
        "No pump on the shelf in here, 9 in the depot: the outlet orders"
    )


def test_a_part_that_the_depot_does_not_have_either(sim):
    run = sim.tell(
        sim.unit(10, part="pump"),
        outlets=sim.outlets(here={}),
        parts={"pump": {"outlet_stock": {}, "depot_stock": {}, "supplier_lead_time": 100}},
        logistics=sim.lane(5),
    )
    waits = [step for step in sim.told(run) if step[2] == "part"]
    assert waits == [("part_shipped", 110, "part", 100), ("part_ready", 115, "part", 5)]
    assert sim.text(run, "part_shipped") == (
        "The pump leaves the depot by lane, 4.2 days after the order (the depot had none); "
        "due Fri 2026-01-09 19:00"
    )
    assert sim.text(run, "depot_order").startswith("The depot orders 1 pump from the supplier")
    assert sim.text(run, "promise_broken") == (
        "The promised response time of 2 days is over: the promise is broken"
    )
    assert end(run).text.endswith("broken by 2.4 days.")


def test_an_emergency_shipment(sim):
    run = sim.tell(
        sim.unit(10, part="pump"),
        outlets=sim.outlets(here={}),
        parts={"pump": {"emergency": True, "outlet_stock": {}, "depot_stock": {"base_stock": 1}}},
        logistics=sim.lane(3),
    )
    events = [step for step in sim.told(run) if step[0] in ("emergency_shipment", "part_ready")]
    assert events == [("emergency_shipment", 10, "", 0), ("part_ready", 13, "part", 3)]
    paid = {step.event: [c.amount for c in step.costs] for step in story(run, 0)}
    assert paid["emergency_shipment"] == [7]


def test_a_truck_that_is_waited_for(sim):
    run = sim.tell(
        sim.unit(10, part="pump"),
        outlets=sim.outlets(here={}),
        parts={"pump": {"outlet_stock": {}, "depot_stock": {"base_stock": 1}}},
        logistics={"lane": "fleet", "fleet": {"departures": "Tue 06:00", "stop": 1}},
    )
    assert sim.text(run, "part_shipped") == (
        "The pump leaves the depot by own truck (tour here), 20 h after the order (waited for a "
        "truck); due Tue 2026-01-06 06:00"
    )
    assert ("part_shipped", 30, "part", 20) in sim.told(run)


def test_the_wait_for_a_technician_and_its_closed_hours(sim):
    run = sim.tell(
        sim.unit(10), sim.unit(20), outlets=sim.outlets(here={"hours": "Mon-Fri 08:00-18:00"})
    )
    assert sim.text(run, "started", 0) == "Technician 1 of here sets out, 0 km"
    assert sim.text(run, "started", 1) == (
        "Technician 1 of here sets out, 0 km, after 12 h until one was free, 12 h of it closed"
    )


def test_a_second_visit_with_another_part(stories, sim):
    run = stories["two visits"]
    assert [step for step in sim.told(run) if step[2]] == [
        ("triaged", 10, "talk", 0),
        ("assigned", 10, "dispatch", 0),
        ("part_shipped", 10, "part", 0),
        ("part_ready", 15, "part", 5),
        ("started", 15, "technician", 0),
        ("arrived", 17, "travel", 2),
        ("left", 18, "repair", 1),
        ("part_shipped", 18, "part", 0),
        ("part_ready_2", 23, "part", 5),
        ("started_2", 23, "technician", 0),
        ("arrived_2", 25, "travel", 2),
        ("repaired", 26, "repair", 1),
    ]
    assert sim.text(run, "left") == (
        "After 1 h of repair it does not work: a second visit is needed, with a pump"
    )
    assert sim.text(run, "closed").endswith("is back in far: closed; the failed pump is scrapped")


def test_over_the_counter(stories, sim):
    run = stories["counter"]
    assert [step for step in sim.told(run) if step[2]][:6] == [
        ("triaged", 20, "talk", 0),
        ("assigned", 20, "dispatch", 0),
        ("arrived", 32, "travel", 12),  # there at 22:00, accepted at 8:00
        ("part_shipped", 32, "part", 0),
        ("part_ready", 37, "part", 5),
        ("started", 37, "technician", 0),
    ]
    assert sim.text(run, "arrived") == (
        "The customer hands the unit 0 in at counter, after 12 h, 12 h of it closed: first help"
    )
    assert sim.text(run, "closed") == "The customer is home with the unit 0: closed"


def test_the_workshop(stories, sim):
    waits = [step for step in sim.told(stories["workshop"]) if step[2]]
    assert waits[4:] == [
        ("left", 13, "repair", 1),
        ("unit_sent", 15, "workshop", 2),
        ("bench_begun", 20, "workshop", 5),
        ("bench_ended", 44, "workshop", 24),
        ("back", 49, "workshop", 5),
        ("repaired", 51, "travel", 2),
    ]
    counter = sim.told(stories["counter to workshop"])
    assert [step[0] for step in counter][-2:] == ["repaired", "closed"]


def test_a_queue_for_the_bench(sim):
    run = sim.tell(
        *[sim.unit(10, workshop=1)] * 2,
        outlets=sim.outlets(here={"technicians": 2}),
        logistics=sim.lane(5, workshop={"repair": 24, "technicians": 1}),
    )
    waits = [step for step in sim.told(run, 1) if step[2] == "workshop"]
    assert waits == [
        ("unit_sent", 11, "workshop", 0),
        ("unit_at_workshop", 16, "workshop", 5),
        ("bench_begun", 40, "workshop", 24),
        ("bench_ended", 64, "workshop", 24),
        ("back", 69, "workshop", 5),
    ]
    assert sim.text(run, "bench_begun", 1) == (
        "At the workshop, technician 1 of the workshop begins to mend the unit 1"
    )


def test_a_failed_part_comes_back(sim):
    run = sim.tell(
        sim.unit(10, part="pump"),
        outlets=sim.outlets(far={"degrees": 2}),
        parts={"pump": {"cost": 40, "repairable": 1, "workshop_time": 48, "workshop_cost": 9,
                        "outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 9}}},
        logistics=sim.lane(5),
    )  # fmt: skip
    assert sim.told(run)[-2:] == [
        ("failed_part_sent", 15, "", 0),
        ("failed_part_on_bench", 20, "", 0),
    ]
    assert [cost.amount for cost in story(run, 0)[-1].costs] == [9]
    assert sim.text(run, "closed") == "Technician 1 of far is back in far: closed"


def spares(sim, workshop=None, **part):
    """Two failures at an outlet with one spare."""
    stocks = {"outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 9}}
    return sim.tell(
        sim.unit(10, part="pump"), sim.unit(11, part="pump"),
        outlets=sim.outlets(here={"technicians": 2}),
        parts={"pump": {"repairable": 1, "workshop_time": 48, "outlet_time": 6, "outlet_cost": 3}
               | stocks | part},
        logistics=sim.lane(5, workshop=workshop or {}),
    )  # fmt: skip


def test_a_failed_part_leaves_at_the_failure(sim):
    run = spares(sim, {"technicians": 1, "mends_parts": True}, removed="at_failure")
    assert ("failed_part_sent", 10, "", 0) in sim.told(run)
    assert sim.text(run, "failed_part_on_bench", 1) == (
        "The failed pump is on the bench after 47 h of waiting for it; mended and in the depot's "
        "stock Fri 2026-01-09 15:00"
    )
    step = next(s for s in story(run, 1) if s.event == "failed_part_on_bench")
    assert step.person == "technician 1 of the workshop"
    assert [cost.amount for cost in step.costs] == [960]
    assert "scrapped" not in " ".join(s.text for s in story(run, 0))


def test_a_part_mended_at_the_outlet(sim):
    run = spares(sim, mended_at_outlet=1)
    mended = next(s for s in story(run, 0) if s.event == "failed_part_mended_here")
    assert mended.text == "here mends the failed pump itself; on its shelf Mon 2026-01-05 17:00"
    assert [cost.amount for cost in mended.costs] == [3]
    assert sim.text(run, "part_missing", 1) == (
        "No pump on the shelf in here; a failed one is mended there since Mon 2026-01-05 11:00 "
        "(by case 0), due Mon 2026-01-05 17:00"
    )
    assert "scrapped" not in " ".join(s.text for s in story(run, 0))


def test_who_waits_for_its_own_part(sim):
    none = {"outlet_stock": {}, "removed": "at_failure", "mended_at_outlet": 1}
    assert sim.text(spares(sim, **none), "part_missing") == (
        "No pump on the shelf in here: the failed one is mended there, due Mon 2026-01-05 16:00"
    )


def test_a_closed_hotline_and_a_remote_fix(stories, sim):
    run = stories["telephone"]
    first = sim.told(run)
    assert first[:2] == [("failed", 2, "", 0), ("called", 2, "", 0)]
    assert sim.text(run, "called") == (
        "The customer calls; the hotline is closed until Mon 2026-01-05 08:00"
    )
    assert [event for event, *_ in first[2:]] == ["called_again", "answered", "triaged"]
    assert end(run).outcome == "remote_fix"
    assert end(run).text.startswith("Mended by telephone; response ")


def test_giving_up(stories, sim):
    run = stories["abandoned"]
    events = sim.told(run, 1)
    assert events == [
        ("failed", 10.1, "", 0),
        ("called", 10.1, "", 0),
        ("call_abandoned", 10.2, "hotline", 0.1),
        ("called_again", 10.3, "hotline", 0.1),
        ("call_abandoned", 10.4, "hotline", 0.1),
        ("called_again", 10.5, "hotline", 0.1),
        ("call_abandoned", 10.6, "hotline", 0.1),
        ("closed", 10.6, "", 0),
    ]
    assert sim.text(run, "closed", 1) == (
        "The customer does not call again, lost after 3 attempts; "
        "others mend the unit within 7 days"
    )
    # six minutes each attempt, at 1 a minute, with the call that was paid
    assert [[round(c.amount) for c in s.costs] for s in story(run, 1)] == [
        [], [6], [], [6], [], [6], [], [],
    ]  # fmt: skip
    assert end(run, 1).text == (
        "Lost: the customer gave up calling. "
        "Promised response within 2 days: broken, the customer was not helped at all."
    )


def test_all_lines_taken(sim):
    run = sim.tell(
        sim.unit(10), sim.unit(10.25), hotline=sim.hotline(lines=1, redial={"chance": 0})
    )
    assert sim.text(run, "called", 1) == "The customer calls; the only line is taken"


def test_the_menu_helps(sim):
    run = sim.tell(
        sim.unit(10),
        hotline=sim.hotline(menu=0.1)
        | {"call_types": {"technical": {"talk": 0.5, "self_service": 1}}},
    )
    assert sim.told(run)[-1] == ("triaged", 10.1, "hotline", 0.1)
    assert end(run).text.startswith("Helped by the menu; response 6 min; resolution 6 min.")


def test_elsewhere_and_referred(stories, sim):
    assert sim.told(stories["elsewhere"]) == [("failed", 10, "", 0), ("closed", 10, "", 0)]
    assert end(stories["elsewhere"]).waited == 0
    assert sim.told(stories["referred"])[-1] == ("triaged", 10.5, "talk", 0.5)
    assert sim.text(stories["referred"], "triaged").startswith("A visit would be needed, but we")
    assert end(stories["referred"]).outcome == "referred"


def test_an_enquiry(sim):
    run = sim.tell(
        sim.unit(300),
        enquiries={"how to": {"per_week": 5}},
        hotline=sim.hotline(),
        outlets=sim.outlets(here={}),
    )
    case = int(run.cases.index[run.cases["source"] == "how to"][0])
    assert sim.text(run, "failed", case) == "A customer in town has an enquiry: how to"
    assert end(run, case).text.startswith("Answered by telephone; response ")
    assert end(run, case).text.endswith("Nothing was promised.")


def test_cases_that_are_open_at_the_horizon(stories):
    run = stories["open"]
    last = [story(run, case)[-1] for case in range(3)]
    assert [step.event for step in last] == ["repaired", "run_ends", "run_ends"]
    assert [step.hours for step in last] == [335.5, 336, 336]
    # the second is in talk until 336, the third waits for the agent
    assert last[1].text == "The run ends: the talk goes on"
    assert [step.wait for step in last] == ["repair", "talk", "hotline"]
    assert last[2].waited == pytest.approx(0.1)
    assert end(run, 2).text == (
        "Still open when the run ends, 6 min after the first call. "
        "Promised response within 2 days: still to be kept, 47.9 h left."
    )
    never = stories["part never comes"]
    assert story(never, 0)[-1].text == "The run ends: the part has not come yet"
    assert end(never).waits["part"] == pytest.approx(326)
    assert end(never).text.endswith("broken by 13.4 days so far.")


def test_the_central_board(stories, sim):
    assert sim.text(stories["board"], "assigned", 1) == (
        "far (own) takes the case: 222 km away; by policy central board; on the central board 4.5 h"
    )


def test_no_such_case(stories):
    with pytest.raises(TraceError, match="no case 7; its cases are 0 to 1"):
        story(stories["board"], 7)
    with pytest.raises(TraceError):
        story(stories["board"], -1)
