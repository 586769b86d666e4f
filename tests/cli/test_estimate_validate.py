"""`simnet estimate` and `simnet validate`: what they print, and what they refuse."""

import json
import math
from types import SimpleNamespace

import pytest

from simnet.estimate import Figure
from simnet.estimate.accuracy import Accuracy
from simnet.experiment import Estimate
from simnet.validation.compare import Compared, compare


def test_estimate_tells_every_group_and_its_assumptions(cli, small):
    code, printed, errors = cli("estimate", small)
    assert (code, errors) == (0, "")
    for title in ("Demand", "Hotline", "Outlets", "Parts", "Response", "Money", "Stock",
                  "Hotline, hour by hour, on the busiest day"):  # fmt: skip
        assert f"\n{title}" in printed
    assert "rests on" in printed
    assert "renewal function" in printed
    assert "exact recursion" in printed
    assert "in nine of ten systems" in printed
    assert printed.count(":00 ") == 24


def test_estimate_for_every_hour_of_the_week(cli, small):
    assert cli("estimate", small, "--hours")[1].count(":00 ") == 168


def test_estimate_as_data(cli, small):
    code, printed, _ = cli("estimate", small, "--json", "--set", "hotline.patience=null")
    assert code == 0
    document = json.loads(printed)
    assert document["figures"]["cases"]["value"] == pytest.approx(400 * 60 / 365, rel=0.01)
    assert document["figures"]["cases"]["group"] == "Demand"
    assert document["figures"]["cost_per_year"]["unit"] == "money"
    assert len(document["hotline"]["calls"]) == 168
    assert set(document["outlets"]) == {"Berlin", "Hamburg"}
    # two thirds of the market, and those that the partner in Hamburg refuses (2 %, far to drive)
    ratio = document["outlets"]["Berlin"]["load"] / document["outlets"]["Hamburg"]["load"]
    assert 2.0 < ratio < 2.4
    assert document["stock"]["motor"]["demand_per_week"] == pytest.approx(
        400 * 0.8 * 168 / 8760, rel=0.02
    )
    assert sum(document["demand"].values()) == pytest.approx(400 * 60 / 365, rel=0.01)


def test_estimate_of_too_much_work(cli, small):
    code, printed, _ = cli("estimate", small, "--set", "products.fridge.in_field.units=20000")
    assert code == 0
    assert "more work than technicians can do" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("part", ["hotline", "outlets", "parts"])
def test_estimate_of_a_part(cli, small, part):
    changes = ["parts={}" if part == "parts" else f"{part}=null"]
    if part in ("parts", "outlets"):
        changes.append("products.fridge.modes.motor.part=null")
    options = [x for change in changes for x in ("--set", change)]
    code, printed, errors = cli("estimate", small, *options)
    assert (code, errors) == (0, "")
    code, printed, _ = cli("estimate", small, *options, "--json")
    json.loads(printed)


def test_a_wrong_scenario_is_refused(cli, small):
    for command in ("estimate", "validate"):
        code, _, errors = cli(command, small, "--set", "horizon=-1")
        assert code == 2
        assert "--set horizon=-1" in errors


def test_validate_sets_both_side_by_side(cli, small):
    code, printed, errors = cli("validate", small, "-r", 4, "--set", "horizon=2 years")
    assert (code, errors) == (0, "")
    assert "estimate against 4 replications of 2 years" in printed
    assert "Audit: 8 of 8 identities hold" in printed
    line = next(line for line in printed.splitlines() if line.startswith("cases "))
    assert line.rstrip().endswith("agrees")
    line = next(line for line in printed.splitlines() if " figures agree " in line)
    assert line.endswith("of the kind);") or "differ" in printed


def test_validate_as_data(cli, small):
    code, printed, _ = cli("validate", small, "-r", 3, "--json", "--seed", 5)
    assert code == 0
    rows = {row["name"]: row for row in json.loads(printed)}
    assert {"cases", "asa", "response_mean", "cost_per_year: rent"} <= set(rows)
    rent = rows["cost_per_year: rent"]
    assert rent["estimate"] == pytest.approx(rent["mean"], rel=1e-9)
    assert rent["verdict"] == "agrees"
    assert rent["half_width_95"] == pytest.approx(0, abs=1e-6)


def test_one_replication_has_no_interval(cli, small):
    assert cli("validate", small, "-r", 1)[0] == 2


def figure(value, warnings=(), within=0.05):
    near = Accuracy(systems=30, kind="of a kind", median=within / 2, nine_in_ten=within)
    return Figure("asa", value, "Hotline", "hotline", "a formula", near, warnings)


@pytest.mark.parametrize(
    ("value", "mean", "half", "warnings", "verdict"),
    [
        (10, 10.4, 0.1, (), "agrees"),  # as near as the formula comes
        (10, 12, 2.5, (), "agrees"),  # within the interval
        (10, 12, 1.5, (), "differs"),
        (10, 12, 1.5, ("why",), "expected"),
        (10, 12, math.nan, (), "differs"),
        (0, 0, 0, (), "agrees"),
        (math.nan, 12, 1.0, ("queue grows",), "expected"),
    ],
)
def test_verdicts(value, mean, half, warnings, verdict):
    row = Compared(figure(value, warnings), Estimate(mean, half))
    assert row.verdict == verdict


def test_difference():
    assert Compared(figure(9), Estimate(10, 1)).difference == pytest.approx(-0.1)
    assert math.isnan(Compared(figure(9), Estimate(0, 0)).difference)


def test_figures_that_the_runs_lack_are_left_out():
    summary = SimpleNamespace(total={"asa": Estimate(math.nan, math.nan)})
    assert compare([figure(1)], summary) == []
    assert compare([Figure("no such", 1, "Hotline", "", "", None)], summary) == []
