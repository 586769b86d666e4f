"""More people and more stock never make anyone wait longer, where theory says so.

It says so path by path, for the same arrivals and the same service times, where

- cases come from outside (enquiries): in a closed loop a unit mended sooner fails sooner, and
  may then meet a longer queue;
- each queue is first come, first served, of one class, and nobody gives up. Then the sorted vector
  of the servers' remaining work (Kiefer & Wolfowitz 1955, Trans. AMS 78:1-18) can only fall, entry
  by entry, if a server is added, and so does each wait, the first entry (Jacobs & Schach 1972,
  Ann. Math. Statist. 43:1623-1633). With priorities, patience or calling again an early answer for
  one may be a later one for another;
- people are there day and night. Otherwise the end of a shift may cut the sequence elsewhere;
- orders are one for one. Then what is on order is what was asked for in the last lead time, however
  much is held (Zipkin, Foundations of Inventory Management, 2000, section 6.2), and the n-th demand
  waits for the (n - S)-th arrival. With lots, or parts that come back from repair, stock changes
  when is ordered.

The dice do not depend on the number of people or parts, so the runs are coupled as the theory
wants. Each test first checks every wait against the recursion, and then the order of the runs.
Derandomised with a fixed seed; what is compared holds path by path: no error rate.
"""

from heapq import heapify, heapreplace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from properties.networks import ageless, one_of, smooth
from properties.tools import SEED

import simnet
from simnet.draws import draw

CASES = 250
HOURS = 168.0


def simulated(data):
    """Plan, drawn cases in the rows of the records, and records."""
    run = simnet.simulate(simnet.parse(data), seed=SEED)
    drawn = draw(run.plan, SEED).cases
    row = run.records.cases["row"]
    return run, {name: drawn.full(name)[row] for name in vars(drawn)}


def begins(arrivals, services, servers):
    """When each is served, first come first served (Kiefer & Wolfowitz 1955)."""
    free = [-np.inf] * servers
    heapify(free)
    found = np.empty(len(arrivals))
    for i in np.argsort(arrivals, kind="stable"):
        found[i] = max(arrivals[i], free[0])
        heapreplace(free, found[i] + services[i])
    return found


def waited(begun, arrived, horizon):
    """Waits until the horizon, for those who arrived before it."""
    return np.fmin(np.where(begun < horizon, begun, horizon), horizon) - arrived


def never_longer(runs, horizon):
    """That no wait grows from one run to the next; waits that the horizon cuts are shorter."""
    for less, more in pairwise(runs):
        assert (more <= less + 1e-9).all()
        assert more.mean() <= less.mean() + 1e-12
    assert all((hours >= -1e-9).all() for hours in runs)


def network(per_week, horizon, **more):
    return {
        "start": "2026-01-05",
        "horizon": horizon,
        "follow_up": 0,
        "enquiries": {"ask": {"per_week": per_week, "call_type": "any", **more.pop("ask", {})}},
        **more,
    }


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    talk=smooth(0.5) | one_of(0.5),
    after_call=smooth(0.25) | one_of(0),
    menu=smooth(0.2) | one_of(0),
    load=st.floats(0.5, 1.3),
    agents=st.integers(1, 4),
)
@example(talk=1, after_call=0, menu=0, load=0.95, agents=1)
def test_more_agents_never_make_a_caller_wait_longer(talk, after_call, menu, load, agents):
    """G/G/c: without patience, one class, one team day and night."""
    per_week = load * agents * HOURS / 0.7
    horizon = CASES / per_week * HOURS
    runs = []
    for people in range(agents, agents + 3):
        hotline = {
            "call_types": {"any": {"talk": talk, "after_call": after_call}},
            "menu": menu,
            "teams": {"all": {"shifts": [{"agents": people, "hours": "24/7"}]}},
        }
        run, drawn = simulated(network(per_week, horizon, hotline=hotline))
        calls = run.records.calls
        begun, case = calls["begun"], calls["case"]
        queued = begun + drawn["menu"][case]
        joined = queued < horizon
        queued, case = queued[joined], case[joined]
        service = drawn["talk"][case] + drawn["after_call"][case]
        expected = waited(begins(queued, service, people), queued, horizon)
        found = waited(calls["left"][joined], calls["queued"][joined], horizon)
        assert found == pytest.approx(expected, abs=1e-9)
        runs.append(found)
    never_longer(runs, horizon)
    assert len(runs[0]) > CASES / 2
    if load > 1:
        assert runs[1].mean() < runs[0].mean()


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    repair=smooth(2) | one_of(2),
    coordination=smooth(1) | one_of(0),
    load=st.floats(0.4, 1.2),
    technicians=st.integers(1, 3),
    service=one_of("on_site", "on_site", "carry_in"),
    spread=one_of(0, 15),
)
@example(repair=2, coordination=0, load=1, technicians=1, service="on_site", spread=0)
def test_more_technicians_never_make_a_case_wait_longer(
    repair, coordination, load, technicians, service, spread
):
    """G/G/c at each outlet: open day and night, one class, the nearest outlet takes the case, no
    parts, no second visit. A job lasts for the way there, the repair and the way back; at the
    counter only for the repair."""
    per_week = 2 * load * technicians * HOURS / (2 if service == "carry_in" else 3)
    horizon = CASES / per_week * HOURS
    runs = []
    for people in range(technicians, technicians + 3):
        defaults = {"technicians": people, "hours": "24/7", "service": service, "speed": 60}
        run, drawn = simulated(
            network(
                per_week,
                horizon,
                ask={"work": {"repair": repair}},
                markets={
                    "places": {
                        "a": {"lat": 0, "lon": 0, "spread": spread},
                        "b": {"lat": 0, "lon": 1},
                        "c": {"lat": 0, "lon": 0.2},
                    }
                },
                dispatch={"coordination": coordination},
                outlets={
                    "defaults": defaults,
                    "places": {"x": {"lat": 0.1, "lon": 0}, "y": {"lat": 0, "lon": 1.2}},
                },
            )
        )
        cases = run.records.cases
        at_counter = service == "carry_in"
        arrived = cases["arrived" if at_counter else "assigned"]
        found = np.full(len(arrived), np.nan)
        for outlet in (0, 1):
            mine = np.flatnonzero((cases["outlet"] == outlet) & ~np.isnan(arrived))
            crow = run.plan.crow_km[cases["market"][mine], outlet]
            way = 1.3 * np.sqrt(crow**2 + drawn["off"][mine] ** 2) / 60
            job = drawn["repair"][mine] + (0 if at_counter else 2 * way)
            expected = waited(begins(arrived[mine], job, people), arrived[mine], horizon)
            found[mine] = waited(cases["started"][mine], arrived[mine], horizon)
            assert found[mine] == pytest.approx(expected, abs=1e-9)
            assert len(mine) > CASES / 8
        runs.append(found[~np.isnan(found)])
    never_longer(runs, horizon)
    if load >= 1:
        assert runs[1].mean() < runs[0].mean()


