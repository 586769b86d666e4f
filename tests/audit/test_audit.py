"""The audit passes what is right, and names what is wrong: each identity, broken by hand."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import simnet
from simnet import accounts, engine
from simnet.audit import Audit, AuditError, audit_ledger, audit_records, together
from simnet.audit.finding import Check
from simnet.records import Kind, Outcome, Queue
from simnet.store.seal import MANIFEST, opened, seal

SCENARIO = {
    "start": "2026-01-05",
    "horizon": 1200,
    "follow_up": 0,
    "products": {
        "fridge": {
            "price": 100,
            "unit_cost": 60,
            "failure": {"law": "exponential", "mean": 400},
            "warranty": 900,
            "comes_after_warranty": 0.5,
            "modes": {
                "motor": {"share": 1, "part": "pump", "second_part": "pump", "repair": 2,
                          "first_time_fix": 0.7, "workshop": 0.1, "remote_fix": 0.1},
            },
            "in_field": {"units": 60},
            "sales": {"per_month": 20},
        }
    },
    "markets": {"places": {"town": {"lat": 0, "lon": 0}, "village": {"lat": 0.3, "lon": 0}}},
    "enquiries": {"how": {"per_week": 30, "call_type": "design"}},
    "hotline": {
        "call_types": {"technical": {"talk": 0.2}, "design": {"talk": 0.3, "self_service": 0.2,
                                                              "remote_fix": 1}},
        "patience": {"law": "exponential", "mean": 0.2},
        "teams": {"all": {"shifts": [{"agents": 1, "hours": "Mon-Fri 08:00-18:00"}]}},
    },
    "outlets": {
        "places": {
            "here": {"lat": 0, "lon": 0, "technicians": 1, "hours": "Mon-Fri 08:00-18:00"},
            "there": {"lat": 0.3, "lon": 0, "technicians": 1, "service": "carry_in"},
        }
    },
    "parts": {"pump": {"cost": 5, "repairable": 0.5, "outlet_stock": {"base_stock": 2},
                       "depot_stock": {"base_stock": 4}}},
    "logistics": {"workshop": {"technicians": 1}},
}  # fmt: skip


@pytest.fixture(scope="module")
def run():
    return simnet.simulate(simnet.parse(SCENARIO), seed=2)


@pytest.fixture
def records(run):
    """A copy that a test may spoil."""
    return copy.deepcopy(run.records)


def look(run, records):
    times = accounts.case_times(run.plan, records, run.plan.end)
    return audit_records(run.plan, records, accounts.at_horizon(run.plan, records), times)


def broken(audit):
    return {check.identity for check in audit.checks if check.broken}


def first(mask):
    """Position of the first of these."""
    at = np.flatnonzero(mask)
    assert len(at)
    return int(at[0])


def test_a_sound_run_passes(run):
    audit = run.audit
    assert audit.passed
    assert audit.broken == []
    assert len(audit.checks) == 8
    counted = {check.identity: check.count for check in audit.checks}
    count = len(run.records.cases["row"])
    assert counted["every case ends in exactly one state"] == count
    assert counted["no milestone is out of order"] == count
    assert 0 < counted["the waits of a case add up to its resolution time"] < count
    assert counted["parts are conserved"] == 3
    assert counted["people's time adds up"] == 4
    # hotline, board, two outlets, bench, and the part at three places
    assert counted["Little's law holds for each queue"] == 8
    assert counted["the ledger adds up to zero"] == len(run.ledger)
    assert audit.line == (
        f"Audit: 8 of 8 identities hold ({count:,} cases, 3 stocks, 4 people, 8 queues, "
        f"{len(run.ledger):,} entries)"
    )
    assert audit.to_dict()["passed"] is True


def test_the_run_reaches_what_the_audit_looks_at(run):
    """That the tests below have something to spoil."""
    outcomes = set(run.records.cases["outcome"].tolist())
    assert outcomes >= {0, 1, 2, 3, 4, 5, 6}
    assert len(run.records.bench["case"]) > 2
    assert (~np.isnan(run.records.cases["started_2"])).sum() > 5


def of(records, outcome):
    return first(records.cases["outcome"] == outcome)


STATE = "every case ends in exactly one state"
ORDER = "no milestone is out of order"
WAITS = "the waits of a case add up to its resolution time"
UNITS = "a unit fails only while it works"
PARTS = "parts are conserved"
PEOPLE = "people's time adds up"
LITTLE = "Little's law holds for each queue"


def spoil_state(records):
    records.cases["outcome"][of(records, Outcome.REPAIRED)] = Outcome.OPEN


def spoil_unknown_state(records):
    records.cases["outcome"][of(records, Outcome.REPAIRED)] = 99


def spoil_answer(records):
    records.cases["outcome"][of(records, Outcome.REMOTE_FIX)] = Outcome.ANSWERED


def spoil_remote(records):
    records.cases["outcome"][of(records, Outcome.ANSWERED)] = Outcome.REMOTE_FIX


def spoil_row(records):
    records.cases["row"][3] = records.cases["row"][5]


def spoil_outlet(records):
    records.cases["outlet"][of(records, Outcome.ANSWERED)] = 0


def spoil_warranty(records):
    records.cases["warranty"][of(records, Outcome.ELSEWHERE)] = True


def spoil_order(records):
    case = of(records, Outcome.ANSWERED)
    records.cases["triaged"][case] = records.cases["answered"][case] - 0.01


def spoil_horizon(records):
    case = of(records, Outcome.SELF_SERVICE)
    records.cases["closed"][case] = 1200.5


def spoil_negative(records):
    records.cases["failed"][0] = -1.0


def spoil_chain(records):
    case = first(~np.isnan(records.cases["started"]) & (records.cases["outcome"] == 0))
    records.cases["part_ready"][case] = np.nan


def spoil_unit(records):
    cases = records.cases
    still_open = first((cases["unit"] >= 0) & (cases["outcome"] == Outcome.OPEN))
    cases["unit"][still_open] = cases["unit"][of(records, Outcome.REPAIRED)]
    cases["failed"][still_open] = 1.0


def spoil_sale(records):
    case = first(records.cases["unit"] >= 0)
    records.units.sold[records.cases["unit"][case]] = records.cases["failed"][case] + 1


def spoil_end_of_life(records):
    case = first(records.cases["unit"] >= 0)
    unit, failed = records.cases["unit"][case], records.cases["failed"][case]
    records.units.life[records.units.groups.each()[unit]] = failed - records.units.sold[unit]


def spoil_shelf(records):
    records.moves["on_hand"][first(records.moves["on_hand"] == -1)] = -9


def spoil_owed(records):
    records.moves["backorders"][first(records.moves["backorders"] == 1)] = -1


def spoil_initial(records):
    records.initial_stock[0, 0] += 1


def spoil_shipment(records):
    records.shipments["quantity"][first(records.shipments["kind"] == Kind.REPLENISHMENT)] = 2


def spoil_supply(records):
    sent = records.shipments
    sent["quantity"][first((sent["kind"] == Kind.SUPPLY) & (sent["arrived"] < 1200))] = 2


def spoil_mended(records):
    sent = records.shipments
    sent["kind"][first((sent["kind"] == Kind.FAILED_PART) & (sent["arrived"] < 1200))] = 5


def spoil_other_part(records):
    """Another case's is mended first."""
    sent = records.shipments
    mended = np.flatnonzero(sent["kind"] == Kind.MENDED_PART)
    sent["case"][mended[:2]] = sent["case"][mended[1::-1]]


