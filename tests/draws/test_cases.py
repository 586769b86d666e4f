import copy
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from simnet.draws import CaseTable, draw
from simnet.draws.column import SPAN, Column
from simnet.engine import ENGINES, run
from simnet.plan import make_plan
from simnet.records import Kind
from simnet.scenario import ScenarioError, parse

YEAR = 8760.0
PLAIN = {
    "horizon": "2 years",
    "follow_up": 0,
    "products": {
        "p": {"failure": {"law": "exponential", "mean": "6 months"}, "in_field": {"units": 500}}
    },
}
MODE = {"repair": {"law": "gamma", "mean": 2, "cv": 0.5}, "part": "motor", "second_part": "motor",
        "first_time_fix": 0.75, "workshop": 0.1, "remote_fix": 0.3}  # fmt: skip
RICH = {
    "horizon": "2 years",
    "follow_up": 0,
    "products": {
        "p": {
            "failure": {"law": "weibull", "mean": "8 months", "cv": 0.7},
            "modes": {"a": {"share": 2, **MODE}, "b": {"share": 1, **MODE}},
            "tiers": {"gold": {"share": 0.2}, "rest": {"share": 0.8}},
            "comes_after_warranty": 0.4,
            "sales": 1000,
        }
    },
    "markets": {"places": {"a": {"spread": 20}, "b": {"weight": 2}}},
    "reporting": {"delay": {"law": "exponential", "mean": "1 day"}},
    "enquiries": {"e": {"per_week": 200, "work": {"part": "motor", "first_time_fix": 0.75}}},
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
    "parts": {"motor": {"repairable": 0.6, "emergency": True,
                        "supplier_lead_time": {"law": "gamma", "mean": 99, "cv": 1},
                        "workshop_time": {"law": "exponential", "mean": 50},
                        "mended_at_outlet": 0.3,
                        "outlet_time": {"law": "exponential", "mean": 20}}},
    "logistics": {
        "carriers": {n: {"factor": {"law": "gamma", "mean": 1, "cv": 0.3}}
                     for n in ("c", "d", "idle")},
        "emergency": "d",
        "workshop": {"repair": {"law": "exponential", "mean": 24}},
    },
}  # fmt: skip


def packed(data, seed=1, replication=0, **changes):
    """The draws as they are held."""
    return draw(make_plan(parse({**copy.deepcopy(data), **changes})), seed, replication)


def drawn(data, *arguments, **changes):
    """The draws, every column of them a plain array: (cases,), or (cases, k), 0 for whom it is not
    held."""
    found = packed(data, *arguments, **changes)
    return SimpleNamespace(cases=Plain(found.cases), units=found.units, staff=found.staff)


class Plain:
    """A case table's columns in full."""

    def __init__(self, cases):
        self.count = len(cases)
        for name in vars(cases):
            setattr(self, name, cases.full(name))

    def __len__(self):
        return self.count


@pytest.fixture(scope="module")
def rich():
    return drawn(RICH)


def columns(cases):
    return {name: getattr(cases, name) for name in CaseTable.__dataclass_fields__}


def usable(cases, closes=False):
    """Which numbers of RICH can be used, in the shape of each column: all others are not drawn.

    closes: whether the hotline has opening hours.
    """
    count, speaks = len(cases), ~cases.self_service
    everyone, nobody = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    # who comes as far as each attempt
    calls = np.column_stack([everyone, cases.again[:, :-1]])
    visit = speaks & ~cases.remote
    sent = visit & cases.workshop
    twice = visit & cases.second & ~cases.workshop
    part, second_part = visit & (cases.part >= 0), twice & (cases.second_part >= 0)
    mended, mended_2 = part & cases.mendable, second_part & cases.mendable_2
    return {
        "menu": everyone, "self_service": everyone, "remote": speaks,
        "talk": speaks, "after_call": speaks,
        "again": calls, "patience": calls & speaks[:, None],
        "redial": calls if closes else cases.again,
        # the second outlet is asked only where the first one, which may be a partner, refuses
        "desk": visit, "refuse": np.column_stack([visit, visit & (cases.refuse[:, 0] < 0.1)]),
        # company, partner and agent: only the partner has an outlet
        "coordination": np.column_stack([nobody, visit, nobody]),
        "off": visit & (cases.market == 0),
        "repair": visit, "second": visit, "second_repair": twice,
        "workshop": visit, "bench": sent,
        # the lane, the emergency carrier and one that nobody uses
        "transit": np.column_stack([part, part, nobody]),
        "transit_2": np.column_stack([second_part, second_part, nobody]),
        "transit_back": np.column_stack([mended, mended_2, sent, sent]),
        "lead": part, "mendable": part, "mend": mended,
        "lead_2": second_part, "mendable_2": second_part, "mend_2": mended_2,
        "at_outlet": mended, "mend_at_outlet": mended & cases.at_outlet,
        "at_outlet_2": mended_2, "mend_at_outlet_2": mended_2 & cases.at_outlet_2,
    }  # fmt: skip


