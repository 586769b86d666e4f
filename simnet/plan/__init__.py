"""A scenario made concrete: places found, outlets sited, names turned to numbers.

What both the draws and the engine read.
"""

from .doubts import doubts
from .make import make_plan
from .moments import moments
from .plan import FLEET, UNLIMITED, Plan, Source, Tour
from .share import share_out
from .sited import Sited, sited

__all__ = [
    "FLEET", "UNLIMITED", "Plan", "Sited", "Source", "Tour", "doubts", "make_plan", "moments",
    "share_out", "sited",
]  # fmt: skip
