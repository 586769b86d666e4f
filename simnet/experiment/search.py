"""Search for good strategies in a space too large to try all of it, by Optuna."""

from typing import Any

import numpy as np

from .error import QuestionError
from .measure import Measure
from .question import Factor, Question, Search
from .session import Session
from .strategy import Experiment, Strategy


def search(
    session: Session, question: Question, asked: Search, experiment: Experiment
) -> list[Strategy]:
    """Try strategies that promise a better trade between the first two responses, where what
    leaves more cases without help than is tolerated counts as if they had waited for the whole run.

    Each trial is simulated with the same random numbers as all others. The sequence depends on the
    question alone, so that a search which is asked again finds its runs in the store.
    NSGA-II: Deb et al. 2002, IEEE Trans. Evol. Comput. 6(2); TPE: Ozaki et al. 2022, JAIR 73.
    """
    try:
        import optuna
    except ImportError as error:
        raise QuestionError("a search needs Optuna: pip install 'simnet[search]'") from error
    if not isinstance(question.replications, int):
        raise QuestionError("a search simulates every strategy equally often: give a number")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    numbers = range(question.replications)
    measures = [Measure.of(name, asked_for) for name, asked_for in question.responses.items()]
    axes = measures[:2]
    limited = [m for m in measures if m.at_most is not None or m.at_least is not None]

    def beyond(trial: Any) -> list[float]:
        """How far a trial is beyond each limit."""
        return list(trial.user_attrs["beyond"])

    constraints = beyond if limited else None
    sampler: Any
    if asked.sampler == "nsga2":
        size = max(4, min(50, asked.trials // 5))
        sampler = optuna.samplers.NSGAIISampler(
            population_size=size, seed=0, constraints_func=constraints
        )
    else:
        sampler = optuna.samplers.TPESampler(seed=0, constraints_func=constraints)
    study = optuna.create_study(
        directions=["minimize" if m.goal == "min" else "maximize" for m in axes], sampler=sampler
    )
    found: dict[str, Strategy] = {}
    batch = 8  # not the number of workers: what is tried does not depend on who works
    for begun in range(0, asked.trials, batch):
        trials = [study.ask() for _ in range(min(batch, asked.trials - begun))]
        tried = []
        for trial in trials:
            point = {n: _level(trial, n, f) for n, f in question.factors.items()}
            strategy = experiment.strategy(point)
            tried.append(found.setdefault(strategy.name, strategy))
        session.complete((s, numbers) for s in tried)
        for trial, strategy in zip(trials, tried, strict=True):
            values = None
            if strategy.name not in session.failed:
                left = session.unhelped([strategy], numbers, question.unhelped)
                means = {
                    m.name: float(session.judged([strategy], m, numbers, left).mean())
                    for m in measures
                }
                values = [means[m.name] for m in axes]
            if values is None or np.isnan(values).any():
                trial.set_user_attr("beyond", [np.inf] * len(limited))
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
                continue
            trial.set_user_attr("beyond", [_excess(m, means[m.name]) for m in limited])
            study.tell(trial, values)
    return list(found.values())


def _level(trial: Any, name: str, factor: Factor) -> Any:
    if factor.range is None:
        at = trial.suggest_categorical(name, list(range(len(factor.values))))
        return factor.values[at]
    low, high = factor.range
    if factor.whole:
        return trial.suggest_int(name, round(low), round(high), log=factor.log)
    return trial.suggest_float(name, low, high, log=factor.log)


def _excess(measure: Measure, mean: float) -> float:
    """Above 0 where a limit is not kept; NaN counts as not kept."""
    return float(np.nan_to_num(measure.excess(mean), nan=1e9, posinf=1e9, neginf=-1e9))
