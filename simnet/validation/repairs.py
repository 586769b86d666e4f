"""The repair loop of parts: failed ones are sent in at once, mended here or there, or bought.

An outlet with unlimited technicians hands out parts, one a demand, and does nothing else.
"""

from typing import Any

import numpy as np

from simnet.records import Kind
from simnet.run import Run
from simnet.scenario.quantity import WEEK
from simnet.theory import echelons, few_repairers, machine_repair, mended_at_outlets

from .case import Case, Control, Figure, Measure
from .figures import cases_per_hour, kpi, market_kpi, window

AT_ONCE = {"base": 0, "speed": None}
"""a carrier that takes no time"""


def bases(
    rates: dict[str, float], stocks: dict[str, int], part: dict[str, Any], way: float, weeks: int
) -> dict[str, Any]:
    """Demands an hour at outlets with base stocks; `way` hours from the depot, and to it."""
    places = {name: {"lat": 0, "lon": 10 * i} for i, name in enumerate(rates)}
    return {
        "horizon": (weeks + 2) * WEEK,
        "warm_up": WEEK,
        "markets": {"places": {name: {**places[name], "weight": rates[name]} for name in rates}},
        "enquiries": {
            "demand": {
                "per_week": sum(rates.values()) * WEEK, "work": {"part": "part", "repair": 0},
            }
        },
        "outlets": {
            "defaults": {"technicians": "unlimited", "hours": "24/7"},
            "places": {
                name: {**places[name], "stock": {"part": {"base_stock": base}}}
                for name, base in stocks.items()
            },
        },
        "parts": {"part": {"removed": "at_failure", **part}},
        "logistics": {"carriers": {"lane": {"base": way, "speed": None}}},
    }  # fmt: skip


def shipped_per_hour(kind: Kind) -> Measure:
    """Pieces an hour of the window that are sent, of one kind."""

    def of(run: Run) -> float:
        start, end = window(run)
        sent = run.records.shipments
        mine = (sent["kind"] == kind) & (sent["shipped"] >= start) & (sent["shipped"] < end)
        return float(sent["quantity"][mine].sum() / (end - start))

    return of


def hours_of_parts(since: str, until: str) -> Measure:
    """Mean hours between two moments of the failed parts that came to the bench in the window:
    ordered (they are there), shipped (work begins) and arrived (it is done)."""

    def of(run: Run) -> float:
        start, end = window(run)
        sent = run.records.shipments
        mine = sent["kind"] == int(Kind.MENDED_PART)
        mine &= (sent["ordered"] >= start) & (sent["ordered"] < end)
        return float(np.mean((sent[until] - sent[since])[mine]))

    return of


def bench_in_use(people: int) -> Measure:
    """Share of the window that each of so many people at the bench is busy."""

    def of(run: Run) -> float:
        start, end = window(run)
        bench = run.records.bench
        until = np.where(np.isnan(bench["ended"]), end, bench["ended"])
        hours = np.clip(until, start, end) - np.clip(bench["begun"], start, end)
        return float(hours.sum() / (end - start) / people)

    return of


def five_bases() -> Case:
    """METRIC's network, each base with a share of repairs of its own."""
    rate, share, here, way, mend, base, depot = 0.25, 0.2, 2.0, 1.0, 3.0, 1, 3
    given = ([rate] * 5, share, here, way, base, way + mend, depot)
    exact = mended_at_outlets(*given)
    metric = mended_at_outlets(*given, echelons.metric)
    names = [f"base {i}" for i in range(1, 6)]
    return Case(
        name="five bases and a depot that mend",
        system=f"five outlets with base stock {base}, {rate:g} demands an hour each, mend "
        f"{share:.0%} themselves in lognormal times of {here:g} h; the others are mended in the "
        f"workshop in gamma times of {mend:g} h, {way:g} h away, for a depot with base stock "
        f"{depot}; a failed part is sent in at the failure",
        source="exact: Graves 1985, Management Science 31(10), pp. 1247-1256, with Palm's theorem "
        "for what is mended at a base; METRIC: Sherbrooke 1968, Operations Research 16(1), pp. "
        "122-141",
        exactness="exact; METRIC neglects that orders wait together, its backorders are too low",
        data=bases(
            dict.fromkeys(names, rate),
            dict.fromkeys(names, base),
            {
                "repairable": 1,
                "workshop_time": {"law": "gamma", "mean": mend, "cv": 0.5},
                "mended_at_outlet": share,
                "outlet_time": {"law": "lognormal", "mean": here, "cv": 1},
                "depot_stock": {"base_stock": depot},
            },
            way,
            weeks=75,
        ),
        figures=(
            Figure("fill rate", "", float(exact.outlets.fill_rate[0]), kpi("fill_rate")),
            Figure("backorders", "", float(exact.outlets.backorders.sum()), kpi("backorders")),
            Figure("backorders by METRIC", "", float(metric.outlets.backorders.sum()),
                   kpi("backorders"), claim="low"),
            Figure("mended at the bases, an hour", "", 5 * rate * share,
                   shipped_per_hour(Kind.MENDED_AT_OUTLET)),
        ),
    )  # fmt: skip


