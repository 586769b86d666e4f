"""Hours on duty and outside of it, against a sum over every interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simnet
from simnet.accounts.duty import Duty
from simnet.draws import Staff


def outside(staff, person, start, end):
    """Hours of each piece of work less those that lie in an interval of the person."""
    return [
        b - a
        - sum(
            max(0.0, min(b, off) - max(a, on))
            for q, on, off in zip(staff.person, staff.start, staff.end, strict=True)
            if p == q
        )
        for p, a, b in zip(person, start, end, strict=True)
    ]  # fmt: skip


@st.composite
def staffs(draw):
    people = draw(st.integers(1, 5))
    person, start, end = [], [], []
    for i in range(people):
        cuts = sorted(draw(st.sets(st.integers(0, 400), max_size=10)))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False):
            person.append(i)
            start.append(a / 4)
            end.append(b / 4)
    ints = np.array(person, dtype=np.int32)
    return Staff(np.zeros(people, np.int32), ints, np.array(start), np.array(end))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    staffs(),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 500), st.integers(0, 300)), min_size=1),
)
def test_overtime_against_brute_force(staff, asked):
    """All on quarters of an hour: exact."""
    person = np.array([min(p, len(staff.crew) - 1) for p, _, _ in asked], dtype=np.int32)
    start = np.array([a / 4 for _, a, _ in asked])
    end = start + np.array([b / 4 for *_, b in asked])
    duty, expected = Duty.of(staff), outside(staff, person, start, end)
    assert duty.overtime(person, start, end).tolist() == expected
    # what lies within one duty has none; the rest may have
    within = np.setdiff1d(np.arange(len(asked)), duty.overrun(person, start, end))
    assert all(expected[i] == 0 for i in within)


@pytest.mark.parametrize("share", [1, 0.6])
def test_overtime_of_absent_technicians(share):
    rng = np.random.default_rng(1)
    outlet = {"technicians": 7, "hours": "Mon-Fri 08:00-12:00 13:00-17:00", "capacity_share": share}
    data = {
        "horizon": 500,
        "enquiries": {"q": {"per_week": 1}},
        "outlets": {"places": {"a": outlet}},
    }
    staff = simnet.simulate(simnet.parse(data)).records.staff
    person = rng.integers(0, 7, 400).astype(np.int32)
    start = np.concatenate((rng.uniform(0, 500, 200), rng.integers(0, 500, 200)))
    end = start + rng.choice([0.5, 1, 9, 40], 400)
    duty, expected = Duty.of(staff), np.array(outside(staff, person, start, end))
    np.testing.assert_allclose(duty.overtime(person, start, end), expected, rtol=0, atol=1e-9)
    inside = np.setdiff1d(np.arange(400), duty.overrun(person, start, end))
    assert len(inside) > 5
    np.testing.assert_allclose(expected[inside], 0, atol=1e-9)