def values(cases, name):
    """The numbers of a column of RICH that can be used, in one row.

    Of repairs only those of failures: an enquiry's takes an hour.
    """
    rows = usable(cases)[name]
    if name in ("repair", "second_repair"):
        rows = rows & (cases.unit >= 0)
    return getattr(cases, name)[rows]


def held(cases):
    """Bytes that a table takes; what a broadcast dimension repeats takes none."""
    arrays = {}
    for column in columns(cases).values():
        for one in column if isinstance(column, tuple) else (column,):
            parts = [one]
            if isinstance(one, Column):
                parts = (
                    [one.values] if one.of is None else [one.values, one.of.before, one.of.within]
                )
            arrays |= {id(part): part for part in parts}
    bounds = [np.lib.array_utils.byte_bounds(array) for array in arrays.values()]
    return sum(high - low for low, high in bounds)


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
    assert (cases.gap >= 0).all()
    assert not cases.gap[cases.first].any()
    # moments without the time of repairs, along the chain
    moment = np.where(cases.first, cases.moment, 0.0)
    for row in np.flatnonzero(has):
        moment[cases.follower[row]] = moment[row] + cases.gap[cases.follower[row]]
    assert cases.moment == pytest.approx(moment, abs=1e-6)
    assert (cases.moment < 2 * YEAR).all()
    assert (moment[failures] >= units.sold[cases.unit[failures]]).all()
    assert (cases.market[failures] == units.market[cases.unit[failures]]).all()


def test_at_one_moment_failures_come_first_in_order_of_unit():
    fails = {"law": "constant", "value": "1 month"}
    cases = drawn(
        {"horizon": "100 days", "follow_up": 0,
         "products": {"p": {"failure": fails, "in_field": {"units": 40}},
                      "q": {"failure": fails, "in_field": {"units": 40}}}}
    ).cases  # fmt: skip
    assert len(cases) == 240
    assert np.unique(cases.moment).tolist() == [730.0, 1460.0, 2190.0]
    assert cases.unit.tolist() == [*range(80)] * 3
    assert cases.first.tolist() == [True] * 80 + [False] * 160
    assert cases.follower.tolist() == [*range(80, 240)] + [-1] * 80


def test_constants_take_no_memory():
    found = packed(PLAIN).cases
    cases = Plain(found)
    random = {"source", "market", "unit", "moment", "tier", "gap", "first", "follower", "comes"}
    for name, column in columns(cases).items():
        if name not in random:
            assert column.strides[0] == 0, name
    assert held(found) < 40 * len(cases)


def test_memory_grows_with_the_cases():
    found = packed(RICH).cases
    each = held(found) / len(found)
    assert each < 250
    more = copy.deepcopy(RICH)
    more["products"]["p"]["sales"] = 4000
    cases = packed(more).cases
    assert len(cases) > 2.5 * len(found)
    assert held(cases) / len(cases) == pytest.approx(each, rel=0.05)


def test_a_block_ends_where_it_will(monkeypatch):
    whole = packed(RICH)
    monkeypatch.setattr("simnet.draws.cases.BLOCK", 2 * SPAN)
    monkeypatch.setattr("simnet.draws.failures.BLOCK", 77)
    in_blocks = packed(RICH)
    assert len(whole.cases) > 4 * SPAN
    assert identical(Plain(whole.cases), Plain(in_blocks.cases))


@pytest.mark.parametrize(
    ("name", "chance"),
    [("remote", 0.3), ("self_service", 0.15), ("second", 0.25), ("mendable", 0.6), ("again", 0.5)],
)
def test_chances(rich, name, chance):
    rows = usable(rich.cases)[name]
    if name == "again":  # nobody calls a fourth time
        assert not rich.cases.again[:, 2].any()
        rows = rows & [True, True, False]
    found = getattr(rich.cases, name)[rows]
    # fails by chance once in 1e4
    assert abs(found.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / len(found))


