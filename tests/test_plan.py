import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simnet.plan import FLEET, UNLIMITED, make_plan, share_out
from simnet.scenario import ScenarioError, parse
from simnet.siting import great_circle_km

ASKED = {"enquiries": {"e": {"per_week": 1}}}
PLACES = {
    "Berlin": {"lat": 52.52, "lon": 13.4, "weight": 3},
    "Hamburg": {"lat": 53.55, "lon": 10.0, "weight": 2},
    "München": {"lat": 48.14, "lon": 11.58, "weight": 1},
}


def plan_of(**scenario):
    return make_plan(parse({**ASKED, **scenario}))


def outlets(**terms):
    """An outlet in each of the three markets."""
    return {
        "defaults": terms,
        "places": {n: {"lat": p["lat"], "lon": p["lon"]} for n, p in PLACES.items()},
    }


def german(n=5, **outlets):
    site = {"n": n, **outlets.pop("site", {})}
    markets = {"cities": {"country": "DE", "largest": 20}}
    return plan_of(markets=markets, outlets={"site": site, **outlets})


weights_lists = st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e3)), min_size=1, max_size=20)


# --- sharing out ----------------------------------------------------------------------------


@given(st.integers(0, 1000), weights_lists)
def test_share_out_follows_the_weights(total, weights):
    found = share_out(total, np.array(weights))
    assert found.sum() == total
    assert (found >= 0).all()
    if sum(weights) > 0:  # quota rule: each share is its quota, rounded up or down
        assert (np.abs(found - np.array(weights) / sum(weights) * total) < 1 + 1e-9).all()
        assert not found[np.array(weights) == 0].any()
    else:
        assert np.ptp(found) <= 1


