"""The ledger: every amount leaves one party and reaches another, so that all results add up to 0.

Kept by month, payer, payee and category; the amounts of a single case come on demand from the
same flows.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simnet.plan import Plan
from simnet.records import Records

from .cases import CaseTimes
from .flows import COMPANY, Flow, Flows
from .months import month_of
from .sums import Bools, Floats, Ints, sums

NOT_SERVICE = ("product sales", "production", "initial stock")
"""categories that are no cost of the service network"""


def ledger(plan: Plan, records: Records, times: CaseTimes) -> pd.DataFrame:
    """Columns month, payer, payee, category, amount; a row where money moved."""
    booked: dict[tuple[str, str, str], Floats] = {}
    count = len(plan.month_starts)
    for flow in Flows(plan, records, times).by_month():
        month = month_of(plan, flow.time)
        spots = 1
        at: Ints = np.zeros(len(month), dtype=np.int64)
        if flow.at is not None and not (
            isinstance(flow.payer, str) and isinstance(flow.payee, str)
        ):
            at, spots = flow.at, len(plan.outlets)
        table = sums(at * count + month, spots * count, flow.amount)
        for spot, amounts in enumerate(table.reshape(spots, count)):
            payer = flow.payer if isinstance(flow.payer, str) else flow.payer[spot]
            payee = flow.payee if isinstance(flow.payee, str) else flow.payee[spot]
            if payer == payee or not amounts.any():
                continue
            key = (payer, payee, flow.category)
            booked[key] = booked[key] + amounts if key in booked else amounts
    months = plan.month_names
    rows = [
        (months[m], *key, float(amounts[m]))
        for key, amounts in booked.items()
        for m in np.flatnonzero(amounts)
    ]
    frame = pd.DataFrame(rows, columns=["month", "payer", "payee", "category", "amount"])
    return frame.sort_values(["month", "payer", "payee", "category"], ignore_index=True)


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


def _of_company(party: str | tuple[str, ...], flow: Flow) -> Bools:
    """Whether the party of each row is the company, shape (n,)."""
    if isinstance(party, str):
        return np.full(len(flow.amount), party == COMPANY)
    return np.array([name == COMPANY for name in party])[flow.at]


def direct_costs(
    plan: Plan,
    records: Records,
    times: CaseTimes,
    group: Ints | None = None,
    groups: int | None = None,
) -> dict[str, Floats]:
    """What the company paid for each case directly, by category; arrays of shape (cases,), or of
    shape (groups,) where `group` (cases,) says the number of the group in which each case counts.

    See `case_ledger`.
    """
    found: dict[str, Floats] = {}
    count = len(records.cases["row"]) if groups is None else groups
    for flow in Flows(plan, records, times).of_cases(group, count):
        assert flow.case is not None
        case, amount = flow.case, flow.amount
        if not (flow.payer == COMPANY and isinstance(flow.payee, str) and flow.payee != COMPANY):
            pays = _of_company(flow.payer, flow) & ~_of_company(flow.payee, flow)
            case, amount = case[pays], amount[pays]
        of = case if group is None else group[case]
        paid = sums(of, count, amount)
        found[flow.category] = found.get(flow.category, np.zeros(count)) + paid
    return found


def results(entries: pd.DataFrame) -> pd.Series:
    """Result of each party: what it got less what it paid. The sum over all parties is 0."""
    got = entries.groupby("payee", observed=True)["amount"].sum()
    paid = entries.groupby("payer", observed=True)["amount"].sum()
    return got.sub(paid, fill_value=0.0).sort_values(ascending=False)
