import math

import numpy as np
import pytest

from simnet.draws.failures import draw_failures
from simnet.draws.streams import Streams
from simnet.draws.units import draw_units
from simnet.plan import make_plan
from simnet.scenario import ScenarioError, parse

YEAR = 8760.0
EXPONENTIAL = {"law": "exponential", "mean": "1 year"}


class Drawn:
    """Failures of one product `p` and what is needed to look at them."""

    def __init__(self, product, units=4000, age=0, seed=1, horizon="5 years", **scenario):
        in_field = {"units": units, "age": age}
        products = {"p": {**product, "in_field": in_field}, **scenario.pop("others", {})}
        self.plan = make_plan(
            parse({"horizon": horizon, "follow_up": 0, "products": products, **scenario})
        )
        streams = Streams(seed, 0)
        self.units = draw_units(self.plan, streams)
        self.failures = draw_failures(self.plan, streams, self.units)

    @property
    def counts(self):
        """Failures of each unit."""
        return np.bincount(self.failures.unit, minlength=len(self.units.sold))

    @property
    def times(self):
        """Hours of each failure, were repairs to take no time."""
        return self.units.sold[self.failures.unit] + self.failures.age

    def of(self, label, product="p"):
        """Address and age of the failures of one mode."""
        f, sources = self.failures, self.plan.sources
        number = next(i for i, s in enumerate(sources) if (s.label == f"{product}: {label}"))
        at = f.source == number
        who = self.units.who[f.unit[at]] ^ f.names[f.clock[at]]
        index = self.units.index[f.unit[at]]
        rows = zip(who.tolist(), index.tolist(), f.turn[at].tolist(), strict=True)
        return dict(zip(rows, f.age[at].tolist(), strict=True))


def weibull(shape, scale=YEAR):
    return {"law": "weibull", "shape": shape, "scale": scale}


def renewal_function(shape, t, steps=2000):
    """Expected renewals by t of a Weibull law with scale 1 (Xie 1989, Comm. Stat. 18(1):281)."""
    grid = np.linspace(0, t, steps + 1)
    half = grid[1] / 2

    def cdf(x):
        return -np.expm1(-(x**shape))

    found = np.zeros(steps + 1)
    for i in range(1, steps + 1):
        weights = cdf(grid[i] - grid[1:i] + half)
        past = float(weights @ np.diff(found[:i]))
        found[i] = (cdf(grid[i]) + past - cdf(half) * found[i - 1]) / (1 - cdf(half))
    return found[-1]


def close(values, expected):
    """Whether the mean is within 4 standard errors: fails by chance once in 1e4."""
    return abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))


@pytest.mark.parametrize("shape", [0.8, 1.0, 2.5])
@pytest.mark.parametrize("years", [1, 5])
def test_renewals_follow_the_renewal_function(shape, years):
    expected = renewal_function(shape, years)
    if shape == 1.0:
        assert expected == pytest.approx(years, rel=1e-3)
    assert close(Drawn({"failure": weibull(shape)}, horizon=years * YEAR).counts, expected)


@pytest.mark.parametrize("shape", [0.7, 1.0, 2.0])
def test_minimal_repair_follows_the_cumulative_hazard(shape):
    drawn = Drawn({"failure": weibull(shape), "repair_effect": "minimal"}, units=2000)
    for years in (1.0, 2.5, 5.0):
        f = drawn.failures
        counts = np.bincount(f.unit[f.age < years * YEAR], minlength=2000)
        expected = years**shape
        assert close(counts, expected)
        # a Poisson process: variance = mean; fails by chance once in 1e4
        spread = np.sqrt((expected + 2 * expected**2) / 2000)
        assert abs(((counts - expected) ** 2).mean() - expected) < 4 * spread


def test_gaps_of_a_renewal_have_the_law():
    f = Drawn({"failure": weibull(2.5)}).failures
    first = np.append(True, f.unit[1:] != f.unit[:-1])
    assert (np.diff(f.age)[~first[1:]] > 0).all()
    assert (np.diff(f.unit) >= 0).all()
    assert close(f.age[first], YEAR * math.gamma(1 + 1 / 2.5))


def test_competing_modes_share_by_their_rates():
    modes = {
        name: {"failure": {"law": "exponential", "mean": YEAR / rate}}
        for name, rate in {"a": 1, "b": 2, "c": 5}.items()
    }
    drawn = Drawn({"modes": modes}, units=2000, horizon="1 year")
    counts = np.bincount(drawn.failures.source)
    # Poisson counts; each fails by chance once in 1e4
    assert (np.abs(counts - np.array([2000, 4000, 10000])) < 4 * np.sqrt(counts)).all()


def test_modes_by_share():
    modes = {"a": {"share": 1}, "b": {"share": 0}, "c": {"share": 3}}
    drawn = Drawn({"modes": modes, "failure": EXPONENTIAL}, units=2000)
    counts = np.bincount(drawn.failures.source, minlength=3)
    total = counts.sum()
    assert counts[1] == 0
    # fails by chance once in 1e4
    assert abs(counts[0] - total / 4) < 4 * np.sqrt(total * 3 / 16)


