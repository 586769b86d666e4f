"""Experiment files: what is wrong with them is said with file, line and remedy."""

import pickle

import pytest
from experiment.files import QUESTION, rows, write

import simnet
from simnet.experiment import Experiment
from simnet.experiment.design import points
from simnet.scenario import ScenarioError

RESPONSES = "responses: [cost_per_case, response_p90]"


def read(folder, text):
    file = write(folder)
    file.write_text(text, encoding="utf-8")
    found = Experiment.read(file)
    return found.strategies(points(found.question))


def test_strategies_are_the_base_with_changes(tmp_path):
    found = read(tmp_path, QUESTION)
    assert [s.name for s in found] == [
        "technicians 1 / own", "technicians 1 / partner", "technicians 2 / own",
        "technicians 2 / partner",
    ]  # fmt: skip
    first, *_, last = (s.scenario.outlets for s in found)
    assert first.places["Hamburg"].contract == "company"
    assert first.places["Hamburg"].lat == 53.6  # what is not changed stays
    assert last.places["Hamburg"].contract == "partner"
    assert (first.places["Berlin"].technicians, last.places["Berlin"].technicians) == (1, 2)


def test_places_that_move_along(tmp_path):
    text = QUESTION.replace("levels: [1, 2]}", "levels: [1, 2], along: {seed: [7, 8]}}")
    assert [s.scenario.seed for s in read(tmp_path, text)] == [7, 7, 8, 8]


def test_one_mistake_is_said_once(tmp_path):
    """Nothing that only follows from it, and not for each level."""
    for old, new, said in (
        ("levels: [1, 2]", "levels: []",
         "line 4: factors.technicians.levels: 1 at least is needed, but there are 0"),
        ("technicians, levels: [1, 2]", "technicans, levels: [1, 2, 3]",
         "line 4, level 1: outlets.defaults.technicans: unknown name 'technicans'; did you mean "
         "'technicians'?"),
    ):  # fmt: skip
        with pytest.raises(ScenarioError) as caught:
            read(tmp_path, QUESTION.replace(old, new))
        (problem,) = caught.value.problems
        assert str(problem).endswith(said)


def test_what_is_asked_in_python_is_refused_as_in_files(small, tmp_path):
    levels = {"technicians": {"path": "outlets.defaults.technicians", "levels": [1, 2]}}
    for more, said in (
        ({"factors": {}}, "factors: 1 at least is needed, but there are 0"),
        ({"replications": 0}, "replications: 1 or more, or a mapping"),
        ({"responses": {"promise_kept": {"at_least": 80}}}, "is a share: its limit is such as"),
        ({"baseline": {"technicians": True}}, "baseline.technicians: true is no level"),
        ({"changes": "horizon=now"}, "--set horizon=now"),
    ):
        with pytest.raises(ScenarioError) as caught:
            simnet.sweep(**{"base": small, "factors": levels, "store": tmp_path} | more)
        assert said in str(caught.value)


