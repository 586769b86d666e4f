"""Whatever names hold, they steer no terminal."""

import json
import re

import pytest
from rich.console import Console

from simnet.cli.progress import SweepBar
from simnet.experiment import Counts, Finished
from simnet.plain import as_json, visible

EVIL = "\x1b]0;owned\x07\x1b[31m[red]B\u202ee\x9br\x85\u2028l\x7fin\r[/red]"
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029]")


def harmless(*texts):
    for text in texts:
        assert not STEERS.search(text), STEERS.search(text)


@pytest.fixture
def evil(small):
    """The small network with a name that would turn the terminal's colours and title."""
    text = small.read_text(encoding="utf-8").replace("Berlin", json.dumps(EVIL))
    text = text.replace("name: Small", f"name: {json.dumps(EVIL)}")
    small.write_text(text.replace("motor", json.dumps(EVIL)), encoding="utf-8")
    return small


def test_every_command(cli, evil, tmp_path, monkeypatch):
    experiment = tmp_path / "x.yaml"
    experiment.write_text(
        f"base: small.yaml\nname: {json.dumps(EVIL)}\nreplications: 2\n"
        f"factors: {{crew: {{path: outlets.defaults.technicians, levels: [1, 2], label: "
        f"{json.dumps(EVIL)}}}}}\nresponses: [cost_per_case]\n",
        encoding="utf-8",
    )
    out, sweep, store = tmp_path / "run", tmp_path / "sweep", tmp_path / "store"
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: None)  # takes longest
    for call in (
        ("check", evil), ("check", evil, "--json"), ("estimate", evil), ("run", evil, "--out", out),
        ("audit", out), ("trace", out, 0), ("trace", out, 0, "--json"),
        ("trace", out, "--slowest", 3),
        ("sweep", experiment, "--out", sweep, "--store", store, "--jobs", 1),
        ("results", "--store", store),
    ):  # fmt: skip
        code, printed, said = cli(*call)
        assert code == 0, (call, said)
        harmless(printed, said)
        if "--json" in call:
            json.loads(printed)


@pytest.mark.parametrize(
    "call",
    [
        ("run", f"/nowhere/{EVIL}.yaml"),
        ("trace", f"/nowhere/{EVIL}", 0),
        ("compare", f"/nowhere/{EVIL}"),
        ("results", "--store", f"/nowhere/{EVIL}"),
        ("check", "SMALL", "--set", f"outlets.places.{EVIL.replace('.', '')}.radius=x"),
    ],
)
def test_every_message(cli, small, call):
    code, printed, said = cli(*(small if part == "SMALL" else part for part in call))
    assert code == 2
    assert said
    harmless(printed, said)


def test_progress_shows_names_as_they_are(monkeypatch):
    monkeypatch.setattr("simnet.cli.progress.QUIET_SECONDS", -1.0)
    screen = Console(record=True, width=200, force_terminal=True)
    monkeypatch.setattr("simnet.cli.progress.Console", lambda **_: screen)
    with SweepBar(EVIL, "cost_per_case") as bar:
        bar.terminal = True
        bar.update(Counts(), (Finished("", EVIL, 0, 0, 1, 1.0, {"cost_per_case": 1.0}),))
        assert "[red]" in bar._best()
        harmless(bar._best(), bar.progress.tasks[0].description)


def test_what_is_escaped():
    assert visible("Xi\u00a0an 西安 \u3000नमस्ते क\u200dष é🙂") == (
        "Xi\u00a0an 西安 \u3000नमस्ते क\u200dष é🙂"
    )
    assert visible("a\nb\tc\x1bd\u202e") == r"a\nb\tc\x1bd\u202e"
    document = {"a\x9b": ["\u202e西安", 1.5], "b": "\n"}
    assert json.loads(as_json(document, indent=1)) == document
    harmless(as_json(document))
