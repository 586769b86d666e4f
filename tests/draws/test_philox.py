import numpy as np
import pytest
from scipy import stats

from simnet.draws.philox import philox4x32, uniforms
from simnet.draws.streams import Streams, name_key

COUNT = 100_000


# Known answers of Random123, file tests/kat_vectors, philox4x32 with 10 rounds.
@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_known_answers(counter, key, words):
    c = tuple(np.array([int(word, 16)], dtype=np.uint64) for word in counter.split())
    low, high = (int(word, 16) for word in key.split())
    found = philox4x32(c, low | high << 32)
    assert " ".join(f"{int(word[0]):08x}" for word in found) == words


def test_address_goes_into_the_counter():
    who = 0x0123456789ABCDEF
    c = (7, 3, who & 0xFFFFFFFF, who >> 32)
    a, b, _, _ = philox4x32(tuple(np.array([word], dtype=np.uint64) for word in c), 99)
    bits = (int(a[0]) >> 5) << 26 | int(b[0]) >> 6
    one = np.array([1], dtype=np.uint64)
    assert uniforms(99, one * np.uint64(who), one * np.uint64(7), one * np.uint64(3))[0] == (
        bits / 2**53
    )


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
