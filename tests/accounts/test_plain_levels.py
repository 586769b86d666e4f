"""Levels: every series that must be there, and its mean and peak day by day, by brute force."""

import numpy as np
import pytest
from accounts.plain import by_interval, known

import simnet
from simnet.accounts.levels import downtime


def stays(spans):
    """Steps up at each start and down at each end."""
    for start, end in spans:
        if known(start):
            yield start, 1
            yield end, -1


def duty(plain, crews):
    return stays((d.start, d.end) for d in plain.duties if d.crew in crews)


def expected_series(plain):
    """(place, level, part): (steps, initial) of all that is to be counted."""
    cases, calls, visits = plain.cases, plain.calls, plain.visits
    teams = len(plain.teams)
    found = {}
    if teams:
        served = [c for c in calls if c.agent >= 0]
        found["hotline", "queue", ""] = stays((c.queued, c.left) for c in calls), 0
        found["hotline", "busy", ""] = stays((c.left, c.ended) for c in served), 0
        found["hotline", "on duty", ""] = duty(plain, range(teams)), 0
    for o, name in enumerate(plain.outlet_names):
        mine = [c for c in cases if c.outlet == o]
        waits = [(c.part_ready, c.started) for c in mine]
        waits += [(c.part_ready_2, c.started_2) for c in mine]
        jobs = [(v.started, v.free) for v in visits if v.outlet == o]
        found[name, "queue", ""] = stays(waits), 0
        found[name, "busy", ""] = stays(jobs), 0
        found[name, "on duty", ""] = duty(plain, [teams + o]), 0
    if teams or plain.outlets:
        # whom the call could help, or who is referred to others, waits for no outlet
        sent = [c for c in cases if not known(c.closed) or c.outlet >= 0]
        found["network", "in dispatch", ""] = stays((c.triaged, c.assigned) for c in sent), 0
        found["network", "open cases", ""] = stays((c.called, c.closed) for c in cases), 0
    if plain.products:
        down = [(c.failed, c.down_until) for c in cases if c.unit >= 0]
        found["network", "units down", ""] = stays(down), 0
    for p, place in enumerate([*plain.outlet_names, "depot"]):
        for k, part in enumerate(plain.part_names):
            moves = [m for m in plain.moves if m.place == p and m.part == k]
            held = [(m.time, m.on_hand) for m in moves]
            owed = [(m.time, m.backorders) for m in moves]
            found[place, "on hand", part] = held, plain.initial_stock[p][k]
            found[place, "backorders", part] = owed, 0
    return found


def test_every_level_of_every_day(plain):
    levels, expected = plain.run.levels, expected_series(plain)
    days = plain.days()
    assert list(levels.columns) == ["place", "level", "part", "day", "mean", "peak"]
    assert list(levels.index) == list(range(len(levels)))
    assert levels["day"].dtype == np.int32
    assert all(levels[name].dtype == "category" for name in ("place", "level", "part"))
    found = {}
    for row in levels.itertuples():
        found.setdefault((row.place, row.level, row.part), []).append((row.day, row.mean, row.peak))
    assert set(found) == set(expected)
    for label, (steps, initial) in expected.items():
        levels_of_days = by_interval(steps, initial, days)
        assert [day for day, _, _ in found[label]] == list(range(len(days))), label
        means = [level for level, _ in levels_of_days]
        peaks = [peak for _, peak in levels_of_days]
        assert [level for _, level, _ in found[label]] == pytest.approx(means, abs=1e-9), label
        assert [peak for _, _, peak in found[label]] == peaks, label


def test_nothing_is_less_than_nothing(plain):
    assert (plain.run.levels["mean"] >= -1e-9).all()
    assert (plain.run.levels["peak"] >= 0).all()


def test_who_is_helped_on_the_telephone_waits_for_no_outlet():
    """Cases that the call settles are in dispatch for no time at all."""
    team = {"shifts": [{"agents": 1, "hours": "24/7"}]}
    data = {
        "horizon": 300,
        "products": {"fan": {"failure": 50, "in_field": {"units": 1},
                             "modes": {"any": {"share": 1, "remote_fix": 1}}}},
        "hotline": {"teams": {"all": team}},
        "outlets": {"places": {"here": {}}},
    }  # fmt: skip
    run = simnet.simulate(simnet.parse(data))
    assert set(run.cases["outcome"]) == {"remote_fix"}
    assert not run.levels.loc[run.levels["level"] == "in dispatch", ["mean", "peak"]].any(axis=None)


def test_what_has_left_the_field_is_not_down():
    """Down from 100 to 160, gone at 250; that it may still fail at 260 makes no unit work more."""
    fan = {"failure": 100, "in_field": {"units": 1}, "elsewhere": 60, "end_of_life": 250}
    run = simnet.simulate(simnet.parse({"horizon": 500, "products": {"fan": fan}}))
    assert run.kpis["availability"] == pytest.approx(1 - 60 / 250)
    failed, until = downtime(run.plan, run.at_horizon, 500)
    assert (until >= failed).all()
