"""Compiled functions: where they are kept, under which key, who waits for the compiler."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import simnet
from simnet import jit

PACKAGE = Path(simnet.__file__).parent


def python(code, **environment):
    """What a new process prints."""
    found = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


SMALL = PACKAGE / "starter" / "scenario.yaml"
FOLDER = "from simnet import jit; print(jit.folder())"


def test_the_folder_is_the_users_and_named_by_the_sources(tmp_path, monkeypatch):
    here = Path(python(FOLDER, NUMBA_CACHE_DIR=str(tmp_path)))
    assert here.parent == tmp_path
    assert python(FOLDER, NUMBA_CACHE_DIR=str(tmp_path)) == str(here)
    # a change of any source is another folder: what was compiled before is not found any more
    changed = (
        "from simnet import jit; from pathlib import Path; read = Path.read_bytes\n"
        "Path.read_bytes = lambda p: read(p) + (b' ' if p.name == 'policies.py' else b'')\n"
        "print(jit.folder())"
    )
    assert python(changed, NUMBA_CACHE_DIR=str(tmp_path)) != str(here)


def test_where_nothing_can_be_written_it_is_a_folder_for_temporary_files(tmp_path):
    """A file stands where the user's folder would be."""
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    here = Path(python(FOLDER, NUMBA_CACHE_DIR=str(blocked), TMPDIR=str(tmp_path)))
    assert here.is_relative_to(tmp_path)
    assert not here.is_relative_to(blocked)


def test_every_file_that_is_compiled_belongs_to_the_key():
    """What uses `inner` or `entry`, and what is registered for compiled code."""
    keyed = {path for pattern in jit.SOURCES for path in PACKAGE.glob(pattern)}
    for path in PACKAGE.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "simnet.jit"
            for alias in node.names
        }
        if not names & {"inner", "entry"}:
            continue
        assert path in keyed, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # functions and constants of other files are compiled in
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simnet."):
                assert PACKAGE / f"{node.module[7:].replace('.', '/')}.py" in keyed, node.module


@pytest.mark.parametrize(
    "code",
    [
        "import simnet.cli",
        "import simnet; simnet.load",
        "from simnet.cli.check import command; from simnet.draws import draw",
        f"import pathlib; from simnet.cli.check import command; command(pathlib.Path('{SMALL}'))",
    ],
)
def test_nobody_waits_for_the_compiler_who_does_not_simulate(code):
    told = python(f"{code}\nimport sys; print('numba' in sys.modules)")
    assert told.splitlines()[-1] == "False"


def test_compiling_is_said_once(tmp_path):
    """In the log, and only where it was never done; the loop itself is left out of this test."""
    code = (
        "from simnet import kernel, engine; from simnet.draws import compiled\n"
        "kernel.prepare = lambda: None\n"
        "ready = [False, True]; kernel.is_ready = lambda: ready.pop(0)\n"
        "compiled.is_ready = lambda: True\n"
        "engine.prepare('compiled'); engine.prepare('compiled')"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    ).stderr
    assert said.count("compiling the engine") == 1


def test_what_is_too_large_does_not_wait_for_the_compiler(tmp_path):
    """Refused on a machine where nothing was ever compiled, and nothing is compiled for it."""
    file = tmp_path / "large.yaml"
    file.write_text(
        "horizon: 10 years\n"
        "products: {p: {failure: 1 year, in_field: {units: 5500000}}}\n", encoding="utf-8"
    )  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-c", "from simnet.cli import main; main()", "run", str(file)],
        env=os.environ
        | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "SIMNET_MEMORY_GIB": "3"},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 2
    assert "GiB of memory" in found.stderr
    assert not (tmp_path / "cache").exists()


