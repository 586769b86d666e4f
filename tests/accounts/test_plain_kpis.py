"""Key figures: every one of every table, reckoned with plain loops over the rows of the records."""

from math import isnan, nan

import numpy as np
import pytest
from accounts.books import Books
from accounts.plain import known, mean, overlap, share

from simnet.accounts import FIGURES, at_worst, describe, find
from simnet.records import CallEnd, Kind, Outcome

YEAR = 8760
WAITS = ("hotline", "talk", "dispatch", "part", "technician", "travel", "repair", "workshop")
AS_HELPED = {
    "promise_kept",
    *(f"{time}_{kind}" for time in ("response", "resolution")
      for kind in ("mean", "p50", "p90", "p95")),
    *(f"wait_{name}" for name in WAITS),
}  # fmt: skip
"""of cases, that rest on who was helped"""
OF_CASES = {
    "cases", "first_time_fix", "remote_fix", "fill_rate", "open_cases", "open_share", "unhelped",
    "unhelped_share", *AS_HELPED, *map(at_worst, AS_HELPED),
}  # fmt: skip
CALLS_AS_HELPED = {"asa", "service_level", "abandonment"}
OF_CALLS = {
    "calls_offered", "calls_abandoned", "calls_blocked", *CALLS_AS_HELPED,
    *map(at_worst, CALLS_AS_HELPED),
}  # fmt: skip
OF_PEOPLE = {"occupancy", "utilisation", "overtime"}
OF_STOCK = {"backorders", "transit_mean"}
OF_MONEY = {
    "cases_charged",
    "cost_per_case",
    "cost_per_unit_sold",
    "cost_per_year",
    "income_per_year",
}
NO_SERVICE = ("product sales", "production", "initial stock")


def hours_within(hours):
    """Mean and quantiles of the hours that are known."""
    hours = [h for h in hours if known(h)]
    quantiles = np.quantile(hours, [0.5, 0.9, 0.95]).tolist() if hours else [nan] * 3
    return mean(hours), *quantiles


def of_cases(plain, cases):
    """Figures of some of the cases."""
    mended = [c for c in cases if c.mended]
    on_the_phone = sum(c.phone and c.unit >= 0 for c in cases)
    at_the_unit = sum(c.unit >= 0 for c in mended)
    wanted = [(asked, ready) for c in cases for _, asked, ready in c.asked]
    left_open = sum(c.outcome == Outcome.OPEN for c in cases)
    lost = sum(c.outcome in (Outcome.ABANDONED, Outcome.REFERRED) for c in cases)
    came = sum(known(c.called) or c.outcome == Outcome.OPEN for c in cases)
    found = {
        "cases": len(cases),
        "first_time_fix": share(sum(not known(c.left) for c in mended), len(mended)),
        "remote_fix": share(on_the_phone, on_the_phone + at_the_unit),
        "fill_rate": share(sum(asked == ready for asked, ready in wanted), len(wanted)),
        "open_cases": left_open,
        "open_share": share(left_open, len(cases)),
        "unhelped": left_open + lost,
        "unhelped_share": share(left_open + lost, came),
        **as_helped(plain, [plain.seen(c) for c in cases]),
    }
    worst = as_helped(plain, [plain.seen(c, worst=True) for c in cases])
    for name, figure in worst.items():
        # no wait is the shorter for others who would share in it
        of_waits = name.startswith("wait_") and known(figure) and known(found[name])
        found[at_worst(name)] = max(figure, found[name]) if of_waits else figure
    assert set(found) == OF_CASES
    return found


def as_helped(plain, cases):
    """Figures that rest on who was helped."""
    works = [source.work is not None for source in plain.plan.sources]
    # an enquiry that needed no visit is no service case
    service = [c for c in cases if c.unit >= 0 or known(c.assigned)
               or (c.unhelped and works[c.source])]  # fmt: skip
    found = {"promise_kept": mean([c.kept for c in cases if known(c.kept)])}
    for time in ("response", "resolution"):
        figures = hours_within(getattr(c, time) for c in service)
        for kind, figure in zip(("mean", "p50", "p90", "p95"), figures, strict=True):
            found[f"{time}_{kind}"] = figure
    for name in WAITS:
        done = [c for c in service if known(c.resolution)]
        found[f"wait_{name}"] = mean([c.waits[name] for c in done])
    return found


def of_tiers(plain, cases):
    """Promises kept by product and tier."""
    found = {}
    for p, (name, product) in enumerate(plain.scenario.products.items()):
        for t, tier in enumerate(product.tiers):
            mine = [c for c in cases if not c.enquiry and c.product == p and c.tier == t]
            label = f"promise_kept: {name}, {tier}"
            for name_of, worst in ((label, False), (at_worst(label), True)):
                kept = [plain.seen(c, worst).kept for c in mine]
                found[name_of] = mean([k for k in kept if known(k)])
    return found


