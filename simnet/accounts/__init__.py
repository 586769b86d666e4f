"""Records times prices: key figures, levels and a double-entry ledger."""

from .cases import WAITS, CaseTimes, case_times
from .compiled import is_ready
from .flows import COMPANY
from .kpis import UNITS, Kpis, describe, kpis
from .ledger import NOT_SERVICE, Books, books, case_ledger, results
from .levels import levels

__all__ = [
    "COMPANY", "NOT_SERVICE", "UNITS", "WAITS", "Books", "CaseTimes", "Kpis", "books",
    "case_ledger", "case_times", "describe", "is_ready", "kpis", "levels",
    "results",
]  # fmt: skip
