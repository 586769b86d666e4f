"""Responses that no run has: refused before anything is simulated, or after the first run."""

from collections.abc import Collection

from simnet.accounts import AT, AT_WORST, FIGURES, find
from simnet.plan import Plan, make_plan
from simnet.scenario import ScenarioError
from simnet.scenario.problem import nearest

from .question import Question
from .session import Session
from .strategy import Strategy


def check_responses(
    session: Session, question: Question, strategies: list[Strategy], own: Collection[str]
) -> None:
    """Raise ScenarioError for names of no figure, and, after a run of the first strategy, for those
    of figures that it has not. Amounts of a category (`cost_per_year: rent`) may be in some only.

    own: names of the user's figures.
    """
    first = strategies[0]
    asked = [name for name in question.responses if name not in own]
    plan = make_plan(first.scenario) if any(AT in name for name in asked) else None
    _refuse(question, {name: _misspelt(name, plan, own) for name in asked})
    # with those that share the simulation, so that none is in vain
    session.complete((s, [0]) for s in strategies if s.keys.physical == first.keys.physical)
    if first.name in session.failed:
        return
    known = [name for name in session.figures(first, [0])[0] if not name.endswith(AT_WORST)]
    gone = [name for name in asked if name not in known and ": " not in name]
    _refuse(question, {name: _not_there(name, known, plan) for name in gone})


def _refuse(question: Question, why: dict[str, str]) -> None:
    problems = [question.problem(("responses", name), said) for name, said in why.items() if said]
    if problems:
        raise ScenarioError(problems)


def _misspelt(name: str, plan: Plan | None, own: Collection[str]) -> str:
    """Why this is the name of no figure, or of no place; empty where it may be one."""
    head, at, place = name.partition(AT)
    if find(head) is None:
        return f"is no key figure{nearest(head, [*(f.name for f in FIGURES), *own])}"
    if not at or plan is None:
        return ""
    bare = place.removeprefix("market ").removeprefix("outlet ")
    kinds = {"market": [*plan.markets], "outlet": [*plan.outlets]}
    if bare in [*kinds["market"], *kinds["outlet"]] or place in kinds["outlet"]:
        return ""
    kind = place.removesuffix(bare).strip()
    places = kinds.get(kind) or [*kinds["market"], *kinds["outlet"]]
    return f"there is no {kind or 'market or outlet'} '{bare}'{nearest(bare, places)}"


def _not_there(name: str, known: list[str], plan: Plan | None) -> str:
    """Why the first strategy has not this figure; empty where another may have it."""
    _, at, place = name.partition(AT)
    if not at:
        return f"is no key figure of these runs{nearest(name, known)}"
    # a market has no figure of technicians, and another strategy other outlets
    return "" if plan is not None and plan.siting is not None else f"{place} has no such figure"
