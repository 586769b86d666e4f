"""The folder of a run: written whole or not at all, and read again."""

from .error import ReadError, StoreError
from .read import read, read_manifest
from .starter import write_starter
from .write import kpis_document, manifest, prepare, write

__all__ = [
    "ReadError", "StoreError", "kpis_document", "manifest", "prepare", "read", "read_manifest",
    "write", "write_starter",
]  # fmt: skip