def test_no_failures_after_the_end_of_life():
    product = {"failure": EXPONENTIAL, "end_of_life": "2 years"}
    drawn = Drawn(product, age={"law": "uniform", "low": 0, "high": "4 years"})
    assert (drawn.failures.age < 2 * YEAR).all()
    assert (drawn.times >= 0).all()
    lived = np.clip(drawn.units.leaves, 0, drawn.plan.horizon)
    assert close(drawn.counts - lived / YEAR, 0.0)


@pytest.mark.parametrize("shape", [0.8, 3.0])
def test_old_units_fail_at_the_rate_of_the_mean(shape):
    # Blackwell's renewal theorem: far from its sale, a unit fails once in a mean life
    age = {"law": "uniform", "low": "8 years", "high": "12 years"}
    drawn = Drawn({"failure": weibull(shape)}, age=age, units=8000, horizon="1 month")
    month = YEAR / 12
    assert close(drawn.counts, month / (YEAR * math.gamma(1 + 1 / shape)))
    if shape == 3.0:  # as good as new, hardly one would fail so soon
        assert Drawn({"failure": weibull(shape)}, units=8000, horizon="1 month").counts.sum() < 20


def test_history_before_the_start_is_dropped_but_lived():
    drawn = Drawn({"failure": weibull(3.0)}, age="10 years")
    assert (drawn.times >= 0).all()
    assert (drawn.times < drawn.plan.horizon).all()
    # the first row's turn tells how often the unit failed before
    first = np.append(True, drawn.failures.unit[1:] != drawn.failures.unit[:-1])
    assert close(drawn.failures.turn[first].astype(float), renewal_function(3.0, 10))


CHANGES = {
    "warranty": {"warranty": "5 years", "price": 9},
    "tiers": {"tiers": {"gold": {"share": 0.5}, "rest": {"share": 0.5}}},
}


def same(one, other, label="failure"):
    assert one.of(label)
    assert one.of(label) == other.of(label)


def test_nothing_else_changes_a_failure():
    product = {"failure": weibull(2.0)}
    drawn = Drawn(product, units=300, age={"law": "exponential", "mean": "1 year"})

    def variant(more=(), **scenario):
        age = {"law": "exponential", "mean": "1 year"}
        return Drawn({**product, **dict(more)}, units=300, age=age, **scenario)

    for change in CHANGES.values():
        same(drawn, variant(change))
    same(drawn, variant(outlets={"places": {"o": {"technicians": 9}}}))
    same(drawn, variant(others={"q": {"failure": EXPONENTIAL, "in_field": {"units": 50}}}))
    same(drawn, variant(enquiries={"e": {"per_week": 5}}))
    # twice the units: the old ones are the same
    more, of_drawn = (
        Drawn(product, units=600, age={"law": "exponential", "mean": "1 year"}).of("failure"),
        drawn.of("failure"),
    )
    assert {row: more[row] for row in of_drawn} == of_drawn
    assert len(more) > len(of_drawn)


def test_a_longer_horizon_only_adds():
    product = {"failure": weibull(2.0)}
    short, long = (Drawn(product, units=300, horizon=h).of("failure") for h in (9000, 20000))
    assert short == {row: age for row, age in long.items() if age < 9000}


def test_modes_keep_their_own_clocks():
    def drawn(mean):
        modes = {
            "a": {"failure": {"law": "exponential", "mean": mean}},
            "b": {"failure": weibull(2.0), "repair_effect": "minimal"},
            "c": {"share": 1},
        }
        return Drawn({"modes": modes, "failure": EXPONENTIAL}, units=300)

    one, other = drawn("1 year"), drawn("3 months")
    same(one, other, "b")
    same(one, other, "c")
    assert len(other.of("a")) > 2 * len(one.of("a"))
    # and the clocks of modes with equal laws are different ones
    assert set(one.of("a").values()).isdisjoint(one.of("c").values())


def test_no_failures():
    assert not len(Drawn({}).failures.unit)
    assert not len(Drawn({"failure": EXPONENTIAL}, units=0).failures.unit)


@pytest.mark.parametrize("effect", ["as_new", "minimal"])
@pytest.mark.parametrize(
    ("law", "units"),
    [
        ({"law": "exponential", "mean": "1 s"}, 1),
        ({"law": "exponential", "mean": "1 s"}, 1000),
        ({"law": "exponential", "mean": "10 min"}, 100_000),
        (weibull(2.0, "1 s"), 100),
        ("1 s", 3),
        (0, 3),
    ],
    ids=str,
)
def test_too_many_failures_are_refused_before_they_are_drawn(effect, law, units, monkeypatch):
    monkeypatch.setattr(Streams, "uniform", lambda self, purpose, who, index: np.zeros(units))
    with pytest.raises(ScenarioError, match=r"products\.p\.failure: .* is its unit right"):
        Drawn({"failure": law, "repair_effect": effect}, units=units)


def test_too_many_failures_of_all_products_are_refused(monkeypatch):
    monkeypatch.setattr("simnet.draws.failures.MAX_CASES", 25_000)
    others = {"q": {"failure": EXPONENTIAL, "in_field": {"units": 4000}}}
    with pytest.raises(ScenarioError, match=r"products\.q\.failure: "):
        Drawn({"failure": EXPONENTIAL}, others=others)  # 20,000 each
