"""`simnet trace`: stories, lists and logs on the command line."""

import json
import stat
from dataclasses import replace

import pytest

from simnet import store
from simnet.experiment import summarise


@pytest.fixture(scope="module")
def folder(sim, tmp_path_factory):
    """A folder with two replications: a part that must come, a customer who does not."""
    run = sim.tell(
        sim.unit(10, part="pump", tiers={"gold": {"promise": 4}}),
        sim.unit(20, warranty=1, comes_after_warranty=0),
        sim.unit(332),
        parts={"pump": {"cost": 40, "outlet_stock": {}, "depot_stock": {"base_stock": 3}}},
        logistics=sim.lane(5),
        outlets=sim.outlets(far={"degrees": 2, "contract": "partner"}),
        hotline=sim.hotline(),
    )
    runs = [run, replace(run, replication=1)]
    out = tmp_path_factory.mktemp("run") / "out"
    store.write(out, runs, summarise(runs), "network.yaml", [], {})
    return out


def test_a_story(cli, folder):
    code, printed, errors = cli("trace", folder, 0)
    assert (code, errors) == (0, "")
    lines = [line.rstrip() for line in printed.splitlines()]
    assert lines[0] == "Case 0: unit 0: any · gold customer · town · unit 0"
    assert lines[1].startswith("Repaired; response 9.5 h; resolution 10.5 h. Promised response ")
    assert lines[3].split() == ["when", "hour", "what", "happened", "wait", "cost,", "EUR"]
    assert "Mon 2026-01-05 10:00" in lines[4]
    assert max(map(len, lines)) <= 120
    assert "broken by 5.5 h" in printed
    assert "part 5 h" in printed
    assert "7.00 transport" in printed
    total = next(line for line in lines if line.startswith("= resolution"))
    assert total.split()[2:5] == ["10.5", "h", "10.50"]
    assert "= company in all" in printed
    assert "= far in all" in printed


def test_a_story_without_waits_and_costs(cli, folder):
    code, printed, _ = cli("trace", folder, 1)
    assert code == 0
    assert "The customer does not come to us" in printed
    assert "Where the hours went" not in printed
    assert "Who paid" not in printed


def test_a_story_as_json(cli, folder):
    code, printed, _ = cli("trace", folder, 0, "--json", "--replication", 1)
    assert code == 0
    document = json.loads(printed)
    assert (document["case"], document["outlet"], document["kept"]) == (0, "far", 0)
    assert document["waits"]["part"] == pytest.approx(5)
    assert sum(document["waits"].values()) == pytest.approx(document["resolution"])
    first, *_, last = document["steps"]
    assert (first["event"], first["time"]) == ("failed", "2026-01-05T10:00:00.000")
    assert (first["wait"], first["waited"], first["person"]) == (None, None, None)
    assert last["person"] == "technician 1 of far"
    costs = [cost["amount"] for step in document["steps"] for cost in step["costs"]]
    assert sum(costs) == pytest.approx(sum(document["paid"].values()))
    other = json.loads(cli("trace", folder, 1, "--json")[1])
    assert (other["response"], other["resolution"], other["outlet"]) == (None, None, None)


def test_lists(cli, folder):
    code, printed, _ = cli("trace", folder, "--slowest", 2)
    assert code == 0
    assert printed.startswith("3 cases; the 2 cases that took longest")
    assert "> 4 h" in printed  # open, with its time until the horizon
    assert f"simnet trace {folder} 0" in printed.replace("\n", "")
    code, printed, _ = cli("trace", folder, "--where", 'outlet == "far" and response > 48')
    assert (code, printed.strip()) == (0, "0 of 3 cases match")
    code, printed, _ = cli("trace", folder, "--where", "case < 2")
    assert printed.startswith("2 of 3 cases match; all")
    code, printed, _ = cli("trace", folder, "--where", "case < 2", "--slowest", 1, "--json")
    found = json.loads(printed)
    assert found["matching"] == 2
    assert [case["case"] for case in found["cases"]] == [0]
    nothing = json.loads(cli("trace", folder, "--where", "case == 1", "--json")[1])["cases"][0]
    assert (nothing["outlet"], nothing["spent"], nothing["wait"]) == (None, None, "")


def test_logs(cli, folder, tmp_path, home):
    for name in ("log.xes", "log.csv"):
        code, printed, errors = cli("trace", folder, "--export", tmp_path / name)
        assert (code, errors) == (0, "")
        first, second, third = printed.splitlines()
        assert first == f"wrote {tmp_path / name}: 3 cases, 19 events"
        assert "pseudonyms" in second
        assert str(home) in second
        assert "local" in third
    assert stat.S_ISREG((tmp_path / "log.csv").stat().st_mode)
    code, printed, _ = cli("trace", folder, "--export", tmp_path / "log.CSV", "--json")
    assert json.loads(printed)["events"] == 19


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give one of"),
        ((0, "--slowest", 3), "give one of"),
        ((0, "--export", "log.xes"), "give one of"),
        ((3,), "no case 3; its cases are 0 to 2"),
        (("--", "-1"), "no case -1; its cases are 0 to 2"),
        (("first",), "valid integer"),
        (("--slowest", 0), "greater than or equal to 1"),
        ((0, "--replication", 2), "no replication 2; it has replications 0 to 1"),
        (("--where", "outlt == 1"), "did you mean 'outlet'?"),
        (("--where", "__import__('os')"), "is not allowed"),
        (("--export", "log.txt"), "log.txt: an event log is written as .xes or .csv"),
        (("--export", "nowhere/log.csv"), "give another name"),
    ],
)
def test_what_is_wrong_is_said(cli, folder, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, printed, errors = cli("trace", folder, *arguments)
    assert (code, printed) == (2, "")
    assert words in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_no_run(cli, tmp_path):
    code, _, errors = cli("trace", tmp_path, 0)
    assert code == 2
    assert "holds no run" in errors


def test_a_full_disk(cli, folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simnet.trace.csvlog.portions", full)
    code, _, errors = cli("trace", folder, "--export", tmp_path / "log.csv")
    assert code == 1
    assert "could not be written: No space left on device" in errors
    assert list(tmp_path.iterdir()) == []
