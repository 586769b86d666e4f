"""The whole scenario by formulas alone: an instant first answer, and a check of the simulation."""

from .figures import GROUPS, Figure, figures
from .network import Network
from .tables import demand_table, hotline_table, outlets_table, stock_table
from .warnings import warnings

__all__ = [
    "GROUPS", "Figure", "Network", "demand_table", "figures", "hotline_table", "outlets_table",
    "stock_table", "warnings",
]  # fmt: skip
