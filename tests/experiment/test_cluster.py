"""A cluster: a real scheduler and two worker processes, some of which are killed."""

import contextlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from experiment.files import ROOT, rows, wait_for, write

pytest.importorskip("distributed", reason="a cluster needs simnet[cluster]")
MANY = 40


class LocalCluster:
    """Started with Dask's own commands."""

    def __init__(self, folder, workers=2, tls=()):
        self.folder, self.tls = folder, list(tls)
        self.file = folder / "scheduler.json"
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.logs = []
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard",
                                     "--scheduler-file", self.file)  # fmt: skip
        wait_for(self._scheduler_says_where)
        self.workers = [
            self._start("worker", "--scheduler-file", self.file, "--nthreads", "1", "--no-nanny",
                        "--no-dashboard", "--death-timeout", "60",
                        "--local-directory", folder)
            for _ in range(workers)
        ]  # fmt: skip
        for log in self.logs[1:]:  # the command would wait ten seconds for them
            wait_for(lambda log=log: "Registered to" in log.read_text("utf-8"))

    def _scheduler_says_where(self):
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):  # none, half-written
            self.address = json.loads(self.file.read_text(encoding="utf-8"))["address"]
            return True
        return False

    def _start(self, *arguments):
        log = self.folder / f"{len(self.logs)}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, arguments), *self.tls],
                cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=file,
            )  # fmt: skip
        self.logs.append(log)
        return process

    def stop(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    found = LocalCluster(folder)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    from simnet.experiment import sweep

    folder = tmp_path_factory.mktemp("undisturbed")
    sweep(write(folder, MANY), store=folder / "store", jobs=1)
    return rows(folder / "store")


def test_a_worker_killed_in_the_middle_changes_nothing(command, cluster, tmp_path, undisturbed):
    write(tmp_path, MANY)
    started = command(
        tmp_path, "sweep", "question.yaml", "--store", "store", "--cluster", cluster.address
    )
    started.has_kept(tmp_path / "store", 8)
    cluster.workers[0].kill()
    code, _, errors = started.ends()
    assert code == 0, errors
    assert rows(tmp_path / "store") == undisturbed


def test_a_scheduler_that_goes_leaves_what_was_finished(command, cluster, tmp_path, undisturbed):
    write(tmp_path, MANY)
    started = command(
        tmp_path, "sweep", "question.yaml", "--store", "store", "--cluster", cluster.address
    )
    started.has_kept(tmp_path / "store", 8)
    cluster.scheduler.kill()
    code, _, errors = started.ends()
    assert code == 1
    assert "scheduler" in errors
    assert "Traceback" not in errors
    kept = rows(tmp_path / "store")
    assert 8 <= len(kept) < len(undisturbed)
    code, _, errors = command(tmp_path, "sweep", "question.yaml", "--store", "store").ends()
    assert code == 0, errors
    assert rows(tmp_path / "store") == undisturbed


def test_nobody_at_the_address(command, tmp_path):
    write(tmp_path)
    started = command(tmp_path, "sweep", "question.yaml", "--cluster", "tcp://127.0.0.1:9")
    code, _, errors = started.ends()
    assert code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in errors
    assert "Traceback" not in errors


def test_tls_is_passed_through(command, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("certificates are made with openssl")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
         "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    files = {
        "ca": tmp_path / "cert.pem",
        "cert": tmp_path / "cert.pem",
        "key": tmp_path / "key.pem",
    }
    names = {"ca": "--tls-ca-file", "cert": "--tls-cert", "key": "--tls-key"}
    folder = tmp_path / "cluster"
    folder.mkdir()
    dask = [str(part) for kind, file in files.items() for part in (names[kind], file)]
    cluster = LocalCluster(folder, workers=1, tls=["--protocol", "tls", *dask])
    try:
        assert cluster.address.startswith("tls://")
        write(tmp_path, 2)
        ours = [str(part) for kind, file in files.items() for part in (f"--tls-{kind}", file)]
        at = ("sweep", "question.yaml", "--store", "store", "--cluster", cluster.address)
        code, _, errors = command(tmp_path, *at, *ours).ends()
        assert code == 0, errors
        assert len(rows(tmp_path / "store")) == 8
        code, _, errors = command(tmp_path, *at, "--tls-ca", "nowhere.pem").ends()
        assert (code, errors.strip()) == (2, "there is no TLS file nowhere.pem")
    finally:
        cluster.stop()
