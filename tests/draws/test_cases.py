import copy

import numpy as np
import pytest

from simnet.draws import draw
from simnet.plan import make_plan
from simnet.scenario import ScenarioError, parse

YEAR = 8760.0
PLAIN = {
    "horizon": "2 years",
    "products": {
        "p": {"failure": {"law": "exponential", "mean": "6 months"}, "in_field": {"units": 500}}
    },
}
MODE = {"repair": {"law": "gamma", "mean": 2, "cv": 0.5}, "part": "motor", "second_part": "motor",
        "first_time_fix": 0.75, "workshop": 0.1, "remote_fix": 0.3}  # fmt: skip
RICH = {
    "horizon": "2 years",
    "products": {
        "p": {
            "failure": {"law": "weibull", "mean": "8 months", "cv": 0.7},
            "modes": {"a": {"share": 2, **MODE}, "b": {"share": 1, **MODE}},
            "tiers": {"gold": {"share": 0.2}, "rest": {"share": 0.8}},
            "comes_after_warranty": 0.4,
            "sales": 200,
        }
    },
    "markets": {"places": {"a": {"spread": 20}, "b": {"weight": 2}}},
    "reporting": {"delay": {"law": "exponential", "mean": "1 day"}},
    "enquiries": {"e": {"per_week": 40, "work": {"part": "motor", "first_time_fix": 0.75}}},
    "hotline": {
        "teams": {"t": {"shifts": [{"agents": 2}]}},
        "call_types": {
            "technical": {"talk": {"law": "lognormal", "mean": "6 min", "cv": 1},
                          "after_call": {"law": "exponential", "mean": "1 min"},
                          "self_service": 0.15, "remote_fix": 0.3},
        },
        "menu": {"law": "uniform", "low": 0, "high": "1 min"},
        "patience": {"law": "exponential", "mean": "3 min"},
    },
    "dispatch": {"coordination": {"law": "exponential", "mean": 1}},
    "outlets": {"places": {"o": {"contract": "partner"}}},
    "contracts": {"partner": {"refusal": 0.1, "coordination": {"law": "exponential", "mean": 5}}},
    "parts": {"motor": {"repairable": 0.6,
                        "supplier_lead_time": {"law": "gamma", "mean": 99, "cv": 1},
                        "workshop_time": {"law": "exponential", "mean": 50}}},
    "logistics": {
        "carriers": {n: {"factor": {"law": "gamma", "mean": 1, "cv": 0.3}} for n in ("c", "d")},
        "workshop": {"repair": {"law": "exponential", "mean": 24}},
    },
}  # fmt: skip


def drawn(data, seed=1, replication=0, **changes):
    return draw(make_plan(parse({**copy.deepcopy(data), **changes})), seed, replication)


@pytest.fixture(scope="module")
def rich():
    return drawn(RICH)


def columns(cases):
    return {name: getattr(cases, name) for name in type(cases).__dataclass_fields__}


def held(column):
    """Bytes that a column takes; a broadcast dimension takes none."""
    low, high = np.lib.array_utils.byte_bounds(column)
    return high - low


