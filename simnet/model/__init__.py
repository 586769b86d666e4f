"""The reference engine, in SimPy: processes that read like the story of a case."""

from .network import simulate

__all__ = ["simulate"]
