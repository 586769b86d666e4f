"""A sweep: strategies simulated as often as a question wants, and the table of their runs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simnet import brief
from simnet.accounts import in_total
from simnet.scenario import Scenario, ScenarioError
from simnet.scenario.problem import Problem, nearest
from simnet.scenario.quantity import WEEK
from simnet.statistics import Target, replications_wanted

from .comparison import Comparison, compare
from .design import once, points
from .doubts import doubts
from .error import QuestionError
from .kept import Finished, Kept
from .more import Own, more_of
from .pool import Pool, Tls, pool
from .question import Question, Replications
from .responses import check_responses
from .search import search
from .selection import Selected, select
from .sensitivity import Sample, effects
from .session import Session
from .strategy import NO_BASE, Experiment, Strategy, question_of
from .warm_up import Settled, after, settle
from .work import Counts, Watch

if TYPE_CHECKING:
    from .plots import SweepPlots

STORE = Path("results/store")
"""folder of runs that are kept"""


@dataclass(frozen=True, repr=False)
class Sweep(brief.Short):
    """What came of a sweep."""

    question: Question
    seed: int
    strategies: list[Strategy]
    runs: pd.DataFrame
    """a row for each run: strategy, a column per factor, replication, a column per key figure"""
    failed: dict[str, str]
    """why a strategy came to nothing, by name"""
    counts: Counts
    notes: list[str] = field(default_factory=list)
    """what a reader should know, such as intervals that the budget left too wide"""
    answer: "Selected | dict[str, pd.DataFrame] | None" = None
    """of a selection who is the best; of a sensitivity question a table of effects by response"""
    settled: Settled | None = None
    """of a steady-state question: the warm-up and where it comes from"""

    @property
    def _title(self) -> str:
        base = "" if self.question.base == "-" else f" of {self.question.base}"
        return f"Sweep '{self.question.name}'" if self.question.name else f"Sweep{base}"

    @property
    def _facts(self) -> dict[str, str]:
        return {
            "strategies": f"{len(self.strategies):,}, baseline '{self.baseline}'",
            "asked": f"{brief.listed(*self.factors)} -> {brief.listed(*self.question.responses)}",
            "runs": f"{len(self.runs):,}, {self.counts.simulated:,} simulated, seed {self.seed}",
            "failed": brief.listed(*self.failed),
            "answer": self.answer.statement if isinstance(self.answer, Selected) else "",
            "more": "sweep.runs, sweep.comparison(), sweep.plot",
        }

    @property
    def baseline(self) -> str:
        """Name of the strategy that others are compared with."""
        names = [s.name for s in self.strategies if s.name not in self.failed]
        if self.question.sensitivity is not None:
            return names[0] if names else ""  # the usual levels
        asked = self.question.baseline
        for strategy in self.strategies:
            if strategy.name in names and (
                strategy.name == asked
                or (isinstance(asked, dict) and asked.items() <= strategy.factors.items())
            ):
                return strategy.name
        return names[0] if names else ""

    def comparison(self) -> Comparison:
        """The strategies against the baseline. Raises QuestionError, see `compare`."""
        asked = self.question
        return compare(self.runs, asked.responses, self.baseline, asked.unhelped)

    @property
    def plot(self) -> "SweepPlots":
        """Pictures: `.plot.forest()`, `.tradeoff()`, `.curve()`, `.all()` and so on."""
        from .plots import SweepPlots

        return SweepPlots(self)

    @property
    def factors(self) -> list[str]:
        """Columns of `runs` that tell what was varied."""
        return list(self.question.factors)


def quiet(counts: Counts, runs: tuple[Finished, ...]) -> None:
    """Watches and says nothing."""


def sweep(
    question: str | Path | Question | Experiment | None = None,
    *,
    base: str | Path | None = None,
    factors: Mapping[str, Any] | None = None,
    strategies: Mapping[str, Scenario] | None = None,
    figures: Mapping[str, Own] | None = None,
    store: str | Path = STORE,
    jobs: int = -1,
    cluster: str | None = None,
    tls: Tls | None = None,
    changes: Sequence[str] = (),
    watch: Watch = quiet,
    **more: Any,
) -> Sweep:
    """Simulate strategies with the same random numbers, and tabulate their runs.

    question: an experiment file; or what stands in one: `base`, `factors` and `more` (design,
    replications, responses, baseline, seed and so on, see `Question`), which also takes the place
    of what a file says. strategies: scenarios by name instead of base and factors. figures: of
    your own, by name, each a function of a run that returns a number; name them among the responses
    to judge by them. store: folder of finished runs, which are not simulated again.
    jobs: processes, -1 for all cores; cluster: address of a Dask scheduler instead; tls: its files.
    changes: of the base scenario, such as `["horizon=1 year"]`. watch: told of the progress.
    The runs do not depend on jobs and cluster. Raises ScenarioError for what is wrong with question
    or scenarios, ExperimentError where it cannot go on (what is finished is kept).
    """
    asked, made = _asked(question, base, factors, strategies, changes, more)
    with Kept(Path(store)) as kept, pool(jobs, cluster, tls) as workers:
        return answer(asked, made, kept, workers, watch, figures or {})


def _asked(
    question: str | Path | Question | Experiment | None,
    base: str | Path | None,
    factors: Mapping[str, Any] | None,
    strategies: Mapping[str, Scenario] | None,
    changes: Sequence[str],
    more: dict[str, Any],
) -> tuple[Question, "Experiment | list[Strategy]"]:
    """The question, and its strategies or how to make them."""
    if strategies is not None:
        if question is not None or base is not None or factors is not None:
            raise ValueError("give strategies, or a question, or base and factors")
        if {"search", "sensitivity"} & more.keys():
            raise ValueError("search and sensitivity need base and factors")
        if wrong := [name for name, s in strategies.items() if not isinstance(s, Scenario)]:
            raise TypeError(f"strategy {wrong[0]!r} is no Scenario, as simnet.load gives it")
        names: dict[str, Any] = {name: {} for name in strategies}
        found = question_of(base=NO_BASE, factors={"strategy": {"strategies": names}}, **more)
        return found, [Strategy.of(n, s, {"strategy": n}) for n, s in strategies.items()]
    if question is None:
        if base is None or factors is None:
            raise ValueError("give a question, or base and factors, or strategies")
        found = question_of(base=str(base), factors=dict(factors), **more)
        return found, Experiment(found, Path(), changes)
    if isinstance(question, Question):
        question = Experiment(question, Path(), changes)
    elif not isinstance(question, Experiment):
        question = Experiment.read(question, changes)
    return question.changed(more), question


def answer(
    question: Question, made: "Experiment | list[Strategy]", kept: Kept, workers: Pool,
    watch: Watch, own: Mapping[str, Own],
) -> Sweep:  # fmt: skip
    """Carry out the question with these workers. own: figures of the user's."""
    sample: Sample | None = None
    notes: list[str] = []
    if question.search is not None:
        strategies = []
    elif isinstance(made, list):
        strategies = made
    elif question.sensitivity is not None:
        sample = Sample(question, question.sensitivity)
        strategies = made.strategies(once(sample.points))
    else:
        strategies = made.strategies(points(question))
    if strategies:
        _distinct(strategies)
        baseline(question, strategies)
    seed = question.seed
    if seed is None:
        seed = strategies[0].scenario.seed if strategies else _base(made).scenario.seed
    settled = None
    if question.kind == "steady_state":
        if not strategies:
            raise QuestionError("a search takes the scenario's own warm_up: leave out kind")
        settled = settle(strategies, seed, workers)
        strategies = after(strategies, settled.hours)
        notes.append(
            f"the first {settled.hours / WEEK:.0f} weeks are left out (MSER-5 on open cases; the "
            f"slowest to settle is '{settled.strategy}')"
        )
    notes += doubts(strategies)
    _refuse_names(question, own)
    more = more_of(question.responses, own)
    session = Session(kept, workers, seed, question.name, watch, more)
    check_responses(session, question, strategies or [_base(made)], own)
    found: Any = None
    counts: dict[str, int] = {}
    count = question.replications if isinstance(question.replications, int) else 0
    if question.search is not None and isinstance(made, Experiment):
        strategies = search(session, question, question.search, made)
    elif question.selection is not None:
        if "replications" in question.model_fields_set:
            notes.append("replications are left aside: the selection finds how many are needed")
        found = select(session, question, question.selection, strategies)
        counts = found.simulations
    else:
        count = replicate(session, question, strategies, notes)
    left = session.left(strategies)
    runs = table(session, left, [counts.get(s.name, count) for s in left])
    if sample is not None and isinstance(made, Experiment):
        names = [made.name(point) for point in sample.points]
        if session.failed:
            raise QuestionError(f"sensitivity needs every strategy; '{next(iter(session.failed))}' "
                                f"failed: {next(iter(session.failed.values()))}")  # fmt: skip
        found = effects(sample, session, {s.name: s for s in strategies}, names, count)
    notes += kept.notes
    return Sweep(
        question, seed, strategies, runs, session.failed, session.counts, notes, found, settled
    )


