"""Arguments of the formulas: numbers or arrays in, arrays of one shape out, nonsense refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def amounts(**values: ArrayLike) -> tuple[Floats, ...]:
    """The values as floats of their common shape.

    ValueError names the first that is not finite or below 0; shapes that do not fit raise it too.
    """
    for name, value in values.items():
        if not np.all(np.isfinite(value)) or np.any(np.less(value, 0)):
            raise ValueError(f"{name} must be finite and not negative")
    return tuple(np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in values.values())))


def positive(**values: ArrayLike) -> None:
    """ValueError names the first value that is not above 0."""
    for name, value in values.items():
        if not np.all(np.greater(value, 0)):
            raise ValueError(f"{name} must be above 0")


def whole(**values: ArrayLike) -> None:
    """ValueError names the first value that is not a whole number."""
    for name, value in values.items():
        if np.any(np.not_equal(np.floor(value), value)):
            raise ValueError(f"{name} must be a whole number")


def per(amount: Floats, of: Floats) -> Floats:
    """amount / of, both not negative; 0 where there is nothing of nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(amount == 0, 0.0, np.divide(amount, of))
