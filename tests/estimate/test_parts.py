"""The parts of the estimate against the formulas that they stand on, or against hand counts."""

import math

import numpy as np
import pytest

import simnet
from simnet import theory
from simnet.estimate import Network, figures
from simnet.estimate.laws import renewals, second_moment
from simnet.estimate.week import STEP, STEPS, calls_of_failures, let_in, part_open, until_open
from simnet.plan import make_plan
from simnet.policies import call_time
from simnet.scenario.law import Exponential, Lognormal, Weibull, constant
from simnet.scenario.week import parse_week


def network(**data):
    return Network(make_plan(simnet.parse(data)))


def figure(n, name):
    return next(f for f in figures(n) if f.name == name)


def exponential(mean):
    return {"law": "exponential", "mean": mean}


# laws


def test_moments():
    assert second_moment(constant(3.0)) == 9
    assert second_moment(
        Exponential.model_validate({"law": "exponential", "mean": 2})
    ) == pytest.approx(8, rel=5e-3)
    log = Lognormal.model_validate({"law": "lognormal", "mean": 2, "cv": 0.5})
    assert second_moment(log) == pytest.approx(4 * 1.25, rel=5e-3)


def test_renewals_as_new_and_minimal():
    law = Weibull.model_validate({"law": "weibull", "shape": 2.0, "scale": 100.0})
    ages = np.array([20.0, 100.0, 450.0])
    expected = theory.weibull_renewals(ages, 2.0, 100.0)
    assert renewals(law, "as_new", 500.0)(ages) == pytest.approx(expected, rel=2e-3, abs=1e-4)
    assert renewals(law, "minimal", 500.0)(ages) == pytest.approx((ages / 100) ** 2, rel=1e-3)
    # beyond forty mean lives the straight line goes on
    long = renewals(law, "as_new", 1e5)
    assert long(np.array([1e5]))[0] == pytest.approx(1e5 / law.mean(), rel=1e-3)


def test_a_constant_life_fails_at_its_multiples():
    count = renewals(constant(100.0), "as_new", 1000.0)(np.array([95.0, 105.0, 250.0, 505.0]))
    assert count == pytest.approx([0, 1, 2, 5], abs=0.02)


# the week


def test_part_open():
    found = part_open(parse_week("Mon 08:00-08:20").intervals)
    assert found[32] == 1
    assert found[33] == pytest.approx(1 / 3)
    assert found.sum() * STEP == pytest.approx(1 / 3)


def test_until_open():
    wait = until_open(parse_week("Mon-Fri 08:00-18:00").intervals)
    assert wait[int(8.25 / STEP)] == 0
    assert wait[0] == pytest.approx(8 - STEP / 2)
    assert wait[int((4 * 24 + 18) / STEP)] == pytest.approx(6 + 48 + 8 - STEP / 2)
    assert np.isinf(until_open(())).all()


def test_let_in_moves_the_closed_hours_behind_the_opening():
    hours = parse_week("Mon-Sun 08:00-20:00")
    moved, wait = let_in(np.ones(STEPS), hours, constant(0.0))
    assert moved.sum() == pytest.approx(STEPS)
    day = moved.reshape(7, -1)
    assert day[:, : int(8 / STEP)].sum() == 0
    assert day[2, int(8 / STEP)] == pytest.approx(1 + 12 / STEP)
    assert wait == pytest.approx(0.5 * 6.0)  # half of the calls, six hours on average
    later, longer = let_in(np.ones(STEPS), hours, constant(1.0))
    assert later.reshape(7, -1)[2, int(9 / STEP)] == pytest.approx(1 + 12 / STEP)
    assert longer == pytest.approx(0.5 * 7.0)
    same, none = let_in(np.ones(STEPS), parse_week("24/7"), constant(1.0))
    assert (same == 1).all()
    assert none == 0


