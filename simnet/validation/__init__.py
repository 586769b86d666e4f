"""Proof that the simulated model meets queueing, inventory and reliability theory.

Cases are scenarios like any other; nothing in the model knows of them.
"""

from .case import Case, Comparison, Figure, measure
from .textbook import CASES, markdown, results, table, verdict

__all__ = [
    "CASES", "Case", "Comparison", "Figure", "markdown", "measure", "results", "table", "verdict",
]  # fmt: skip
