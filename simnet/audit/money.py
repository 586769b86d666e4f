"""Money: every amount leaves one party and reaches another, and what was bought was paid."""

import numpy as np
import pandas as pd

from simnet.accounts import COMPANY, results
from simnet.plan import Plan
from simnet.records import Kind, Records

from .finding import Check, Checks

ROUNDING = 1e-9
"""of the turnover"""


def check_ledger(plan: Plan, records: Records, entries: pd.DataFrame) -> Checks:
    """The ledger adds up to zero over all parties, and agrees with sales and purchases."""
    check = Check("the ledger adds up to zero", "entries", len(entries))
    amount = entries["amount"].to_numpy(dtype=np.float64)

    def entry(i: int) -> str:
        row = entries.iloc[i]
        return f"entry {i} ({row['month']}, {row['category']}, {row['payer']} to {row['payee']})"

    check.name(f"{entry(i)} is {amount[i]}" for i in check.refuse(~np.isfinite(amount)))
    same = (entries["payer"] == entries["payee"]).to_numpy()
    check.name(f"{entry(i)} pays itself" for i in check.refuse(same))
    known = entries["month"].isin(plan.month_names).to_numpy()
    check.name(f"{entry(i)} is not of this run" for i in check.refuse(~known))
    keys = ["month", "payer", "payee", "category"]
    check.name(
        f"{entry(i)} stands twice" for i in check.refuse(entries.duplicated(keys).to_numpy())
    )
    rounding = ROUNDING * (1.0 + float(np.abs(amount).sum()))
    left = float(results(entries).sum()) if len(entries) else 0.0
    check.name(
        f"the parties' results add up to {left:g}, not to 0"
        for _ in check.refuse(not abs(left) <= rounding)
    )
    for category, payer, payee, due in _known(plan, records):
        mine = (entries["category"] == category) & (entries["payer"] == payer)
        booked = float(entries.loc[mine & (entries["payee"] == payee), "amount"].sum())
        check.name(
            f"{category}: {booked:,.2f} in the ledger, {due:,.2f} by the records"
            for _ in check.refuse(not abs(booked - due) <= rounding)
        )
    yield check


def _known(plan: Plan, records: Records) -> list[tuple[str, str, str, float]]:
    """(category, payer, payee, amount) of what the records say without any contract."""
    products = list(plan.scenario.products.values())
    sold = np.bincount(records.units.product[records.units.new], minlength=len(products))
    cost = np.array([part.cost for part in plan.scenario.parts.values()])
    sent = records.shipments
    supply = sent["kind"] == Kind.SUPPLY
    bought = np.bincount(
        sent["part"][supply], weights=sent["quantity"][supply], minlength=len(cost)
    )
    initial = records.initial_stock.sum(axis=0)
    price, make = ([getattr(p, name) for p in products] for name in ("price", "unit_cost"))
    return [
        ("product sales", "customers", COMPANY, float(sold @ np.array(price, dtype=float))),
        ("production", COMPANY, "suppliers", float(sold @ np.array(make, dtype=float))),
        ("parts", COMPANY, "suppliers", float(bought @ cost)),
        ("initial stock", COMPANY, "suppliers", float(initial @ cost)),
    ]
