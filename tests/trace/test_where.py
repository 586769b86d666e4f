"""Which cases are listed: expressions on the columns, and the slowest."""

import numpy as np
import pytest

from simnet.trace import TraceError, listed, matching, slowest


@pytest.fixture(scope="module")
def run(sim):
    """3 h, 6 h and 7 h to the working unit, one case still open, and one that never calls."""
    return sim.tell(
        sim.unit(10),
        sim.unit(12),
        sim.unit(100, repair=5),
        sim.unit(335),
        sim.unit(335.5, warranty=1, comes_after_warranty=0),
        outlets=sim.outlets(far={"degrees": 2}),
    )


@pytest.mark.parametrize(
    ("where", "cases"),
    [
        ('outlet == "far"', [0, 1, 2, 3]),
        ("resolution > 4", [1, 2]),
        ('outlet == "far" and not resolution > 4', [0, 3]),
        ('outcome in ["open", "elsewhere"]', [3, 4]),
        ('outcome not in ["open", "elsewhere"]', [0, 1, 2]),
        ("2.5 < response + 1 <= 4 or case == 4", [0, 2, 4]),
        ("-response / 2 < -1.5", [1]),
        ("warranty", [0, 1, 2, 3]),
        ("(warranty == False)", [4]),
        ("kept", [0, 1, 2]),
        ("not kept", [3, 4]),
        ("(kept) and resolution > 4", [1, 2]),
        ("warranty and not (kept or resolution > 4)", [3]),
        ("kept == kept", [0, 1, 2]),
        ("replication == 0 and kept == 1", [0, 1, 2]),
        ("outlet != outlet", [4]),
        ("km > 1e9", []),
    ],
)
def test_expressions(run, where, cases):
    assert matching(run, where).tolist() == cases


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("outlt == 'x'", "there is no column 'outlt'; did you mean 'outlet'?"),
        ("outlet == Berlin", "there is no column 'Berlin'.*Text stands in quotes"),
        ("outlet == 'fra'", "no outlet is 'fra'; did you mean 'far'"),
        ("outcome in ['repaired', 'lost'] or km > 1", "no outcome is 'lost'; there are open, "),
        ("outlet == 5", "outlet is a name"),
        ("'x' != outlet", "no outlet is 'x'; there are far"),
        ("", "cannot be read"),
        ("response >", "cannot be read"),
        ("@run", "cannot be read"),
        ("case = 1", "cannot be read"),
        ("__import__('os').system('true')", "is not allowed"),
        ("response.max() > 1", "is not allowed"),
        ("outlet.__class__ == 1", "is not allowed"),
        ("abs(response) > 1", "is not allowed"),
        ("outlet[0] == 'x'", "is not allowed"),
        ("[x for x in outlet]", "is not allowed"),
        ("(lambda: 1)", "is not allowed"),
        ("2 ** 99 > response", "is not allowed"),
        ("response if warranty else km", "is not allowed"),
        ("f'{outlet}' == 'x'", "is not allowed"),
        ("__class__ == 1", "there is no column '__class__'"),
        ("response + 1", "neither true nor false"),
        ("outlet", "neither true nor false"),
        ("1 == 1", "neither true nor false"),
        ("outlet < 5", "cannot be evaluated"),
        ("outlet * 999999999 == 'x'", "outlet is no number"),
        ("'x' * 999999999 == outlet", "'x' is no number"),
        ("outlet in market", "after in comes a list"),
        ("kept == None", "None is no number and no text"),
        ("response > 1j", "1j is no number and no text"),
        ("-" * 900 + "response > 1", "cannot be"),
        ("response > 1 or " * 99 + "case == 1", "longer than 1000 characters"),
    ],
)
def test_what_is_refused(run, where, words):
    with pytest.raises(TraceError, match=words):
        matching(run, where)


def test_the_slowest_come_first_and_the_open_one_counts(run):
    table = slowest(run, 4)
    assert table["case"].tolist() == [2, 1, 0, 3]
    assert table["spent"].tolist() == pytest.approx([7, 6, 3, 1])
    assert table["wait"].tolist() == ["repair", "technician", "travel", "travel"]
    assert table["waited"].tolist() == pytest.approx([5, 3, 2, 1])
    assert np.isnan(table["resolution"][3])
    assert slowest(run, 99)["case"].tolist()[-1] == 4  # never called
    assert slowest(run, 9, "response > 2.5")["case"].tolist() == [1]


def test_listed_keeps_the_order(run):
    table = listed(run, np.array([2, 0]))
    assert table["case"].tolist() == [2, 0]
    assert table["what"].tolist() == ["unit 2: any", "unit 0: any"]
    assert listed(run, np.array([4]))["wait"].tolist() == [""]