@pytest.mark.parametrize(
    ("name", "chance"), [("workshop", 0.1), ("comes", 0.4), ("mendable_2", 0.6)]
)
def test_chances_of_failures(rich, name, chance):
    failures = rich.cases.unit >= 0
    column = getattr(rich.cases, name)
    found = column[failures & usable(rich.cases).get(name, True)]
    # fails by chance once in 1e4
    assert abs(found.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / len(found))
    assert len(set(column[~failures])) == 1


@pytest.mark.parametrize(
    ("name", "mean", "sd"),
    [("menu", 1 / 120, 1 / 120 / np.sqrt(3)), ("talk", 0.1, 0.1), ("after_call", 1 / 60, 1 / 60),
     ("patience", 0.05, 0.05), ("redial", 0.5, 0.5), ("desk", 1, 1), ("lead", 99, 99),
     ("mend", 50, 50), ("bench", 24, 24), ("transit", 1, 0.3), ("transit_2", 1, 0.3),
     ("transit_back", 1, 0.3), ("refuse", 0.5, 1 / np.sqrt(12)), ("repair", 2, 1),
     ("second_repair", 2, 1), ("lead_2", 99, 99), ("mend_2", 50, 50)],
)  # fmt: skip
def test_means(rich, name, mean, sd):
    found = values(rich.cases, name)
    # fails by chance once in 1e4
    assert abs(found.mean() - mean) < 4 * sd / np.sqrt(len(found))
    column, rows = getattr(rich.cases, name), usable(rich.cases)[name]
    if column.ndim == 2:  # side by side, they are not the same numbers
        both = rows[:, 0] & rows[:, 1]
        one, other = column[both, 0], column[both, 1]
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(len(one))


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("menu", stats.uniform(0, 1 / 60)),
        ("talk", stats.lognorm(np.sqrt(np.log(2)), scale=0.1 / np.sqrt(2))),
        ("after_call", stats.expon(scale=1 / 60)),
        ("patience", stats.expon(scale=0.05)),
        ("redial", stats.expon(scale=0.5)),
        ("desk", stats.expon(scale=1)),
        ("refuse", stats.uniform()),
        ("coordination", stats.expon(scale=5)),
        ("off", stats.powerlaw(2, scale=20)),
        ("repair", stats.gamma(4, scale=0.5)),
        ("second_repair", stats.gamma(4, scale=0.5)),
        ("bench", stats.expon(scale=24)),
        ("transit", stats.gamma(1 / 0.09, scale=0.09)),
        ("transit_2", stats.gamma(1 / 0.09, scale=0.09)),
        ("transit_back", stats.gamma(1 / 0.09, scale=0.09)),
        ("lead", stats.expon(scale=99)),
        ("lead_2", stats.expon(scale=99)),
        ("mend", stats.expon(scale=50)),
        ("mend_2", stats.expon(scale=50)),
    ],
)
def test_what_is_used_follows_its_law(rich, name, law):
    found = values(rich.cases, name)
    assert len(found) > 1000
    # fails by chance once in 1e4
    assert stats.kstest(found, law.cdf).pvalue > 1e-4


CLOSES = {**RICH["hotline"], "hours": "Mon-Fri 09:00-17:00"}
WORK = {"part": "motor", "part_chance": 0.7, "first_time_fix": 0.75, "second_part": "motor"}
CALLS = {"menu", "self_service", "remote", "talk", "after_call", "again", "patience", "redial"}


