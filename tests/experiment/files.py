"""An experiment on disk, `simnet` as a process, and what a store holds."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from conftest import SMALL

ROOT = Path(__file__).parents[2]

QUESTION = """\
name: Who and how many
base: small.yaml
factors:
  technicians: {path: outlets.defaults.technicians, levels: [1, 2]}
  who:
    strategies:
      own: {outlets.places.Hamburg.contract: company}
      partner: {outlets.places.Hamburg.contract: partner}
responses: [cost_per_case, response_p90]
replications: 4
"""


def write(folder, replications=4):
    """The experiment file in this folder, with its scenario."""
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    file = folder / "question.yaml"
    text = QUESTION.replace("replications: 4", f"replications: {replications}")
    file.write_text(text, encoding="utf-8")
    return file


# whoever runs the tests in the background may let them, and what they start, ignore Ctrl-C
MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from simnet.cli import main
main()
"""


class Command:
    """`simnet` as a process of its own."""

    def __init__(self, folder, *arguments, environment=None):
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *map(str, arguments)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ends(self, seconds=120):
        """(exit code, standard output, standard error)"""
        out, errors = self.process.communicate(timeout=seconds)
        return self.process.returncode, out, errors

    def has_kept(self, store, least, seconds=90):
        """Wait until it has written so many runs to its store; fail where it ends before."""
        end = time.monotonic() + seconds
        while len(rows(store)) < least:
            assert self.process.poll() is None, f"ended before: {self.ends()}"
            assert time.monotonic() < end, "this takes too long"
            time.sleep(0.02)


def rows(store):
    """{key: figures} of a store, read as bytes are there."""
    file = Path(store) / "runs.sqlite"
    if not file.exists():
        return {}
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30) as connection:
        try:
            return dict(connection.execute("select key, figures from runs"))
        except sqlite3.OperationalError:  # not made yet
            return {}


def wait_for(condition, seconds=90):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.02)