def identical(one, other):
    pairs = zip(columns(one).values(), columns(other).values(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("data", [PLAIN, RICH], ids=["plain", "rich"])
def test_every_chain_of_followers_is_right(data):
    found = drawn(data)
    cases, units = found.cases, found.units
    count = len(cases)
    failures = cases.unit >= 0
    assert all(len(column) == count for column in columns(cases).values())
    assert (np.diff(cases.moment) >= 0).all()
    # each row but a unit's first is the follower of exactly one, of the same unit
    has = cases.follower >= 0
    assert (cases.unit[has] == cases.unit[cases.follower[has]]).all()
    assert (cases.follower[has] > np.flatnonzero(has)).all()
    assert np.bincount(cases.follower[has], minlength=count).tolist() == (~cases.first).tolist()
    assert len(np.unique(cases.unit[cases.first & failures])) == (cases.first & failures).sum()
    assert not has[~failures].any()
    assert (cases.time >= 0).all()
    # moments without the time of repairs, along the chain
    moment = cases.time.copy()
    for row in np.flatnonzero(has):
        moment[cases.follower[row]] = moment[row] + cases.time[cases.follower[row]]
    assert cases.moment == pytest.approx(moment, abs=1e-6)
    assert (cases.moment[cases.first] == cases.time[cases.first]).all()
    assert (cases.moment < 2 * YEAR).all()
    assert (moment[failures] >= units.sold[cases.unit[failures]]).all()
    assert (cases.market[failures] == units.market[cases.unit[failures]]).all()


def test_at_one_moment_failures_come_first_in_order_of_unit():
    fails = {"law": "constant", "value": "1 month"}
    cases = drawn(
        {"horizon": "100 days",
         "products": {"p": {"failure": fails, "in_field": {"units": 40}},
                      "q": {"failure": fails, "in_field": {"units": 40}}}}
    ).cases  # fmt: skip
    assert len(cases) == 240
    assert np.unique(cases.moment).tolist() == [730.0, 1460.0, 2190.0]
    assert cases.unit.tolist() == [*range(80)] * 3
    assert cases.first.tolist() == [True] * 80 + [False] * 160
    assert cases.follower.tolist() == [*range(80, 240)] + [-1] * 80


def test_constants_take_no_memory():
    cases = drawn(PLAIN).cases
    random = {
        "source", "market", "unit", "moment", "tier", "time", "first", "follower", "comes",
    }  # fmt: skip
    for name, column in columns(cases).items():
        if name not in random:
            assert column.strides == (0,) * column.ndim or column.strides[0] == 0, name
            assert held(column) <= 8 * 4, name
    assert sum(map(held, columns(cases).values())) < 40 * len(cases)


def test_memory_grows_with_the_cases(rich):
    each = sum(map(held, columns(rich.cases).values())) / len(rich.cases)
    assert each < 500
    more = copy.deepcopy(RICH)
    more["products"]["p"]["sales"] = 800
    cases = drawn(more).cases
    assert len(cases) > 2.5 * len(rich.cases)
    assert sum(map(held, columns(cases).values())) / len(cases) == pytest.approx(each, rel=0.01)


@pytest.mark.parametrize(
    ("name", "chance"),
    [("remote", 0.3), ("self_service", 0.15), ("second", 0.25), ("mendable", 0.6), ("again", 0.5)],
)
def test_chances(rich, name, chance):
    column = getattr(rich.cases, name)
    mean = column[:, :2].mean() if column.ndim == 2 else column.mean()
    # fails by chance once in 1e4
    assert abs(mean - chance) < 4 * np.sqrt(chance * (1 - chance) / len(rich.cases))


@pytest.mark.parametrize(
    ("name", "chance"), [("workshop", 0.1), ("comes", 0.4), ("mendable_2", 0.6)]
)
def test_chances_of_failures(rich, name, chance):
    failures = rich.cases.unit >= 0
    mean = getattr(rich.cases, name)[failures].mean()
    # fails by chance once in 1e4
    assert abs(mean - chance) < 4 * np.sqrt(chance * (1 - chance) / failures.sum())
    assert len(set(getattr(rich.cases, name)[~failures])) == 1 or name == "mendable_2"


@pytest.mark.parametrize(
    ("name", "mean", "sd"),
    [("menu", 1 / 120, 1 / 120 / np.sqrt(3)), ("talk", 0.1, 0.1), ("after_call", 1 / 60, 1 / 60),
     ("patience", 0.05, 0.05), ("redial", 0.5, 0.5), ("desk", 1, 1), ("lead", 99, 99),
     ("mend", 50, 50), ("bench", 24, 24), ("transit", 1, 0.3), ("transit_2", 1, 0.3),
     ("transit_back", 1, 0.3), ("refuse", 0.5, 1 / np.sqrt(12))],
)  # fmt: skip
def test_means(rich, name, mean, sd):
    column = getattr(rich.cases, name)
    # fails by chance once in 1e4
    assert abs(column.mean() - mean) < 4 * sd / np.sqrt(column.size)
    if column.ndim == 2:  # side by side, they are not the same numbers
        assert abs(np.corrcoef(column[:, 0], column[:, 1])[0, 1]) < 4.5 / np.sqrt(len(column))


def test_columns_are_independent(rich):
    cases, failures = rich.cases, rich.cases.unit >= 0
    names = ("delay", "menu", "talk", "desk", "repair", "lead", "bench", "mend", "time", "remote")
    table = np.array([getattr(cases, name)[failures].argsort().argsort() for name in names])
    found = np.corrcoef(table)[np.triu_indices(len(names), 1)]
    # 45 pairs: fails by chance once in 1e4
    assert np.abs(found).max() < 5 / np.sqrt(failures.sum())


def test_customers_live_over_the_disc_of_their_market(rich):
    off, market = rich.cases.off, rich.cases.market
    assert (off[market == 1] == 0).all()
    inside = off[market == 0] / 20
    assert inside.max() < 1
    # the square is uniform; fails by chance once in 1e4
    assert abs((inside**2).mean() - 0.5) < 4 / np.sqrt(12 * len(inside))


def test_the_tier_goes_with_the_unit(rich):
    cases = rich.cases
    failures = cases.unit >= 0
    tiers = np.full(len(rich.units.sold), -1)
    tiers[cases.unit[failures]] = cases.tier[failures]
    assert (tiers[cases.unit[failures]] == cases.tier[failures]).all()
    known = tiers[tiers >= 0]
    # fails by chance once in 1e4
    assert abs((known == 0).mean() - 0.2) < 4 * np.sqrt(0.16 / len(known))


def test_contracts_that_nobody_has_are_not_drawn(rich):
    names = list(parse(copy.deepcopy(RICH)).contracts)
    means = dict(zip(names, rich.cases.coordination.mean(axis=0), strict=True))
    # fails by chance once in 1e4
    assert abs(means.pop("partner") - 5) < 4 * 5 / np.sqrt(len(rich.cases))
    assert set(means.values()) == {0.0}


def test_replications(rich):
    again, other, seed = drawn(RICH), drawn(RICH, replication=1), drawn(RICH, seed=2)
    assert identical(rich.cases, again.cases)
    assert np.array_equal(rich.staff.start, again.staff.start)
    for different in (other, seed):
        assert not np.array_equal(rich.units.sold[:50], different.units.sold[:50])
        assert not np.array_equal(rich.cases.talk[:50], different.cases.talk[:50])


def test_a_change_of_the_network_leaves_the_demand(rich):
    data = copy.deepcopy(RICH)
    data["outlets"]["places"]["o"]["technicians"] = 9
    data["products"]["p"] |= {"warranty": "5 years", "price": 100}
    data["hotline"]["teams"]["t"]["shifts"][0]["agents"] = 30
    data["logistics"]["depot"] = {"lat": 50, "lon": 10}
    assert identical(rich.cases, drawn(data).cases)


def test_a_law_changes_its_own_column_only(rich):
    data = copy.deepcopy(RICH)
    data["hotline"]["menu"] = {"law": "exponential", "mean": 1}
    one, other = columns(rich.cases), columns(drawn(data).cases)
    assert [n for n in one if not np.array_equal(one[n], other[n])] == ["menu"]


@pytest.mark.parametrize(
    "data",
    [
        {"enquiries": {"e": {"per_week": 10}}},
        {"enquiries": {"e": {"per_week": 10}}, "hotline": RICH["hotline"]},
        {"enquiries": {"e": {"per_week": 0}}, "hotline": RICH["hotline"]},
        {"products": {"p": {"sales": 5}}},
        {**RICH, "horizon": "1 h"},
    ],
    ids=["enquiries", "hotline", "nothing asked", "nothing fails", "one hour"],
)
def test_networks_with_little_in_them(data):
    cases = drawn({"horizon": "20 weeks", **data}).cases
    assert (len(cases) > 100) == (data.get("enquiries") == {"e": {"per_week": 10}})
    assert (cases.follower == -1).all()
    assert cases.first.all()
    assert cases.transit.shape[0] == cases.patience.shape[0] == len(cases)


def test_huge_demand_is_refused():
    data = copy.deepcopy(RICH)
    data["products"]["p"]["failure"] = {"law": "exponential", "mean": "1 s"}
    with pytest.raises(ScenarioError, match=r"its mean is 0\.000278 hours: is its unit right"):
        drawn(data)