def test_calls_of_failures_follow_the_policy():
    """The histogram of `policies.call_time` over failures at any time and the delay's quantiles."""
    reporting = {
        "delay": {"law": "uniform", "low": 0, "high": 30},
        "profile": {"hours": [0] * 8 + [1, 3, 1, 1, 2, 2, 1, 1] + [0] * 8,
                    "days": [1] * 5 + [0, 1]},
    }  # fmt: skip
    plan = make_plan(simnet.parse({
        "reporting": reporting, "products": {"p": {}}, "start": "2026-01-05",
        "enquiries": {"q": {"per_week": 1, "call_type": "technical"}},
    }))  # fmt: skip
    shape, wait = calls_of_failures(plan)
    rng = np.random.default_rng(5)
    failed, delay = rng.uniform(0, 168, 40_000), rng.uniform(0, 30, 40_000)
    table = plan.profile_table
    calls = np.array([call_time(*table, f, d) for f, d in zip(failed, delay, strict=True)])
    count = np.bincount((calls % 168).astype(int), minlength=168) / len(calls) * 168
    hourly = shape.reshape(168, -1).mean(axis=1)
    # five standard errors of an hour's count (one of 168 fails with chance 1e-4), and the grid's
    assert (np.abs(hourly - count) < 5 * np.sqrt(hourly * 168 / 40_000) + 0.03).all()
    assert wait == pytest.approx((calls - failed).mean(), rel=0.02)


# demand


def test_demand_by_hand():
    n = network(
        horizon=1000,
        warm_up=200,
        products={
            "a": {
                "failure": exponential(500), "warranty": 300, "comes_after_warranty": 0.25,
                "modes": {"x": {"share": 1}, "y": {"share": 3}},
                "in_field": {"units": 100, "age": 100},
            }
        },
        markets={"places": {"m": {"weight": 3}, "n": {"weight": 1}}},
        enquiries={"q": {"per_week": 16.8, "call_type": "technical"},
                   "u": {"per_unit_year": 8.76, "call_type": "technical"}},
    )  # fmt: skip
    d = n.demand
    assert n.windows.tolist() == [0, 200, 400, 600, 800, 1000]
    # exponential lives: 0.2 failures a unit in 100 hours, whatever their age
    assert d.cases[0].sum() == pytest.approx(100 * 2 * 0.25, rel=2e-3)
    assert d.cases[1].sum() == pytest.approx(100 * 2 * 0.75, rel=2e-3)
    assert d.cases[1, 0].sum() == pytest.approx(100 * 2 * 0.75 * 0.75, rel=2e-3)
    # in warranty until hour 200
    assert d.in_warranty[:2].sum(axis=(0, 1)) == pytest.approx([40, 0, 0, 0, 0], rel=2e-3)
    assert d.ours[:2].sum() == pytest.approx(40 + 0.25 * 160, rel=2e-3)
    assert d.unit_hours.sum() == pytest.approx(100 * 1000)
    assert d.cases[2].sum() == pytest.approx(16.8 * 1000 / 168)
    assert d.cases[3].sum() == pytest.approx(100 * 1000 * 8.76 / 8760)
    assert d.in_warranty[2].sum() == d.ours[2].sum() == d.cases[2].sum()


def test_sales_and_the_end_of_life():
    n = network(
        horizon=8760,
        products={"a": {"failure": exponential(1e5), "modes": {"x": {"share": 1}},
                        "sales": {"per_month": 10}, "end_of_life": 2000}},
    )  # fmt: skip
    d = n.demand
    assert d.sold.sum() == pytest.approx(120)
    # sold at a steady rate, each a year's end or 2000 hours in the field
    hours = 120 / 8760 * (2000 * (8760 - 2000) + 2000**2 / 2)
    assert d.unit_hours.sum() == pytest.approx(hours, rel=2e-3)
    assert d.cases.sum() == pytest.approx(hours / 1e5, rel=5e-3)


def test_a_market_of_its_own():
    n = network(
        horizon=1000,
        products={"a": {"failure": exponential(100), "modes": {"x": {"share": 1}},
                        "in_field": {"units": 30}}},
        markets={"places": {"m": {"weight": 2}, "n": {"weight": 1},
                            "own": {"weight": 1, "in_field": {"a": {"units": 50}}}}},
    )  # fmt: skip
    count = n.demand.cases[0].sum(axis=1) / 10
    assert count == pytest.approx([15, 7.5, 50], rel=2e-3)


