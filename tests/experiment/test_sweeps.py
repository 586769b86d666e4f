"""Sweeps: the same results however they are done, kept and gone on with."""

import numpy as np
import pandas as pd
import pytest
from experiment.files import rows, write

import simnet
from simnet.experiment import Kept

PRICE = {"wage": {"path": "hotline.teams.all.wage", "levels": list(range(10, 30))}}
TECHNICIANS = {"technicians": {"path": "outlets.defaults.technicians", "levels": [1, 2]}}


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


def test_runs_equal_those_of_simulate(small, store):
    found = simnet.sweep(base=small, factors=TECHNICIANS, replications=2, store=store, jobs=1)
    for count in (1, 2):
        scenario = simnet.load(small, [f"outlets.defaults.technicians={count}"])
        for number in (0, 1):
            run = simnet.simulate(scenario, replication=number)
            row = found.runs[
                (found.runs["technicians"] == count) & (found.runs["replication"] == number)
            ].iloc[0]
            np.testing.assert_array_equal([row[name] for name in run.kpis.total],
                                          [*run.kpis.total.values()])  # fmt: skip


def test_the_number_of_workers_changes_nothing(question, tmp_path):
    for jobs in (1, 2):
        simnet.sweep(question, store=tmp_path / str(jobs), jobs=jobs)
    assert rows(tmp_path / "1") == rows(tmp_path / "2")


def test_only_what_is_missing_is_simulated(question, store):
    first = simnet.sweep(question, replications=2, store=store, jobs=1)
    assert (first.counts.found, first.counts.simulated) == (0, 8)
    more = simnet.sweep(question, replications=3, store=store, jobs=1)
    assert (more.counts.found, more.counts.simulated) == (8, 4)
    again = simnet.sweep(question, replications=2, store=store, jobs=1)
    assert (again.counts.found, again.counts.simulated) == (8, 0)
    pd.testing.assert_frame_equal(again.runs, first.runs)


def test_prices_are_free(small, store):
    first = simnet.sweep(base=small, factors=PRICE, replications=2, store=store, jobs=1)
    assert (first.counts.done, first.counts.simulated, first.counts.saved) == (40, 2, 38)
    other = {"wage": {"path": "hotline.teams.all.wage", "levels": [50, 60]}}
    later = simnet.sweep(base=small, factors=other, replications=2, store=store, jobs=1)
    assert (later.counts.done, later.counts.simulated, later.counts.saved) == (4, 0, 4)
    fresh = simnet.sweep(base=small, factors=other, replications=2, store=store / "b", jobs=1)
    pd.testing.assert_frame_equal(later.runs, fresh.runs)


def test_scenarios_by_name(small, store):
    found = simnet.sweep(
        strategies={n: simnet.load(small, [f"outlets.defaults.technicians={n}"]) for n in "12"},
        replications=3, store=store, jobs=1,
    )  # fmt: skip
    assert list(dict.fromkeys(found.runs["strategy"])) == ["1", "2"]
    assert found.comparison().baseline == "1"


def test_a_strategy_that_fails_does_not_stop_the_others(small, store):
    north = {"n": {"path": "markets.places.Hamburg.lat", "levels": [53, 10, 54]}}
    near = ("outlets.defaults.radius=300", "outlets.places.Hamburg.radius=300",
            "outlets.places.Berlin.radius=300")  # fmt: skip
    found = simnet.sweep(base=small, factors=north, replications=2, store=store, jobs=1,
                         changes=near)  # fmt: skip
    assert list(found.failed) == ["n 10"]
    assert "radius" in found.failed["n 10"]
    assert set(found.runs["strategy"]) == {"n 53", "n 54"}
    assert (found.counts.done, found.counts.failed) == (4, 2)


def test_until_intervals_are_narrow(question, store):
    wanted = {"until": {"cost_per_case": "20 %"}, "least": 3, "most": 60}
    found = simnet.sweep(question, replications=wanted, store=store, jobs=1)
    table = found.comparison().tables["cost_per_case"]
    assert (table["half_width"] <= 0.2 * table["mean"]).all()
    assert 3 <= found.comparison().replications < 60
    assert not any("budget" in note for note in found.notes)


def test_a_budget_that_does_not_do_is_said(question, store):
    wanted = {"until": {"cost_per_case": 0.001}, "least": 3, "most": 4}
    found = simnet.sweep(question, replications=wanted, store=store, jobs=1)
    assert found.comparison().replications == 4
    assert "after 4 replications, the budget, the interval of cost_per_case" in found.notes[-1]


def test_selection_takes_the_best(question, store):
    found = simnet.sweep(
        question, store=store, jobs=1,
        selection={"first": 5, "indifference": 40, "budget": 400},
    )  # fmt: skip
    assert found.answer.guaranteed
    means = found.runs.groupby("strategy")["cost_per_case"].mean()
    assert found.answer.best == means.idxmin()
    assert "with probability 95 % at least" in found.answer.statement


