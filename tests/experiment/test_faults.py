"""Faults, each with real processes: what was finished stays, and a sweep that goes on equals an
undisturbed one to the bit."""

import os
import shutil
import signal
import sqlite3
import subprocess

import psutil
import pytest
from experiment.files import rows, wait_for, write

MANY = 40
"""replications of four strategies: some seconds, so that there is time for something to happen"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The rows of a sweep to which nothing happened."""
    from simnet.experiment import sweep

    folder = tmp_path_factory.mktemp("undisturbed")
    sweep(write(folder, MANY), store=folder / "store", jobs=1)
    return rows(folder / "store")


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, MANY)
    return tmp_path


def sweep(command, folder, *more, jobs=2):
    return command(folder, "sweep", "question.yaml", "--store", "store", "-j", jobs, *more)


def workers(started):
    """Processes that simulate for it."""
    found = []
    for child in psutil.Process(started.process.pid).children(recursive=True):
        try:
            if "resource_tracker" not in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def test_a_killed_worker_is_replaced(command, folder, undisturbed):
    started = sweep(command, folder)
    started.has_kept(folder / "store", 8)
    workers(started)[0].kill()
    code, _, errors = started.ends()
    assert code == 0, errors
    assert rows(folder / "store") == undisturbed


def test_a_killed_sweep_goes_on(command, folder, undisturbed):
    started = sweep(command, folder)
    started.has_kept(folder / "store", 8)
    left = workers(started)
    started.process.kill()
    started.ends()
    kept = rows(folder / "store")
    assert 8 <= len(kept) < len(undisturbed)
    assert kept.items() <= undisturbed.items()
    code, out, errors = sweep(command, folder, "--json").ends()
    assert code == 0, errors
    assert rows(folder / "store") == undisturbed
    assert '"found": 0' not in out  # what was there was not simulated again
    wait_for(lambda: not any(one.is_running() for one in left))  # nobody works on for nobody


def test_an_interrupted_sweep_says_how_to_go_on(command, folder, undisturbed):
    started = sweep(command, folder)
    started.has_kept(folder / "store", 8)
    os.killpg(started.process.pid, signal.SIGINT)  # as Ctrl-C on a terminal
    code, _, errors = started.ends()
    assert code == 130
    assert "are kept in store: the same command goes on from there" in errors
    assert "Traceback" not in errors
    assert not (folder / "results").exists() or not (folder / "results" / "question").exists()
    code, _, errors = sweep(command, folder).ends()
    assert code == 0, errors
    assert rows(folder / "store") == undisturbed


def test_two_sweeps_share_a_store(command, folder, undisturbed):
    both = [sweep(command, folder, "--out", name, "--json", jobs=1) for name in ("a", "b")]
    ended = [started.ends() for started in both]
    for code, _, errors in ended:
        assert code == 0, errors
    assert rows(folder / "store") == undisturbed
    assert (folder / "a" / "runs.csv").read_bytes() == (folder / "b" / "runs.csv").read_bytes()


def test_an_unreadable_record_is_done_again(command, folder, undisturbed):
    assert sweep(command, folder).ends()[0] == 0
    with sqlite3.connect(folder / "store" / "runs.sqlite") as connection:
        key = min(undisturbed)
        connection.execute(
            "update runs set figures = '{\"cost_per_case\": 1}' where key = ?", [key]
        )
    code, out, errors = sweep(command, folder, "--json").ends()
    assert code == 0, errors
    assert '"simulated": 1,' in out
    assert "damaged" in out
    assert rows(folder / "store") == undisturbed


def test_a_file_that_is_no_store(command, folder):
    (folder / "store").mkdir()
    (folder / "store" / "runs.sqlite").write_bytes(b"nothing that SQLite would know" * 100)
    code, _, errors = sweep(command, folder).ends()
    assert code == 2
    assert "runs.sqlite" in errors
    assert "give another --store" in errors
    assert "Traceback" not in errors


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 400 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small tmpfs")
    options = ["-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_loses_nothing_that_was_finished(command, folder, small_disk, undisturbed):
    started = command(folder, "sweep", "question.yaml", "--store", small_disk, "-j", 2)
    code, _, errors = started.ends()
    assert code == 1
    assert "the disk is full or fails" in errors
    assert "make room and give the same command again" in errors
    assert "Traceback" not in errors
    kept = rows(small_disk)
    assert 0 < len(kept) < len(undisturbed)
    assert kept.items() <= undisturbed.items()
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    code, _, errors = command(folder, "sweep", "question.yaml", "--store", small_disk).ends()
    assert code == 0, errors
    assert rows(small_disk) == undisturbed
