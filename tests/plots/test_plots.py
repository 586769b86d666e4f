import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from ruamel.yaml import YAML

import simnet
from simnet.plots import Plots, costs, geography, load, response, style, waits
from simnet.plots.view import population, unhelped

SHOWN = {
    "whole": {"waits", "response", "costs", "load", "map"},
    "hotline": {"waits", "response", "costs", "load"},
    "enquiries": {"waits", "response", "costs", "load"},
    "outlets": {"waits", "response", "costs", "load", "map"},
    "spot": {"waits", "response", "costs", "load"},
    "stock": {"waits", "response", "costs", "load"},
    "bare": set(),
    "warm": {"costs", "load", "map"},
    "chinese": {"waits", "response", "costs", "load", "map"},
    "many": {"waits", "response", "costs", "load", "map"},
}
UNITS = {
    "waits": (" s", " min", " h", " days"),
    "response": (" s", " min", " h", " days"),
    "costs": (" a year",),
    "load": ("year", "month"),
}


def words(figure):
    """All texts that are drawn: ticks beyond the limits are there, but are not."""
    found = [*figure.texts, *(t for legend in figure.legends for t in legend.get_texts())]
    for axes in figure.axes:
        if axes.axison:
            found += [axes.title, axes._left_title]
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
                found += [axis.label, *(text for spot, text in ticks if low <= spot <= high)]
        found += axes.texts
        if axes.get_legend():
            found += axes.get_legend().get_texts()
    return [text for text in found if text.get_visible() and text.get_text().strip()]


@pytest.mark.parametrize("name", SHOWN)
def test_pictures_of_whole_and_partial_scenarios_draw_or_are_left_out(figures, name):
    drawn = figures(name)  # warnings are errors
    assert set(drawn) == SHOWN[name]
    for picture, figure in drawn.items():
        assert words(figure)[0].get_fontweight() == "bold"  # the title
        assert tuple(figure.get_size_inches()) == style.SIZE
        if picture in UNITS:
            axes = figure.axes[0 if picture == "response" else -1]
            assert axes.get_xlabel().endswith(UNITS[picture])
        if picture == "response":
            assert figure.axes[0].get_ylabel().endswith("%")


@pytest.mark.parametrize("name", ["bare", "hotline"])
def test_what_makes_no_sense_is_a_figure_that_says_so(runs, name):
    plots = Plots(runs(name))
    for picture in set(Plots.names) - SHOWN[name]:
        (sentence,) = words(getattr(plots, picture)())
        assert sentence.get_text().startswith("No ")


def test_a_horizon_of_hours_is_no_trouble(figures):
    assert "load" not in figures("short")


@pytest.mark.parametrize("name", ["whole", "chinese", "many"])
def test_words_are_large_enough_and_inside_the_figure(figures, name):
    for picture, figure in figures(name).items():
        figure.draw_without_rendering()
        box = figure.bbox.padded(1)
        for text in words(figure):
            assert text.get_fontsize() >= style.SMALL, (picture, text)
            extent = style.extent(text)
            assert box.x0 <= extent.x0 <= extent.x1 <= box.x1, (picture, text)
            assert box.y0 <= extent.y0 <= extent.y1 <= box.y1, (picture, text)


def test_titles_of_panels_do_not_meet(figures):
    for name in ("whole", "many", "spot"):
        left, right = (style.extent(a._left_title) for a in figures(name)["costs"].axes)
        assert left.x1 < right.x0


def test_waits_add_up_to_the_mean_resolution(runs):
    run = runs("whole")
    whole, *groups = waits.bars(run)
    shown = population(run).visited
    assert whole.total == pytest.approx(run.times.resolution[shown].mean())
    assert whole.cases == shown.sum() == sum(bar.cases for bar in groups)
    assert [bar.label for bar in groups] == ["partner outlets", "company outlets"]
    assert sum(bar.total * bar.cases for bar in groups) == pytest.approx(whole.total * whole.cases)


def test_waits_drawn_are_the_waits_counted(runs, figures):
    run, figure = runs("whole"), figures("whole")["waits"]
    unit = style.time_unit(max(bar.total for bar in waits.bars(run)))
    drawn = sum(patch.get_width() for patch in figure.axes[0].patches) * unit.size
    assert drawn == pytest.approx(sum(bar.total for bar in waits.bars(run)))


def test_without_visits_and_without_phone_the_waits_are_the_key_figures(runs):
    run = runs("outlets")
    whole = waits.bars(run)[0]
    assert whole.total == pytest.approx(run.kpis["resolution_mean"])
    for stage, hours in whole.hours.items():
        assert hours == pytest.approx(run.kpis[f"wait_{stage}"])


def test_costs_add_up_to_the_key_figures(runs):
    for name in ("whole", "many", "chinese"):
        run = runs(name)
        assert sum(costs.by_category(run).values()) == pytest.approx(run.kpis["cost_per_year"])
        parties = costs.by_party(run)
        assert sum(parties.values()) == pytest.approx(0, abs=1e-6 * max(parties.values()))
        paid = run.kpis["cost_per_year"] - run.kpis.total.get("cost_per_year: open cases", 0.0)
        net = run.kpis["income_per_year"] - paid
        assert parties["company"] == pytest.approx(net)
    assert "7 other outlets" in costs.by_party(runs("many"))
    assert costs.losers(runs("many"))[1] == 9


