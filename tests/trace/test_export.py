"""The event log, as XES and as CSV."""

import datetime
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from simnet.accounts import COMPANY
from simnet.records import MILESTONES
from simnet.trace import TraceError, write_csv, write_xes
from simnet.trace.attributes import CASES_AT_ONCE, portions
from simnet.trace.events import LOST_CALLS, events

XES = "{http://www.xes-standard.org/}"


def values(element):
    """Attributes of a trace or an event."""
    return {item.get("key"): item.get("value") for item in element if item.get("key")}


def read_xes(run, path):
    write_xes(run, path)
    return ElementTree.parse(path).getroot()


def test_a_trace_a_case_and_an_event_a_milestone(stories, tmp_path):
    for run in stories.values():
        log = read_xes(run, tmp_path / "log.xes")
        traces = log.findall(f"{XES}trace")
        cases = run.records.cases
        assert [values(t)["concept:name"] for t in traces] == [
            str(case) for case in range(len(cases["row"]))
        ]
        for case, trace in enumerate(traces):
            names = [values(event)["concept:name"] for event in trace.findall(f"{XES}event")]
            own = [name for name in names if name not in LOST_CALLS.values()]
            reached = [name for name in MILESTONES if not np.isnan(cases[name][case])]
            assert sorted(own) == sorted(reached)
            lost = run.records.calls["case"] == case
            lost &= np.isin(run.records.calls["end"], [int(end) for end in LOST_CALLS])
            lost &= ~np.isnan(run.records.calls["left"])  # else still in the queue
            assert len(names) - len(own) == lost.sum()


def test_what_an_event_says(stories, tmp_path):
    log = read_xes(stories["on site"], tmp_path / "log.xes")
    trace = log.find(f"{XES}trace")
    about = values(trace)
    assert about["outcome"] == "repaired"
    assert (about["warranty"], about["kept"], about["outlet"]) == ("true", "true", "far")
    found = {values(e)["concept:name"]: values(e) for e in trace.findall(f"{XES}event")}
    # the partner replies after 2 h
    assert found["arrived"]["time:timestamp"] == "2026-01-05T14:00:00.000+00:00"
    assert found["arrived"]["org:resource"] == "technician 1 of far"
    assert found["arrived"]["org:group"] == "far"
    assert found["arrived"]["lifecycle:transition"] == "complete"
    assert float(found["arrived"]["hours"]) == pytest.approx(14)
    assert "org:group" not in found["failed"]


def test_agents_lost_calls_and_their_order(stories, tmp_path):
    log = read_xes(stories["abandoned"], tmp_path / "log.xes")
    first, second = ([values(e) for e in t.findall(f"{XES}event")] for t in log.iter(f"{XES}trace"))
    answered = next(e for e in first if e["concept:name"] == "answered")
    assert (answered["org:resource"], answered["org:group"]) == ("agent 1 of all", "all")
    assert [e["concept:name"] for e in second] == [
        "failed", "called", *["call abandoned"] * 3, "closed",
    ]  # fmt: skip
    assert {e["lifecycle:transition"] for e in second[2:5]} == {"ate_abort"}


def test_handing_in_comes_before_the_part(stories):
    log = events(stories["counter"])
    names = [MILESTONES[number] for number in log.activity]
    assert names.index("arrived") < names.index("part_ready")
    assert list(log.hours) == sorted(log.hours)


def test_head_of_the_log(stories, tmp_path):
    log = read_xes(stories["on site"], tmp_path / "log.xes")
    prefixes = {item.get("prefix") for item in log.findall(f"{XES}extension")}
    assert prefixes == {"concept", "time", "lifecycle", "org", "cost"}
    assert {item.get("scope") for item in log.findall(f"{XES}global")} == {"trace", "event"}
    assert log.find(f"{XES}classifier").get("keys") == "concept:name"
    for scope, kind in (("trace", "trace"), ("event", "event")):
        declared = next(g for g in log.findall(f"{XES}global") if g.get("scope") == scope)
        for item in log.iter(f"{XES}{kind}"):
            assert set(values(declared)) <= set(values(item))


