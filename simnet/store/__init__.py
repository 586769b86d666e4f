"""The folder of a run, a sweep or a comparison: written whole or not at all, and read again."""

from .error import ReadError, StoreError
from .folder import COMPARISON, MANIFEST, SWEEP, prepare
from .read import read, read_manifest
from .starter import write_starter
from .sweeps import comparison_document, read_results, sweep_document, write_comparison, write_sweep
from .write import kpis_document, manifest, write

__all__ = [
    "COMPARISON", "MANIFEST", "SWEEP", "ReadError", "StoreError", "comparison_document",
    "kpis_document", "manifest", "prepare", "read", "read_manifest", "read_results",
    "sweep_document", "write", "write_comparison", "write_starter", "write_sweep",
]  # fmt: skip
