"""Waits, response, resolution and promise of every case, as its milestones tell them."""

import pytest
from accounts.plain import known

from simnet.records import Outcome


@pytest.mark.parametrize("figure", ["response", "resolution", "promise", "kept", "late"])
def test_every_case(plain, figure):
    expected = [getattr(case, figure) for case in plain.cases]
    assert getattr(plain.run.times, figure).tolist() == pytest.approx(expected, nan_ok=True)


def test_every_wait(plain):
    names = ["hotline", "talk", "dispatch", "part", "technician", "travel", "repair", "workshop"]
    waits = plain.run.times.waits
    assert list(waits) == names
    for name in names:
        expected = [case.waits[name] for case in plain.cases]
        assert waits[name].tolist() == pytest.approx(expected, abs=1e-9), name


def test_the_networks_tell_every_story(networks):
    """That what is reckoned above is there to be reckoned."""
    cases = [case for plain in networks.values() for case in plain.cases]
    assert {case.outcome for case in cases} == set(Outcome)
    for carried in (False, True):
        mine = [case for case in cases if case.carried == carried]
        assert any(case.waits["workshop"] > 0 for case in mine)
        assert any(case.waits["part"] > 0 for case in mine)
        assert any(case.mended and case.started_2 > 0 for case in mine)
    judged = {(case.outcome, case.kept) for case in cases}
    assert {(Outcome.REPAIRED, 0.0), (Outcome.REPAIRED, 1.0), (Outcome.OPEN, 0.0),
            (Outcome.ABANDONED, 0.0), (Outcome.ANSWERED, 1.0)} <= judged  # fmt: skip


def test_the_horizon_finds_everybody_at_work(networks):
    """What is not over yet: a talk, a caller in the queue, a job, a wait for a part, a way."""
    for table, since, until in (
        ("calls", "left", "ended"),
        ("calls", "queued", "left"),
        ("visits", "started", "free"),
        ("bench", "begun", "ended"),
        ("cases", "arrived", "repaired"),
        ("cases", "repaired", "closed"),
        ("cases", "assigned", "part_ready"),
    ):
        rows = [row for plain in networks.values() for row in getattr(plain, table)]
        assert any(known(getattr(row, since)) and not known(getattr(row, until)) for row in rows), (
            table, since,
        )  # fmt: skip


def test_what_happens_at_the_very_edge(networks):
    """Cases, calls and shipments of the clockwork fall on the warm-up's end and a month's begin."""
    plain = networks["clockwork"]
    edges = [plain.warm_up, plain.months[1]]
    assert [case.failed for case in plain.cases] == edges
    assert [call.begun for call in plain.calls] == edges
    assert {100, 744} <= {shipment.shipped for shipment in plain.shipments}
    assert [case.resolution == case.promise for case in plain.cases] == [True, True]