# hotline


def hotline(agents=4, talk=0.1, per_hour=30, **more):
    return {
        "horizon": "1 year",
        "enquiries": {"q": {"call_type": "only", "per_week": per_hour * 168}},
        "hotline": {
            "call_types": {"only": {"talk": exponential(talk), "remote_fix": 1}},
            "teams": {"all": {"shifts": [{"agents": agents, "hours": "24/7"}]}},
            **more,
        },
    }


def test_a_steady_hotline_is_erlang_c():
    n = network(**hotline())
    exact = theory.mmc(30, 0.1, 4)
    assert figure(n, "asa").value == pytest.approx(3600 * float(exact.wait), rel=2e-3)
    within = float(exact.within(20 / 3600))
    assert figure(n, "service_level").value == pytest.approx(within, rel=2e-3)
    assert figure(n, "occupancy").value == pytest.approx(0.75)
    assert figure(n, "abandonment").value == 0
    assert figure(n, "calls_offered").value == pytest.approx(30 * 8760)
    assert n.hotline[0].delayed == pytest.approx(float(exact.delayed), rel=2e-3)


def test_a_steady_hotline_with_patience_is_erlang_a():
    n = network(**hotline(agents=3, patience=exponential(0.05), redial={"chance": 0}))
    exact = theory.erlang_a(30, 0.1, 0.05, 3)
    assert figure(n, "abandonment").value == pytest.approx(float(exact.abandonment), rel=2e-3)
    assert figure(n, "asa").value == pytest.approx(3600 * float(exact.wait_answered), rel=5e-3)
    level = float(exact.within(20 / 3600))
    assert figure(n, "service_level").value == pytest.approx(level, abs=0.01)


def test_few_lines():
    n = network(**hotline(agents=2, per_hour=15, lines=5, redial={"chance": 0}))
    exact = float(theory.mmck(15, 0.1, 2, 5).blocked)
    assert n.hotline[0].blocked == pytest.approx(exact, rel=2e-3)
    assert n.hotline[0].lost == pytest.approx(n.hotline[0].blocked)


def test_calling_again():
    """Each attempt fails with the same chance g: lost for good g + ... as a geometric series."""
    n = network(**hotline(agents=2, per_hour=25, patience=exponential(0.05),
                          redial={"chance": 0.5, "attempts": 3, "delay": 1}))  # fmt: skip
    found = n.hotline[0]
    gone = found.abandonment
    tries = 1 + 0.5 * gone + (0.5 * gone) ** 2
    assert found.calls.mean() == pytest.approx(25 * tries, rel=0.02)
    lost = gone * 0.5 + gone * 0.5 * gone * 0.5 + (gone * 0.5) ** 2 * gone
    assert found.lost == pytest.approx(lost, rel=1e-9)


def test_overload_has_no_steady_state_and_says_so():
    n = network(**hotline(agents=2))
    assert "agents are asked for 150% of their time" in figure(n, "asa").warnings[0]
    nobody = network(**hotline(agents=0))
    assert math.isinf(figure(nobody, "asa").value)


# dispatch, outlets, stock


def visits(outlets, per_week=10, repair=None, **more):
    return {
        "horizon": "1 year",
        "enquiries": {"job": {"per_week": per_week, "work": {"repair": repair or exponential(2)}}},
        "markets": {"places": {"everywhere": {"lat": 0, "lon": 0}}},
        "outlets": {"places": outlets},
        **more,
    }


def test_refusals_and_channels():
    n = network(
        **visits(
            {
                "a": {"lat": 0, "lon": 0, "contract": "p"},
                "b": {"lat": 0, "lon": 1, "contract": "p"},
                "c": {"lat": 0, "lon": 2},
            }
        ),
        contracts={"p": {"refusal": 0.2, "coordination": 3}},
        dispatch={"coordination": 0.5},
    )
    assert n.allotment.share[0, 0] == pytest.approx([0.8, 0.16, 0.04])
    assert n.allotment.delay[0, 0] == pytest.approx(0.5 + 3 + 0.2 * 3)
    alone = network(**visits({"a": {"contract": "p"}}), contracts={"p": {"refusal": 0.2}})
    assert alone.allotment.share[0, 0] == pytest.approx([1.0])  # the last one has to


