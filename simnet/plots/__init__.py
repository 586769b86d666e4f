"""Pictures of a run for planners. Each is a `matplotlib.figure.Figure`; no display is needed.

plots = run.plot
plots.waits().savefig("waits.png")
for name, figure in plots.all():
    style.save(figure, f"results/{name}")
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from simnet.plots.view import NothingToShow, RunView

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["NothingToShow", "Plots", "RunView"]


class Plots:
    """The pictures of one run.

    Every method returns a figure; where the scenario has not what the picture is about (a hotline
    alone has no map), the figure only says so, and `all` leaves it out.
    """

    names = ("waits", "response", "costs", "load", "map")

    def __init__(self, run: RunView) -> None:
        self.run = run

    def waits(self) -> "Figure":
        """Mean hours by stage between the first call and the working unit."""
        return self._or_blank("waits")

    def response(self) -> "Figure":
        """Share of the customers helped within a time, and the promises."""
        return self._or_blank("response")

    def costs(self) -> "Figure":
        """The company's service cost by category, and what each party earned or lost."""
        return self._or_blank("costs")

    def load(self) -> "Figure":
        """Queues, busy people and open cases over the calendar."""
        return self._or_blank("load")

    def map(self) -> "Figure":
        """Markets, outlets, depot, and who is served from where."""
        return self._or_blank("map")

    def all(self) -> Iterator[tuple[str, "Figure"]]:
        """(name, figure) of those that make sense for this scenario, one after the other."""
        for name in self.names:
            try:
                yield name, self._draw(name)
            except NothingToShow:
                continue

    def _or_blank(self, name: str) -> "Figure":
        from simnet.plots import style

        try:
            return self._draw(name)
        except NothingToShow as reason:
            return style.blank(str(reason))

    def _draw(self, name: str) -> "Figure":
        # matplotlib is imported when the first picture is drawn, not before
        from simnet.plots import costs, geography, load, response, style, waits

        draw: dict[str, Callable[[RunView], Figure]] = {
            "waits": waits.draw,
            "response": response.draw,
            "costs": costs.draw,
            "load": load.draw,
            "map": geography.draw,
        }
        with style.rc():
            return draw[name](self.run)
