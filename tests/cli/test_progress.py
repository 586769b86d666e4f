"""Progress of a sweep on a terminal."""

import sys

from simnet.cli.progress import SweepBar
from simnet.experiment import Counts, Finished


def finished(name, value, number):
    return Finished(f"{name}-0-{number}", name, 0, number, 10, 0.1, {"cost_per_case": value})


def test_it_tells_done_running_failed_rate_and_the_best(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    with SweepBar("sizes", "cost_per_case") as bar:
        bar.began -= 10
        counts = Counts(wanted=12, found=2, done=3, failed=1, running=2)
        runs = [finished("few", 30.0, 0), finished("few", 32.0, 1), finished("many", 20.0, 0)]
        bar.update(counts, tuple(runs))
        told = bar.progress.tasks[0]
    assert (told.completed, told.total) == (6, 12)
    assert told.fields["more"].startswith("2 running, 1 failed, 0.3/s")
    assert told.fields["best"] == "cost_per_case best so far: many 20"


def test_it_is_silent_elsewhere(capsys):
    with SweepBar("sizes", "cost_per_case") as bar:
        bar.began -= 10
        bar.update(Counts(wanted=2, done=1), (finished("few", 1.0, 0),))
    assert capsys.readouterr() == ("", "")
    assert bar.kept == 1
