"""Files and folders that are none, outputs that nobody takes: a sentence, and nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

LONG = "a" * 300


def simnet(arguments, **more):
    """`simnet` as a process of its own."""
    call = [sys.executable, "-c", "from simnet.cli import main; main()", *map(str, arguments)]
    return subprocess.run(
        call, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, check=False,
        stderr=subprocess.PIPE, **more,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["schema"], ["schema", "--experiment"], ["--help"]])
def test_output_that_cannot_be_written(arguments):
    with Path("/dev/full").open("w") as full:
        done = simnet(arguments, stdout=full)
    assert done.returncode == 1
    assert done.stderr == "the output could not be written: No space left on device\n"


def test_output_that_nobody_reads_any_more(small):
    reader, writer = os.pipe()
    os.close(reader)
    done = simnet(["schema"], stdout=writer)
    os.close(writer)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    closed = simnet(["check", small], preexec_fn=lambda: os.close(1))
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.parametrize("what", ["long", "pipe", "folder", "nothing"])
def test_files_that_are_none(cli, tmp_path, what, small):
    file = tmp_path / (LONG if what == "long" else what)
    if what == "pipe":
        os.mkfifo(file)
    if what == "folder":
        file.mkdir()
    for call in (
        ("run", file), ("sweep", file), ("check", file), ("estimate", file), ("audit", file),
        ("trace", file, "--slowest", 3), ("compare", file), ("results", "--store", file),
    ):  # fmt: skip
        code, _, errors = cli(*call)
        assert code == 2, (call[0], errors)
        assert errors.count("\n") <= 2
    if what in ("long", "pipe"):
        code, _, errors = cli("run", small, "--out", file)
        assert code == 1
        assert "give another --out" in errors
        code, _, errors = cli("init", file)
        assert code in (1, 2)
        assert str(tmp_path) in errors


def test_two_networks_of_the_same_name_lose_nothing(cli, tmp_path, monkeypatch, small):
    monkeypatch.chdir(tmp_path)
    text = small.read_text(encoding="utf-8")
    for net in ("mynet", "ev"):
        Path(net).mkdir()
        Path(net, "scenario.yaml").write_text(text, encoding="utf-8")
        code, said, _ = cli("run", f"{net}/scenario.yaml")
        assert code == 0
        assert f"Written to results/{net}-scenario" in said
    code, said, errors = cli("run", "ev/scenario.yaml", "--seed", 9)
    assert "Written to results/ev-scenario-2" in said
    assert "results/ev-scenario stays (other results are there)" in errors
    for folder in ("mynet-scenario", "ev-scenario", "ev-scenario-2"):
        assert cli("audit", f"results/{folder}")[0] == 0


@pytest.mark.parametrize("amount", [1e308, -1e13, 1e12 + 1e6])
def test_amounts_are_bounded(cli, small, tmp_path, amount):
    for path in ("products.fridge.price", "parts.motor.cost", "hotline.cost_per_minute"):
        code, _, errors = cli("check", small, "--set", f"{path}={amount}")
        assert code == 2
        assert f"{path}: " in errors
        assert f" is needed, but it is {amount}" in errors


def test_a_file_of_a_newer_simnet_says_so_alone(cli, small, tmp_path):
    text = small.read_text(encoding="utf-8")
    small.write_text(f"format: 1\n{text}", encoding="utf-8")
    assert cli("check", small)[0] == 0
    small.write_text(f"format: 2\nnew_things: 3\n{text}", encoding="utf-8")
    code, _, errors = cli("check", small)
    assert code == 2
    assert "small.yaml, line 1: format: this file has a format of a newer simnet" in errors
    assert "new_things" not in errors


def test_too_little_memory_is_said(cli, small, tmp_path, monkeypatch):
    def none(*_, **__):
        raise MemoryError("Unable to allocate 9.9 GiB")

    monkeypatch.setattr("simnet.engine.run", none)
    code, _, errors = cli("run", small, "--out", tmp_path / "out")
    assert code == 1
    assert errors.startswith("there is too little memory (Unable to allocate 9.9 GiB)")
    assert not (tmp_path / "out").exists()