def test_a_folder_of_somebody_else_is_not_used(tmp_path, monkeypatch):
    """What lies there would be run."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    jit.folder.cache_clear()
    mine = jit.folder()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    jit.folder.cache_clear()
    other = jit.folder()
    jit.folder.cache_clear()
    assert mine.parent == tmp_path
    assert not other.is_relative_to(tmp_path)


def test_a_full_disk_keeps_nothing_and_stops_nobody(tmp_path, monkeypatch):
    """The next folder is taken."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "full"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "other"))
    (tmp_path / "other").mkdir()
    monkeypatch.setattr(jit.tempfile, "tempdir", None)
    sound = jit.tempfile.TemporaryFile

    def full(dir):
        if "full" in str(dir):
            raise OSError(28, "No space left on device")
        return sound(dir=dir)

    monkeypatch.setattr(jit.tempfile, "TemporaryFile", full)
    jit.folder.cache_clear()
    assert jit.folder().is_relative_to(tmp_path / "other")
    jit.folder.cache_clear()


DRAWN = """
import simnet
from simnet.plan import make_plan
from simnet.draws import draw
scenario = simnet.parse({"products": {"p": {"failure": {"law": "exponential", "mean": 9e3},
                                            "in_field": {"units": 50}}}})
print(float(draw(make_plan(scenario), 1).cases.moment.sum()))
"""


def test_what_is_damaged_is_compiled_anew(tmp_path):
    """Truncated, with a flipped bit, emptied; none of it is run."""
    environment = {"NUMBA_CACHE_DIR": str(tmp_path)}
    first = python(DRAWN, **environment)
    files = sorted(path for end in ("nbi", "nbc") for path in tmp_path.rglob(f"*.{end}"))
    assert len(files) > 4
    written = [path.read_bytes() for path in files]
    for number, (path, content) in enumerate(zip(files, written, strict=True)):
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]
        path.write_bytes((content[:middle], flipped, b"")[number % 3])
    assert python(DRAWN, **environment) == first
    assert all(path.stat().st_size > 99 for path in files)
    files[0].with_name(files[0].name + ".digest").unlink()
    assert python(DRAWN, **environment) == first


EVERYTHING_IS_COMPILED = """
import importlib, pathlib
import simnet
from simnet import jit
from simnet.run import FIRST, prepare, simulate
from simnet.scenario import load, parse

here = pathlib.Path(simnet.__file__).parent
files = [*here.glob("accounts/loops/*.py"), *here.glob("draws/*loop*.py"),
         here / "kernel/network.py"]
names = [".".join(("simnet", *f.relative_to(here).with_suffix("").parts)) for f in files]
loops = {f"{name}.{loop.__name__}": loop
         for name in names for loop in jit.entries(importlib.import_module(name))}
prepare("compiled")
run = simulate(parse(FIRST))  # what `prepare` does where something is not compiled
run.kpis, run.levels
late = [name for name, loop in loops.items() if not loop.signatures]
ask = {"question": {"per_week": 60}}
line = {"teams": {"all": {"shifts": [{"agents": 2, "hours": "24/7"}]}}}
place = {"places": {"here": {"lat": 0, "lon": 0}}}
job = {"job": {"per_week": 60, "work": {"repair": 1, "first_time_fix": 0.5}}}
scenarios = [
    parse({"horizon": "1 week", "enquiries": ask, "hotline": line}),
    parse({"horizon": "1 week", "enquiries": job, "outlets": place}),
    *map(load, sorted((here.parent / "configs").glob("*.yaml"))),
]
for scenario in scenarios:
    run = simulate(scenario)
    run.kpis, run.ledger, run.levels, run.audit, run.cases
again = [name for name, loop in loops.items() if len(loop.signatures) > 1]
print(len(loops), late + again)
"""


def test_nothing_is_compiled_later():
    """Whatever a scenario has or lacks, its arrays are of the types that were prepared: nobody
    waits for the compiler in the middle of a run, without having been told."""
    count, more = python(EVERYTHING_IS_COMPILED).splitlines()[-1].split(" ", 1)
    assert int(count) > 20
    assert more == "[]"
