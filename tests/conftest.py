"""What several tests share."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("simnet", deadline=None, derandomize=True)
settings.load_profile("simnet")

ROOT = Path(__file__).parent.parent

SMALL = """\
name: Small
horizon: 60 days
seed: 3
products:
  fridge:
    price: 500
    failure: {law: exponential, mean: 1 year}
    modes:
      motor: {share: 1, part: motor, remote_fix: 0.2, repair: 2 h}
    in_field: {units: 400}
markets:
  places:
    Berlin: {lat: 52.5, lon: 13.4, weight: 2}
    Hamburg: {lat: 53.6, lon: 10.0}
hotline:
  teams: {all: {shifts: [{agents: 1, hours: 24/7}]}}
outlets:
  places:
    Berlin: {lat: 52.5, lon: 13.4}
    Hamburg: {lat: 53.6, lon: 10.0, contract: partner}
parts:
  motor: {cost: 50, outlet_stock: {base_stock: 2}, depot_stock: {base_stock: 10}}
"""
"""a network of which a run takes a moment"""


@pytest.fixture
def small(tmp_path):
    """A file with the small scenario."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.fixture
def cli(monkeypatch, capsys):
    """Run the command line in this process: returns exit code, standard output and error."""

    def call(*arguments):
        from simnet.cli import main

        monkeypatch.setattr(sys, "argv", ["simnet", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
