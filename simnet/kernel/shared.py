"""What both engines call: the policies as they stand, and what they use, for compiled code."""

import bisect
from collections.abc import Callable
from typing import Any

from numba.extending import overload, register_jitable

from simnet import policies

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    policies.call_time, policies.next_open, policies.closing, policies.may_start,
    policies.road_km, policies.transit_time, policies.order_quantity,
    policies.first_not_refused, policies.nearest_free, policies.preferred,
    policies.expected_wait, policies.shortest_wait, policies.mended_where, policies.load,
)  # fmt: skip
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