def spoil_kept(records):
    """A failed one that nobody changed is sent in."""
    sent = records.shipments
    rows = np.flatnonzero(sent["kind"] == Kind.UNIT_TO_WORKSHOP)
    more = np.repeat(rows, 100)
    for name, column in sent.items():
        sent[name] = np.append(column, column[more])
    sent["part"][-len(more) :] = 0
    sent["kind"][-len(more) :] = Kind.FAILED_PART
    sent["arrived"][-len(more) :] = 1e9


def spoil_bench(records):
    """Parts are mended on a bench on which none are."""
    records.bench["part"][0] = 0


def spoil_two_jobs(records):
    visits = records.visits
    order = np.argsort(visits["started"])
    mine = order[visits["technician"][order] == visits["technician"][order[0]]]
    visits["free"][mine[0]] = visits["started"][mine[1]] + 0.1


def spoil_off_duty(records):
    records.visits["started"][0] = np.floor(records.visits["started"][0] / 24) * 24 + 2


def spoil_crew(records):
    staff, visits = records.staff, records.visits
    other = first(staff.crew != staff.crew[visits["technician"][0]])
    visits["technician"][0] = other


def spoil_agent(records):
    calls = records.calls
    calls["agent"][first(calls["agent"] >= 0)] = len(records.staff.crew) - 1


