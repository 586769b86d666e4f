"""What an analyst meets at a prompt: names, types, short texts, and times that pandas knows."""

import subprocess
import sys
from dataclasses import is_dataclass
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

import simnet
from simnet.accounts import results
from simnet.brief import brief, cut, figure, span
from simnet.records import MILESTONES
from simnet.scenario.references import KEPT_NAMES

EVIL = "</td><script>alert(1)</script>\x1b[31m"


@pytest.fixture(scope="module")
def scenario():
    from conftest import SMALL
    from ruamel.yaml import YAML

    return simnet.parse(YAML(typ="safe").load(SMALL) | {"name": EVIL, "time_zone": "Europe/Berlin"})


@pytest.fixture(scope="module")
def run(scenario):
    return simnet.simulate(scenario)


@pytest.fixture(scope="module")
def found(scenario, tmp_path_factory):
    """A sweep of three strategies."""
    more = {
        name: scenario.model_copy(update={"currency": name, "seed": 1}) for name in (EVIL, "b", "c")
    }
    return simnet.sweep(
        strategies=more, replications=2, jobs=1, store=tmp_path_factory.mktemp("store")
    )


def test_names_are_there_for_a_prompt_and_cost_nothing():
    script = (
        "import sys, simnet\n"
        "assert {'load', 'simulate', 'sweep', 'compare', 'Run'} <= set(dir(simnet)), dir(simnet)\n"
        "assert not {'pandas', 'numpy', 'pydantic'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(getattr(simnet, name) is not None for name in dir(simnet))


def test_a_wrong_name_is_no_name_of_a_checker_either():
    with pytest.raises(AttributeError, match="no attribute 'simulat'") as said:
        simnet.simulat  # noqa: B018
    assert said.value.name == "simulat"
    assert (Path(simnet.__file__).parent / "py.typed").is_file()


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style"}

    def handle_data(self, data):
        self.words += data


def test_public_objects_say_what_they_are_in_a_few_lines(scenario, run, found):
    for item, words in (
        (scenario, ("60 days from 2026-01-01", "2 outlets", "1 product")),
        (run, (f"{len(run.cases):,} cases", "seed 3", "response_p90", "EUR")),
        (found, ("3", "2 simulated", "response_p90")),
        (found.comparison(), ("3 strategies, 2 replications", "Lowest")),
    ):
        text = repr(item)
        assert text.count("\n") < 6, text
        assert len(text) < 800
        assert "\x1b" not in text
        page = Tags()
        page.feed(item._repr_html_())
        assert page.tags == {"div", "strong", "table", "tr", "th", "td"}
        for word in words:
            assert word in text
            assert word in page.words


def reached(item, seen, depth=0):
    """Objects of simnet that can be come by from this one."""
    if id(item) in seen or depth > 8:
        return
    seen[id(item)] = item
    if isinstance(item, dict):
        below = item.values()
    elif isinstance(item, list | tuple):
        below = item
    elif type(item).__module__.startswith("simnet"):
        if is_dataclass(item) or isinstance(item, BaseModel):
            yield item
        below = vars(item).values() if hasattr(item, "__dict__") else ()
    else:
        return
    for other in list(below):
        yield from reached(other, seen, depth + 1)


def test_nothing_that_one_comes_by_fills_the_screen(run, found):
    _ = run.kpis, run.times, run.audit
    seen = {}
    kinds = {type(item).__name__: len(repr(item)) for item in reached([run, found], seen)}
    assert len(kinds) > 30
    assert {name: size for name, size in kinds.items() if size > 1000} == {}


def test_short_texts():
    assert cut("a" * 61) == "a" * 59 + "…"
    assert cut("a\nb") == r"a\nb"
    assert [span(h) for h in (2, 24, 1440, 8760, 17520)] == [
        "2 h", "1 day", "60 days", "1 year", "2 years",
    ]  # fmt: skip
    assert figure(0.931, "share") == "93.1 %"
    assert figure(1234.5, "money", "EUR") == "1,234 EUR"
    assert figure(float("nan"), "h") == ""
    assert brief.__doc__


def test_cases_with_timestamps(run):
    dated, cases = run.cases_dated, run.cases
    assert list(dated) == list(cases)
    for name in MILESTONES:
        assert str(dated[name].dt.tz) == "Europe/Berlin"
        assert (dated[name].isna() == cases[name].isna()).all()
        midnight = pd.Timestamp("2026-01-01", tz="Europe/Berlin")
        hours = (dated[name] - midnight) / pd.Timedelta(1, "h")
        assert np.allclose(hours, cases[name], rtol=0, atol=1e-6, equal_nan=True)
    assert (dated["response"].dropna() == cases["response"].dropna()).all()


def test_days_on_which_the_clocks_are_changed():
    """The clock on the wall; the hour that is left out falls on its end, so that order stays."""
    from simnet.plan import moments

    data = {"enquiries": {"ask": {"per_week": 1}}, "start": "2026-03-29"}
    zoned = simnet.parse(data | {"time_zone": "Europe/Berlin"})
    hours = np.array([1.5, 2.5, 3.0, 8.0, np.nan])
    assert [str(t) for t in moments(zoned, hours)] == [
        "2026-03-29 01:30:00+01:00", "2026-03-29 03:00:00+02:00", "2026-03-29 03:00:00+02:00",
        "2026-03-29 08:00:00+02:00", "NaT",
    ]  # fmt: skip
    back = moments(zoned, np.array([210 * 24 + 1.5, 210 * 24 + 2.5, 210 * 24 + 3.0]))
    assert [str(t) for t in back] == [
        "2026-10-25 01:30:00+02:00", "2026-10-25 02:30:00+02:00", "2026-10-25 03:00:00+01:00",
    ]  # fmt: skip
    assert back.is_monotonic_increasing
    plain = moments(simnet.parse(data), hours)
    assert plain.tz is None
    assert str(plain[1]) == "2026-03-29 02:30:00"


@pytest.mark.parametrize("zone", ["Europe/Berln", "", "/etc/passwd", "Europe", 3])
def test_a_zone_that_there_is_not(zone):
    with pytest.raises(simnet.ScenarioError, match="time_zone"):
        simnet.parse({"enquiries": {"ask": {"per_week": 1}}, "time_zone": zone})


def test_parties_are_called_as_cases_and_key_figures_call_them(run, scenario):
    parties = set(run.ledger["payer"]) | set(run.ledger["payee"])
    assert "Hamburg" in parties  # a partner's; the other outlet is the company's own
    carriers = {f"carrier {name}" for name in scenario.logistics.carriers}
    assert parties <= set(run.kpis.outlet.index) | KEPT_NAMES | carriers
    assert set(run.cases["outlet"].dropna()) <= set(run.kpis.outlet.index)
    joined = run.kpis.outlet.join(results(run.ledger).rename("result"))
    assert joined.loc["Hamburg", "result"] == pytest.approx(
        run.ledger.loc[run.ledger["payee"] == "Hamburg", "amount"].sum()
        - run.ledger.loc[run.ledger["payer"] == "Hamburg", "amount"].sum()
    )


@pytest.mark.parametrize("name", [*sorted(KEPT_NAMES), "carrier van"])
def test_an_outlet_is_called_like_no_other_party(name):
    data = {
        "enquiries": {"ask": {"per_week": 1}},
        "outlets": {"places": {name: {}}},
        "logistics": {"carriers": {"van": {}}},
    }
    with pytest.raises(simnet.ScenarioError, match="kept for the tables"):
        simnet.parse(data)


def test_pictures_of_a_sweep(found):
    plot = found.plot
    names = [name for name, _ in plot.all()]
    assert "forest" in names
    assert plot.forest().axes
    assert plot.hours_and_money().axes
    for blank in (plot.tornado(), plot.warm_up(), plot.curve("nothing")):
        assert "There is no" in blank.texts[0].get_text()


def test_pictures_of_a_sweep_by_factor_and_response(small, tmp_path):
    asked = simnet.sweep(
        base=small,
        factors={"technicians": {"path": "outlets.defaults.technicians", "levels": [1, 2, 3]}},
        responses=["cost_per_case", "response_p90"], replications=2, jobs=1, store=tmp_path,
    )  # fmt: skip
    curve = asked.plot.curve(response="response_p90")
    assert "response p90" in " ".join(t.get_text() for t in curve.texts)
    assert asked.plot.curve("technicians", "cost_per_case").axes
    assert not asked.plot.curve("nothing").axes


def test_the_same_failure_has_the_same_row_in_every_strategy(scenario, run):
    """What `cases` says of `case` and `row`."""
    outlets = scenario.outlets.model_copy(
        update={
            "places": {
                name: place.model_copy(update={"lat": place.lat + 1})
                for name, place in scenario.outlets.places.items()
            }
        }
    )
    far = simnet.simulate(scenario.model_copy(update={"outlets": outlets}), seed=run.seed).cases
    assert run.cases["row"].is_unique
    assert run.cases["row"].is_monotonic_increasing
    assert run.cases["case"].tolist() == list(range(len(run.cases)))
    both = run.cases.merge(far, on="row", suffixes=("", "_far"))
    assert len(both) > 0.9 * len(far)
    for column in ("unit", "source", "market"):
        assert (both[column].astype(str) == both[f"{column}_far"].astype(str)).all()
    assert (both["resolution"] != both["resolution_far"]).any()


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1"])
def test_a_seed_is_a_whole_number(scenario, seed):
    with pytest.raises(ValueError, match="a seed is a whole number from 0 on"):
        simnet.simulate(scenario, seed=seed)


@pytest.mark.parametrize("replication", [-1, 1.5, None, True, "0"])
def test_a_replication_is_a_whole_number(scenario, replication):
    with pytest.raises(ValueError, match="a replication is a whole number from 0 on"):
        simnet.simulate(scenario, replication=replication)


def test_a_figure_that_one_place_has_not(run):
    with pytest.raises(KeyError, match="is a figure of the whole run"):
        run.kpis["cost_per_year @ market Berlin"]
    with pytest.raises(KeyError, match="there is no outlet 'Berln'; did you mean 'Berlin'"):
        run.kpis["response_p90 @ outlet Berln"]


def test_what_is_no_scenario_no_case_and_no_name_is_said(run):
    with pytest.raises(TypeError, match=r"a Scenario is needed, as simnet\.load gives it"):
        simnet.simulate("scenario.yaml")
    for case in (-1, len(run.cases), 1.5, True, "42"):
        with pytest.raises(KeyError, match="the run has no case"):
            run.case_ledger(case)
    with pytest.raises(KeyError, match="the name of a key figure is needed"):
        run.kpis[3]


def test_nothing_behind_the_sign_takes_nothing_away():
    with pytest.raises(simnet.ScenarioError, match="null takes a value away"):
        simnet.load("configs/quickstart.yaml", ["hotline.hours="])