def nth(times, number):
    """Moment of the `number`-th of these, counted from 0; at once for those below 0."""
    order = np.sort(times)
    return np.where(number < 0, -np.inf, order[np.maximum(number, 0)])


def part_ready(demand, outlet, transit, lead, stock, depot):
    """When each demand has its part: base stock at outlets and depot, one for one.

    The n-th order at a place with stock S is met by the (n - S)-th arrival there; orders are met
    in their order, whichever arrives first (Zipkin 2000, section 6.2; two echelons: Axsäter 1990,
    Operations Research 38(1):64-69).
    """
    number = np.argsort(np.argsort(demand, kind="stable"))
    shipped = np.maximum(demand, nth(demand + lead, number - depot))
    found = np.empty(len(demand))
    for o in np.unique(outlet):
        mine = outlet == o
        rank = np.argsort(np.argsort(demand[mine], kind="stable"))
        arrivals = shipped[mine] + transit[mine]
        found[mine] = np.maximum(demand[mine], nth(arrivals, rank - stock))
    return found


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    factor=smooth(1) | one_of(1),
    lead=ageless(40) | one_of(30),
    stock=st.integers(0, 3),
    depot=one_of(0, 1, 4, 1000),
    more=one_of("stock", "depot"),
)
@example(factor=1, lead=30, stock=0, depot=0, more="stock")
@example(factor=1, lead=30, stock=1, depot=2, more="depot")
def test_more_stock_never_makes_a_case_wait_longer_for_its_part(factor, lead, stock, depot, more):
    """(S - 1, S) at the outlets and at the depot, which may be empty, or never run out; technicians
    without number. More at the depot ships each order sooner or at the same time, more at the
    outlet meets each demand by an earlier arrival: neither can be a later one for another."""
    horizon, per_week = 1000.0, 42.0
    runs, responses = [], []
    for extra in range(3):
        here, there = (stock + extra, depot) if more == "stock" else (stock, depot + extra)
        policy = {"outlet_stock": {"base_stock": here}, "depot_stock": {"base_stock": there}}
        run, drawn = simulated(
            network(
                per_week,
                horizon,
                ask={"work": {"part": "pump"}},
                markets={
                    "places": {"a": {"lat": 0, "lon": 0, "weight": 2}, "b": {"lat": 0, "lon": 1}}
                },
                outlets={
                    "defaults": {"technicians": "unlimited", "hours": "24/7"},
                    "places": {"x": {"lat": 0.1, "lon": 0}, "y": {"lat": 0, "lon": 1.2}},
                },
                parts={"pump": {**policy, "supplier_lead_time": lead}},
                logistics={"carriers": {"post": {"base": 10, "speed": 30, "factor": factor}}},
            )
        )
        cases, plan = run.records.cases, run.plan
        transit = (10 + plan.depot_km[cases["outlet"]] / 30) * drawn["transit"][:, 0]
        expected = part_ready(
            cases["assigned"], cases["outlet"], transit, drawn["lead"], here, there
        )
        expected = waited(expected, cases["assigned"], horizon)
        found = waited(cases["part_ready"], cases["assigned"], horizon)
        assert found == pytest.approx(expected, abs=1e-9)
        runs.append(found)
        responses.append(waited(cases["arrived"], cases["called"], horizon))
        assert len(found) > 150
    never_longer(runs, horizon)
    never_longer(responses, horizon)
    if more == "stock" or depot < 4:
        assert runs[2].mean() < runs[0].mean()
