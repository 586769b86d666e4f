"""Places on the map need coordinates as soon as any other has them."""

import pytest

from simnet.scenario import ScenarioError, parse

BASE = {"enquiries": {"e": {"per_week": 1}}}
MARKETS = {"places": {"a": {"lat": 50, "lon": 8}}}
HERE = {"lat": 50, "lon": 8}


def refused(**more):
    with pytest.raises(ScenarioError) as caught:
        parse({**BASE, **more})
    return str(caught.value)


def test_a_network_without_a_map():
    parse({**BASE, "markets": {"places": {"a": {}, "b": {}}}, "outlets": {"places": {"o": {}}}})
    parse({**BASE, "outlets": {"places": {"o": {"lat": 0, "lon": 0}, "p": {}}}})


@pytest.mark.parametrize("half", ["lat", "lon"])
@pytest.mark.parametrize("kind", ["markets", "outlets"])
def test_half_a_pair(kind, half):
    other = "lon" if half == "lat" else "lat"
    text = refused(**{kind: {"places": {"x": {half: 5}}}})
    assert text == f"{kind}.places.x: has no {other}: give both lat and lon"


@pytest.mark.parametrize(
    "more",
    [
        {"outlets": {"places": {"o": HERE}}},
        {"outlets": {"site": {"n": 1, "candidates": {"country": "DE"}}}},
        {"logistics": {"depot": HERE}},
        {"markets": {"places": {"x": {}, "y": HERE}}},
        {"markets": {"cities": {"country": "DE"}, "places": {"x": {}}}},
    ],
)
def test_a_market_needs_them(more):
    more = {"markets": {"places": {"x": {}}}} | more
    assert "markets.places.x: has no coordinates, it would stand at 0° N 0° E" in refused(**more)


@pytest.mark.parametrize(
    "markets", [MARKETS, {"cities": {"country": "DE"}}], ids=["places", "cities"]
)
def test_an_outlet_needs_them(markets):
    text = refused(markets=markets, outlets={"places": {"Kologne": {}, "Cologne": HERE}})
    assert "outlets.places.Kologne: has no coordinates" in text
    assert "did you mean 'Cologne'? (those with coordinates: Cologne)" in text


def test_outlets_on_the_map_need_markets():
    assert "markets: is missing" in refused(outlets={"places": {"o": HERE}})


def test_a_place_with_the_name_of_a_city_by_rule_is_that_city():
    markets = {"cities": {"country": "DE", "largest": 3}, "places": {"Berlin": {"weight": 7}}}
    berlin = parse({**BASE, "markets": markets}).markets.places["Berlin"]
    assert (round(berlin.lat, 1), round(berlin.lon, 1)) == (52.5, 13.4)
    assert (berlin.weight, berlin.spread) == (7, 10)
