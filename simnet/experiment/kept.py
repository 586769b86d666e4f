"""Runs that are kept: one file for all experiments, in which a finished run stands once.

SQLite in WAL mode: several processes may read and write at once, and what was committed outlives a
killed process. Each run carries a digest, so that a damaged one is noticed and simulated again.
"""

import contextlib
import datetime
import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .error import ExperimentError, QuestionError
from .keys import digest, version

LAYOUT = 1
PATIENCE = 60.0
"""seconds to wait for another process that writes"""
FILE = "runs.sqlite"
_SCHEMA = """
create table if not exists runs (
  key text primary key, scenario text not null, seed integer not null,
  replication integer not null, version text not null, cases integer not null,
  seconds real not null, written text not null, figures text not null, digest text not null
) without rowid;
create table if not exists uses (
  experiment text not null, strategy text not null, factors text not null, key text not null,
  primary key (experiment, strategy, key)
) without rowid;
"""


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


def _retried(execute: Callable[[], object]) -> None:
    """For what SQLite refuses at once, and does not wait for, while another process does it too."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            execute()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.05)


class Kept:
    """The runs in a folder. Use it as a context, or close it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE
        self.damaged: set[str] = set()
        """keys of runs that could not be read"""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise QuestionError(
                f"{folder} cannot be made: {error.strerror}; give another --store"
            ) from error
        with self._guarded("opened"):
            self.connection = sqlite3.connect(self.file, timeout=PATIENCE, isolation_level=None)
            _retried(lambda: self.connection.execute("pragma journal_mode=wal"))
            self.connection.execute("pragma synchronous=normal")
            found = self.connection.execute("pragma user_version").fetchone()[0]
            if found == 0:
                self.connection.executescript(_SCHEMA)
                self.connection.execute(f"pragma user_version={LAYOUT}")
            elif found != LAYOUT:
                raise QuestionError(
                    f"{self.file} is written by another simnet (layout {found}, this one reads "
                    f"{LAYOUT}); give another --store"
                )

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Done with it."""
        self.connection.close()

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            said = str(error)
            if "full" in said or "disk I/O" in said:
                raise ExperimentError(
                    f"{self.file} could not be {what}: the disk is full or fails ({said}); "
                    "runs that were finished before are kept: make room and give the same command "
                    "again"
                ) from error
            if "locked" in said:
                raise ExperimentError(
                    f"{self.file} could not be {what}: another process has held it for "
                    f"{PATIENCE:.0f} s; give the same command again"
                ) from error
            remedy = (
                "it is no store of simnet, or damaged: give another --store, or move it away"
                if "not a database" in said or "malformed" in said
                else "give another --store, or mend what the message says"
            )
            raise QuestionError(f"{self.file} could not be {what} ({said}); {remedy}") from error

    def add(self, runs: Iterable[Finished]) -> None:
        """Keep these runs, all or none. One that is there already stays as it is."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        rows = [
            (r.key, r.name, r.seed, r.replication, version(), r.cases, r.seconds, now, r.text,
             digest(r.key, r.text))
            for r in runs
        ]  # fmt: skip
        verb = "insert or replace" if self.damaged else "insert or ignore"
        with self._guarded("written"), self._transaction():
            self.connection.executemany(
                f"{verb} into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    def use(self, experiment: str, strategy: str, factors: dict[str, Any], keys: list[str]) -> None:
        """Note that an experiment speaks of these runs by this name."""
        text = json.dumps(factors, ensure_ascii=False, default=str)
        with self._guarded("written"), self._transaction():
            self.connection.executemany(
                "insert or replace into uses values (?, ?, ?, ?)",
                [(experiment, strategy, text, key) for key in keys],
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.execute("begin immediate")
        try:
            yield
            self.connection.execute("commit")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("rollback")
            raise

    def has(self, keys: list[str]) -> set[str]:
        """Which of these runs are there and can be read."""
        return set(self.read(keys))

    def read(self, keys: list[str]) -> dict[str, dict[str, float]]:
        """Figures of the runs that are there and whole; damaged ones are noted in `damaged`."""
        found = {}
        with self._guarded("read"):
            for at in range(0, len(keys), 500):
                some = keys[at : at + 500]
                marks = ",".join("?" * len(some))
                rows = self.connection.execute(
                    f"select key, figures, digest from runs where key in ({marks})", some
                )
                for key, text, kept in rows:
                    if digest(key, text) == kept:
                        found[key] = figures_of(text)
                    else:
                        self.damaged.add(key)
        return found

    def table(self) -> pd.DataFrame:
        """A row for each use of a run: experiment, strategy, a column per factor, seed,
        replication, scenario, cases, seconds, written, current, a column per key figure."""
        query = """
            select coalesce(u.experiment, ''), coalesce(u.strategy, r.scenario),
              coalesce(u.factors, '{}'), r.seed, r.replication, r.scenario, r.cases, r.seconds,
              r.written, r.version, r.figures
            from runs r left join uses u on u.key = r.key
            order by 1, 2, 4, 5
        """
        with self._guarded("read"):
            found = self.connection.execute(query).fetchall()
        rows = []
        for experiment, strategy, factors, seed, number, scenario, *rest, figures in found:
            cases, seconds, written, made_by = rest
            rows.append(
                {
                    "experiment": experiment, "strategy": strategy, **json.loads(factors),
                    "seed": seed, "replication": number, "scenario": scenario, "cases": cases,
                    "seconds": seconds, "written": written, "current": made_by == version(),
                    **figures_of(figures),
                }
            )  # fmt: skip
        return pd.DataFrame(rows)
