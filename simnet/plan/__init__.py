"""A scenario made concrete: places found, outlets sited, names turned to numbers.

What both the draws and the engine read.
"""

from .make import make_plan
from .moments import moments
from .plan import FLEET, UNLIMITED, Plan, Source, Tour
from .share import share_out

__all__ = ["FLEET", "UNLIMITED", "Plan", "Source", "Tour", "make_plan", "moments", "share_out"]
