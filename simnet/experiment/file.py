"""The file of a store: opened, migrated, mended, and what SQLite says of it in plain words.

SQLite in WAL mode: several processes may read and write at once, and what was committed outlives a
killed process. Every row carries a digest of all that stands in it. A file in which SQLite finds
damage is moved aside, and what is whole in it goes to a new one.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from simnet.unfinished import name_for, remove

from .error import ExperimentError, QuestionError
from .keys import digest

LAYOUT = 2
"""of the tables; 1 had no digests of uses, and of runs one over key and figures only"""
PATIENCE = 60.0
"""seconds to wait for another process that writes"""
FILE = "runs.sqlite"
TABLES = {"runs": 10, "uses": 5}
"""columns of each table of results, the last of which is the digest of the others"""
_SCHEMA = """
create table if not exists runs (
  key text primary key, scenario text not null, seed integer not null,
  replication integer not null, version text not null, cases integer not null,
  seconds real not null, written text not null, figures text not null, digest text not null
) without rowid;
create table if not exists uses (
  experiment text not null, strategy text not null, factors text not null, key text not null,
  digest text not null, primary key (experiment, strategy, key)
) without rowid;
create table if not exists claims (
  key text primary key, owner text not null, since real not null
) without rowid;
"""
Row = tuple[Any, ...]


def sealed(*cells: Any) -> Row:
    """A row with its digest."""
    return *cells, digest(*cells)


def is_whole(row: Row) -> bool:
    """Whether a row is as it was written."""
    try:
        return bool(digest(*row[:-1]) == row[-1])
    except (TypeError, ValueError):  # bytes where text was
        return False


class Damaged(Exception):
    """A file in which something is not as SQLite or simnet wrote it."""


@contextlib.contextmanager
def guarded(file: Path, what: str) -> Iterator[None]:
    """Say what SQLite says, told by its error codes.

    Raises Damaged, and ExperimentError or QuestionError where it is not the file that is wrong.
    https://www.sqlite.org/rescode.html: the primary code is in the last eight bits.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise ExperimentError(
                f"{file} could not be {what}: the disk is full or fails ({error}); runs that were "
                "finished before are kept: make room and give the same command again"
            ) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
            raise ExperimentError(
                f"{file} could not be {what}: another process has held it for {PATIENCE:.0f} s; "
                "give the same command again"
            ) from error
        if code == sqlite3.SQLITE_NOMEM:
            raise MemoryError(f"{file}: {error}") from error
        if code == sqlite3.SQLITE_NOTADB:
            raise QuestionError(
                f"{file} could not be {what} ({error}): it is no store of simnet, or its beginning "
                "is damaged; give another --store, or move it away"
            ) from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            raise QuestionError(
                f"{file} could not be {what} ({error}); give another --store, or see who may write "
                "there"
            ) from error
        raise Damaged(f"{file} could not be {what} ({error})") from error
    except (UnicodeDecodeError, OverflowError) as error:  # of cells that are not what was written
        raise Damaged(f"{file} could not be {what} ({error})") from error


