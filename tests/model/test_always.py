"""What is true of every run, over small networks of every kind."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from properties.networks import BY_RULE, networks

import simnet
from simnet import accounts
from simnet.accounts.levels import downtime
from simnet.records import MILESTONES, CallEnd, Kind, Outcome

PLAIN = {
    "products": {"fridge": {"failure": 100, "in_field": {"units": 10},
                            "modes": {"any": {"share": 1, "part": "pump"}}}},
    "outlets": {"places": {"here": {}}},
    "parts": {"pump": {"repairable": 1}},
    "horizon": 504,
}  # fmt: skip


@settings(max_examples=100, derandomize=True, deadline=None)
@given(networks())
@example(PLAIN)
@example(BY_RULE[0])
@example(BY_RULE[1])
@example(BY_RULE[2])
def test_what_is_true_of_every_run(data):
    run = simnet.simulate(simnet.parse(data | {"follow_up": 0}), seed=1)
    every_case_has_one_outcome(run)
    milestones_are_in_order(run)
    waits_add_up(run)
    calls_are_told_in_full(run)
    nobody_does_two_things_at_once(run)
    jobs_begin_on_duty(run)
    parts_are_conserved(run)
    trucks_are_not_overloaded(run)
    units_fail_only_while_they_work(run)
    results_add_up_to_nothing(run)


def every_case_has_one_outcome(run):
    cases = run.records.cases
    outcome, closed = cases["outcome"], cases["closed"]
    assert np.isin(outcome, list(Outcome)).all()
    assert np.isnan(closed[outcome == Outcome.OPEN]).all()
    # only the way home may be left when the horizon comes
    over = (outcome != Outcome.OPEN) & (outcome != Outcome.REPAIRED)
    assert not np.isnan(closed[over]).any()
    assert (np.isnan(cases["repaired"]) == (outcome != Outcome.REPAIRED)).all()
    assert ((cases["outlet"] >= 0) == ~np.isnan(cases["assigned"])).all()
    assert (cases["outlet"][outcome == Outcome.REPAIRED] >= 0).all()
    assert (outcome != Outcome.REFERRED).all()
    assert len(np.unique(cases["row"])) == len(outcome)


def milestones_are_in_order(run):
    cases = run.records.cases
    carried = [o.service == "carry_in" for o in run.plan.outlets.values()]
    at_counter = np.array([*carried, False])[cases["outlet"]]
    at_home = list(MILESTONES)
    counter = [m for m in MILESTONES if m not in ("arrived", "arrived_2")]
    counter.insert(counter.index("part_ready"), "arrived")
    counter.insert(counter.index("started_2") + 1, "arrived_2")
    for mine, names in ((at_counter, counter), (~at_counter, at_home)):
        times = np.column_stack([cases[name][mine] for name in names])
        for row in times:
            known = row[~np.isnan(row)]
            assert (np.diff(known) >= 0).all(), dict(zip(names, row, strict=True))
            assert (known >= 0).all()
            assert (known < run.plan.horizon).all()
        # up to the repair a milestone is reached only after the ones before it
        first = [n for n in names[: names.index("left")] if n != "answered"]
        reached = ~np.isnan(np.column_stack([cases[n][mine] for n in first]))
        assert (reached[:, 1:] <= reached[:, :-1]).all()


def waits_add_up(run):
    times = run.times
    total = sum(times.waits.values())
    done = ~np.isnan(times.resolution)
    assert total[done] == pytest.approx(times.resolution[done], abs=1e-9)
    assert all((hours >= 0).all() for hours in times.waits.values())
    assert (times.response[done] <= times.resolution[done] + 1e-9).all()


def calls_are_told_in_full(run):
    calls, cases = run.records.calls, run.records.cases
    hotline = run.plan.scenario.hotline
    if hotline is None:
        assert not len(calls["case"])
        return
    tries = np.bincount(calls["case"][calls["end"] != CallEnd.CLOSED], minlength=len(cases["row"]))
    assert (tries == cases["attempts"]).all()
    assert (tries <= hotline.redial.attempts).all()
    answered = (calls["end"] == CallEnd.ANSWERED) & ~np.isnan(calls["left"])
    assert ((calls["agent"] >= 0) == answered).all()
    assert (np.bincount(calls["case"][answered], minlength=len(tries)) <= 1).all()
    assert (calls["left"][answered] == cases["answered"][calls["case"][answered]]).all()
    if hotline.lines is not None:
        talk_ends = np.where(answered, cases["triaged"][calls["case"]], calls["left"])
        inside = np.isin(calls["end"], (CallEnd.CLOSED, CallEnd.BLOCKED), invert=True)
        assert most_at_once(calls["begun"][inside], talk_ends[inside]) <= hotline.lines


def most_at_once(begin, end):
    """Most intervals [begin, end) that hold one moment; NaN: no end."""
    end = np.where(np.isnan(end), np.inf, end)
    longer = end > begin
    times = np.concatenate((begin[longer], end[longer]))
    steps = np.repeat([1, -1], longer.sum())
    order = np.lexsort((steps, times))
    return int(np.cumsum(steps[order]).max(initial=0))


def works(run):
    """(person, begin, end) of all work of people who are counted."""
    calls, visits, bench = run.records.calls, run.records.visits, run.records.bench
    for table, who, begin, end in (
        (calls, "agent", "left", "ended"),
        (visits, "technician", "started", "free"),
        (bench, "person", "begun", "ended"),
    ):
        yield from zip(table[who].tolist(), table[begin].tolist(), table[end].tolist(), strict=True)


def nobody_does_two_things_at_once(run):
    by_person = {}
    for person, begin, end in works(run):
        if person >= 0:
            by_person.setdefault(person, []).append((begin, np.inf if np.isnan(end) else end))
    for jobs in by_person.values():
        jobs.sort()
        assert all(end <= begin for (_, end), (begin, _) in pairwise(jobs))


def jobs_begin_on_duty(run):
    staff = run.records.staff
    for person, begin, _ in works(run):
        if person >= 0:
            mine = staff.person == person
            assert ((staff.start[mine] <= begin) & (begin < staff.end[mine])).any()


def parts_are_conserved(run):
    plan, records = run.plan, run.records
    moves, shipments, cases = records.moves, records.shipments, records.cases
    depot, horizon = plan.depot, plan.horizon
    part_of = cases["part"]
    second_of = cases["second_part"]
    for k in range(len(plan.scenario.parts)):
        for place in range(depot + 1):
            mine = (moves["place"] == place) & (moves["part"] == k)
            on_hand = records.initial_stock[place, k] + np.cumsum(moves["on_hand"][mine])
            owed = np.cumsum(moves["backorders"][mine])
            assert (on_hand >= 0).all()
            assert (owed >= 0).all()
        of_part = shipments["part"] == k
        kind, quantity = shipments["kind"], shipments["quantity"]
        came = of_part & (shipments["arrived"] < horizon)
        new = (Kind.SUPPLY, Kind.MENDED_PART, Kind.MENDED_AT_OUTLET)
        gain = quantity[came & np.isin(kind, new)].sum()
        to_outlets = of_part & np.isin(kind, (Kind.REPLENISHMENT, Kind.EMERGENCY))
        on_the_way = quantity[to_outlets & ~came].sum()
        at_depot = (moves["part"] == k) & (moves["place"] == depot)
        issued = -moves["on_hand"][at_depot & (moves["on_hand"] < 0)].sum()
        at_the_dock = issued - quantity[to_outlets].sum()
        assert at_the_dock >= 0
        if not plan.tours:
            assert at_the_dock == 0
        used = ((part_of == k) & ~np.isnan(cases["part_ready"])).sum()
        used += ((second_of == k) & ~np.isnan(cases["part_ready_2"])).sum()
        initial = records.initial_stock[:, k].sum()
        on_hand = initial + moves["on_hand"][moves["part"] == k].sum()
        assert on_hand + on_the_way + at_the_dock + used == initial + gain
        mended = of_part & (kind == Kind.MENDED_PART)
        sent_in = of_part & (kind == Kind.FAILED_PART)
        at_the_bench = (sent_in & came).sum() - mended.sum()
        workshop = plan.scenario.logistics.workshop
        assert at_the_bench >= 0
        if not workshop.mends_parts or workshop.technicians == "unlimited":
            assert at_the_bench == 0
        asked = (part_of == k) & ~np.isnan(cases["assigned"])
        asked_again = (second_of == k) & ~np.isnan(cases["left"])
        at_failure = list(plan.scenario.parts.values())[k].removed == "at_failure"
        sent_back = (sent_in | of_part & (kind == Kind.MENDED_AT_OUTLET)).sum()
        assert sent_back <= (asked.sum() + asked_again.sum() if at_failure else used)


def trucks_are_not_overloaded(run):
    fleet, trips = run.plan.scenario.logistics.fleet, run.records.trips
    assert (trips["kg"] <= fleet.capacity + 1e-9).all() if fleet else not len(trips["kg"])
    if fleet:
        assert most_at_once(trips["departed"], trips["home"]) <= fleet.trucks


def units_fail_only_while_they_work(run):
    cases = run.records.cases
    end = downtime(run.plan, run.records, run.plan.end)[1]
    unit = cases["unit"][cases["unit"] >= 0]
    failed = cases["failed"][cases["unit"] >= 0]
    for u in np.unique(unit):
        mine = np.flatnonzero(unit == u)
        mine = mine[np.argsort(failed[mine], kind="stable")]
        assert (end[mine[:-1]] <= failed[mine[1:]] + 1e-9).all()
        assert not np.isnan(end[mine[:-1]]).any()


def results_add_up_to_nothing(run):
    entries = run.ledger
    assert accounts.results(entries).sum() == pytest.approx(0, abs=1e-6)
    assert np.isfinite(entries["amount"]).all()


@st.composite
def quiet_networks(draw):
    """A network whose every unit fails once in the first weeks, with all the time to mend them."""
    data = draw(networks()) | {"horizon": 5000, "warm_up": 0, "enquiries": {}}
    data.pop("hotline", None)
    fridge = data["products"]["fridge"] | {
        "failure": {"law": "uniform", "low": 260, "high": 500},
        "repair_effect": "as_new",
        "end_of_life": 502,  # no second failure
        "warranty": "1 year",
        "in_field": {"units": 12},
        "tiers": {"gold": {"share": 0.4, "priority": 1}, "tin": {"share": 0.6}},
    }
    fridge.pop("sales", None)
    for mode in fridge["modes"].values():
        mode.pop("failure", None)
        mode.pop("repair_effect", None)
        mode.setdefault("share", 1)
    data["products"] = {"fridge": fridge}
    for terms in data["markets"]["places"].values():
        terms.pop("sales", None)
        terms.pop("in_field", None)
    outlets = data["outlets"]
    for terms in (*outlets.get("places", {}).values(), outlets.setdefault("defaults", {})):
        terms.pop("radius", None)  # no outlet is too far to be of help
    return data


@settings(max_examples=40, derandomize=True, deadline=None)
@given(quiet_networks())
@example(PLAIN | {"horizon": 5000})
def test_nobody_waits_for_ever(data):
    """Whatever the stocks, the trucks and the shifts: in the end every unit works again."""
    cases = simnet.simulate(simnet.parse(data | {"follow_up": 0}), seed=1).records.cases
    early = cases["failed"] < 1000
    assert early.any()
    assert (cases["outcome"][early] == Outcome.REPAIRED).all()


def test_the_generated_networks_reach_every_outcome_and_kind_of_shipment():
    """That the test above does not go past what it means to test."""
    seen = set()

    @settings(max_examples=120, derandomize=True, deadline=None, database=None)
    @given(networks())
    @example(BY_RULE[0])
    def gather(data):
        records = simnet.simulate(simnet.parse(data | {"follow_up": 0}), seed=1).records
        seen.update(Outcome(o) for o in np.unique(records.cases["outcome"]))
        seen.update(("shipment", Kind(k)) for k in np.unique(records.shipments["kind"]))
        seen.update(("call", CallEnd(e)) for e in np.unique(records.calls["end"]))
        seen.update(["trips"] if len(records.trips["km"]) else [])
        seen.update(["bench"] if len(records.bench["case"]) else [])
        seen.update(["second"] if not np.isnan(records.cases["started_2"]).all() else [])
        seen.update(["refused"] if records.cases["refusals"].any() else [])

    gather()
    wanted = {*Outcome} - {Outcome.REFERRED}  # without outlets, see test_hotline
    wanted |= {("shipment", kind) for kind in Kind} | {("call", end) for end in CallEnd}
    assert wanted | {"trips", "bench", "second", "refused"} <= seen
