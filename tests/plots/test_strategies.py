import dataclasses
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from simnet.experiment.judge import judged
from simnet.plots import style, waits
from simnet.plots.strategies import (
    About,
    NothingToShow,
    common,
    curve,
    forest,
    heatmap,
    hours_and_money,
    pictures,
    tornado,
    tradeoff,
    warm_up,
)
from simnet.statistics import front as on_front
from simnet.statistics import mean_interval, mser5, paired_differences

FACTORS = ["outlets", "who"]


@dataclasses.dataclass(frozen=True)
class Response:
    name: str
    unit: str
    meaning: str
    goal: str = "min"
    at_most: float | None = None
    at_least: float | None = None


COST = Response("cost_per_case", "money", "service cost for a case")
WAIT = Response("response_p90", "h", "nine of ten have help within")
KEPT = Response("promise_kept", "share", "promises kept", "max")
AXES = [COST, WAIT, KEPT]


def table_of_runs(outlets=(2, 3, 4, 6), who=("company", "partner", "agent"), count=8, name="{},{}"):
    rng, rows = np.random.default_rng(1), []
    for n in outlets:
        for w, kind in enumerate(who):
            for r in range(count):
                wait = 120 / n**1.3 + 4 * w + rng.normal(0, 1)
                cost = 150 + 8 * abs(n - 4) - 15 * w + rng.normal(0, 1)
                row = {"strategy": name.format(f"outlets {n}", f" {kind}"), "outlets": n}
                row |= {"who": kind, "replication": r, "cost_per_case": cost}
                row |= {"response_p90": wait, "promise_kept": 1 - wait / 100}
                row |= {f"wait_{stage}": wait / 8 for stage in waits.STAGES}
                row |= {"cost_per_year: technicians": 600.0 * cost, "cost_per_year: travel": 3e4}
                row["cost_per_year: partner fees"] = np.nan if w == 0 else 2e4
                rows.append(row)
    return pd.DataFrame(rows)


def compared(runs, axes=AXES, baseline=0):
    """What `simnet.experiment.compare` makes of runs, as far as pictures read it."""
    names, tables = list(dict.fromkeys(runs["strategy"])), {}
    for axis in axes:
        wide = runs.pivot(index="strategy", columns="replication", values=axis.name).loc[names]
        alone, gap = mean_interval(wide.to_numpy()), paired_differences(wide.to_numpy(), baseline)
        table = pd.DataFrame({"mean": alone.mean, "half_width": alone.half_width}, index=names)
        table["at_worst"] = table["judged"] = table["mean"]
        for column in ("difference", "lower", "upper", "percent", "percent_lower", "percent_upper"):
            table[column] = np.nan
            table.loc[np.array(names)[gap.strategy], column] = getattr(gap, column)
        low, high = axis.at_least, axis.at_most
        table["kept"] = table["mean"].between(-np.inf if low is None else low,
                                              np.inf if high is None else high)  # fmt: skip
        table["can_be_best"] = False
        table["matters"] = matters = 0.01 * abs(table["mean"].iloc[baseline])
        table["verdict"] = [
            judged(*row, matters, axis.goal)
            for row in table[["difference", "lower", "upper"]].to_numpy().tolist()
        ]
        table["of_the_helped"] = table["verdict"]
        tables[axis.name] = table
    means = [tables[a.name]["mean"] * (1 if a.goal == "min" else -1) for a in axes]
    points = np.stack(means, axis=1)
    on = on_front(np.nan_to_num(points, nan=np.inf)) & ~np.isnan(points).any(axis=1)
    return tables, pd.DataFrame({"on": on, "share": on.astype(float)}, index=names)


RUNS = table_of_runs()
LEVELS = common.levels_of(RUNS, FACTORS)
ABOUT = About("outlets 4, company", 8, "EUR", {"who": "who serves"}, "an experiment, seed 3")


def texts(figure):
    figure.draw_without_rendering()
    found = [*figure.texts, *(t for legend in figure.legends for t in legend.get_texts())]
    for axes in figure.axes:
        found += axes.texts
        found += axes.get_legend().get_texts() if axes.get_legend() else []
        if axes.axison:
            found += [axes._left_title]
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
                found += [axis.label, *(text for spot, text in ticks if low <= spot <= high)]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def words(figure):
    return [text.get_text() for text in texts(figure)]


