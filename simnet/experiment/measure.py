"""Key figures as strategies are judged by them: unit, which way is better, what matters."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simnet.accounts import find

from .question import HalfWidth, Response

MATTERS = 0.01
"""share of the baseline's mean up to which no difference matters, where nothing else is said"""
MOST = 8
"""names in a sentence"""


@dataclass(frozen=True)
class Measure:
    """A key figure that strategies are judged by."""

    name: str
    unit: str
    meaning: str
    goal: Literal["min", "max"] | None
    """whether less or more of it is better; None where that is not known"""
    at_most: float | None = None
    at_least: float | None = None
    matters: HalfWidth | None = None
    """smallest difference that matters"""
    at_worst: bool = False
    """whether it rests on who was helped"""

    @staticmethod
    def of(name: str, asked: Response | None = None) -> "Measure":
        """The figure as it is registered, or a column that is not; `asked` goes before."""
        known, asked = find(name), asked or Response()
        return Measure(
            name,
            asked.unit if asked.unit is not None else known.unit if known else "",
            known.meaning if known else "",
            asked.goal or (known.goal if known else None),
            asked.at_most,
            asked.at_least,
            asked.matters,
            known is not None and known.at_worst,
        )

    def worse(self, difference: float) -> bool:
        """Whether a change by so much is for the worse; no where that is not known."""
        return difference > 0 if self.goal == "min" else self.goal == "max" and difference < 0

    def threshold(self, baseline: float, means: Iterable[float] = ()) -> float:
        """The smallest difference that matters, in the unit of the figure: as it was asked for, or
        one per cent of the baseline's mean; of the largest of `means` where that is 0 or unknown.
        """
        if self.matters is not None and self.matters.absolute is not None:
            return self.matters.absolute
        share = (self.matters.relative if self.matters is not None else None) or MATTERS
        if baseline and math.isfinite(baseline):
            return share * abs(baseline)
        known = [abs(mean) for mean in means if math.isfinite(mean)]
        return share * max(known, default=0.0)

    def keeps(self, value: float) -> bool:
        """Whether a value is within the limits; what is not known breaks none."""
        above = self.at_most is not None and value > self.at_most
        return not above and not (self.at_least is not None and value < self.at_least)

    def excess(self, value: float) -> float:
        """How far a value is beyond a limit, below 0 where it is within; NaN where it is not known,
        -inf where there is no limit."""
        if math.isnan(value):
            return math.nan
        above = value - self.at_most if self.at_most is not None else -math.inf
        below = self.at_least - value if self.at_least is not None else -math.inf
        return max(above, below)

    @property
    def limited(self) -> bool:
        """Whether it has a limit."""
        return self.at_most is not None or self.at_least is not None

    @property
    def beyond(self) -> str:
        """In words where a value lies that breaks a limit."""
        above = f"above {self.shown(self.at_most)}" if self.at_most is not None else ""
        below = f"below {self.shown(self.at_least)}" if self.at_least is not None else ""
        return " or ".join(filter(None, (above, below)))

    def shown(self, value: float | None, at_worst: float = math.nan) -> str:
        """A value of it in words; `more than` where at worst it is another."""
        if value is None or math.isnan(value):
            return "-"
        if self.unit == "share":
            said = f"{100 * value:.1f} %"
        else:
            said = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
            said = f"{said} {self.unit}" if self.unit not in ("", "money") else said
        return f"{bound(value, at_worst)}{said}"


def bound(value: float, at_worst: float) -> str:
    """`more than ` where a value is a lower bound, `less than ` where it is an upper one."""
    if math.isnan(at_worst) or bool(np.isclose(value, at_worst, rtol=1e-9, atol=0.0)):
        return ""
    return "more than " if at_worst > value else "less than "


def joined(names: Iterable[Any]) -> str:
    """`a, b and c`; of many the first, and how many others."""
    words = [str(name) for name in names]
    if len(words) > MOST:
        words = [*words[: MOST - 1], f"{len(words) - MOST + 1} others"]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
