"""Small random networks that together use every option of the schema.

`networks()` is a hypothesis strategy of plain data for `simnet.parse`: some weeks, some hundred
cases, in and around Luxembourg. `test_reach.py` proves that no option is left out.

Names that the tests rely on: the product `fridge` and the market `centre` are always there.
"""

import operator
from pathlib import Path

from hypothesis import strategies as st

from simnet.policies import DESKS

DATA = Path(__file__).parent / "data"
LAT, LON = 49.6, 6.1
"""the middle of the map"""

DAY, WEEK = 24, 168
WEEKS = (
    "24/7",
    "Mon-Fri 08:00-18:00",
    ["Mon-Sat 06:00-14:00", "Mon-Sat 14:00-22:00"],
    "22:00-06:00",
    "Sat-Sun 10:00-16:00, Mon-Thu 09:00-17:30",
)
STOCKS = (
    {},
    {"base_stock": 1},
    {"base_stock": 3},
    {"reorder_below": 0, "order_up_to": 2},
    {"reorder_point": 1, "order_quantity": 2},
)
PARTIES = ("company", "owner", "customer", "staff", "landlord", "vehicles", "suppliers")
DRIVERS = (
    "setup", "month", "technician_month", "duty_hour", "overtime_hour", "case", "visit",
    "repair_hour", "travel_hour", "km", "part_cost", "part_price", "promise_kept",
    "promise_missed", "unit_sold", "sales_value",
)  # fmt: skip
SEASON = (0.5, 0.5, 1, 1, 1, 2, 2, 2, 1, 1, 0.5, 0)
NIGHTS_OFF = (*(0.0,) * 7, *(1.0,) * 12, *(0.2,) * 5)


def one_of(*values):
    """One of these values."""
    return st.sampled_from(values)


def some(**fields):
    """A mapping in which each field may stand or be missing."""
    return st.fixed_dictionaries({}, optional=fields)


def ageless(mean):
    """Laws with this mean, roughly, that have no greatest value."""
    return one_of(
        {"law": "exponential", "mean": mean},
        {"law": "weibull", "shape": 1.5, "scale": mean},
        {"law": "weibull", "mean": mean, "sd": mean / 2},
        {"law": "weibull", "quantiles": {0.2: mean / 2, 0.9: 2 * mean}},
        {"law": "lognormal", "median": mean, "sigma": 0.5},
        {"law": "lognormal", "mean": f"{mean} h", "cv": 0.8},
        {"law": "lognormal", "quantiles": {0.5: mean, 0.9: 2 * mean}},
        {"law": "gamma", "shape": 2, "scale": mean / 2},
        {"law": "gamma", "mean": mean, "sd": mean / 3},
        {"law": "gamma", "mean": mean, "cv": 0.7},
        {"law": "gamma", "quantiles": {0.1: mean / 4, 0.8: 2 * mean}},
        {"law": "weibull", "mean": mean, "cv": 1.2},
        {"law": "lognormal", "mean": mean, "sd": mean},
        {"law": "piecewise_hazard", "ages": [0, mean / 2, mean],
         "rates": [4380 / mean, 0, 17520 / mean]},
    )  # fmt: skip


def smooth(mean):
    """Laws with this mean, roughly, that give no value twice."""
    return ageless(mean) | one_of(
        {"law": "uniform", "low": mean / 2, "high": 1.5 * mean},
        {"law": "triangular", "low": mean / 2, "mode": mean, "high": 2 * mean},
    )


def times(mean):
    """A number, a text or any law, near this mean in hours."""
    laws = [
        mean,
        f"{60 * mean:g} min",
        {"law": "constant", "value": mean},
        {"law": "empirical", "values": [mean, mean / 2, 2 * mean]},
        {"law": "empirical", "values": [mean / 2, 3 * mean], "weights": [3, 1]},
    ]
    if mean == 1:
        laws.append({"law": "empirical", "csv": str(DATA / "talk.csv"), "column": "hours"})
    return one_of(*laws) | smooth(mean)


