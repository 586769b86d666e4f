import numpy as np
import pytest

from simnet.draws.staff import draw_staff
from simnet.draws.streams import Streams
from simnet.plan import make_plan
from simnet.scenario import parse

WEEKS = 10


def staff_of(team=None, outlet=None, seed=1, **scenario):
    data = {"start": "2026-01-05", "horizon": f"{WEEKS} weeks", "follow_up": 0, **scenario}
    data["enquiries"] = {"e": {"per_week": 1}}
    if team is not None:
        data["hotline"] = {"teams": {"t": team}}
    if outlet is not None:
        data["outlets"] = {"places": {"o": outlet}}
    return draw_staff(make_plan(parse(data)), Streams(seed, 0))


def hours(staff, crew=0):
    """Duty hours of the people of one crew."""
    length = np.bincount(staff.person, staff.end - staff.start, minlength=len(staff.crew))
    return length[staff.crew == crew]


def check(staff):
    """Intervals of a person ascend and do not overlap."""
    assert (np.diff(staff.person) >= 0).all()
    assert (staff.end > staff.start).all()
    same = staff.person[1:] == staff.person[:-1]
    assert (staff.start[1:] >= staff.end[:-1] - 1e-9)[same].all()


@pytest.mark.parametrize("shrinkage", [0.0, 0.3])
@pytest.mark.parametrize(
    ("text", "week"),
    [("Mon-Fri 09:00-17:00", 40), ("24/7", 168), ("Mon-Sun 22:00-06:00, Sat 09:00-12:00", 59)],
)
def test_duty_hours_add_up(text, week, shrinkage):
    team = {"shifts": [{"agents": 7, "hours": text}], "shrinkage": shrinkage}
    staff = staff_of(team)
    check(staff)
    assert len(hours(staff)) == 7
    assert hours(staff) == pytest.approx(week * WEEKS * (1 - shrinkage))


def test_shifts_and_their_breaks():
    shifts = [
        {"agents": 2, "hours": "Mon-Fri 08:00-16:00", "breaks": "Mon-Sun 12:00-12:30"},
        {"agents": 1, "hours": "Sat 10:00-14:00", "breaks": "Sat 13:00-15:00"},
    ]
    staff = staff_of({"shifts": shifts})
    check(staff)
    assert hours(staff) == pytest.approx([37.5 * WEEKS, 37.5 * WEEKS, 3 * WEEKS])
    mine = staff.person == 0
    assert list(zip(staff.start[mine], staff.end[mine], strict=True))[:2] == [(8, 12), (12.5, 16)]


def test_the_start_has_its_day_of_the_week():
    staff = staff_of({"shifts": [{"agents": 1, "hours": "Mon 09:00-17:00"}]}, start="2026-01-01")
    assert staff.start[0] == 4 * 24 + 9  # a Thursday


def on_duty(staff, time):
    return ((staff.start <= time) & (time < staff.end)).sum()


@pytest.mark.parametrize(("text", "times"), [
    ("Mon 08:00-16:00", [8, 8.01, 9, 10.5, 12, 14, 15.9, 15.99]),
    ("24/7", [0, 0.1, 12, 23.9, 24, 24.1, 100]),
])  # fmt: skip
def test_absence_is_uniform_over_the_shift(text, times):
    agents = 4000
    staff = staff_of(
        {"shifts": [{"agents": agents, "hours": text}], "shrinkage": 0.3}, horizon="1 week"
    )
    check(staff)
    for time in times:
        # fails by chance once in 1e4
        assert abs(on_duty(staff, time) - 0.7 * agents) < 4 * np.sqrt(0.21 * agents)


def test_absences_of_people_and_days_are_independent():
    staff = staff_of({"shifts": [{"agents": 400, "hours": "24/7"}], "shrinkage": 0.5})
    at = [on_duty(staff, 24.0 * day + 12) for day in range(7 * WEEKS)]
    # variance of a binomial; fails by chance about once in 1e4 (70 values, chi-square)
    assert 35 < np.var(at) < 200


def test_outlets_and_workshop():
    outlet = {"technicians": 3, "hours": "Mon-Fri 08:00-18:00", "capacity_share": 0.25}
    workshop = {"technicians": 2, "hours": "Mon 00:00-10:00"}
    team = {"shifts": [{"agents": 1, "hours": "24/7"}]}
    staff = staff_of(team, outlet, logistics={"workshop": workshop})
    check(staff)
    assert staff.crew.tolist() == [0, 1, 1, 1, 2, 2]
    assert hours(staff, 1) == pytest.approx([12.5 * WEEKS] * 3)
    assert hours(staff, 2) == pytest.approx([10 * WEEKS] * 2)


def test_one_more_agent_leaves_the_others():
    def drawn(agents):
        return staff_of({"shifts": [{"agents": agents, "hours": "24/7"}], "shrinkage": 0.2})

    few, many = drawn(3), drawn(4)
    same = many.person < 3
    assert np.array_equal(few.start, many.start[same])
    assert np.array_equal(few.end, many.end[same])


def test_nobody():
    staff = staff_of(outlet={"technicians": "unlimited"})
    assert len(staff.crew) == len(staff.start) == 0
    assert len(staff_of({"shifts": [{"agents": 0}]}).crew) == 0
    # a shift that does not come before the end
    staff = staff_of({"shifts": [{"agents": 2, "hours": "Sun 10:00-12:00"}]}, horizon="3 days")
    assert hours(staff).tolist() == [0, 0]
