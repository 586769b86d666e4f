"""From a plan and its draws to the world of arrays."""

from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.draws import Draws
from simnet.draws.units import lives
from simnet.heap import lasting, longer
from simnet.plan import UNLIMITED, Plan
from simnet.records import TABLES, Outcome, Table
from simnet.scenario.week import Week

from .columns import addresses
from .world import (
    ARRAYS,
    CARRIER,
    CASE,
    NET,
    OF_CASE,
    OF_JOB,
    OUTLET,
    PART,
    PERSON,
    POLICIES,
    POOLS,
    PRODUCT,
    QUEUE,
    RECORDS,
    SOURCE,
    STATION,
    STOCK,
    TEAM,
    TOUR,
)  # fmt: skip

Floats = NDArray[np.float64]
Rows = NDArray[Any]

OPEN_ROWS = 1024
"""room to begin with in what grows; a power of 2"""
LINE = 64
"""bytes that come from memory at a time; a row of as many is not to lie on two of them"""
LEAST_SPANS, MOST_SPANS = 256, 1 << 24
"""spans of time (see `clock`), within these limits one for each case: short enough for a small
heap, long enough for few empty ones"""
MANY = 8192
"""events under way; with fewer all is at hand, with more it is asked for ahead, see `ahead`"""
UNDER_WAY, CASES_A_ROW = ("events", "due", "open"), 16
"""tables of what is under way at a time, and for how many cases they have a row to begin with"""
ROWS_OF_CASE = {"calls": 2, "visits": 2, "bench": 0, "shipments": 3, "moves": 6, "trips": 0}
"""room to begin with in tables of records, for each case; they grow where that does not do"""


class World:
    """The arrays that own what the loop reads and writes, and the record that points to them."""

    def __init__(self, net: Rows, tables: dict[str, Rows], drawn: tuple[Rows, Rows]) -> None:
        self.array = net
        self.array["drawn"], self.columns = drawn
        self.tables: dict[str, Rows] = {}
        for name in (*RECORDS, *ARRAYS):
            self.put(name, tables[name])
        self.growing: dict[str, Table] = {}

    @property
    def net(self) -> Any:
        """The record NET."""
        return self.array[0]

    def put(self, name: str, table: Rows) -> None:
        """Let a name stand for this table; again, after it was moved."""
        self.tables[name] = table
        self.net[name]["at"], self.net[name]["length"] = table.ctypes.data, table.size

    def lengthen(self, name: str, rows: int) -> None:
        """Let a table of the records have so many rows at least."""
        cases = len(self.tables["cases"])
        net = self.net[name]
        if rows > net["length"]:
            table = self.growing.get(name)
            self.growing[name] = table = (
                {c: lasting(f"{name}.{c}", rows, kind, cases) for c, kind in TABLES[name].items()}
                if table is None
                else {c: longer(found, f"{name}.{c}", rows, cases) for c, found in table.items()}
            )
            for column, found in table.items():
                net[column], net["length"] = found.ctypes.data, len(found)

    def used(self, name: str) -> int:
        """Rows in use."""
        return int(self.net[name]["used"])