def test_response_curves_agree_with_the_key_figures(runs):
    run = runs("whole")
    (curve,) = response.curves(run)
    # who is never helped counts: nine of ten of all customers
    assert curve.quantile(0.9) == pytest.approx(run.kpis["response_p90 (at worst)"])
    x, y = curve.points(response.limit([curve]))
    assert len(x) <= response.POINTS
    assert (np.diff(x) >= 0).all()
    assert (np.diff(y) >= 0).all()
    assert np.interp(curve.promise, x, y) == pytest.approx(curve.within, abs=0.01)
    asked = population(run).service & (~np.isnan(run.times.response) | unhelped(run))
    assert curve.within == (run.times.response[asked] <= 48).mean()


LAZY = """
horizon: 8 weeks
follow_up: 0
enquiries: {visits: {per_week: 40, work: {repair: {law: exponential, mean: 1 h}}}}
markets: {places: {North: {lat: 53, lon: 10}, South: {lat: 48, lon: 11, weight: WEIGHT}}}
outlets: {defaults: {hours: 24/7}, places: {N: {lat: 53, lon: 10},
                                            S: {lat: 48, lon: 11, technicians: 0}}}
"""


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (0.4, "and fewer than nine of ten ever"),
        (4, "Fewer than half of the customers are helped at all"),
    ],
)
def test_a_response_picture_says_that_many_are_never_helped(weight, said):
    scenario = YAML(typ="safe").load(LAZY.replace("WEIGHT", str(weight)))
    figure = simnet.simulate(simnet.parse(scenario)).plot.response()
    told = [text.get_text() for text in words(figure)]
    assert said in told[0]
    assert any("cases that came are never helped" in text for text in told)
    assert any("still wait" in text for text in told)
    assert not any("inf" in text or "nan" in text for text in told)


def test_a_curve_of_many_cases_stays_small_and_right():
    hours = np.sort(np.random.default_rng(1).exponential(10, 200_000))
    curve = response.Curve("x", hours, 0, 12.0)
    x, y = curve.points(50.0)
    assert len(x) <= response.POINTS
    np.testing.assert_allclose(y, 1 - np.exp(-x / 10), atol=0.005)


def test_at_most_five_tiers_and_a_promise_of_the_working_unit_gets_its_own_curve(runs):
    assert len(response.curves(runs("many"))) == response.MOST
    first, *_ = response.curves(runs("chinese"))
    assert not first.of_response
    assert first.promise == 30


def test_load_is_weekly_beyond_half_a_year_and_skips_unlimited_technicians(runs):
    run = runs("whole")
    panels, dates = load.panels(run)
    assert len(panels) == 4
    assert (np.diff(dates) == np.timedelta64(7, "D")).all()
    busy = panels[1].lines
    assert [line.label for line in busy] == ["hotline agents", "technicians"]
    levels = run.levels
    opened = levels[(levels["level"] == "open cases") & (levels["day"] < 7)]["mean"].mean()
    assert panels[2].lines[0].values[0] == pytest.approx(opened)
    panels, dates = load.panels(runs("stock"))
    assert len(dates) == 100
    assert [panel.unit for panel in panels] == ["cases", "cases"]


def test_flows_count_the_cases_of_outlets(runs):
    run = runs("whole")
    cases = geography.flows(run)
    assert cases.shape == (3, 2)
    for o, name in enumerate(run.plan.outlets):
        assert cases[:, o].sum() == run.kpis.outlet.loc[name, "cases"]


def test_a_map_across_the_180th_meridian_stays_narrow(runs):
    west, _, east, _ = geography.places(runs("chinese")).box
    assert west < 178 < 188.2 < east
    assert east - west < 40


def test_names_on_a_map_do_not_overlap(figures):
    figure = figures("many")["map"]
    boxes = [style.extent(text) for text in figure.axes[0].texts]
    assert len(boxes) >= 5
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_saved_files_are_the_same_each_time(runs, tmp_path):
    first, second = (
        [path.read_bytes() for path in style.save(Plots(runs("chinese")).costs(), tmp_path / name)]
        for name in ("a.b", "c")
    )
    assert first == second
    drawn = (tmp_path / "a.b.svg").read_text(encoding="utf-8")
    # no name hangs on the last bit of a layout
    clips = set(re.findall(r"url\(#(\w+)\)", drawn))
    assert clips
    assert all(name.startswith("clip") and f'id="{name}"' in drawn for name in clips)


def test_settings_of_the_user_neither_matter_nor_change(runs):
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "axes.spines.top": True}):
        figure = Plots(runs("whole")).load()
        assert mpl.rcParams["font.size"] == 30
        figure.draw_without_rendering()
    assert not figure.axes[0].spines["top"].get_visible()
    assert max(label.get_fontsize() for label in figure.axes[-1].get_xticklabels()) == style.SMALL


def test_matplotlib_and_pyplot_are_imported_only_when_needed():
    code = (
        "import sys, simnet.run, simnet.plots; assert 'matplotlib' not in sys.modules;"
        "import simnet.plots.geography; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
