"""The simulated model meets closed formulas, by configuration alone.

Each test compares the mean of independent replications with the formula by a 99 % t-interval, at a
fixed seed: chosen once, a right model fails it with probability 1 %. The warm-up lets the empty
start fade. `precise` says how narrow the interval must be for the test to mean something.
"""

import math

import numpy as np
import pytest
from scipy import stats

import simnet

REPLICATIONS = 10


def interval(values):
    """Mean and 99 % half-width."""
    spread = np.std(values, ddof=1) / math.sqrt(len(values))
    return float(np.mean(values)), float(stats.t.ppf(0.995, len(values) - 1) * spread)


def assert_meets(values, theory, precise):
    mean, half = interval(values)
    assert half <= precise * abs(theory), f"interval too wide to tell: {mean:.5g} ± {half:.2g}"
    assert abs(mean - theory) <= half, f"{mean:.5g} ± {half:.2g} misses {theory:.5g}"


def runs(data, count=REPLICATIONS):
    scenario = simnet.parse(data)
    return [simnet.simulate(scenario, seed=7, replication=r) for r in range(count)]


def erlang_b(servers, load):
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers, load):
    """Chance to wait in M/M/c; Gross et al., Fundamentals of Queueing Theory, 2008, eq. 2.38."""
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def birth_death(births, deaths):
    """Stationary chances of a birth-death chain."""
    weights = np.concatenate(([1.0], np.cumprod(np.asarray(births) / np.asarray(deaths))))
    return weights / weights.sum()


def hotline(per_hour, agents, talk, hours, **more):
    return {
        "horizon": hours,
        "warm_up": hours / 10,
        "enquiries": {"question": {"call_type": "only", "per_week": per_hour * 168}},
        "hotline": {
            "call_types": {"only": {"talk": {"law": "exponential", "mean": talk},
                                    "remote_fix": 1.0}},
            "teams": {"all": {"shifts": [{"agents": agents, "hours": "24/7"}]}},
            **more,
        },
    }  # fmt: skip


def test_hotline_is_erlang_c():
    rate, agents, talk = 20.0, 4, 8 / 60
    load = rate * talk
    found = runs(hotline(rate, agents, talk, 1000))
    wait = erlang_c(agents, load) / (agents / talk - rate)
    assert_meets([run.kpis["asa"] / 3600 for run in found], wait, precise=0.15)
    within = 20 / 3600
    in_time = 1 - erlang_c(agents, load) * math.exp(-(agents / talk - rate) * within)
    assert_meets([run.kpis["service_level"] for run in found], in_time, precise=0.03)
    assert_meets([run.kpis["occupancy"] for run in found], load / agents, precise=0.03)


def test_hotline_with_impatient_callers_is_erlang_a():
    """M/M/c+M; Garnett, Mandelbaum, Reiman (2002), MSOM 4(3):208-227: a birth-death chain."""
    rate, agents, talk, patience = 30.0, 3, 6 / 60, 4 / 60
    found = runs(
        hotline(
            rate, agents, talk, 800,
            patience={"law": "exponential", "mean": patience}, redial={"chance": 0, "attempts": 1},
        )
    )  # fmt: skip
    top = 200
    deaths = [min(n, agents) / talk + max(n - agents, 0) / patience for n in range(1, top + 1)]
    chances = birth_death([rate] * top, deaths)
    waiting = np.sum(np.maximum(np.arange(top + 1) - agents, 0) * chances)
    assert_meets([r.kpis["abandonment"] for r in found], waiting / patience / rate, precise=0.06)


def test_hotline_with_few_lines_loses_calls_as_a_finite_queue_does():
    """M/M/c/K, Gross et al. (2008), section 2.5."""
    rate, agents, talk, lines = 30.0, 2, 6 / 60, 5
    found = runs(hotline(rate, agents, talk, 700, lines=lines, redial={"chance": 0, "attempts": 1}))
    chances = birth_death([rate] * lines, [min(n, agents) / talk for n in range(1, lines + 1)])
    blocked = [run.kpis["calls_blocked"] / run.kpis["calls_offered"] for run in found]
    assert_meets(blocked, chances[-1], precise=0.05)


@pytest.mark.parametrize(("law", "cv"), [("exponential", 1.0), ("lognormal", 1.5)])
def test_outlet_is_a_multi_server_queue(law, cv):
    """M/M/3 exactly; M/G/1 by Pollaczek and Khinchine (Gross et al. 2008, eq. 5.2)."""
    servers, rate, mean = (3, 2.0, 1.2) if law == "exponential" else (1, 0.6, 1.0)
    repair = {"law": law, "mean": mean} | ({} if law == "exponential" else {"cv": cv})
    hours = 8_000 if law == "exponential" else 20_000
    found = runs(
        {
            "horizon": hours,
            "warm_up": hours / 20,
            "enquiries": {"job": {"per_week": rate * 168, "work": {"repair": repair}}},
            "outlets": {"places": {"here": {"technicians": servers, "hours": "24/7"}}},
        }
    )
    load = rate * mean
    if law == "exponential":
        wait = erlang_c(servers, load) / (servers / mean - rate)
    else:
        wait = load * mean * (1 + cv**2) / (2 * (1 - load))
    assert_meets([run.cases["wait_technician"].mean() for run in found], wait, precise=0.12)
    assert_meets([run.kpis["utilisation"] for run in found], load / servers, precise=0.03)


