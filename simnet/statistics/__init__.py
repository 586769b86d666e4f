"""Statistics of simulated strategies: intervals, comparisons, selection, and what is noise.

Pure functions on arrays, strategies by replications, where a replication has the same random
numbers for every strategy (common random numbers). Units are those of the response. Nothing here
knows of scenarios.
"""

from simnet.statistics.best import WithBest, compare_with_best
from simnet.statistics.intervals import Differences, Interval, mean_interval, paired_differences
from simnet.statistics.kim_nelson import Elimination, KimNelson, Limit
from simnet.statistics.mser import WarmUp, mser5
from simnet.statistics.ocba import Constraint, allocate, correct_selection
from simnet.statistics.pareto import front, front_share
from simnet.statistics.simulator_noise import VarianceSplit, sobol_without_noise, split_variance
from simnet.statistics.stopping import Need, Target, replications_wanted

__all__ = [
    "Constraint",
    "Differences",
    "Elimination",
    "Interval",
    "KimNelson",
    "Limit",
    "Need",
    "Target",
    "VarianceSplit",
    "WarmUp",
    "WithBest",
    "allocate",
    "compare_with_best",
    "correct_selection",
    "front",
    "front_share",
    "mean_interval",
    "mser5",
    "paired_differences",
    "replications_wanted",
    "sobol_without_noise",
    "split_variance",
]
