import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.draws.streams import Streams, name_key

STREAMS = Streams(3, 1)
words = st.integers(0, 2**32 - 1)
addresses = st.lists(st.tuples(st.integers(0, 2**64 - 1), words, words), min_size=1, max_size=30)


def uniform(rows):
    who, index, turn = (np.array(column, dtype=np.uint64) for column in zip(*rows, strict=True))
    return STREAMS.uniform("p", who, index, turn)


def test_same_name_same_numbers():
    again = Streams(3, 1).uniform("repair", name_key("a"), np.arange(10))
    assert np.array_equal(STREAMS.uniform("repair", name_key("a"), np.arange(10)), again)


def test_numbers_of_today():
    # the numbers themselves, so that a change of the addresses does not go unseen
    found = Streams(1, 2).uniform("repair", name_key("sold", "fridge", "Berlin"), np.arange(2), 3)
    assert found.tolist() == [0.038339182745415146, 0.8569260769154605]


def test_prefix_is_stable_over_the_chunks():
    whole = STREAMS.uniform("p", 7, np.arange(50_000))
    for count in (1, 100, 16_384, 16_385, 40_000):
        assert np.array_equal(STREAMS.uniform("p", 7, np.arange(count)), whole[:count])


@settings(max_examples=50, deadline=None)
@given(addresses, st.randoms(use_true_random=False))
def test_a_number_belongs_to_its_address(rows, random):
    alone = {row: uniform([row])[0] for row in rows}
    assert uniform(rows).tolist() == [alone[row] for row in rows]
    random.shuffle(rows)
    assert uniform(rows).tolist() == [alone[row] for row in rows]


def test_arrays_broadcast():
    index = np.arange(5)
    assert np.array_equal(
        STREAMS.uniform("p", 7, index, 2),
        STREAMS.uniform("p", np.full(5, 7), index, np.full(5, 2)),
    )
    assert STREAMS.uniform("p", 7, np.arange(0)).shape == (0,)
    assert STREAMS.uniform("p", 7, 1).shape == (1,)