def spoil_count(queue):
    def spoil(records):
        at = first((records.queues["queue"] == queue) & (records.queues["hours"] > 0))
        records.queues["hours"][at] *= 1.001

    return spoil


def spoil_missing_queue(records):
    for name, column in records.queues.items():
        records.queues[name] = column[:-1]


def spoil_board(records):
    records.queues["hours"][first(records.queues["queue"] == Queue.BOARD)] = 1.0


@pytest.mark.parametrize(
    ("spoil", "identity", "says"),
    [
        (spoil_state, STATE, "ended as open and was repaired"),
        (spoil_unknown_state, STATE, "has no known end state"),
        (spoil_answer, STATE, "is a repair, and ended as answered"),
        (spoil_remote, STATE, "is a question, and ended as remote_fix"),
        (spoil_row, STATE, "of the draws is told twice"),
        (spoil_outlet, STATE, "has an outlet, or none, against its milestones"),
        (spoil_warranty, STATE, "was lost, and is in warranty"),
        (spoil_order, ORDER, "triaged at"),
        (spoil_horizon, ORDER, "the run ends at 1200 h"),
        (spoil_negative, ORDER, "failed at -1.000000 h"),
        (spoil_chain, ORDER, "was started, but never part_ready"),
        (spoil_unit, UNITS, "failed again before it worked again"),
        (spoil_sale, UNITS, "failed before it was sold"),
        (spoil_end_of_life, UNITS, "failed after it left the field"),
        (spoil_shelf, PARTS, "pieces on the shelf"),
        (spoil_owed, PARTS, "pieces owed"),
        (spoil_initial, PARTS, "part pump"),
        (spoil_shipment, PARTS, "part pump at depot: -1 left it and were never shipped"),
        (spoil_supply, PARTS, "were put on the shelf"),
        (spoil_mended, PARTS, "were sent in"),
        (spoil_other_part, PARTS, "was mended when another one was there to be mended"),
        (spoil_kept, PARTS, "failed ones, but only"),
        (spoil_bench, PARTS, "0 pieces were to go to the bench"),
        (spoil_two_jobs, PEOPLE, "began a job at"),
        (spoil_off_duty, PEOPLE, "began a job off duty"),
        (spoil_crew, PEOPLE, "worked elsewhere"),
        (spoil_agent, PEOPLE, "worked elsewhere"),
        (spoil_count(Queue.HOTLINE), LITTLE, "queue hotline: the engine counted"),
        (spoil_count(Queue.OUTLET), LITTLE, "queue of outlet here: the engine counted"),
        (spoil_count(Queue.WORKSHOP), LITTLE, "queue workshop: the engine counted"),
        (spoil_count(Queue.PART), LITTLE, "queue for part pump at"),
        (spoil_missing_queue, LITTLE, "queue for part pump at depot: the engine counted nan"),
        (spoil_board, LITTLE, "queue board: the engine counted 1.000000 hours"),
    ],
)
def test_what_is_wrong_is_named(run, records, spoil, identity, says):
    spoil(records)
    audit = look(run, records)
    assert identity in broken(audit)
    text = next(line for line in audit.broken if line.startswith(identity))
    assert says in text
    assert not audit.passed
    assert "7 of 7" not in audit.line


def test_waits_that_do_not_add_up(run):
    times = run.times
    talk = times.waits["talk"].copy()
    case = first(~np.isnan(times.resolution))
    talk[case] += 0.001
    wrong = replace(times)
    vars(wrong)["waits"] = {**times.waits, "talk": talk}
    audit = audit_records(run.plan, run.records, run.records, wrong)
    assert broken(audit) == {WAITS}
    assert f"case {case} (" in audit.broken[0]
    talk[case] = -1
    audit = audit_records(run.plan, run.records, run.records, wrong)
    assert "waited -1 h for talk" in audit.broken[0]
    early = times.response.copy()
    early[case] = times.resolution[case] + 1
    audit = audit_records(run.plan, run.records, run.records, replace(times, response=early))
    assert "was mended before it was answered" in audit.broken[0]