def of_calls(plain, calls):
    """Figures of some of the calls; none without a hotline."""
    if not plain.scenario.hotline:
        return {}
    answered = [c for c in calls if c.end == CallEnd.ANSWERED]
    gone = [c for c in calls if c.end == CallEnd.ABANDONED and known(c.left)]
    waits = [c.left - c.queued for c in answered]
    within = plain.scenario.hotline.service_level_within
    soon = sum(wait <= within for wait in waits)
    waiting = [plain.end - c.queued for c in calls if known(c.queued) and not known(c.left)]
    late = sum(wait > within for wait in waiting)
    last = {c.case: c for c in plain.calls if c.end != CallEnd.CLOSED}
    for_good = [c for c in calls if last.get(c.case) is c
                and plain.cases[c.case].outcome == Outcome.ABANDONED]  # fmt: skip
    blocked = sum(c.end == CallEnd.BLOCKED for c in for_good)
    never = len(waiting) + len(for_good)
    found = {
        "calls_offered": sum(c.end != CallEnd.CLOSED for c in calls),
        "calls_abandoned": len(gone),
        "calls_blocked": sum(c.end == CallEnd.BLOCKED for c in calls),
        "asa": 3600 * mean(waits + waiting),
        "asa (at worst)": 3600 * mean(waits + [plain.end] * never),
        "service_level": share(soon, len(answered) + len(gone) + late),
        "service_level (at worst)": share(soon, len(answered) + len(gone) + len(waiting) + blocked),
        "abandonment": share(len(gone), len(answered) + len(gone)),
        "abandonment (at worst)": share(
            len(gone) + len(waiting) + blocked, len(answered) + len(gone) + len(waiting) + blocked
        ),
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
        **of_cases(plain, cases),
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
    still = still_to_pay(plain, spent)
    spent |= {"open cases": still} if still else {}
    cost = sum(spent.values())
    income = sum(
        amount for _, _, payee, category, amount in entries
        if payee == "company" and category not in NO_SERVICE
    )  # fmt: skip
    expected = {
        **dict.fromkeys(OF_CALLS, nan),
        **window(plain, plain.warm_up, plain.horizon),
        **worst_places(plain),
        **owners(plain, entries),
        **transport(plain, entries),
        "cases_charged": sum(known(c.called) for c in plain.cases),
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


def still_to_pay(plain, spent):
    """What cases are expected to cost that are open at the horizon, by what others have cost."""
    waits = [c for c in plain.cases if c.outcome == Outcome.OPEN and known(c.called)]
    to_answer = [c for c in waits if not known(c.answered)]
    to_triage = [c for c in waits if not known(c.triaged)]
    to_start = [c for c in waits if known(c.triaged) and not known(c.started)]
    heard = sum(known(c.triaged) for c in plain.cases)
    needed = sum(known(c.assigned) or c.outcome == Outcome.REFERRED for c in plain.cases)
    needed += sum(known(c.triaged) and not known(c.assigned) for c in waits)
    of_hotline = sum(amount for name, amount in spent.items() if name in ("hotline", "telephone"))
    of_outlets = sum(spent.values()) - of_hotline
    visits = len(to_start) + (len(to_triage) * needed / heard if heard else len(to_triage))
    owed = 0.0
    for paid, waiting, through in (
        (of_hotline, len(to_answer), sum(known(c.answered) for c in plain.cases)),
        (of_outlets, visits, sum(known(c.started) for c in plain.cases)),
    ):
        if waiting and paid:
            owed += paid * waiting / through if through else nan
    return owed


def worst_places(plain):
    found = {}
    for place, names in (("market", plain.plan.markets), ("outlet", plain.outlet_names)):
        for name in ("response_p90", at_worst("response_p90"), "open_share"):
            values = []
            for number in range(len(names)):
                mine = [c for c in plain.cases
                        if getattr(c, place) == number and c.failed >= plain.warm_up]  # fmt: skip
                values.append(of_cases(plain, mine)[name])
            found[f"worst_{place}_{name}"] = max((v for v in values if known(v)), default=nan)
    return found


def profits(plain, entries):
    """What each owner is left with in a year, by outlet; none where that is the company."""
    found = {}
    for o, name in enumerate(plain.outlet_names):
        if not plain.plan.owned[o]:
            amounts = [
                amount * ((payee == name) - (payer == name))
                for _, payer, payee, _, amount in entries
            ]
            found[o] = sum(amounts) * YEAR / plain.horizon
    return found


def owners(plain, entries):
    left = profits(plain, entries).values()
    return {
        "owners": len(left) or nan,
        "owners_losing": sum(profit < 0 for profit in left) if left else nan,
        "owner_profit_least": min(left, default=nan),
        "owner_profit_sum": sum(left) if left else nan,
    }


def transport(plain, entries):
    def paid(fleet):
        return sum(
            amount for _, payer, payee, category, amount in entries
            if category == "transport" and payer == "company" and (payee == "vehicles") == fleet
        )  # fmt: skip

    def kg(lanes):
        total = 0.0
        for s in plain.shipments:
            if lanes(s.lane):
                product = plain.cases[s.case].product
                mass = plain.parts[s.part].mass if s.part >= 0 else plain.products[product].mass
                total += mass * s.quantity
        return total

    fleet = plain.scenario.logistics.fleet
    room = len(plain.trips) * fleet.capacity if fleet else 0
    return {
        "fleet_load": share(sum(t.kg for t in plain.trips), room),
        "fleet_cost_per_kg": share(paid(True), kg(lambda lane: lane == -1)),
        "carrier_cost_per_kg": share(paid(False), kg(lambda lane: lane >= 0)),
    }


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
            "cases_charged": came,
            "cost_per_case": share(cost, came),
            "cost_per_unit_sold": share(cost, sold),
            **{f"cost: {category}": spent.get(category, 0.0) for category in categories},
        }
    assert_table(plain.run.kpis.month, expected, "month")
    columns = list(plain.run.kpis.month.columns)
    first = columns.index("cost")
    assert columns[first : first + 3] == ["cost", "cases_charged", "cost_per_case"]


def test_by_market(plain):
    """Figures after the warm-up, and what the cases themselves cost the company."""
    direct = Books(plain).direct_costs()
    start, end = plain.warm_up, plain.horizon
    expected = {}
    for m, name in enumerate(plain.plan.markets):
        cases = [c for c in plain.cases if c.market == m and c.failed >= start]
        calls = [c for c in plain.calls if plain.cases[c.case].market == m and c.begun >= start]
        paid = {
            category: sum(amounts.get(c.number, 0.0) for c in cases if c.outcome != Outcome.OPEN)
            for category, amounts in direct.items()
        }
        over = sum(known(c.called) and c.outcome != Outcome.OPEN for c in cases)
        expected[name] = {
            **of_cases(plain, cases),
            **of_tiers(plain, cases),
            **of_calls(plain, calls),
            **of_stock(plain, start, end, m),
            "availability": availability(plain, start, end, m),
            "direct_cost_per_case": share(sum(paid.values()), over),
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
    start, end, entries = plain.warm_up, plain.horizon, Books(plain).ledger()
    expected = {}
    for o, name in enumerate(plain.outlet_names):
        cases = [c for c in plain.cases if c.outlet == o and c.failed >= start]
        visits = [v for v in plain.visits if v.outlet == o]
        busy, over = busy_and_over(plain, visits, start, end)
        people = plain.outlets[o].technicians
        expected[name] = {
            **of_cases(plain, cases),
            "technicians": nan if people == "unlimited" else people,
            "utilisation": share(busy, on_duty(plain, [len(plain.teams) + o], start, end)),
            "overtime_hours": over,
            "owner_profit": profits(plain, entries).get(o, nan),
        }
    assert_table(plain.run.kpis.outlet, expected, "outlet")
    columns = {*OF_CASES, "technicians", "utilisation", "overtime_hours", "owner_profit"}
    assert set(plain.run.kpis.outlet.columns) == columns


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


def test_every_figure_is_described(plain):
    """And has a unit, a goal or none, and a group; so do its twin and that of one place."""
    kpis = plain.run.kpis
    for frame in (kpis.month, kpis.market, kpis.outlet):
        assert all(find(str(name)) for name in frame)
    for name in kpis.total:
        found = find(name)
        assert found is not None, name
        assert found.unit in ("", "h", "s", "share", "money"), name
        assert found.meaning
        assert "{" not in found.meaning
        assert found.goal in (None, "min", "max")
        for sign in (": ", "wait_"):
            if sign in name and "(" not in name:  # of what it is a part
                assert found.meaning.endswith(" " + name.split(sign, 1)[1])
    assert describe("nothing known") == ("", "")
    assert find("response_p90 @ Berlin").meaning == find("response_p90").meaning + ", Berlin"
    assert describe("response_p90 @ Berlin")[0] == "h"


def test_no_figure_is_registered_twice():
    names = [figure.name for figure in FIGURES]
    assert len(names) == len(set(names))


def test_a_misspelt_figure_is_told_with_the_nearest(plain):
    with pytest.raises(KeyError, match="did you mean 'response_p90'"):
        plain.run.kpis["respose_p90"]
