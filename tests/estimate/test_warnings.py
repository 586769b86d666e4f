"""Loads and warnings before anything runs, against what is known or simulated."""

import pytest

import simnet
from simnet.estimate import Network, hotline_table, stock_table, warnings
from simnet.plan import make_plan


def look(**data):
    return Network(make_plan(simnet.parse(data)))


def hotline(horizon, team=None, **more):
    team = team or {"shifts": [{"agents": 2, "hours": "24/7"}]}
    return look(
        horizon=horizon,
        enquiries={"question": {"call_type": "only", "per_week": 840}},
        hotline={"call_types": {"only": {"talk": 0.1, "remote_fix": 1}, **more},
                 "teams": {"all": team}},
    )  # fmt: skip


@pytest.mark.parametrize("horizon", ["1 day", "1 week", "2 weeks", "8 weeks", "1 year"])
def test_a_quiet_hotline_is_quiet_however_short_the_horizon(horizon):
    """84 erlang-hours a week for 2 x 168: 25 %."""
    seen = hotline(horizon)
    assert warnings(seen) == []
    table = hotline_table(seen)
    assert table["erlangs"].sum() == pytest.approx(84)
    assert table["load"].mean() == pytest.approx(0.25)


@pytest.mark.parametrize("horizon", ["1 day", "5 days", "8 days", "1 year"])
def test_office_hours_of_a_short_horizon(horizon):
    """From a Thursday on, one agent with a third of the work that he could do."""
    profile = {"hours": [0] * 8 + [1] * 10 + [0] * 6, "days": [1, 1, 1, 1, 1, 0, 0]}
    seen = look(
        horizon=horizon,
        enquiries={"q": {"call_type": "only", "per_week": 167, "profile": profile}},
        hotline={"call_types": {"only": {"talk": 0.1, "remote_fix": 1}},
                 "teams": {"all": {"shifts": [{"agents": 1, "hours": "Mon-Fri 08:00-18:00"}]}}},
    )  # fmt: skip
    assert warnings(seen) == []
    table = hotline_table(seen)
    assert table["erlangs"].sum() / table["agents"].sum() == pytest.approx(16.7 / 50, rel=0.01)


def test_work_that_comes_in_a_break_waits_for_its_end():
    team = {"shifts": [{"agents": 4, "hours": "08:00-18:00", "breaks": "12:00-13:00"}]}
    seen = hotline_table(hotline("1 year", team))
    assert (seen["agents"][[11, 12, 13]] == [4, 0, 4]).all()
    # who called in the break still waits at its end
    assert seen.loc[13, "wait"] > 2 * seen.loc[16, "wait"]
    assert (seen["abandonment"] <= 1).all()


def test_a_skill_that_nobody_has_time_for_is_seen():
    data = {
        "horizon": "1 year",
        "enquiries": {"q": {"call_type": "hard", "per_week": 400}},
        "hotline": {
            "call_types": {"hard": {"talk": 0.1}, "easy": {}},
            "teams": {"a": {"shifts": [{"agents": 0, "hours": "24/7"}], "skills": ["hard"]},
                      "b": {"shifts": [{"agents": 9, "hours": "24/7"}], "skills": ["easy"]}},
        },
    }  # fmt: skip
    assert warnings(look(**data))[0] == "calls of type hard find no agent who takes them"


def test_nobody_at_all_is_said_in_words():
    nobody = hotline("1 year", {"shifts": [{"agents": 0}]})
    assert warnings(nobody) == ["the hotline has no agents at all"]
    seen = look(
        enquiries={"job": {"per_week": 5, "work": {}}},
        outlets={"places": {"here": {"technicians": 0, "hours": "24/7"}}},
    )
    assert warnings(seen) == ["outlet here has no technicians, but work to do"]


def test_parts_without_outlets():
    seen = look(
        enquiries={"job": {"per_week": 5, "work": {"part": "pump"}}}, parts={"pump": {"cost": 1}}
    )
    assert stock_table(seen)["demand"].tolist() == [0.0]
    assert warnings(seen) == []


