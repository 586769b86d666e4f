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
        if names & {"inner", "entry"}:
            assert path in keyed, path
    assert PACKAGE / "policies.py" in keyed
    assert PACKAGE / "records.py" in keyed  # its enumerations are compiled into the loop


@pytest.mark.parametrize(
    "code",
    [
        "import simnet.cli",
        "import simnet; simnet.load",
        "from simnet.cli.check import command; from simnet.draws import draw",
        f"import pathlib; from simnet.cli.check import command; command(pathlib.Path('{SMALL}'))",
        "from simnet import engine; engine.is_ready('simpy')",
    ],
)
def test_nobody_waits_for_the_compiler_who_does_not_simulate(code):
    told = python(f"{code}\nimport sys; print('numba' in sys.modules)")
    assert told.splitlines()[-1] == "False"


def test_compiling_is_said_once(tmp_path):
    """In the log, and only where it was never done."""
    code = (
        "import numba; numba.config.DISABLE_JIT = False\n"
        "from simnet import kernel, engine\n"
        "kernel.prepare = lambda: None\n"
        "ready = [False, True]; kernel.is_ready = lambda: ready.pop(0)\n"
        "engine.prepare('compiled'); engine.prepare('compiled')"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    ).stderr
    assert said.count("compiling the engine") == 1
