"""What is true of every run, over small networks of nearly every kind."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import simnet
from simnet import accounts
from simnet.accounts.levels import downtime
from simnet.records import MILESTONES, CallEnd, Kind, Outcome

RANDOM = {"law": "exponential", "mean": 2}
UNEVEN = {"law": "uniform", "low": 0.5, "high": 1.5}
WORKDAYS = {"days": [1, 1, 1, 1, 1, 0, 0]}
NOTHING = {}
POLICIES = ("nearest", "nearest_free", "shortest_wait", "territory", "own_first", "central_board")
STOCKS = (
    NOTHING,
    {"base_stock": 1},
    {"base_stock": 3},
    {"reorder_below": 0, "order_up_to": 2},
    {"reorder_point": 1, "order_quantity": 2},
)
WEEKS = ("24/7", "Mon-Fri 08:00-18:00", "Mon-Sat 06:00-14:00 14:00-22:00", "22:00-06:00")


def one_of(*values):
    return st.sampled_from(values)


part = st.fixed_dictionaries(
    {
        "cost": st.just(10),
        "mass": one_of(0, 4, 10),
        "outlet_stock": one_of(*STOCKS),
        "depot_stock": one_of(*STOCKS),
        "supplier_lead_time": one_of(0, 24, {"law": "exponential", "mean": 60}),
        "emergency": st.booleans(),
        "repairable": one_of(0, 0.5, 1),
        "workshop_time": one_of(0, RANDOM),
    }
)
outlet = st.fixed_dictionaries(
    {
        "lat": one_of(0, 0.5, 1),
        "lon": one_of(-1, 0, 0.5),
        "technicians": one_of(1, 2, 3, "unlimited"),
        "hours": one_of(*WEEKS),
        "capacity_share": one_of(1, 0.6),
        "last_start": one_of(0, 2),
        "radius": one_of(None, None, 500),
        "service": one_of("on_site", "on_site", "carry_in"),
        "skills": one_of(None, None, ["tubes", "wires"]),
        "contract": one_of("company", "partner", "agent"),
        "region": one_of("", "north", "south"),
        "lane": one_of(None, "slow"),
    }
)
mode = st.fixed_dictionaries(
    {
        "share": one_of(1, 2),
        "repair": one_of(0, 1, RANDOM),
        "part": one_of(None, "pump", "board"),
        "second_part": one_of(None, "pump", "board"),
        "first_time_fix": one_of(1, 0.5),
        "part_chance": one_of(1, 0.5),
        "workshop": one_of(0, 0.3),
        "skill": one_of(None, "tubes"),
        "remote_fix": one_of(None, 0.3),
    }
)
product = st.fixed_dictionaries(
    {
        "price": st.just(100),
        "failure": one_of(100, {"law": "exponential", "mean": 300}),
        "warranty": one_of(200, "1 year"),
        "comes_after_warranty": one_of(0, 0.5),
        "elsewhere": one_of(0, 50),
        "in_field": st.fixed_dictionaries(
            {"units": one_of(10, 25), "age": one_of(0, {"law": "uniform", "low": 0, "high": 150})}
        ),
        "modes": st.fixed_dictionaries({"pump": mode, "board": mode}),
        "tiers": one_of(
            {"all": {}},
            {"gold": {"share": 0.4, "priority": 1, "promise": 8},
             "tin": {"share": 0.6, "of": "resolution"}},
        ),
    }
)  # fmt: skip
team = st.fixed_dictionaries(
    {
        "shifts": one_of(
            [{"agents": 1, "hours": "24/7"}],
            [{"agents": 1, "hours": "Mon-Sat 08:00-18:00", "breaks": "12:00-12:30"},
             {"agents": 2, "hours": "Mon-Fri 10:00-20:00"}],
        ),
        "shrinkage": one_of(0, 0.3),
    }
)  # fmt: skip
hotline = st.fixed_dictionaries(
    {
        "hours": one_of("24/7", "Mon-Sat 08:00-20:00"),
        "menu": one_of(0, 0.1),
        "patience": one_of(None, 0.5, {"law": "exponential", "mean": 1}),
        "lines": one_of(None, 2, 4),
        "redial": one_of({"chance": 0.5}, {"chance": 1, "delay": 1, "attempts": 5}),
        "call_types": st.fixed_dictionaries(
            {
                "technical": st.fixed_dictionaries(
                    {"talk": one_of(0.5, {"law": "exponential", "mean": 0.7}),
                     "after_call": one_of(0, 0.25), "remote_fix": one_of(0, 0.3)}
                ),
                "design": st.fixed_dictionaries(
                    {"talk": one_of(0.5, 1), "self_service": one_of(0.5, 0.5, 0),
                     "priority": one_of(0, 1), "head_start": one_of(0, 1)}
                ),
            }
        ),
        "teams": st.fixed_dictionaries({"all": team}, optional={"second": team}),
    }
)  # fmt: skip
logistics = st.fixed_dictionaries(
    {
        "depot": st.just({"lat": 0.2, "lon": 0.1}),
        "carriers": st.just({
            "slow": {"base": 20, "speed": 30, "factor": UNEVEN},
            "quick": {"base": 2, "speed": None},
        }),
        "lane": one_of(None, "quick", "fleet", "fleet"),
        "emergency": one_of(None, "quick"),
        "returns": one_of(None, "quick"),
        "fleet": st.fixed_dictionaries({
            "departures": one_of("06:00 18:00", "Mon 06:00, Thu 06:00"),
            "trucks": one_of(1, 2),
            "capacity": one_of(12, 1000),
            "stops_per_tour": one_of(1, 3),
            "speed": one_of(10, 60),
        }),
        "workshop": st.fixed_dictionaries(
            {"technicians": one_of(1, "unlimited"), "repair": one_of(0, 10, RANDOM),
             "hours": one_of("24/7", "Mon-Fri 08:00-16:00")}
        ),
    }
)  # fmt: skip


@st.composite
def networks(draw):
    """A scenario of three weeks with some hundred cases."""
    outlets = draw(st.lists(outlet, min_size=1, max_size=3))
    # one outlet reaches every market with every skill, so that the scenario is accepted
    outlets[0] |= {"radius": None, "skills": None}
    data = {
        "start": "2026-01-05",
        "horizon": 504,
        "products": {"fridge": draw(product)},
        "markets": {
            "places": {
                "centre": {"weight": 2, "region": "north", "spread": draw(one_of(0, 20))},
                "edge": {"lat": 0.5, "lon": 0.5, "region": "south"},
            }
        },
        "reporting": draw(one_of({}, {"delay": RANDOM, "profile": WORKDAYS})),
        "enquiries": draw(
            one_of(
                {},
                {"how": {"per_week": 20, "call_type": "design"},
                 "check": {"per_week": 5, "work": {"repair": 1}, "promise": 24}},
            )
        ),
        "dispatch": {"policy": draw(one_of(*POLICIES)), "coordination": draw(one_of(0, RANDOM))},
        "outlets": {"places": {f"outlet {i}": terms for i, terms in enumerate(outlets)}},
        "contracts": {"partner": {"refusal": draw(one_of(0.02, 0.6))}},
        "parts": {"pump": draw(part), "board": draw(part)},
        "logistics": draw(logistics),
        "hotline": draw(st.none() | hotline),
    }  # fmt: skip
    return {key: item for key, item in data.items() if item is not None}


PLAIN = {
    "products": {"fridge": {"failure": 100, "in_field": {"units": 10},
                            "modes": {"any": {"share": 1, "part": "pump"}}}},
    "outlets": {"places": {"here": {}}},
    "parts": {"pump": {"repairable": 1}},
    "horizon": 504,
}  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None)
@given(networks())
@example(PLAIN)
def test_what_is_true_of_every_run(data):
    run = simnet.simulate(simnet.parse(data), seed=1)
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
        gain = quantity[came & np.isin(kind, (Kind.SUPPLY, Kind.MENDED_PART))].sum()
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
        sent_back = (of_part & (kind == Kind.FAILED_PART)).sum()
        assert sent_back <= used


def trucks_are_not_overloaded(run):
    fleet, trips = run.plan.scenario.logistics.fleet, run.records.trips
    assert (trips["kg"] <= fleet.capacity + 1e-9).all() if fleet else not len(trips["kg"])
    if fleet:
        assert most_at_once(trips["departed"], trips["home"]) <= fleet.trucks


def units_fail_only_while_they_work(run):
    cases = run.records.cases
    end = downtime(run.plan, run.records)[1]
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
    data = draw(networks()) | {"horizon": 5000, "enquiries": {}}
    data.pop("hotline", None)
    data["products"]["fridge"] |= {
        "failure": {"law": "uniform", "low": 260, "high": 500},
        "end_of_life": 502,  # no second failure
        "warranty": "1 year",
        "in_field": {"units": 12},
        "tiers": {"gold": {"share": 0.4, "priority": 1}, "tin": {"share": 0.6}},
    }
    for terms in data["outlets"]["places"].values():
        terms["radius"] = None  # no outlet is too far to be of help
    return data


@settings(max_examples=40, derandomize=True, deadline=None)
@given(quiet_networks())
@example(PLAIN | {"horizon": 5000})
def test_nobody_waits_for_ever(data):
    """Whatever the stocks, the trucks and the shifts: in the end every unit works again."""
    cases = simnet.simulate(simnet.parse(data), seed=1).records.cases
    early = cases["failed"] < 1000
    assert early.any()
    assert (cases["outcome"][early] == Outcome.REPAIRED).all()


def test_the_generated_networks_reach_every_outcome_and_kind_of_shipment():
    """That the test above does not go past what it means to test."""
    seen = set()

    @settings(max_examples=80, derandomize=True, deadline=None, database=None)
    @given(networks())
    def gather(data):
        records = simnet.simulate(simnet.parse(data), seed=1).records
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
