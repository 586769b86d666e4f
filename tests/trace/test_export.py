"""The event log, as XES and as CSV."""

import datetime
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from simnet.accounts import COMPANY
from simnet.pseudonym import pseudonym, user_key
from simnet.records import MILESTONES
from simnet.trace import TraceError, write_csv, write_xes
from simnet.trace.attributes import CASES_AT_ONCE, portions
from simnet.trace.events import LOST_CALLS, events

XES = "{http://www.xes-standard.org/}"


def values(element):
    """Attributes of a trace or an event."""
    return {item.get("key"): item.get("value") for item in element if item.get("key")}


def read_xes(run, path, **more):
    write_xes(run, path, **({"names": True} | more))
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
        cases, count = write_csv(run, tmp_path / "log.csv", names=True)
        table = pd.read_csv(tmp_path / "log.csv")
        log = read_xes(run, tmp_path / "log.xes")
        rows = [values(event) for event in log.iter(f"{XES}event")]
        assert (len(table), cases) == (count, len(run.records.cases["row"]))
        for name in ("concept:name", "lifecycle:transition"):
            assert table[name].tolist() == [row[name] for row in rows]
        # without a time zone CSV says local times, XES needs an offset
        assert [f"{t}+00:00" for t in table["time:timestamp"]] == [
            row["time:timestamp"] for row in rows
        ]
        assert table["hours"].tolist() == [float(row["hours"]) for row in rows]
        people = table["org:resource"].astype(object)
        assert people.where(people.notna(), None).tolist() == [r.get("org:resource") for r in rows]
        first = table.groupby("case:concept:name").first()
        assert first["case:response"].to_numpy() == pytest.approx(run.times.response, nan_ok=True)
        assert set(table["case:outcome"]) == set(run.cases["outcome"])
        times = pd.to_datetime(table["time:timestamp"])
        start = pd.Timestamp(datetime.datetime(2026, 1, 5))
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
    write_csv(run, tmp_path / "log.csv", names=True)
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
    write(run, file, names=True)
    assert file.read_text() != "older"
    link = tmp_path / "link"
    link.symlink_to(file)
    for path in (tmp_path, link, tmp_path / "nowhere" / "log"):
        with pytest.raises(TraceError, match="give another name"):
            write(run, path, names=True)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["link", "log"]


@pytest.mark.parametrize("write", [write_xes, write_csv])
def test_what_was_there_stays_when_writing_fails(stories, tmp_path, write, monkeypatch):
    file = tmp_path / "log"
    file.write_text("older")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"simnet.trace.{write.__module__.rpartition('.')[2]}.portions", full)
    with pytest.raises(OSError, match="No space"):
        write(stories["on site"], file, names=True)
    assert file.read_text() == "older"
    assert [item.name for item in tmp_path.iterdir()] == ["log"]


def test_a_run_without_cases(sim, tmp_path):
    run = sim.tell(sim.unit(900), outlets=sim.outlets(here={}))
    assert write_xes(run, tmp_path / "log.xes", names=True) == (0, 0)
    ElementTree.parse(tmp_path / "log.xes")
    assert write_csv(run, tmp_path / "log.csv", names=True) == (0, 0)


KEY = b"a key of sixteen"


def test_customers_are_pseudonyms_by_default(stories, tmp_path, home):
    run = stories["on site"]
    log = read_xes(run, tmp_path / "log.xes", names=False)
    about = values(log.find(f"{XES}trace"))
    write_csv(run, tmp_path / "log.csv")
    table = pd.read_csv(tmp_path / "log.csv")
    market = str(run.cases["market"][0])
    assert re.fullmatch("[0-9a-f]{16}", about["concept:name"])
    assert re.fullmatch("[0-9a-f]{16}", about["market"])
    assert market not in (tmp_path / "log.xes").read_text()
    assert market not in (tmp_path / "log.csv").read_text()
    assert about["outlet"] == "far"  # ours, and no customer
    assert table["case:concept:name"][0] == about["concept:name"]
    assert table["case:market"][0] == about["market"] == pseudonym(market, "market", user_key())
    assert values(log)["pseudonyms"] == "case, market"
    assert home.stat().st_mode & 0o077 == 0


def test_a_pseudonym_is_of_the_key_and_of_what_it_names(home):
    assert pseudonym("5", "case", KEY) == pseudonym("5", "case", KEY)
    others = [("5", "market", KEY), ("6", "case", KEY), ("5", "case", b"another key here")]
    assert len({pseudonym(*of) for of in [("5", "case", KEY), *others]}) == 4
    assert user_key() == user_key()
    assert [item.name for item in home.parent.iterdir()] == [home.name]
    home.write_text("nonsense")
    with pytest.raises(OSError, match="holds no key"):
        user_key()


def test_all_cases_stay_apart(stories, tmp_path):
    run = stories["abandoned"]
    log = read_xes(run, tmp_path / "log.xes", names=False, key=KEY)
    names = [values(t)["concept:name"] for t in log.iter(f"{XES}trace")]
    assert len(set(names)) == len(run.cases)


@pytest.mark.parametrize(
    ("zone", "start", "winter", "summer"),
    [
        # the clocks go forward in the second of the two nights
        ("Europe/Berlin", "2026-03-28", "2026-03-28T10:00:00.000+01:00",
         "2026-03-29T10:00:00.000+02:00"),
        ("Asia/Shanghai", "2026-03-28", "2026-03-28T10:00:00.000+08:00",
         "2026-03-29T10:00:00.000+08:00"),
        ("America/St_Johns", "2026-03-07", "2026-03-07T10:00:00.000-03:30",
         "2026-03-08T10:00:00.000-02:30"),
    ],
)  # fmt: skip
def test_times_are_of_the_zone(sim, tmp_path, zone, start, winter, summer):
    run = sim.tell(sim.unit(10), sim.unit(34), outlets=sim.outlets(here={}), start=start,
                   time_zone=zone)  # fmt: skip
    log = read_xes(run, tmp_path / "log.xes")
    assert values(log)["time_zone"] == zone
    times = [[values(e)["time:timestamp"] for e in t.iter(f"{XES}event")]
             for t in log.iter(f"{XES}trace")]  # fmt: skip
    assert (times[0][0], times[1][0]) == (winter, summer)
    write_csv(run, tmp_path / "log.csv", names=True)
    assert pd.read_csv(tmp_path / "log.csv")["time:timestamp"].tolist() == [
        t for case in times for t in case
    ]


def test_without_a_zone_it_is_said(stories, tmp_path):
    log = read_xes(stories["on site"], tmp_path / "log.xes")
    assert values(log)["time_zone"] == "none: local time of the scenario, written as UTC"


def test_csv_is_for_excel_too(sim, tmp_path):
    run = sim.tell(sim.unit(10), outlets=sim.outlets(**{"=cmd|' /C calc'!A0": {}}))
    write_csv(run, tmp_path / "log.csv", names=True)
    raw = (tmp_path / "log.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(tmp_path / "log.csv")
    assert table.columns[0] == "case:concept:name"
    assert set(table["case:outlet"]) == {"'=cmd|' /C calc'!A0"}
    assert table["hours"].dtype == float