def drawn(runs=RUNS, axes=AXES, factors=FACTORS, about=ABOUT, **more):
    return dict(pictures(runs, *compared(runs, axes), axes, factors, about, **more))


def full(axis, axes=AXES, runs=RUNS):
    tables, _ = compared(runs, axes)
    return tables[axis.name].assign(kept=common.kept(tables))


# ---- which pictures --------------------------------------------------------------------------


def test_the_pictures_that_make_sense():
    effects = pd.DataFrame({"factor": ["a"], "level": [1.0], "difference": [2.0], "lower": [1.0],
                            "upper": [3.0]})  # fmt: skip
    assert list(drawn(effects={"cost_per_case": effects})) == [
        "tradeoff", "forest", "hours_and_money", "curve-outlets-cost_per_case",
        "heatmap-cost_per_case", "curve-outlets-response_p90", "heatmap-response_p90",
        "tornado-cost_per_case",
    ]  # fmt: skip
    two_levels = table_of_runs(outlets=(2, 3))
    assert not [name for name in drawn(two_levels) if name.startswith("curve")]
    one_factor = table_of_runs(who=("company",))
    assert not [name for name in drawn(one_factor) if name.startswith("heatmap")]
    assert "tradeoff" not in drawn(axes=[COST])


def test_one_strategy_without_a_comparison_has_hours_and_money_only():
    alone = table_of_runs((4,), ("company",))
    ((name, figure),) = pictures(alone, {}, None, AXES, FACTORS)
    assert name == "hours_and_money"
    assert len(figure.axes[0].get_yticklabels()) == 1


def test_matplotlib_is_imported_with_the_first_picture():
    code = "import sys, simnet.plots.strategies; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


