"""Processes that are told to end, or killed: in order, and nobody works on for nobody."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from conftest import SMALL
from experiment.files import Command, wait_for

from simnet import process
from simnet.process import Terminated, ends_in_order, exit_code, lives, me
from simnet.unfinished import left_in, left_of, name_for, whole_file

LONG = SMALL.replace("units: 400", "units: 200000").replace("60 days", "2 years")
"""a run of some seconds"""


def test_who_lives():
    number, start, machine = me().split("-", 2)
    assert lives(me(), 0)
    assert not lives(f"{number}-{int(start, 16) - 60:x}-{machine}", 0)
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    wait_for(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    began = int(psutil.Process(child.pid).create_time())
    assert not lives(f"{child.pid}-{began:x}-{machine}", 0)
    child.wait()
    assert not lives("", 0)


def test_terminated_once_and_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Terminated) as stopped, ends_in_order():  # noqa: PT012
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # while it ends in order
    assert exit_code(stopped.value) == 143
    assert exit_code(KeyboardInterrupt()) == 130
    assert signal.getsignal(signal.SIGTERM) == before


def test_windows_has_no_user_numbers(monkeypatch):
    monkeypatch.delattr(os, "getuid")
    assert process.user() is None


def test_names_of_what_is_not_finished(tmp_path):
    long = tmp_path / ("a" * 255)
    with pytest.raises(OSError, match="full"), whole_file(long) as part:  # noqa: PT012
        part.write_text("half")
        raise OSError("full")
    assert list(tmp_path.iterdir()) == []
    with whole_file(long) as part:
        part.write_text("all")
    assert long.read_text() == "all"
    dead = name_for(long).with_name(name_for(long).name.replace(me(), f"{2**22 + 7}-0-x"))
    dead.write_text("")
    os.utime(dead, (0, 0))
    name_for(long).write_text("")
    assert left_of(long) == left_in(tmp_path) == [dead]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_replications_end_with_who_wanted_them(tmp_path, how, code):
    (tmp_path / "long.yaml").write_text(LONG, encoding="utf-8")
    started = Command(tmp_path, "run", "long.yaml", "-r", 40)

    def workers():
        return [
            one
            for one in psutil.Process(started.process.pid).children(recursive=True)
            if "resource_tracker" not in " ".join(one.cmdline())
        ]

    wait_for(lambda: len(workers()) >= 2)
    left = workers()
    started.process.send_signal(how)
    ended, _, errors = started.ends()
    assert ended == code, errors
    assert "Traceback" not in errors
    wait_for(lambda: not any(one.is_running() for one in left), seconds=20)
    assert not (tmp_path / "results" / "long").exists()
    assert [p.name for p in tmp_path.glob("results/.*")] == []
