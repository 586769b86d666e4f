"""Sums of amounts by month, and by the market of the case behind them. See `accounts.slots`."""

import numpy as np
from numpy.typing import NDArray

from simnet.jit import entry

from .months import month_at

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@entry
def add_up(
    time: Floats, amount: Floats, outlet: Ints, case: Ints, warranty: Bools, failed: Floats,
    market: Ints, warm_up: float, month_of_day: Ints, edges: Floats, contract: Ints,
    by_month: Floats, by_market: Floats,
) -> None:  # fmt: skip
    """Add up the amounts in each slot.

    time, amount: (n,); outlet: (n,), or (0,) where that makes no difference; case: (n,), or (0,)
    where they are of no case; warranty, failed, market: (cases,); warm_up: hours; month_of_day,
    edges: see `months`; contract: of each outlet; by_month: (outlets, 2, months), and by_market:
    (contracts, 2, markets), zeros: out of and in warranty.
    """
    for i in range(len(time)):
        of = outlet[i] if len(outlet) > 0 else 0
        month = month_at(month_of_day, edges, min(max(time[i], 0.0), edges[-1]))
        if len(case) == 0:
            by_month[of, 0, month] += amount[i]
            continue
        covered = 1 if warranty[case[i]] else 0
        by_month[of, covered, month] += amount[i]
        if failed[case[i]] >= warm_up:
            by_market[contract[of], covered, market[case[i]]] += amount[i]