@given(st.integers(0, 1000), weights_lists, st.integers(0, 20))
def test_share_out_gives_the_least(total, weights, least):
    found = share_out(total, np.array(weights), least)
    assert found.sum() == total
    assert found.min() >= min(least, total // len(weights))
    if total >= least * len(weights):  # who weighs more gets no less
        order = np.argsort(weights)
        assert (np.diff(np.maximum(found[order], least)) >= -1).all()


@pytest.mark.parametrize(
    ("total", "weights", "least", "shares"),
    [
        (10, [1, 2, 7], 0, [1, 2, 7]),
        (10, [1, 2, 7], 2, [2, 2, 6]),
        (3, [1, 1], 0, [2, 1]),  # of equals the earlier
        (10, [0, 0, 0], 1, [4, 3, 3]),
        (2, [5, 1, 1], 1, [1, 1, 0]),
        (0, [1, 2], 0, [0, 0]),
        (12, [100, 1, 1], 1, [10, 1, 1]),
    ],
    ids=str,
)
def test_share_out(total, weights, least, shares):
    assert share_out(total, np.array(weights, dtype=float), least).tolist() == shares


# --- siting ---------------------------------------------------------------------------------


def test_sited_outlets_stand_in_their_markets():
    plan = german()
    assert len(plan.markets) == 20
    assert len(plan.outlets) == 5
    assert set(plan.outlets) < set(plan.markets)
    assert plan.siting is not None
    weights = np.array([m.weight for m in plan.markets.values()])
    assert plan.siting.objective == pytest.approx(float(weights @ plan.crow_km.min(axis=1)))
    assert plan.served.sum() == pytest.approx(1)
    for name, outlet in plan.outlets.items():
        assert plan.crow_km[list(plan.markets).index(name)].min() == pytest.approx(0, abs=1e-3)
        assert outlet.region == plan.markets[name].region


def test_more_outlets_are_nearer():
    values = [german(n).siting.objective for n in (1, 3, 10, 20)]
    assert (np.diff(values) < 0).all()
    assert values[-1] == pytest.approx(0, abs=1)


def test_given_outlets_stay():
    places = {"Sylt": {"lat": 54.9, "lon": 8.3, "technicians": 9}}
    plan = german(places=places, site={"technicians_total": 30}, defaults={"radius": 2000})
    assert next(iter(plan.outlets)) == "Sylt"
    assert len(plan.outlets) == 5
    assert all(outlet.radius == 2000 for outlet in plan.outlets.values())
    assert plan.technicians[0] == 9
    assert plan.technicians[1:].sum() == 30
    # in proportion to the work of the nearest markets: the way there and back, no repair here
    work, spread = np.zeros(5), next(iter(plan.markets.values())).spread
    for m, order in enumerate(plan.preference):
        way = 1.3 * np.hypot(plan.crow_km[m, order[0]], spread / np.sqrt(2))
        work[order[0]] += plan.weights[m] * (2 * way / 40 + plan.mean_repair)
    sited = work[1:] / work[1:].sum() * 30
    assert (np.abs(plan.technicians[1:] - sited) < 1).all()
    assert "Sylt" not in german(places=places, site={"lock": False}).outlets


def test_a_given_outlet_with_a_citys_name_stands_once():
    plan = german(n=20, places={"Berlin": {"lat": 52.5, "lon": 13.4, "technicians": 7}})
    assert len(plan.outlets) == 20
    assert plan.technicians[list(plan.outlets).index("Berlin")] == 7


def test_candidates_of_their_own():
    candidates = {"country": "AT", "largest": 4}
    plan = german(n=2, site={"candidates": candidates})
    assert len(plan.outlets) == 2
    assert not set(plan.outlets) & set(plan.markets)


def test_at_least_one_technician_each():
    plan = german(site={"technicians_total": 6})
    assert plan.technicians.sum() == 6
    assert plan.technicians.min() == 1
    with pytest.raises(ScenarioError, match=r"technicians_total: 4 technicians are too few for 5"):
        german(site={"technicians_total": 4})


def test_more_outlets_than_candidates_are_refused():
    with pytest.raises(ScenarioError, match=r"outlets\.site\.n: 21 .* there are 20 candidates"):
        german(n=21)


@pytest.mark.parametrize(("country", "hint"), [("XX", ""), ("de", "did you mean 'DE'")])
def test_unknown_country_is_refused(country, hint):
    with pytest.raises(ScenarioError, match=rf"markets\.cities\.country: unknown .*{hint}"):
        plan_of(markets={"cities": {"country": country}})
    site = {"n": 1, "candidates": {"country": country}}
    with pytest.raises(ScenarioError, match=r"outlets\.site\.candidates\.country: unknown"):
        plan_of(markets={"places": PLACES}, outlets={"site": site})


def test_no_city_so_large_is_refused():
    with pytest.raises(ScenarioError, match=r"markets\.cities: no city is so large"):
        plan_of(markets={"cities": {"country": "LU", "min_population": 1e7}})


# --- who reaches whom -----------------------------------------------------------------------


def test_outlets_by_distance_within_their_radius():
    plan = plan_of(markets={"places": PLACES}, outlets=outlets(radius=300))
    assert plan.preference == ((0, 1), (1, 0), (2,))
    assert plan.served == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    km = great_circle_km(52.52, 13.4, 53.55, 10.0)
    assert plan.crow_km[0, 1] == pytest.approx(float(km)) == plan.crow_km[1, 0]
    assert plan.weights == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    far = plan_of(markets={"places": PLACES}, outlets=outlets())
    assert [set(order) for order in far.preference] == [{0, 1, 2}] * 3


def test_an_unreachable_market_is_refused_by_name():
    markets = {"places": {**PLACES, "Wien": {"lat": 48.2, "lon": 16.37}}}
    with pytest.raises(ScenarioError) as refused:
        plan_of(markets=markets, outlets=outlets(radius=200))
    text = str(refused.value)
    assert len(refused.value.problems) == 1
    assert "Wien" in text
    assert "the nearest, München, is 35" in text
    assert "its radius is 200 km" in text
    # where nobody lives, nobody has to be reached
    markets["places"]["Wien"]["weight"] = 0
    assert plan_of(markets=markets, outlets=outlets(radius=200)).preference[3] == ()


def test_a_market_with_own_sales_has_to_be_reached():
    wien = {"lat": 48.2, "lon": 16.37, "weight": 0, "sales": {"p": 3}}
    with pytest.raises(ScenarioError, match="no outlet reaches Wien"):
        plan_of(
            products={"p": {}},
            markets={"places": {**PLACES, "Wien": wien}},
            outlets=outlets(radius=200),
        )


def test_skills():
    enquiry = {"per_week": 1, "work": {"skill": "gas"}}
    terms = outlets()
    terms["places"]["Berlin"]["skills"] = ["gas"]
    terms["places"]["Hamburg"]["skills"] = []
    enquiries = {"plain": {"per_week": 1, "work": {}}, "gas": enquiry}
    plan = plan_of(enquiries=enquiries, markets={"places": PLACES}, outlets=terms)
    assert plan.able[0] == plan.preference
    assert plan.able[1] == ((0, 2), (0, 2), (2, 0))
    terms["defaults"]["radius"] = 300
    terms["places"]["München"]["skills"] = []
    with pytest.raises(ScenarioError, match="no outlet in reach of München has the skill 'gas'"):
        plan_of(enquiries=enquiries, markets={"places": PLACES}, outlets=terms)


def test_regions_and_owners():
    markets = {"places": {"a": {"region": "N"}, "b": {"region": "S"}, "c": {}}}
    places = {"o": {"region": "S", "contract": "agent"}, "q": {"technicians": "unlimited"}}
    plan = plan_of(markets=markets, outlets={"places": places})
    assert plan.same_region.tolist() == [[False, False], [True, False], [False, False]]
    assert plan.owned.tolist() == [False, True]
    assert plan.technicians.tolist() == [2, UNLIMITED]


# --- time -----------------------------------------------------------------------------------


def test_months_of_a_leap_year():
    plan = plan_of(start="2028-02-10", horizon="60 days")
    assert plan.month_starts.tolist() == [0, 20 * 24, 51 * 24]
    assert plan.month_names == ["2028-02", "2028-03", "2028-04"]
    assert plan.offset == 3 * 24  # a Thursday
    # a month that begins with the end is no more touched
    assert plan_of(start="2026-02-01", horizon="28 days").month_names == ["2026-02"]


@settings(max_examples=40, deadline=None)
@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), st.integers(1, 2000))
def test_months(start, days):
    plan = plan_of(start=start.isoformat(), horizon=days * 24)
    dates = [start + datetime.timedelta(hours=float(h)) for h in plan.month_starts]
    assert dates[0] == start
    assert all(date.day == 1 for date in dates[1:])
    assert [f"{date:%Y-%m}" for date in dates] == plan.month_names
    last = start + datetime.timedelta(days=days - 1)
    assert plan.month_names[-1] == f"{last:%Y-%m}"
    assert len(set(plan.month_names)) == len(plan.month_names)


