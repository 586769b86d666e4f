"""What a comparison of strategies is about: its responses, and what its pictures have in common.

Nothing here needs matplotlib, which is imported when the first picture is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Axis(Protocol):
    """A key figure that strategies are judged by."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str:
        """h, s, share, money, or another word"""

    @property
    def meaning(self) -> str: ...
    @property
    def goal(self) -> str | None:
        """min or max; None, where that is not known, is in no picture"""

    @property
    def at_most(self) -> float | None: ...
    @property
    def at_least(self) -> float | None: ...


@dataclass(frozen=True)
class About:
    """What all pictures of a comparison have in common."""

    baseline: str = ""
    """strategy that others are compared with"""
    replications: int = 0
    """of each strategy; 0 where it is not to be said"""
    currency: str = "money"
    labels: Mapping[str, str] = field(default_factory=dict)
    """what factors are called, by name, where it is not their name"""
    foot: str = ""
    """at the bottom on the right, such as the experiment and its seed"""
    unhelped: Mapping[str, float] = field(default_factory=dict)
    """share of the cases that nobody helped, by strategy, where it is more than is tolerated"""
    beware: str = ""
    """what nobody should overlook, at the bottom on the left of each picture"""

    def never_helped(self, name: str) -> str:
        """What the title says of a strategy that leaves many without help; empty of others."""
        share = self.unhelped.get(name)
        return "" if share is None else f", but {100 * share:.1f} % are never helped"

    def note(self, own: str = "") -> str:
        """The same with a picture's own note."""
        return "; ".join(filter(None, (self.beware, own)))

    def label(self, factor: str) -> str:
        """What a factor is called."""
        from simnet.plots.style import printable

        return printable(self.labels.get(factor) or factor, "factor")

    @property
    def mean(self) -> str:
        """`mean of 20 replications`."""
        return f"mean of {self.replications:,} replications" if self.replications else "means"


ABOUT = About()
"""nothing in particular"""
