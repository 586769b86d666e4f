"""Every random number of a replication, drawn before it runs."""

from .cases import CaseTable, Draws, draw
from .size import refuse_too_much
from .staff import Staff
from .units import Units

__all__ = ["CaseTable", "Draws", "Staff", "Units", "draw", "refuse_too_much"]