def _refuse_names(question: Question, own: Mapping[str, Own]) -> None:
    """Raise QuestionError for a figure of the user's that is called like another column."""
    for name in own:
        if not name or name in ("strategy", "replication", *question.factors) or in_total(name):
            raise QuestionError(f"figures: '{name}' is a column already: call yours otherwise")


def _base(made: "Experiment | list[Strategy]") -> Strategy:
    assert isinstance(made, Experiment)
    return made.strategy({name: f.usual_value for name, f in made.question.factors.items()})


def replicate(
    session: Session, question: Question, strategies: list[Strategy], notes: list[str]
) -> int:
    """Simulate all strategies equally often, as often as the question wants; returns how often.

    Until intervals are narrow: Law, Simulation Modeling and Analysis, 5th ed. 2015, sec. 9.4.1; all
    strategies have the same number, that of the one which needs most, so that all can be compared
    replication by replication.
    """
    asked = question.replications
    if isinstance(asked, int):
        session.complete((s, range(asked)) for s in strategies)
        return asked
    count = asked.least
    while True:
        session.complete((s, range(count)) for s in strategies)
        wanted, why = _enough(session, session.left(strategies), asked, count)
        if wanted <= count:
            return count
        if count >= asked.most:
            notes.append(f"after {count} replications, the budget, {why}")
            return count
        # at most doubled: the first guess of a variance is a rough one
        count = min(wanted, 2 * count, asked.most)


