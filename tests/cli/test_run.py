"""`simnet run`: the folder it writes, its table, and what happens when something goes wrong."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

TABLES = ("cases", "ledger", "levels")


def test_folder_holds_all_that_was_promised(cli, small, tmp_path):
    out = tmp_path / "out"
    code, printed, errors = cli("run", small, "--out", out)
    assert (code, errors) == (0, "")
    names = {path.name for path in out.iterdir()}
    tables = {f"{t}.parquet" for t in TABLES}
    assert names == {"manifest.json", "kpis.json", "plots", "records", *tables}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 3
    assert manifest["scenario"]["products"]["fridge"]["price"] == 500
    assert set(manifest["seconds"]) == {"load", "simulate", "summarise", "audit"}
    assert manifest["audit"][0]["passed"]
    assert manifest["audit"][0]["identities"]["parts are conserved"] == {"stocks": 3, "broken": 0}
    assert "Audit: 8 of 8 identities hold" in printed
    kpis = json.loads((out / "kpis.json").read_text(encoding="utf-8"))
    assert kpis["total"]["asa"]["unit"] == "s"
    assert kpis["total"]["asa"]["half_width_95"] is None
    assert set(kpis["market"]) == {"Berlin", "Hamburg"}
    cases = pd.read_parquet(out / "cases.parquet")
    assert len(cases) == manifest["cases"][0]
    pictures = sorted(path.name for path in (out / "plots").iterdir())
    assert {name.rpartition(".")[2] for name in pictures} == {"png", "svg"}
    for name in pictures:
        if name.endswith(".png"):
            assert str(out / "plots" / name) in printed.replace("\n", "")
    assert "response_p90" in printed


def test_the_scenario_in_the_manifest_is_the_scenario(cli, small, tmp_path):
    import simnet

    out = tmp_path / "out"
    assert cli("run", small, "--out", out, "--set", "products.fridge.price=700")[0] == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["changes"] == ["products.fridge.price=700"]
    again = simnet.parse(manifest["scenario"])
    assert again == simnet.load(small, ["products.fridge.price=700"])


def test_same_seed_same_files(cli, small, tmp_path):
    for name in ("one", "two"):
        assert cli("run", small, "--out", tmp_path / name)[0] == 0
    for file in ("kpis.json", *(f"{table}.parquet" for table in TABLES)):
        one, two = ((tmp_path / name / file).read_bytes() for name in ("one", "two"))
        assert one == two
    assert cli("run", small, "--out", tmp_path / "three", "--seed", 4)[0] == 0
    one, three = (pd.read_parquet(tmp_path / name / "cases.parquet") for name in ("one", "three"))
    assert not one.equals(three)


def test_replications_give_intervals_and_do_not_depend_on_the_workers(small):
    import simnet
    from simnet.experiment import replicate, summarise

    scenario = simnet.load(small)
    serial, parallel = (list(replicate(scenario, 5, 4, jobs=jobs)) for jobs in (1, 2))
    for a, b in zip(serial, parallel, strict=True):
        pd.testing.assert_frame_equal(a.cases, b.cases, check_exact=True)
    summary = summarise(serial)
    values = [run.kpis["response_mean"] for run in serial]
    found = summary.total["response_mean"]
    # Student's t with 3 degrees of freedom: 3.182 (any table)
    assert found.half_width == pytest.approx(3.182 * pd.Series(values).sem(), rel=1e-3)
    assert found.mean == pytest.approx(sum(values) / 4)


def test_json_is_json_with_intervals(cli, small, tmp_path):
    code, printed, _ = cli("run", small, "--out", tmp_path / "out", "-r", 2, "--json")
    assert code == 0
    document = json.loads(printed)
    assert document["replications"] == 2
    assert document["total"]["response_mean"]["half_width_95"] > 0
    tables = pd.read_parquet(tmp_path / "out" / "cases.parquet")
    assert set(tables["replication"]) == {0, 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "outlets.places.Berlin.technicans=3"], "did you mean 'technicians'"),
        (["--set", "products"], "path.to.value"),
        (["--set", "horizon=-1 days"], "more than 0 is needed"),
        (["--set", "markets.places.Berlin.weight=-1"], "0 or more is needed"),
        (["--set", "markets.places.Rome={lat: 41.9, lon: 12.5}",
          "--set", "outlets.places.Berlin.radius=50", "--set", "outlets.places.Hamburg.radius=50"],
         "no outlet reaches Rome"),
        (["--replications", "0"], "nvalid"),
        (["--seed", "-1"], "nvalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_runs(cli, small, tmp_path, arguments, words):
    out = tmp_path / "out"
    code, printed, errors = cli("run", small, "--out", out, *arguments)
    assert code == 2
    assert words in errors
    assert "Traceback" not in printed + errors
    assert not out.exists()


def test_missing_scenario(cli, tmp_path):
    code, _, errors = cli("run", tmp_path / "nothing.yaml")
    assert code == 2
    assert "nothing.yaml" in errors
    assert "no such file" in errors


def test_a_foreign_folder_is_left_alone(cli, small, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.doc").write_text("mine")
    code, _, errors = cli("run", small, "--out", out)
    assert code == 1
    assert "give another --out" in errors
    assert (out / "thesis.doc").read_text() == "mine"


def test_a_full_disk_keeps_the_older_run_and_leaves_no_crumbs(cli, small, tmp_path, monkeypatch):
    out = tmp_path / "out"
    assert cli("run", small, "--out", out)[0] == 0
    before = (out / "kpis.json").read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    code, _, errors = cli("run", small, "--out", out, "--seed", 9)
    assert code == 1
    assert "No space left on device" in errors
    assert (out / "kpis.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_new_run_replaces_the_older_one(cli, small, tmp_path):
    out = tmp_path / "out"
    assert cli("run", small, "--out", out)[0] == 0
    assert cli("run", small, "--out", out, "--seed", 9)[0] == 0
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seed"] == 9


def test_ctrl_c_writes_nothing(cli, small, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("simnet.engine.run", interrupted)
    code, _, errors = cli("run", small, "--out", tmp_path / "out")
    assert code == 130
    assert "interrupted" in errors
    assert not (tmp_path / "out").exists()


def test_help_needs_no_numerics():
    """`simnet --help` and errors in a command line must not wait for numpy and its like."""
    code = "import simnet.cli, sys; sys.exit(any(m in sys.modules for m in ('numpy', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0
