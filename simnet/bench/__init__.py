"""How fast simnet is, measured on the user's machine: engines, other packages, growth, memory."""

from .picture import picture
from .report import Report, document
from .tables import markdown, on_what, tables
from .whole import BenchError, measure, refuse

__all__ = [
    "BenchError", "Report", "document", "markdown", "measure", "on_what", "picture", "refuse",
    "tables",
]  # fmt: skip
