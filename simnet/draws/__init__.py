"""Every random number of a replication, drawn before it runs."""

from .cases import CaseTable, Draws, draw
from .column import Column
from .size import refuse_too_much
from .staff import Staff
from .units import Units

__all__ = ["CaseTable", "Column", "Draws", "Staff", "Units", "draw", "refuse_too_much"]
