"""Where the hours go on average, from the parts of the estimate."""

from typing import TYPE_CHECKING

import numpy as np

from .dispatch import second_visits
from .laws import Floats
from .stock import carrier_hours

if TYPE_CHECKING:
    from .network import Network


def mean_waits(n: "Network") -> dict[str, float]:
    """Mean hours by name of accounts.WAITS over the cases that are helped, and `response`.

    As in the key figures: failures helped on the telephone or mended, and enquiries visited.
    """
    plan, now = n.plan, n.counted > 0
    visits = n.visits * now
    phone = n.by_phone * now * n.of_units[:, None, None]
    service = float(visits.sum() + phone.sum())
    if service <= 0:
        return {}
    by_agent = phone - n.demand.ours * now * (n.of_units * n.self_service)[:, None, None]
    before = np.array([h.before_talk for h in n.hotline]) if n.hotline else np.zeros(1)
    before = before + n.closed[:, None, None]
    callers = visits + phone
    total = {"hotline": float((callers * np.where(callers > 0, before, 0.0)).sum())}
    total["talk"] = float(((visits + by_agent).sum(axis=(1, 2)) * n.talk).sum())
    total["dispatch"] = float((visits.sum(axis=2) * n.allotment.delay).sum())
    response = sum(total.values())
    pieces = n.parts_of(visits)
    count = n.outlets.visits * n.hours * now
    total["part"] = float((pieces * n.stock.wait).sum()) if pieces.size else 0.0
    asked = count * n.outlets.wait
    total["technician"] = float(np.where(count > 0, asked, 0.0).sum())
    if plan.scenario.dispatch.policy == "central_board":
        # the case waits on the board until somebody is free
        total["dispatch"], total["technician"] = total["dispatch"] + total["technician"], 0.0
    carried = np.array([o.service == "carry_in" for o in plan.outlets.values()], dtype=bool)
    travel = first_travel = repair = workshop = 0.0
    back = carrier_hours(plan, plan.carrier(plan.scenario.logistics.returns), plan.depot_km)
    bench = plan.scenario.logistics.workshop.repair.mean() + n.bench_wait
    for s, source in enumerate(plan.sources):
        if source.work is None:
            continue
        work, here = source.work, n.allotment.share[s] * visits[s].sum(axis=1)[:, None]
        second = second_visits(work)
        way = here * np.where(carried, n.allotment.way + n.outlets.to_counter,
                              n.allotment.way)  # fmt: skip
        first_travel += way.sum()
        home = np.where(carried, 0.0, here * n.allotment.way)
        travel += way.sum() + (second + work.workshop) * home.sum()
        repair += here.sum() * work.repair.mean()
        repair += here.sum() * second * (work.second_repair or work.repair).mean()
        sent = work.workshop * here
        workshop += sent.sum() * bench + (sent * 2 * back).sum() + work.workshop * home.sum()
    total["travel"], total["repair"], total["workshop"] = travel, repair, workshop
    # before the first help at the unit: the first visit's part and technician, on site only
    on_site = ~carried
    part_first = _first_part(n, visits)[on_site].sum()
    once = float(visits.sum()) / max(float(count.sum()), 1e-300)
    technician_first = float(np.where(count > 0, asked, 0.0)[on_site].sum()) * once
    response += float(part_first) + technician_first + first_travel
    found = {name: value / service for name, value in total.items()}
    found["response"] = response / service
    return found


def _first_part(n: "Network", visits: Floats) -> Floats:
    """(outlets,) hours that first visits wait for their part."""
    plan = n.plan
    found = np.zeros(len(plan.outlets))
    for s, source in enumerate(plan.sources):
        if source.work is not None and source.part >= 0:
            here = n.allotment.share[s].T @ visits[s]
            wait = n.stock.wait[:, source.part]
            found += source.work.part_chance * (here * wait).sum(axis=1)
    return found
