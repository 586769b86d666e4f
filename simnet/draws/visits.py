"""Columns of dispatch, outlets, parts and logistics."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.scenario.law import Law, constant
from simnet.scenario.part import Part as Spare
from simnet.scenario.product import Work

from .rows import Bools, Part, Rows, Where
from .streams import smallest

REFUSALS = 2
"""outlets that may refuse a case; the next one has to take it"""


def _parts(plan: Plan, rows: Rows, visit: Where) -> dict[str, NDArray[Any]]:
    """Parts of the first and the second visit."""
    sources = plan.sources
    needed = rows.chance("part", [s.work.part_chance if s.work else 0.0 for s in sources], visit)

    def column(numbers: list[int]) -> NDArray[Any]:
        kind = smallest(len(plan.scenario.parts))
        if set(numbers) <= {-1}:
            return np.broadcast_to(kind.type(-1), rows.source.shape)
        return np.array(numbers, dtype=kind)[rows.source]

    first = column([s.part for s in sources])
    return {
        "part": first if first.strides == (0,) else np.where(needed, first, first.dtype.type(-1)),
        "second_part": column([s.second_part for s in sources]),
    }


def lanes_used(plan: Plan, cases: int) -> set[int]:
    """Carriers by which outlets may order in a run of so many cases; none where their stocks
    outlast two visits of each case."""
    orders = (plan.lane >= 0) & (plan.taken_before_order <= 2 * cases)
    return set(plan.lane[orders].tolist())


def draw_visits(plan: Plan, rows: Rows, visited: Bools, lanes: set[int]) -> dict[str, Any]:
    """Columns of dispatch, outlets and parts; visited: rows that may need a visit, (rows,); lanes:
    carriers that outlets order by."""
    sources = plan.sources

    def of_work(get: Callable[[Work], Law]) -> list[Law]:
        return [get(s.work) if s.work is not None else constant(0.0) for s in sources]

    visit = rows.where("visit", visited)
    parts = _parts(plan, rows, visit)
    again = [1 - s.work.first_time_fix if s.work else 0.0 for s in sources]
    second = rows.chance("second visit", again, visit)
    workshop = rows.chance("workshop", [s.work.workshop if s.work else 0.0 for s in sources], visit)
    twice = rows.where("twice", visited & second & ~workshop)
    sent = rows.where("sent", visited & workshop)
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
        "bench": rows.law("bench", plan.scenario.logistics.workshop.repair, sent),
        **_supply(
            plan, rows, lanes, sent, visited & (parts["part"] >= 0),
            visited & second & ~workshop & (parts["second_part"] >= 0),
        ),
    }  # fmt: skip


def _desk(plan: Plan, rows: Rows, visit: Where) -> dict[str, Any]:
    """Columns of dispatch, and how far off the customer is."""
    scenario = plan.scenario
    # technicians take from a board themselves: no channel's delay, and nobody refuses
    by_desk = scenario.dispatch.policy != "central_board"
    used = {outlet.contract for outlet in plan.outlets.values()} if by_desk else set()
    contracts = scenario.contracts
    chances = [c.refusal for name, c in contracts.items() if name in used]
    spread = np.array([market.spread for market in plan.markets.values()])
    return {
        "desk": rows.law("desk", scenario.dispatch.coordination, visit),
        "refuse": _refuse(rows, visit, max(chances, default=0.0)),
        "coordination": [
            rows.law(
                f"coordination {name}", c.coordination if name in used else constant(0.0), visit
            )
            for name, c in contracts.items()
        ],
        "off": Part(np.sqrt(rows.uniform("off", visit)) * spread[rows.market[visit.at]], visit)
        if spread.any()
        else rows.same(0.0),
    }


def _refuse(rows: Rows, visit: Where, most: float) -> list[Part]:
    """A number for each outlet that may refuse; most: the largest chance that one does. Where even
    that outlet would not have refused, nobody is asked again."""
    found: list[Part] = []
    for i in range(REFUSALS):
        if most == 0:
            found.append(rows.same(1.0))
            continue
        found.append(Part(rows.uniform(f"refuse {i}", visit), visit))
        again = np.zeros(len(rows.source), dtype=np.bool_)
        again[visit.at] = found[-1].values < most
        visit = rows.where(f"refused {i}", again)
    return found


def _supply(
    plan: Plan, rows: Rows, lanes: set[int], sent: Where, needs: Bools, needs_2: Bools
) -> dict[str, Any]:
    """Columns of parts and logistics. sent: cases whose unit goes to the central workshop; needs,
    needs_2: whether the first or the second visit needs a part, shape (rows,) each."""
    logistics, sources = plan.scenario.logistics, plan.sources
    parts = list(plan.scenario.parts.values())
    numbers = [s.part for s in sources], [s.second_part for s in sources]

    def of_part(get: Callable[[Spare], Law], turn: int) -> list[Law]:
        return [get(parts[n]) if n >= 0 else constant(0.0) for n in numbers[turn]]

    used = set(lanes)
    if any(part.emergency for part in parts):
        express = logistics.emergency
        used |= {plan.carrier(express)} if express else set(np.maximum(plan.lane, 0).tolist())

    def transit(name: str, where: Where) -> list[Part]:
        return [
            rows.law(f"{name} {n}", c.factor, where) if i in used else rows.same(0.0)
            for i, (n, c) in enumerate(logistics.carriers.items())
        ]

    def chance(purpose: str, share: Callable[[Spare], float], turn: int, where: Where) -> Bools:
        shares = [share(parts[n]) if n >= 0 else 0.0 for n in numbers[turn]]
        return rows.chance(purpose, shares, where)

    def mendable(purpose: str, turn: int, where: Where) -> Bools:
        return chance(purpose, lambda p: p.repairable, turn, where)

    def at_outlet(purpose: str, turn: int, where: Where) -> Bools:
        return chance(purpose, lambda p: p.mended_at_outlet, turn, where)

    def outlet_time(part: Spare) -> Law:
        return part.outlet_time if part.mended_at_outlet > 0 else constant(0.0)

    first, second = rows.where("part", needs), rows.where("part 2", needs_2)
    mended, mended_2 = mendable("mendable", 0, first), mendable("mendable 2", 1, second)
    back, back_2 = rows.where("mended", needs & mended), rows.where("mended 2", needs_2 & mended_2)
    here, here_2 = at_outlet("at outlet", 0, back), at_outlet("at outlet 2", 1, back_2)
    stays = rows.where("mended here", needs & mended & here)
    stays_2 = rows.where("mended here 2", needs_2 & mended_2 & here_2)
    returns = list(logistics.carriers.values())[plan.carrier(logistics.returns)].factor
    return {
        "transit": transit("transit", first),
        "transit_2": transit("transit 2", second),
        "transit_back": [
            rows.law(f"transit back {i}", returns, where)
            for i, where in enumerate((back, back_2, sent, sent))
        ],
        "lead": rows.by_law("lead time", of_part(lambda p: p.supplier_lead_time, 0), first),
        "lead_2": rows.by_law("lead time 2", of_part(lambda p: p.supplier_lead_time, 1), second),
        "mendable": mended,
        "mendable_2": mended_2,
        "mend": rows.by_law("mend", of_part(lambda p: p.workshop_time, 0), back),
        "mend_2": rows.by_law("mend 2", of_part(lambda p: p.workshop_time, 1), back_2),
        "at_outlet": here,
        "at_outlet_2": here_2,
        "mend_at_outlet": rows.by_law("mend at outlet", of_part(outlet_time, 0), stays),
        "mend_at_outlet_2": rows.by_law("mend at outlet 2", of_part(outlet_time, 1), stays_2),
    }
