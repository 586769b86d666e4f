"""A family of simple systems on which the estimate is measured against the simulation.

Drawn at random, the same every time: servers, load, law, population, stock, lanes, policy. Each is
simulated once, long enough that chance hardly counts, and each figure's error goes into the table
`simnet/estimate/accuracy.json`, by figure and by kind of system (`simnet.estimate.accuracy`), which
`simnet estimate` states beside the figure. `make accuracy` makes it anew.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from simnet.engine import Engine
from simnet.estimate import Network, figures
from simnet.estimate.accuracy import ALL, FILE, error, kinds
from simnet.experiment import replicate
from simnet.scenario import parse
from simnet.scenario.week import parse_week

SEED = 15
EACH = 26
"""systems of each sort"""
CASES = 150_000
"""cases of a run, more or less"""
WEEK = 168.0
WARM_UP = 0.05
"""share of a run"""
OFFICE = ("Mon-Fri 08:00-18:00", "Mon-Sat 07:00-19:00", "06:00-22:00", "Mon-Fri 09:00-17:00")

Data = dict[str, Any]
Draw = np.random.Generator


@dataclass(frozen=True)
class System:
    """One member."""

    sort: str
    number: int
    data: Data


def _pick(draw: Draw, *choices: Any) -> Any:
    return choices[int(draw.integers(len(choices)))]


def _between(draw: Draw, low: float, high: float) -> float:
    return float(np.round(draw.uniform(low, high), 4))


def _law(draw: Draw, mean: float) -> Any:
    """Work or talk: constant, regular, exponential or very different."""
    return _pick(
        draw,
        mean,
        {"law": "gamma", "mean": mean, "cv": 0.5},
        {"law": "exponential", "mean": mean},
        {"law": "lognormal", "mean": mean, "cv": 0.7},
        {"law": "lognormal", "mean": mean, "cv": 1.5},
    )


def _run(data: Data, per_hour: float, weekly: bool = False) -> Data:
    """With a horizon of `CASES` cases, between 40 weeks and 4000 (of a week's hours, 1500)."""
    weeks = min(max(CASES / per_hour / WEEK, 40), 1500 if weekly else 4000)
    return data | {"horizon": round(weeks) * WEEK, "warm_up": round(weeks * WARM_UP) * WEEK}


def _profile(draw: Draw) -> Data:
    """When enquiries come: at any hour, or by day and little on weekends."""
    return _pick(
        draw,
        {},
        {"profile": {"hours": [0.1] * 7 + [1] * 12 + [0.3] * 5}},
        {"profile": {"hours": [0] * 8 + [2, 2, 1, 1, 1, 1, 1, 1, 1, 1] + [0] * 6,
                     "days": [1.2, 1, 1, 1, 0.8, 0.3, 0.1]}},
    )  # fmt: skip


def always_open(draw: Draw) -> Data:
    """An outlet around the clock."""
    people, load, mean = int(draw.integers(1, 9)), _between(draw, 0.4, 0.95), _between(draw, 0.5, 8)
    rate = people * load / mean
    return _run(
        {
            "enquiries": {"job": {"per_week": rate * WEEK, "work": {"repair": _law(draw, mean)}}},
            "outlets": {"places": {"here": {"technicians": people, "hours": "24/7"}}},
        },
        rate,
    )


def office_hours(draw: Draw) -> Data:
    """An outlet whose people go home, and customers some way off."""
    people, load, mean = int(draw.integers(1, 6)), _between(draw, 0.3, 0.9), _between(draw, 0.5, 3)
    hours = _pick(draw, *OFFICE)
    spread, speed = _between(draw, 0, 40), 50.0
    job = mean + 2 * 1.3 * spread * 2 / 3 / speed
    rate = people * load * parse_week(hours).hours / WEEK / job
    enquiry = {"per_week": rate * WEEK, "work": {"repair": _law(draw, mean)}, **_profile(draw)}
    outlet = {"technicians": people, "hours": hours, "speed": speed, "detour": 1.3,
              "last_start": _pick(draw, 0.5, 1.0)}  # fmt: skip
    return _run(
        {
            "enquiries": {"job": enquiry},
            "markets": {"places": {"town": {"spread": spread}}},
            "outlets": {"places": {"here": outlet}},
        },
        rate,
        weekly=True,
    )


def few_units(draw: Draw) -> Data:
    """Machine repair: few units, and technicians who are short."""
    people, units = int(draw.integers(1, 4)), int(draw.integers(3, 50))
    mean, load = _between(draw, 1, 20), _between(draw, 0.3, 1.4)
    life = units * mean / (people * load)
    if life < 2 * mean:
        life = 2 * mean
    kind = _pick(draw, {"law": "exponential", "mean": life},
                 {"law": "weibull", "shape": 1.5, "scale": life / 0.9027})  # fmt: skip
    fridge = {
        "failure": kind, "in_field": {"units": units}, "warranty": "5000 years",
        "modes": {"any": {"share": 1, "repair": _law(draw, mean)}},
    }  # fmt: skip
    rate = min(units / life, people / mean)
    return _run(
        {
            "products": {"machine": fridge},
            "outlets": {"places": {"here": {"technicians": people, "hours": "24/7"}}},
        },
        rate,
    )


def _hotline(draw: Draw, agents: int, mean: float, **more: Any) -> Data:
    calls = {"only": {"talk": _law(draw, mean), "remote_fix": 1, "after_call": 0}}
    team = {"shifts": [{"agents": agents, "hours": "24/7"}]}
    return {"call_types": calls, "teams": {"all": team}, **more}


def patient_callers(draw: Draw) -> Data:
    """A hotline around the clock where nobody gives up."""
    agents, load, mean = int(draw.integers(1, 16)), _between(draw, 0.5, 0.95), 0.1
    rate = agents * load / mean
    return _run(
        {
            "enquiries": {"q": {"call_type": "only", "per_week": rate * WEEK}},
            "hotline": _hotline(draw, agents, mean),
        },
        rate,
    )


def impatient_callers(draw: Draw) -> Data:
    """One where callers give up, and some call again."""
    agents, load, mean = int(draw.integers(2, 16)), _between(draw, 0.6, 1.2), 0.1
    rate = agents * load / mean
    patience = _pick(
        draw,
        {"law": "exponential", "mean": _between(draw, 0.02, 0.2)},
        {"law": "lognormal", "mean": _between(draw, 0.05, 0.2), "cv": 0.8},
    )
    redial = _pick(draw, {"chance": 0}, {"chance": 0.5, "attempts": 3, "delay": 1.0})
    return _run(
        {
            "enquiries": {"q": {"call_type": "only", "per_week": rate * WEEK}},
            "hotline": _hotline(draw, agents, mean, patience=patience, redial=redial),
        },
        rate,
    )


def few_lines(draw: Draw) -> Data:
    """One with few lines."""
    agents, load, mean = int(draw.integers(1, 8)), _between(draw, 0.4, 1.2), 0.1
    rate = agents * load / mean
    redial = _pick(draw, {"chance": 0}, {"chance": 0.5, "attempts": 3, "delay": 1.0})
    lines = agents + int(draw.integers(0, 6))
    return _run(
        {
            "enquiries": {"q": {"call_type": "only", "per_week": rate * WEEK}},
            "hotline": _hotline(draw, agents, mean, lines=lines, redial=redial),
        },
        rate,
    )


def shifts(draw: Draw) -> Data:
    """A hotline by shifts, calls by a profile; patient callers or not."""
    agents, load, mean = int(draw.integers(2, 9)), _between(draw, 0.4, 0.85), 0.1
    late = int(draw.integers(1, agents + 1))
    staffed = 10 * agents + 6 * late
    rate = staffed / 24 * load / mean
    hours = [0.05] * 8 + [agents] * 6 + [agents + late] * 4 + [late] * 2 + [0.05] * 4
    more = {} if draw.random() < 0.5 else {
        "patience": {"law": "exponential", "mean": _between(draw, 0.05, 0.3)}
    }  # fmt: skip
    hotline = _hotline(draw, agents, mean, hours="08:00-20:00", **more)
    hotline["teams"]["all"]["shifts"] = [
        {"agents": agents, "hours": "08:00-18:00"}, {"agents": late, "hours": "14:00-20:00"},
    ]  # fmt: skip
    enquiry = {"call_type": "only", "per_week": rate * WEEK, "profile": {"hours": hours}}
    return _run({"enquiries": {"q": enquiry}, "hotline": hotline}, rate, weekly=True)


def _levels(draw: Draw, mean: float, lots: bool) -> Data:
    """A policy near `mean` pieces in a lead time."""
    base = max(round(mean + _between(draw, -0.5, 2) * math.sqrt(mean)), 0)
    if not lots:
        return {"base_stock": base}
    quantity = int(draw.integers(2, 7))
    return {"reorder_point": max(base - 1, 0), "order_quantity": quantity}


def _stock(draw: Draw, outlets: int, lots: bool, ample: bool, **logistics: Any) -> Data:
    """Shelves of one part, and the depot behind them."""
    way, lead = _between(draw, 6, 72), _between(draw, 24, 400)
    places = {f"o{i}": {"lat": 0, "lon": float(i), "technicians": "unlimited", "hours": "24/7"}
              for i in range(outlets)}  # fmt: skip
    weights = {f"m{i}": {"lat": 0, "lon": float(i), "weight": _pick(draw, 1, 1, 2, 4)}
               for i in range(outlets)}  # fmt: skip
    rate = outlets * _between(draw, 0.3, 4) / way
    shelf = _levels(draw, rate / outlets * way, lots)
    depot = {"base_stock": int(rate * lead + 10 * math.sqrt(rate * lead) + 10)}
    if not ample:
        depot = _levels(draw, rate * lead, draw.random() < 0.3)
    enquiry = {"per_week": rate * WEEK, "work": {"part": "p", "repair": 0}, **_profile(draw)}
    return _run(
        {
            "enquiries": {"job": enquiry},
            "markets": {"places": weights},
            "outlets": {"places": places},
            "parts": {"p": {"outlet_stock": shelf, "depot_stock": depot,
                            "supplier_lead_time": lead}},
            "logistics": {"carriers": {"post": {"base": way, "speed": None}}} | logistics,
        },
        rate,
        weekly=True,
    )  # fmt: skip


def one_shelf(draw: Draw) -> Data:
    """A shelf, and a depot that always delivers."""
    return _stock(draw, 1, draw.random() < 0.4, ample=True)


def two_echelons(draw: Draw) -> Data:
    """Up to six outlets and a depot that is often empty, ordering one by one."""
    return _stock(draw, int(draw.integers(1, 7)), lots=False, ample=False)


def lots(draw: Draw) -> Data:
    """The same, outlets ordering several at a time."""
    return _stock(draw, int(draw.integers(1, 7)), lots=True, ample=False)


def trucks(draw: Draw) -> Data:
    """Outlets that a truck supplies by timetable, with room for all."""
    leave = _pick(draw, "Mon 06:00", "Mon 06:00, Thu 06:00", "Mon-Fri 06:00", "06:00 18:00")
    fleet = {"departures": leave, "trucks": 6, "capacity": 1e6, "speed": 60.0}
    return _stock(draw, int(draw.integers(1, 5)), False, draw.random() < 0.6,
                  lane="fleet", fleet=fleet)  # fmt: skip


def shared_work(draw: Draw) -> Data:
    """Outlets that stand in for each other."""
    outlets, load = int(draw.integers(2, 5)), _between(draw, 0.4, 0.85)
    people = [int(n) for n in draw.integers(1, 4, outlets)]
    mean, speed = _between(draw, 1, 3), 60.0
    places = {f"o{i}": {"lat": 0, "lon": 0.4 * i, "technicians": n, "hours": "24/7", "speed": speed,
                        "detour": 1.2} for i, n in enumerate(people)}  # fmt: skip
    markets = {f"m{i}": {"lat": 0, "lon": 0.4 * i + 0.1, "weight": _pick(draw, 1, 1, 3)}
               for i in range(outlets)}  # fmt: skip
    rate = sum(people) * load / (mean + 2 * 1.2 * 15 * outlets / speed)
    return _run(
        {
            "enquiries": {"job": {"per_week": rate * WEEK, "work": {"repair": _law(draw, mean)}}},
            "markets": {"places": markets},
            "outlets": {"places": places},
            "dispatch": {"policy": _pick(draw, "central_board", "nearest_free", "shortest_wait")},
        },
        rate,
    )


def networks(draw: Draw) -> Data:
    """A small whole: units, a hotline, outlets in office hours, parts."""
    outlets, agents = int(draw.integers(1, 4)), int(draw.integers(1, 4))
    rate = _between(draw, 0.1, 0.4) * outlets
    units = int(rate * 6000)
    product = {
        "failure": {"law": "exponential", "mean": 6000}, "in_field": {"units": units},
        "warranty": "1000 years",
        "modes": {
            "part": {"share": 2, "repair": _law(draw, 1.5), "part": "p",
                     "first_time_fix": _pick(draw, 1, 0.8)},
            "none": {"share": 1, "repair": _law(draw, 1.0), "remote_fix": 0.3},
        },
    }  # fmt: skip
    places = {f"o{i}": {"lat": 0, "lon": 0.8 * i, "technicians": 2 + int(4 * rate / outlets)}
              for i in range(outlets)}  # fmt: skip
    markets = {
        f"m{i}": {"lat": 0, "lon": 0.8 * i, "spread": 20, "weight": 1} for i in range(outlets)
    }
    hotline = _hotline(draw, agents, 0.15, hours="Mon-Fri 08:00-18:00")
    hotline["call_types"] = {"technical": hotline["call_types"]["only"] | {"remote_fix": 0}}
    hotline["teams"]["all"]["shifts"] = [{"agents": agents, "hours": "Mon-Fri 08:00-18:00"}]
    part = {"outlet_stock": _levels(draw, rate / outlets * 30, False),
            "depot_stock": _levels(draw, rate * 200, False), "supplier_lead_time": 200,
            "cost": 20}  # fmt: skip
    return _run(
        {
            "products": {"fridge": product},
            "markets": {"places": markets},
            "hotline": hotline,
            "outlets": {"places": places, "defaults": {"hours": "Mon-Fri 08:00-18:00"}},
            "parts": {"p": part},
            "logistics": {"carriers": {"post": {"base": 24, "speed": 60.0}}},
        },
        rate * 2,
        weekly=True,
    )


SORTS: tuple[Callable[[Draw], Data], ...] = (
    always_open, office_hours, few_units, patient_callers, impatient_callers, few_lines, shifts,
    one_shelf, two_echelons, lots, trucks, shared_work, networks,
)  # fmt: skip


def members(each: int = EACH, seed: int = SEED) -> list[System]:
    """The family, sort by sort."""
    found = []
    for number, make in enumerate(SORTS):
        for i in range(each):
            draw = np.random.default_rng([seed, number, i])
            found.append(System(make.__name__, i, make(draw)))
    return found


def measured(system: System, engine: Engine = "compiled") -> dict[str, tuple[str, float]]:
    """By figure: the kind of system as far as it goes, and the estimate's error."""
    scenario = parse(system.data)
    (run,) = replicate(scenario, SEED, 1, 1, engine=engine)
    network = Network(run.plan).settled()
    kind = kinds(network)
    found = {}
    for figure in figures(network):
        simulated = run.kpis.total.get(figure.name, math.nan)
        # what a system does not have is no success of the formula
        there = simulated or figure.value
        if there and math.isfinite(simulated) and math.isfinite(figure.value):
            found[figure.name] = kind[figure.area], error(figure.unit, figure.value, simulated)
    return found


def table(errors: Iterable[dict[str, tuple[str, float]]]) -> dict[str, Any]:
    """By figure and kind: systems, median error and the error that nine of ten keep."""
    by: dict[str, dict[str, list[float]]] = {}
    for one in errors:
        for name, (kind, off) in one.items():
            of = by.setdefault(name, {})
            for where in {kind, ALL}:
                of.setdefault(where, []).append(off)
    return {
        name: {
            kind: {"systems": len(off), "median": _digits(np.median(off)),
                   "nine_in_ten": _digits(np.quantile(off, 0.9, method="higher"))}
            for kind, off in sorted(of.items())
        }
        for name, of in sorted(by.items())
    }  # fmt: skip


def _digits(value: Any) -> float:
    return float(f"{float(value):.3g}")


def main() -> None:
    """Measure all, and write the table."""
    from loky import get_reusable_executor

    found = list(get_reusable_executor().map(measured, members()))
    FILE.write_text(json.dumps(table(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