def test_units_that_stand_still_while_they_are_down_are_machine_repair():
    """M/M/c//N, Gross et al. (2008), section 2.8: 20 machines, 2 repairers."""
    machines, repairers, life, repair = 20, 2, 50.0, 5.0
    found = runs(
        {
            "horizon": 8000,
            "warm_up": 500,
            "products": {
                "machine": {
                    "failure": {"law": "exponential", "mean": life},
                    "modes": {"any": {"share": 1, "repair": {"law": "exponential",
                                                             "mean": repair}}},
                    "in_field": {"units": machines},
                    "warranty": "10 years",
                }
            },
            "outlets": {"places": {"here": {"technicians": repairers, "hours": "24/7"}}},
        }
    )  # fmt: skip
    births = [(machines - n) / life for n in range(machines)]
    deaths = [min(n, repairers) / repair for n in range(1, machines + 1)]
    chances = birth_death(births, deaths)
    down = np.sum(np.arange(machines + 1) * chances) / machines
    assert_meets([1 - run.kpis["availability"] for run in found], down, precise=0.08)


def stock(base_stock, lead_time, rate, **part):
    """An outlet that only hands out parts; replenishment takes the lead time of the lane."""
    return {
        "horizon": 60_000,
        "warm_up": 2000,
        "enquiries": {
            "demand": {"per_week": rate * 168, "work": {"part": "part", "repair": 0}}
        },
        "outlets": {"places": {"shelf": {"technicians": "unlimited", "hours": "24/7"}}},
        "parts": {"part": {"outlet_stock": {"base_stock": base_stock}, **part}},
        "logistics": {"carriers": {"lane": {"base": lead_time, "speed": None,
                                            "factor": {"law": "exponential", "mean": 1}}}},
    }  # fmt: skip


@pytest.mark.parametrize("where", ["lane", "supplier"])
def test_base_stock_with_poisson_demand(where):
    """(S-1, S): fill rate and backorders by Palm's theorem.

    Zipkin, Foundations of Inventory Management, 2000, section 6.2 and theorem 7.2.1: outstanding
    orders are Poisson whatever the law of the lead time. Once the lane takes the time, from a
    depot that never runs out; once the supplier does, through a depot that holds nothing.
    """
    base, lead, rate = 4, 30.0, 0.1
    part = {"depot_stock": {"base_stock": 10_000}}
    if where == "supplier":
        part = {"supplier_lead_time": {"law": "exponential", "mean": lead}}
    found = runs(stock(base, lead if where == "lane" else 0, rate, **part), count=8)
    demand = stats.poisson(rate * lead)
    assert_meets([run.kpis["fill_rate"] for run in found], demand.cdf(base - 1), precise=0.03)
    owed = sum((n - base) * demand.pmf(n) for n in range(base + 1, 100))
    assert_meets([run.kpis["backorders"] for run in found], owed, precise=0.2)
    assert_meets([run.cases["wait_part"].mean() for run in found], owed / rate, precise=0.2)


def test_nearest_free_technician_with_a_common_queue_balances_by_preference():
    """Two servers on a central board, all demand nearer to one: M/M/2, and the near one works more.

    Shares of an ordered M/M/2: Larson (1974), Computers & Operations Research 1:67-95, with both
    areas' demand preferring server 1: workloads from the four states of the hypercube.
    """
    rate, mean = 1.0, 1.0
    found = runs(
        {
            "horizon": 10_000,
            "warm_up": 500,
            "markets": {"places": {"town": {"lat": 0, "lon": 0}}},
            "enquiries": {
                "job": {"per_week": rate * 168,
                        "work": {"repair": {"law": "exponential", "mean": mean}}}
            },
            "dispatch": {"policy": "central_board"},
            "outlets": {
                "places": {
                    "near": {"technicians": 1, "hours": "24/7", "lon": 0, "speed": 1e9},
                    "far": {"technicians": 1, "hours": "24/7", "lon": 1, "speed": 1e9},
                }
            },
        }
    )  # fmt: skip
    # states: none, near busy, far busy, both and queue; balance equations solved by hand
    load = rate * mean
    q = np.zeros((4, 4))
    q[0, 1] = rate
    q[1, 0], q[1, 3] = 1 / mean, rate
    q[2, 0], q[2, 3] = 1 / mean, rate
    q[3, 1], q[3, 2] = 1 / mean, 1 / mean
    np.fill_diagonal(q, -q.sum(axis=1))
    a = np.vstack((q.T, np.ones(4)))
    below = np.linalg.lstsq(a, np.array([0, 0, 0, 0, 1.0]), rcond=None)[0]
    # the queue lengthens state 3 by a geometric tail with ratio load / 2
    both = below[3] / (1 - load / 2)
    total = below[:3].sum() + both
    near = (below[1] + both) / total
    utilisation = [run.kpis.outlet.loc["near", "utilisation"] for run in found]
    assert_meets(utilisation, near, precise=0.03)
    wait = erlang_c(2, load) / (2 / mean - rate)
    assert_meets([run.cases["wait_dispatch"].mean() for run in found], wait, precise=0.15)