@pytest.mark.parametrize(
    ("policy", "first"), [("nearest", 0), ("territory", 1), ("own_first", 2), ("central_board", 0)]
)
def test_policies(policy, first):
    n = network(
        **visits({"near": {"lat": 0, "lon": 0, "contract": "partner"},
                  "same": {"lat": 0, "lon": 1, "contract": "partner", "region": "r"},
                  "own": {"lat": 0, "lon": 2}},
        markets={"places": {"m": {"lat": 0, "lon": 0, "region": "r"}}}),
        contracts={"partner": {"refusal": 0.1}},
        dispatch={"policy": policy},
    )  # fmt: skip
    assert n.allotment.share[0, 0].argmax() == first
    assert n.allotment.share[0, 0].sum() == pytest.approx(1)


def test_ways():
    n = network(**visits({"a": {"lat": 0, "lon": 1, "speed": 50, "detour": 1.2}},
                markets={"places": {"m": {"lat": 0, "lon": 0, "spread": 30}}}))  # fmt: skip
    crow = float(n.plan.crow_km[0, 0])
    # mean over the disc's radius r with density 2 r / R^2 of sqrt(crow^2 + r^2)
    mean = 1.2 * 2 / 30**2 * ((crow**2 + 900) ** 1.5 - crow**3) / 3
    assert n.allotment.km[0, 0] == pytest.approx(mean, rel=1e-4)
    assert n.allotment.way[0, 0] == pytest.approx(mean / 50, rel=1e-4)
    square = 1.2**2 * (crow**2 + 450) / 50**2
    assert n.allotment.way_squared[0, 0] == pytest.approx(square, rel=1e-4)


def test_an_outlet_that_never_closes_is_pollaczek_khinchine():
    repair = {"law": "lognormal", "mean": 2, "cv": 1.5}
    n = network(**visits({"a": {"technicians": 1, "hours": "24/7"}}, per_week=50, repair=repair))
    exact = theory.pollaczek_khinchine(50 / 168, 2, 1.5)
    assert figure(n, "wait_technician").value == pytest.approx(float(exact.wait), rel=0.02)
    assert figure(n, "utilisation").value == pytest.approx(100 / 168)


def test_second_visits_and_the_workshop():
    work = {"repair": 1, "second_repair": 3, "first_time_fix": 0.6, "workshop": 0.25}
    n = network(
        horizon="1 year",
        enquiries={"job": {"per_week": 10, "work": work}},
        outlets={"places": {"a": {"technicians": "unlimited"}}},
        logistics={"carriers": {"c": {"base": 5, "speed": None}}, "workshop": {"repair": 7}},
    )
    second = 0.4 * 0.75
    assert n.outlets.visits[0, 0] * 168 == pytest.approx(10 * (1 + second))
    assert figure(n, "wait_repair").value == pytest.approx(1 + second * 3)
    assert figure(n, "wait_workshop").value == pytest.approx(0.25 * (5 + 7 + 5))
    assert figure(n, "first_time_fix").value == pytest.approx(0.6 * 0.75)
    assert figure(n, "wait_technician").value == 0


def test_too_much_work_is_said():
    n = network(**visits({"a": {"technicians": 1, "hours": "24/7"}}, per_week=100))
    found = figure(n, "wait_technician")
    assert math.isnan(found.value)
    assert "a: more work than technicians can do" in found.warnings[0]


def test_many_outlets_lie_between_worked_out_ones():
    """More outlets than are worked out one by one: interpolated within a per cent."""
    places = {f"o{i}": {"lat": 0, "lon": i, "technicians": 1, "hours": "24/7"} for i in range(90)}
    markets = {f"m{i}": {"lat": 0, "lon": i, "weight": 1 + i} for i in range(90)}
    n = network(**visits(places, per_week=2500, repair=exponential(1), markets={"places": markets}))
    rate = n.outlets.visits[:, 0]
    exact = theory.mmc(rate, 1, 1).wait
    assert n.outlets.wait[:, 0] == pytest.approx(exact, rel=0.02, abs=2e-3)


