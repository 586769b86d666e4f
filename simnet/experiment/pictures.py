"""The pictures of a sweep and of a comparison."""

from collections.abc import Iterator, Sequence

import pandas as pd
from matplotlib.figure import Figure

from simnet.plots import strategies as plots

from .comparison import Comparison
from .measure import Measure
from .sweeps import Sweep
from .warm_up import STEP


def of_comparison(
    runs: pd.DataFrame, found: Comparison, factors: Sequence[str], about: plots.About | None = None
) -> Iterator[tuple[str, Figure]]:
    """(name of file, picture) of strategies side by side. factors: columns of `runs`."""
    about = about or plots.About(found.baseline, found.replications)
    yield from plots.pictures(runs, found.tables, found.front, found.measures, factors, about)


def of_sweep(sweep: Sweep, found: Comparison | None) -> Iterator[tuple[str, Figure]]:
    """(name of file, picture) of a sweep and of what it answers."""
    question = sweep.question
    about = plots.About(
        sweep.baseline,
        0 if found is None else found.replications,
        sweep.strategies[0].scenario.currency if sweep.strategies else "money",
        {name: factor.label for name, factor in question.factors.items()},
        f"{question.name}, seed {sweep.seed}",
    )
    if found is not None:
        yield from of_comparison(sweep.runs, found, sweep.factors, about)
    if question.sensitivity is not None and question.sensitivity.method == "tornado":
        assert isinstance(sweep.answer, dict)
        usual = sweep.runs[sweep.runs["strategy"] == sweep.strategies[0].name]
        for name, effects in sweep.answer.items():
            measure = Measure.of(name, question.responses[name])
            base = float(usual[name].mean())
            yield f"tornado-{name}", plots.tornado.draw(effects, measure, base, about)
    if sweep.settled is not None:
        settled = sweep.settled
        yield "warm-up", plots.warm_up.draw(
            settled.series, settled.found.cut, settled.found.curve,
            f"open cases of {settled.strategy}", step=f"step of {STEP:g} h", about=about,
        )  # fmt: skip
