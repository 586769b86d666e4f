"""Key figures as strategies are judged by them: unit, and whether less or more is better."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from simnet.accounts import describe

from .question import Response

MORE_IS_BETTER = (
    "service_level", "promise_kept", "fill_rate", "first_time_fix", "remote_fix", "availability",
    "income", "occupancy", "utilisation",
)  # fmt: skip


MOST = 8
"""names in a sentence"""


@dataclass(frozen=True)
class Measure:
    """A key figure that strategies are judged by."""

    name: str
    unit: str
    meaning: str
    goal: Literal["min", "max"]
    """whether less or more of it is better"""
    at_most: float | None = None
    at_least: float | None = None

    @staticmethod
    def of(name: str, asked: Response | None = None) -> "Measure":
        """The figure with its unit and goal."""
        unit, meaning = describe(name)
        goal: Literal["min", "max"] = "max" if name.startswith(MORE_IS_BETTER) else "min"
        asked = asked or Response()
        return Measure(name, unit, meaning, asked.goal or goal, asked.at_most, asked.at_least)

    def worse(self, difference: float) -> bool:
        """Whether a change by so much is for the worse."""
        return difference > 0 if self.goal == "min" else difference < 0

    def shown(self, value: float | None) -> str:
        """A value of it in words."""
        if value is None or math.isnan(value):
            return "-"
        if self.unit == "share":
            return f"{100 * value:.1f} %"
        shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        return f"{shown} {self.unit}" if self.unit not in ("", "money") else shown


def joined(names: Iterable[Any]) -> str:
    """`a, b and c`; of many the first, and how many others."""
    words = [str(name) for name in names]
    if len(words) > MOST:
        words = [*words[: MOST - 1], f"{len(words) - MOST + 1} others"]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