# --- parts and logistics --------------------------------------------------------------------


def test_stock_policies():
    terms = outlets()
    terms["places"]["Hamburg"]["stock"] = {"motor": {"reorder_point": 2, "order_quantity": 5}}
    parts = {
        "motor": {"outlet_stock": {"base_stock_total": 12}, "depot_stock": {"base_stock": 4}},
        "fan": {"outlet_stock": {"reorder_below": 1, "order_up_to": 6}},
    }
    plan = plan_of(markets={"places": PLACES}, outlets=terms, parts=parts)
    assert plan.ordering(0, 0) == (5, 6, 0, 6)
    assert plan.ordering(1, 0) == (2, 0, 5, 7)
    assert plan.ordering(2, 0) == (1, 2, 0, 2)
    assert plan.ordering(plan.depot, 0) == (3, 4, 0, 4)
    assert plan.ordering(1, 1) == (1, 6, 0, 6)
    assert plan.ordering(plan.depot, 1) == (-1, 0, 0, 0)
    # from 6 to 5, from 7 to 2, from 2 to 1
    assert plan.taken_before_order.tolist() == [1, 5, 1]


def test_a_total_is_no_policy_of_one_place():
    parts = {"motor": {"depot_stock": {"base_stock_total": 3}}}
    with pytest.raises(ScenarioError, match=r"parts\.motor\.depot_stock: is for all outlets"):
        plan_of(markets={"places": PLACES}, outlets=outlets(), parts=parts)
    terms = outlets()
    terms["places"]["Hamburg"]["stock"] = {"motor": {"base_stock_total": 3}}
    with pytest.raises(ScenarioError, match=r"outlets\.places\.Hamburg\.stock\.motor: is for"):
        plan_of(markets={"places": PLACES}, outlets=terms, parts={"motor": {}})