def _retried(execute: Callable[[], object]) -> None:
    """For what SQLite refuses at once, and does not wait for, while another process does it too."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            execute()
            return
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() > end:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is written within."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("rollback")
        raise


def connect(file: Path) -> sqlite3.Connection:
    """The store in this file, made or migrated where need be.

    Raises Damaged, QuestionError for what is no store, or one of a newer simnet, ExperimentError.
    """
    with guarded(file, "opened"):
        connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
        try:
            _retried(lambda: connection.execute("pragma journal_mode=wal"))
            connection.execute("pragma synchronous=normal")
            _look(file, connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _look(file: Path, connection: sqlite3.Connection) -> None:
    found = connection.execute("pragma user_version").fetchone()[0]
    tables = {name for (name,) in connection.execute("select name from sqlite_master")}
    if found == 0 and not tables - {"claims"}:
        with transaction(connection):
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"pragma user_version={LAYOUT}")
        return
    if found not in (1, LAYOUT):
        why = "of a newer simnet" if found > LAYOUT else "none of simnet's, or damaged"
        raise QuestionError(
            f"{file} is {why} (layout {found}, this simnet reads {LAYOUT}); give another --store, "
            "or move it away"
        )
    if found == 1:
        _migrate(connection)
    said = [str(row[0]) for row in connection.execute("pragma quick_check(1)")]
    if said != ["ok"]:
        raise Damaged(f"{file}: {said[0]}")
    for table, count in TABLES.items():
        if len(connection.execute(f"select * from {table} limit 0").description) != count:
            raise Damaged(f"{file}: {table} has other columns")
    connection.execute("select key, owner, since from claims limit 0")


def _migrate(connection: sqlite3.Connection) -> None:
    """From layout 1, in place: runs whose own digest holds, and all uses."""
    with transaction(connection):
        if connection.execute("pragma user_version").fetchone()[0] != 1:
            return  # another process has just done it
        found = {
            table: [*map(_today, connection.execute(f"select * from {table}").fetchall())]
            for table in TABLES
        }
        for table in TABLES:
            connection.execute(f"drop table {table}")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        for table, rows in found.items():
            insert(connection, table, (row for row in rows if row is not None))
        connection.execute(f"pragma user_version={LAYOUT}")


def _today(row: Row) -> Row | None:
    """A row of this layout or of an older one, as it stands in this one; None where damaged."""
    if len(row) not in TABLES.values():
        return sealed(*row) if len(row) == TABLES["uses"] - 1 else None
    if is_whole(row):
        return row
    try:
        older = len(row) == TABLES["runs"] and digest(row[0], row[-2]) == row[-1]
    except (TypeError, ValueError):
        return None
    return sealed(*row[:-1]) if older else None


def insert(
    connection: sqlite3.Connection, table: str, rows: Iterable[Row], verb: str = "replace"
) -> None:
    """Put sealed rows in. verb: what becomes of one that is there already: replace or ignore."""
    marks = ",".join("?" * TABLES[table])
    connection.executemany(f"insert or {verb} into {table} values ({marks})", rows)


def mend(file: Path) -> str:
    """Move a damaged file aside, and put what is whole in it into a new one; says so.

    Raises ExperimentError or QuestionError where that cannot be.
    """
    try:
        inode = file.stat().st_ino
        aside, new = _free(file), name_for(file)
        counts = _salvage(file, new)
        if file.stat().st_ino == inode:  # else another process has just done it
            for end in ("-wal", "-shm"):
                log = file.with_name(file.name + end)
                if log.exists():
                    log.rename(aside.with_name(aside.name + end))
            file.rename(aside)
            new.rename(file)
    except OSError as error:
        raise ExperimentError(
            f"{file} is damaged and could not be moved aside: {error.strerror or error}"
        ) from error
    finally:
        for end in ("", "-wal", "-shm"):
            remove(new.with_name(new.name + end))
    return (
        f"{file} was damaged: {counts} runs in it are whole and kept, others are simulated again "
        f"where they are wanted; the damaged file is {aside}"
    )


def _free(file: Path) -> Path:
    number = 1
    while (found := file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")).exists():
        number += 1
    return found


def _salvage(file: Path, new: Path) -> int:
    """Copy all rows that can be read and are whole; returns how many runs."""
    found: dict[str, dict[Row, Row]] = {table: {} for table in TABLES}
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(file)) as old:
        for table, count in TABLES.items():
            for order in ("asc", "desc"):  # from both ends, as reading stops at a damaged page
                with contextlib.suppress(sqlite3.Error, UnicodeDecodeError, OverflowError):
                    for row in old.execute(f"select * from {table} order by 1 {order}"):
                        if (whole := _today(row)) is not None and len(whole) == count:
                            found[table][row] = whole
    with guarded(new, "written"), contextlib.closing(connect(new)) as made, transaction(made):
        for table, rows in found.items():
            insert(made, table, rows.values())
    return len(found["runs"])