def test_a_budget_below_the_first_replications_is_refused(question, store):
    with pytest.raises(simnet.ScenarioError, match="96 simulations at least are needed"):
        simnet.sweep(question, store=store, jobs=1, selection={"budget": 3})
    assert len(rows(store)) <= 2  # the responses are looked for in the first run


def test_a_selection_tells_all_that_it_simulated(impatient, store):
    found = simnet.sweep(
        base=impatient, factors=AGENTS, store=store, jobs=1, responses=["cost_per_case"],
        selection={"method": "ocba", "first": 3, "budget": 11},
    )  # fmt: skip
    assert found.runs.groupby("strategy").size().to_dict() == found.answer.simulations
    assert len(found.runs) == 11


@pytest.mark.parametrize("name", ["", "strategy", "technicians", "cost_per_case"])
def test_a_figure_of_ones_own_is_called_like_no_column(question, store, name):
    with pytest.raises(simnet.experiment.QuestionError, match="is a column already"):
        simnet.sweep(question, store=store, jobs=1, figures={name: len})


def test_ocba_spends_its_budget(question, store):
    found = simnet.sweep(
        question, store=store, jobs=1, selection={"method": "ocba", "first": 3, "budget": 40}
    )
    assert sum(found.answer.simulations.values()) == 40 == len(rows(store))


IMPATIENT = """
horizon: 12 weeks
products: {tv: {failure: {law: exponential, mean: 1 year}, in_field: {units: 3000},
                modes: {a: {share: 1, repair: 2 h}}}}
hotline: {hours: 24/7, patience: {law: exponential, mean: 2 min}, redial: {chance: 0},
          call_types: {technical: {talk: 30 min}},
          teams: {all: {shifts: [{agents: 1, hours: 24/7}]}}}
markets: {places: {Near: {lat: 53, lon: 10, spread: 20}}}
outlets: {defaults: {hours: 24/7, technicians: 1, speed: 60}, places: {N: {lat: 53, lon: 10}}}
"""
AGENTS = {"agents": {"path": "hotline.teams.all.shifts.0.agents", "levels": [1, 3]}}


@pytest.fixture
def impatient(tmp_path):
    """With one agent 14 % of the callers give up, so that those left have help sooner."""
    file = tmp_path / "impatient.yaml"
    file.write_text(IMPATIENT, encoding="utf-8")
    return file


@pytest.mark.parametrize("method", ["kim_nelson", "ocba"])
def test_selection_takes_nobody_whose_time_is_short_as_many_are_never_helped(
    impatient, store, method
):
    asked = {"base": impatient, "factors": AGENTS, "store": store, "jobs": 1,
             "selection": {"method": method, "first": 5, "budget": 30},
             "responses": ["response_p90"]}  # fmt: skip
    found = simnet.sweep(**asked)
    means = found.runs.groupby("strategy")["response_p90"].mean()
    assert (means.idxmin(), found.answer.best) == ("agents 1", "agents 3")
    assert found.answer.statement.startswith("agents 3 has the lowest response_p90")
    assert found.answer.statement.endswith(
        "In agents 1, more cases are never helped than is tolerated: judged as if they had waited "
        "for the whole run."
    )
    cheap = simnet.sweep(**asked | {"responses": ["cost_per_case"]})
    assert cheap.answer.best == "agents 1"
    assert cheap.answer.statement.startswith("Although 13.")
    assert "% of the cases are never helped in agents 1: agents 1 has" in cheap.answer.statement
    tolerant = simnet.sweep(**asked, unhelped=0.2)
    assert tolerant.answer.best == "agents 1"
    assert "never helped" not in tolerant.answer.statement


def test_selection_keeps_its_limit_at_worst(impatient, store):
    found = simnet.sweep(
        base=impatient, factors=AGENTS, store=store, jobs=1,
        selection={"method": "kim_nelson", "first": 5, "budget": 30},
        responses={"cost_per_case": {}, "response_p90": {"at_most": "60 h"}},
    )  # fmt: skip
    assert found.answer.best == "agents 3"


def test_selection_says_whose_owners_would_refuse(small, store):
    rent = {"payer": "owner", "payee": "landlord", "per": "month", "amount": 1, "category": "rent"}
    found = simnet.sweep(
        base=small, factors=TECHNICIANS, store=store, jobs=1, responses=["cost_per_case"],
        set={"contracts.partner": {"terms": [rent]}},
        selection={"method": "kim_nelson", "first": 5, "budget": 50},
    )  # fmt: skip
    said = "1 of 1 owners of outlets lose money on average: they would refuse."
    assert said in found.answer.statement


