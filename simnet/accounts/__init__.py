"""Records times prices: key figures, levels and a double-entry ledger."""

from .at_horizon import at_horizon
from .cases import WAITS, CaseTimes, case_times
from .compiled import is_ready
from .flows import COMPANY
from .kpis import Kpis, kpis
from .ledger import NOT_SERVICE, Books, books, case_ledger, results
from .levels import levels
from .registry import AT, FIGURES, Figure, at_worst, describe, find

__all__ = [
    "AT", "COMPANY", "FIGURES", "NOT_SERVICE", "WAITS", "Books", "CaseTimes", "Figure", "Kpis",
    "at_horizon", "at_worst", "books", "case_ledger", "case_times", "describe", "find", "is_ready",
    "kpis", "levels", "results",
]  # fmt: skip
