"""Giving freed memory back: it changes no number, and helps a large run."""

import subprocess
import sys

import numpy as np
import pytest

from simnet import engine, heap
from simnet.draws import draw
from simnet.plan import make_plan
from simnet.run import FIRST
from simnet.scenario import parse


def test_an_array_stays_what_it_is():
    for cases in (10, heap.MANY):
        array = np.arange(3 << 20)
        assert heap.in_small_pages(array, cases) is array
        assert (array == np.arange(3 << 20)).all()


@pytest.fixture
def nothing_kept():
    yield heap._kept.clear()
    heap._kept.clear()


def test_what_lasts_lies_where_it_lay_before_once_nobody_uses_it(nothing_kept):
    first = heap.lasting("moves.time", 1000, np.float64, heap.MANY)
    first[:] = 1.0
    where, part = first.ctypes.data, first[10:20].reshape(2, 5)
    del first
    second = heap.lasting("moves.time", 1000, np.float64, heap.MANY)
    second[:] = 2.0
    assert second.ctypes.data != where  # a piece of the first one is still looked at
    assert (part == 1.0).all()
    del part
    other = heap.lasting("moves.part", 1000, np.float64, heap.MANY)
    third = heap.lasting("moves.time", 900, np.int32, heap.MANY)
    assert third.ctypes.data not in (where, second.ctypes.data, other.ctypes.data)  # far smaller
    del second
    fourth = heap.lasting("moves.time", 1010, np.float64, heap.MANY)
    assert fourth.shape == (1010,)
    assert fourth.dtype == np.float64
    assert fourth.flags.writeable
    before = fourth.ctypes.data
    del fourth
    assert heap.lasting("moves.time", 990, np.float64, heap.MANY).ctypes.data == before


def test_what_has_become_too_short_is_not_kept(nothing_kept):
    short = heap.lasting("moves.time", 1000, np.float64, heap.MANY)
    short[:] = np.arange(1000.0)
    long = heap.longer(short, "moves.time", 1001, heap.MANY)
    assert len(long) == 1125
    assert (long[:1000] == short).all()
    del short
    assert not heap._kept
    del long
    assert len(heap._kept["moves.time"]) >= 8 * 1125


def test_what_lay_there_before_changes_no_number(nothing_kept, monkeypatch):
    """Two runs as if they were large, the second where the first one's records lay."""
    plans = [make_plan(parse(FIRST | {"horizon": horizon})) for horizon in ("30 weeks", "26 weeks")]
    expected = tables(engine.run(plans[1], draw(plans[1], 2)))
    monkeypatch.setattr(heap, "MANY", 1)
    before = engine.run(plans[0], draw(plans[0], 1))
    where = before.moves["time"].ctypes.data
    del before
    again = engine.run(plans[1], draw(plans[1], 2))
    assert again.moves["time"].ctypes.data == where
    assert tables(again) == expected


def tables(records):
    return {(table, name): column.tobytes()
            for table in ("cases", "calls", "visits", "shipments", "moves")
            for name, column in getattr(records, table).items()}  # fmt: skip


def test_nothing_lasts_of_small_runs(nothing_kept):
    array = heap.lasting("moves.time", 1000, np.float64, heap.MANY)
    del array
    assert list(heap._kept) == ["moves.time"]
    heap.spare(10)
    assert not heap._kept
    array = heap.lasting("moves.time", 1000, np.float64, 10)
    del array
    assert not heap._kept


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no count of it there")
def test_what_is_freed_is_given_back():
    """A process frees every other one of many arrays: only afterwards they are given back."""
    code = (
        "import numpy as np; from simnet import heap\n"
        "def resident():\n"
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    return int(next(li for li in lines if li.startswith('VmRSS')).split()[1])\n"
        "kept = [np.ones(8000) for _ in range(1000)]\n"
        "del kept[::2]\n"
        "before = resident(); heap.give_back(10); small = resident()\n"
        "heap.give_back(heap.MANY)\n"
        "print(before - small, before - resident())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    small, large = map(int, done.stdout.split())
    if heap._glibc() is None:
        pytest.skip("another C library than glibc")
    assert small < 1000
    assert large > 20_000  # of some 31,000 kB


def test_sparing_is_told_when_it_changes(monkeypatch):
    told = []

    class Library:
        def mallopt(self, what, value):
            told.append((what, value))

    monkeypatch.setattr(heap, "_glibc", Library)
    monkeypatch.setattr(heap, "_sparing", None)
    for cases in (10, heap.MANY, heap.MANY, 10, 10):
        heap.spare(cases)
    keep, give = [(-3, 1 << 25), (-1, 1 << 29)], [(-3, 1 << 20), (-1, 1 << 20)]
    assert told == keep + give + keep
