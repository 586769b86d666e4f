from importlib import resources

import numpy as np
import pandas as pd
import pytest

from simnet.siting import ATTRIBUTION, great_circle_km, load_cities, select_cities
from simnet.siting.extract_cities import merge_districts


def test_the_table_is_whole():
    cities = load_cities()
    assert list(cities) == ["name", "country", "region", "lat", "lon", "population"]
    assert 20_000 < len(cities) < 34_000
    assert not cities.isna().any(axis=None)
    assert cities["country"].str.fullmatch("[A-Z]{2}").all()
    assert cities["lat"].between(-90, 90).all()
    assert cities["lon"].between(-180, 180).all()
    assert (cities["population"] >= 15_000).all()


def test_namibia_is_a_country_and_nan_a_city():
    assert select_cities("NA", largest=1)["name"].item() == "Windhoek"
    assert "Nan" in set(select_cities("TH")["name"])


def test_callers_cannot_spoil_the_table():
    mine = load_cities()
    mine["population"] = 0
    assert (load_cities()["population"] > 0).all()


@pytest.mark.parametrize(
    ("country", "city", "lat", "lon"),
    [
        ("CN", "Beijing", 39.9, 116.4),
        ("BR", "São Paulo", -23.55, -46.63),
        ("DE", "Berlin", 52.52, 13.41),
        ("US", "New York City", 40.71, -74.01),
        ("JP", "Tokyo", 35.69, 139.69),
    ],
)
def test_capitals_lie_where_they_should(country, city, lat, lon):
    cities = select_cities(country)
    row = cities[cities["name"] == city].squeeze()
    assert great_circle_km(row["lat"], row["lon"], lat, lon) < 5


@pytest.mark.parametrize(
    ("country", "city", "districts"),
    [
        ("CN", "Beijing", ["Daxing", "Tongzhou", "Mentougou", "Shunyi"]),
        ("CN", "Shanghai", ["Pudong", "Puxi", "Minhang", "Baoshan", "Songjiang", "Jiading"]),
        ("CN", "Shenzhen", ["Bao'an", "Luohu District", "Nantou"]),
        ("DE", "Hamburg", ["Wandsbek", "Hamburg-Nord", "Altona", "Eimsbüttel"]),
        ("DE", "Magdeburg", ["Neue Neustadt"]),
        ("US", "New York City", ["Brooklyn", "Queens", "Manhattan", "The Bronx", "Staten Island"]),
        ("US", "Memphis", ["New South Memphis"]),
        ("US", "Boston", ["South Boston"]),
    ],
)
def test_a_city_appears_once_and_its_districts_are_gone(country, city, districts):
    cities = load_cities().query("country == @country")
    home = cities[cities["name"] == city].nlargest(1, "population").squeeze()
    near = cities[great_circle_km(home["lat"], home["lon"], cities["lat"], cities["lon"]) < 35]
    assert list(near["name"]).count(city) == 1
    assert not set(districts) & set(near["name"])


@pytest.mark.parametrize(
    ("country", "pair"),
    [
        ("CN", ["Guangzhou", "Foshan"]),
        ("CN", ["Suzhou", "Kunshan"]),
        ("DE", ["Düsseldorf", "Wuppertal"]),
        ("DE", ["Köln", "Leverkusen"]),
        ("US", ["San Francisco", "Oakland"]),
        ("US", ["Minneapolis", "Saint Paul"]),
        ("US", ["New York City", "Jersey City"]),
        ("JP", ["Tokyo", "Yokohama"]),
    ],
)
def test_separate_cities_stay_separate(country, pair):
    assert set(pair) <= set(load_cities().query("country == @country")["name"])


@pytest.mark.parametrize(
    ("country", "census_millions"),
    [("CN", 1412), ("BR", 203), ("DE", 83), ("US", 331), ("JP", 126), ("IN", 1211)],
)
def test_people_are_not_counted_twice(country, census_millions):
    # Censuses of 2020 to 2022, India's of 2011: cities hold a part of a country's people.
    millions = select_cities(country)["population"].sum() / 1e6
    assert 0.2 * census_millions < millions < 0.9 * census_millions


def test_selection_is_by_falling_population():
    cities = select_cities("DE", largest=30, min_population=300_000)
    assert cities["population"].is_monotonic_decreasing
    assert list(cities.index) == list(range(len(cities)))
    assert cities["population"].min() >= 300_000
    assert len(cities) < 30
    assert len(select_cities("DE", largest=5)) == 5
    assert select_cities("DE", largest=0).empty


@pytest.mark.parametrize("country", [None, "US", "BR", "CN", "GB"])
def test_names_are_unique_within_the_selection(country):
    assert select_cities(country)["name"].is_unique


def test_namesakes_carry_their_region_or_country():
    america = set(select_cities("US")["name"])
    assert {"Springfield (IL)", "Springfield (MO)", "Chicago"} <= america
    assert "Springfield" not in america
    assert {"London (GB)", "London (CA)", "Shanghai"} <= set(select_cities()["name"])


@pytest.mark.parametrize(("wrong", "right"), [("cn", "CN"), ("USA", "US"), ("DEU", "DE")])
def test_an_unknown_country_names_the_nearest(wrong, right):
    with pytest.raises(ValueError, match=f"did you mean '{right}'"):
        select_cities(wrong)


def test_a_negative_largest_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        select_cities("DE", largest=-1)


def test_geonames_is_named():
    assert ATTRIBUTION == "GeoNames, CC BY 4.0"
    data = resources.files("simnet.siting").joinpath("data")
    assert ATTRIBUTION in data.joinpath("ATTRIBUTION.md").read_text(encoding="utf-8")


def places(*rows):
    columns = ["name", "country", "region", "lat", "lon", "population", "fame"]
    return pd.DataFrame(rows, columns=columns)


KM = 1 / 111.195  # degrees of latitude


def test_merging_follows_its_rule():
    cities = merge_districts(
        places(
            ("district", "AA", "1", 9 * KM, 0, 100_000, 1),
            ("City", "AA", "1", 0, 0, 1_000_000, 9),  # reaches 10 km
            ("Town", "AA", "1", 11 * KM, 0, 100_000, 1),
            ("Twin", "AA", "1", -9 * KM, 0, 600_000, 1),
            ("same again", "AA", "1", 1 * KM, 0, 900_000, 1),
            ("Over the line", "AA", "2", 2 * KM, 0, 100_000, 1),
            ("Abroad", "BB", "1", 2 * KM, 0, 100_000, 1),
        )
    )
    assert list(cities["name"]) == ["City", "Twin", "Town", "Over the line", "Abroad"]
    assert cities["population"][0] == 1_000_000
    assert "fame" not in cities


def test_a_far_better_known_twin_lends_its_name():
    cities = merge_districts(
        places(
            ("New South Quarter", "AA", "1", 5 * KM, 0, 640_000, 3),
            ("Metropolis", "AA", "1", 0, 0, 630_000, 90),
        )
    )
    assert cities.squeeze()[["name", "lat", "population"]].tolist() == ["Metropolis", 0, 640_000]


def test_merging_does_not_hang_on_the_order_of_places():
    rng = np.random.default_rng(1)
    table = places(
        *(
            (f"p{i}", "AA", "1", *rng.uniform(0, 0.5, 2), 20_000 + 1000 * int(n), 1)
            for i, n in enumerate(rng.permutation(200))
        )
    )
    shuffled = table.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(merge_districts(table), merge_districts(shuffled))
