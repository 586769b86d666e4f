"""What an experiment file says: base scenario, factors, design, responses, replications."""

import math
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from simnet.accounts import UNHELPED, describe, find
from simnet.scenario.problem import Path, Problem, place_of
from simnet.scenario.quantity import Format, Model, Share, parse_hours

Design = Literal["full", "one_at_a_time", "latin_hypercube", "sobol"]
Changes = dict[str, Any]
"""values by dotted path into the scenario; mappings merge, null removes"""
_PERCENT = re.compile(r"^\s*(\d+(?:\.\d*)?)\s*%\s*$")


def _listed(value: Any) -> Any:
    return {"levels": value} if isinstance(value, list) else value


MOST_REPLICATIONS = 100_000
"""of a strategy; more are a slip of the pen"""


class Factor(Model):
    """What is varied: levels or a range of one place in the scenario, or whole named strategies."""

    path: str | tuple[str, ...] | None = None
    """dotted path into the scenario, or several that get the same value; the factor's name where
    missing"""
    levels: tuple[Any, ...] | None = Field(default=None, min_length=1)
    """values to try"""
    range: tuple[float, float] | None = None
    """lowest and highest value"""
    steps: Annotated[int, Field(ge=2)] = 5
    """levels that a full design takes from a range"""
    whole: bool = False
    """only whole numbers, of a range"""
    log: bool = False
    """levels of a range at equal ratios and not at equal distances"""
    along: dict[str, tuple[Any, ...]] = Field(default_factory=dict)
    """other places that move with it: a value for each of the levels, by dotted path"""
    strategies: dict[str, Changes] | None = Field(default=None, min_length=1)
    """name of each strategy, and its changes of the scenario by dotted path"""
    usual: Any = None
    """level (or name) that the others are set against one at a time; the first, or the middle of a
    range, where missing"""
    label: str = ""
    """what pictures call it; the factor's name where missing"""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [self.levels is not None, self.range is not None, self.strategies is not None]
        if sum(given) != 1:
            raise ValueError("a factor has levels, a range, or strategies: one of them")
        if self.strategies is not None and self.path is not None:
            raise ValueError("strategies hold their own paths; leave out path")
        of_ranges = {"steps", "whole", "log"} & self.model_fields_set
        if self.range is None and of_ranges:
            raise ValueError(f"{sorted(of_ranges)[0]} is of a range: leave it out beside levels")
        if self.path is not None and not self.path:
            raise ValueError("the path is empty: give one, or leave it out where the name is it")
        given_levels = [repr(level) for level in self.levels or ()]
        if twice := [level for level in given_levels if given_levels.count(level) > 1]:
            raise ValueError(f"level {twice[0]} stands twice")
        if self.range is not None:
            low, high = self.range
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ValueError("a range goes from a lower to a higher number")
            if self.log and low <= 0:
                raise ValueError("equal ratios need a range above 0")
        for path, values in self.along.items():
            if len(values) != len(self.levels or ()):
                raise ValueError(
                    f"along.{path} has {len(values)} values: one is needed for a level"
                )
        if self.usual is not None and self.range is None and self.usual not in self.values:
            raise ValueError("usual is none of its levels")
        return self

    @property
    def values(self) -> tuple[Any, ...]:
        """Levels as they are named; those of a range at its steps."""
        if self.strategies is not None:
            return tuple(self.strategies)
        if self.levels is not None:
            return self.levels
        shares = np.linspace(0.0, 1.0, self.steps).tolist()
        return tuple(dict.fromkeys(self.at(share) for share in shares))

    @property
    def usual_value(self) -> Any:
        """The level that others are set against."""
        if self.usual is not None:
            return self.usual
        return self.at(0.5) if self.range is not None else self.values[0]

    def at(self, share: float) -> Any:
        """The value at this share (0 to 1) of the way through the levels or the range."""
        if self.range is None:
            values = self.values
            return values[min(int(share * len(values)), len(values) - 1)]
        low, high = self.range
        if self.whole:  # each whole number has the same part of the way
            low, high = (low - 0.4999, high + 0.4999) if not self.log else (low, high)
        value = low * (high / low) ** share if self.log else low + (high - low) * share
        return round(value) if self.whole else value


def _target(value: Any) -> Any:
    """`5 %` is a share of the mean, written as a negative number would not be."""
    if isinstance(value, str):
        match = _PERCENT.match(value)
        if match is None:
            raise ValueError("give a number in the unit of the figure, or a share such as '5 %'")
        return {"relative": float(match[1]) / 100}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"absolute": float(value)}
    return value


