"""Key figures: every one of every table, reckoned with plain loops over the rows of the records."""

from math import isnan, nan

import numpy as np
import pytest
from accounts.books import Books
from accounts.plain import known, mean, overlap, share

from simnet.accounts import UNITS, describe
from simnet.records import CallEnd, Kind

YEAR = 8760
WAITS = ("hotline", "talk", "dispatch", "part", "technician", "travel", "repair", "workshop")
OF_CASES = {
    "cases", "first_time_fix", "remote_fix", "promise_kept", "fill_rate",
    *(f"{time}_{kind}" for time in ("response", "resolution")
      for kind in ("mean", "p50", "p90", "p95")),
    *(f"wait_{name}" for name in WAITS),
}  # fmt: skip
OF_CALLS = {
    "calls_offered", "calls_abandoned", "calls_blocked", "asa", "service_level", "abandonment",
}  # fmt: skip
OF_PEOPLE = {"occupancy", "utilisation", "overtime"}
OF_STOCK = {"backorders", "transit_mean"}
OF_MONEY = {"cost_per_case", "cost_per_unit_sold", "cost_per_year", "income_per_year"}
NO_SERVICE = ("product sales", "production", "initial stock")


def hours_within(hours):
    """Mean and quantiles of the hours that are known."""
    hours = [h for h in hours if known(h)]
    quantiles = np.quantile(hours, [0.5, 0.9, 0.95]).tolist() if hours else [nan] * 3
    return mean(hours), *quantiles


def of_cases(cases):
    """Figures of some of the cases."""
    # an enquiry that needed no visit is no service case
    service = [c for c in cases if c.unit >= 0 or known(c.assigned)]
    mended = [c for c in cases if c.mended]
    on_the_phone = sum(c.phone and c.unit >= 0 for c in cases)
    at_the_unit = sum(c.unit >= 0 for c in mended)
    judged = [c.kept for c in cases if known(c.kept)]
    wanted = [(asked, ready) for c in cases for _, asked, ready in c.asked]
    found = {
        "cases": len(cases),
        "first_time_fix": share(sum(not known(c.left) for c in mended), len(mended)),
        "remote_fix": share(on_the_phone, on_the_phone + at_the_unit),
        "promise_kept": mean(judged),
        "fill_rate": share(sum(asked == ready for asked, ready in wanted), len(wanted)),
    }
    for time in ("response", "resolution"):
        figures = hours_within(getattr(c, time) for c in service)
        for kind, figure in zip(("mean", "p50", "p90", "p95"), figures, strict=True):
            found[f"{time}_{kind}"] = figure
    for name in WAITS:
        done = [c for c in service if known(c.resolution)]
        found[f"wait_{name}"] = mean([c.waits[name] for c in done])
    assert set(found) == OF_CASES
    return found


def of_tiers(plain, cases):
    """Promises kept by product and tier."""
    found = {}
    for p, (name, product) in enumerate(plain.scenario.products.items()):
        for t, tier in enumerate(product.tiers):
            mine = [c for c in cases if not c.enquiry and c.product == p and c.tier == t]
            found[f"promise_kept: {name}, {tier}"] = mean([c.kept for c in mine if known(c.kept)])
    return found


def of_calls(plain, calls):
    """Figures of some of the calls; none without a hotline."""
    if not plain.scenario.hotline:
        return {}
    answered = [c for c in calls if c.end == CallEnd.ANSWERED]
    gone = [c for c in calls if c.end == CallEnd.ABANDONED and known(c.left)]
    waits = [c.left - c.queued for c in answered]
    soon = sum(wait <= plain.scenario.hotline.service_level_within for wait in waits)
    found = {
        "calls_offered": sum(c.end != CallEnd.CLOSED for c in calls),
        "calls_abandoned": len(gone),
        "calls_blocked": sum(c.end == CallEnd.BLOCKED for c in calls),
        "asa": 3600 * mean(waits),
        "service_level": share(soon, len(answered) + len(gone)),
        "abandonment": share(len(gone), len(answered) + len(gone)),
    }
    assert set(found) == OF_CALLS
    return found


def busy_and_over(plain, visits, start, end):
    """Hours of technicians with a number, and those of them outside of their duty."""
    busy = over = 0.0
    for v in visits:
        if v.technician < 0:
            continue
        began = max(v.started, start)
        until = min(end if isnan(v.free) else v.free, end)
        if until > began:
            busy += until - began
            over += plain.overtime(v.technician, began, until)
    return busy, over


def on_duty(plain, crews, start, end):
    return sum(overlap(d.start, d.end, start, end) for d in plain.duties if d.crew in crews)