def some_are_condemned() -> Case:
    """What cannot be mended is bought, and nothing else."""
    rates, stocks = {"north": 1.0, "east": 0.6, "west": 0.5}, {"north": 2, "east": 1, "west": 0}
    repairable, share, here, way, mend, buy, depot = 0.75, 0.4, 1.0, 0.5, 2.0, 6.0, 4
    mended_here = repairable * share
    sent_in = repairable * (1 - share) / (1 - mended_here)  # of what the depot is asked for
    lead = sent_in * (way + mend) + (1 - sent_in) * buy
    rate = np.array(list(rates.values()))
    exact = mended_at_outlets(
        rate, mended_here, here, way, list(stocks.values()), lead, depot
    ).outlets
    bought = float(rate.sum()) * (1 - repairable)
    return Case(
        name="repair loop with condemnations",
        system=f"three outlets with base stocks {tuple(stocks.values())}, {tuple(rates.values())} "
        f"demands an hour; {repairable:.0%} can be mended, {share:.0%} of them at the outlet in "
        f"exponential times of {here:g} h, the others in the workshop in {mend:g} h; what cannot "
        f"is bought in exponential lead times of {buy:g} h; depot with base stock {depot}, "
        f"{way:g} h away",
        source="Graves 1985, Management Science 31(10), pp. 1247-1256; Muckstadt, Analysis and "
        "Algorithms for Service Parts Supply Chains, 2005",
        exactness="exact",
        data=bases(
            rates,
            stocks,
            {
                "repairable": repairable,
                "workshop_time": mend,
                "mended_at_outlet": share,
                "outlet_time": {"law": "exponential", "mean": here},
                "supplier_lead_time": {"law": "exponential", "mean": buy},
                "depot_stock": {"base_stock": depot},
            },
            way,
            weeks=75,
        ),
        figures=(
            Figure("fill rate", "", float(exact.fill_rate @ rate / rate.sum()), kpi("fill_rate")),
            Figure("backorders", "", float(exact.backorders.sum()), kpi("backorders")),
            Figure(
                "backorders, west", "", float(exact.backorders[2]), market_kpi("west", "backorders")
            ),
            Figure("bought, an hour", "", bought, shipped_per_hour(Kind.SUPPLY)),
        ),
    )


def few_at_the_bench() -> Case:
    """M/M/c repair shop behind a shelf."""
    rate, mend, people, base = 1.0, 1.0, 2, 1
    theory = few_repairers(rate, mend, people, base)
    on_bench = hours_of_parts("shipped", "arrived")
    controls = (Control(rate, cases_per_hour), Control(mend, on_bench))
    return Case(
        name="(S-1, S), M/M/c at the bench",
        system=f"outlet with base stock {base}, {rate:g} failure an hour; all are mended by "
        f"{people} people in exponential times of {mend:g} h",
        source="Buzacott and Shanthikumar, Stochastic Models of Manufacturing Systems, 1993, "
        "chapter 4",
        exactness="exact",
        data=bases(
            {"shelf": rate}, {"shelf": base},
            {"repairable": 1, "workshop_time": {"law": "exponential", "mean": mend}},
            0, weeks=200,
        )
        | _bench(people),
        figures=(
            Figure("fill rate", "", float(theory.fill_rate), kpi("fill_rate"), controls=controls),
            Figure("backorders", "", float(theory.backorders), kpi("backorders"),
                   controls=controls),
            Figure("people at the bench in use", "", rate * mend / people, bench_in_use(people)),
            Figure("failures an hour", "", rate, cases_per_hour),
            Figure("mean time on the bench", "h", mend, on_bench),
        ),
        seed=2,
    )  # fmt: skip


def _bench(people: int) -> dict[str, Any]:
    return {
        "logistics": {
            "carriers": {"at once": AT_ONCE},
            "workshop": {"technicians": people, "mends_parts": True},
        }
    }


def machines_with_standbys() -> Case:
    """M/M/c//N with spares: a machine's part is changed at once, and the part is mended."""
    machines, standbys, life, mend, people = 6, 2, 12.0, 4.0, 2
    theory = machine_repair(machines, life, mend, people, standbys)
    on_bench = hours_of_parts("shipped", "arrived")
    controls = (Control(mend, on_bench),)
    return Case(
        name="M/M/c//N with standbys",
        system=f"{machines} units with exponential lives of {life:g} running hours and {standbys} "
        f"spare parts that take their place at once; failed ones are mended by {people} people in "
        f"exponential times of {mend:g} h",
        source="Gross et al. 2008, sec. 2.8 (with spares)",
        exactness="exact",
        data={
            "horizon": 300 * WEEK,
            "warm_up": WEEK,
            "products": {
                "machine": {
                    "failure": {"law": "exponential", "mean": life},
                    "modes": {"any": {"share": 1, "repair": 0, "part": "part"}},
                    "in_field": {"units": machines},
                    "warranty": "100 years",
                }
            },
            "outlets": {"places": {"here": {"technicians": "unlimited", "hours": "24/7"}}},
            "parts": {
                "part": {
                    "removed": "at_failure", "repairable": 1,
                    "workshop_time": {"law": "exponential", "mean": mend},
                    "outlet_stock": {"base_stock": standbys},
                }
            },
            **_bench(people),
        },
        figures=(
            Figure("availability", "", float(theory.availability), kpi("availability")),
            Figure("failures that find a spare", "", float(theory.filled), kpi("fill_rate")),
            Figure("people at the bench in use", "", float(theory.utilisation),
                   bench_in_use(people)),
            Figure("mean wait for the bench", "h", float(theory.wait),
                   hours_of_parts("ordered", "shipped"), controls=controls),
            Figure("mean time on the bench", "h", mend, on_bench),
        ),
    )  # fmt: skip


CASES = (five_bases, some_are_condemned, few_at_the_bench, machines_with_standbys)