class HalfWidth(Model):
    """So much of a figure: half of an interval, or a difference."""

    relative: Annotated[float, Field(gt=0, lt=1)] | None = None
    """share of the mean"""
    absolute: Annotated[float, Field(gt=0)] | None = None
    """in the unit of the figure"""


Width = Annotated[
    HalfWidth, BeforeValidator(_target, json_schema_input_type=HalfWidth | float | str)
]


def _limit(value: Any) -> Any:
    """`90 %` is a share, `3 days` are hours."""
    if isinstance(value, str) and (match := _PERCENT.match(value)):
        return float(match[1]) / 100
    return parse_hours(value)


def in_its_unit(name: str, asked: Any) -> Any:
    """What is asked of a response, with its limits in the unit of the figure of that name: `30 s`
    are seconds of an ASA, and hours of a response time. Raises ValueError for a limit of another
    kind; leaves alone what is no mapping."""
    if not isinstance(asked, Mapping):
        return asked
    unit = asked.get("unit") or describe(name)[0]
    found = dict(asked)
    for limit in ("at_most", "at_least"):
        text = asked.get(limit)
        if not isinstance(text, str) or not (unit or find(name)):
            continue
        share = _PERCENT.match(text) is not None
        if share != (unit == "share") or not (share or unit in ("h", "s")):
            kinds = {"share": "a share", "h": "a time", "s": "a time", "": "a number"}
            what = "a share" if share else "a time"
            raise ValueError(f"{name} is {kinds.get(unit, unit)}, and '{text}' is {what}")
        found[limit] = _limit(text) * (3600 if unit == "s" else 1)
    return found


Limit = Annotated[float, BeforeValidator(_limit, json_schema_input_type=float | str),
                  Field(allow_inf_nan=False)]  # fmt: skip


class Response(Model):
    """A key figure that strategies are judged by."""

    goal: Literal["min", "max"] | None = None
    """whether less or more of it is better; known for most key figures"""
    unit: str | None = None
    """of a column that is no key figure of simnet"""
    at_most: Limit | None = None
    """limit: a strategy whose mean is above it is out of the question"""
    at_least: Limit | None = None
    """limit: a strategy whose mean is below it is out of the question"""
    matters: Width | None = None
    """smallest difference that matters: a number, or such as 2 %; 1 % of the baseline's mean where
    missing"""


def _responses(value: Any) -> Any:
    """A list of names, of which each may say what is asked of it: `- cost: {at_most: 9}`."""
    if isinstance(value, list):
        found: dict[str, Any] = {}
        for item in value:
            named = item if isinstance(item, dict) else {item: {}}
            if not all(isinstance(name, str) for name in named) or named.keys() & found.keys():
                raise ValueError("a list of responses holds the name of each key figure once")
            found |= named
        value = found
    if not isinstance(value, dict):
        return value
    return {
        name: {} if asked is None else in_its_unit(str(name), asked)
        for name, asked in value.items()
    }


_Responses = dict[str, Response | None] | list[str | dict[str, Response | None]]
"""how responses may be written"""


class Replications(Model):
    """How often each strategy is simulated: until its intervals are narrow, within a budget."""

    until: dict[str, Width] = Field(min_length=1)
    """half-width of the 95 % interval by response: a number, or such as 5 %"""
    least: Annotated[int, Field(ge=2)] = 5
    """replications before anything is judged"""
    most: Annotated[int, Field(ge=2)] = 100
    """budget: replications of each strategy"""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most < self.least:
            raise ValueError("most is below least")
        return self


class Selection(Model):
    """Find the best strategy with a stated guarantee, or with a stated budget."""

    method: Literal["kim_nelson", "ocba"] = "kim_nelson"
    """kim_nelson: simulate until the best is known at the confidence (KN++); ocba: spend the budget
    where it tells most"""
    response: str = ""
    """key figure that is to be best; the first response where missing"""
    indifference: Annotated[float, Field(gt=0)] | None = None
    """smallest difference that matters, in the unit of the figure; what the response's `matters`
    says where missing"""
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """probability of a right selection"""
    first: Annotated[int, Field(ge=3)] = 24
    """replications of every strategy to begin with; with fewer, KN++ may fall a little short"""
    budget: Annotated[int, Field(ge=1)] = 2000
    """simulations of all strategies together"""
    tolerance: Annotated[float, Field(gt=0)] | None = None
    """how far beyond a response's limit a strategy has to be to be out of the question for sure, in
    the unit of that figure; one percent of the limit where missing"""


