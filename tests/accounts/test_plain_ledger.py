"""The ledger and the accounts of single cases, against a book-keeping by plain loops."""

import pytest
from accounts.books import Books
from accounts.scenarios import DRIVERS

from simnet.accounts import results


def rows_of(frame):
    return list(frame.itertuples(index=False, name=None))


def same_amounts(found, expected):
    assert [row[:-1] for row in found] == [row[:-1] for row in expected]
    assert [row[-1] for row in found] == pytest.approx([row[-1] for row in expected], rel=1e-9)


def test_the_ledger(plain):
    entries = plain.run.ledger
    assert list(entries.columns) == ["month", "payer", "payee", "category", "amount"]
    assert list(entries.index) == list(range(len(entries)))
    same_amounts(rows_of(entries), Books(plain).ledger())


def test_the_accounts_of_each_case(plain):
    books = Books(plain)
    for case in plain.cases:
        account = plain.run.case_ledger(case.number)
        assert list(account.columns) == ["time", "payer", "payee", "category", "amount"]
        assert list(account.index) == list(range(len(account)))
        assert account["time"].is_monotonic_increasing
        expected = books.of_case(case.number)
        found = sorted(rows_of(account))
        assert len(found) == len(expected)
        assert [row[1:4] for row in found] == [row[1:4] for row in expected]
        for column in (0, 4):
            numbers = [row[column] for row in expected]
            assert [row[column] for row in found] == pytest.approx(numbers)


def test_results(plain):
    sums = {}
    for _, payer, payee, _, amount in Books(plain).ledger():
        sums[payer] = sums.get(payer, 0.0) - amount
        sums[payee] = sums.get(payee, 0.0) + amount
    found = results(plain.run.ledger)
    assert found.to_dict() == pytest.approx(sums, rel=1e-9, abs=1e-6)
    assert found.is_monotonic_decreasing


def test_the_networks_pay_for_everything(networks):
    """That every driver, tariff and wage moved money somewhere."""
    categories, terms = set(), set()
    for plain in networks.values():
        books = Books(plain)
        categories |= {e.category for e in books.entries}
        for o in range(len(plain.outlets)):
            for driver in DRIVERS:
                for _, quantity, case in books.counted(o, driver):
                    covered = None if case is None else plain.cases[case].warranty
                    terms.add((driver, covered, plain.limited[o]) if quantity else None)
    assert {"product sales", "production", "hotline", "telephone", "initial stock", "parts",
            "stock holding", "depot", "transport", "workshop"} <= categories  # fmt: skip
    for driver in DRIVERS:
        of_cases = driver in DRIVERS[4:14]
        numbered = driver in ("overtime_hour", "technician_month", "unit_sold", "sales_value")
        for covered in (True, False) if of_cases else (None,):
            for limited in (True,) if numbered else (True, False):
                assert (driver, covered, limited) in terms
