"""The store: damage of any kind is noticed, told by SQLite's codes; claims; older layouts."""

import random
import sqlite3
import time

import pytest

from simnet import process
from simnet.experiment import ExperimentError, Kept
from simnet.experiment.file import FILE, LAYOUT, Damaged, guarded, sealed
from simnet.experiment.kept import Finished
from simnet.experiment.keys import digest

FLIPS = 100
"""places, the same every time (seeded): no error rate"""


def finished(number, name="a net"):
    figures = {"cost_per_case": 10.5 + number, "calls_blocked": 0.0, "asa": float("nan")}
    return Finished(f"{number:032x}-3-0", name, 3, 0, 73, 0.25, figures)


def fill(folder, count=40):
    with Kept(folder) as kept:
        kept.add([finished(n) for n in range(count)])
        kept.use("who?", "own", {"technicians": 2}, [finished(n).key for n in range(0, count, 2)])


def cells(table):
    """All of it, to be compared."""
    return {repr(row) for row in table.to_dict("records")}


def looked_at(folder):
    """(table, whether damage is said) of a store, after which all its runs can be had again."""
    try:
        with Kept(folder) as kept:
            found, said = cells(kept.table()), bool(kept.notes)
        with Kept(folder) as kept:
            kept.add([finished(n) for n in range(40)])
            assert len(kept.read([finished(n).key for n in range(40)])) == 40
        return found, said
    except ExperimentError as error:
        return str(error), True


