"""Single cases: their story, which ones to look at, and all of them as an event log."""

from .csvlog import write_csv
from .ending import Ending, ending
from .scene import Scene
from .slowest import listed, slowest
from .step import Cost, Step, TraceError
from .story import story
from .where import matching
from .xes import write_xes

__all__ = [
    "Cost", "Ending", "Scene", "Step", "TraceError", "ending", "listed", "matching", "slowest",
    "story", "write_csv", "write_xes",
]  # fmt: skip