class Search(Model):
    """Look for good strategies in a space that is too large to try all of it."""

    trials: Annotated[int, Field(ge=1)] = 100
    """strategies to try"""
    sampler: Literal["nsga2", "tpe"] = "nsga2"
    """how the next ones are chosen (Optuna)"""


class Sensitivity(Model):
    """Which factor matters how much."""

    method: Literal["tornado", "sobol", "morris"] = "tornado"
    """tornado: one at a time; sobol: shares of the variance; morris: elementary effects"""
    points: Annotated[int, Field(ge=2)] = 64
    """sobol: base points, a power of 2, each of 2 + factors strategies; morris: trajectories"""

    @model_validator(mode="after")
    def _points_of_a_sample(self) -> Self:
        if self.method == "tornado" and "points" in self.model_fields_set:
            raise ValueError("a tornado has no points: each factor goes to its ends")
        return self


class Question(Model):
    """One experiment: which strategies, judged by what, simulated how often."""

    format: Format = 1
    """of this file; what is written for a newer simnet is refused"""
    name: str = ""
    """shown in tables and pictures; the name of the file where missing"""
    description: str = ""
    """what it asks"""
    base: str
    """scenario file that all strategies start from"""
    set: Changes = Field(default_factory=dict)
    """changes of the scenario that all strategies have in common, by dotted path"""
    factors: dict[
        str,
        Annotated[Factor, BeforeValidator(_listed, json_schema_input_type=Factor | list[Any])],
    ] = Field(min_length=1)
    """what is varied, by name; a list stands for levels of the place that is the name"""
    design: Design = "full"
    """full: every combination; one_at_a_time: one factor away from the usual; latin_hypercube and
    sobol: `points` spread over all factors"""
    points: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """strategies of a latin hypercube or Sobol design"""
    responses: Annotated[
        dict[str, Response],
        BeforeValidator(_responses, json_schema_input_type=_Responses),
    ] = Field(
        default_factory=lambda: {"cost_per_case": Response(), "response_p90": Response()},
        min_length=1,
    )
    """key figures, the first two of which are the axes of the picture; a list of names will do"""
    replications: Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)] | Replications = 10
    """of each strategy: a number, or until intervals are narrow enough"""
    unhelped: Share = UNHELPED
    """share of the cases that may be left without help (still open when the run ends, given up or
    referred away) before every answer says so first"""
    baseline: str | dict[str, Any] | None = None
    """strategy that others are compared with: its name, or its levels; the first where missing"""
    seed: Annotated[int, Field(ge=0)] | None = None
    """seed of the random numbers; the scenario's where missing"""
    kind: Literal["terminating", "steady_state"] = "terminating"
    """terminating: all from the start on counts, as in a roll-out; steady_state: the start is left
    out, by MSER-5"""
    selection: Selection | None = None
    """find the best"""
    search: Search | None = None
    """look for good ones in a large space"""
    sensitivity: Sensitivity | None = None
    """which factor matters how much"""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        spread = self.design in ("latin_hypercube", "sobol")
        if spread and self.points is None:
            raise ValueError(f"a {self.design} design needs points: how many strategies")
        if not spread and self.points is not None:
            raise ValueError("only latin_hypercube and sobol designs have points")
        if sum(x is not None for x in (self.selection, self.search, self.sensitivity)) > 1:
            raise ValueError(
                "selection, search and sensitivity are questions of their own: ask one"
            )
        own_points = self.search or self.sensitivity
        if own_points is not None and "design" in self.model_fields_set:
            raise ValueError("a search or a sensitivity finds its own points: leave out design")
        if self.baseline == {}:
            raise ValueError("baseline is empty: name a strategy, or its levels")
        limits = [
            r for r in self.responses.values() if r.at_most is not None or r.at_least is not None
        ]
        if self.selection is not None and len(limits) > 1:
            raise ValueError("a selection keeps one limit; leave the others out")
        if self.search is not None and len(self.responses) < 2:
            raise ValueError("a search needs two responses to weigh against each other")
        return self

    @cached_property
    def places(self) -> dict[Path, str]:
        """File and line of each path of the document."""
        return {}

    def problem(self, path: Path, message: str) -> Problem:
        """An error in this experiment, with file and line where they are known."""
        return Problem(path, message, place_of(self.places, path))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of experiment files, draft 2020-12, with the description of every field."""
    schema = Question.model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "simnet experiment"
    return schema
