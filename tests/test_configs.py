"""The shipped scenarios: they load, they run, and what is always true holds in them."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simnet
from simnet.accounts import results
from simnet.accounts.loads import loads
from simnet.plan import FLEET, UNLIMITED, make_plan
from simnet.records import MILESTONES, CallEnd, Kind, Outcome, Records
from simnet.run import Run

CONFIGS = Path(__file__).parents[1] / "configs"
FILES = sorted(CONFIGS.glob("*.yaml"))

# the shipped scenarios, shortened where they are long, and variants for what none of them has
SHIPPED = {
    "quickstart": ("quickstart", []),
    "china": ("appliance-china", ["horizon=4 months"]),
    "capital": ("capital-equipment", ["horizon=1 year"]),
    "carry-in": (
        "quickstart",
        ["outlets.defaults.service=carry_in", "horizon=6 months",
         "products.coffee machine.modes.pump.workshop=0.1",
         "products.coffee machine.modes.electronics.first_time_fix=0.7",
         "products.coffee machine.modes.electronics.second_part=pump",
         "parts.board.repairable=0.5"],
    ),
    "fleet": (
        "capital-equipment",
        ["horizon=1 year", "dispatch.policy=central_board", "logistics.lane=fleet",
         "logistics.fleet={departures: Tue 06:00, capacity: 150, stops_per_tour: 2}",
         "parts.servo drive.outlet_stock={base_stock: null, reorder_point: 0, order_quantity: 4}",
         "parts.servo drive.depot_stock={base_stock: 30}"],
    ),
}  # fmt: skip


def start(name: str, seed: int | None = None) -> Run:
    file, changes = SHIPPED[name]
    # what is looked at here ends at the horizon; the follow-up: tests/accounts/test_unhelped.py
    changes = [*changes, "follow_up=0"]
    return simnet.simulate(simnet.load(CONFIGS / f"{file}.yaml", changes), seed=seed)


@pytest.fixture(scope="module", params=list(SHIPPED))
def run(request: pytest.FixtureRequest) -> Run:
    return start(request.param)


def table(records: Records, name: str) -> pd.DataFrame:
    return pd.DataFrame(getattr(records, name))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_loads_and_plans(file: Path) -> None:
    plan = make_plan(simnet.load(file))
    assert plan.outlets
    assert plan.sources
    assert file.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=scenario.schema.json\n"
    )


def test_all_three_are_there() -> None:
    assert {"quickstart", "appliance-china", "capital-equipment"} <= {file.stem for file in FILES}


def test_quickstart_is_short() -> None:
    assert len((CONFIGS / "quickstart.yaml").read_text(encoding="utf-8").splitlines()) < 40


def test_china_sites_forty_outlets_by_proof() -> None:
    plan = make_plan(simnet.load(CONFIGS / "appliance-china.yaml"))
    assert len(plan.markets) == 120
    assert len(plan.outlets) == 40
    assert plan.siting is not None
    assert plan.siting.gap == pytest.approx(0, abs=1e-6)
    own = {name for name, outlet in plan.outlets.items() if outlet.contract == "company"}
    assert {"Beijing", "Shanghai", "Guangzhou"} <= own


@pytest.mark.parametrize("name", ["quickstart", "capital-equipment"])
def test_results_are_sensible(name: str) -> None:
    kpis = simnet.simulate(simnet.load(CONFIGS / f"{name}.yaml")).kpis
    assert kpis["asa"] < 60
    assert 0 < kpis["abandonment"] < 0.08
    assert kpis["fill_rate"] > 0.9
    assert 0.8 < kpis["promise_kept"] < 0.99
    assert kpis.outlet["utilisation"].max() < 0.9


def test_one_outcome_each(run: Run) -> None:
    cases = run.cases
    outcome = run.records.cases["outcome"]
    assert np.isin(outcome, [int(o) for o in Outcome]).all()
    assert len(np.unique(run.records.cases["row"])) == len(cases)
    reached = {name: cases[name].notna().to_numpy() for name in MILESTONES}
    by_phone = np.isin(
        outcome, (Outcome.REMOTE_FIX, Outcome.SELF_SERVICE, Outcome.ANSWERED, Outcome.REFERRED)
    )
    assert (reached["repaired"] == (outcome == Outcome.REPAIRED)).all()
    assert (reached["called"] | np.isin(outcome, (Outcome.ELSEWHERE, Outcome.OPEN))).all()
    ended = reached["closed"] & ~reached["repaired"]
    lost = np.isin(outcome, (Outcome.ABANDONED, Outcome.ELSEWHERE))
    assert (ended == (by_phone | lost)).all()
    assert (reached["triaged"] & ~reached["assigned"])[by_phone].all()
    assert not reached["triaged"][lost].any()
    assert not reached["called"][outcome == Outcome.ELSEWHERE].any()
    assert not cases["warranty"][outcome == Outcome.ELSEWHERE].any()
    assert (reached["assigned"] == (cases["outlet"].cat.codes >= 0)).all()


def test_waits_add_up_to_resolution(run: Run) -> None:
    cases = run.cases[run.cases["resolution"].notna()]
    waits = cases.filter(like="wait_")
    assert len(cases) > 500
    assert (waits >= 0).all(axis=None)
    assert (waits.sum(axis=1) - cases["resolution"]).abs().max() < 1e-9


def test_milestones_in_order(run: Run) -> None:
    at_counter = np.array([o.service == "carry_in" for o in run.plan.outlets.values()] + [False])
    counter = at_counter[run.records.cases["outlet"]]
    order = [name for name in MILESTONES if name not in ("left", "back")]
    # where the customer carries the unit in, it arrives before the part is looked for
    carried = ["arrived" if n == "part_ready" else "part_ready" if n == "started" else
               "started" if n == "arrived" else n for n in order]  # fmt: skip
    for mine, names in ((~counter, order), (counter, carried)):
        if not mine.any():
            continue
        second, cut = names.index("part_ready_2"), names.index("repaired")
        cases = run.cases[mine]
        for path in (
            [*names[:second], "left", *names[second:]],
            [*names[:second], "left", "back", *names[cut:]],
        ):
            before = np.full(len(cases), -np.inf)
            for name in path:
                moment = cases[name].to_numpy()
                assert not (moment < before).any(), name
                before = np.where(np.isnan(moment), before, moment)
    cases = run.cases[run.cases["outcome"] == "repaired"]
    always = ("called", "answered", "triaged", "assigned", "part_ready", "started", "arrived")
    assert cases[list(always)].notna().all(axis=None)
    again, sent_in = cases["started_2"].notna(), cases["back"].notna()
    assert (cases["left"].notna() == (again | sent_in)).all()
    assert not (again & sent_in).any()
    assert not (run.cases[list(MILESTONES)] > run.plan.horizon).any(axis=None)


def test_parts_are_conserved(run: Run) -> None:
    plan, records = run.plan, run.records
    moves, sent = table(records, "moves"), table(records, "shipments")
    cases = table(records, "cases")
    first, second = cases["part"], cases["second_part"]
    here = sent[sent["arrived"] <= plan.horizon]
    carry_in = any(outlet.service == "carry_in" for outlet in plan.outlets.values())
    ready_from = "arrived" if carry_in else "assigned"
    gone = sent[sent["kind"] == Kind.UNIT_TO_WORKSHOP]["case"]
    second_visit = cases["left"].notna() & ~cases.index.isin(gone)
    out = (Kind.REPLENISHMENT, Kind.EMERGENCY)
    assert plan.scenario.parts
    for k in range(len(plan.scenario.parts)):
        steps = moves[moves["part"] == k]
        used = (first == k) & cases["part_ready"].notna()
        used_2 = (second == k) & cases["part_ready_2"].notna()
        arrived, shipped = here[here["part"] == k], sent[sent["part"] == k]
        # the depot: what came in less what went out
        at_depot = steps[steps["place"] == plan.depot]["on_hand"]
        came = arrived[arrived["kind"].isin((Kind.SUPPLY, Kind.MENDED_PART))]["quantity"].sum()
        assert came == at_depot[at_depot > 0].sum()
        docks = -at_depot[at_depot < 0].sum() - shipped[shipped["kind"].isin(out)]["quantity"].sum()
        assert docks >= 0
        if FLEET not in plan.lane:
            assert docks == 0
        # each outlet: what came in less what cases took
        for o in range(len(plan.outlets)):
            mine = arrived[arrived["kind"].isin(out) & (arrived["outlet"] == o)]["quantity"].sum()
            at = cases["outlet"] == o
            taken = (used & at).sum() + (used_2 & at).sum()
            assert mine - taken == steps[steps["place"] == o]["on_hand"].sum()
        # all places together
        initial = records.initial_stock[:, k].sum()
        on_hand = initial + steps["on_hand"].sum()
        on_the_way = shipped[shipped["kind"].isin(out) & (shipped["arrived"] > plan.horizon)]
        assert initial + came == (
            on_hand + docks + on_the_way["quantity"].sum() + used.sum() + used_2.sum()
        )
        # no shelf is ever below zero
        for place in range(plan.depot + 1):
            levels = steps[steps["place"] == place]
            shelf = records.initial_stock[place, k] + levels["on_hand"].cumsum()
            assert (shelf >= 0).all()
            owed = levels["backorders"].cumsum()
            assert (owed >= 0).all()
            # when all of a moment has happened, nobody waits beside a part on the shelf
            last = ~levels["time"].duplicated(keep="last")
            assert not ((shelf > 0) & (owed > 0))[last].any()
        # the cases that still wait are the backorders left over and the emergencies under way
        waiting = (first == k) & cases[ready_from].notna() & cases["part_ready"].isna()
        waiting_2 = (second == k) & second_visit & cases["part_ready_2"].isna()
        left = steps[steps["place"] < plan.depot]["backorders"].sum()
        express = (on_the_way["kind"] == Kind.EMERGENCY).sum()
        assert waiting.sum() + waiting_2.sum() == left + express
        # a mended part was a failed one before
        failed = arrived[arrived["kind"] == Kind.FAILED_PART]
        assert len(failed) == (shipped["kind"] == Kind.MENDED_PART).sum()
    assert len(sent) > 0


def jobs(records: Records) -> pd.DataFrame:
    """What people with a name did: person, start, end (NaN: beyond the horizon)."""
    calls, visits, bench = (table(records, name) for name in ("calls", "visits", "bench"))
    calls = calls[calls["agent"] >= 0]
    named = [
        calls[["agent", "left", "ended"]],
        visits[["technician", "started", "free"]],
        bench[["person", "begun", "ended"]],
    ]
    found = pd.concat([frame.set_axis(["person", "start", "end"], axis=1) for frame in named])
    return found[found["person"] >= 0].sort_values(["person", "start"], kind="stable")


def test_nobody_does_two_things_at_once(run: Run) -> None:
    work = jobs(run.records)
    same = work["person"].to_numpy()[1:] == work["person"].to_numpy()[:-1]
    end = work["end"].fillna(np.inf).to_numpy()[:-1]
    assert len(work) > 500
    assert not (work["start"].to_numpy()[1:] < end)[same].any()


def test_people_are_busy_on_duty_or_in_overtime(run: Run) -> None:
    plan, staff, work = run.plan, run.records.staff, jobs(run.records)
    teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0
    duty = pd.DataFrame({"start": staff.start, "end": staff.end}).groupby(staff.person)
    over: dict[int, float] = {}
    for person in work["person"].unique().tolist():
        mine, shifts = work[work["person"] == person], duty.get_group(person)
        begin, stop = shifts["start"].to_numpy(), shifts["end"].to_numpy()
        assert (begin[1:] >= stop[:-1]).all()
        start, end = mine["start"].to_numpy(), mine["end"].fillna(plan.horizon).to_numpy()
        at = np.searchsorted(begin, start, side="right") - 1
        assert (at >= 0).all()
        assert (start <= stop[at]).all(), "a job begins on duty"
        start = np.maximum(start, plan.scenario.warm_up)
        both = np.minimum(end[:, None], stop) - np.maximum(start[:, None], begin)
        on_duty = np.clip(both, 0, None).sum()
        busy = np.clip(end - start, 0, None).sum()
        assert on_duty <= (stop - begin).sum()
        over[person] = busy - on_duty
    crew = staff.crew
    for o, name in enumerate(plan.outlets):
        if plan.technicians[o] == UNLIMITED:
            continue
        hours = sum(hours for person, hours in over.items() if crew[person] == teams + o)
        assert hours == pytest.approx(run.kpis.outlet.loc[name, "overtime_hours"], abs=1e-5)


def test_ledger_adds_up_to_zero(run: Run) -> None:
    parties = results(run.ledger)
    turnover = run.ledger["amount"].abs().sum()
    assert turnover > 0
    assert abs(parties.sum()) < 1e-6 * turnover


def test_ledger_reconciles_with_the_records(run: Run) -> None:
    plan, records, scenario = run.plan, run.records, run.plan.scenario
    booked = run.ledger.groupby("category")["amount"].sum()
    visits, sent = table(records, "visits"), table(records, "shipments")
    # transport: every carrier's tariff, and the own trucks
    cost = 0.0
    for number, carrier in enumerate(scenario.logistics.carriers.values()):
        rows = np.flatnonzero(sent["lane"] == number)
        kg, km = loads(plan, records, rows)
        cost += carrier.per_shipment * len(rows) + carrier.per_kg * kg.sum()
        cost += carrier.per_km * km.sum() + carrier.per_kg_km * (kg * km).sum()
    fleet = scenario.logistics.fleet
    if fleet is not None and plan.tours:
        cost += fleet.per_km * records.trips["km"].sum()
        cost += fleet.per_truck_day * fleet.trucks * plan.horizon / 24
    assert booked["transport"] == pytest.approx(cost)
    # travel: km of each finished visit at its owner's rate
    rate = []
    for outlet in plan.outlets.values():
        terms = scenario.contracts[outlet.contract].terms
        rate.append(sum(t.amount for t in terms if t.category == "travel" and t.per == "km"))
    done = visits[visits["free"].notna()]
    km = (np.array(rate)[done["outlet"]] * done["km"]).sum()
    assert booked.get("travel", 0.0) == pytest.approx(km)
    # parts bought, and the stock at the start
    part_cost = np.array([part.cost for part in scenario.parts.values()])
    bought = sent[sent["kind"] == Kind.SUPPLY]
    assert booked.get("parts", 0.0) == pytest.approx(
        (part_cost[bought["part"]] * bought["quantity"]).sum()
    )
    assert booked["initial stock"] == pytest.approx((records.initial_stock * part_cost).sum())
    # sales
    price = np.array([product.price for product in scenario.products.values()])
    sold = records.units.product[records.units.sold >= 0]
    assert booked["product sales"] == pytest.approx(price[sold].sum())


def average(run: Run, place: str, level: str) -> float:
    """Time average of a level over the run, from the daily means."""
    found = run.levels
    mine = found[(found["place"] == place) & (found["level"] == level)]
    days = np.diff(np.append(np.arange(0, run.plan.horizon, 24.0), run.plan.horizon))
    return float((mine["mean"].to_numpy() * days).sum() / run.plan.horizon)


def little(run: Run, since: pd.Series, until: pd.Series) -> float:
    """Arrivals an hour times mean wait; who waits still has waited until the horizon."""
    wait = until.fillna(run.plan.horizon) - since
    wait = wait[since.notna()]
    return float(len(wait) / run.plan.horizon * wait.mean()) if len(wait) else 0.0


def test_littles_law(run: Run) -> None:
    calls, cases = table(run.records, "calls"), run.cases
    assert average(run, "hotline", "queue") == pytest.approx(
        little(run, calls["queued"], calls["left"]), rel=1e-9, abs=1e-12
    )
    waited = calls[calls["end"] == CallEnd.ABANDONED].dropna(subset=["left"])
    assert (waited["left"] > waited["queued"]).all()
    for name in run.plan.outlets:
        mine = cases[cases["outlet"] == name]
        ready = pd.concat((mine["part_ready"], mine["part_ready_2"]))
        begun = pd.concat((mine["started"], mine["started_2"]))
        assert average(run, name, "queue") == pytest.approx(
            little(run, ready, begun), rel=1e-9, abs=1e-12
        )


def same(a: Records, b: Records) -> bool:
    """Whether two records are equal to the bit."""
    for field in fields(Records):
        mine, theirs = getattr(a, field.name), getattr(b, field.name)
        if isinstance(mine, np.ndarray):
            mine, theirs = {"": mine}, {"": theirs}
        elif field.name == "units":
            mine, theirs = mine.columns(), theirs.columns()
        elif not isinstance(mine, dict):
            mine, theirs = vars(mine), vars(theirs)
        if list(mine) != list(theirs):
            return False
        if any(np.asarray(mine[k]).tobytes() != np.asarray(theirs[k]).tobytes() for k in mine):
            return False
    return True


@pytest.mark.parametrize("name", ["quickstart", "capital"])
def test_same_seed_same_run(name: str) -> None:
    run = start(name, seed=7)
    again = start(name, seed=7)
    assert same(run.records, again.records)
    pd.testing.assert_frame_equal(run.ledger, again.ledger, check_exact=True)
    assert not same(run.records, start(name, seed=8).records)
