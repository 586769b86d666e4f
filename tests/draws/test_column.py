import numpy as np
import pytest

from simnet.draws.column import SPAN, Column, Subset
from simnet.draws.gather import Gathered
from simnet.draws.groups import Groups
from simnet.draws.rows import Part, Where


@pytest.mark.parametrize("count", [0, 1, SPAN - 1, SPAN, SPAN + 1, 5 * SPAN + 7])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_row_has_its_place_among_those_of_the_subset(count, share):
    mask = np.random.default_rng(count).random(count) < share
    subset = Subset.of(mask)
    rows = np.flatnonzero(mask)
    assert subset.rows(len(rows)).tolist() == rows.tolist()
    places = subset.before[rows // SPAN] + subset.within[rows]
    assert places.tolist() == [*range(len(rows))]
    values = np.arange(len(rows)) + 1.0
    full = Column(values, subset).full()
    assert full[mask].tolist() == values.tolist()
    assert not full[~mask].any()


def test_columns_of_blocks_are_put_together():
    count, block = 3 * SPAN + 5, SPAN
    mask = np.random.default_rng(1).random(count) < 0.4
    gathered = Gathered(count)
    for first in range(0, count, block):
        here = np.arange(first, min(first + block, count))
        source = np.zeros(len(here), dtype=np.int16)
        some, every = Where("some", mask[here], source), Where("all", None, source)
        gathered.add({
            "row": here,
            "some": Part(here[mask[here]] * 2.0, some),
            "same": Part(np.broadcast_to(7.0, len(here)), every),
            "several": [Part(here * 3.0, every), mask[here]],
        })  # fmt: skip
    found = gathered.finished()
    assert found["row"].tolist() == [*range(count)]
    assert found["some"].full().tolist() == np.where(mask, 2.0 * np.arange(count), 0).tolist()
    assert len(found["some"].values) == mask.sum()
    assert found["same"].values.strides == (0,)
    assert found["same"].full().tolist() == [7.0] * count
    first, second = found["several"]
    assert first.of is None
    assert first.full().tolist() == (3.0 * np.arange(count)).tolist()
    assert second.tolist() == mask.tolist()


def test_groups_hold_once_what_their_rows_have_in_common():
    groups = Groups.of([(0, 4, 11, 3), (0, 5, 12, 0), (1, 4, 13, 2)])
    assert groups.kind.tolist() == [0, 1]
    assert groups.market.tolist() == [4, 4]
    assert groups.who.tolist() == [11, 13]
    assert groups.start.tolist() == [0, 3, 5]
    assert groups.each().tolist() == [0, 0, 0, 1, 1]
    for first in range(5):
        for last in range(first, 6):
            assert groups.between(first, last).tolist() == groups.each()[first:last].tolist()
    nothing = Groups.of([(0, 0, 1, 0)])
    assert len(nothing.each()) == len(nothing.kind) == 0
