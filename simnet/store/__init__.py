"""The folder of a run, a sweep or a comparison: written whole or not at all, and read again."""

from .error import ReadError, StoreError
from .folder import Place, name_of, place
from .read import read, read_manifest
from .seal import COMPARISON, MANIFEST, SWEEP
from .starter import write_starter
from .sweeps import comparison_document, read_results, sweep_document, write_comparison, write_sweep
from .write import kpis_document, manifest, write

__all__ = [
    "COMPARISON", "MANIFEST", "SWEEP", "Place", "ReadError", "StoreError", "comparison_document",
    "kpis_document", "manifest", "name_of", "place", "read", "read_manifest", "read_results",
    "sweep_document", "write", "write_comparison", "write_starter", "write_sweep",
]  # fmt: skip
