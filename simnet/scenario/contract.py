"""Contracts as data: who pays whom, per what.

A contract is a list of terms. Three come with simnet under the names `company`, `partner` and
`agent`; a scenario may change them or write its own. Their amounts are assumptions to start from,
in EUR; a scenario's `price_level` brings them into its currency.
"""

from typing import Annotated, Literal

from pydantic import Field

from .law import Law, constant
from .quantity import PRICED, Model, Money, Share

Party = Literal["company", "owner", "customer", "staff", "landlord", "vehicles", "suppliers"]
Driver = Literal[
    "setup", "month", "technician_month", "duty_hour", "overtime_hour",
    "case", "visit", "repair_hour", "travel_hour", "km",
    "part_cost", "part_price", "promise_kept", "promise_missed",
    "unit_sold", "sales_value",
]  # fmt: skip


class Term(Model):
    """One line of a contract: for each `per`, `payer` gives `payee` the amount."""

    payer: Party
    """who pays; owner is who runs the outlet: the company itself, or the partner"""
    payee: Party
    """who gets it"""
    per: Driver
    """what is counted"""
    amount: Money
    """amount for one; for part_cost, part_price and sales_value the share of the value"""
    category: str
    """name in the accounts"""
    when: Literal["always", "in_warranty", "out_of_warranty"] = "always"
    """of cases: all, or only those in or out of warranty"""


SHARES = ("part_cost", "part_price", "sales_value")
"""what an amount is a share of the value of"""


class Contract(Model):
    """Terms of cooperation with the owner of an outlet."""

    owned: bool = False
    """whether the company itself owns the outlet"""
    coordination: Law = Field(default_factory=lambda: constant(0.0))
    """delay from the centre's decision to the outlet's acceptance (the channel's delay)"""
    refusal: Share = 0.0
    """chance that the outlet refuses a case; it then goes to another one"""
    terms: Annotated[tuple[Term, ...], PRICED] = ()
    """who pays whom, per what"""

    def at_level(self, level: float) -> "Contract":
        """The same contract with amounts of money `level` times as high."""
        if level == 1:
            return self
        terms = tuple(
            term if term.per in SHARES else term.model_copy(update={"amount": term.amount * level})
            for term in self.terms
        )
        return self.model_copy(update={"terms": terms})


def _term(
    payer: Party,
    payee: Party,
    per: Driver,
    amount: float,
    category: str,
    when: Literal["always", "in_warranty", "out_of_warranty"] = "always",
) -> Term:
    return Term(payer=payer, payee=payee, per=per, amount=amount, category=category, when=when)


def _running(wage: float, rent: float, setup: float, whole: bool) -> tuple[Term, ...]:
    """What it costs whoever owns an outlet to run it.

    The company pays its people for all hours on duty (`whole`); a partner's people do other work
    when there is none for us, so only the hours of our jobs count.
    """
    wages = (
        (
            _term("owner", "staff", "duty_hour", wage, "technicians"),
            _term("owner", "staff", "overtime_hour", 1.5 * wage, "technicians"),
        )
        if whole
        else (
            _term("owner", "staff", "repair_hour", wage, "technicians"),
            _term("owner", "staff", "travel_hour", wage, "technicians"),
        )
    )
    return (
        _term("owner", "suppliers", "setup", setup, "set-up"),
        _term("owner", "landlord", "month", rent, "rent"),
        *wages,
        _term("owner", "vehicles", "km", 0.4, "travel"),
    )


def _customer_pays(share_to_company: float) -> tuple[Term, ...]:
    """Out of warranty the customer pays the outlet; the company supplies the part."""
    return (
        _term("customer", "owner", "case", 90.0, "repair fees", "out_of_warranty"),
        _term("customer", "owner", "part_price", 1.0, "part sales", "out_of_warranty"),
        _term("owner", "company", "part_price", share_to_company, "parts to partners",
              "out_of_warranty"),
    )  # fmt: skip


BUILT_IN: dict[str, Contract] = {
    "company": Contract(
        owned=True,
        terms=(
            *_running(wage=20.0, rent=3000.0, setup=30000.0, whole=True),
            *_customer_pays(0.0)[:2],
        ),
    ),
    "partner": Contract(
        coordination=constant(2.0),
        refusal=0.02,
        terms=(
            *_running(wage=18.0, rent=300.0, setup=0.0, whole=False),
            _term("company", "owner", "setup", 3000.0, "set-up"),
            _term("company", "owner", "month", 300.0, "retainers"),
            _term("company", "owner", "case", 80.0, "partner fees", "in_warranty"),
            _term("company", "owner", "km", 0.8, "partner fees", "in_warranty"),
            _term("company", "owner", "promise_kept", 4.0, "bonuses", "in_warranty"),
            _term("owner", "company", "promise_missed", 10.0, "penalties", "in_warranty"),
            *_customer_pays(0.7),
        ),
    ),
    "agent": Contract(
        coordination=constant(1.0),
        refusal=0.01,
        terms=(
            *_running(wage=18.0, rent=500.0, setup=5000.0, whole=False),
            _term("company", "owner", "setup", 5000.0, "set-up"),
            _term("company", "owner", "case", 70.0, "partner fees", "in_warranty"),
            _term("company", "owner", "km", 0.7, "partner fees", "in_warranty"),
            _term("company", "owner", "sales_value", 0.01, "commissions"),
            _term("company", "owner", "promise_kept", 4.0, "bonuses", "in_warranty"),
            _term("owner", "company", "promise_missed", 10.0, "penalties", "in_warranty"),
            *_customer_pays(0.7),
        ),
    ),
}
