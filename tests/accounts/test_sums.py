"""Sums, orders and quantiles of groups, against the plain way; people's duty, against a search."""

import numpy as np
import pandas as pd
import pytest

from simnet.accounts.quantiles import quantiles
from simnet.accounts.sums import order_by_time, sums, totals

SHARES = [0.0, 0.5, 0.9, 0.95, 1.0]


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def random_groups(rng, count, groups):
    """Two groups of each row, `groups` for none, and a table with a row for each."""
    member = rng.integers(0, groups + 1, (count, 2)).astype(np.int32)
    table = pd.DataFrame({"group": member.ravel(), "row": np.repeat(np.arange(count), 2)})
    return member, table[table["group"] < groups]


@pytest.mark.parametrize("count", [0, 1, 20_000])
@pytest.mark.parametrize("columns", [0, 1, 5])
def test_totals_are_those_of_pandas(rng, count, columns):
    """Counts and sums by group, of the rows that count; also over several blocks."""
    member, table = random_groups(rng, count, 7)
    values, where = rng.normal(size=(columns, count)), rng.random(count) < 0.7
    table = table.assign(one=1.0, **{str(i): values[i, table["row"]] for i in range(columns)})
    for mask in (None, where):
        mine = table if mask is None else table[mask[table["row"]]]
        expected = mine.drop(columns="row").groupby("group").sum().reindex(range(7)).fillna(0.0)
        found = totals(member, 7, [(mask, None), *((mask, column) for column in values)])
        np.testing.assert_allclose(found, expected.to_numpy().T, rtol=1e-12, atol=1e-12)


LAWS = {
    "lognormal": lambda rng, count: rng.lognormal(3, 2, count),
    "below zero": lambda rng, count: rng.normal(-5, 10, count),
    "few": lambda rng, count: rng.integers(0, 4, count) / 4,
    "all the same": lambda rng, count: np.full(count, 2.5),
    "far out": lambda rng, count: np.append(np.zeros(count - 1), 1e300),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("groups", [1, 60])
def test_quantiles_are_those_of_numpy_to_the_bit(rng, law, groups):
    """Of groups of 0 to about 100 values, or many; some are NaN and do not count."""
    member, table = random_groups(rng, 3000, groups)
    member[member == 5], table = groups, table[table["group"] != 5]  # an empty group
    values = LAWS[law](rng, 3000)
    values[::7] = np.nan
    found = quantiles(member, groups, ~np.isnan(values), values, SHARES)
    assert found.shape == (groups, len(SHARES))
    for number in range(groups):
        mine = values[table.loc[table["group"] == number, "row"]]
        mine = mine[~np.isnan(mine)]
        expected = np.quantile(mine, SHARES) if len(mine) else np.full(len(SHARES), np.nan)
        np.testing.assert_array_equal(found[number], expected)


def test_quantiles_of_nothing(rng):
    values, nobody = rng.random(10), np.zeros(10, dtype=bool)
    found = quantiles(np.zeros((10, 1), dtype=np.int32), 3, nobody, values, SHARES)
    assert np.isnan(found).all()


def test_sums_are_numbers_with_a_point_even_of_nothing():
    nothing = np.zeros(0, dtype=np.int64)
    for found in (sums(nothing, 3), sums(nothing, 3, np.zeros(0))):
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, np.zeros(3))
    np.testing.assert_array_equal(sums(np.array([2, 0, 1, 0]), 2), [2, 1])


@pytest.mark.parametrize("groups", [5, 100_000])
def test_order_by_group_and_time(rng, groups):
    """Whether or not the rows are in order before; equal ones stay as they are."""
    group = rng.integers(0, groups, 3000).astype(np.int32)
    time = rng.integers(0, 50, 3000) / 4
    np.testing.assert_array_equal(order_by_time(group, time), np.lexsort((time, group)))
    time.sort()
    np.testing.assert_array_equal(order_by_time(group, time), np.lexsort((time, group)))
