"""What both engines call: the policies as they stand, and what they use, for compiled code."""

import bisect
from collections.abc import Callable
from inspect import isfunction
from typing import Any

from numba.extending import overload, register_jitable

from simnet import policies

FUNCTIONS: tuple[Callable[..., Any], ...] = tuple(
    f for f in vars(policies).values() if isfunction(f) and f.__module__ == policies.__name__
)
for policy in FUNCTIONS:
    register_jitable(policy)


@overload(bisect.bisect_right)  # type: ignore[untyped-decorator]  # numba's
def _bisect_right(numbers: Any, x: Any) -> Any:
    def found(numbers: Any, x: Any) -> Any:
        low, high = 0, len(numbers)
        while low < high:
            middle = (low + high) // 2
            if x < numbers[middle]:
                high = middle
            else:
                low = middle + 1
        return low

    return found
