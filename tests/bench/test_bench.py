"""Scaling, turns, targets, tables, memory of a process of its own."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from simnet.bench import fresh, growth, shipped
from simnet.bench.engines import laps
from simnet.bench.grid import CASES_A_WEEK, grid
from simnet.bench.measure import MOST, Timed, in_turns, timed, turn
from simnet.bench.picture import picture
from simnet.bench.report import Report, document
from simnet.bench.scale import scaled
from simnet.bench.tables import markdown, tables
from simnet.bench.targets import targets
from simnet.draws import draw
from simnet.plan import make_plan
from simnet.scenario import load, parse
from simnet.scenario.document import read_document

ROOT = Path(__file__).parent.parent.parent
CONFIGS = ROOT / "configs"


def quiet(what):
    pass


# ---- measuring -------------------------------------------------------------------------------


def test_contestants_run_in_turns_and_each_as_often_as_it_may():
    order = [name for name, _ in in_turns({"a": str, "b": str}, {"a": 1, "b": 3})]
    assert order == ["a", "b", "b", "b"]
    assert [number for _, number in in_turns({"a": int}, {"a": 2})] == [0, 1]


@pytest.mark.parametrize(
    ("seconds", "runs"), [(2.0, [5]), (0.4, [5, 6, 7]), (0.01, [5, 6, 7, 8, 9])]
)
def test_who_is_soon_done_runs_several_times_in_a_turn(seconds, runs):
    assert turn(lambda number: (seconds, number), 1) == [(seconds, number) for number in runs]


def test_the_median_counts():
    row = Timed("loop", "simpy", 100, (1.0, 9.0, 2.0))
    assert row.median == 2.0
    assert row.per_second == 50.0
    assert timed(lambda: 5)[1] == 5


# ---- larger scenarios --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["quickstart", "appliance-china", "capital-equipment"])
def test_a_scaled_scenario_has_as_many_times_the_cases_and_the_people(name):
    file = CONFIGS / f"{name}.yaml"
    small = make_plan(load(file))
    large = make_plan(parse(scaled(read_document(file).data, 2.0), CONFIGS))
    counts = [len(draw(plan, 1).cases) for plan in (small, large)]
    # Poisson or nearly so: five standard errors of the smaller number
    assert counts[1] / counts[0] == pytest.approx(2.0, rel=5 / math.sqrt(counts[0]) + 0.02)
    assert large.technicians.sum() == pytest.approx(2 * small.technicians.sum(), rel=0.02)
    assert list(large.outlets) == list(small.outlets)
    for key, policy in small.stock.items():
        for field, value in policy.model_dump().items():
            if value:
                assert getattr(large.stock[key], field) == pytest.approx(2 * value, abs=2)
    agents = [sum(shift.agents for team in plan.scenario.hotline.teams.values()
                  for shift in team.shifts) for plan in (small, large)]  # fmt: skip
    assert agents[1] == 2 * agents[0]
    assert large.scenario.contracts == small.scenario.contracts
    assert large.scenario.logistics.depot == small.scenario.logistics.depot


def test_nothing_that_is_there_vanishes_and_the_data_stay_as_they_are():
    data = {"hotline": {"lines": 5}, "enquiries": {"a": {"per_week": 3}}, "start": "2026-01-01"}
    found = scaled(data, 0.01)
    assert found["hotline"]["lines"] == 1
    assert found["enquiries"]["a"]["per_week"] == pytest.approx(0.03)
    assert found["start"] == "2026-01-01"
    assert data["hotline"]["lines"] == 5


@pytest.mark.parametrize("outlets", [10, 60])
def test_the_grid_asks_for_the_same_of_every_outlet(outlets):
    plan = make_plan(parse(grid(outlets, 3000)))
    assert min(map(len, plan.preference)) >= 2
    assert max(map(len, plan.preference)) <= 9
    assert all(order[0] == m for m, order in enumerate(plan.preference))
    assert plan.horizon / 168 * CASES_A_WEEK * outlets == pytest.approx(3000)
    # five standard errors of a Poisson number, and a horizon that is no whole number of weeks
    cases = draw(plan, 1).cases
    assert np.sum(cases.moment < plan.horizon) == pytest.approx(3000, rel=5 / math.sqrt(3000) + 0.1)


def test_a_run_has_a_time_for_each_stage():
    found = laps("simpy", make_plan(parse(grid(4, 300))), seed=1)
    assert found.cases > 200
    assert found.end_to_end == found.draw + found.loop + found.accounts
    assert min(found.draw, found.loop, found.accounts, found.audit) > 0


def test_both_lines_share_the_size_where_they_meet():
    for quick in (True, False):
        sizes = growth.sizes(quick)
        assert len(set(sizes)) == len(sizes)
        assert {line for line, _, _ in sizes} == {growth.CASES, growth.OUTLETS}
    points = list(growth.measure_some(growth.CASES, [(4, 200)], ["simpy"], 2, quiet))
    assert len(points[0].timed.seconds) == 2 * MOST
    assert points[0].per_case == 1e6 * points[0].timed.median / points[0].timed.cases


# ---- processes of their own --------------------------------------------------------------------


def test_more_cases_take_more_memory(monkeypatch):
    monkeypatch.setattr(fresh, "TIMED", ("simpy",))
    monkeypatch.setattr(fresh, "large", lambda folder, factor: grid(10, 4000))
    monkeypatch.setattr(fresh, "STAGES", {"end-to-end": "end to end"})
    (row,) = fresh.memory(CONFIGS, 1, 1, quiet)
    assert row.cases > 3000
    assert row.peak > row.baseline > 2e7
    assert 200 < row.per_case < 50_000


# ---- the report --------------------------------------------------------------------------------


def whole(fast=True):
    """A report with made-up figures, the compiled engine ten times as fast as it has to be."""
    engines = {"simpy": 1000.0, **({"compiled": 1.0} if fast else {})}
    stages = (shipped.LOOP, shipped.END_TO_END)
    return Report(
        quick=False,
        machine={"processor": "CPU", "cores": "2", "system": "Linux", "python": "CPython 3"},
        versions={"simnet": "1"},
        shipped=tuple(
            Timed(f"{shipped.SCALED}: {stage}", engine, 1_000_000, (spent,))
            for stage in stages for engine, spent in engines.items()
        ),
        jobs=tuple(
            Timed(job, name, 1000, (spent,), why)
            for job in ("hotline", "outlets")
            for name, spent, why in (
                *([("simnet, compiled", 0.01, "")] if fast else []),
                ("SimPy, plain script", 1.0, ""), ("Ciw", 3.0, "mean wait: 2 where theory says 1"),
            )
        ),
        growth=tuple(
            growth.Point(line, outlets, 0.1, Timed("loop", engine, cases, (cases * spent / 1e6,)))
            for engine, spent in engines.items()
            for line, outlets, cases in growth.sizes(False)
        ),
        memory=(fresh.Memory("compiled", "loop and records", 10, 12_000, 2_000),) if fast else (),
        starts=(Timed("simnet --help", "", 1, (0.2,)),),
    )  # fmt: skip


def test_targets_are_judged():
    verdicts = [target.verdict for target in targets(whole())]
    assert verdicts == ["met"] * 6 + ["missed"]  # 1,000 bytes a case
    assert {target.verdict for target in targets(whole(fast=False))} == {"not measured"}


def test_who_is_refused_has_no_time_anywhere():
    text = markdown(whole())
    assert "| Ciw | refused |" in text
    assert "Ciw refused: mean wait: 2 where theory says 1" in text
    found = document(whole())
    assert [row["median_seconds"] for row in found["jobs"] if row["contestant"] == "Ciw"] == [
        None, None,
    ]  # fmt: skip
    assert json.loads(json.dumps(found))["growth"][0]["seconds"]


def test_all_rows_of_a_table_have_its_columns():
    for table in tables(whole()):
        assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_the_picture_has_a_line_for_each_engine():
    left, right = picture(whole()).axes
    assert len(left.lines) == len(right.lines) == 2
    assert left.get_yscale() == right.get_xscale() == "log"