def stock(policy, depot, per_week=10, **part):
    return network(
        horizon="1 year",
        enquiries={"job": {"per_week": per_week, "work": {"part": "p", "repair": 0}}},
        outlets={"places": {"a": {"technicians": "unlimited"}}},
        parts={"p": {"outlet_stock": policy, "depot_stock": depot, "supplier_lead_time": 100,
                     "cost": 10, **part}},
        logistics={"carriers": {"c": {"base": 48, "speed": None}}},
    )  # fmt: skip


def test_stock_by_formula():
    rate = 10 / 168
    n = stock({"base_stock": 4}, {"base_stock": 10_000})
    exact = theory.base_stock(rate, 48, 4)
    assert figure(n, "fill_rate").value == pytest.approx(float(exact.fill_rate))
    assert figure(n, "backorders").value == pytest.approx(float(exact.backorders))
    assert figure(n, "wait_part").value == pytest.approx(float(exact.wait))
    n = stock({"reorder_point": 2, "order_quantity": 3}, {"base_stock": 10_000})
    exact = theory.reorder_point(rate, 48, 2, 3)
    assert figure(n, "fill_rate").value == pytest.approx(float(exact.fill_rate))
    n = stock({"reorder_below": 2, "order_up_to": 5}, {"base_stock": 10_000})
    assert figure(n, "fill_rate").value == pytest.approx(float(exact.fill_rate))
    n = stock({"base_stock": 3}, {"base_stock": 6})
    exact = theory.echelons.exact([rate], [48], [3], 100, 6).outlets
    assert figure(n, "fill_rate").value == pytest.approx(float(exact.fill_rate[0]))
    assert figure(n, "backorders").value == pytest.approx(float(exact.backorders[0]))
    n = stock({"base_stock": 3}, {"base_stock": 10_000}, emergency=True)
    lost = theory.lost_sales(rate, 48, 3)
    assert figure(n, "fill_rate").value == pytest.approx(float(lost.fill_rate))
    assert figure(n, "wait_part").value == pytest.approx(48 * (1 - float(lost.fill_rate)))


def test_five_bases_by_the_exact_recursion():
    """0.0232 failures an hour at each of five bases, all of them bought anew in 25.31 hours."""
    names = [f"o{i}" for i in range(5)]
    n = network(
        horizon="20 years",
        markets={"places": {o: {"lat": 0, "lon": 10 * i} for i, o in enumerate(names)}},
        enquiries={"job": {"per_week": 19.488, "work": {"part": "p", "repair": 0}}},
        outlets={"defaults": {"technicians": "unlimited", "hours": "24/7"},
                 "places": {o: {"lat": 0, "lon": 10 * i} for i, o in enumerate(names)}},
        parts={"p": {"outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 2},
                     "supplier_lead_time": 25.31}},
        logistics={"carriers": {"lane": {"base": 10, "speed": None}}},
    )  # fmt: skip
    exact = theory.echelons.exact([0.0232] * 5, 10, 1, 25.31, 2).outlets
    assert float(exact.backorders.sum()) == pytest.approx(0.5288, abs=5e-5)
    assert figure(n, "backorders").value == pytest.approx(0.5288, abs=5e-5)
    assert figure(n, "fill_rate").value == pytest.approx(float(exact.fill_rate[0]), rel=1e-6)


def test_stock_under_demand_of_one_hour_a_week():
    """All demand on Monday 9 to 10, and a lead time of two days: each Monday begins full."""
    profile = {"hours": [0] * 9 + [1] + [0] * 14, "days": [1, 0, 0, 0, 0, 0, 0]}
    data = {
        "horizon": "1 year",
        "enquiries": {"job": {"per_week": 3, "profile": profile,
                              "work": {"part": "p", "repair": 0}}},
        "outlets": {"places": {"a": {"technicians": "unlimited"}}},
        "parts": {"p": {"outlet_stock": {"base_stock": 4}, "depot_stock": {"base_stock": 1000}}},
        "logistics": {"carriers": {"c": {"base": 48, "speed": None}}},
    }  # fmt: skip
    simulated = simnet.simulate(simnet.parse(data | {"horizon": "40 years"}), seed=1)
    found = figure(network(**data), "fill_rate").value
    # as if demand came evenly, 98 %: the week's profile makes the difference
    assert float(theory.base_stock(3 / 168, 48, 4).fill_rate) > 0.98
    assert found == pytest.approx(simulated.kpis["fill_rate"], abs=0.06)