def sales(per_month):
    """Every sales curve; `per_month` units, roughly."""
    curve = one_of(
        {"per_month": per_month},
        {"curve": "constant", "per_month": 2 * per_month},
        {"curve": "linear", "start": per_month, "end": 0},
        {"curve": "linear", "start": 0, "end": 3 * per_month},
        {"curve": "bass", "potential": 100 * per_month, "p": 0.1, "q": 0.5},
        {"curve": "bass", "potential": 400 * per_month},
        {"curve": "table", "per_month": [per_month, 3 * per_month]},
    )
    season = one_of({}, {"season": SEASON})
    steady = {"curve": "constant", "per_month": per_month, "season": SEASON}
    return one_of(0, per_month, steady) | st.builds(operator.or_, curve, season)


def in_field(*units):
    """Units that are there at the start."""
    return st.fixed_dictionaries({"units": one_of(*units)}, optional={"age": times(100)})


profile = some(
    hours=one_of(NIGHTS_OFF),
    days=one_of((1, 1, 1, 1, 1, 0, 0), (2, 1, 1, 1, 1, 0.5, 0.2)),
    weekend_hours=one_of((*(0.0,) * 12, *(1.0,) * 12)),
)
own_stock = one_of(*STOCKS)
part = some(
    cost=one_of(10, 2.5),
    price=one_of(15, 30),
    mass=one_of(0, 4, 10),
    outlet_stock=one_of(*STOCKS, {"base_stock_total": 3}),
    depot_stock=own_stock,
    supplier_lead_time=one_of(0, 24) | times(60),
    emergency=st.just(True),
    repairable=one_of(0.5, 1),
    removed=one_of("after_visit", "at_failure"),
    mended_at_outlet=one_of(0.5, 1),
    outlet_time=one_of(0) | times(30),
    outlet_cost=one_of(2),
    workshop_time=one_of(0) | times(2),
    workshop_cost=one_of(3),
)
WORK = {
    "repair": one_of(0) | times(1),
    "part": one_of("pump", "board"),
    "part_chance": one_of(0.5, 0.5, 0),
    "skill": one_of("tubes"),
    "first_time_fix": one_of(0.5, 0.8),
    "second_part": one_of("pump", "board"),
    "second_repair": times(2),
    "workshop": one_of(0.3),
}
MODE = {
    **WORK,
    "call_type": one_of("design"),
    "remote_fix": one_of(0, 0.3),
}
shared_mode = st.fixed_dictionaries({"share": one_of(1, 2)}, optional=MODE)
# a unit that is repaired minimally fails without end at the greatest value of its law
own_mode = st.fixed_dictionaries({"failure": times(300)}, optional=MODE) | st.fixed_dictionaries(
    {"failure": ageless(300), "repair_effect": one_of("minimal")}, optional=MODE
)
mode_tables = st.fixed_dictionaries(
    {"pump": shared_mode, "board": shared_mode}, optional={"leak": own_mode}
) | st.fixed_dictionaries({"leak": own_mode, "crack": own_mode})
TIERS = (
    {"all": {}},
    {"all": {"promise": None}},
    {
        "gold": {"share": 0.4, "priority": 1, "promise": 8},
        "tin": {"share": 0.6, "of": "resolution"},
    },
    {
        "first": {"share": 0.25, "priority": -1, "promise": "2 days"},
        "second": {"share": 0.25, "priority": 2},
        "third": {"share": 0.5, "promise": 4, "of": "resolution"},
    },
)