def roomier(table: Rows, rows: int) -> Rows:
    """A table with so many rows at least, and half as many again as this one, whose rows it begins
    with."""
    more = _rows(table.dtype, max(rows, len(table) + len(table) // 2))
    # numpy would go through records field by field
    more.view(np.uint8)[: table.nbytes] = table.view(np.uint8)
    return more


def _rows(kind: np.dtype[Any], count: int, **columns: Any) -> Rows:
    room = np.zeros(kind.itemsize * count + LINE, dtype=np.uint8)
    first = -room.ctypes.data % LINE
    rows = room[first : first + kind.itemsize * count].view(kind)
    for name, values in columns.items():
        rows[name] = values
    return rows


def make_world(plan: Plan, draws: Draws) -> World:
    """Everything as it stands at time 0. The draws have to outlive it."""
    cases = draws.cases
    tables: dict[str, Any] = {name: _rows(kind, OPEN_ROWS) for name, kind in RECORDS.items()}
    for name in UNDER_WAY:  # what is not written takes no memory
        tables[name] = _rows(RECORDS[name], OPEN_ROWS + len(cases) // CASES_A_ROW)
    tables["cases"] = _rows(CASE, len(cases), place=-1, outcome=Outcome.OPEN)
    reached = len(OF_CASE) + (len(OF_JOB) if plan.outlets else 0)
    milestones = lasting("milestones", reached * len(cases), np.float64, len(cases))
    tables["milestones"] = milestones.reshape(reached, len(cases))
    served = len(cases) if plan.outlets else 0
    tables["assigned_to"] = lasting("assigned_to", served, np.int32, len(cases))
    tables["sold"], tables["moments"] = draws.units.sold, cases.moment
    tables["persons"] = _rows(PERSON, len(draws.staff.crew), team=draws.staff.crew)
    tables |= (
        _duties(plan, draws) | _desk(plan) | _stations(plan) | _logistics(plan) | _things(plan)
    )
    tables["opening"], tables["closing"], spans = _opening_hours(plan)
    tables |= _outlets(plan, spans[1:])
    tables["numbers"] = np.zeros(max(2, len(plan.tours)), dtype=np.int64)
    tables["hours"] = np.zeros(len(plan.outlets))
    spans_of_time = min(MOST_SPANS, max(LEAST_SPANS, len(cases)))
    tables["spans"] = np.full(spans_of_time, -1, dtype=np.int32)
    w = World(_net(plan, len(cases.patience), spans[0], tables), tables, addresses(cases))
    for name in POOLS:
        w.net[name]["free"] = -1
    for name in ("unlisted", "ahead_0", "ahead_1", "ahead_2"):
        w.net[name] = -1
    w.net["failed_parts"] = -1, -1
    for name, rows in ROWS_OF_CASE.items():  # likewise
        w.lengthen(name, OPEN_ROWS + rows * len(cases))
    return w


def _things(plan: Plan) -> dict[str, Rows]:
    """Sources of cases, products, parts and their stocks."""
    parts, products = plan.scenario.parts.values(), plan.scenario.products.values()
    return {
        "sources": _rows(
            SOURCE, len(plan.sources), covered=plan.covered,
            call_type=[s.call_type for s in plan.sources],
            product=[s.product for s in plan.sources],
            work=[s.work is not None for s in plan.sources],
            group=_groups(plan)[1],
        ),
        "products": _rows(
            PRODUCT, len(products), warranty=[p.warranty for p in products],
            elsewhere=[p.elsewhere for p in products], mass=[p.mass for p in products],
            life=lives(plan),
        ),
        "parts": _rows(
            PART, len(parts), head=-1, tail=-1, mass=[part.mass for part in parts],
            emergency=[part.emergency for part in parts],
            at_failure=[part.removed == "at_failure" for part in parts],
        ),
        "stocks": _stocks(plan),
    }  # fmt: skip


def _logistics(plan: Plan) -> dict[str, Rows]:
    """Carriers, tours, and when trucks leave."""
    logistics = plan.scenario.logistics
    carriers, fleet = logistics.carriers.values(), logistics.fleet
    leaves = np.empty(0)
    if fleet is not None and plan.tours:
        leaves = np.array(fleet.departures.over(plan.end, plan.offset), dtype=np.float64)
    return {
        "carriers": _rows(
            CARRIER, len(carriers), base=[c.base for c in carriers],
            speed=[np.inf if c.speed is None else c.speed for c in carriers],
        ),
        "tours": _rows(TOUR, len(plan.tours), head=-1, tail=-1, km=[t.km for t in plan.tours],
                       duration=[t.duration for t in plan.tours]),
        "departures": leaves,
    }  # fmt: skip


def _net(
    plan: Plan, attempts: int, hotline_hours: tuple[int, int], tables: dict[str, Rows]
) -> Rows:
    hotline, logistics = plan.scenario.hotline, plan.scenario.logistics
    levels, stocks = len(plan.tier_priorities), len(tables["stocks"])
    return _rows(
        NET, 1,
        lines=-1 if hotline is None or hotline.lines is None else hotline.lines,
        end=plan.end,
        spans_an_hour=len(tables["spans"]) / plan.end,
        reached=len(tables["milestones"]),
        many=MANY,
        attempts=attempts,
        opens=hotline_hours[0],
        closes=hotline_hours[1],
        policy=POLICIES.index(plan.scenario.dispatch.policy),
        board=len(tables["queues"]) - stocks - levels,
        to_be_read=-1.0,
        mean_repair=plan.mean_repair,
        queue_of_parts=len(tables["queues"]) - stocks,
        trucks=logistics.fleet.trucks if logistics.fleet else 0,
        capacity=logistics.fleet.capacity if logistics.fleet else 0.0,
        express_lane=-1 if logistics.emergency is None else plan.carrier(logistics.emergency),
        returns=plan.carrier(logistics.returns),
        offset=plan.offset,
        levels=levels,
        markets=len(plan.markets),
        classes=tables["takes"].shape[1],
        tiers=tables["level_of"].shape[1],
        hotline=hotline is not None,
        profile=not plan.scenario.reporting.profile.flat,
    )  # fmt: skip


def _stations(plan: Plan) -> dict[str, Rows]:
    """Stations, queues, teams, and which classes a team takes."""
    scenario, priorities = plan.scenario, plan.tier_priorities
    hotline, levels = scenario.hotline, len(plan.tier_priorities)
    kinds = [] if hotline is None else [
        (name, kind, p) for name, kind in hotline.call_types.items() for p in priorities
    ]  # fmt: skip
    skills = [] if hotline is None else [team.skills for team in hotline.teams.values()]
    count = len(plan.outlets)
    classes = np.array([len(kinds), *[levels] * count, 1])
    first = np.concatenate(([0], np.cumsum(classes)[:-1]))
    stocks = (plan.depot + 1) * len(scenario.parts)
    queues = _rows(QUEUE, int(classes.sum()) + levels + stocks, head=-1, tail=-1)
    queues["priority"][: len(kinds)] = [kind.priority + p for _, kind, p in kinds]
    queues["head_start"][: len(kinds)] = [kind.head_start for _, kind, _ in kinds]
    queues["priority"][len(kinds) : len(kinds) + levels * count] = priorities * count
    workshop = scenario.logistics.workshop
    stations = _rows(
        STATION, count + 2, queue=first, classes=classes,
        team=[0, *range(len(skills), len(skills) + count + 1)],
        teams=[len(skills), *[1] * (count + 1)],
        last_start=[0.0, *(o.last_start for o in plan.outlets.values()), 0.0],
        unlimited=[False, *(plan.technicians == UNLIMITED), workshop.technicians == "unlimited"],
        reads_board=[False, *[scenario.dispatch.policy == "central_board"] * count, False],
        mends_parts=[*[False] * (count + 1), workshop.mends_parts],
    )  # fmt: skip
    of = [*[0] * len(skills), *range(1, count + 2)]
    teams = _rows(TEAM, len(of), station=of, head=-1, tail=-1)
    takes = np.ones((len(of), max(1, levels, len(kinds))), dtype=np.bool_)
    for team, known in enumerate(skills):
        takes[team, : len(kinds)] = [known is None or name in known for name, _, _ in kinds]
    return {"stations": stations, "queues": queues, "teams": teams, "takes": takes}


def _opening_hours(plan: Plan) -> tuple[Floats, Floats, list[tuple[int, int]]]:
    """Moments of opening and closing, and where those of the hotline and of each outlet stand."""
    hotline = plan.scenario.hotline
    weeks = [hotline.hours if hotline else None, *(o.hours for o in plan.outlets.values())]
    known: dict[Week | None, tuple[int, int]] = {None: (0, 0)}
    hours, total, spans = [np.empty((0, 2))], 0, []
    for week in weeks:  # many outlets keep the same hours
        span = known.get(week)
        if span is None and week is not None:
            hours.append(week.over(plan.end, plan.offset))
            span = known[week] = total, total + len(hours[-1])
            total += len(hours[-1])
        spans.append(span or (0, 0))
    table = np.concatenate(hours)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1]), spans


def _groups(plan: Plan) -> tuple[list[tuple[tuple[int, ...], ...]], list[int]]:
    """Outlets in order by market, for each group of sources; and each source's group."""
    able = {id(orders): orders for orders in plan.able}  # sources of one skill share theirs
    return list(able.values()), [list(able).index(id(orders)) for orders in plan.able]


def _desk(plan: Plan) -> dict[str, Rows]:
    """What the desk knows: distances, outlets in order, regions, priorities, the week's profile."""
    groups = _groups(plan)[0]
    lists = [order for orders in groups for order in orders]
    ends = np.array([0, *accumulate(len(order) for order in lists)], dtype=np.int64)
    order = np.array([outlet for order in lists for outlet in order], dtype=np.int32)
    markets = np.tile(np.arange(len(plan.markets)), len(groups))[: len(lists)]
    cumulative, weights, _ = plan.profile_table
    of_regions = plan.scenario.dispatch.policy == "territory"  # markets times outlets may be many
    return {
        "order": order,
        "crow_km": plan.crow_km[np.repeat(markets, np.diff(ends)), order],
        "order_from": ends,
        "owned": plan.owned,
        "same_region": plan.same_region if of_regions else np.zeros(0, dtype=np.bool_),
        "level_of": _levels(plan),
        "cumulative": np.array(cumulative),
        "weights": np.array(weights),
    }


def _outlets(plan: Plan, spans: list[tuple[int, int]]) -> dict[str, Rows]:
    contracts, terms = list(plan.scenario.contracts.values()), list(plan.outlets.values())
    tour_of = {o: t for t, tour in enumerate(plan.tours) for o in tour.outlets}
    rows = _rows(
        OUTLET, len(terms),
        speed=[o.speed for o in terms],
        detour=[o.detour for o in terms],
        depot_km=plan.depot_km,
        refusal=[contracts[c].refusal for c in plan.contract],
        opens=[start for start, _ in spans],
        closes=[end for _, end in spans],
        technicians=plan.technicians,
        contract=plan.contract,
        lane=plan.lane,
        carry_in=[o.service == "carry_in" for o in terms],
    )  # fmt: skip
    ways = np.zeros(len(terms))
    for o, t in tour_of.items():
        tour = plan.tours[t]
        rows["tour"][o], ways[o] = t, tour.hours[tour.outlets.index(o)]
    return {"outlets": rows, "ways": ways}


def _stocks(plan: Plan) -> Rows:
    keys = [(p, k) for p in range(plan.depot + 1) for k in range(len(plan.scenario.parts))]
    low, up_to, lot, start = zip(*(plan.ordering(*key) for key in keys), strict=True) if keys else (
        (), (), (), ())  # fmt: skip
    return _rows(STOCK, len(keys), low=low, up_to=up_to, lot=lot, held=start, on_hand=start)


def _levels(plan: Plan) -> NDArray[np.int64]:
    priorities, of_tier = plan.tier_priorities, plan.priority_of_tier
    widest = max([1, *map(len, of_tier)])
    levels = np.full((len(of_tier) + 1, widest), priorities.index(0), dtype=np.int64)
    for product, tiers in enumerate(of_tier):
        levels[product, : len(tiers)] = [priorities.index(p) for p in tiers]
    return levels


def _duties(plan: Plan, draws: Draws) -> dict[str, Rows]:
    """Everybody's intervals of duty, and their order by beginning and by end; at one moment, in
    order of person, as they stand."""
    staff = draws.staff
    goes = np.flatnonzero(staff.end < plan.end)
    return {
        "person": staff.person, "comes_on": staff.start, "goes_off": staff.end,
        "comings": np.argsort(staff.start, kind="stable").astype(np.int32),
        "goings": goes[np.argsort(staff.end[goes], kind="stable")].astype(np.int32),
    }  # fmt: skip
