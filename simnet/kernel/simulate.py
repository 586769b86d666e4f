"""One replication by the compiled loop."""

import numpy as np
from numpy.typing import NDArray

from simnet import jit
from simnet.draws import Draws
from simnet.heap import give_back
from simnet.plan import Plan
from simnet.records import FOLLOW_UP_STEPS, STEPS, TABLES, Progress, Records

from .build import World, make_world, roomier
from .finish import queues, records
from .memory import of_rows
from .network import FULL, SPARE, run
from .world import NET, OF_CASE, POOLS


def is_ready() -> bool:
    """Whether the loop is compiled, here or on disk."""
    return jit.is_ready(run)


def prepare() -> None:
    """Compile the loop, or read it from disk."""
    jit.prepare(run, np.zeros(1, dtype=NET), 0.0)


def simulate(
    plan: Plan, draws: Draws, progress: Progress | None = None, uncompiled: bool = False
) -> Records:
    """Run one replication of the plan with its draws.

    progress: called about 200 times with (share of the horizon done, cases begun).
    """
    w = make_world(plan, draws)
    give_back(len(draws.cases))
    kept = [draws]
    del draws  # `records` is to have the only hold on them
    for step in range(1, STEPS + 1):
        _run(w, plan.horizon * (step / STEPS), uncompiled)
        if progress is not None:
            progress(step / STEPS, int(w.net["started"]))
    waited, follow_up = queues(plan, w), plan.scenario.follow_up
    counted = w.tables["cases"]["begun"].copy() if follow_up > 0 else w.tables["cases"]["begun"]
    for step in range(1, FOLLOW_UP_STEPS + 1):
        if follow_up == 0 or not _left(w, counted):
            break
        _run(w, plan.horizon + follow_up * (step / FOLLOW_UP_STEPS), uncompiled)
    return records(plan, kept.pop(), w, counted, waited)


def _run(w: World, until: float, uncompiled: bool) -> None:
    """Let time run to `until`."""
    go, net = (jit.plain(run), w.array.view(of_rows(NET))) if uncompiled else (run, w.array)
    while go(net, until) == FULL:
        _make_room(w)


def _left(w: World, counted: NDArray[np.bool_]) -> bool:
    """Whether a case that counts is still to be closed. counted: (rows,)."""
    closed = w.tables["milestones"][OF_CASE.index("closed")]
    return bool((np.isnan(closed) & counted).any())


def _make_room(w: World) -> None:
    """Make every table longer that is nearly full, see `network._room`."""
    net = w.net
    waiting = int(net["cases_waiting"] + net["waiting"]["number"])
    most = 2 * (waiting + int(net["orders"]["open"]) + SPARE)
    used = {name: int(net[name]["open"]) for name in POOLS}
    used |= {"due": used["events"], "later": w.used("later")}
    for name, rows in used.items():
        if rows + most > len(w.tables[name]):
            w.put(name, roomier(w.tables[name], rows + most))
    for name in TABLES:
        w.lengthen(name, w.used(name) + most)
    rows = w.used("ready") + most
    if rows > len(w.tables["ready"]):
        _widen_ring(w, rows)


def _widen_ring(w: World, rows: int) -> None:
    """More room in the ring, what stands in it moved to its beginning."""
    ring, head = w.tables["ready"], int(w.net["ready_head"])
    wider = np.zeros(1 << (rows - 1).bit_length(), dtype=ring.dtype)
    wider[: len(ring)] = np.roll(ring, -head)
    w.net["ready_head"] = 0
    w.put("ready", wider)
