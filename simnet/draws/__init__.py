"""Every random number of a replication, drawn before it runs."""

from .cases import CaseTable, Draws, draw
from .size import memory, refuse_too_much
from .staff import Staff
from .units import Units

__all__ = ["CaseTable", "Draws", "Staff", "Units", "draw", "memory", "refuse_too_much"]
