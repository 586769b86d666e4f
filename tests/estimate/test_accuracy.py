"""The accuracy that the estimate states is the one that the family of systems shows."""

import json

import pytest

from simnet.estimate.accuracy import ALL, FILE, accuracy, error
from simnet.validation import family
from simnet.validation.family import System, measured, members, table

MAIN = ("asa", "fill_rate", "wait_dispatch", "wait_technician")
OTHER_SEED = 77


def test_fresh_systems_keep_the_stated_accuracy():
    """One of each sort but the costliest, drawn with another seed: the figure that is hardest to
    tell comes as near as stated. Each does so with nine in ten by the meaning of the statement, so
    that with other seeds more than four of twelve would be off in 1 of 200 tries."""
    off = []
    fresh = [m for m in members(1, OTHER_SEED) if m.sort != "networks"]
    assert len(fresh) == 12
    for system in fresh:
        found = measured(system)
        name = next(name for name in MAIN if name in found)
        kind, gap = found[name]
        stated = accuracy(name, kind)
        assert stated is not None
        assert stated.kind == kind != ALL, (system.sort, name)
        if gap > stated.nine_in_ten:
            off.append((system.sort, name, gap, stated.nine_in_ten))
    assert len(off) <= 4, off


@pytest.mark.long
def test_the_whole_family_gives_the_table_that_is_shipped():
    """Deterministic: the same systems and seeds. The last digit may differ between machines."""
    found = table(measured(system) for system in members())
    shipped = json.loads(FILE.read_text(encoding="utf-8"))
    assert found.keys() == shipped.keys()
    for name, kinds in shipped.items():
        assert found[name].keys() == kinds.keys(), name
        for kind, stated in kinds.items():
            assert found[name][kind] == pytest.approx(stated, rel=0.05, abs=1e-4), (name, kind)


def test_the_family_is_the_same_every_time_and_large():
    first, second = members(2), members(2)
    assert [m.data for m in first] == [m.data for m in second]
    assert len({json.dumps(m.data) for m in first}) == len(first) == 2 * len(family.SORTS)
    assert len(members()) >= 300


def test_errors():
    assert error("share", 0.5, 0.52) == pytest.approx(0.02)  # points
    assert error("h", 9, 10) == pytest.approx(0.1)
    assert error("h", 0, 0) == 0
    assert error("h", 1, 0) == float("inf")


def test_the_table_counts_only_what_a_system_has():
    nothing = System("nothing", 0, {
        "horizon": 2000, "enquiries": {"job": {"per_week": 20, "work": {"repair": 1}}},
        "outlets": {"places": {"here": {"technicians": "unlimited"}}},
    })  # fmt: skip
    found = measured(nothing)
    assert "wait_technician" not in found
    assert "wait_part" not in found
    assert found["wait_repair"][1] == 0
    counted = table([found, found])["wait_repair"][ALL]
    assert counted == {"systems": 2, "median": 0, "nine_in_ten": 0}


def test_a_kind_that_was_not_measured_has_the_accuracy_of_all():
    of_all = accuracy("asa", "no such kind")
    assert of_all is not None
    assert of_all.kind == ALL
    assert accuracy("no such figure", ALL) is None
    assert of_all.percent("s").endswith(" %")
    assert of_all.percent("share").endswith(" points")