def of_people(plain, start, end):
    """How busy everybody is between two moments."""
    teams, count = len(plain.teams), len(plain.outlets)
    talked = sum(overlap(c.left, c.ended, start, end) for c in plain.calls if c.agent >= 0)
    busy, over = busy_and_over(plain, plain.visits, start, end)
    return {
        "occupancy": share(talked, on_duty(plain, range(teams), start, end)),
        "utilisation": share(busy, on_duty(plain, range(teams, teams + count), start, end)),
        "overtime": share(over, busy),
    }


def of_stock(plain, start, end, market=None):
    """Cases that wait for a part, and the way from the depot, of all markets or of one."""
    of = plain.cases
    mine = [c for c in of if market is None or c.market == market]
    hours = [
        s.arrived - s.shipped
        for s in plain.shipments
        if s.kind in (Kind.REPLENISHMENT, Kind.EMERGENCY)
        and start <= s.shipped < end
        and (market is None or of[s.case].market == market)
    ]
    waited = sum(overlap(asked, ready, start, end) for c in mine for _, asked, ready in c.asked)
    asked_at_all = any(c.asked for c in of)
    return {
        "backorders": waited / (end - start) if asked_at_all else nan,
        "transit_mean": mean(hours),
    }


def availability(plain, start, end, market=None):
    """Share of the units' time in the field in which they work."""
    there = sum(
        overlap(u.sold, u.leaves, start, end)
        for u in plain.units
        if market is None or u.market == market
    )
    down = sum(
        overlap(c.failed, c.down_until, start, end)
        for c in plain.cases
        if c.unit >= 0 and (market is None or c.market == market)
    )
    return 1 - share(down, there)


def window(plain, start, end):
    """All figures of what began between two moments, but for the money."""
    cases = [c for c in plain.cases if start <= c.failed < end]
    calls = [c for c in plain.calls if start <= c.begun < end]
    return {
        **of_cases(cases),
        **of_tiers(plain, cases),
        **of_calls(plain, calls),
        **of_people(plain, start, end),
        **of_stock(plain, start, end),
        "availability": availability(plain, start, end),
    }


def spent_by_category(rows):
    """What the company paid for service, by category."""
    found = {}
    for _, payer, _, category, amount in rows:
        if payer == "company" and category not in NO_SERVICE:
            found[category] = found.get(category, 0.0) + amount
    return found


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


def test_in_total(plain):
    total, years = plain.run.kpis.total, plain.horizon / YEAR
    entries = Books(plain).ledger()
    spent = spent_by_category(entries)
    cost = sum(spent.values())
    income = sum(
        amount for _, _, payee, category, amount in entries
        if payee == "company" and category not in NO_SERVICE
    )  # fmt: skip
    expected = {
        **dict.fromkeys(OF_CALLS, nan),
        **window(plain, plain.warm_up, plain.horizon),
        "cost_per_case": share(cost, sum(known(c.called) for c in plain.cases)),
        "cost_per_unit_sold": share(cost, sum(u.new for u in plain.units)),
        "cost_per_year": cost / years,
        "income_per_year": income / years,
        **{f"cost_per_year: {category}": paid / years for category, paid in spent.items()},
    }
    assert total == close(expected)
    assert all(isinstance(figure, float) for figure in total.values())
    assert all(plain.run.kpis[name] is figure for name, figure in total.items())
    # the largest category comes first
    parts = [figure for name, figure in total.items() if name.startswith("cost_per_year: ")]
    assert parts == sorted(parts, reverse=True)


def table(frame):
    return {str(row): cells for row, cells in frame.to_dict("index").items()}


def assert_table(frame, expected, name):
    """The same rows in the same order, the same columns, the same figures."""
    assert frame.index.name == name
    assert list(frame.index) == list(expected)
    for row, cells in table(frame).items():
        assert cells == close(expected[row]), row


def test_by_month(plain):
    """Months show what began in them, whatever the warm-up; their money is that of the ledger."""
    entries = Books(plain).ledger()
    categories = spent_by_category(entries)
    expected = {}
    for m, name in enumerate(plain.month_names):
        start, end = plain.months[m], plain.month_ends[m]
        spent = spent_by_category([entry for entry in entries if entry[0] == name])
        cost = sum(spent.values())
        came = sum(start <= c.failed < end and known(c.called) for c in plain.cases)
        sold = sum(start <= u.sold < end and u.new for u in plain.units)
        expected[name] = {
            **window(plain, start, end),
            "cost": cost,
            "cost_per_case": share(cost, came),
            "cost_per_unit_sold": share(cost, sold),
            **{f"cost: {category}": spent.get(category, 0.0) for category in categories},
        }
    assert_table(plain.run.kpis.month, expected, "month")
    columns = list(plain.run.kpis.month.columns)
    first = columns.index("cost")
    assert columns[first : first + 3] == ["cost", "cost_per_case", "cost_per_unit_sold"]


