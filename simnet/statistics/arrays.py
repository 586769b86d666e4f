"""Arguments of the statistics: strategies by replications, nonsense refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


def table(name: str, values: ArrayLike, axes: str) -> Floats:
    """The values as floats; ValueError unless they have as many axes as ``axes`` names."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != len(axes.split(", ")):
        raise ValueError(f"{name} must be ({axes}), got shape {array.shape}")
    return array


def complete(values: Floats) -> Floats:
    """Those replications (last axis) in which nothing is NaN.

    ValueError where fewer than two are.
    """
    known = ~np.isnan(values).any(axis=tuple(range(values.ndim - 1)))
    if known.sum() < 2:
        raise ValueError("fewer than two replications are complete")
    return values[..., known]


def between(low: float, high: float, **values: float) -> None:
    """ValueError names the first value that is not strictly between ``low`` and ``high``."""
    for name, value in values.items():
        if not low < value < high:
            raise ValueError(f"{name} must be between {low:g} and {high:g}, got {value}")