def test_tours_of_the_fleet():
    fleet = {"stops_per_tour": 2, "speed": 50, "stop": 1}
    logistics = {"fleet": fleet, "lane": "fleet", "depot": {"lat": 52.52, "lon": 13.4}}
    terms = outlets(detour=1.2)
    terms["places"]["München"]["lane"] = "carrier"
    plan = plan_of(markets={"places": PLACES}, outlets=terms, logistics=logistics)
    assert plan.lane.tolist() == [FLEET, FLEET, 0]
    stops = sorted(outlet for tour in plan.tours for outlet in tour.outlets)
    assert stops == [0, 1]
    km = 1.2 * plan.depot_km[1]
    (tour,) = [tour for tour in plan.tours if 1 in tour.outlets]
    assert tour.km == pytest.approx(2 * km)
    before = len(tour.outlets) - 1 if tour.outlets[-1] == 1 else 0
    assert tour.hours[tour.outlets.index(1)] == pytest.approx(km / 50 + before)
    assert tour.duration == pytest.approx(2 * km / 50 + len(tour.outlets))


@pytest.mark.parametrize("stops", [1, 2, 4])
def test_every_outlet_is_on_one_tour(stops):
    fleet = {"stops_per_tour": stops, "speed": 60, "stop": 0.5}
    logistics = {"fleet": fleet, "lane": "fleet"}
    markets = {"cities": {"country": "DE", "largest": 20}}
    plan = plan_of(markets=markets, outlets={"site": {"n": 8}}, logistics=logistics)
    assert sorted(o for tour in plan.tours for o in tour.outlets) == list(range(8))
    for tour in plan.tours:
        assert len(tour.outlets) <= stops
        assert (np.diff(tour.hours) > 0).all()
        assert tour.duration == pytest.approx(tour.km / 60 + 0.5 * len(tour.outlets))
        assert tour.hours[-1] + 0.5 < tour.duration + 1e-9


def test_the_depot_stands_in_the_greatest_market():
    plan = plan_of(markets={"places": PLACES}, outlets=outlets())
    assert plan.depot_place.lat == 52.52
    assert plan.depot_km == pytest.approx(plan.crow_km[0])


def test_a_part_too_heavy_for_a_truck_is_refused():
    logistics = {"fleet": {"capacity": 50}, "lane": "fleet"}
    parts = {"boiler": {"mass": 80}, "fan": {"mass": 50}}
    with pytest.raises(ScenarioError, match=r"^parts\.boiler\.mass: .*\(50 kg\)$"):
        plan_of(markets={"places": PLACES}, outlets=outlets(), parts=parts, logistics=logistics)
    carrier = outlets(lane="carrier")
    plan_of(markets={"places": PLACES}, outlets=carrier, parts=parts, logistics=logistics)


def test_sources_in_order():
    products = {
        "p": {"failure": 1000, "modes": {"a": {"share": 1, "part": "fan"}, "b": {"share": 2}}},
        "never": {},
    }
    plan = plan_of(products=products, parts={"motor": {}, "fan": {}})
    assert [s.label for s in plan.sources] == ["p: a", "p: b", "e"]
    assert [s.part for s in plan.sources] == [1, -1, -1]
    assert [s.remote_fix for s in plan.sources] == [0, 0, 1]  # without work, the call is all
