"""Replications of a scenario and what they tell."""

from .replicate import Estimate, Summary, estimate, replicate, summarise

__all__ = ["Estimate", "Summary", "estimate", "replicate", "summarise"]