@st.composite
def products(draw, units):
    """A product with `units` or so in the field at the start, and perhaps some sales."""
    fields = draw(
        st.fixed_dictionaries(
            {"modes": mode_tables, "in_field": in_field(*units)},
            optional={
                "price": one_of(100, 99.5),
                "unit_cost": one_of(60),
                "mass": one_of(20, 0),
                "volume": one_of(0.5),
                "warranty": one_of(200, "1 year", 0),
                "comes_after_warranty": one_of(0, 0.5, 1),
                "end_of_life": one_of(400, "20 days"),
                "elsewhere": one_of(0, 50),
                "tiers": one_of(*TIERS),
                "sales": sales(10),
            },
        )
    )
    if any("share" in mode for mode in fields["modes"].values()):
        fields["failure"] = draw(one_of(100) | times(200))
        if draw(one_of(False, False, True)):
            fields |= {"failure": draw(ageless(200)), "repair_effect": "minimal"}
    return fields


TERMS = {
    "contract": one_of("company", "partner", "agent", "mine"),
    "technicians": one_of(1, 3, "unlimited"),
    "hours": one_of(*WEEKS),
    "capacity_share": one_of(0.6, 0.9),
    "last_start": one_of(1, "30 min"),
    "speed": one_of(25, 90),
    "detour": one_of(1, 1.6),
    "service": one_of("carry_in", "on_site"),
    "existing": one_of(True),
    "lane": one_of("slow", "quick"),
    "stock": some(pump=own_stock, board=own_stock),
}
LIMITS = {
    "radius": one_of(30, 500),
    "skills": one_of((), ("tubes", "wires")),
}
SPOT = {
    "lat": one_of(LAT, LAT + 0.3, LAT + 0.5),
    "lon": one_of(LON - 0.4, LON, LON + 0.5),
}
PLACE = {
    "region": one_of("north", "south", "LU"),
    "contact": one_of("+352 27"),
    "size": one_of("M"),
}
# the first one reaches everybody and can do everything
anywhere = st.fixed_dictionaries(SPOT, optional={**TERMS, **PLACE})
somewhere = st.fixed_dictionaries(SPOT, optional={**TERMS, **PLACE, **LIMITS})
site = st.fixed_dictionaries(
    {"n": one_of(2, 1)},
    optional={
        "candidates": one_of("markets", {"country": "LU"}, {"country": "LU", "largest": 3},
                             {"country": "LU", "min_population": 15000, "largest": 3}),
        "lock": one_of(False),
        "method": one_of("exact", "heuristic", "auto"),
        "time_limit": one_of("30 s"),
        "technicians_total": one_of(3, 5),
    },
)  # fmt: skip


@st.composite
def outlet_tables(draw):
    """Outlets one by one, from the register or by rule; at least one serves every case."""
    found = {"places": {"first": draw(anywhere)}}
    more = draw(st.lists(somewhere, max_size=2))
    found["places"] |= {f"outlet {i}": terms for i, terms in enumerate(more)}
    defaults = draw(some(**TERMS))
    if defaults:
        found["defaults"] = defaults
    how = draw(one_of("places", "register", "rule", "limits"))
    if how == "register":
        found["register"] = str(DATA / "register.csv")
        found |= draw(some(columns=st.just({"lat": "latitude", "lon": "longitude"})))
    elif how == "rule":
        del found["places"]
        found["site"] = draw(site)
        if draw(st.booleans()):
            found["places"] = {"first": draw(anywhere)}
    elif how == "limits":  # the first one does not take its limits from the defaults
        found["defaults"] = defaults | draw(some(**LIMITS))
        found["places"]["first"] |= {"radius": None, "skills": None}
    return found


@st.composite
def market_tables(draw):
    """Markets one by one, from a file and by rule."""
    own = some(
        sales=some(fridge=sales(4)),
        in_field=some(fridge=in_field(3, 8)),
        spread=one_of(10, 20),
    )
    found = {
        "places": {
            "centre": {"lat": LAT, "lon": LON, "weight": 50_000, "region": "north", **draw(own)},
            "edge": {"lat": LAT + 0.4, "lon": LON + 0.4, "weight": draw(one_of(30_011, 0, 1)),
                     "region": draw(one_of("", "south")), **draw(own)},
        }
    }  # fmt: skip
    if draw(one_of(False, False, True)):
        found["csv"] = str(DATA / "markets.csv")
        found |= draw(some(columns=st.just({"lat": "latitude", "lon": "longitude"})))
    if draw(one_of(False, False, True)):
        rule = {"largest": one_of(1, 2), "min_population": one_of(20000), "spread": one_of(3)}
        found["cities"] = {"country": "LU", **draw(some(**rule))}
    return found


