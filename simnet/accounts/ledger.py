"""The ledger: every amount leaves one party and reaches another, so that all results add up to 0.

Kept by month, payer, payee and category; the amounts of a single case come on demand from the
same flows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from simnet.brief import brief
from simnet.plan import Plan
from simnet.records import Records

from .cases import CaseTimes
from .flows import COMPANY, Flow, Flows
from .sums import Floats

NOT_SERVICE = ("product sales", "production", "initial stock")
"""categories that are no cost of the service network"""


Key = tuple[str, str, str]
"""payer, payee, category"""


@dataclass(frozen=True)
class Books:
    """What is known of the money of a run as a whole."""

    __repr__ = brief

    plan: Plan
    booked: dict[Key, Floats]
    """by payer, payee and category, in order of these: amounts by month, (months,)"""
    direct: dict[str, Floats]
    """what the company paid for the cases of each market directly, of those after the warm-up that
    are over, by category; (markets,)"""

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Columns month, payer, payee, category, amount; a row where money moved."""
        rows = [
            (name, *key, float(amounts[month]))
            for month, name in enumerate(self.plan.month_names)
            for key, amounts in self.booked.items()
            if amounts[month] != 0
        ]
        return pd.DataFrame(rows, columns=["month", "payer", "payee", "category", "amount"])

    def paid(self) -> dict[str, Floats]:
        """What service cost the company, by category, in order of these; (months,)."""
        found: dict[str, Floats] = {}
        for (payer, _, category), amounts in sorted(
            self.booked.items(), key=lambda item: item[0][2]
        ):
            if payer == COMPANY and category not in NOT_SERVICE:
                found[category] = found.get(category, 0.0) + amounts
        return found

    def earned(self) -> float:
        """What the company earned with service."""
        return sum(
            float(amounts.sum())
            for (_, payee, category), amounts in self.booked.items()
            if payee == COMPANY and category not in NOT_SERVICE
        )


def books(plan: Plan, records: Records, times: CaseTimes) -> Books:
    """Sum up all flows. times: `case_times`."""
    booked: dict[Key, Floats] = {}
    direct: dict[str, Floats] = {}
    for sums in Flows(plan, records, times).summed():
        if sums.direct is not None:
            direct[sums.category] = direct.get(sums.category, 0.0) + sums.direct
        for (payer, payee), amounts in zip(sums.pairs(), sums.by_month, strict=True):
            if payer == payee or not amounts.any():
                continue
            key = (payer, payee, sums.category)
            booked[key] = booked[key] + amounts if key in booked else amounts
    return Books(plan, dict(sorted(booked.items())), direct)


def flows_of_cases(plan: Plan, records: Records, times: CaseTimes) -> Iterator[Flow]:
    """What single cases caused, and the parts that they took, see `Flows.of_cases`."""
    yield from Flows(plan, records, times).of_cases()


def case_ledger(plan: Plan, records: Records, times: CaseTimes, case: int) -> pd.DataFrame:
    """Amounts that one case caused: columns time, payer, payee, category, amount.

    Costs that no single case causes (rent, duty hours, trucks, stock) are not in it.
    """
    rows = []
    for flow in flows_of_cases(plan, records, times):
        assert flow.case is not None
        for i in np.flatnonzero(flow.case == case):
            spot = int(flow.at[i]) if flow.at is not None else 0
            payer = flow.payer if isinstance(flow.payer, str) else flow.payer[spot]
            payee = flow.payee if isinstance(flow.payee, str) else flow.payee[spot]
            if payer != payee and flow.amount[i]:
                rows.append(
                    (float(flow.time[i]), payer, payee, flow.category, float(flow.amount[i]))
                )
    frame = pd.DataFrame(rows, columns=["time", "payer", "payee", "category", "amount"])
    return frame.sort_values("time", kind="stable", ignore_index=True)


def results(entries: pd.DataFrame) -> pd.Series:
    """Result of each party: what it got less what it paid. The sum over all parties is 0."""
    got = entries.groupby("payee", observed=True)["amount"].sum()
    paid = entries.groupby("payer", observed=True)["amount"].sum()
    return got.sub(paid, fill_value=0.0).sort_values(ascending=False)
