"""Estimate and simulation of one scenario, side by side."""

import math
from dataclasses import dataclass

from simnet.estimate import Figure
from simnet.estimate.accuracy import error
from simnet.experiment import Estimate, Summary


@dataclass(frozen=True)
class Compared:
    """One figure twice."""

    figure: Figure
    simulated: Estimate

    @property
    def difference(self) -> float:
        """Estimate less simulated value, of the simulated value."""
        mean = self.simulated.mean
        return (self.figure.value - mean) / abs(mean) if mean else math.nan

    @property
    def verdict(self) -> str:
        """`agrees` (within the interval, or as near as in nine of ten simple systems of the kind),
        `expected` (an assumption is broken, the figure says which) or `differs`."""
        gap = abs(self.figure.value - self.simulated.mean)
        half = self.simulated.half_width
        rounding = 1e-9 * (1 + abs(self.simulated.mean))
        inside = gap <= rounding or (not math.isnan(half) and gap <= half)
        off = error(self.figure.unit, self.figure.value, self.simulated.mean)
        if inside or off <= self.figure.within:
            return "agrees"
        return "expected" if self.figure.warnings else "differs"


def compare(figures: list[Figure], summary: Summary) -> list[Compared]:
    """Every figure that the runs have, too."""
    return [
        Compared(figure, summary.total[figure.name])
        for figure in figures
        if figure.name in summary.total and not math.isnan(summary.total[figure.name].mean)
    ]