shift = st.fixed_dictionaries(
    {"agents": one_of(0, 1, 2)},
    optional={
        "hours": one_of("Mon-Sat 08:00-18:00", "Mon-Fri 10:00-20:00", "22:00-06:00", "24/7"),
        "breaks": one_of("12:00-12:30", "Mon-Fri 12:00-13:00 15:00-15:15"),
    },
)
TEAM = {"shrinkage": one_of(0.3), "wage": one_of(12)}
ALL_CALLS = st.fixed_dictionaries(
    {"shifts": one_of([{"agents": 1, "hours": "24/7"}])
     | st.lists(shift, min_size=1, max_size=2).map(
         lambda shifts: [*shifts, {"agents": 1, "hours": "Mon-Sat 08:00-18:00"}])},
    optional=TEAM,
)  # fmt: skip
SOME_CALLS = st.fixed_dictionaries(
    {"shifts": st.lists(shift, min_size=1, max_size=2)},
    optional={**TEAM, "skills": one_of(["technical"], ["design"], [])},
)
CALL = {
    "talk": times(1),
    "after_call": times(0.25),
    "remote_fix": one_of(0.3),
    "self_service": one_of(0.5),
    "priority": one_of(1, -1),
    "head_start": one_of(1, "10 min"),
}
hotlines = st.fixed_dictionaries(
    {
        "call_types": st.fixed_dictionaries({"technical": some(**CALL), "design": some(**CALL)}),
        "teams": st.fixed_dictionaries({"all": ALL_CALLS}, optional={"second": SOME_CALLS}),
    },
    optional={
        "hours": one_of("Mon-Sat 08:00-20:00"),
        "menu": times(0.1),
        "patience": times(0.5) | times(1),
        "redial": some(chance=one_of(0.9, 1), delay=times(1), attempts=one_of(1, 5)),
        "lines": one_of(2, 4),
        "service_level_within": one_of("5 min", 0),
        "cost_per_minute": one_of(0.1),
    },
)
ENQUIRY = {
    "profile": profile,
    "day_factor_cv": one_of(0.5),
    "promise": one_of(24, "4 h"),
    "remote_fix": one_of(0, 0.5),
    "in_warranty": one_of(False),
    "call_type": one_of("design"),
}
enquiries = some(
    how=st.fixed_dictionaries({"per_week": one_of(20, 40)}, optional=ENQUIRY),
    check=st.fixed_dictionaries(
        {"per_week": one_of(10, 20), "work": some(**WORK)}, optional=ENQUIRY
    ),
    worry=st.fixed_dictionaries(
        {"per_unit_year": one_of(10, 20)},
        optional={**ENQUIRY, "product": one_of("fridge"), "work": some(**WORK)},
    ),
)
carrier = some(
    base=one_of(2, "1 day"),
    speed=one_of(30, None),
    factor=one_of({"law": "uniform", "low": 0.5, "high": 1.5}) | times(1),
    per_shipment=one_of(4),
    per_kg=one_of(0.5),
    per_km=one_of(0.2),
    per_kg_km=one_of(0.01),
)
fleet = some(
    departures=one_of("06:00 18:00", "Mon 06:00, Thu 06:00", ["Mon-Fri 07:30"]),
    trucks=one_of(1, 2),
    capacity=one_of(12, 40),
    speed=one_of(20, 90),
    stop=one_of(0, 1),
    stops_per_tour=one_of(2, 3),
    per_km=one_of(0.5),
    per_truck_day=one_of(150),
)
workshop = some(
    technicians=one_of(1, 2),
    hours=one_of("Mon-Fri 08:00-16:00"),
    repair=one_of(0) | times(10),
    wage=one_of(30),
    mends_parts=one_of(True),
)