def test_a_response_that_is_no_figure_is_refused_before_anything_is_simulated(small, tmp_path):
    levels = {"technicians": {"path": "outlets.defaults.technicians", "levels": [1, 2]}}
    told = []
    for name, said in (
        ("cost_per_cas", "is no key figure; did you mean 'cost_per_case'?"),
        ("cost_per_yaer: rent", "is no key figure; did you mean 'cost_per_year: '?"),
        ("respons_p90 @ Berlin", "is no key figure; did you mean 'response_p90'?"),
        ("response_p90 @ outlet Berln", "there is no outlet 'Berln'; did you mean 'Berlin'?"),
        ("response_p90 @ Berln", "there is no market or outlet 'Berln'; did you mean 'Berlin'?"),
        ("mine", "is no key figure"),
    ):
        with pytest.raises(ScenarioError) as caught:
            simnet.sweep(base=small, factors=levels, store=tmp_path, responses=[name], jobs=1,
                         watch=lambda counts, _: told.append(counts),
                         figures={"yours": len})  # fmt: skip
        assert said in str(caught.value)
    assert not told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("factors:", "factor:", "line 3: factor: unknown name 'factor'; did you mean 'factors'?"),
        ("base: small.yaml", "base: smal.yaml", "line 2: base: there is no scenario file"),
        ("levels: [1, 2]", "levels: [1, -2]",
         "line 4, level -2: outlets.defaults.technicians: 0 or more, or unlimited is needed"),
        ("technicians, levels", "technicans, levels", "unknown name 'technicans'"),
        ("contract: company", "contract: compny", "'compny'"),
        ("replications: 4", "replications: 0", "line 10: replications:"),
        ("replications: 4", "replications: {until: {cost_per_cas: 5 %}}",
         "line 10: replications.until.cost_per_cas: is no response; did you mean 'cost_per_case'?"),
        ("replications: 4", "replications: {until: {cost_per_case: 5 percent}}", "such as '5 %'"),
        ("replications: 4", "baseline: {technicans: 1}",
         "line 10: baseline.technicans: is no factor; did you mean 'technicians'?"),
        ("replications: 4", "replications: 1000000000", "line 10: replications:"),
        ("replications: 4", "baseline: {technicians: true}", "true is no level (known: 1, 2)"),
        ("levels: [1, 2]", "levels: [1, 1]", "level 1 stands twice"),
        ("path: outlets.defaults.technicians,", "path: [],", "the path is empty"),
        ("replications: 4", "set: {outlets.defaults.technicians: 3}",
         "outlets.defaults.technicians is set by "),
        ("levels: [1, 2]}", "levels: [1, 2]}\n  again: {path: outlets.defaults.technicians, "
         "levels: [3, 4]}", "is set by factor technicians too: leave one of them out"),
        (RESPONSES, "responses: {promise_kept: {at_least: 80}}",
         "is a share: its limit is such as 80 % or 0.8"),
        (RESPONSES, "responses: {cost_per_case: {at_least: 80, at_most: 70}}",
         "nothing is both"),
        (RESPONSES, "responses: {cost_per_case: {at_most: .inf}}", "finite"),
        (RESPONSES, "responses: {cost_per_case: {at_most: 3 days}}",
         "cost_per_case is money, and '3 days' is a time"),
        (RESPONSES, "responses: {response_p90: {at_most: 90 %}}",
         "response_p90 is a time, and '90 %' is a share"),
        (RESPONSES, "responses: {promise_kept: {at_least: 9 h}}", "a share, and '9 h' is a time"),
        (RESPONSES, "responses: {calls_offered: {at_most: 9 h}}", "a number, and '9 h' is a time"),
        ("technicians: {path", "cases_charged: {path", "is a column of every table of runs"),
        ("technicians: {path", "replication: {path", "is a column of every table of runs"),
        ("levels: [1, 2]}", "levels: [1, 2]}\n  again: {path: outlets.defaults, "
         "levels: [{speed: 4}, {speed: 5}]}", "is set by factor technicians too"),
        ("levels: [1, 2]", "range: [1, 9], steps: 200000", "400,000 combinations"),
        ("replications: 4", "replications: {until: {cost_per_case: 5 %}, least: 6, most: 3}",
         "replications: most is below least"),
        ("replications: 4", "design: sobol", "needs points"),
        ("levels: [1, 2]", "levels: [1, 2], steps: 3", "steps is of a range"),
        ("replications: 4", "sensitivity: {points: 8}", "a tornado has no points"),
        ("replications: 4", "design: full\nsearch: {}", "leave out design"),
        ("replications: 4", "baseline: {}", "baseline is empty"),
        ("replications: 4", "selection: {}\nsearch: {}", "ask one"),
        ("name: Who", "name: Who\nname: Who", "a key stands twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, old, new, said):
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, QUESTION.replace(old, new))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("responses: [cost_per_case", "responses: [cost_per_cas",
         "line 9: responses.cost_per_cas: is no key figure; did you mean"),
        ("replications: 4", "replications: 2\nbaseline: nobody",
         "baseline: 'nobody' is no strategy"),
    ],
)  # fmt: skip
def test_the_command_line_says_it_and_ends_with_2(cli, question, tmp_path, old, new, said):
    question.write_text(QUESTION.replace(old, new), encoding="utf-8")
    code, _, errors = cli("sweep", question, "--store", tmp_path / "s", "--out", tmp_path / "o",
                          "-j", 1)  # fmt: skip
    assert code == 2
    assert said in errors
    assert not (tmp_path / "o").exists()
    assert len(rows(tmp_path / "s")) <= 1  # nobody waits for the whole sweep to learn it


def test_a_list_of_responses_may_say_more_of_some():
    from simnet.experiment.question import Question

    def asked(responses):
        return Question(base="b", factors={"x": [1, 2]}, responses=responses).responses

    found = asked(["cost_per_case", {"response_p90": {"goal": "max"}}, {"asa": None}])
    assert list(found) == ["cost_per_case", "response_p90", "asa"]
    assert found["response_p90"].goal == "max"
    for wrong in ([{"a": 1}], [3], ["a", "a"], ["a", {"a": {}}]):
        with pytest.raises(ValueError, match="responses"):
            asked(wrong)


def test_limits_are_in_the_unit_of_the_figure():
    asked = simnet.experiment.strategy.question_of(
        base="-", factors={"a": [1]},
        responses={"asa": {"at_most": "30 s"}, "response_p90": {"at_most": "3 days"},
                   "service_level": {"at_least": "80 %"}, "mine": {"at_most": "2 h", "unit": "s"}},
    )  # fmt: skip
    limits = [(r.at_most, r.at_least) for r in asked.responses.values()]
    assert limits == [(30, None), (72, None), (None, 0.8), (7200, None)]


def test_limits_are_written_as_planners_do(tmp_path):
    text = QUESTION.replace(
        RESPONSES,
        "responses: {promise_kept: {at_least: 80 %}, response_p90: {at_most: 3 days}}",
    )
    file = write(tmp_path)
    file.write_text(text, encoding="utf-8")
    kept, hours = Experiment.read(file).question.responses.values()
    assert kept.at_least == 0.8
    assert hours.at_most == 72.0


def test_an_error_that_comes_back_from_a_worker_is_the_same(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, QUESTION.replace("contract: company", "contract: compny"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.problems == caught.value.problems
