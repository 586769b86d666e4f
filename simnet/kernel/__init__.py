"""The same model as `simnet.model`, as one compiled event loop over arrays: equal to the bit."""

from . import shared as shared  # before any function that calls a policy is compiled
from .simulate import is_ready, prepare, simulate

__all__ = ["is_ready", "prepare", "simulate"]