def stock(**part):
    more = {key: part.pop(key) for key in ("second",) if key in part}
    work = {"part": "pump", "repair": 0}
    if "second" in more:
        work = {"repair": 0, "first_time_fix": 0.5, "second_part": "pump"}
    return {
        "horizon": "20 years",
        "warm_up": "2 years",
        "enquiries": {"demand": {"per_week": 5, "work": work}},
        "outlets": {"places": {"shelf": {"technicians": "unlimited", "hours": "24/7"}}},
        "parts": {"pump": part},
        "logistics": {"carriers": {"road": {"base": "5 days", "speed": None}}},
    }


@pytest.mark.parametrize(
    "part",
    [
        {"outlet_stock": {"base_stock": 6}, "depot_stock": {"base_stock": 8}},
        {"outlet_stock": {"base_stock": 6}, "depot_stock": {"base_stock": 0}},
        {"outlet_stock": {"base_stock": 5}, "depot_stock": {"reorder_point": 5,
                                                            "order_quantity": 10}},
        {"outlet_stock": {"base_stock": 8}, "depot_stock": {"base_stock": 20}, "repairable": 1.0,
         "workshop_time": "10 days"},
        {"outlet_stock": {"base_stock": 3}, "depot_stock": {"base_stock": 8}, "second": True},
    ],
    ids=["two echelons", "empty depot", "lots", "mended", "second visits"],
)  # fmt: skip
def test_expected_fill_rate_is_near_the_simulated_one(part):
    """METRIC is an approximation, a few points off; the run's own error is about a point. It is
    low by nine where the depot orders in lots: outlets that wait then wait in bunches."""
    data = stock(**part)
    seen = look(**data)
    found = simnet.simulate(simnet.parse(data)).kpis["fill_rate"]
    near = 0.08 if "base_stock" in part["depot_stock"] else 0.1
    assert stock_table(seen).loc["pump", "fill rate"] == pytest.approx(found, abs=near)


def test_a_fleet_that_cannot_take_it_all():
    data = stock(outlet_stock={"base_stock": 50}, depot_stock={"base_stock": 99}, mass=10)
    data["markets"] = {"places": {"town": {"lat": 1.0, "lon": 0}}}
    data["outlets"]["places"]["shelf"] |= {"lat": 1.0, "lon": 0}
    data["logistics"]["depot"] = {"lat": 0.0, "lon": 0.0}
    data["logistics"] |= {"lane": "fleet", "fleet": {"departures": "Mon 06:00", "capacity": 40}}
    assert any("the fleet takes at most 40 kg a week" in text for text in warnings(look(**data)))
    data["logistics"]["fleet"]["capacity"] = 400
    assert not any("fleet" in text for text in warnings(look(**data)))


def repair_loop(workshop=None, **part):
    return look(
        horizon="1 year",
        enquiries={"job": {"per_week": 42, "work": {"part": "pump"}}},
        outlets={"places": {"here": {"technicians": "unlimited", "hours": "24/7"}}},
        parts={"pump": {"outlet_stock": {"base_stock": 20}, "depot_stock": {"base_stock": 90},
                        "repairable": 1, "workshop_time": 3, **part}},
        logistics={"workshop": workshop or {}},
    )  # fmt: skip


def test_a_bench_that_failed_parts_overload():
    """42 parts of 3 h a week for one who is there for 40, or for four."""
    bench = {"mends_parts": True, "hours": "Mon-Fri 08:00-16:00"}
    assert warnings(repair_loop(bench | {"technicians": 1})) == [
        "the workshop is asked for 315% of its technicians' time: its queue will grow"
    ]
    assert warnings(repair_loop(bench | {"technicians": 4})) == []
    assert warnings(repair_loop(bench | {"technicians": 1}, mended_at_outlet=0.8)) == []
    assert warnings(repair_loop({"technicians": 1, "hours": bench["hours"]})) == []


def test_a_share_of_nothing():
    assert warnings(repair_loop(repairable=0, mended_at_outlet=0.5)) == [
        "part pump: outlets mend a share of what is repairable, and nothing is"
    ]
