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
    assert "% on cost_per_case, with no difference shown in response_p90" in said
    assert any(s.startswith("Lowest cost_per_case: partner (") for s in found.verdict)


def test_what_cannot_be_told_apart_is_said():
    found = compare(runs_of({"a": 100, "b": 100, "c": 130}), ["cost_per_case"])
    leader, rival = ("a", "b") if found.tables["cost_per_case"]["mean"].idxmin() == "a" else "ba"
    assert f"with 30 replications it cannot be told apart from {rival}." in found.verdict[0]
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
    assert "others." in found.verdict[0]
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
