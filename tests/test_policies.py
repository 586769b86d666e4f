from math import inf

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from simnet import policies
from simnet.plan import make_plan
from simnet.scenario import parse

FLAT = [1.0] * 168
OFFICE = ([0.0] * 8 + [1.0] * 10 + [0.0] * 6) * 5 + [0.0] * 48
LATE = [0.0] * 167 + [1.0]
TINY = [0.0] * 5 + [1e-9, 0.0, 7.0] * 50 + [3.0] * 8 + [0.0, 1e-9] * 2 + [0.0]

weeks = st.lists(st.sampled_from([0.0, 0.0, 0.1, 1.0, 3.7, 1e-9]), min_size=168, max_size=168)
profiles = st.one_of(weeks, st.sampled_from([FLAT, OFFICE, LATE, TINY])).filter(any)
times = st.one_of(st.floats(0, 20_000), st.integers(0, 20_000).map(float))
delays = st.one_of(st.just(0.0), st.floats(0, 1000), st.integers(0, 30).map(lambda n: n * 16.8))
offsets = st.integers(0, 6).map(lambda day: day * 24.0)


def table(profile):
    weights = np.array(profile) * (168 / sum(profile))
    return np.concatenate(([0.0], np.cumsum(weights))).tolist(), weights.tolist()


def call(profile, offset, failed, delay):
    return policies.call_time(*table(profile), offset, failed, delay)


@given(profiles, offsets, times, delays)
def test_nobody_calls_before_the_failure(profile, offset, failed, delay):
    assert failed <= call(profile, offset, failed, delay) < inf


@given(offsets, times, delays)
def test_without_profile_the_call_comes_after_the_delay(offset, failed, delay):
    assert call(FLAT, offset, failed, delay) == pytest.approx(failed + delay, rel=1e-12, abs=1e-9)


@given(profiles, offsets, times, delays)
@example(OFFICE, 0.0, 150.0, 0.0)  # the weekend ends the week
@example(OFFICE, 48.0, 500.0, 50 * 16.8)  # to the very end of the weekend
@example(OFFICE, 0.0, 186.5, 0.0)  # a night of the second week
@example(TINY, 0.0, 5.5, 1e-11)
@example(LATE, 0.0, 0.0, 168.0)
def test_nobody_calls_in_an_hour_without_weight(profile, offset, failed, delay):
    hour = (call(profile, offset, failed, delay) + offset) % 168
    if profile[int(hour)] == 0:
        # just at the beginning of such an hour, or by rounding of an hour of the week around it
        assert abs(hour - round(hour)) < 1e-9


@given(profiles, offsets, times)
@example(OFFICE, 0.0, 186.0)
@example(OFFICE, 0.0, 186.5)
@example(OFFICE, 120.0, 7 * 168.0 + 3)
def test_who_does_not_wait_calls_at_once_or_when_the_next_hour_begins(profile, offset, failed):
    now = failed + offset
    hour = int(now)
    if profile[hour % 168] > 0:
        expected = now
    else:
        expected = next(h for h in range(hour, hour + 169) if profile[h % 168] > 0)
    # a little weight keeps few digits of the time
    assert call(profile, offset, failed, 0.0) == pytest.approx(expected - offset, abs=1e-4)


@given(profiles, offsets, times, delays, delays)
def test_who_waits_longer_does_not_call_earlier(profile, offset, failed, delay, more):
    early = call(profile, offset, failed, delay)
    assert early <= call(profile, offset, failed, delay + more)


@settings(max_examples=50, deadline=None)
@given(profiles, offsets, times, st.floats(0, 400))
def test_the_clock_runs_by_the_profile(profile, offset, failed, delay):
    assume(min(w for w in profile if w > 0) > 1e-3)
    cumulative = table(profile)[0]

    def level(hours):
        whole, rest = divmod(hours, 168)
        return 168 * whole + np.interp(rest, range(169), cumulative)

    called = call(profile, offset, failed, delay)
    passed = level(called + offset) - level(failed + offset)
    assert passed == pytest.approx(delay, abs=1e-7)


@pytest.mark.parametrize(
    ("failed", "delay", "called"),
    [(0, 0, 8), (9, 0, 9), (19, 0, 32), (8, 3.36, 9), (17.5, 3.36, 32.5), (130, 0, 176),
     (116, 2 * 3.36, 178)],
)  # fmt: skip
def test_office_hours(failed, delay, called):
    # ten hours a day on five days: the clock runs 3.36 times as fast
    assert call(OFFICE, 0.0, failed, delay) == pytest.approx(called)


def test_the_profile_of_a_plan():
    reporting = {"profile": {"days": [1, 1, 1, 1, 1, 0, 0], "hours": [0] * 8 + [1] * 10 + [0] * 6}}
    scenario = {"enquiries": {"e": {"per_week": 1}}, "reporting": reporting, "start": "2026-01-03"}
    table = make_plan(parse(scenario)).profile_table
    assert len(table[0]) == 169
    assert len(table[1]) == 168
    assert policies.call_time(*table, 3.0, 0.0) == pytest.approx(48 + 8)  # from Saturday to Monday


