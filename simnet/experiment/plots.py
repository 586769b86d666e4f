"""Pictures of a sweep by name: `sweep.plot.forest()`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from simnet.plots.strategies.common import slug

from .comparison import Comparison
from .pictures import of_sweep
from .sweeps import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class SweepPlots:
    """The pictures of one sweep.

    Every method returns a figure; where the sweep has not what the picture is about, the figure
    only says so, and `all` leaves it out. response and factor: by name, the first where empty.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self._found: Comparison | None = None
        runs = sweep.runs
        if len(runs) and runs["strategy"].nunique() > 1 and runs["replication"].nunique() > 1:
            self._found = sweep.comparison()

    def tradeoff(self) -> "Figure":
        """The first two responses against each other, and who is on the front."""
        return self._one("tradeoff")

    def forest(self) -> "Figure":
        """Differences from the baseline with their intervals."""
        return self._one("forest")

    def hours_and_money(self) -> "Figure":
        """Where the hours and the money go, strategy by strategy."""
        return self._one("hours_and_money")

    def curve(self, factor: str = "", response: str = "") -> "Figure":
        """A response over the levels of a factor that is a number."""
        return self._one("curve", factor, response)

    def heatmap(self, response: str = "") -> "Figure":
        """A response over the levels of two factors."""
        return self._one("heatmap", "", response)

    def tornado(self, response: str = "") -> "Figure":
        """What each factor alone does to a response; of a sensitivity question."""
        return self._one("tornado", "", response)

    def warm_up(self) -> "Figure":
        """Open cases over time, and the start that is left out; of a steady-state question."""
        return self._one("warm-up")

    def all(self) -> Iterator[tuple[str, "Figure"]]:
        """(name, figure) of those that make sense for this sweep, one after the other."""
        yield from of_sweep(self.sweep, self._found)

    def _one(self, kind: str, factor: str = "", response: str = "") -> "Figure":
        for _, figure in of_sweep(self.sweep, self._found, _named(kind, factor, response)):
            return figure
        from simnet.plots import style

        why = "" if self._found is not None else ": two strategies and two replications are needed"
        return style.blank(f"There is no {kind.replace('_', ' ')} of this sweep{why}.")


def _named(kind: str, factor: str, response: str) -> Callable[[str], bool]:
    """Whether a picture is wanted, by its name: kind, factor and response in this order."""
    parts = [slug(part) for part in (factor, response) if part]

    def wanted(name: str) -> bool:
        return name == kind or (
            name.startswith(f"{kind}-") and all(f"-{part}-" in f"{name}-" for part in parts)
        )

    return wanted
