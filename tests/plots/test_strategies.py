"""Pictures of strategies: what they say, for few and many, and where something is missing."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from simnet.experiment import Response, compare
from simnet.plots import strategies
from simnet.plots.strategies import About, pictures
from simnet.statistics import mser5


def runs_of(strategies_, replications=5, noise=1.0):
    """Runs of named strategies: {name: (factors, cost, response)}."""
    random = np.random.default_rng(1)
    return pd.DataFrame(
        [
            {
                "strategy": name, **factors, "replication": number,
                "cost_per_case": cost + noise * random.normal(),
                "response_p90": response + noise * random.normal() / 10,
                "wait_part": 2.0, "wait_technician": response / 2,
                "cost_per_year: rent": 100 * cost, "cost_per_year: parts": 50.0,
            }
            for name, (factors, cost, response) in strategies_.items()
            for number in range(replications)
        ]
    )  # fmt: skip


def grid(sizes=(2, 4, 8), who=("own", "partner")):
    return {
        f"outlets {n} / {w}": ({"outlets": n, "who": w}, 100 + (n - 4) ** 2 + 5 * i, 40 - n + i)
        for n in sizes
        for i, w in enumerate(who)
    }


RESPONSES = {"cost_per_case": Response(), "response_p90": Response(at_most=38.5)}


def drawn(runs, responses=RESPONSES, factors=("outlets", "who"), **about):
    found = compare(runs, responses)
    about = About(found.baseline, found.replications, "EUR", **about)
    return dict(pictures(runs, found.tables, found.front, found.measures, factors, about))


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def words(figure):
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]


def test_what_is_drawn_depends_on_the_factors():
    assert set(drawn(runs_of(grid()))) == {
        "tradeoff", "hours-and-money", "forest", "curve-outlets-cost_per_case",
        "curve-outlets-response_p90", "heatmap-outlets-who",
    }  # fmt: skip
    by_name = {n: ({"who": n}, c, r) for n, c, r in (("a", 100, 30), ("b", 90, 33))}
    assert set(drawn(runs_of(by_name), factors=["who"])) == {
        "tradeoff", "hours-and-money", "forest"
    }  # fmt: skip


def test_the_trade_off_names_the_front_the_baseline_and_the_limit():
    said = " ".join(words(drawn(runs_of(grid()))["tradeoff"]))
    assert "unbeaten" in said
    assert "baseline: outlets 2, own" in said
    assert "at most 38.5" in said
    assert "cost per case, EUR" in said
    assert "response p90, h" in said


def test_the_curve_marks_the_lowest():
    said = words(drawn(runs_of(grid(), noise=0.01))["curve-outlets-cost_per_case"])
    assert any(text.startswith("Lowest cost per case: 100 EUR, with outlets 4") for text in said)


def test_the_forest_has_a_row_for_each_strategy_and_says_what_is_better():
    figure = drawn(runs_of(grid()))["forest"]
    said = words(figure)
    assert sum("better" in text and "worse" in text for text in said) == 2  # one a response
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(rows) == 6


def test_the_heat_map_has_a_figure_in_each_cell():
    figure = drawn(runs_of(grid(), noise=0.0001))["heatmap-outlets-who"]
    assert {"104.0", "109.0", "100.0", "105.0", "116.0", "121.0"} <= set(words(figure))


@pytest.mark.parametrize("count", [2, 13, 40])
def test_many_strategies_with_long_names(count):
    many = {
        f"strategy number {i} with a name that is longer than any table has room for": (
            {"who": f"w{i}"}, 100 + (7 * i) % 11, 30 + (5 * i) % 13
        )
        for i in range(count)
    }  # fmt: skip
    for figure in drawn(runs_of(many), factors=["who"]).values():
        figure.canvas.draw()
        width = figure.bbox.width
        inside = [t for axes in figure.axes for t in (*axes.texts, *axes.get_yticklabels())]
        for text in (*figure.texts, *inside):
            if text.get_text() and text.get_visible():
                assert text.get_window_extent().x0 >= -1, text.get_text()
                assert text.get_window_extent().x1 <= width + 1, text.get_text()


def test_equal_strategies_and_unknown_figures():
    same = {n: ({"who": n}, 100, 30) for n in "ab"}
    assert "forest" in drawn(runs_of(same, noise=0), factors=["who"])
    runs = runs_of(grid())
    runs.loc[runs["strategy"] == "outlets 4 / own", "response_p90"] = math.nan
    assert set(drawn(runs)) >= {"tradeoff", "forest"}


def test_the_tornado_has_the_largest_on_top():
    effects = pd.DataFrame(
        {
            "factor": ["small", "large", "large"], "level": [2, 1, 9],
            "difference": [1.0, -20.0, 30.0], "lower": [0.0, -22, 28], "upper": [2.0, -18, 32],
        }
    )  # fmt: skip
    measure = compare(runs_of(grid()), RESPONSES).measures[0]
    figure = strategies.tornado.draw(effects, measure, 100.0)
    assert "Large matters most for cost per case" in words(figure)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    spots = dict(zip(labels, figure.axes[0].get_yticks(), strict=True))
    top = figure.axes[0].transData.transform([(0, spots["large"]), (0, spots["small"])])[:, 1]
    assert top[0] > top[1]


def test_the_warm_up_is_a_line_at_the_cut():
    series = np.concatenate((np.linspace(0, 50, 30), np.full(170, 50.0)))
    series += np.random.default_rng(2).normal(0, 1, 200)
    found = mser5(series)
    figure = strategies.warm_up.draw(series, found.cut, found.curve, step="day")
    assert f"The warm-up ends after {found.cut} days" in words(figure)