def test_costs_are_what_the_company_paid(stories):
    for run in stories.values():
        log = events(run)
        accounts = [run.case_ledger(case) for case in range(len(run.cases))]
        paid = [own.loc[own["payer"] == COMPANY, "amount"].sum() for own in accounts]
        found = np.bincount(log.case, weights=log.cost, minlength=len(paid))
        assert found == pytest.approx(paid)


def test_csv_says_the_same(stories, tmp_path):
    for run in stories.values():
        cases, count = write_csv(run, tmp_path / "log.csv")
        table = pd.read_csv(tmp_path / "log.csv")
        log = read_xes(run, tmp_path / "log.xes")
        rows = [values(event) for event in log.iter(f"{XES}event")]
        assert (len(table), cases) == (count, len(run.records.cases["row"]))
        for name in ("concept:name", "time:timestamp", "lifecycle:transition"):
            assert table[name].tolist() == [row[name] for row in rows]
        assert table["hours"].tolist() == [float(row["hours"]) for row in rows]
        people = table["org:resource"].astype(object)
        assert people.where(people.notna(), None).tolist() == [r.get("org:resource") for r in rows]
        first = table.groupby("case:concept:name").first()
        assert first["case:response"].to_numpy() == pytest.approx(run.times.response, nan_ok=True)
        assert set(table["case:outcome"]) == set(run.cases["outcome"])
        times = pd.to_datetime(table["time:timestamp"])
        start = pd.Timestamp(datetime.datetime(2026, 1, 5), tz="UTC")
        hours = (times - start).dt.total_seconds() / 3600
        assert hours.to_numpy() == pytest.approx(table["hours"].to_numpy(), abs=1e-6)


def test_odd_names_survive(sim, tmp_path):
    odd = 'A & "B" <c>, d\'\n\x01é\u2028'
    run = sim.tell(sim.unit(10), outlets=sim.outlets(**{odd: {}}))
    # a control character cannot be in XML 1.0 and is replaced; the rest is as it was
    want = odd.replace("\x01", "\ufffd")
    trace = read_xes(run, tmp_path / "log.xes").find(f"{XES}trace")
    assert values(trace)["outlet"] == want
    assert values(trace.findall(f"{XES}event")[-1])["org:resource"] == f"technician 1 of {want}"
    write_csv(run, tmp_path / "log.csv")
    assert set(pd.read_csv(tmp_path / "log.csv")["case:outlet"]) == {want}


def test_portions_hold_all_events(stories, monkeypatch):
    assert CASES_AT_ONCE > 1
    monkeypatch.setattr("simnet.trace.attributes.CASES_AT_ONCE", 1)
    run = stories["open"]
    parts = list(portions(run, events(run)))
    assert [list(part.cases) for part in parts] == [[0], [1], [2]]
    assert [h for part in parts for h in part.hours] == events(run).hours.tolist()
    assert [part.starts[-1] for part in parts] == [len(part.hours) for part in parts]


@pytest.mark.parametrize("write", [write_xes, write_csv])
def test_only_a_regular_file_is_replaced(stories, tmp_path, write):
    run = stories["on site"]
    file = tmp_path / "log"
    file.write_text("older")
    write(run, file)
    assert file.read_text() != "older"
    link = tmp_path / "link"
    link.symlink_to(file)
    for path in (tmp_path, link, tmp_path / "nowhere" / "log"):
        with pytest.raises(TraceError, match="give another name"):
            write(run, path)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["link", "log"]


@pytest.mark.parametrize("write", [write_xes, write_csv])
def test_what_was_there_stays_when_writing_fails(stories, tmp_path, write, monkeypatch):
    file = tmp_path / "log"
    file.write_text("older")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"simnet.trace.{write.__module__.rpartition('.')[2]}.portions", full)
    with pytest.raises(OSError, match="No space"):
        write(stories["on site"], file)
    assert file.read_text() == "older"
    assert [item.name for item in tmp_path.iterdir()] == ["log"]


def test_a_run_without_cases(sim, tmp_path):
    run = sim.tell(sim.unit(900), outlets=sim.outlets(here={}))
    assert write_xes(run, tmp_path / "log.xes") == (0, 0)
    ElementTree.parse(tmp_path / "log.xes")
    assert write_csv(run, tmp_path / "log.csv") == (0, 0)
