"""Columns of dispatch, outlets, parts and logistics."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario.law import Law, constant
from simnet.scenario.part import Part
from simnet.scenario.product import Work

from .rows import Bools, Rows, table

REFUSALS = 2
"""outlets that may refuse a case; the next one has to take it"""


def _parts(plan: Plan, rows: Rows, visit: Bools) -> dict[str, NDArray[np.int32]]:
    """Parts of the first and the second visit."""
    sources = plan.sources
    needed = rows.chance("part", [s.work.part_chance if s.work else 0.0 for s in sources], visit)

    def column(numbers: list[int]) -> NDArray[np.int32]:
        if all(number == -1 for number in numbers):
            return np.broadcast_to(np.int32(-1), rows.source.shape)
        return np.array(numbers, dtype=np.int32)[rows.source]

    first = column([s.part for s in sources])
    return {
        "part": first if needed.all() else np.where(needed, first, np.int32(-1)),
        "second_part": column([s.second_part for s in sources]),
    }


def draw_visits(plan: Plan, rows: Rows, visit: Bools) -> dict[str, Any]:
    """Columns of dispatch, outlets and parts; visit: rows that may need one, shape (rows,)."""
    sources = plan.sources

    def of_work(get: Callable[[Work], Law]) -> list[Law]:
        return [get(s.work) if s.work is not None else constant(0.0) for s in sources]

    parts = _parts(plan, rows, visit)
    again = [1 - s.work.first_time_fix if s.work else 0.0 for s in sources]
    second = rows.chance("second visit", again, visit)
    sent = [s.work.workshop if s.work else 0.0 for s in sources]
    workshop = rows.chance("workshop", sent, visit)
    twice = visit & second & ~workshop
    return {
        **_desk(plan, rows, visit),
        **parts,
        "repair": rows.by_law("repair", of_work(lambda w: w.repair), visit),
        "second": second,
        "second_repair": rows.by_law(
            "second repair",
            of_work(lambda w: w.repair if w.second_repair is None else w.second_repair),
            twice,
        ),
        "workshop": workshop,
        "bench": rows.law("bench", plan.scenario.logistics.workshop.repair, visit & workshop),
        **_supply(plan, rows, visit & (parts["part"] >= 0), twice & (parts["second_part"] >= 0),
                  visit & workshop),
    }  # fmt: skip


def _desk(plan: Plan, rows: Rows, visit: Bools) -> dict[str, Any]:
    """Columns of dispatch, and how far off the customer is."""
    scenario = plan.scenario
    # technicians take from a board themselves: no channel's delay, and nobody refuses
    by_desk = scenario.dispatch.policy != "central_board"
    used = {outlet.contract for outlet in plan.outlets.values()} if by_desk else set()
    contracts = scenario.contracts
    coordination = [
        rows.law(f"coordination {name}", c.coordination if name in used else constant(0.0), visit)
        for name, c in contracts.items()
    ]
    may_refuse = any(c.refusal > 0 for name, c in contracts.items() if name in used)
    asked = np.flatnonzero(visit)
    refuse = [
        rows.at(asked, rows.uniform(f"refuse {i}", asked)) if may_refuse else rows.same(1.0)
        for i in range(REFUSALS)
    ]
    spread = any(market.spread for market in plan.markets.values())
    return {
        "desk": rows.law("desk", scenario.dispatch.coordination, visit),
        "refuse": table(refuse),
        "coordination": table(coordination) if contracts else np.empty((len(visit), 0)),
        "off": rows.at(asked, np.sqrt(rows.uniform("off", asked))) if spread else rows.same(0.0),
    }


def _supply(plan: Plan, rows: Rows, first: Bools, second: Bools, workshop: Bools) -> dict[str, Any]:
    """Columns of parts and logistics. Of cases whose first or second visit needs a part, and of
    those whose unit goes to the central workshop; shape (rows,) each."""
    logistics, sources = plan.scenario.logistics, plan.sources
    parts = list(plan.scenario.parts.values())
    numbers = [s.part for s in sources], [s.second_part for s in sources]

    def of_part(get: Callable[[Part], Law], turn: int) -> list[Law]:
        return [get(parts[n]) if n >= 0 else constant(0.0) for n in numbers[turn]]

    def mendable(turn: int) -> list[float]:
        return [parts[n].repairable if n >= 0 else 0.0 for n in numbers[turn]]

    used = set(plan.lane[plan.lane >= 0].tolist())
    if any(part.emergency for part in parts):
        express = logistics.emergency
        used |= {plan.carrier(express)} if express else set(np.maximum(plan.lane, 0).tolist())

    def transit(name: str, where: Bools) -> NDArray[Any]:
        return table([
            rows.law(f"{name} {n}", c.factor, where) if i in used else rows.same(0.0)
            for i, (n, c) in enumerate(logistics.carriers.items())
        ])  # fmt: skip

    mended = rows.chance("mendable", mendable(0), first)
    mended_2 = rows.chance("mendable 2", mendable(1), second)
    returns = list(logistics.carriers.values())[plan.carrier(logistics.returns)].factor
    goes_back = first & mended, second & mended_2, workshop, workshop
    return {
        "transit": transit("transit", first),
        "transit_2": transit("transit 2", second),
        "transit_back": table([
            rows.law(f"transit back {i}", returns, where) for i, where in enumerate(goes_back)
        ]),
        "lead": rows.by_law("lead time", of_part(lambda p: p.supplier_lead_time, 0), first),
        "lead_2": rows.by_law("lead time 2", of_part(lambda p: p.supplier_lead_time, 1), second),
        "mendable": mended,
        "mendable_2": mended_2,
        "mend": rows.by_law("mend", of_part(lambda p: p.workshop_time, 0), goes_back[0]),
        "mend_2": rows.by_law("mend 2", of_part(lambda p: p.workshop_time, 1), goes_back[1]),
    }  # fmt: skip
