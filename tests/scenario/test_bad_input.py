"""Bad input: whatever a planner writes ends in a clean message or in a clean run, soon and small.

The mutants of `properties/mutants.py` are the same every time (`random.Random(number)`): no error
rate. They are tried in a process of their own with 3 GiB of address space.
"""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from properties.mutants import CSV, KINDS, SECONDS, kind_of, write

import simnet
from simnet.draws import draw, failures, staff, units
from simnet.draws.size import refuse_too_much
from simnet.plan import make_plan, places
from simnet.scenario import ScenarioError, load, parse
from simnet.scenario.problem import Problem, shown

FAST, ALL = 128, 1000
LONGEST = 1_100
"""characters of a problem's text"""
HERE = Path(__file__).parents[1]


def tried(folder, first, last):
    """What came of the mutants from `first` on to before `last`, by number."""
    call = [sys.executable, "-m", "properties.mutants", str(folder), str(first), str(last)]
    one = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    done = subprocess.run(
        call, cwd=HERE, env={**os.environ, **one}, capture_output=True, text=True, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    last_line = lines[-1] if lines else None
    assert done.returncode == 0, f"{last_line}: {done.stderr[-2000:]}"
    return {line["number"]: line for line in lines if "end" in line}


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Folder and results of the first mutants."""
    folder = tmp_path_factory.mktemp("mutants")
    return folder, tried(folder, 0, FAST)


@pytest.fixture(scope="module")
def rest(tmp_path_factory):
    """Folder and results of the other mutants."""
    folder = tmp_path_factory.mktemp("mutants")
    return folder, tried(folder, FAST, ALL)


@pytest.fixture(params=["few", pytest.param("rest", marks=pytest.mark.long)])
def results(request):
    """Results by number."""
    return request.getfixturevalue(request.param)[1]


def test_each_ends_in_a_message_or_in_a_run(results):
    """Nothing else: no other exception, no death of the process."""
    wrong = {number: found["trace"] for number, found in results.items() if found["end"] == "error"}
    assert not wrong, next(iter(wrong.items()))
    assert len(results) in (FAST, ALL - FAST)
    assert {found["end"] for found in results.values()} <= {"refused", "ran", "large"}


def test_each_message_names_a_place_in_one_readable_line(results):
    """The place is a file, a line or a path; nothing in it steers the terminal."""
    for number, found in results.items():
        if found["end"] == "refused":
            assert found["problems"], number
            for text, placed in found["problems"]:
                assert placed, (number, text)
                assert len(text) <= LONGEST, (number, text)
                assert text.isprintable(), (number, text)


def test_each_ends_soon(results):
    """Loading, planning, refusing, or the run where it is small."""
    slow = {n: found["seconds"] for n, found in results.items() if found["seconds"] > SECONDS}
    assert not slow


def test_the_mutants_are_mutants_and_of_all_kinds(results):
    """Every kind is refused more than once, and some mutants are right after all and run."""
    ends = defaultdict(Counter)
    for number, found in results.items():
        ends[kind_of(number).__name__][found["end"]] += 1
    assert len(ends) == len(KINDS)
    assert min(counts["refused"] for counts in ends.values()) >= 2
    total = sum(ends.values(), Counter())
    assert total["ran"] > len(results) / 10
    assert total["large"] < len(results) / 20
    assert sum(found.get("cases", 0) for found in results.values()) > 1000


def test_the_command_line_refuses_them_too(few, cli, tmp_path):
    """Exit code 2, the problems and their number, no traceback, nothing written."""
    folder, found = few
    chosen = [
        number
        for number, result in found.items()
        if result["end"] == "refused" and result["seconds"] < 0.5
    ][:50]
    assert len(chosen) == 50
    for number in chosen:
        out = tmp_path / str(number)
        code, printed, said = cli("run", folder / str(number) / "scenario.yaml", "--out", out)
        assert code == 2, (number, said)
        assert printed == ""
        assert "Traceback" not in said
        assert "nothing was run" in said
        *problems, _ = said.splitlines()
        assert problems == [text for text, _ in found[number]["problems"]]
        assert not out.exists()


def test_the_command_line_checks_those_that_are_right(few, cli):
    """What runs can be looked at beforehand, however odd its figures are."""
    folder, found = few
    right = [number for number, result in found.items() if result["end"] == "ran"][::3]
    assert len(right) > 4
    for number in right:
        code, _, said = cli("check", folder / str(number) / "scenario.yaml")
        assert (code, said) == (0, ""), number


def test_the_files_are_right_before_they_are_damaged(tmp_path, monkeypatch):
    """A mutant on which nothing was done runs, so that what is refused is the damage."""
    monkeypatch.setattr("properties.mutants.kind_of", lambda number: lambda *_: None)
    run = simnet.simulate(load(write(0, tmp_path / "right")))
    assert len(run.cases) > 100
    assert set(run.plan.markets) == {"Köln", "上海", "北京", "القاهرة"}
    assert sorted(CSV) == ["markets.csv", "register.csv", "talk.csv"]


# --- what the mutants revealed, one by one ----------------------------------------------------


def refused(action, *arguments):
    with pytest.raises(ScenarioError) as caught:
        action(*arguments)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_what_cannot_be_seen_is_escaped_and_what_is_long_is_cut():
    """A message is one line, whatever the names are; the beginning and the end stay."""
    assert shown("北京 مدينة é 😀", 100) == "北京 مدينة é 😀"
    assert shown("a\nb\x1b[31m\u202e\ud800", 100) == r"a\nb\x1b[31m\u202e\ud800"
    assert shown("x" * 100, 100) == "x" * 100
    assert shown("a" * 60 + "b" * 60, 25) == "a" * 10 + " ... " + "b" * 10
    text = str(Problem(("p" * 5000, "end"), "m" * 5000 + "!", "w" * 5000 + ", line 3"))
    assert len(text) <= LONGEST
    assert text.endswith("m!")
    assert ", line 3: " in text
    assert ".end: " in text


FRIDGE = {"products": {"p": {"failure": 1000, "in_field": {"units": 1}}}}


def test_what_is_no_plain_file_is_not_read_for_ever(tmp_path):
    """/dev/zero has no end, and a size of 0."""
    assert "larger than 20,000,000 bytes" in refused(load, "/dev/zero")
    data = {**FRIDGE, "markets": {"csv": "/dev/zero"}}
    assert "/dev/zero cannot be read as CSV: it is no file" in refused(parse, data)
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(100_000_001)
    data = {**FRIDGE, "markets": {"csv": "big.csv"}}
    assert "big.csv is larger than 100,000,000 bytes" in refused(parse, data, tmp_path)


def test_a_horizon_after_the_last_year():
    """Dates end with the year 9999, so the calendar months of the run must."""
    text = refused(parse, {**FRIDGE, "start": "9990-01-01", "horizon": "20 years"})
    assert text == "horizon: ends after the year 9999"
    assert parse({**FRIDGE, "start": "9970-01-01", "horizon": "20 years"})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("outlets.places.a.technicians", 1_000_001),
        ("outlets.defaults.technicians", 10**30),
        ("outlets.site.technicians_total", 1_000_001),
        ("logistics.workshop.technicians", 10**18),
        ("hotline.teams.t.shifts.0.agents", 1_000_001),
    ],
)
def test_more_people_than_anybody_has(path, value):
    """At most a million at one place; a whole number of the computer holds no 10**30."""
    data = {
        **FRIDGE,
        "outlets": {"defaults": {}, "places": {"a": {"technicians": 1}}, "site": {"n": 1}},
        "logistics": {"workshop": {}},
        "hotline": {"teams": {"t": {"shifts": [{"agents": 1}]}}},
    }
    node = data
    *above, last = path.split(".")
    for step in above:
        node = node[int(step) if isinstance(node, list) else step]
    node[last] = value
    assert refused(parse, data) == f"{path}: more than 1,000,000 people are not simulated"
    node[last] = 1_000_000
    parse(data)


@pytest.mark.parametrize("field", ["outlet_stock", "depot_stock"])
def test_more_pieces_than_anybody_has(field):
    """At most 10**9 pieces at one place."""
    data = {**FRIDGE, "parts": {"a": {field: {"base_stock": 10**9 + 1}}}}
    expected = f"parts.a.{field}.base_stock: more than 1,000,000,000 pieces are not simulated"
    assert refused(parse, data) == expected
    parse({**FRIDGE, "parts": {"a": {field: {"base_stock": 10**9}}}})


def test_more_pieces_than_anybody_has_at_an_outlet():
    """An outlet's own stock too."""
    policy = {"reorder_point": 10**10, "order_quantity": 1}
    outlets = {"places": {"a": {"stock": {"a": policy}}}}
    text = refused(parse, {**FRIDGE, "parts": {"a": {}}, "outlets": outlets})
    assert text.startswith("outlets.places.a.stock.a.reorder_point: more than 1,000,000,000 pie")


def test_a_day_factor_that_no_gamma_law_has():
    """The law of the days is made while the scenario is read, not in the run."""
    data = {"enquiries": {"e": {"per_week": 1, "day_factor_cv": 1e200}}}
    assert refused(parse, data).startswith("enquiries.e: day_factor_cv: 1e+200 is too extreme")


def test_a_hazard_that_is_zero_in_hours():
    """A rate of 5e-324 a year is none at all an hour."""
    law = {"law": "piecewise_hazard", "ages": [0], "rates": [5e-324]}
    assert "the last rate must be above 0" in refused(parse, {"products": {"p": {"failure": law}}})


def test_what_no_number_can_hold_never_comes():
    """A law whose values overflow gives inf and no warning: such a unit does not fail."""
    for law in (
        {"law": "exponential", "mean": 1e308},
        {"law": "lognormal", "median": 1e290, "sigma": 5},
        {"law": "weibull", "shape": 0.2, "scale": 1e305},
    ):
        for effect in ("as_new", "minimal"):
            product = {"failure": law, "repair_effect": effect, "in_field": {"units": 100}}
            assert not len(draw(make_plan(parse({"products": {"p": product}})), 1).cases)


def test_more_sites_than_can_be_compared(monkeypatch):
    """Refused before a table of markets and candidates is made."""
    outlets = {"site": {"n": 2, "candidates": {"country": "LU"}}}
    data = {
        **FRIDGE,
        "outlets": outlets,
        "markets": {"places": {"a": {"lat": 50, "lon": 0}, "b": {"lat": 0, "lon": 0}}},
    }
    monkeypatch.setattr(places, "MAX_PAIRS", 6)  # two markets, three cities
    assert len(make_plan(parse(data)).outlets) == 2
    monkeypatch.setattr(places, "MAX_PAIRS", 5)
    assert refused(make_plan, parse(data)) == (
        "outlets.site: 3 candidates for 2 markets are more than can be compared (5 pairs); "
        "take the largest ones only"
    )


@pytest.mark.parametrize(
    ("data", "path", "duties"),
    [
        # every person counts, and every time that he comes on duty; ten days
        ({"outlets": {"places": {"a": {"technicians": 3, "hours": "08:00-16:00"}}}},
         "outlets.places.a.technicians", 3 * 11),
        ({"outlets": {"places": {"a": {"technicians": 3, "hours": "24/7"}}}},
         "outlets.places.a.technicians", 3 * 2),
        ({"outlets": {"places": {"a": {"technicians": 3, "hours": "24/7",
                                       "capacity_share": 0.5}}}},
         "outlets.places.a.technicians", 3 * 12),
        ({"hotline": {"teams": {"t": {"shifts": [
            {"agents": 0, "hours": "24/7"}, {"agents": 5, "hours": "08:00-16:00",
                                             "breaks": "12:00-13:00"}]}}}},
         "hotline.teams.t.shifts.1.agents", 5 * 21),
        ({"logistics": {"workshop": {"technicians": 7}}},
         "logistics.workshop.technicians", 7 * 2),
    ],
)  # fmt: skip
def test_people_on_duty_too_often(data, path, duties, monkeypatch):
    """Counted before anybody's duties are drawn."""
    plan = make_plan(
        parse({**FRIDGE, "horizon": 240, "follow_up": 0, "start": "2026-01-05", **data})
    )
    monkeypatch.setattr(staff, "MAX_DUTIES", duties)
    draw(plan, 1)
    monkeypatch.setattr(staff, "MAX_DUTIES", duties - 1)
    assert refused(draw, plan, 1).startswith(f"{path}: ")


HALF = 4380.0  # half a year


@pytest.mark.parametrize(
    ("product", "cases"),
    [
        # 10 units for half a year: at least t / mean - 1 failures of each
        ({"in_field": {"units": 10}}, 10 * HALF / 100 - 10),
        # that may be gone soon
        ({"in_field": {"units": 10}, "end_of_life": 9000}, 0),
        # sold at a steady rate, a unit lives half of the time on average
        ({"sales": 10}, 60 * HALF / 2 / 100 - 60),
        ({"sales": 10, "end_of_life": 365}, 60 * (365 - 365**2 / HALF / 2) / 100 - 60),
        # one clock for each failure law
        ({"in_field": {"units": 10}, "modes": {"a": {"share": 1}, "b": {"failure": 50}}},
         10 * HALF / 100 - 10 + 10 * HALF / 50 - 10),
        # which of a minimal repair is not said by its mean
        ({"in_field": {"units": 10}, "repair_effect": "minimal"}, 0),
    ],
)  # fmt: skip
def test_failures_that_must_be_expected(product, cases, monkeypatch):
    """Wald's identity, by hand, before a unit is drawn."""
    plan = make_plan(parse({"horizon": HALF, "products": {"p": {"failure": 100, **product}}}))
    monkeypatch.setattr(failures, "MAX_CASES", cases * 1.0001 + 1e-6)
    refuse_too_much(plan)
    if cases:
        monkeypatch.setattr(failures, "MAX_CASES", cases * 0.9999)
        text = refused(refuse_too_much, plan)
        assert text.startswith("products.p.")
        assert text.endswith("hours: is its unit right?")
        assert text == refused(draw, plan, 1)


def test_a_run_that_would_not_fit_is_refused_with_the_figure_and_the_way_out(monkeypatch):
    """49.5 million cases: 5.5 million units for ten years, but for each unit's first one (Wald)."""
    data = {"horizon": "10 years",
            "products": {"p": {"failure": "1 year", "in_field": {"units": 5_500_000}}},
            "hotline": {"teams": {"all": {"shifts": [{"agents": 99, "hours": "24/7"}]}}},
            "outlets": {"places": {"here": {"lat": 0, "lon": 0}}}}  # fmt: skip
    plan = make_plan(parse(data))
    text = refused(draw, plan, 1)
    assert text.startswith(
        "horizon: 49,500,000 cases and 5,500,000 units are expected; they need about 22.0 GiB"
    )
    assert "8 are allowed" in text
    assert "shorter horizon" in text
    monkeypatch.setenv("SIMNET_MEMORY_GIB", "22.1")
    refuse_too_much(plan)
    monkeypatch.setenv("SIMNET_MEMORY_GIB", "21.8")
    assert refused(refuse_too_much, plan).startswith("horizon: ")


def test_failures_at_once_and_for_ever():
    """A mean of 0 is refused where there is a unit, and harmless where there is none."""
    product = {"failure": 0, "in_field": {"units": 1}}
    assert "products.p.failure: " in refused(
        refuse_too_much, make_plan(parse({"products": {"p": product}}))
    )
    refuse_too_much(make_plan(parse({"products": {"p": {"failure": 0}}})))


@pytest.mark.parametrize(
    ("markets", "product", "count"),
    [
        ({"a": {}}, {"sales": 12, "in_field": {"units": 7}}, 6 * 12 + 7),
        ({"a": {"sales": {"p": 5}}, "b": {}}, {"sales": 12}, 6 * (5 + 12 / 2)),
        ({"a": {"in_field": {"p": {"units": 5}}}, "b": {"weight": 3}}, {"in_field": {"units": 8}},
         5 + 6),
        ({"a": {"sales": {"p": 1e308}}, "b": {"sales": {"p": 1e308}}}, {}, np.inf),
    ],
)  # fmt: skip
def test_units_that_must_be_expected(markets, product, count, monkeypatch):
    """By hand: what a market has of its own stands for its part of the whole."""
    data = {"horizon": HALF, "products": {"p": product}, "markets": {"places": markets}}
    plan = make_plan(parse(data))
    if count < np.inf:
        monkeypatch.setattr(units, "MAX_UNITS", count + 0.001)
        refuse_too_much(plan)
        monkeypatch.setattr(units, "MAX_UNITS", count - 0.001)
    assert refused(refuse_too_much, plan).startswith("products.p: with ")


@pytest.mark.parametrize(
    ("enquiry", "cases"),
    [
        ({"per_week": 84}, HALF / 2),
        ({"per_unit_year": 20}, 16 * 20 / 2),
        ({"per_unit_year": 20, "product": "q"}, 6 * 20 / 2),
    ],
)
def test_enquiries_that_must_be_expected(enquiry, cases, monkeypatch):
    """By hand: the rate times the time, or times the units in the field."""
    field = {"p": {"in_field": {"units": 10}}, "q": {"in_field": {"units": 6}}}
    plan = make_plan(parse({"horizon": HALF, "products": field, "enquiries": {"e": enquiry}}))
    monkeypatch.setattr(failures, "MAX_CASES", cases + 0.001)
    refuse_too_much(plan)
    monkeypatch.setattr(failures, "MAX_CASES", cases - 0.001)
    assert refused(refuse_too_much, plan).startswith("enquiries.e: more than ")
