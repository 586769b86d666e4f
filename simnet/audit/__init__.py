"""What is always true of a run (DESIGN, section 6), checked on its records and its ledger.

Nothing here asks how the model came to its results, so it holds for every engine.
"""

from .audit import Audit, AuditError, audit_ledger, audit_records, together

__all__ = ["Audit", "AuditError", "audit_ledger", "audit_records", "together"]
