"""Figures beside those that every run has: of one market or outlet, or reckoned by the user."""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Mapping

import cloudpickle

from simnet.accounts import AT, at_worst
from simnet.run import Run

Own = Callable[[Run], float]
More = tuple[tuple[str, Own | None], ...]
"""name, and a function of the run for a figure of one's own; None: a key figure of one place, such
as `response_p90 @ Berlin`"""


def more_of(responses: Iterable[str], own: Mapping[str, Own]) -> More:
    """Those that are asked for. responses: names; own: figures of the user's, by name."""
    places: More = tuple((name, None) for name in responses if AT in name)
    return (*places, *own.items())


def names(more: More) -> list[str]:
    """Names under which runs with these figures are kept: a function of one's own is known by what
    it is made of, so that another one of the same name is another figure."""
    return [
        name if own is None else f"{name} {hashlib.blake2b(_packed(own)).hexdigest()}"
        for name, own in more
    ]


def _packed(own: Own) -> bytes:
    packed: bytes = cloudpickle.dumps(own, protocol=pickle.DEFAULT_PROTOCOL)
    return packed


def reckoned(more: More, run: Run) -> dict[str, float]:
    """Their values; nothing of a place that the run has not."""
    found: dict[str, float] = {}
    for name, own in more:
        if own is not None:
            found[name] = float(own(run))
            continue
        for known in (name, at_worst(name)):
            try:
                found[known] = run.kpis[known]
            except KeyError:
                continue
    return found
