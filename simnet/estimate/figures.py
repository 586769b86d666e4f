"""The estimate as a planner reads it: each figure, what it rests on, and where that breaks."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simnet.accounts import WAITS, describe
from simnet.plan import FLEET
from simnet.scenario.quantity import WEEK, YEAR

from .accuracy import Accuracy, accuracy, kinds
from .network import Network
from .pools import SHARING
from .shelves import FEW
from .tables import fleet_load

GROUPS = ("Demand", "Hotline", "Outlets", "Parts", "Response", "Money")

_RESTS_ON = {
    "demand": "renewal function of each law of failure; while units are down they do not fail",
    "hotline": "M(t)/G/c(t)+M over the week, forward equations; all agents as one team",
    "work": "expected visits times mean work and ways",
    "queue": "M(t)/G/c(t) over the week; outlets that share work as one queue; few units M/M/c//N",
    "fill": "Poisson demand with the week's profile; what waits at the depot by exact recursion",
    "short": "Poisson demand with the week's profile; what waits at the depot by exact recursion",
    "sum": "sum of the mean waits below",
    "mean": "mean of the laws, by share of the cases",
    "money": "prices and contracts times expected numbers",
    "fixed": "calendar and prices alone",
}
"""what a figure rests on"""
UNKNOWN = 0.1
"""error allowed to a figure that the family of systems does not have"""


@dataclass(frozen=True)
class Figure:
    """One expected figure, by the name that it has among the key figures of a run."""

    name: str
    value: float
    """NaN where no steady state exists"""
    group: str
    area: str
    """part of the network that it depends on, for warnings and accuracy"""
    rests_on: str
    """formula and assumption"""
    accuracy: Accuracy | None
    """how near it came in simple systems of this kind"""
    warnings: tuple[str, ...] = ()
    """where the scenario breaks the assumption, and what follows"""

    @property
    def unit(self) -> str:
        """Unit of the key figure."""
        return describe(self.name)[0]

    @property
    def meaning(self) -> str:
        """Meaning of the key figure."""
        return describe(self.name)[1]

    @property
    def within(self) -> float:
        """Error that nine of ten systems of the kind keep: points of a share, else a part."""
        return self.accuracy.nine_in_ten if self.accuracy is not None else UNKNOWN


def figures(network: Network) -> list[Figure]:
    """All figures, by group."""
    broken = {name: tuple(found) for name, found in _broken(network).items()}
    kind = kinds(network)
    found = [
        Figure(
            name,
            float(value),
            group,
            area,
            _RESTS_ON[basis],
            # what was measured holds where the assumptions do, and there is a figure
            None if broken.get(area) or math.isnan(value) else accuracy(name, kind[area]),
            broken.get(area, ()),
        )
        for group, area, basis, name, value in _values(network)
    ]
    return sorted(found, key=lambda figure: GROUPS.index(figure.group))


Value = tuple[str, str, str, str, float]


def _values(n: Network) -> Iterator[Value]:
    """(group, area of warnings, basis, name, value)."""
    yield from _demand(n)
    if n.plan.scenario.hotline is not None:
        yield from _hotline(n)
    if n.plan.outlets:
        yield from _outlets(n)
        if n.plan.scenario.parts:
            yield from _parts(n)
    waits = n.waits
    if waits:
        yield "Response", "sum", "sum", "response_mean", waits["response"]
        yield "Response", "sum", "sum", "resolution_mean", sum(waits[name] for name in WAITS)
    areas = {"hotline": ("hotline", "hotline"), "part": ("fill", "short"),
             "technician": ("queue", "queue"), "travel": ("way", "mean"),
             "workshop": ("workshop", "mean")}  # fmt: skip
    if n.plan.scenario.dispatch.policy == "central_board":
        areas["dispatch"] = "queue", "queue"  # where cases wait for whoever is free
    for name in WAITS if waits else ():
        area, basis = areas.get(name, ("", "mean"))
        yield "Response", area, basis, f"wait_{name}", waits[name]
    costs, income = n.costs
    if costs or income:
        total = sum(costs.values())
        ours = float(n.demand.ours.sum())
        sold = float(n.demand.sold.sum())
        yield "Money", "money", "money", "cost_per_year", total
        yield "Money", "money", "money", "income_per_year", income
        if ours:
            yield "Money", "money", "money", "cost_per_case", _over(n, total) / ours
        if sold:
            yield "Money", "money", "money", "cost_per_unit_sold", _over(n, total) / sold
        fixed = ("set-up", "rent", "depot", "retainers", "hotline")
        for name, value in costs.items():
            basis = "fixed" if name in fixed else "hotline" if name == "telephone" else "money"
            area = {"technicians": "overtime", "travel": "way", "parts": "fill",
                    "transport": "fill", "stock holding": "fill", "bonuses": "promises",
                    "penalties": "promises", "telephone": "hotline"}.get(name, "")  # fmt: skip
            yield "Money", area, basis, f"cost_per_year: {name}", value


def _over(n: Network, yearly: float) -> float:
    return yearly * n.plan.horizon / YEAR


def _demand(n: Network) -> Iterator[Value]:
    cases = (n.demand.cases.sum(axis=(0, 1)) * (n.counted > 0)).sum()
    yield "Demand", "demand", "demand", "cases", cases


def _hotline(n: Network) -> Iterator[Value]:
    weight = n.counted
    calls = np.array([h.calls.mean() for h in n.hotline]) * weight
    served = (n.demand.ours * n.self_service[:, None, None]).sum(axis=(0, 1)) * (weight > 0)
    yield "Hotline", "hotline", "hotline", "calls_offered", (calls + served).sum()
    for name in ("asa", "service_level", "abandonment"):
        each = np.array([getattr(h, name) for h in n.hotline])
        mean = float((each * calls).sum() / calls.sum()) if calls.sum() else math.nan
        yield "Hotline", "hotline", "hotline", name, mean * (3600 if name == "asa" else 1)
    busy = np.array([h.occupancy for h in n.hotline])
    yield "Hotline", "hotline", "work", "occupancy", float(busy @ weight / weight.sum())


def _outlets(n: Network) -> Iterator[Value]:
    limited = np.isfinite(n.outlets.duty)
    hours = float((n.outlets.hours[limited] @ n.counted).sum())
    duty = float(n.outlets.duty[limited].sum() * n.counted.sum())
    if duty and hours:
        over = float((n.outlets.overtime[limited] @ n.counted).sum())
        yield "Outlets", "way", "work", "utilisation", hours / duty
        yield "Outlets", "overtime", "queue", "overtime", over / hours
    visits = n.visits.sum(axis=1) @ (n.counted > 0)
    if visits.sum():
        once = np.array([
            (s.work.first_time_fix * (1 - s.work.workshop)) if s.work else 0.0
            for s in n.plan.sources
        ])  # fmt: skip
        yield "Outlets", "", "mean", "first_time_fix", float(once @ visits / visits.sum())
        of_unit = n.of_units[:, None, None] * (n.counted > 0)
        phone, seen = float((n.by_phone * of_unit).sum()), float((n.visits * of_unit).sum())
        if phone + seen:
            yield "Outlets", "", "mean", "remote_fix", phone / (phone + seen)


def _parts(n: Network) -> Iterator[Value]:
    stock, weight = n.stock, n.counted
    asked = float((stock.demand @ weight).sum())
    if not asked:
        return
    filled = float(((stock.fill_rate * stock.demand) @ weight).sum())
    yield "Parts", "fill", "fill", "fill_rate", filled / asked
    waiting = float(((stock.wait * stock.demand) @ weight).sum() / weight.sum())
    yield "Parts", "fill", "short", "backorders", waiting
    sent = (stock.shipments.sum(axis=1)) @ weight
    quick = (stock.express.sum(axis=1)) @ weight
    if not quick.any() and sent.any():
        yield "Parts", "", "mean", "transit_mean", float(stock.transit @ sent / sent.sum())
    hours = float((n.demand.unit_hours.sum(axis=(0, 1)) * (weight > 0)).sum())
    waits = n.waits
    if hours and waits:
        down = _hours_down(n, weight > 0)
        lost = (n.demand.cases - n.demand.ours).sum(axis=1) @ (weight > 0)
        elsewhere = np.array([
            list(n.plan.scenario.products.values())[s.product].elsewhere if s.product >= 0 else 0.0
            for s in n.plan.sources
        ])  # fmt: skip
        down += float(lost @ elsewhere)
        yield "Response", "sum", "sum", "availability", 1 / (1 + down / hours)


def _hours_down(n: Network, windows: NDArray[np.bool_]) -> float:
    """Hours that units are down whose owners come to us, in these windows."""
    ours = float((n.demand.ours * n.of_units[:, None, None] * windows).sum())
    return ours * (n.first_call[1] + sum(n.waits[name] for name in WAITS))


def _broken(n: Network) -> dict[str, list[str]]:
    """Where the scenario breaks what the formulas assume, by area of the figures."""
    found: dict[str, list[str]] = {
        area: [] for area in ("demand", "hotline", "queue", "way", "fill", "overtime", "workshop",
                              "promises", "sum", "money")
    }  # fmt: skip
    plan, scenario = n.plan, n.plan.scenario
    if plan.horizon - scenario.warm_up < 8 * WEEK:
        found["queue"].append("under eight weeks: one run may lie far from its mean")
        found["hotline"].append("under eight weeks: one run may lie far from its mean")
    _hotline_broken(n, found["hotline"])
    _outlets_broken(n, found)
    _stock_broken(n, found["fill"])
    if n.bench_wait > 0.1 * scenario.logistics.workshop.repair.mean() or math.isnan(n.bench_wait):
        found["workshop"].append("the bench is a bottleneck: its queue varies much between runs")
    upstream = ("hotline", "queue", "way", "fill", "workshop")
    if any(t.per.startswith("promise") for c in scenario.contracts.values() for t in c.terms):
        found["promises"].append("as if every promise were kept")
    found["sum"] = [text for area in upstream for text in found[area]]
    found["money"] = found["overtime"] + found["way"] + found["fill"]
    if plan.outlets and n.outlets.overloaded.any():
        found["money"].append("cases stay open: a run adds what their help would cost still")
    return found


def _hotline_broken(n: Network, found: list[str]) -> None:
    hotline = n.plan.scenario.hotline
    if hotline is None:
        return
    if len({team.skills for team in hotline.teams.values()}) > 1:
        found.append("teams differ in skills: one team of all answers faster than they do")
    kinds = [list(hotline.call_types.values())[s.call_type] for s in n.plan.sources]
    if len({(k.priority, k.head_start) for k in kinds}) > 1:
        found.append("call types differ in priority: the mean over all calls; urgent ones wait "
                     "less, others more")  # fmt: skip
    if hotline.lines is not None and abs(n.hotline[-1].spread - 1) > 0.05:
        found.append("few lines and talk that is not exponential: between exponential talk and "
                     "the loss system")  # fmt: skip
    if any(team.shrinkage for team in hotline.teams.values()):
        found.append("shrinkage is taken off evenly, but agents are away one by one: longer waits")
    if hotline.redial is not None and hotline.redial.delay.mean() < 0.5:
        found.append("who calls again soon meets the same queue, and is taken as a new caller")
    agents = n.hotline[-1].agents
    if agents[agents > 0].min(initial=99.0) < 1.5:
        found.append("few agents: the wait hangs on single calls")
    enquiries = [n.plan.scenario.enquiries[s.enquiry] for s in n.plan.sources if s.enquiry]
    if any(e.day_factor_cv > 0 for e in enquiries):
        found.append("days differ (day_factor_cv): bad days add more waiting than good ones save")
    if any(h.overloaded for h in n.hotline):
        worst = max(h.load for h in n.hotline)
        found.append(f"agents are asked for {worst:.0%} of their time: no steady state")


def _outlets_broken(n: Network, found: dict[str, list[str]]) -> None:
    plan = n.plan
    if not plan.outlets:
        return
    policy = plan.scenario.dispatch.policy
    if policy in SHARING and len(plan.outlets) > 1:
        contracts = list(plan.scenario.contracts.values())
        if policy != "central_board" and any(contracts[c].refusal for c in plan.contract):
            text = f"dispatch by {policy}: as if nobody refused"
            found["queue"].append(text)
            found["way"].append(text)
        if len({(o.hours.text, o.last_start) for o in plan.outlets.values()}) > 1:
            found["queue"].append(f"dispatch by {policy}: outlets of different hours as one queue")
    load = n.outlets.load
    worst = np.nanmax(np.where(np.isfinite(load), load, 0.0), initial=0.0)
    if n.outlets.overloaded.any():
        names = [list(plan.outlets)[o] for o in np.flatnonzero(n.outlets.overloaded.any(axis=1))]
        more = f" and {len(names) - 3} others" if len(names) > 3 else ""
        text = f"{', '.join(names[:3])}{more}: more work than technicians can do"
        found["queue"].append(f"{text}: queues grow as long as the run")
    elif worst > 0.85:
        found["queue"].append(f"load up to {worst:.0%}: waits vary much between runs")
    if any(o.capacity_share < 1 for o in plan.outlets.values()):
        found["queue"].append("technicians have a share of the day for us, at times of their own: "
                              "a share of a technician stands for it")  # fmt: skip
        found["overtime"].append("technicians with a share of the day end their duty at any hour: "
                                 "overtime is a rough figure")  # fmt: skip
    if len(plan.tier_priorities) > 1:
        found["queue"].append("priorities: the mean over all cases; gold waits less, others more")


def _stock_broken(n: Network, found: list[str]) -> None:
    plan = n.plan
    policies = [plan.ordering(o, k) for o in range(len(plan.outlets))
                for k in range(len(plan.scenario.parts))]  # fmt: skip
    if any(lot > 1 or (up_to - low > 1 and not lot) for low, up_to, lot, _ in policies):
        found.append("outlets order in lots: two moments stand for what the depot is asked for")
    if any(start > FEW for *_, start in policies):
        found.append(f"outlets hold more than {FEW} of a part: what is on order by its mean and "
                     "variance (VARI-METRIC)")  # fmt: skip
    _repair_loop_broken(n, found)
    if (plan.lane == FLEET).any():
        found.append("as if at each departure a truck were there, with room for all that waits")
        fleet = plan.scenario.logistics.fleet
        asked, most = fleet_load(n)
        if fleet is not None and (fleet.trucks < len(plan.tours) or asked > most):
            found.append("trucks are fewer than tours, or too small: goods wait for later "
                         "departures")  # fmt: skip


def _repair_loop_broken(n: Network, found: list[str]) -> None:
    parts = [part for part in n.plan.scenario.parts.values() if part.repairable > 0]
    workshop = n.plan.scenario.logistics.workshop
    if parts:
        found.append("mended parts come back from the same failures: one mean lead time stands for "
                     "bench and supplier")  # fmt: skip
    if any(part.removed == "after_visit" for part in parts):
        found.append("a case that waits keeps its failed part until the visit: longer waits")
    if any(part.mended_at_outlet > 0 for part in parts):
        found.append("what outlets mend themselves is taken as if the workshop did")
    if parts and workshop.mends_parts and workshop.technicians != "unlimited":
        found.append("failed parts are taken to find somebody free at the bench: longer waits")