def test_money_that_does_not_add_up(run):
    assert audit_ledger(run.plan, run.records, run.ledger).passed
    for column, value, says in (
        ("amount", np.nan, "is nan"),
        ("payer", run.ledger.loc[0, "payee"], "pays itself"),
        ("month", "1999-01", "is not of this run"),
    ):
        entries = run.ledger.copy()
        entries.loc[0, column] = value
        assert says in audit_ledger(run.plan, run.records, entries).broken[0]
    for category in ("product sales", "production", "parts", "initial stock"):
        entries = run.ledger.copy()
        at = entries.index[entries["category"] == category][0]
        entries.loc[at, "amount"] += 1.0
        audit = audit_ledger(run.plan, run.records, entries)
        assert f"{category}: " in audit.broken[0]
        assert "in the ledger" in audit.broken[0]
    twice = run.ledger.loc[[0, *run.ledger.index]].reset_index(drop=True)
    assert "stands twice" in audit_ledger(run.plan, run.records, twice).broken[0]


def test_a_run_that_breaks_an_identity_is_refused(monkeypatch, run, records):
    spoil_shelf(records)
    monkeypatch.setattr("simnet.engine.run", lambda *_: records)
    with pytest.raises(AuditError, match="part pump at outlet here"):
        simnet.simulate(simnet.parse(SCENARIO), seed=2)
    assert not simnet.simulate(simnet.parse(SCENARIO), seed=2, audit=False).audit.passed


def test_replications_are_told_as_one(run):
    both = together([run.audit, run.audit])
    assert [c.count for c in both.checks] == [2 * c.count for c in run.audit.checks]
    assert [c.identity for c in both.checks] == [c.identity for c in run.audit.checks]
    assert run.audit.checks[0].count == len(run.records.cases["row"])  # not changed on the way
    wrong = Audit((Check("two is two", "numbers", 2, 4, ["one", "three", "five"]),))
    (check,) = together([wrong, wrong]).checks
    assert check.broken == 8
    assert check.examples == [f"replication 0, {n}" for n in ("one", "three", "five")]
    assert together([wrong]).checks == wrong.checks


def test_the_command_line(cli, small, tmp_path, monkeypatch):
    """Exit code 3, what is wrong, and nothing that could be taken for a result."""
    out = tmp_path / "run"
    assert cli("run", small, "--out", out)[0] == 0
    code, printed, errors = cli("audit", out)
    assert (code, errors) == (0, "")
    assert sum(line.rstrip().endswith(" holds") for line in printed.splitlines()) == 8
    table = out / "records" / "queues.parquet"
    frame = pd.read_parquet(table)
    frame.loc[0, "hours"] += 1
    frame.to_parquet(table)
    code, _, errors = cli("audit", out)
    assert code == 2  # a file was changed
    assert f"{table} is missing, damaged, or changed since written" in errors
    document = opened(out, MANIFEST)
    (out / MANIFEST).unlink()
    seal(out, MANIFEST, {key: document[key] for key in document if key not in ("files", "digest")})
    code, printed, errors = cli("audit", out)
    assert code == 3, errors  # as if simnet had written it so
    assert "broken 1 times" in printed
    assert "queue hotline: the engine counted" in errors
    assert "Traceback" not in errors
    code, printed, _ = cli("audit", out, "--json")
    assert code == 3
    assert '"passed": false' in printed
    sound = engine.run

    def spoilt(*arguments):
        records = sound(*arguments)
        spoil_shelf(records)
        return records

    monkeypatch.setattr("simnet.engine.run", spoilt)
    code, printed, errors = cli("run", small, "--out", tmp_path / "spoilt")
    assert code == 3
    assert "response_p90" not in printed
    assert "part motor at" in errors
    assert f"do not rely on the run in {tmp_path / 'spoilt'}" in errors
    manifest = (tmp_path / "spoilt" / "manifest.json").read_text(encoding="utf-8")
    assert '"passed": false' in manifest


def test_nothing_is_compared_with_a_run_that_breaks_an_identity(cli, small, monkeypatch):
    wrong = Audit((Check("two is two", "numbers", 2, 1, ["one of them"]),))
    monkeypatch.setattr("simnet.run.audit_records", lambda *_: wrong)
    code, printed, errors = cli("validate", small, "-r", 2)
    assert (code, printed) == (3, "")
    assert "nothing is compared" in errors
    code, printed, errors = cli("validate", "--effort", 0.01)
    assert (code, printed) == (3, "")
    assert "two is two: broken" in errors
    assert "no figure is given" in errors
