"""`simnet sweep`, `compare` and `results`."""

import json

import pandas as pd
import pytest
from experiment.files import QUESTION, write


@pytest.fixture
def swept(cli, tmp_path):
    """The folder of a sweep, and its store."""
    file = write(tmp_path, 3)
    out, store = tmp_path / "out", tmp_path / "store"
    code, said, errors = cli("sweep", file, "--store", store, "--out", out, "-j", 1)
    assert code == 0, errors
    return out, store, said


def test_it_says_who_is_best_and_writes_table_and_pictures(swept):
    out, _, said = swept
    assert "4 strategies, 3 replications, seed 3; 12 simulations" in said
    assert "Lowest cost_per_case:" in said
    assert "a terminating question" in said
    runs = pd.read_csv(out / "runs.csv")
    assert len(runs) == 12
    pd.testing.assert_frame_equal(runs, pd.read_parquet(out / "runs.parquet"), check_dtype=False)
    document = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert document["verdict"]
    assert document["baseline"] == "technicians 1 / own"
    for name in ("tradeoff", "forest", "hours_and_money", "heatmap-cost_per_case"):
        assert (out / "plots" / f"{name}.png").stat().st_size > 1000
        assert (out / "plots" / f"{name}.svg").exists()


def test_one_replication_says_why_nothing_is_compared(cli, tmp_path):
    file = write(tmp_path, 1)
    code, said, _ = cli("sweep", file, "--store", tmp_path / "s", "--out", tmp_path / "o", "-j", 1)
    assert code == 0
    assert "One replication tells nothing about chance" in said
    assert "-r 2" in said


def test_json_for_machines(cli, swept, tmp_path):
    out, store, _ = swept
    code, said, _ = cli("sweep", tmp_path / "question.yaml", "--store", store, "--out", out,
                        "-j", 1, "--json")  # fmt: skip
    assert code == 0
    document = json.loads(said)
    assert document["runs"] == {
        "wanted": 12, "found": 12, "done": 0, "failed": 0, "simulated": 0, "saved": 0
    }  # fmt: skip
    assert set(document["comparison"]) == {"cost_per_case", "response_p90"}


def test_compare_takes_another_baseline_and_other_figures(cli, swept):
    out, _, _ = swept
    to = out.parent / "compared"
    code, said, errors = cli("compare", out, "--baseline", "technicians 2 / partner",
                             "--response", "resolution_mean", "--out", to)  # fmt: skip
    assert code == 0, errors
    assert "resolution_mean, h" in said
    assert (to / "forest.png").exists()
    document = json.loads((to / "comparison.json").read_text(encoding="utf-8"))
    assert document["baseline"] == "technicians 2 / partner"
    assert cli("compare", out, "--out", out)[0] == 1  # what is no comparison is left alone
    code, _, errors = cli("compare", out, "--baseline", "nobody")
    assert code == 2
    assert "there is no strategy 'nobody'" in errors
    code, _, errors = cli("compare", out, "--response", "happiness")
    assert code == 2
    assert "no key figure 'happiness'" in errors


def test_compare_takes_folders_of_runs(cli, small, tmp_path):
    for name, count in (("one", 1), ("two", 2)):
        assert cli("run", small, "-r", 3, "--out", tmp_path / name,
                   "--set", f"outlets.defaults.technicians={count}")[0] == 0  # fmt: skip
    code, said, errors = cli("compare", tmp_path / "one", tmp_path / "two", "--out",
                             tmp_path / "pictures")  # fmt: skip
    assert code == 0, errors
    assert "3 replications with the same random numbers" in said
    assert (tmp_path / "pictures" / "tradeoff.png").exists()
    assert cli("run", small, "-r", 3, "--seed", 8, "--out", tmp_path / "other")[0] == 0
    code, _, errors = cli("compare", tmp_path / "one", tmp_path / "other")
    assert code == 2
    assert "the seeds differ" in errors


def test_compare_of_no_results(cli, tmp_path):
    code, _, errors = cli("compare", tmp_path)
    assert code == 2
    assert "holds no results" in errors


def test_results_lists_filters_and_exports(cli, swept, tmp_path):
    _, store, _ = swept
    code, said, _ = cli("results", "--store", store)
    assert code == 0
    assert "12 runs" in said
    code, said, _ = cli("results", "--store", store, "--where", "who=own", "--strategy", "1",
                        "--export", tmp_path / "own.csv")  # fmt: skip
    assert code == 0
    exported = pd.read_csv(tmp_path / "own.csv")
    assert set(exported["strategy"]) == {"technicians 1 / own"}
    assert len(exported) == 3
    assert cli("results", "--store", store, "--export", tmp_path / "all.parquet")[0] == 0
    assert len(pd.read_parquet(tmp_path / "all.parquet")) == 12
    code, _, errors = cli("results", "--store", store, "--where", "colour=red")
    assert code == 2
    assert "write COLUMN=VALUE" in errors
    code, _, errors = cli("results", "--store", tmp_path / "nowhere")
    assert code == 2
    assert "holds no runs" in errors


