"""Strategies: a scenario with changes, under a name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simnet.accounts import describe, in_total
from simnet.brief import brief
from simnet.plain import in_yaml
from simnet.scenario import Scenario, ScenarioError
from simnet.scenario.changes import Change, changed, dotted_change, idle, laid, read_changes
from simnet.scenario.document import Document, read_document
from simnet.scenario.path import dotted
from simnet.scenario.problem import Problem, nearest
from simnet.scenario.validate import read_as, sound_part

from .design import Point
from .keys import Keys, keys_of
from .question import Factor, Question


@dataclass(frozen=True)
class Strategy:
    """What is simulated under one name."""

    __repr__ = brief

    name: str
    factors: Point
    scenario: Scenario
    keys: Keys = field(repr=False)

    @staticmethod
    def of(name: str, scenario: Scenario, factors: Point | None = None) -> "Strategy":
        """A strategy of this scenario."""
        return Strategy(name, factors or {}, scenario, keys_of(scenario))


def read_question(path: str | Path) -> Question:
    """The experiment file `path`. Raises ScenarioError with file, line, value and remedy."""
    file = Path(path)
    document = read_document(file, Question)
    found = read_as(Question, document, file.parent, _problems)
    vars(found)["places"] = document.places
    return found if found.name else found.model_copy(update={"name": file.stem})


NO_BASE = "-"
"""stands for the base of strategies that are given as scenarios"""


def question_of(**fields: Any) -> Question:
    """A question of these fields. Raises ScenarioError with all that is wrong with them."""
    return read_as(Question, Document(fields), Path(), _problems)


def _same(level: Any, other: Any) -> bool:
    """Whether two levels are one: true is not 1."""
    return bool(level == other) and isinstance(level, bool) == isinstance(other, bool)


def _problems(question: Question) -> list[Problem]:
    """Names of responses and factors that other places of the question speak of wrongly."""
    found = []
    until = getattr(question.replications, "until", {})
    for name in until:
        if name not in question.responses:
            near = nearest(name, question.responses)
            found.append(Problem(("replications", "until", name), f"is no response{near}"))
    for name, response in question.responses.items():
        limits = response.at_least, response.at_most
        unit = response.unit or describe(name)[0]
        if unit == "share" and any(limit is not None and abs(limit) > 1 for limit in limits):
            said = "is a share: its limit is such as 80 % or 0.8"
            found.append(Problem(("responses", name), said))
        low, high = limits
        if low is not None and high is not None and low > high:
            found.append(Problem(("responses", name), "at_least is above at_most: nothing is both"))
    for name in question.factors:
        taken = name == "replication" or (name == "strategy" and question.base != NO_BASE)
        if taken or in_total(name):
            said = "is a column of every table of runs: give the factor another name, and its path"
            found.append(Problem(("factors", name), said))
    chosen = question.selection.response if question.selection else ""
    if chosen and chosen not in question.responses:
        near = nearest(chosen, question.responses)
        found.append(Problem(("selection", "response"), f"'{chosen}' is no response{near}"))
    if isinstance(question.baseline, dict):
        for name, level in question.baseline.items():
            if name not in question.factors:
                near = nearest(name, question.factors)
                found.append(Problem(("baseline", name), f"is no factor{near}"))
                continue
            factor = question.factors[name]
            if factor.range is None and not any(_same(level, known) for known in factor.values):
                known = ", ".join(map(str, factor.values))
                found.append(
                    Problem(("baseline", name), f"{in_yaml(level)} is no level (known: {known})")
                )
    return found


class Experiment:
    """A question with its base scenario, read once; makes the strategies by laying changes on it.

    folder: where the base is looked up; changes: of the base, such as `"horizon=1 year"`.
    Raises ScenarioError where the base cannot be read.
    """

    def __init__(self, question: Question, folder: Path, changes: Sequence[str] = ()) -> None:
        self.question = question
        base = folder / question.base
        try:
            document = read_document(base, Scenario)
        except ScenarioError as error:
            if not base.is_file():
                at = question.problem(("base",), f"there is no scenario file {base}")
                raise ScenarioError([at]) from error
            raise
        self.folder = base.parent
        place = question.problem(("set",), "").where or "set"
        told = [dotted_change(name, value, place) for name, value in question.set.items()]
        told += read_changes(changes)
        self._refuse_twice(told)
        before = sound_part(document, self.folder) if told else None
        self.base = laid(document, told, before)
        self.sound = sound_part(self.base, self.folder)
        """the scenario that the strategies change, as far as it is one without them"""
        if told and self.sound is not None:
            found = idle(document, told, self.folder, before, self.sound)
            self.base.notes.extend(found)

    def _refuse_twice(self, told: list[Change]) -> None:
        """Raise ScenarioError where two factors, or a factor and a change of the base, set the same
        place: one of them would be without effect."""
        said = {change.path: change.where for change in told}
        problems = []
        of_factors: dict[tuple[str, ...], str] = {}
        for name, factor in self.question.factors.items():
            paths = () if factor.strategies is not None else (*_paths(name, factor), *factor.along)
            for change in (dotted_change(path, None, f"factor {name}") for path in paths):
                path = change.path
                around = (w for p, w in of_factors.items() if p[: len(path)] == path[: len(p)])
                if other := said.get(path) or next(around, ""):
                    message = f"{dotted(path)} is set by {other} too: leave one of them out"
                    problems.append(self.question.problem(("factors", name), message))
                of_factors[path] = f"factor {name}"
        if problems:
            raise ScenarioError(problems)

    @staticmethod
    def read(path: str | Path, changes: Sequence[str] = ()) -> "Experiment":
        """An experiment file. Raises ScenarioError with file, line, value and remedy."""
        return Experiment(read_question(path), Path(path).parent, changes)

    def changed(self, more: dict[str, Any]) -> Question:
        """The question, from now on with these fields."""
        if more:
            places = self.question.places
            told = self.question.model_dump(exclude_unset=True) | more
            self.question = question_of(**{"name": self.question.name, **told})
            vars(self.question)["places"] = places
        return self.question

    def strategy(self, point: Point) -> Strategy:
        """The strategy with these levels. Raises ScenarioError where no scenario comes of it."""
        changes: list[Change] = []
        for name, level in point.items():
            factor = self.question.factors[name]
            place = self.question.problem(("factors", name), "").where or f"factor {name}"
            if factor.strategies is not None:
                where = f"{place}, strategy '{level}'"
                for path, value in factor.strategies[level].items():
                    others = (other.get(path, value) for other in factor.strategies.values())
                    varied = any(other != value for other in others)
                    changes.append(dotted_change(path, value, where, level=varied))
                continue
            where = f"{place}, level {level!r}"
            changes += [dotted_change(path, level, where, True) for path in _paths(name, factor)]
            for path, values in factor.along.items():
                value = values[factor.values.index(level)]
                changes.append(dotted_change(path, value, where, True))
        return Strategy.of(
            self.name(point), changed(self.base, changes, self.folder, self.sound), point
        )

    def name(self, point: Point) -> str:
        """Levels in words, such as `outlets 40 / partner`."""
        said = []
        for name, level in point.items():
            factor = self.question.factors[name]
            shown = f"{level:.4g}" if isinstance(level, float) else in_yaml(level)
            said.append(
                shown if factor.strategies is not None else f"{factor.label or name} {shown}"
            )
        return " / ".join(said)

    def strategies(self, found: list[Point]) -> list[Strategy]:
        """All of them; raises ScenarioError with the problems of all."""
        made: list[Strategy] = []
        problems: list[Problem] = []
        first: dict[str, Strategy] = {}
        for point in found:
            try:
                made.append(self.strategy(point))
            except ScenarioError as error:
                problems += error.problems
                continue
            same = first.setdefault(made[-1].keys.whole, made[-1])
            if same.name != made[-1].name:
                made[-1].scenario.notes.append(
                    f"strategies '{same.name}' and '{made[-1].name}' are one and the same scenario"
                )
        if problems:  # what is wrong with every level is said once
            once = {(problem.path, problem.message): problem for problem in reversed(problems)}
            raise ScenarioError(reversed(once.values()))
        return made


def _paths(name: str, factor: Factor) -> tuple[str, ...]:
    if factor.path is None:
        return (name,)
    return (factor.path,) if isinstance(factor.path, str) else factor.path