def _enough(
    session: Session, strategies: list[Strategy], asked: Replications, count: int
) -> tuple[int, str]:
    """Replications that are needed as far as these tell, and the widest interval in words."""
    targets = {
        name: Target(asked_for.relative or asked_for.absolute or math.nan,
                     asked_for.relative is not None)
        for name, asked_for in asked.until.items()
    }  # fmt: skip
    most, why = count, ""
    figures = {name: session.values(strategies, name, range(count)) for name in targets}
    for row, strategy in enumerate(strategies):
        needs = replications_wanted(
            {name: values[row] for name, values in figures.items()}, targets, least=asked.least
        )
        for name, need in needs.items():
            if not need.reached and count + need.wanted > most:
                most = count + need.wanted
                why = f"the interval of {name} for {strategy.name} would need about {most}"
    return most, why


def table(session: Session, strategies: list[Strategy], counts: list[int]) -> pd.DataFrame:
    """A row for each run. counts: replications of each strategy."""
    rows = []
    for strategy, count in zip(strategies, counts, strict=True):
        for number, figures in enumerate(session.figures(strategy, range(count))):
            rows.append(
                {"strategy": strategy.name, **strategy.factors, "replication": number, **figures}
            )
    return pd.DataFrame(rows)


def baseline(question: Question, strategies: list[Strategy]) -> None:
    """Raises ScenarioError where the baseline is none of the strategies."""
    asked = question.baseline
    names = [s.name for s in strategies]
    if isinstance(asked, str) and asked not in names:
        said = (
            f"'{asked}' is no strategy{nearest(asked, names)} (they are: {'; '.join(names[:12])})"
        )
        raise ScenarioError([question.problem(("baseline",), said)])
    if isinstance(asked, dict) and not any(
        asked.items() <= strategy.factors.items() for strategy in strategies
    ):
        raise ScenarioError([question.problem(("baseline",), "no strategy has these levels")])


def _distinct(strategies: list[Strategy]) -> None:
    if not strategies:
        raise QuestionError("the question has no strategies")
    names = [s.name for s in strategies]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        said = f"two strategies are called '{twice[0]}'; give factors other labels"
        raise ScenarioError([Problem((), said)])