def test_a_failing_strategy_ends_with_1_and_the_others_are_there(cli, tmp_path):
    file = write(tmp_path)
    text = QUESTION.replace(
        "technicians: {path: outlets.defaults.technicians, levels: [1, 2]}",
        "north: {path: markets.places.Hamburg.lat, levels: [53, 10, 54]}",
    ).replace(
        "factors:",
        "set: {outlets.places.Hamburg.radius: 300, outlets.places.Berlin.radius: 300}\nfactors:",
    )
    file.write_text(text, encoding="utf-8")
    code, said, errors = cli("sweep", file, "--store", tmp_path / "s", "--out", tmp_path / "o",
                             "-j", 1)  # fmt: skip
    assert code == 1
    assert "strategy 'north 10 / own' failed:" in errors
    assert "Lowest cost_per_case" in said
    assert "2 of 6 strategies failed (see below), and are in none of these answers" in said


STARVED = """
horizon: 6 months
enquiries: {visits: {per_week: 40, promise: 24 h, work: {repair: {law: exponential, mean: 1 h}}}}
markets: {places: {North: {lat: 53, lon: 10}, South: {lat: 48, lon: 11, spread: 200}}}
outlets:
  defaults: {hours: 24/7, technicians: 2, speed: 60}
  places: {N: {lat: 53, lon: 10}, S: {lat: 48, lon: 11}}
"""


def asked(cli, folder, scenario, question):
    (folder / "s.yaml").write_text(scenario, encoding="utf-8")
    (folder / "q.yaml").write_text(f"base: s.yaml\n{question}", encoding="utf-8")
    return cli("sweep", folder / "q.yaml", "--store", folder / "s", "--out", folder / "o", "-j", 1)


def test_who_is_never_helped_comes_first_and_the_best_does_not_starve_anybody(cli, tmp_path):
    code, said, errors = asked(cli, tmp_path, STARVED, """
factors: {south: {path: outlets.places.S.technicians, levels: [0, 2, 3]}}
responses: [response_p90, response_mean, cost_per_case]
replications: 5
""")  # fmt: skip
    assert (code, errors) == (0, "")
    lines = said.splitlines()
    assert sum(line.startswith("south 0  more than") for line in lines) == 2
    first = next(line for line in lines if "Never helped" in line)
    assert first.startswith("Never helped (still open, given up or referred away) are 50.3 %")
    assert lines.index(first) < min(i for i, line in enumerate(lines) if "Lowest" in line)
    best = [line.split(": ")[1][:7] for line in lines if line.startswith("Lowest ")]
    assert best == ["south 3", "south 3", "south 2"]
    assert "Warning: south 0: outlet S has no technicians, but work to do" in said


def test_a_response_without_a_value_is_named_and_the_rest_answered(cli, tmp_path):
    code, said, errors = asked(cli, tmp_path, STARVED.replace("6 months", "4 weeks"), """
factors: {staff: {path: outlets.places.S.technicians, levels: [2, 3]}}
responses: [cost_per_case, cost_per_unit_sold]
replications: 2
""")  # fmt: skip
    assert (code, errors) == (0, "")
    assert "cost_per_unit_sold has no value in any of these strategies" in said
    assert "Lowest cost_per_case: staff 2" in said
    assert "nan" not in said


def test_technicians_who_cost_nobody_anything_are_said(cli, tmp_path):
    question = """
factors: {staff: {path: outlets.places.S.technicians, levels: [2, 3]}}
set: {outlets.defaults.contract: CONTRACT}
responses: [cost_per_case]
replications: 2
"""
    for contract, there in (("partner", True), ("company", False)):
        text = question.replace("CONTRACT", contract)
        _, said, _ = asked(cli, tmp_path, STARVED.replace("6 months", "4 weeks"), text)
        assert ("technicians more or less at its outlets cost nobody anything" in said) == there


def test_a_folder_of_something_else_is_left_alone(cli, tmp_path):
    file = write(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    code, _, errors = cli("sweep", file, "--store", tmp_path / "s", "--out", tmp_path / "out")
    assert code == 1
    assert "no simnet sweep" in errors
    assert (tmp_path / "out" / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("selection: {first: 4, indifference: 50, budget: 60}", "with probability 95 % at least"),
        ("selection: {method: ocba, first: 3, budget: 20}", "OCBA, 20 simulations"),
        ("sensitivity: {}", "difference"),
    ],
)
def test_answers_of_other_questions(cli, tmp_path, block, said):
    file = write(tmp_path)
    file.write_text(QUESTION + block + "\n", encoding="utf-8")
    code, out, errors = cli("sweep", file, "--store", tmp_path / "s", "--out", tmp_path / "o",
                            "-j", 1)  # fmt: skip
    assert code == 0, errors
    assert said in out
    answer = json.loads((tmp_path / "o" / "sweep.json").read_text(encoding="utf-8"))["answer"]
    assert "statement" in answer or answer["cost_per_case"][0]["factor"]
