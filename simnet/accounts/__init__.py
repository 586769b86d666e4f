"""Records times prices: key figures, levels and a double-entry ledger."""

from .cases import WAITS, CaseTimes, case_times
from .flows import COMPANY
from .kpis import UNITS, Kpis, describe, kpis
from .ledger import NOT_SERVICE, case_ledger, ledger, results
from .levels import levels

__all__ = [
    "COMPANY", "NOT_SERVICE", "UNITS", "WAITS", "CaseTimes", "Kpis", "case_ledger", "case_times",
    "describe", "kpis", "ledger", "levels", "results",
]  # fmt: skip
