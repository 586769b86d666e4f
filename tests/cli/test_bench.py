"""`simnet bench`: what is wrong is said before anything runs; the rest is put together."""

import json
from pathlib import Path

import pytest

from simnet import bench
from simnet.bench import contest, fresh, growth, shipped, whole
from simnet.bench.measure import Timed
from simnet.engine import TIMED

CONFIGS = Path(__file__).parent.parent.parent / "configs"


@pytest.fixture
def tiny(monkeypatch):
    """Next to nothing is measured, but all of it."""
    row = Timed("hotline", contest.PLAIN, 1000, (1.0, 2.0, 3.0))
    stage = Timed(f"{shipped.LARGE}: {shipped.LOOP}", "simpy", 1000, (1.0,))
    point = growth.Point(growth.CASES, 50, 0.1, Timed("loop", "simpy", 1000, (1.0,)))
    monkeypatch.setattr(shipped, "measure", lambda *a: iter([stage]))
    monkeypatch.setattr(contest, "measure", lambda *a: iter([row]))
    monkeypatch.setattr(growth, "measure", lambda *a: iter([point]))
    monkeypatch.setattr(fresh, "memory", lambda *a: iter([]))
    monkeypatch.setattr(fresh, "starts", lambda *a: iter([]))


def test_tables_and_picture(cli, tiny, tmp_path):
    code, out, _ = cli("bench", "--quick", "--configs", CONFIGS, "--out", tmp_path / "b")
    assert code == 0
    assert "Targets" in out
    assert "not measured" in out
    assert (tmp_path / "b" / "growth.png").stat().st_size > 10_000
    assert (tmp_path / "b" / "growth.svg").is_file()


def test_json_and_markdown(cli, tiny, tmp_path):
    code, out, _ = cli("bench", "--json", "--configs", CONFIGS, "--out", tmp_path)
    found = json.loads(out)
    assert code == 0
    assert found["jobs"][0]["seconds"] == [1.0, 2.0, 3.0]
    assert found["jobs"][0]["median_seconds"] == 2.0
    assert found["targets"][0]["measured"] is None
    assert found["machine"]["python"]
    assert found["versions"]["simpy"]
    code, out, _ = cli("bench", "--markdown", "--configs", CONFIGS, "--out", tmp_path)
    assert code == 0
    assert "| hotline, 1,000 customers | SimPy, plain script |" in out


def test_other_packages_are_imported_before_anything_is_compiled(cli, tiny, monkeypatch, tmp_path):
    order = []
    monkeypatch.setattr(contest, "missing", lambda: [])
    monkeypatch.setattr(contest, "load", lambda peers: order.append(("load", peers)))
    monkeypatch.setattr(whole, "warm_up", order.append)
    code, _, _ = cli("bench", "--peers", "--configs", CONFIGS, "--out", tmp_path)
    assert code == 0
    assert order == [("load", True), *TIMED]


def test_missing_packages_are_named_with_the_remedy(cli, monkeypatch):
    monkeypatch.setattr(contest, "missing", lambda: ["ciw", "cimba"])
    code, out, err = cli("bench", "--peers", "--configs", CONFIGS)
    assert code == 2
    assert err == (
        'ciw, cimba not installed: pip install "simnet[peers]", or leave out --peers\n'
    )  # fmt: skip
    assert out == ""


def test_missing_scenarios_are_named(cli, tmp_path):
    code, _, err = cli("bench", "--configs", tmp_path)
    assert code == 2
    assert "quickstart.yaml" in err
    assert "--configs" in err
    code, _, _ = cli("bench", "--repetitions", 0)
    assert code == 2


def test_a_folder_that_cannot_be_made(cli, tiny, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = cli("bench", "--configs", CONFIGS, "--out", tmp_path / "file" / "b")
    assert code == 1
    assert "cannot be made" in err


def test_interrupted(cli, tiny, monkeypatch, tmp_path):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(growth, "measure", stop)
    code, _, err = cli("bench", "--configs", CONFIGS, "--out", tmp_path)
    assert code == 130
    assert "interrupted" in err
    assert bench.refuse(CONFIGS, peers=False) is None