def test_trucks():
    n = network(
        horizon="1 year",
        enquiries={"job": {"per_week": 7, "work": {"part": "p", "repair": 0}}},
        markets={"places": {"everywhere": {"lat": 0, "lon": 0}}},
        outlets={"places": {"a": {"technicians": "unlimited", "lat": 0, "lon": 1}}},
        parts={"p": {"outlet_stock": {"base_stock": 3}, "depot_stock": {"base_stock": 100}}},
        logistics={"lane": "fleet", "fleet": {"departures": "Mon 06:00, Thu 06:00", "per_km": 2,
                                               "per_truck_day": 10}},
    )  # fmt: skip
    assert n.stock.for_truck[0] == pytest.approx((72**2 + 96**2) / 2 / 168)
    assert n.stock.transit[0] == pytest.approx(n.plan.tours[0].hours[0])
    weeks = 8760 / 168
    trips = weeks * (2 - math.exp(-7 * 72 / 168) - math.exp(-7 * 96 / 168))
    cost = trips * n.plan.tours[0].km * 2 + 365 * 10
    assert n.costs[0]["transport"] == pytest.approx(cost, rel=1e-6)


# money


def test_money_by_hand():
    n = network(
        horizon="1 year",
        start="2026-01-01",
        products={"a": {"failure": exponential(8760), "warranty": 0, "comes_after_warranty": 1,
                        "mass": 4, "modes": {"x": {"share": 1, "part": "p", "repair": 2}},
                        "in_field": {"units": 1000}, "sales": {"per_month": 0}}},
        outlets={"places": {"a": {"technicians": 2, "hours": "24/7", "contract": "k"}}},
        parts={"p": {"cost": 10, "price": 30, "mass": 2, "depot_stock": {"base_stock": 5},
                     "outlet_stock": {"base_stock": 3}}},
        contracts={"k": {"terms": [
            {"payer": "company", "payee": "owner", "per": per, "amount": 1, "category": per,
             "when": "always"}
            for per in ("setup", "month", "technician_month", "duty_hour", "case", "visit",
                        "repair_hour", "travel_hour", "km", "part_cost", "part_price")
        ] + [{"payer": "company", "payee": "owner", "per": "case", "amount": 1, "category": "w",
              "when": "in_warranty"}]}},
        logistics={"carriers": {"c": {"base": 1, "per_shipment": 5, "per_kg": 0.5}},
                   "holding_rate": 0.1, "depot": {"per_month": 7}},
    )  # fmt: skip
    paid, income = n.costs
    expected = {
        "setup": 1, "month": 12, "technician_month": 24, "duty_hour": 2 * 8760, "case": 1000,
        "visit": 1000, "repair_hour": 2000, "part_cost": 10_000, "part_price": 30_000,
        "parts": 10_000, "transport": 1000 * (5 + 0.5 * 2), "depot": 84,
    }  # fmt: skip
    for name, amount in expected.items():
        assert paid[name] == pytest.approx(amount, rel=2e-3), name
    assert "w" not in paid
    assert "travel_hour" not in paid
    assert income == 0
    on_hand = float(theory.reorder_point(1000 / 8760, 14 * 24, 4, 1).on_hand)
    assert paid["stock holding"] > 0.1 * 10 * on_hand


def test_a_year_of_wages_and_minutes():
    data = hotline(agents=2, talk=0.05, per_hour=2, cost_per_minute=0.1)
    data["hotline"]["teams"]["all"]["wage"] = 20
    paid, _ = network(**data).costs
    assert paid["hotline"] == pytest.approx(2 * 8760 * 20)
    wait = float(theory.mmc(2, 0.05, 2).wait)
    assert paid["telephone"] == pytest.approx(2 * 8760 * 60 * (0.05 + wait) * 0.1, rel=1e-3)
