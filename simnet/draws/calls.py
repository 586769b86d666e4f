"""Columns of the hotline: what a caller meets, how long he waits, and whether he calls again."""

from typing import Any

import numpy as np

from simnet.plan import Plan
from simnet.scenario.quantity import WEEK

from .rows import Bools, Part, Rows


def draw_calls(plan: Plan, rows: Rows) -> dict[str, Any]:
    """Columns of the hotline."""
    hotline, sources = plan.scenario.hotline, plan.sources
    never = np.broadcast_to(False, rows.source.shape)
    if hotline is None:
        zero = rows.same(0.0)
        return {
            "menu": zero, "self_service": never, "talk": zero, "after_call": zero,
            "remote": rows.chance("remote", [1.0 if s.work is None else 0.0 for s in sources]),
            "patience": [rows.same(np.inf)], "again": [never], "redial": [zero],
        }  # fmt: skip
    types = [list(hotline.call_types.values())[s.call_type] for s in sources]
    redial = hotline.redial
    # a caller may be turned away or give up; only then there is a second attempt
    may_fail = hotline.patience is not None or hotline.lines is not None
    attempts = redial.attempts if may_fail else 1
    closes = hotline.hours.hours < WEEK
    served = rows.chance("self-service", [t.self_service for t in types])
    speaks = rows.where("speaks", ~served)
    calls, waits = rows.all, speaks  # who comes as far as this attempt, and to an agent
    patience: list[Part] = []
    again: list[Bools] = []
    wait: list[Part] = []
    for a in range(attempts):
        patience.append(
            rows.same(np.inf)
            if hotline.patience is None
            else rows.law(f"patience {a}", hotline.patience, waits)
        )
        chance = redial.chance if a + 1 < attempts else 0.0
        again.append(rows.chance(f"again {a}", [chance] * len(sources), calls))
        more = rows.where(f"calls {a + 1}", again[-1])
        # who finds the line closed calls later, too
        wait.append(rows.law(f"redial {a}", redial.delay, calls if closes else more))
        calls, waits = more, rows.where(f"speaks {a + 1}", again[-1] & ~served)
    return {
        "menu": rows.law("menu", hotline.menu),
        "self_service": served,
        "talk": rows.by_law("talk", [t.talk for t in types], speaks),
        "after_call": rows.by_law("after call", [t.after_call for t in types], speaks),
        "remote": rows.chance("remote", [s.remote_fix for s in sources], speaks),
        "patience": patience,
        "again": again,
        "redial": wait,
    }