@pytest.mark.parametrize(
    ("changes", "constants"),
    [
        ({}, set()),
        ({"hotline": CLOSES}, set()),
        ({"enquiries": {"e": {"per_week": 200, "work": WORK}, "ask": {"per_week": 90}}}, set()),
        ({"hotline": None}, CALLS),
    ],
    ids=["rich", "hotline closes", "part or none", "no hotline"],
)
def test_what_cannot_be_used_is_not_drawn(changes, constants):
    cases = drawn(RICH, **changes).cases
    # sources: two failure modes, and the enquiries with and without work
    e, ask = cases.source == 2, cases.source == 3
    looked_at = usable(cases, closes=changes.get("hotline") == CLOSES)
    assert {n for n in looked_at if getattr(cases, n).strides[0] == 0} == constants
    for name in looked_at.keys() - constants:
        column, rows = getattr(cases, name), looked_at[name]
        # a source's own constant is not random
        if name in ("repair", "second_repair"):
            assert (column[e & rows] == 1).all()
            column, rows = column[~e], rows[~e]
        if name == "remote":
            assert column[ask].all()
            column, rows = column[~ask], rows[~ask]
        if column.dtype == bool:
            assert not column[~rows].any(), name
            assert 0 < column.sum() < rows.sum(), name
        else:  # no law here gives 0
            assert np.array_equal(column != 0, rows), name


def test_columns_are_independent(rich):
    cases, failures = rich.cases, rich.cases.unit >= 0
    rows = usable(cases)
    names = ("delay", "menu", "talk", "desk", "repair", "lead", "bench", "mend", "moment", "remote")
    compared = 0
    for one, other in combinations(names, 2):
        both = failures & rows.get(one, True) & rows.get(other, True)
        if other == "remote" and one in ("desk", "repair", "lead", "bench", "mend"):
            # there is no visit where the call was enough
            assert not cases.remote[both].any()
            continue
        a, b = (stats.rankdata(getattr(cases, name)[both]) for name in (one, other))
        # 40 pairs: fails by chance once in 1e4
        assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(both.sum()), (one, other)
        compared += 1
    assert compared == 40


def test_customers_live_over_the_disc_of_their_market(rich):
    off, market = rich.cases.off, rich.cases.market
    assert (off[market == 1] == 0).all()
    inside = values(rich.cases, "off") / 20
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
    assert names == ["company", "partner", "agent"]
    assert (rich.cases.coordination[:, [0, 2]] == 0).all()
    found = values(rich.cases, "coordination")
    # fails by chance once in 1e4
    assert abs(found.mean() - 5) < 4 * 5 / np.sqrt(len(found))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("more", "orders"), [(0, True), (1, False)])
def test_stock_that_outlasts_the_run_is_not_brought(more, orders, engine):
    # each case takes two parts at once, so the run takes as many as it could
    work = {"part": "motor", "second_part": "motor", "first_time_fix": 0, "repair": 0}
    stock = {"reorder_below": 5, "order_up_to": 6}
    data = {
        "horizon": "1 year", "follow_up": 0,
        "enquiries": {"e": {"per_week": 20, "work": work}},
        "outlets": {"defaults": {"technicians": "unlimited", "hours": "24/7"},
                    "places": {"a": {"lat": 0, "lon": 0}}},
        "markets": {"places": {"a": {"lat": 0, "lon": 0}}},
        "parts": {"motor": {"outlet_stock": stock, "depot_stock": {"base_stock": 1}}},
        "logistics": {"carriers": {"c": {"factor": {"law": "exponential", "mean": 1}}}},
    }  # fmt: skip
    stock["order_up_to"] = 5 + 2 * len(packed(data).cases) + more
    plan = make_plan(parse(data))
    draws = draw(plan, 1)
    transit = draws.cases.full("transit")[:, 0]
    assert (transit > 0).all() if orders else (transit == 0).all()
    kinds = run(plan, draws, engine=engine).shipments["kind"]
    assert (kinds == Kind.REPLENISHMENT).any() == orders


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
    data["logistics"]["depot"] = {"lat": 0, "lon": 0}
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
        {**RICH, "horizon": "1 h", "follow_up": 0},
    ],
    ids=["enquiries", "hotline", "nothing asked", "nothing fails", "one hour"],
)
def test_networks_with_little_in_them(data):
    cases = drawn({"horizon": "20 weeks", "follow_up": 0, **data}).cases
    assert (len(cases) > 100) == (data.get("enquiries") == {"e": {"per_week": 10}})
    assert (cases.follower == -1).all()
    assert cases.first.all()
    assert cases.transit.shape[0] == cases.patience.shape[0] == len(cases)


def test_huge_demand_is_refused():
    data = copy.deepcopy(RICH)
    data["products"]["p"]["failure"] = {"law": "exponential", "mean": "1 s"}
    with pytest.raises(ScenarioError, match=r"its mean is 0\.000278 hours: is its unit right"):
        drawn(data)
