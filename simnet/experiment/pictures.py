"""The pictures of a sweep and of a comparison."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from simnet.plots.strategies import About, pictures
from simnet.plots.style import sentence

from .comparison import Comparison
from .sweeps import Sweep
from .warm_up import STEP

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def of_comparison(
    runs: pd.DataFrame,
    found: Comparison,
    factors: Sequence[str],
    about: About | None = None,
    effects: Mapping[str, pd.DataFrame] | None = None,
    only: Callable[[str], bool] = bool,
) -> "Iterator[tuple[str, Figure]]":
    """(name of file, picture) of strategies side by side. factors: columns of `runs`; effects: of a
    tornado, by response; only: whether a picture of this name is wanted."""
    about = about or About(found.baseline, found.replications)
    about = replace(about, beware=_beware(found), unhelped=found.unhelped)
    # of what nobody knows which way is better there is no picture
    axes = [m for m in found.measures if m.goal is not None]
    yield from pictures(runs, found.tables, found.front, axes, factors, about, effects, only)


def _beware(found: Comparison) -> str:
    """Strategies in which many cases are never helped, or whose owners lose money."""
    said, count = [], len(found.front)
    if found.unhelped:
        worst = max(found.unhelped, key=lambda name: found.unhelped[name])
        said.append(
            f"never helped: up to {100 * found.unhelped[worst]:.1f} % of those that came "
            f"({worst}), too many in {len(found.unhelped)} of {count} strategies"
        )
    if found.refused:
        few = len(found.refused) <= 2 and len(found.refused) < count
        who = " and ".join(found.refused) if few else f"{len(found.refused)} of {count} strategies"
        said.append(f"owners lose money in {who}")
    return sentence("; ".join(said))


def of_sweep(
    sweep: Sweep, found: Comparison | None, only: Callable[[str], bool] = bool
) -> "Iterator[tuple[str, Figure]]":
    """(name of file, picture) of a sweep and of what it answers; only: which names are wanted."""
    question = sweep.question
    about = About(
        sweep.baseline,
        0 if found is None else found.replications,
        sweep.strategies[0].scenario.currency if sweep.strategies else "money",
        {name: factor.label for name, factor in question.factors.items()},
        f"{question.name}, seed {sweep.seed}",
    )
    if found is not None and question.sensitivity is None:
        yield from of_comparison(sweep.runs, found, sweep.factors, about, only=only)
    elif found is not None and question.sensitivity and question.sensitivity.method == "tornado":
        # strategies one factor away from the usual are no choice to make: what they do is
        assert isinstance(sweep.answer, dict)
        yield from of_comparison(
            sweep.runs, found, sweep.factors, about, sweep.answer,
            lambda name: name.startswith("tornado") and only(name),
        )  # fmt: skip
    if sweep.settled is not None and only("warm-up"):
        from simnet.plots.strategies import warm_up

        settled = sweep.settled
        yield "warm-up", warm_up.draw(
            settled.series, settled.found.cut, settled.found.curve,
            f"open cases of {settled.strategy}", step=f"step of {STEP:g} h", about=about,
        )  # fmt: skip
