"""Faults, each with real processes: what was finished stays, and a sweep that goes on equals an
undisturbed one to the bit."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess

import numpy as np
import psutil
import pytest
from experiment.files import rows, wait_for, write

from simnet import process

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


def test_sweeps_at_once_share_a_store_and_the_work(command, folder, undisturbed):
    started = [sweep(command, folder, "--out", n, "--json", jobs=1) for n in range(3)]
    ended = [one.ends() for one in started]
    assert [code for code, _, _ in ended] == [0, 0, 0], ended
    # each run is simulated by one of them, but for what prices alone save
    assert sum(json.loads(out)["runs"]["done"] for _, out, _ in ended) == len(undisturbed)
    assert rows(folder / "store") == undisturbed
    tables = [(folder / str(n) / "runs.csv").read_bytes() for n in range(3)]
    assert tables[0] == tables[1] == tables[2]


def test_an_unreadable_record_is_done_again(tmp_path):
    from simnet.experiment import sweep

    question, store = write(tmp_path), tmp_path / "store"
    sweep(question, store=store, jobs=1)
    right = rows(store)
    with sqlite3.connect(store / "runs.sqlite") as connection:
        changed = "update runs set figures = '{\"cost_per_case\": 1}' where key = ?"
        connection.execute(changed, [min(right)])
    found = sweep(question, store=store, jobs=1)
    assert (found.counts.simulated, found.counts.found) == (1, len(right) - 1)
    assert any("damaged" in note for note in found.notes)
    assert rows(store) == right


def test_records_on_the_shelf_are_looked_at_too(tmp_path):
    from simnet import load, simulate
    from simnet.experiment.shelf import DamagedRecord, Shelf

    write(tmp_path)
    records = simulate(load(tmp_path / "small.yaml")).records
    shelf = Shelf(tmp_path / "records")
    rng = random.Random(3)  # the same places every time: no error rate
    for _ in range(40):
        shelf.put("key", 3, 0, records)
        assert shelf.get("key", 3, 0).cases["called"].tobytes() == records.cases["called"].tobytes()
        (file,) = shelf.folder.iterdir()
        content = bytearray(file.read_bytes())
        bit = rng.randrange(8 * len(content))
        content[bit // 8] ^= 1 << bit % 8
        file.write_bytes(content)
        try:
            again = shelf.get("key", 3, 0)
        except DamagedRecord:
            assert not shelf.has("key", 3, 0)
        else:  # in what zip files say of themselves and nobody reads, such as dates
            assert all(np.array_equal(again.cases[c], records.cases[c], equal_nan=True)
                       for c in records.cases)  # fmt: skip
    shelf.put("key", 3, 0, records)
    (file,) = shelf.folder.iterdir()
    file.rename(file.with_name("other-3-0.npz"))
    with pytest.raises(DamagedRecord):
        shelf.get("other", 3, 0)
    assert shelf.get("other", 3, 0) is None
    left = shelf.folder / f".key-3-0.npz.part-{2**22 + 7}-0-{process.me().split('-', 2)[2]}"
    left.write_bytes(b"1.3 GB")
    shelf.clear()
    assert not left.exists()


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