@st.composite
def logistics(draw):
    """Two carriers, and perhaps trucks that then supply the outlets."""
    found = draw(
        some(
            depot=one_of({"lat": LAT + 0.2, "lon": LON + 0.1, "per_month": 500}, {"per_month": 90}),
            lane=one_of("quick", "slow"),
            emergency=one_of("quick"),
            returns=one_of("quick"),
            workshop=workshop,
            holding_rate=one_of(0.1),
        )
    )
    found["carriers"] = {"slow": draw(carrier), "quick": draw(carrier)}
    if draw(st.booleans()):
        found["fleet"] = draw(fleet)
        found |= draw(one_of({"lane": "fleet"}, {"fleet_share": 0.6}))
    return found


BY_RULE = tuple(
    {
        "horizon": 504,
        "products": {
            "fridge": {
                "failure": {"law": "exponential", "mean": 200},
                "in_field": {"units": 30},
                "sales": {"curve": "bass", "potential": 900, "p": 0.1, "q": 0.5, "season": SEASON},
            }
        },
        "markets": {
            "places": {"centre": {"lat": LAT, "lon": LON, "weight": 50_000}},
            "cities": {"country": "LU", "min_population": 20000, "spread": 4},
        },
        "enquiries": {
            "worry": {"per_unit_year": 20, "product": "fridge", "remote_fix": 0.5, "work": {}},
            "how": {"per_week": 10},
        },
        "outlets": {
            "defaults": {"technicians": 1, "radius": 300},
            "places": {"first": {"lat": LAT, "lon": LON + 0.5}},
            "site": rule,
        },
    }
    for rule in (
        {"n": 2, "method": "exact", "candidates": {"country": "LU", "largest": 3},
         "technicians_total": 3},
        {"n": 2, "method": "heuristic", "lock": False, "time_limit": "30 s",
         "candidates": {"country": "LU", "min_population": 15000}},
        {"n": 3, "candidates": "markets", "technicians_total": 4},
    )
)  # fmt: skip
"""networks whose outlets are sited by rule, which are rare among the random ones"""

term = st.fixed_dictionaries(
    {
        "payer": one_of(*PARTIES),
        "payee": one_of(*PARTIES),
        "per": one_of(*DRIVERS),
        "amount": one_of(1, 0.5, 20, -3),
        "category": one_of("fees", "sundries"),
    },
    optional={"when": one_of("in_warranty", "out_of_warranty", "always")},
)
contract = some(
    owned=st.booleans(),
    coordination=times(1),
    refusal=one_of(0.02, 0.6),
    terms=st.lists(term, min_size=1, max_size=6),
)


@st.composite
def networks(draw):
    """A scenario of three weeks with some hundred cases, as plain data."""
    data = draw(
        some(
            name=one_of("Réseau 网络"),
            description=one_of("made at random"),
            currency=one_of("€"),
            price_level=one_of(2),
            time_zone=one_of("Europe/Berlin"),
            start=one_of("2026-01-05", "2026-02-20", "2025-12-31"),
            warm_up=one_of(100, "3 days"),
            seed=one_of(3),
            enquiries=enquiries,
            reporting=some(delay=times(2), profile=profile),
            hotline=hotlines,
        )
    )
    desk = st.fixed_dictionaries({"policy": one_of(*DESKS)}, optional={"coordination": times(2)})
    return {
        **data,
        "horizon": draw(one_of(504, "3 weeks", 500.5)),
        "follow_up": draw(one_of(0, 100.5, "3 weeks")),
        "products": draw(
            st.fixed_dictionaries(
                {"fridge": products((12, 40))}, optional={"lamp": products((8, 20))}
            )
        ),
        "markets": draw(market_tables()),
        "dispatch": draw(desk),
        "outlets": draw(outlet_tables()),
        "contracts": {"mine": draw(contract), **draw(some(partner=contract, agent=contract))},
        "parts": {"pump": draw(part), "board": draw(part)},
        "logistics": draw(logistics()),
    }
