"""How near each figure comes, as measured on a family of simple systems (simnet.validation.family).

The error of a share is in points, of other figures a part of the simulated value.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simnet.plan import FLEET

from .pools import SHARING
from .technicians import MANY_UNITS

if TYPE_CHECKING:
    from .network import Network

FILE = Path(__file__).with_name("accuracy.json")
ALL = "of all kinds"
FEW_UP = 0.98
"""share of the time that units are up below which those that are down are missed"""
AMPLE = 0.999
"""fill rate of a depot that is as good as never empty"""


@dataclass(frozen=True)
class Accuracy:
    """Measured on a number of systems."""

    systems: int
    kind: str
    median: float
    nine_in_ten: float
    """the error that nine of ten keep"""

    def percent(self, unit: str) -> str:
        """That error with its unit: points of a share, else per cent of the value."""
        number = f"{100 * self.nine_in_ten:.2g}" if self.nine_in_ten < 1 else "100 and more"
        return f"{number} {'points' if unit == 'share' else '%'}"


def error(unit: str, estimate: float, simulated: float) -> float:
    """How far the estimate is off: in points of a share, else as a part of the simulated value."""
    off = abs(estimate - simulated)
    if unit == "share" or off <= 1e-9 * (1 + abs(simulated)):
        return off if unit == "share" else 0.0
    return off / abs(simulated) if simulated else np.inf


@cache
def _table() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def accuracy(name: str, kind: str) -> Accuracy | None:
    """Of a figure in systems of this kind, or where there are none of all kinds."""
    found = _table().get(name) or _table().get(name.partition(":")[0])
    if found is None:
        return None
    kind = kind if kind in found else ALL
    return Accuracy(kind=kind, **found[kind])


def kinds(n: "Network") -> dict[str, str]:
    """By area of the figures, what kind of system this is as far as they are concerned."""
    plan = n.plan
    demand = (
        "whose units are down for long"
        if n.down is not None
        else "whose units are hardly ever down"
    )
    queue = _queue(n)
    stock = _stock(n)
    whole = "with parts" if plan.scenario.parts and plan.outlets else "without parts"
    return {
        "": ALL, "demand": demand, "hotline": _hotline(n), "queue": queue, "way": queue,
        "overtime": queue, "fill": stock, "workshop": ALL, "promises": ALL, "sum": whole,
        "money": ALL,
    }  # fmt: skip


def _hotline(n: "Network") -> str:
    hotline = n.plan.scenario.hotline
    if hotline is None:
        return ALL
    when = "around the clock" if np.ptp(n.hotline[-1].agents) == 0 else "with shifts"
    if hotline.lines is not None:
        return f"with few lines {when}"
    return f"with {'patient' if hotline.patience is None else 'impatient'} callers {when}"


def _queue(n: "Network") -> str:
    plan = n.plan
    if len(plan.outlets) > 1 and plan.scenario.dispatch.policy in SHARING:
        if plan.scenario.dispatch.policy == "central_board":
            return "with a central board"
        return "whose outlets stand in for each other"
    units = float(n.demand.unit_hours.sum()) / plan.horizon
    if units <= MANY_UNITS and n.up.min(initial=1.0) < FEW_UP:
        return "with few units"
    week = all(o.hours.hours >= 168 for o in plan.outlets.values())
    return "always open" if week else "with office hours"


def _stock(n: "Network") -> str:
    plan = n.plan
    parts = range(len(plan.scenario.parts))
    if not plan.outlets or not parts:
        return ALL
    if (plan.lane == FLEET).any():
        return "with trucks"
    if any(plan.ordering(o, k)[2] > 1 or plan.ordering(o, k)[1] - plan.ordering(o, k)[0] > 1
           for o in range(plan.depot) for k in parts):  # fmt: skip
        return "whose outlets order in lots"
    asked = n.stock.depot_asked > 0
    ample = n.stock.depot_fill_rate[asked].min(initial=1.0) > AMPLE
    return "with a depot that is never empty" if ample else "with a depot that may be empty"