openings = (
    st.lists(st.integers(0, 100), unique=True, max_size=12)
    .map(sorted)
    .map(lambda cuts: (cuts[:-1:2], cuts[1::2]))
)


@given(openings, st.integers(-2, 204).map(lambda n: n / 2))
def test_opening_and_closing(opening, now):
    starts, ends = opening
    spans = list(zip(starts, ends, strict=True))
    inside = [end for start, end in spans if start <= now < end]
    opens = policies.next_open(starts, ends, now)
    if inside:
        assert opens == now
    else:
        assert opens == min((start for start in starts if start > now), default=inf)
    assert policies.closing(starts, ends, now) == (inside[0] if inside else now)


def test_touching_intervals():
    assert policies.next_open([0.0, 5.0], [5.0, 6.0], 5.0) == 5.0
    assert policies.closing([0.0, 5.0], [5.0, 6.0], 5.0) == 6.0


def test_last_start():
    assert policies.may_start(18.0, 17.0, 1.0)
    assert not policies.may_start(18.0, 17.5, 1.0)
    assert policies.may_start(18.0, 18.0, 0.0)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(-200, 200))
def test_r_q(low, lot, position):
    ordered = policies.order_quantity(low, 0, lot, position)
    assert ordered % lot == 0
    if position > low:
        assert ordered == 0
    else:
        assert low < position + ordered <= low + lot


@given(st.integers(-1, 50), st.integers(1, 50), st.integers(-200, 200))
def test_s_s(low, more, position):
    up_to = low + more
    ordered = policies.order_quantity(low, up_to, 0, position)
    assert position + ordered == (position if position > low else up_to)


@given(st.integers(0, 50), st.integers(-200, 50))
def test_base_stock(base, position):
    assert position + policies.order_quantity(base - 1, base, 0, min(position, base)) >= min(
        position, base
    )
    ordered = policies.order_quantity(base - 1, base, 0, position)
    assert position + ordered == max(base, position)


choices = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.permutations(range(n)),
        st.lists(st.integers(-1, n - 1), max_size=2),
        st.lists(st.integers(0, 2), min_size=n, max_size=n),
        st.lists(st.sampled_from([0.0, 1.5, 7.0, inf]), min_size=n, max_size=n),
    )
)


def first(order):
    return next(iter(order), policies.NOWHERE)


@given(choices)
def test_choices_against_their_definitions(choice):
    order, refused, free, waits = choice
    willing = [outlet for outlet in order if outlet not in refused]
    nearest = first(willing)
    assert policies.first_not_refused(order, refused) == nearest
    idle = [outlet for outlet in willing if free[outlet] > 0]
    assert policies.nearest_free(order, has_free, free, refused) == first([*idle, nearest])
    wanted = [number > 1 for number in free]
    liked = [outlet for outlet in willing if wanted[outlet]]
    assert policies.preferred(order, wanted, refused) == first([*liked, nearest])
    # waits go with the order, not with the number of the outlet; sorting keeps the nearer first
    pairs = sorted((waits[order.index(outlet)], order.index(outlet)) for outlet in willing)
    best = order[pairs[0][1]] if pairs else policies.NOWHERE
    assert policies.shortest_wait(order, waits, refused) == best


def has_free(free, outlet):
    return free[outlet] > 0


def test_nobody_to_choose():
    assert policies.first_not_refused([], []) == policies.NOWHERE
    assert policies.nearest_free([2], has_free, [0, 0, 1], [2]) == policies.NOWHERE
    assert policies.shortest_wait([], [], []) == policies.NOWHERE


def test_expected_wait():
    assert policies.expected_wait(0, 2, 3.0, 0.0, 1.0) == 1.0
    assert policies.expected_wait(1, 2, 3.0, 0.0, 1.0) == 1.0
    assert policies.expected_wait(4, 2, 3.0, 5.0, 1.0) == 5.0 + 3 * 1.5 + 1.0
    assert policies.expected_wait(0, 0, 3.0, 0.0, 1.0) == inf


@given(st.floats(0, 2000), st.floats(0, 500), st.integers(0, 10_000))
def test_load(room, mass, quantity):
    loaded = policies.load(room, mass, quantity)
    assert 0 <= loaded <= quantity
    assert loaded * mass <= room + 1e-6
    if loaded < quantity:
        assert (loaded + 1) * mass > room - 1e-6


def test_load_takes_what_fits_but_for_rounding():
    assert policies.load(0.3, 0.1, 10) == 3
    assert policies.load(0.0, 0.0, 10) == 10
    assert policies.load(5.0, 6.0, 10) == 0


def test_ways():
    assert policies.road_km(3.0, 4.0, 1.3) == pytest.approx(6.5)
    assert policies.transit_time(12.0, 100.0, 50.0, 2.0) == 28.0
    assert policies.transit_time(12.0, 100.0, inf, 2.0) == 24.0


def test_mended_where():
    assert policies.mended_where(False, True, False) == policies.SCRAPPED
    assert policies.mended_where(True, False, False) == policies.AT_WORKSHOP
    assert policies.mended_where(True, True, False) == policies.AT_OUTLET
    assert policies.mended_where(True, True, True) == policies.AT_WORKSHOP
