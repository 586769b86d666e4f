import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from simnet.draws.philox import uniforms
from simnet.draws.streams import Streams, name_key

COUNT = 100_000
LOW = 0xFFFFFFFF


def philox4x32(counter, key):
    """Four words for a counter of four, in whole numbers as Salmon et al. (2011) write it."""
    c0, c1, c2, c3 = counter
    k0, k1 = key & LOW, key >> 32
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & LOW, (p0 >> 32) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return c0, c1, c2, c3


def uniform(key, who, index, turn):
    """The number at one address."""
    a, b, _, _ = philox4x32((index, turn, who & LOW, who >> 32), key)
    return ((a >> 5) << 26 | b >> 6) / 2**53


def words(*values):
    return np.array(values, dtype=np.uint64)


# Known answers of Random123, file tests/kat_vectors, philox4x32 with 10 rounds.
@pytest.mark.parametrize(
    ("counter", "key", "found"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_known_answers(counter, key, found):
    c0, c1, c2, c3 = (int(word, 16) for word in counter.split())
    low, high = (int(word, 16) for word in key.split())
    whole = low | high << 32
    assert " ".join(f"{w:08x}" for w in philox4x32((c0, c1, c2, c3), whole)) == found
    a, b = (int(word, 16) for word in found.split()[:2])
    compiled = uniforms(whole, words(c2 | c3 << 32), words(c0), words(c1))
    assert compiled.tolist() == [((a >> 5) << 26 | b >> 6) / 2**53]


@pytest.mark.parametrize("key", [0, 99, 0xFEDCBA9876543210, 2**64 - 1])
def test_compiled_as_in_whole_numbers(key):
    rng = np.random.default_rng(key)
    who = rng.integers(0, 2**64, 1500, dtype=np.uint64)
    index, turn = rng.integers(0, 2**32, (2, 1500), dtype=np.uint64)
    rows = zip(who.tolist(), index.tolist(), turn.tolist(), strict=True)
    expected = np.array([uniform(key, *row) for row in rows])
    assert np.array_equal(uniforms(key, who, index, turn), expected)
    for at in (np.arange(0), np.arange(1499, -1, -1), rng.integers(0, 1500, 700)):
        assert np.array_equal(uniforms(key, who, index, turn, at), expected[at])


def test_one_word_for_all_rows():
    index, at = np.arange(2000, dtype=np.uint64), np.array([1999, 7])
    whole = uniforms(5, np.full_like(index, 3), index, np.full_like(index, 9))
    assert np.array_equal(uniforms(5, words(3), index, words(9)), whole)
    assert np.array_equal(uniforms(5, words(3), index, words(9), at), whole[at])
    assert uniforms(5, words(3), words(), words(9)).shape == (0,)
    with pytest.raises(ValueError, match="do not go together"):
        uniforms(5, words(1, 2), words(1, 2, 3), words(9))


def test_to_read_a_scenario_needs_no_compiler():
    code = (
        "import sys, simnet.cli, simnet.draws; from simnet.plan import make_plan;"
        "make_plan(simnet.parse({'products': {'p': {}}})); assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def numbers(purpose="test", seed=1, replication=0, who=5, turn=0, count=COUNT, first=0):
    index = np.arange(first, first + count)
    return Streams(seed, replication).uniform(purpose, who, index, turn)


def test_uniform():
    u = numbers()
    assert u.min() >= 0
    assert u.max() < 1
    # each fails by chance once in 1e4
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert stats.chisquare(np.bincount((u * 1000).astype(int), minlength=1000)).pvalue > 1e-4


def test_uniform_over_turns_of_one_individual():
    u = Streams(1, 0).uniform("test", 5, 3, np.arange(COUNT))
    assert stats.kstest(u, "uniform").pvalue > 1e-4  # fails by chance once in 1e4


@pytest.mark.parametrize(
    "other",
    [
        {"first": 1}, {"turn": 1}, {"purpose": "test 2"}, {"seed": 2}, {"replication": 1},
        {"who": 6}, {"who": 5 << 32}, {"seed": 0, "replication": 1},
    ],
    ids=str,
)  # fmt: skip
def test_neighbours_are_independent(other):
    u, v = numbers(), numbers(**other)
    correlation = np.corrcoef(u, v)[0, 1]
    assert abs(correlation) * np.sqrt(COUNT) < 4.5  # fails by chance once in 1e5
    cells = np.bincount((u * 20).astype(int) * 20 + (v * 20).astype(int), minlength=400)
    assert stats.chisquare(cells).pvalue > 1e-4  # fails by chance once in 1e4


def test_lags_are_uncorrelated():
    u = numbers() - 0.5
    found = [np.mean(u[:-lag] * u[lag:]) * 12 * np.sqrt(COUNT) for lag in range(1, 51)]
    assert np.max(np.abs(found)) < 5  # 50 lags: fails by chance once in 3e4


def test_name_key_is_the_same_on_every_machine():
    assert name_key("sold", "fridge", "Berlin") == 0xCA2C02B510E83FE0
    assert name_key("a", "b") != name_key("ab")
    assert name_key("a", "b") != name_key("b", "a")
    assert 0 <= name_key("x") < 2**64