def test_no_flipped_bit_gives_other_figures(tmp_path):
    fill(tmp_path / "sound")
    sound = (tmp_path / "sound" / FILE).read_bytes()
    right, _ = looked_at(tmp_path / "sound")
    rng = random.Random(2)
    ends = {"same": 0, "said": 0, "refused": 0}
    for number in range(FLIPS):
        folder = tmp_path / str(number)
        folder.mkdir()
        bit = rng.randrange(8 * 200 if number % 3 == 0 else 8 * len(sound))
        content = bytearray(sound)
        content[bit // 8] ^= 1 << bit % 8
        (folder / FILE).write_bytes(content)
        found, said = looked_at(folder)
        assert said or found == right, bit
        if isinstance(found, str):
            assert "give another --store" in found, bit
            ends["refused"] += 1
        else:
            ends["said" if said else "same"] += 1
    assert min(ends.values()) > 3, ends


def test_a_mended_store_keeps_what_is_whole_and_the_damaged_file(tmp_path):
    fill(tmp_path, 400)
    content = bytearray((tmp_path / FILE).read_bytes())
    page = int.from_bytes(content[16:18], "big")
    at = 20 * page
    content[at : at + page] = bytes(page)
    (tmp_path / FILE).write_bytes(content)
    with Kept(tmp_path) as kept:
        assert "runs.damaged-1.sqlite" in kept.notes[0]
        there = kept.has([finished(n).key for n in range(400)])
        assert 300 < len(there) < 400
        kept.add([finished(n) for n in range(400)])
    assert (tmp_path / "runs.damaged-1.sqlite").read_bytes()[:at] == bytes(content[:at])
    with Kept(tmp_path) as kept:
        assert kept.notes == []
        assert len(kept.has([finished(n).key for n in range(400)])) == 400


@pytest.mark.parametrize("column", ["scenario", "seed", "cases", "seconds", "written", "version"])
def test_each_column_is_looked_at(tmp_path, column):
    fill(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"update runs set {column} = 7 where key = ?", [finished(1).key])
        connection.execute("update uses set strategy = 'x' where key = ?", [finished(2).key])
    with Kept(tmp_path) as kept:
        assert len(kept.table()) == 39
        assert len(kept.damaged) == 2
        assert finished(1).key not in kept.has([finished(1).key])


def test_codes_decide_and_not_words(tmp_path):
    """The names of key figures and files may hold any words."""
    for code, kind, said in [
        (sqlite3.SQLITE_BUSY, ExperimentError, "another process has held it"),
        (sqlite3.SQLITE_BUSY | 1 << 8, ExperimentError, "another process has held it"),
        (sqlite3.SQLITE_FULL, ExperimentError, "the disk is full or fails"),
        (sqlite3.SQLITE_READONLY, ExperimentError, "who may write"),
        (sqlite3.SQLITE_NOTADB, ExperimentError, "no store of simnet"),
        (sqlite3.SQLITE_CORRUPT, Damaged, "calls_blocked is locked, the disk is full"),
        (sqlite3.SQLITE_ERROR, Damaged, "calls_blocked is locked, the disk is full"),
    ]:
        error = sqlite3.OperationalError("calls_blocked is locked, the disk is full")
        error.sqlite_errorcode = code
        with pytest.raises(kind, match=said), guarded(tmp_path, "read"):
            raise error


def test_an_older_store_is_migrated_and_a_newer_one_refused(tmp_path):
    runs = [finished(n) for n in range(3)]
    with sqlite3.connect(tmp_path / FILE) as old:
        old.executescript("""
            create table runs (key text primary key, scenario text not null, seed integer not null,
              replication integer not null, version text not null, cases integer not null,
              seconds real not null, written text not null, figures text not null,
              digest text not null) without rowid;
            create table uses (experiment text not null, strategy text not null,
              factors text not null, key text not null,
              primary key (experiment, strategy, key)) without rowid;
            pragma user_version=1;
        """)
        for run in runs:
            good = "" if run is runs[2] else digest(run.key, run.text)
            row = (run.key, run.name, 3, 0, "v", 73, 0.25, "2026-01-01", run.text, good)
            old.execute("insert into runs values (?,?,?,?,?,?,?,?,?,?)", row)
            old.execute("insert into uses values ('e', 's', '{}', ?)", [run.key])
    old.close()
    with Kept(tmp_path) as kept:
        assert kept.has([run.key for run in runs]) == {run.key for run in runs[:2]}
        assert list(kept.table()["strategy"]) == ["s", "s"]
        kept.connection.execute(f"pragma user_version={LAYOUT + 1}")
    with pytest.raises(ExperimentError, match="of a newer simnet"):
        Kept(tmp_path)


def test_a_database_of_somebody_else_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("create table albums (name text)")
    other.close()
    with pytest.raises(ExperimentError, match="none of simnet's"):
        Kept(tmp_path)
    (tmp_path / "folder" / FILE).mkdir(parents=True)
    with pytest.raises(ExperimentError, match="is no file"):
        Kept(tmp_path / "folder")


def test_claims(tmp_path):
    keys = [finished(n).key for n in range(4)]
    here = process.me()
    host = here.split("-", 2)[2]
    with Kept(tmp_path) as kept:
        kept.add([finished(0)])
        assert kept.claim(keys[:2]) == ({keys[0]}, True)
        assert kept.claim(keys[:2]) == ({keys[0]}, True)  # ours already

        def owned_by(owner, since):
            kept.connection.execute("update claims set owner = ?, since = ?", (owner, since))
            return kept.claim(keys[:2])[1]

        now = time.time()
        assert not owned_by(f"1-0-elsewhere.{host}", now)  # of another machine
        assert owned_by(f"1-0-elsewhere.{host}", now - 2 * process.ELSEWHERE)
        assert owned_by(f"{2**22 + 7}-0-{host}", now)  # there is no such process
        assert owned_by(f"{here.split('-')[0]}-0-{host}", now)  # its number is ours now
        assert owned_by("nonsense", now)
        kept.claim(keys[2:])
        kept.add([finished(2)])
        kept.release([keys[3]])
        left = {key for (key,) in kept.connection.execute("select key from claims")}
        assert left == {keys[1]}
    with Kept(tmp_path) as kept:
        assert kept.connection.execute("select count(*) from claims").fetchone() == (0,)


def test_a_sealed_row_tells_its_cells_apart():
    assert sealed("a", 1)[-1] != sealed("a", "1")[-1]
    assert sealed("ab", "")[-1] != sealed("a", "b")[-1]