def test_by_market(plain):
    """Figures after the warm-up, and what the cases themselves cost the company."""
    direct = Books(plain).direct_costs()
    start, end = plain.warm_up, plain.horizon
    expected = {}
    for m, name in enumerate(plain.plan.markets):
        cases = [c for c in plain.cases if c.market == m and c.failed >= start]
        calls = [c for c in plain.calls if plain.cases[c.case].market == m and c.begun >= start]
        paid = {
            category: sum(amounts.get(c.number, 0.0) for c in cases)
            for category, amounts in direct.items()
        }
        came = sum(known(c.called) for c in cases)
        expected[name] = {
            **of_cases(cases),
            **of_tiers(plain, cases),
            **of_calls(plain, calls),
            **of_stock(plain, start, end, m),
            "availability": availability(plain, start, end, m),
            "direct_cost_per_case": share(sum(paid.values()), came),
            **{f"direct_cost: {category}": amount for category, amount in paid.items()},
        }
    market = plain.run.kpis.market
    # a category in which the company paid nothing may be there, with zeros
    for column in set(market.columns) - set(next(iter(expected.values()))):
        assert column.startswith("direct_cost: ")
        assert (market[column] == 0).all()
        market = market.drop(columns=column)
    assert_table(market, expected, "market")


def test_by_outlet(plain):
    start, end = plain.warm_up, plain.horizon
    expected = {}
    for o, name in enumerate(plain.outlet_names):
        cases = [c for c in plain.cases if c.outlet == o and c.failed >= start]
        visits = [v for v in plain.visits if v.outlet == o]
        busy, over = busy_and_over(plain, visits, start, end)
        people = plain.outlets[o].technicians
        expected[name] = {
            **of_cases(cases),
            "technicians": nan if people == "unlimited" else people,
            "utilisation": share(busy, on_duty(plain, [len(plain.teams) + o], start, end)),
            "overtime_hours": over,
        }
    assert_table(plain.run.kpis.outlet, expected, "outlet")
    columns = {*OF_CASES, "technicians", "utilisation", "overtime_hours"}
    assert set(plain.run.kpis.outlet.columns) == (columns if expected else columns - OF_CASES)


def test_as_plain_data(plain):
    """For JSON: the same figures, and None where nothing can be said."""
    kpis, found = plain.run.kpis, plain.run.kpis.to_dict()
    tables = {name: table(getattr(kpis, name)) for name in ("month", "market", "outlet")}
    assert set(found) == {"total", *tables}

    def same(cells, figures):
        assert list(cells) == list(figures)
        for name, cell in cells.items():
            figure = float(figures[name])
            assert cell is None if isnan(figure) else cell == figure
            assert cell is None or type(cell) is float

    same(found["total"], kpis.total)
    for name, expected in tables.items():
        assert list(found[name]) == list(expected)
        for row, cells in found[name].items():
            same(cells, expected[row])


def unit_of(name):
    """The unit that a figure must have."""
    if name in ("cases", "calls_offered", "calls_abandoned", "calls_blocked", "backorders"):
        return ""
    if name == "asa":
        return "s"
    if name.startswith(("response", "resolution", "transit", "wait_")):
        return "h"
    if name.startswith(("cost_", "income_", "direct_cost")):
        return "money"
    return "share"


def test_every_figure_is_described(plain):
    kpis = plain.run.kpis
    direct = [name for name in kpis.market.columns if name.startswith("direct_cost")]
    for name in [*UNITS, *kpis.total, *direct]:
        unit, meaning = describe(name)
        assert unit == unit_of(name), name
        assert meaning
        for sign in (": ", "wait_"):
            if sign in name:  # of what it is a part
                assert meaning.endswith(" " + name.split(sign, 1)[1])
    assert describe("nothing known") == ("", "")
    assert describe("asa") == UNITS["asa"]
    assert describe("asa: first") == UNITS["asa"]


def test_the_units_are_of_the_figures_that_there_are():
    assert set(UNITS) == {
        *(name for name in OF_CASES if not name.startswith("wait_")),
        *OF_CALLS, *OF_PEOPLE, *OF_STOCK, *OF_MONEY, "availability", "direct_cost_per_case",
    }  # fmt: skip
