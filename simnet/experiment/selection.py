"""Selection of the best strategy: by KN++ with a guarantee, or by OCBA with a budget."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simnet.scenario import ScenarioError
from simnet.statistics import Constraint, KimNelson, Limit, allocate, correct_selection

from .error import QuestionError
from .measure import Measure, joined
from .question import Question, Selection
from .session import Session
from .strategy import Strategy
from .verdict import although, would_refuse

Floats = NDArray[np.float64]
ENOUGH = 24
"""replications to begin with from which on KN++ keeps what it promises"""


@dataclass(frozen=True)
class Selected:
    """What a selection found."""

    best: str
    """name of the strategy, empty where none keeps the limit"""
    guaranteed: bool
    """whether the confidence was reached within the budget"""
    statement: str
    """the finding in words, with what is guaranteed; before it what nobody should overlook"""
    simulations: dict[str, int]
    """replications by strategy"""


class Race:
    """Strategies, what they are judged by, and the values of their replications.

    All is turned so that less is better, and a limit is an upper one. A strategy that leaves more
    cases without help than is tolerated in the first replications is judged as if they had waited
    for the whole run.
    """

    def __init__(
        self, session: Session, question: Question, asked: Selection, strategies: list[Strategy]
    ) -> None:
        self.session, self.asked = session, asked
        name = asked.response or next(iter(question.responses))
        self.measure = Measure.of(name, question.responses[name])
        self.sign = 1.0 if self.measure.goal == "min" else -1.0
        self.limited: Measure | None = None
        for other, response in question.responses.items():
            if response.at_most is not None or response.at_least is not None:
                self.limited = Measure.of(other, response)
        least = asked.first * len(strategies)
        if asked.budget < least:
            raise ScenarioError([question.problem(("selection", "budget"), (
                f"{least} simulations at least are needed: first ({asked.first}) of each of "
                f"{len(strategies)} strategies"))])  # fmt: skip
        session.complete((s, range(asked.first)) for s in strategies)
        self.strategies = session.left(strategies)
        if len(self.strategies) < 2:
            raise QuestionError("a selection needs two strategies that can be simulated")
        begun = range(asked.first)
        self.unhelped = session.unhelped(self.strategies, begun, question.unhelped)

    def see(self, systems: list[int], start: int, count: int) -> tuple[Floats, Floats | None]:
        """(systems, count) values from replication `start` on, and those of the limited figure."""
        chosen, numbers = [self.strategies[i] for i in systems], range(start, start + count)
        self.session.complete((s, numbers) for s in chosen)
        if any(s.name in self.session.failed for s in chosen):
            raise QuestionError("a strategy failed in the middle of the selection: leave it out")
        values = self.sign * self.session.judged(chosen, self.measure, numbers, self.unhelped)
        self._known(values, self.measure.name)
        if self.limited is None:
            return values, None
        limited = self.session.judged(chosen, self.limited, numbers, self.unhelped)
        self._known(limited, self.limited.name)
        return values, self.limited_sign * limited

    def _known(self, values: Floats, name: str) -> None:
        if np.isnan(values).any():
            raise QuestionError(
                f"{name} has nothing to say in some replication, so no best can be selected by it; "
                "simulate longer, or select by another figure"
            )

    def told(self, found: Selected) -> str:
        """The finding with what nobody should overlook: whom it leaves without help, and whose
        owners lose money."""
        said = [although(found.best, self.unhelped) + found.statement]
        judged = (self.measure, self.limited) if self.limited else (self.measure,)
        if self.unhelped and any(m.at_worst for m in judged):
            few = len(self.unhelped) < len(self.strategies)
            who = joined(self.unhelped) if few else "all strategies"
            said.append(
                f"In {who}, more cases are never helped than is tolerated: judged as if they had "
                "waited for the whole run."
            )
        best = [s for s in self.strategies if s.name == found.best]
        if best:
            numbers = range(self.asked.first)
            lose, of = (
                float(self.session.values(best, name, numbers).mean())
                for name in ("owners_losing", "owners")
            )
            if lose > 0:
                said.append(would_refuse(found.best, lose, of))
        return " ".join(said)

    @property
    def limited_sign(self) -> float:
        return 1.0 if self.limited is None or self.limited.at_most is not None else -1.0

    @property
    def limit(self) -> float | None:
        """Turned upper limit."""
        if self.limited is None:
            return None
        value = self.limited.at_most if self.limited.at_most is not None else self.limited.at_least
        return self.limited_sign * value if value is not None else None

    @property
    def within(self) -> str:
        """The limit in words."""
        if self.limited is None:
            return ""
        word, value = (
            ("at most", self.limited.at_most) if self.limited.at_most is not None
            else ("at least", self.limited.at_least)
        )  # fmt: skip
        return f" among those with {self.limited.name} {word} {self.limited.shown(value)}"


def select(
    session: Session, question: Question, asked: Selection, strategies: list[Strategy]
) -> Selected:
    """Find the best. Raises QuestionError where that cannot be asked of these strategies."""
    race = Race(session, question, asked, strategies)
    found = _kim_nelson(race) if asked.method == "kim_nelson" else _ocba(race)
    return replace(found, statement=race.told(found))


def _kim_nelson(race: Race) -> Selected:
    """Kim & Nelson 2006, see `simnet.statistics.KimNelson`, which states the guarantee."""
    asked, measure = race.asked, race.measure
    everyone = list(range(len(race.strategies)))
    values, limited = race.see(everyone, 0, asked.first)
    delta = asked.indifference or measure.threshold(float(np.abs(values.mean(axis=1)).min()))
    if delta <= 0:
        raise QuestionError(f"give selection.indifference: {measure.name} is 0 on average")
    limit = None
    if race.limit is not None:
        tolerance = asked.tolerance or 0.01 * abs(race.limit) or delta
        limit = Limit(race.limit, tolerance)
    procedure = KimNelson(
        len(everyone), delta, 1 - asked.confidence, asked.first, limit=limit, budget=asked.budget
    )
    procedure.tell(values, limited)
    seen = asked.first
    while not procedure.done:
        active = procedure.active.tolist()
        room = asked.budget - int(procedure.observations.sum())
        # as many stages at once as give every worker something to do
        stages = max(1, min(math.ceil(2 * race.session.pool.workers / len(active)),
                            room // len(active)))  # fmt: skip
        procedure.tell(*race.see(active, seen, stages))
        seen += stages
    counts = procedure.observations.tolist()
    spent = dict(zip((s.name for s in race.strategies), counts, strict=True))
    best, word = procedure.best, "lowest" if measure.goal == "min" else "highest"
    percent = f"{100 * asked.confidence:g} %"
    close = measure.shown(delta) if measure.unit != "share" else f"{100 * delta:.2g} points"
    figures = f"KN++, {sum(counts):,} simulations, differences below {close} do not matter"
    if asked.first < ENOUGH:
        figures += f"; begun with {asked.first}, the probability may be a little less"
    if best is None:
        kept = f"No strategy keeps the limit{race.within.replace(' among those with', ':')}"
        sure = f" (with probability {percent} at least" if procedure.guaranteed else " (so far"
        return Selected("", procedure.guaranteed, f"{kept}{sure}; {figures}).", spent)
    name = race.strategies[best].name
    if procedure.guaranteed:
        said = (
            f"{name} has the {word} {measure.name}{race.within}, with probability {percent} at "
            f"least ({figures})."
        )
    else:
        others = [race.strategies[i].name for i in procedure.active if i != best]
        said = (
            f"The budget of {asked.budget:,} simulations ended before the best was known: {name} "
            f"leads in {measure.name}{race.within}, still in the race: {'; '.join(others)} "
            f"({figures})."
        )
    return Selected(name, procedure.guaranteed, said, spent)


def _ocba(race: Race) -> Selected:
    """Chen et al. 2000 and Lee et al. 2012, see `simnet.statistics.allocate`."""
    asked, measure = race.asked, race.measure
    counts = np.full(len(race.strategies), asked.first)
    seen = [race.see([i], 0, asked.first) for i in range(len(counts))]
    told = [values[0] for values, _ in seen]
    kept = [np.empty(0) if limited is None else limited[0] for _, limited in seen]

    def moments() -> tuple[Floats, Floats, Constraint | None]:
        means, stds = (np.array([f(v) for v in told]) for f in (np.mean, _std))
        if race.limit is None:
            return means, stds, None
        others = [np.array([f(v) for v in kept]) for f in (np.mean, _std)]
        return means, stds, Constraint(others[0], others[1], race.limit)

    step = max(len(counts), 2 * race.session.pool.workers)
    while counts.sum() < asked.budget:
        means, stds, constraint = moments()
        more = allocate(means, stds, counts, min(step, asked.budget - counts.sum()), constraint)
        wanted = [(i, int(n)) for i, n in enumerate(more) if n]
        race.session.complete(
            (race.strategies[i], range(counts[i], counts[i] + n)) for i, n in wanted
        )
        for i, n in wanted:
            values, limited = race.see([i], int(counts[i]), n)
            told[i] = np.append(told[i], values[0])
            if limited is not None:
                kept[i] = np.append(kept[i], limited[0])
        counts = counts + more
    means, stds, constraint = moments()
    able = np.ones(len(means), dtype=bool)
    if constraint is not None:
        able = np.asarray(constraint.means) <= constraint.limit
    spent = dict(zip((s.name for s in race.strategies), counts.tolist(), strict=True))
    figures = f"OCBA, {int(counts.sum()):,} simulations"
    if not able.any():
        return Selected("", False, f"No strategy seems to keep the limit ({figures}).", spent)
    best = int(np.flatnonzero(able)[np.argmin(means[able])])
    sure = correct_selection(means, stds, counts, constraint)
    word = "lowest" if measure.goal == "min" else "highest"
    name = race.strategies[best].name
    said = (
        f"{name} has the {word} {measure.name}{race.within} ({figures}; approximate probability "
        f"that this is right: {100 * sure:.1f} %)."
    )
    return Selected(name, sure >= asked.confidence, said, spent)


def _std(values: Floats) -> float:
    return float(np.std(values, ddof=1))
