"""The folder of a run or a sweep: written whole or not at all, and read again."""

from .error import ReadError, StoreError
from .folder import MANIFEST, SWEEP, prepare
from .read import read, read_manifest
from .starter import write_starter
from .sweeps import SweepFolder, read_results, sweep_document, write_sweep
from .write import kpis_document, manifest, write

__all__ = [
    "MANIFEST", "SWEEP", "ReadError", "StoreError", "SweepFolder", "kpis_document", "manifest",
    "prepare", "read", "read_manifest", "read_results", "sweep_document", "write",
    "write_starter", "write_sweep",
]  # fmt: skip
