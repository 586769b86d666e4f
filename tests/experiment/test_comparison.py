"""Comparisons in figures and in words, on runs whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from simnet.experiment import QuestionError, Response, compare

SEED = 5


def runs_of(means, replications=30, common=3.0, own=1.0):
    """Runs with these means of cost_per_case; what a replication has in common has a standard
    deviation of `common`, what each strategy has of its own of `own`."""
    random = np.random.default_rng(SEED)
    shared = random.normal(0, common, replications)
    return pd.DataFrame(
        [
            {
                "strategy": name, "replication": number,
                "cost_per_case": mean + shared[number] + random.normal(0, own),
                "response_p90": 30.0 + random.normal(0, 1),
                "promise_kept": 0.9 + random.normal(0, 0.01),
            }
            for name, mean in means.items()
            for number in range(replications)
        ]
    )  # fmt: skip


def test_pairing_takes_out_what_replications_have_in_common():
    """Variances 9 + 1 each, of the difference 2: 10 times; by an F of 29 and 29 degrees it is
    within a factor 4.1 but once in 10,000 seeds."""
    table = compare(runs_of({"a": 100, "b": 105}), ["cost_per_case"]).tables["cost_per_case"]
    assert 10 / 4.1 < table.loc["b", "variance_reduction"] < 10 * 4.1
    assert np.isnan(table.loc["a", "difference"])
    # a paired difference of 5 with a standard error of 0.26: 5 standard errors away
    assert table.loc["b", "difference"] == pytest.approx(5, abs=1.3)
    assert table.loc["b", "lower"] < table.loc["b", "difference"] < table.loc["b", "upper"]


def test_the_verdict_says_who_beats_whom_and_at_what_price():
    found = compare(runs_of({"company": 100, "partner": 90}),
                    ["cost_per_case", "response_p90"], "company")  # fmt: skip
    said = found.verdict[-1]
    assert said.startswith("partner beats company by ")
    assert "% on cost_per_case, with no difference shown in response_p90 (" in said
    assert any(s.startswith("Lowest cost_per_case: partner (") for s in found.verdict)


def test_what_cannot_be_told_apart_is_said():
    found = compare(runs_of({"a": 100, "b": 100, "c": 130}), ["cost_per_case"])
    leader, rival = ("a", "b") if found.tables["cost_per_case"]["mean"].idxmin() == "a" else "ba"
    assert f"with 30 replications it cannot be told apart from {rival};" in found.verdict[0]
    assert not found.tables["cost_per_case"].loc["c", "can_be_best"]
    assert leader in found.verdict[0]


def test_a_strategy_beyond_a_limit_is_out_of_the_question():
    limits = {"promise_kept": Response(at_least=0.5), "cost_per_case": Response(at_least=80)}
    found = compare(runs_of({"cheap": 50, "dear": 100}), limits)
    assert found.verdict[0] == "Out of the question, with cost_per_case below 80: cheap."
    assert not found.front.loc["cheap", "on"]
    assert found.tables["promise_kept"].loc["dear", "can_be_best"]  # the only one that is left


def test_more_is_better_where_it_is():
    found = compare(runs_of({"a": 1, "b": 2}), ["promise_kept"])
    assert found.verdict[0].startswith("Highest promise_kept:")


def test_many_names_are_counted():
    found = compare(runs_of({f"s{i}": 100 for i in range(20)}), ["cost_per_case"])
    assert "12 others;" in found.verdict[0]
    assert found.verdict[0].count(", ") <= 8


def test_only_replications_that_all_have_count():
    runs = runs_of({"a": 100, "b": 90})
    runs = runs[~((runs["strategy"] == "b") & (runs["replication"] > 9))]
    assert compare(runs, ["cost_per_case"]).replications == 10


@pytest.mark.parametrize(
    ("runs", "responses", "baseline", "said"),
    [
        (runs_of({"a": 1}), ["cost_per_case"], "", "needs two strategies"),
        (runs_of({"a": 1, "b": 2}, 1), ["cost_per_case"], "", "needs two replications"),
        (runs_of({"a": 1, "b": 2}), ["joy"], "", "no key figure 'joy'"),
        (runs_of({"a": 1, "b": 2}), ["cost_per_case"], "c", "no strategy 'c'"),
    ],
)
def test_what_cannot_be_compared(runs, responses, baseline, said):
    with pytest.raises(QuestionError, match=said):
        compare(runs, responses, baseline)


# --- differences that matter, and figures that say nothing ----------------------------------------


def plain_runs(figures, replications=10):
    """Runs with exact values: by strategy the figures, to which each replication adds its number,
    in which nothing differs by chance."""
    return pd.DataFrame(
        [
            {"strategy": name, "replication": number,
             **{f: v + number if np.isscalar(v) else v[number] for f, v in values.items()}}
            for name, values in figures.items()
            for number in range(replications)
        ]
    )  # fmt: skip


def word_of(table, name):
    return table.loc[name, "verdict"]


def test_a_difference_that_does_not_matter_is_no_win():
    """0.5 % of the baseline is less than 1 %, however surely it is there; 2 % is more."""
    runs = plain_runs(
        {
            n: {"cost_per_case": c}
            for n, c in {"base": 995.5, "a bit": 990.5, "dear": 1015.5, "cheap": 975.5}.items()
        }
    )
    found = compare(runs, ["cost_per_case"])
    table = found.tables["cost_per_case"]
    assert word_of(table, "a bit") == "no difference that matters"
    assert (word_of(table, "dear"), word_of(table, "cheap")) == ("worse", "better")
    assert table["matters"].iloc[0] == pytest.approx(10.0)
    less = compare(runs[runs["strategy"].isin(["base", "a bit"])], ["cost_per_case"])
    assert (
        "a bit is no better than base on cost_per_case by a difference that matters"
        in (less.verdict[-1])
    )
    asked = {"cost_per_case": {"matters": 3.0}}
    assert word_of(compare(runs, asked).tables["cost_per_case"], "a bit") == "better"
    asked = {"cost_per_case": {"matters": "5 %"}}
    table = compare(runs, asked).tables["cost_per_case"]
    assert set(table["verdict"]) == {"", "no difference that matters"}


def test_what_matters_where_the_baseline_is_zero():
    """One per cent of the largest mean stands in."""
    runs = plain_runs(
        {n: {"open_cases": [c] * 10} for n, c in {"none": 0.0, "few": 0.5, "many": 100.0}.items()}
    )
    table = compare(runs, ["open_cases"]).tables["open_cases"]
    assert word_of(table, "few") == "no difference that matters"
    assert word_of(table, "many") == "worse"


def test_a_figure_without_a_value_is_named_and_the_rest_answered():
    nothing = [np.nan] * 10
    runs = plain_runs({"a": {"cost_per_case": 100, "cost_per_unit_sold": nothing},
                       "b": {"cost_per_case": 90, "cost_per_unit_sold": nothing}})  # fmt: skip
    limits = {"cost_per_case": Response(), "cost_per_unit_sold": Response(at_most=10)}
    found = compare(runs, limits)
    assert found.verdict[0].startswith("cost_per_unit_sold has no value in any of these strategies")
    assert "its limit cannot be judged" in found.verdict[0]
    assert any(s.startswith("Lowest cost_per_case: b (") for s in found.verdict)
    assert found.verdict[-1].startswith("b beats a by ")
    assert word_of(found.tables["cost_per_unit_sold"], "b") == "no value"
    # of the first response, too; and where only one strategy has none
    swapped = compare(runs, dict(reversed(limits.items())))
    assert any(s.startswith("Lowest cost_per_case: b (") for s in swapped.verdict)
    runs.loc[runs["strategy"] == "a", "cost_per_unit_sold"] = 5.0
    assert compare(runs, limits).verdict[0].startswith("cost_per_unit_sold has no value in b")


def test_a_column_of_ones_own_has_a_goal_and_a_unit_or_none():
    runs = plain_runs({"a": {"profit": 100}, "b": {"profit": 300}})
    told = compare(runs, {"profit": {"goal": "max", "unit": "EUR"}})
    assert told.verdict[0].startswith("Highest profit: b (304 EUR)")
    untold = compare(runs, ["profit"])
    assert untold.tables["profit"].loc["b", "verdict"] == "higher"
    assert untold.verdict == [
        "profit is lowest in a (104) and highest in b (304); which is better is not known: give it "
        "a goal."
    ]
    with pytest.raises(QuestionError, match=r"profit\.gaol"):
        compare(runs, {"profit": {"gaol": "max"}})


def test_few_replications_are_named_in_the_sentence_and_more_advised():
    found = compare(runs_of({"a": 100, "b": 130}, replications=3), ["cost_per_case"])
    assert "no other can be as good (95 %, 3 replications)." in found.verdict[0]
    assert "3 replications are few: 5 are advised." in found.verdict[0]
    close = compare(runs_of({"a": 100, "b": 102}, replications=3, own=3), ["cost_per_case"])
    assert "with 3 replications it cannot be told apart from" in close.verdict[0]
    assert "would be needed if" in close.verdict[0]


# --- who is never helped --------------------------------------------------------------------------


def starved(worst, share):
    """`lazy` looks fast, as its open cases count as long as they were seen."""
    lazy = {"response_p90": 10.0, "response_p90 (at worst)": worst, "unhelped_share": [share] * 10}
    sound = {"response_p90": 20.0, "response_p90 (at worst)": 20.0, "unhelped_share": [0.0] * 10}
    return plain_runs({"sound": sound, "lazy": lazy})


def test_who_is_never_helped_and_who_would_refuse_push_nobody_off_the_front():
    """Cheaper and faster, but half of the cases are left, or an owner loses money."""
    sound = {"cost_per_case": 100.0, "response_p90": 20.0, "response_p90 (at worst)": 20.0}
    other = {"cost_per_case": 50.0, "response_p90": 10.0, "response_p90 (at worst)": 4000.0}
    helped, left = {"unhelped_share": [0.0] * 10}, {"unhelped_share": [0.5] * 10}
    responses = ["cost_per_case", "response_p90"]
    lazy = compare(plain_runs({"sound": sound | helped, "lazy": other | left}), responses)
    assert lazy.front["on"].tolist() == [True, True]
    losing = {"owners": [4.0] * 10, "owners_losing": [2.0] * 10}
    fine = {"owners": [4.0] * 10, "owners_losing": [0.0] * 10}
    better = other | {"response_p90 (at worst)": 10.0} | helped
    refused = compare(plain_runs({"sound": sound | helped | fine, "x": better | losing}), responses)
    assert refused.front["on"].tolist() == [True, True]
    accepted = compare(plain_runs({"sound": sound | helped | fine, "x": better | fine}), responses)
    assert accepted.front["on"].tolist() == [False, True]


def test_hours_without_end_are_no_yardstick_of_what_matters():
    """1 % of 4,000 h would hide that 20 h and 21 h are different."""
    data = starved(9000.0, 0.5)
    lazy = data["strategy"] == "lazy"
    data.loc[lazy, "response_p90"] += 4000.0
    found = compare(data, ["response_p90"], baseline="lazy")
    table = found.tables["response_p90"]
    assert table["matters"].iloc[0] == pytest.approx(0.01 * table.at["sound", "mean"])


def test_a_win_that_rests_on_who_is_never_helped_is_none():
    found = compare(starved(4000.0, 0.5), ["response_p90"])
    assert found.verdict[0] == (
        "Never helped (still open, given up or referred away) are 50.0 % of the cases that came, "
        "in lazy. Times and shares that rest on them are bounds. A limit on unhelped_share leaves "
        "such strategies out."
    )
    assert word_of(found.tables["response_p90"], "lazy") == "cannot be told apart"
    assert found.tables["response_p90"].at["lazy", "of_the_helped"] == "better"
    assert found.verdict[1] == (
        "Lowest response_p90: sound (24.5 h); with 10 replications it cannot be told apart from "
        "lazy, as those who are never helped may wait much longer."
    )
    assert "beats" not in " ".join(found.verdict)


def test_a_win_that_would_be_one_at_worst_too_stands():
    found = compare(starved(12.0, 0.5), ["response_p90"])
    assert word_of(found.tables["response_p90"], "lazy") == "better"
    assert found.verdict[0].startswith("Never helped")
    assert found.verdict[-1].startswith(
        "Although 50.0 % of the cases are never helped in lazy, and few in sound: "
        "lazy beats sound by"
    )


def test_those_who_leave_as_many_without_help_are_named_together():
    share = {"a": 0.2, "b": 0.0, "c": 0.2, "d": 0.05}
    rows = {name: {"cost_per_case": 9.0, "unhelped_share": [s] * 10} for name, s in share.items()}
    assert compare(plain_runs(rows), ["cost_per_case"]).verdict[0] == (
        "Never helped (still open, given up or referred away) are 20.0 % of the cases that came, "
        "in a and c; 5.0 % in d. A limit on unhelped_share leaves such strategies out."
    )
    many = {str(i): {"cost_per_case": 9.0, "unhelped_share": [i / 100] * 10} for i in range(20)}
    said = compare(plain_runs(many), ["cost_per_case"]).verdict[0]
    assert "; 13.0 % in 13; less in others. A limit" in said


def test_what_is_worse_than_a_baseline_that_is_left_out_is_said_to_be():
    rows = {
        "base": {"cost_per_case": 50.0, "response_p90": 99.0},
        "kept": {"cost_per_case": 60.0, "response_p90": 10.0},
    }
    responses = {"cost_per_case": {}, "response_p90": {"at_most": 50}}
    said = compare(plain_runs(rows), responses).verdict
    assert any(s.startswith("kept is worse than base on cost_per_case by") for s in said)
    nobody = compare(plain_runs(rows), responses | {"cost_per_case": {"at_most": 1}}).verdict
    assert "Nearest to the limit of cost_per_case is base" in nobody[-1]


def test_what_is_better_only_for_those_helped_is_said():
    """The leader on cost; its hours are fewer, but at worst they are more."""
    sound = {"cost_per_case": 60.0, "response_p90": 20.0, "response_p90 (at worst)": 20.0}
    lazy = {"cost_per_case": 50.0, "response_p90": 10.0, "response_p90 (at worst)": 4000.0}
    data = plain_runs({
        "sound": sound | {"unhelped_share": [0.0] * 10},
        "lazy": lazy | {"unhelped_share": [0.5] * 10},
    })  # fmt: skip
    said = compare(data, ["cost_per_case", "response_p90"]).verdict[-1]
    assert "response_p90 lower (better) by" in said
    assert "for those helped, not sure at worst" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda runs: pd.concat([runs, runs]), "stands twice in the table of runs"),
        (lambda runs: runs.drop(columns="replication"), "has no column replication"),
    ],
)
def test_a_table_that_is_none_of_runs(change, said):
    with pytest.raises(QuestionError, match=said):
        compare(change(runs_of({"a": 1, "b": 2})), ["cost_per_case"])


def test_arguments_of_a_comparison():
    runs = runs_of({"a": 1, "b": 2})
    for more in ({"responses": []}, {"responses": ["cost_per_case"], "unhelped": 5}):
        with pytest.raises(QuestionError):
            compare(runs, **more)
    with pytest.raises(QuestionError, match="response_p90 is a time, and '9 %' is a share"):
        compare(runs, {"response_p90": {"at_most": "9 %"}})


def test_few_unhelped_are_not_worth_a_word():
    assert not compare(starved(12.0, 0.009), ["response_p90"]).unhelped
    assert compare(starved(12.0, 0.009), ["response_p90"], unhelped=0.005).unhelped


def test_a_limit_is_kept_at_worst_too_where_many_are_never_helped():
    limit = {"response_p90": Response(at_most=30)}
    assert not compare(starved(4000.0, 0.5), limit).tables["response_p90"].loc["lazy", "kept"]
    assert compare(starved(4000.0, 0.005), limit).tables["response_p90"].loc["lazy", "kept"]
