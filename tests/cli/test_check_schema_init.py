"""`simnet check`, `simnet schema`, `simnet init`."""

import json

import pytest

import simnet
from simnet.experiment import json_schema as experiment_schema
from simnet.scenario import json_schema
from tests.conftest import ROOT


def test_check_says_what_will_be_simulated_and_runs_nothing(cli, small):
    code, printed, errors = cli("check", small)
    assert (code, errors) == (0, "")
    for words in (
        "2 markets, 2 outlets, 400 units",
        "fridge: motor",
        "Hotline",
        "capacity",
        "motor",
    ):
        assert words in printed


def test_check_warns_of_overload(cli, small):
    code, printed, _ = cli("check", small, "--set", "products.fridge.in_field.units=40000")
    assert code == 0
    warnings = " ".join(printed.split())
    assert "outlet Berlin is asked for" in warnings
    assert "part motor: outlets will have it" in warnings


def test_expected_load_is_the_simulated_load(small):
    """Expected loads against those of a run: 4,000 units fail about 4,000 times in a year, so that
    the load of a third of them is off by 3 % (one standard deviation); the seed is fixed."""
    from simnet.estimate import Network, outlets_table
    from simnet.plan import make_plan

    changes = ["horizon=1 year", "products.fridge.in_field.units=4000",
               "outlets.places.Berlin.hours=24/7", "outlets.places.Hamburg.hours=24/7"]  # fmt: skip
    scenario = simnet.load(small, changes)
    seen = outlets_table(Network(make_plan(scenario)))["load"]
    run = simnet.simulate(scenario)
    # refusals move a few cases from Hamburg (a partner) to Berlin, and units that are down
    # fail a little less often
    for name in seen.index:
        assert abs(seen[name] / run.kpis.outlet.loc[name, "utilisation"] - 1) < 0.15


def test_check_as_json(cli, small):
    code, printed, _ = cli("check", small, "--json")
    assert code == 0
    document = json.loads(printed)
    assert document["markets"] == 2
    assert set(document["outlets"]) == {"Berlin", "Hamburg"}
    assert len(document["hotline"]["load"]) == 168


def test_check_of_parts_of_a_network(cli, tmp_path):
    hotline = tmp_path / "hotline.yaml"
    hotline.write_text(
        "horizon: 30 days\n"
        "enquiries: {question: {call_type: technical, per_week: 500}}\n"
        "hotline: {teams: {all: {shifts: [{agents: 2, hours: 24/7}]}}}\n",
        encoding="utf-8",
    )
    assert cli("check", hotline)[0] == 0
    assert cli("run", hotline, "--out", tmp_path / "h")[0] == 0
    stock = tmp_path / "stock.yaml"
    stock.write_text(
        "horizon: 300 days\n"
        "enquiries: {demand: {per_week: 20, work: {part: screw, repair: 0}}}\n"
        "outlets: {places: {shelf: {technicians: unlimited, hours: 24/7}}}\n"
        "parts: {screw: {cost: 1, outlet_stock: {base_stock: 3}}}\n",
        encoding="utf-8",
    )
    assert cli("check", stock)[0] == 0
    assert cli("run", stock, "--out", tmp_path / "s")[0] == 0


def test_schema_is_that_of_the_shipped_file(cli):
    code, printed, _ = cli("schema")
    assert code == 0
    assert json.loads(printed) == json_schema()
    shipped = (ROOT / "configs" / "scenario.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped) == json_schema(), "make schema, and commit the file"


def test_the_schema_of_experiments_fits_those_that_are_shipped(cli):
    code, printed, _ = cli("schema", "--experiment")
    assert code == 0
    shipped = (ROOT / "experiments" / "experiment.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped) == json.loads(printed), "make schema, and commit the file"


@pytest.mark.parametrize("schema", [json_schema(), experiment_schema()])
def test_every_field_of_the_schema_is_described(schema):
    for name, model in [("Scenario", schema), *schema["$defs"].items()]:
        for field, spec in model.get("properties", {}).items():
            if field not in ("law", "curve"):
                assert spec.get("description"), f"{name}.{field} has no description"


def test_init_makes_a_scenario_that_runs(cli, tmp_path):
    folder = tmp_path / "starter"
    code, printed, _ = cli("init", folder)
    assert code == 0
    assert "simnet check" in printed
    first = (folder / "scenario.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    assert (folder / "scenario.schema.json").is_file()
    code, printed, _ = cli("check", folder / "scenario.yaml")
    assert code == 0
    assert "No overload is expected" in printed
    code, printed, _ = cli("sweep", folder / "experiment.yaml", "-r", 2, "-j", 1,
                           "--store", tmp_path / "store", "--out", tmp_path / "swept")  # fmt: skip
    assert code == 0
    assert "9 strategies, 2 replications" in printed
    code, _, errors = cli("init", folder)
    assert code == 1
    assert "not empty" in errors
