"""Replications, sweeps and comparisons of scenarios."""

from .comparison import Comparison, compare
from .error import ExperimentError, QuestionError
from .kept import Finished, Kept
from .keys import version
from .measure import Measure
from .pictures import of_comparison, of_sweep
from .pool import Tls
from .question import Question, Response, json_schema
from .replicate import Estimate, Summary, estimate, replicate, summarise
from .selection import Selected
from .strategy import Experiment, Strategy
from .sweeps import STORE, Sweep, sweep
from .work import Counts

__all__ = [
    "STORE", "Comparison", "Counts", "Estimate", "Experiment", "ExperimentError",
    "Finished", "Kept", "Measure", "Question", "QuestionError", "Response", "Selected", "Strategy",
    "Summary", "Sweep", "Tls", "compare", "estimate", "json_schema", "of_comparison", "of_sweep",
    "replicate", "summarise", "sweep", "version",
]  # fmt: skip
