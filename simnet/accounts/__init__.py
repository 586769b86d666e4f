"""Records times prices: key figures, levels and a double-entry ledger."""

from .at_horizon import at_horizon
from .cases import WAITS, CaseTimes, case_times
from .compiled import is_ready
from .flows import COMPANY
from .kpis import Kpis, kpis
from .ledger import NOT_SERVICE, Books, books, case_ledger, results
from .levels import levels
from .money import OPEN
from .never_helped import UNHELPED, never_helped
from .registry import AT, AT_WORST, FIGURES, Figure, at_worst, describe, find, groups, in_total

__all__ = [
    "AT", "AT_WORST", "COMPANY", "FIGURES", "NOT_SERVICE", "OPEN", "UNHELPED", "WAITS", "Books",
    "CaseTimes", "Figure", "Kpis", "at_horizon", "at_worst", "books", "case_ledger", "case_times",
    "describe", "find", "groups", "in_total", "is_ready", "kpis", "levels", "never_helped",
    "results",
]  # fmt: skip
