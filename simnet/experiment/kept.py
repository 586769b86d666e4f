"""Runs that are kept: one file for all experiments, in which a finished run stands once.

What is damaged is left out, and simulated again where it is wanted; `notes` say so. Processes that
work on the same runs at once claim them, so that each is simulated by one of them.
"""

import contextlib
import datetime
import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from simnet.process import lives, me

from .error import ExperimentError, QuestionError
from .file import FILE, Damaged, Row, connect, guarded, insert, is_whole, mend, sealed, transaction
from .keys import version

T = TypeVar("T")
AT_ONCE = 500
"""keys that one statement asks for"""


@dataclass(frozen=True)
class Finished:
    """One finished run."""

    key: str
    name: str
    """of the scenario"""
    seed: int
    replication: int
    cases: int
    seconds: float
    figures: dict[str, float]
    """key figures in total; NaN where there is nothing to say"""

    @property
    def text(self) -> str:
        """Figures as they are kept: every float to the bit."""
        plain = {k: None if math.isnan(v) else v for k, v in self.figures.items()}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def figures_of(text: str) -> dict[str, float]:
    """What `Finished.text` says."""
    return {k: math.nan if v is None else float(v) for k, v in json.loads(text).items()}


class Kept:
    """The runs in a folder. Use it as a context, or close it.

    Each method raises ExperimentError where the file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE
        self.damaged: set[str] = set()
        """what could not be read: keys of runs, names of uses and records"""
        self.mended: list[str] = []
        """what was done about a damaged file"""
        self._claimed: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise QuestionError(
                f"{folder} cannot be made: {error.strerror}; give another --store"
            ) from error
        if self.file.exists() and not self.file.is_file():
            raise QuestionError(f"{self.file} is no file; give another --store")
        try:
            self.connection = connect(self.file)
        except Damaged:
            self.mended.append(mend(self.file))
            self.connection = self._again()
        self._done("written", self._clear_claims)

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Done with it, and with what was claimed."""
        with contextlib.suppress(ExperimentError):
            self.release(self._claimed)
        self.connection.close()

    @property
    def notes(self) -> list[str]:
        """What was damaged, and what was done about it."""
        count = len(self.damaged)
        return [
            *self.mended,
            *([f"{count} damaged in the store, and simulated again"] * (count > 0)),
        ]

    def _again(self) -> sqlite3.Connection:
        try:
            return connect(self.file)
        except Damaged as error:
            raise ExperimentError(f"{error}; move it away, or give another --store") from error

    def _done(self, what: str, call: Callable[[], T]) -> T:
        """What the call returns; once more where the file had to be mended for it."""
        try:
            with guarded(self.file, what):
                return call()
        except Damaged:
            self.connection.close()
            self.mended.append(mend(self.file))
            self.connection = self._again()
        try:
            with guarded(self.file, what):
                return call()
        except Damaged as error:
            raise ExperimentError(f"{error}; move it away, or give another --store") from error

    def add(self, runs: Iterable[Finished]) -> None:
        """Keep these runs, all or none. One that is there already stays as it is."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        rows = [
            sealed(r.key, r.name, r.seed, r.replication, version(), r.cases, r.seconds, now, r.text)
            for r in runs
        ]

        def write() -> None:
            with transaction(self.connection):
                insert(self.connection, "runs", rows, "ignore")
                self._unclaim([row[0] for row in rows])

        self._done("written", write)

    def use(self, experiment: str, strategy: str, factors: dict[str, Any], keys: list[str]) -> None:
        """Note that an experiment speaks of these runs by this name."""
        text = json.dumps(factors, ensure_ascii=False, default=str)
        rows = [sealed(experiment, strategy, text, key) for key in keys]

        def write() -> None:
            with transaction(self.connection):
                insert(self.connection, "uses", rows)

        self._done("written", write)

    def claim(self, keys: list[str]) -> tuple[set[str], bool]:
        """(which of these runs are there, whether the others are ours to simulate now).

        They are not while a living process has claimed one of them. What is claimed is let go when
        it is added, released, or the process is no more.
        """

        def write() -> tuple[set[str], bool]:
            with transaction(self.connection):
                there = set(self._read(keys))
                left = [key for key in keys if key not in there]
                now, mine = time.time(), me()
                for some in _portions(left):
                    found = self.connection.execute(
                        f"select owner, since from claims where key in ({_marks(some)})", some
                    )
                    if any(owner != mine and lives(owner, since) for owner, since in found):
                        return there, False
                self.connection.executemany(
                    "insert or replace into claims values (?, ?, ?)", [(k, mine, now) for k in left]
                )
                self._claimed.update(left)
                return there, True

        return self._done("written", write)

    def release(self, keys: Iterable[str]) -> None:
        """Leave these runs to others."""
        gone = [key for key in keys if key in self._claimed]
        if gone:

            def write() -> None:
                with transaction(self.connection):
                    self._unclaim(gone)

            self._done("written", write)

    def _unclaim(self, keys: list[str]) -> None:
        self.connection.executemany(
            "delete from claims where key = ? and owner = ?", [(key, me()) for key in keys]
        )
        self._claimed.difference_update(keys)

    def _clear_claims(self) -> None:
        """Forget what processes claimed that are no more."""
        found = "select owner, max(since) from claims group by owner"
        for owner, since in self.connection.execute(found).fetchall():
            if not lives(owner, since):
                self.connection.execute("delete from claims where owner = ?", [owner])

    def has(self, keys: list[str]) -> set[str]:
        """Which of these runs are there and can be read."""
        return set(self.read(keys))

    def read(self, keys: list[str]) -> dict[str, dict[str, float]]:
        """Figures of the runs that are there and whole; damaged ones are noted and taken out."""
        return self._done("read", lambda: self._read(keys))

    def _read(self, keys: list[str]) -> dict[str, dict[str, float]]:
        found = {}
        for some in _portions(keys):
            rows = self.connection.execute(
                f"select * from runs where key in ({_marks(some)})", some
            ).fetchall()
            for row in self._whole("runs", rows):
                found[row[0]] = figures_of(row[8])
        return found

    def _whole(self, table: str, rows: list[Row]) -> list[Row]:
        """Those that are as they were written; the others are noted and taken out."""
        whole = [row for row in rows if is_whole(row)]
        if len(whole) < len(rows):
            names = ["key", "digest"]
            if table == "uses":
                names = ["experiment", "strategy", *names]
            at = (0, -1) if table == "runs" else (0, 1, 3, -1)
            where = " and ".join(f"{name} = ?" for name in names)
            for row in rows:
                if not is_whole(row):
                    key = [row[i] for i in at]
                    self.damaged.add(" ".join(map(str, key[:-1])))
                    gone = self.connection.execute(f"delete from {table} where {where}", key)
                    if gone.rowcount == 0:  # it stands where its key does not belong
                        raise Damaged(f"{self.file}: rows of {table} are not in order")
        return whole

    def table(self) -> pd.DataFrame:
        """A row for each use of a run: experiment, strategy, a column per factor, seed,
        replication, scenario, cases, seconds, written, current, a column per key figure."""

        def everything(table: str) -> list[Row]:
            rows = self.connection.execute(f"select * from {table}").fetchall()
            return self._whole(table, rows)

        runs = {row[0]: row for row in self._done("read", lambda: everything("runs"))}
        named = [row[:4] for row in self._done("read", lambda: everything("uses"))]
        uses = [use for use in named if use[3] in runs]
        used = {key for *_, key in uses}
        uses += [("", runs[key][1], "{}", key) for key in runs if key not in used]
        rows = []
        for experiment, strategy, factors, key in uses:
            _, scenario, seed, number, made_by, cases, seconds, written, figures, _ = runs[key]
            rows.append(
                {
                    "experiment": experiment, "strategy": strategy, **json.loads(factors),
                    "seed": seed, "replication": number, "scenario": scenario, "cases": cases,
                    "seconds": seconds, "written": written, "current": made_by == version(),
                    **figures_of(figures),
                }
            )  # fmt: skip
        rows.sort(key=lambda r: (r["experiment"], r["strategy"], r["seed"], r["replication"]))
        return pd.DataFrame(rows)


def _portions(keys: list[str]) -> Iterable[list[str]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))


def _marks(keys: list[str]) -> str:
    return ",".join("?" * len(keys))
