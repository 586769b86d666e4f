"""The whole scenario by formulas alone: an instant first answer, and a check of the simulation."""

from .figures import GROUPS, Figure, figures
from .network import Network

__all__ = ["GROUPS", "Figure", "Network", "figures"]