def test_search_ranks_at_worst_what_leaves_many_without_help(impatient, store, monkeypatch):
    """Both of its figures are worse for agents 1 only at worst: it is off the front."""
    optuna = pytest.importorskip("optuna")
    told, tell = {}, optuna.Study.tell

    def listen(study, trial, values=None, **more):
        told[trial.params["agents"]] = values
        return tell(study, trial, values, **more)

    monkeypatch.setattr(optuna.Study, "tell", listen)
    found = simnet.sweep(
        base=impatient, factors=AGENTS, store=store, jobs=1, replications=2, search={"trials": 8},
        responses=["response_p90", "response_mean"],
    )  # fmt: skip
    assert found.comparison().front["on"].to_dict() == {"agents 1": False, "agents 3": True}
    mean = found.runs.groupby("strategy").mean(numeric_only=True)
    worst, seen = "response_p90 (at worst)", "response_p90"
    assert told[0][0] == pytest.approx(mean.loc["agents 1", worst])
    assert told[1][0] == pytest.approx(mean.loc["agents 3", seen])


RANGES = {
    "technicians": {"path": "outlets.defaults.technicians", "range": [1, 4], "whole": True},
    "wage": {"path": "hotline.teams.all.wage", "range": [10, 30]},
    "nothing": {"path": "products.fridge.volume", "range": [0, 1]},
}


def test_tornado(small, store):
    found = simnet.sweep(base=small, factors=RANGES, replications=2, store=store, jobs=1,
                         sensitivity={"method": "tornado"})  # fmt: skip
    table = found.answer["cost_per_case"].set_index("factor")
    assert (table.loc["nothing", "difference"] == 0).all()
    wage = table.loc["wage"].sort_values("level")["difference"].to_numpy()
    assert (np.diff(wage) > 0).all()
    assert wage[0] == pytest.approx(-wage[-1])  # money is linear in its prices


@pytest.mark.parametrize(("method", "column"), [("sobol", "total"), ("morris", "mu_star")])
def test_what_does_not_matter_has_no_index(small, store, method, column):
    pytest.importorskip("SALib")
    found = simnet.sweep(base=small, factors=RANGES, replications=2, store=store, jobs=1,
                         sensitivity={"method": method, "points": 8})  # fmt: skip
    table = found.answer["cost_per_case"].set_index("factor")[column]
    assert table["nothing"] == pytest.approx(0, abs=0.02)  # noise is taken out of all
    assert table["wage"] > 0
    assert table["technicians"] > 0


def test_search_finds_the_same_again(small, store):
    pytest.importorskip("optuna")
    asked = {"base": small, "factors": RANGES, "replications": 2, "search": {"trials": 20},
             "store": store, "jobs": 1}  # fmt: skip
    first = simnet.sweep(**asked)
    again = simnet.sweep(**asked)
    assert again.counts.simulated == 0
    pd.testing.assert_frame_equal(first.runs, again.runs)
    assert first.comparison().front["on"].any()


def test_the_store_lists_what_it_has(question, store):
    simnet.sweep(question, replications=1, store=store, jobs=1)
    with Kept(store) as kept:
        table = kept.table()
    assert list(dict.fromkeys(table["experiment"])) == ["Who and how many"]
    assert set(table["who"]) == {"own", "partner"}
    assert table["current"].all()


def test_steady_state_leaves_the_start_out(tmp_path, store):
    file = write(tmp_path).parent / "small.yaml"
    asked = {"base": file, "factors": TECHNICIANS, "replications": 1, "store": store, "jobs": 1}
    found = simnet.sweep(**asked, kind="steady_state", changes=("horizon=2 years",))
    assert found.settled.hours % 168 == 0
    assert "MSER-5" in found.notes[0]
    assert all(s.scenario.warm_up == found.settled.hours for s in found.strategies)
    with pytest.raises(simnet.experiment.QuestionError, match="too short for a warm-up"):
        simnet.sweep(**asked, kind="steady_state")


def test_no_process_at_all(question, store):
    with pytest.raises(simnet.experiment.QuestionError, match="0 processes"):
        simnet.sweep(question, store=store, jobs=0)


def test_the_warm_up_leaves_those_out_that_cannot_be_simulated(tmp_path, store):
    file = write(tmp_path).parent / "small.yaml"
    north = {"n": {"path": "markets.places.Hamburg.lat", "levels": [53.5, 10]}}
    near = ("outlets.places.Hamburg.radius=300", "outlets.places.Berlin.radius=300")
    found = simnet.sweep(base=file, factors=north, replications=2, store=store, jobs=1,
                         kind="steady_state", changes=("horizon=2 years", *near))  # fmt: skip
    assert list(found.failed) == ["n 10"]
    assert found.settled.strategy == "n 53.5"
