"""A flipped bit in a run's folder: a clear message, never other figures, never a traceback."""

import random

import pytest

from simnet import load, store
from simnet.experiment import replicate, summarise

FLIPS = 60
"""places, the same every time (seeded): no error rate"""


@pytest.fixture
def run(small, tmp_path):
    """A small run's folder."""
    runs = list(replicate(load(small), 5, 1, jobs=1))
    store.write(tmp_path / "run", runs, summarise(runs), "small.yaml", [], {})
    return tmp_path / "run"


def flipped(content, bit):
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_every_file_and_every_bit_of_it_counts(run, cli):
    rng = random.Random(1)
    files = sorted(path for path in run.rglob("*") if path.is_file())
    manifest = run / "manifest.json"
    chosen = [*files, manifest, manifest, *rng.choices(files, k=FLIPS)]
    for file in chosen:
        content = file.read_bytes()
        bit = rng.randrange(8 * len(content))
        file.write_bytes(flipped(content, bit))
        try:
            store.read(run, pictures=True)
            said = ""
        except store.ReadError as error:
            said = str(error)
        file.write_bytes(content)
        assert file.name in said, (file, bit)
    assert store.read(run, pictures=True)[0].audit.passed


def test_the_commands_say_it(run, cli, tmp_path):
    for name in ("ledger.parquet", "levels.parquet", "kpis.json", "records/visits.parquet"):
        file = run / name
        content = file.read_bytes()
        file.write_bytes(flipped(content, 4 * len(content)))
        for call in (("audit", run), ("trace", run, 0), ("compare", run, "--out", tmp_path / "c")):
            code, _, errors = cli(*call)
            assert code == 2, call
            assert file.name in errors
            assert "Traceback" not in errors
        file.write_bytes(content)
    file = next((run / "plots").iterdir())
    file.write_bytes(b"edited by hand")
    assert cli("trace", run, "--slowest", 3)[0] == 0  # nothing is read from it
    code, _, errors = cli("audit", run)
    assert (code, file.name in errors) == (2, True)