LONG = "{} with a name so long that nobody wants to read it, and the same for all of them,{}"
ODD = {
    "few": table_of_runs((4,)),
    "many": table_of_runs((2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20)),
    "long": table_of_runs(name=LONG),
    "foreign": table_of_runs(name="{} 西安 $x_1$,{}"),
    "equal": RUNS.assign(cost_per_case=200.0, response_p90=10.0, promise_kept=0.5),
    "zero": RUNS.assign(cost_per_case=0.0),
    "single": RUNS[RUNS["replication"] == 0],
    "unknown": RUNS.assign(response_p90=RUNS["response_p90"].where(RUNS["outlets"] != 3)),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_runs_draw_without_warning_and_words_are_large_enough_and_inside(name):
    runs = ODD[name]
    about = dataclasses.replace(ABOUT, baseline=runs["strategy"].iloc[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = drawn(runs, about=about, factors=[] if name == "long" else FACTORS)
        assert "hours_and_money" in found
        for picture, figure in found.items():
            box = figure.bbox.padded(1)
            for text in texts(figure):
                assert text.get_fontsize() >= style.SMALL, (picture, text)
                extent = style.extent(text)
                assert box.x0 <= extent.x0 <= extent.x1 <= box.x1, (picture, text)
                assert box.y0 <= extent.y0 <= extent.y1 <= box.y1, (picture, text)
            assert figure.get_figwidth() == style.SIZE[0]
            assert figure.texts[0].get_fontweight() == "bold"


# ---- names -----------------------------------------------------------------------------------


def test_long_names_stay_apart_and_keep_what_they_differ_in():
    names = [LONG.format(f"outlets {n}", f" {who}") for n in (2, 3) for who in ("a", "b")]
    found = common.brief(names, 30)
    assert len(set(found)) == 4
    assert max(map(len, found)) <= 30
    assert [text[-1] for text in found] == list("abab")
    alike = [f"the same beginning of all {n}" for n in "xyz"]
    assert common.brief(alike, 12) == ["…all x", "…all y", "…all z"]
    assert common.brief(["a", "b"], 12) == ["a", "b"]


def test_strategies_are_called_by_their_levels_where_that_is_shorter():
    names = [LONG.format(f"outlets {n}", " x") for n in (2, 3)]
    levels = pd.DataFrame({"outlets": [2, 3], "who": ["us", "us"]}, index=names)
    assert common.called(names, levels, About()) == ["outlets 2, us", "outlets 3, us"]
    assert common.called(["a", "b"], levels.set_axis(["a", "b"]), About()) == ["a", "b"]
    same = pd.DataFrame({"outlets": [2, 2]}, index=names)
    assert common.called(names, same, About()) == names


def test_units():
    assert common.unit_of(WAIT, [3.0, 300.0, np.nan], "EUR") == style.Unit("days", 24.0)
    assert common.unit_of(KEPT, [0.3], "EUR") == style.Unit("%", 0.01)
    assert common.unit_of(COST, [250.0], "EUR") == style.Unit("EUR", 1.0)
    seconds = common.unit_of(Response("asa", "s", ""), [60.0], "EUR")
    assert (seconds.name, seconds.size) == ("s", pytest.approx(1.0))


def test_an_axis_is_logarithmic_where_values_are_far_apart():
    assert common.logarithmic([1.0, 9.0])
    assert not common.logarithmic([1.0, 7.0])
    assert not common.logarithmic([0.0, 9.0])
    assert not common.logarithmic([np.nan])


# ---- trade-off -------------------------------------------------------------------------------


def filled(figure):
    """Positions of the filled marks of strategies."""
    lines = [line for line in figure.axes[0].lines if line.get_marker() in "os^Dv"]
    return {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines
        if len(line.get_xdata()) == 1
        and line.get_markerfacecolor() == line.get_markeredgecolor()
    }  # fmt: skip


def test_tradeoff_fills_the_front_and_names_it():
    tables, front = compared(RUNS, AXES[:2])
    figure = tradeoff.draw(tables, front, AXES[:2], LEVELS, ABOUT)
    on = front.index[front["on"]]
    unit = common.unit_of(WAIT, tables["response_p90"]["mean"], "EUR")
    assert filled(figure) == {
        (tables["cost_per_case"]["mean"][n], tables["response_p90"]["mean"][n] / unit.size)
        for n in on
    }
    said = words(figure)
    assert f"{len(on)} of 12 strategies are unbeaten" in said[0]
    for name in [*on, "baseline: outlets 4, company", "company", "partner", "agent"]:
        assert name in said
    assert any(text.startswith("cost per case, EUR") for text in said)
    assert f"response p90, {unit.name}  (nine of ten have help within)" in said
    names = [t for t in figure.axes[0].texts if t.get_text() in set(on)]
    boxes = [style.extent(text) for text in names]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_tradeoff_numbers_its_points_where_there_are_too_many_names():
    runs = table_of_runs(tuple(range(2, 26)), ("company",))
    line = {f"outlets {n}, company": n for n in range(2, 26)}
    runs["cost_per_case"] = 100.0 + 10 * runs["strategy"].map(line)
    runs["response_p90"] = 100.0 - runs["outlets"]
    tables, front = compared(runs, AXES[:2])
    figure = tradeoff.draw(tables, front, AXES[:2], None, ABOUT)
    panel, side = figure.axes
    numbers = {t.get_text() for t in panel.texts} & {str(n) for n in range(1, 40)}
    assert numbers == {str(n) for n in range(1, int(front["on"].sum()) + 1)}
    said = [t.get_text() for t in side.texts]
    assert said[:4] == ["1", "outlets 2, company", "2", "outlets 3, company"]
    assert int(front["on"].sum()) == 24
    assert said[-1] == "and 6 more"


def test_tradeoff_shades_limits_and_crosses_out_who_breaks_them():
    axes = [COST, dataclasses.replace(WAIT, at_most=25.0)]
    tables, front = compared(RUNS, axes)
    figure = tradeoff.draw(tables, front, axes, LEVELS, ABOUT)
    assert "at most 25.0 h" in words(figure)
    assert "breaks a limit, or may" in words(figure)
    crossed = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert len(crossed) == int((~tables["response_p90"]["kept"]).sum())
    none = [COST, dataclasses.replace(WAIT, at_most=0.001)]
    figure = tradeoff.draw(*compared(RUNS, none), none, LEVELS, ABOUT)
    assert words(figure)[0].endswith("no strategy keeps all limits")
    assert "on the front" not in words(figure)


@pytest.mark.parametrize(("goals", "kind"), [(("min", "min"), "steps-post"),
                                             (("max", "min"), "steps-pre")])  # fmt: skip
def test_the_front_steps_through_what_is_reached(goals, kind):
    axes = [dataclasses.replace(a, goal=g) for a, g in zip(AXES, goals, strict=False)]
    figure = tradeoff.draw(*compared(RUNS, axes), axes, LEVELS, ABOUT)
    (step,) = [line for line in figure.axes[0].lines if line.get_drawstyle() != "default"]
    assert step.get_drawstyle() == kind
    assert (np.diff(step.get_xdata()) >= 0).all()


def test_colours_are_of_the_factor_of_words_with_few_levels():
    assert tradeoff.grouping(LEVELS) == ("who", ["company", "partner", "agent"])
    assert tradeoff.grouping(LEVELS[["outlets"]]) == ("outlets", ["2", "3", "4", "6"])
    assert tradeoff.grouping(None) == ("", [])
    alone = pd.DataFrame({"who": list("abc")}, index=list("abc"))
    assert tradeoff.grouping(alone) == ("", [])


def test_strategies_without_a_figure_are_left_out():
    tables, front = compared(RUNS)
    tables["response_p90"].loc["outlets 6, agent", "mean"] = np.nan
    tables["cost_per_case"]["half_width"] = np.nan
    figure = tradeoff.draw(tables, front, AXES, LEVELS, ABOUT)
    assert "of 11 strategies" in words(figure)[0]
    assert words(figure)[1] == "Mean of 8 replications"  # no crosses where a width is unknown
    with pytest.raises(NothingToShow):
        tradeoff.draw(tables, front, AXES[:1])


# ---- curve and heat map ----------------------------------------------------------------------


def test_curve_has_a_line_for_each_combination_and_marks_the_best():
    table = full(COST)
    found = curve.lines(table, LEVELS, "outlets", COST, ABOUT)
    assert [line.label for line in found] == ["agent", "partner", "company"]  # the cheapest first
    for line in found:
        assert list(line.x) == [2, 3, 4, 6]
        assert line.names[line.best] == table.loc[line.names, "mean"].idxmin()
    figure = curve.draw(table, LEVELS, "outlets", COST, ABOUT)
    winner = found[0].mean.min()
    assert words(figure)[0] == f"Lowest cost per case: {winner:.0f} EUR, with outlets 4, agent"
    (star,) = [line for line in figure.axes[0].lines if line.get_marker() == "*"]
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (4, pytest.approx(winner))
    assert len(figure.axes[0].collections) == 3  # bands
    assert {"agent", "partner", "company"} <= set(words(figure))
    assert figure.axes[0].get_xlabel() == "outlets"
    assert figure.axes[0].get_yscale() == "linear"
    # colours are those of the trade-off, whatever is best
    assert curve.colours(found) == [style.GREEN, style.VERMILLION, style.BLUE]


def test_curve_marks_the_highest_of_what_is_to_be_high_and_only_what_keeps_limits():
    figure = curve.draw(full(KEPT), LEVELS, "outlets", KEPT, ABOUT)
    assert words(figure)[0].startswith("Highest promise kept: ")
    assert "%, with outlets 6, company" in words(figure)[0]
    axes = [COST, dataclasses.replace(WAIT, at_most=21.0), KEPT]
    table = full(COST, axes)
    figure = curve.draw(table, LEVELS, "outlets", COST, ABOUT)
    allowed = table[table["kept"]]["mean"].idxmin()
    assert allowed != table["mean"].idxmin()
    assert words(figure)[0].endswith(allowed)
    assert "breaks a limit, or may" in words(figure)


def test_a_wide_curve_is_logarithmic_and_many_lines_are_grey():
    runs = table_of_runs((1, 2, 4, 8, 16, 32), tuple("abcdefghi"))
    runs["response_p90"] = runs["response_p90"] / 10 + 500 / runs["outlets"] ** 2
    levels, table = common.levels_of(runs, FACTORS), full(WAIT, runs=runs)
    figure = curve.draw(table, levels, "outlets", WAIT, ABOUT)
    assert figure.axes[0].get_yscale() == figure.axes[0].get_xscale() == "log"
    assert "In grey: 3 other combinations" in words(figure)
    assert len(figure.axes[0].collections) == curve.MOST


def test_curve_needs_points_that_differ_in_the_factor_only():
    scattered = pd.DataFrame({"outlets": [2, 3, 4], "stock": [1, 2, 3]}, index=list("abc"))
    table = pd.DataFrame({"mean": [1.0, 2, 3], "judged": [1.0, 2, 3], "half_width": 0.1,
                          "kept": True, "can_be_best": False}, index=list("abc"))  # fmt: skip
    with pytest.raises(NothingToShow):
        curve.draw(table, scattered, "outlets", COST)


def test_heatmap_has_the_means_and_frames_the_best():
    table = full(COST)
    found = heatmap.cells(table, LEVELS, "who", "outlets")
    means, kept = found.mean, found.kept
    assert (found.rows, found.columns) == (["company", "partner", "agent"], [2, 3, 4, 6])
    assert means[2, 1] == table["mean"]["outlets 3, agent"]
    assert kept.all()
    figure = heatmap.draw(table, LEVELS, "who", "outlets", COST, ABOUT)
    said = words(figure)
    assert [t for t in said if t.isdigit()][:12] == [f"{mean:.0f}" for mean in means.ravel()]
    (best,) = [patch for patch in figure.axes[0].patches if not patch.get_fill()]
    assert (best.get_x(), best.get_y()) == (1.5, 1.5)  # outlets 4, agent
    assert {"who serves", "outlets", "Lighter is better"} <= set(said)
    with pytest.raises(NothingToShow):
        heatmap.draw(table, LEVELS[LEVELS["who"] == "agent"], "who", "outlets", COST)


def test_heatmap_crosses_out_what_breaks_a_limit_and_means_over_other_factors():
    axes = [COST, dataclasses.replace(WAIT, at_most=21.0), KEPT]
    table = full(COST, axes)
    figure = heatmap.draw(table, LEVELS, "who", "outlets", COST, ABOUT)
    assert len(figure.axes[0].lines) == int((~table["kept"]).sum())
    assert "Crossed out: breaks a limit, or may; lighter is better" in words(figure)
    more = pd.concat([LEVELS.assign(stock=1), LEVELS.assign(stock=2).rename(index="{}+".format)])
    double = pd.concat([table, table.assign(mean=table["mean"] + 10).rename(index="{}+".format)])
    means = heatmap.cells(double, more, "who", "outlets").mean
    assert means[0, 0] == pytest.approx(table["mean"]["outlets 2, company"] + 5)
    assert "and over stock" in words(heatmap.draw(double, more, "who", "outlets", COST, ABOUT))[1]


# ---- rows ------------------------------------------------------------------------------------


def test_forest_has_a_row_a_strategy_in_order_and_fills_what_is_sure():
    tables, _ = compared(RUNS, baseline=6)
    figure = forest.draw(tables, AXES, LEVELS, ABOUT)
    order = list(tables["cost_per_case"]["mean"].sort_values().index)
    ticks = figure.axes[0].get_yticklabels()
    assert [t.get_text() for t in ticks] == order
    assert [t.get_text() for t in ticks if t.get_fontweight() == "bold"] == ["outlets 4, company"]
    heads = [axes._left_title.get_text() for axes in figure.axes]
    assert heads == ["cost per case, %", "response p90, %", "promise kept, points"]
    below = [axes.get_xlabel().split() for axes in figure.axes]
    assert [(b[1], b[2]) for b in below] == [("better", "worse")] * 2 + [("worse", "better")]
    gap = forest.differences(tables["cost_per_case"], COST, order)
    marks = {float(line.get_ydata()[0]): line for line in figure.axes[0].lines
             if line.get_marker() == "o"}  # fmt: skip
    assert set(marks) == {row for row, name in enumerate(order) if name != "outlets 4, company"}
    for row, mark in marks.items():
        unsure = gap.word[int(row)] == "cannot be told apart"
        assert (mark.get_markerfacecolor() == "white") == unsure
    better = gap.word.count("better")
    assert words(figure)[0].startswith(f"{better} of 11 strategies beat outlets 4, company")


def test_forest_is_in_units_where_percent_has_no_end():
    tables, _ = compared(RUNS)
    names = list(tables["cost_per_case"].index)
    assert forest.differences(tables["cost_per_case"], COST, names, "EUR").unit == "%"
    tables["cost_per_case"].loc[names[3], ["percent_lower", "percent_upper"]] = (-np.inf, np.inf)
    gap = forest.differences(tables["cost_per_case"], COST, names, "EUR")
    assert gap.unit == "EUR"
    assert gap.middle[3] == tables["cost_per_case"]["difference"].iloc[3]
    points = forest.differences(tables["promise_kept"], KEPT, names)
    assert points.unit == "points"
    assert points.middle[1] == pytest.approx(100 * tables["promise_kept"]["difference"].iloc[1])
    assert (points.word[1] == "worse") == (points.middle[1] < 0)
    # 1 % of the baseline's mean, in points
    assert points.matters == pytest.approx(tables["promise_kept"]["mean"].iloc[0])


def test_forest_says_the_number_of_what_is_off_the_panel():
    tables, _ = compared(RUNS)
    columns = ["difference", "lower", "upper", "percent", "percent_lower", "percent_upper"]
    tables["cost_per_case"].loc["outlets 6, agent", columns] = [9e3, 8e3, 1e4, 900, 800, 1000]
    figure = forest.draw(tables, AXES[:1], LEVELS, ABOUT)
    assert "+900 →" in words(figure)
    assert figure.axes[0].get_xlim()[1] < 900


def test_forty_rows_at_most_with_the_baseline_among_them():
    runs = table_of_runs(tuple(range(2, 22)))
    tables, _ = compared(runs)
    worst = tables["cost_per_case"]["mean"].idxmax()
    about = dataclasses.replace(ABOUT, baseline=worst)
    levels = common.levels_of(runs, FACTORS)
    for figure in (
        forest.draw(tables, AXES, levels, about),
        hours_and_money.draw(runs, common.ordered(COST, tables["cost_per_case"]), levels, about),
    ):
        ticks = [t.get_text() for t in figure.axes[0].get_yticklabels()]
        assert len(ticks) == 40
        assert ticks[-1] == worst
        assert "40 of 60 strategies, the best ones" in words(figure)
        assert figure.get_figheight() > style.SIZE[1]


def test_hours_and_money_are_the_means_in_the_order_and_colours_of_single_runs():
    figure = hours_and_money.draw(RUNS, (), LEVELS, ABOUT)
    hours, money = figure.axes
    assert [t.get_text() for t in hours.get_legend().get_texts()] == list(waits.STAGES.values())
    assert hours_and_money.hours(RUNS).colours == waits.COLOURS
    stack = hours_and_money.money(RUNS)
    assert list(stack.parts) == ["technicians", "travel", "partner fees"]
    assert stack.colours["travel"] == waits.COLOURS["travel"]
    assert len(set(stack.colours.values())) == 3
    assert len(hours.patches) == 8 * 12
    assert len(money.patches) == 3 * 12
    whole = stack.parts.sum(axis=1).sort_values()
    assert [t.get_text() for t in hours.get_yticklabels()] == list(whole.index)
    assert [t.get_text() for t in money.texts] == [f"{v / 1e3:,.0f}" for v in whole]
    assert money.get_xlabel() == "cost, thousand EUR a year"
    assert stack.parts.loc["outlets 2, company", "partner fees"] == 0  # not known is not paid


def test_small_categories_are_summed():
    runs = RUNS.assign(**{f"cost_per_year: item {i}": 100.0 + i for i in range(12)})
    stack = hours_and_money.money(runs)
    assert list(stack.parts)[-1] == "8 others"
    assert stack.parts.shape[1] == hours_and_money.MOST
    columns = [c for c in runs if c.startswith("cost_per_year: ")]
    assert stack.parts.sum().sum() == pytest.approx(
        runs.fillna(0.0).groupby("strategy")[columns].mean().sum().sum()
    )
    with pytest.raises(NothingToShow):
        hours_and_money.draw(RUNS[["strategy", *FACTORS]])


# ---- tornado and warm-up ---------------------------------------------------------------------

EFFECTS = pd.DataFrame(
    [
        ("small", 1.0, -1.0), ("small", 3.0, 1.0),
        ("large", 10, 5.0), ("large", 20, 1.0), ("large", 40, -20.0),
        ("choice", "van", 4.0), ("choice", "bicycle", 2.0), ("choice", "train", -1.0),
    ],
    columns=["factor", "level", "difference"],
).assign(lower=lambda d: d["difference"] - 1, upper=lambda d: d["difference"] + 1)  # fmt: skip


def test_tornado_has_the_largest_on_top_and_the_ends_of_each_factor():
    rows = tornado.rows(EFFECTS)
    assert [row.label for row in rows] == ["large", "choice", "small"]
    ends = [[(bar.level, bar.kind) for bar in row.bars] for row in rows]
    assert ends == [
        [("10", "low"), ("40", "high")], [("train", "word"), ("van", "word")],
        [("1", "low"), ("3", "high")],
    ]  # fmt: skip
    figure = tornado.draw(EFFECTS, COST, 250.0, ABOUT)
    assert len(figure.axes[0].patches) == 6
    said = words(figure)
    assert said[0] == "Large matters most for cost per case"
    assert "cost per case is 250 EUR" in said[1]
    assert {"10", "40", "train", "van", "lowest level", "highest level"} <= set(said)
    assert figure.axes[0].get_xlabel() == "change of cost per case, EUR (lower is better)"


def test_tornado_without_intervals_and_with_a_usual_level_at_the_end():
    effects = EFFECTS[EFFECTS["factor"] == "large"].assign(lower=np.nan, upper=np.nan, usual=5)
    ((row),) = tornado.rows(effects)
    assert [(bar.level, bar.kind) for bar in row.bars] == [("40", "high")]
    figure = tornado.draw(effects, KEPT, 0.9)
    assert len(figure.axes[0].lines) == 1  # no whiskers
    with pytest.raises(NothingToShow):
        tornado.draw(EFFECTS.iloc[:0], COST, 1.0)


def test_bars_that_go_the_same_way_do_not_cover_each_other():
    effects = EFFECTS.iloc[[5, 6]]
    one, two = tornado.draw(effects, COST, 1.0).axes[0].patches
    assert one.get_y() + one.get_height() <= two.get_y() + 0.02


def test_warm_up_shows_the_cut_and_the_least_of_the_statistic():
    time, rng = np.arange(300), np.random.default_rng(2)
    series = 40 * (1 - np.exp(-time / 20)) + rng.normal(0, 2, (10, 300))
    found = mser5(series)
    figure = warm_up.draw(series, found.cut, found.curve, about=ABOUT)
    top, low = figure.axes
    assert words(figure)[0] == f"The warm-up ends after {found.cut} days"
    for axes in (top, low):
        assert found.cut in [
            line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2
        ]
    (dot,) = [line for line in low.lines if line.get_marker() == "o"]
    assert dot.get_ydata()[0] == found.curve.min()
    assert f"mean {found.mean:.1f}" in words(figure)
    assert low.get_xlabel() == "days from the start"


def test_warm_up_of_a_series_that_is_too_short_or_settled():
    rising = np.arange(100.0)
    found = mser5(rising)
    figure = warm_up.draw(rising, found.cut, found.curve, step="week")
    assert words(figure)[0].startswith("The series is too short")
    assert figure.axes[1].get_xlabel() == "weeks from the start"
    flat = np.full(100, 3.0)
    assert words(warm_up.draw(flat, 0, mser5(flat).curve))[0].startswith("No warm-up")
    with pytest.raises(NothingToShow):
        warm_up.draw([], None, [])


def test_saved_files_are_the_same_each_time(tmp_path):
    tables, front = compared(RUNS)
    first, second = (
        [path.read_bytes() for path in style.save(
            tradeoff.draw(tables, front, AXES, LEVELS, ABOUT), tmp_path / name)]
        for name in "ab"
    )  # fmt: skip
    assert first == second


# ---- who is never helped ---------------------------------------------------------------------


def lazy(axes=AXES):
    """With six outlets customers wait least, but many of them are never helped."""
    tables, front = compared(RUNS, axes)
    six = [name for name in front.index if name.startswith("outlets 6")]
    for axis, at_worst in ((WAIT, 9000.0), (KEPT, 0.1)):
        table = tables[axis.name]
        table.loc[six, ["at_worst", "judged"]] = at_worst
        table.loc[six, "verdict"] = "cannot be told apart"
    front.loc[six, ["on", "share"]] = False, 0.0
    return tables, front


@pytest.mark.parametrize(
    ("axis", "bound", "shown"), [(WAIT, "more than", "> "), (KEPT, "less than", "< ")]
)
def test_what_leaves_many_without_help_is_no_best_and_its_means_are_bounds(axis, bound, shown):
    tables, _ = lazy()
    table = tables[axis.name].assign(kept=common.kept(tables))
    curved = curve.draw(table, LEVELS, "outlets", axis, ABOUT)
    mapped = heatmap.draw(table, LEVELS, "who", "outlets", axis, ABOUT)
    for figure in (curved, mapped):
        assert "outlets 4" in words(figure)[0]
        assert any(f"{bound} that: some are never helped" in text for text in words(figure))
    assert sum(text.get_text().startswith(shown) for text in mapped.axes[0].texts) == 3
    # the best of all may be one of them all the same
    seen = curve.draw(table.assign(judged=table["mean"]), LEVELS, "outlets", axis, ABOUT)
    assert words(seen)[0].split(": ")[1].startswith(bound)


def test_a_tornado_says_that_the_usual_value_is_a_bound():
    effects = pd.DataFrame({"factor": ["a", "a"], "level": [1.0, 9.0], "difference": [-2.0, 2.0],
                            "lower": [-3.0, 1.0], "upper": [-1.0, 3.0]})  # fmt: skip
    tables, front = lazy()
    about = dataclasses.replace(ABOUT, baseline="outlets 6, company")
    found = dict(pictures(RUNS, tables, front, AXES, [], about, {WAIT.name: effects},
                          lambda name: name.startswith("tornado")))  # fmt: skip
    assert "response p90 is more than" in words(found["tornado-response_p90"])[1]


def test_a_bound_has_an_arrow_in_the_trade_off_and_is_joined_by_no_line():
    tables, front = lazy()
    few = tradeoff.draw(tables, front, [COST, WAIT], LEVELS, ABOUT)
    assert words(few)[1].endswith("a few are never helped, so it may be more")
    six = {name: 0.1 for name in front.index if name.startswith("outlets 6")}
    about = dataclasses.replace(ABOUT, unhelped=six)
    figure = tradeoff.draw(tables, front, [COST, WAIT], LEVELS, about)
    assert "arrows: farther than that, as some are never helped" in words(figure)[1]
    arrows = [t for t in figure.axes[0].texts if getattr(t, "arrow_patch", None) is not None]
    assert len(arrows) == 3
    whole = tradeoff.draw(*compared(RUNS), [COST, WAIT], LEVELS, ABOUT)
    assert "arrows" not in words(whole)[1]
    unbeaten = [int(words(f)[0].split(": ")[1].split()[0]) for f in (figure, whole)]
    assert unbeaten[0] == front["on"].sum() < unbeaten[1]


def test_the_forest_counts_those_within_the_limits():
    axes = [COST, dataclasses.replace(WAIT, at_most=21.0)]
    tables, _ = compared(RUNS, axes)
    better = tables["cost_per_case"]["verdict"].eq("better")
    able = (better & common.kept(tables)).sum()
    assert 0 < able < better.sum()
    title = words(forest.draw(tables, axes, LEVELS, ABOUT))[0]
    assert title.startswith(f"{able} of 11 strategies beat")
    assert title.endswith("on cost per case within the limits")


def test_what_is_better_only_for_those_helped_is_marked():
    tables, _ = lazy()
    figure = forest.draw(tables, [WAIT, COST], LEVELS, ABOUT)
    assert "only for those helped" in words(figure)
    better = tables["response_p90"]["verdict"].eq("better").sum()
    assert words(figure)[0].startswith(f"{better} of 11 strategies")
    assert "only for those helped" not in words(forest.draw(*compared(RUNS)[:1], AXES, LEVELS))
