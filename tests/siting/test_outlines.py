import numpy as np
import pytest
from matplotlib.path import Path

from simnet.siting import country_outline, load_cities, outlines_in
from simnet.siting.extract_outlines import pack, simplify


def inside(rings, lon, lat):
    return sum(Path(ring).contains_point((lon, lat)) for ring in rings) % 2 == 1


@pytest.mark.parametrize(
    ("country", "lon", "lat"),
    [
        ("CN", 116.4, 39.9),  # Beijing
        ("BR", -47.9, -15.8),  # Brasília
        ("DE", 13.4, 52.5),  # Berlin
        ("US", -87.65, 41.85),  # Chicago
        ("FR", 2.35, 48.85),  # Paris, whose ISO code the source hides
        ("NO", 10.75, 59.91),
        ("NA", 17.08, -22.56),
        ("TW", 121.5, 25.05),
    ],
)
def test_a_city_lies_in_its_country_alone(country, lon, lat):
    assert inside(country_outline(country), lon, lat)
    assert not inside(country_outline("KZ"), lon, lat)


def test_most_cities_lie_in_their_country():
    cities = load_cities().nlargest(300, "population")
    hits = [
        inside(country_outline(c), lon, lat)
        for c, lon, lat in zip(cities["country"], cities["lon"], cities["lat"], strict=True)
    ]
    assert np.mean(hits) > 0.95  # the rest stand on a shore


def test_rings_are_closed_degrees_and_shared_safely():
    for ring in country_outline("ID"):
        assert ring.shape[0] >= 4
        assert ring.shape[1] == 2
        np.testing.assert_array_equal(ring[0], ring[-1])
        assert np.all(np.abs(ring) <= (180, 90))
    with pytest.raises(ValueError, match="read-only"):
        ring[0] = 0


def test_every_country_of_a_city_has_an_outline():
    missing = {c for c in load_cities()["country"].unique() if not _has_outline(c)}
    assert missing == {"GF", "GP", "MQ", "RE", "YT"}  # drawn as part of France


def _has_outline(country):
    try:
        return len(country_outline(country)) > 0
    except ValueError:
        return False


def test_an_unknown_country_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'CN'"):
        country_outline("cn")


def test_box_over_a_border_finds_both_sides():
    found = outlines_in(7.3, 48.3, 8.3, 49.2)  # the Rhine at Strasbourg
    assert set(found) == {"DE", "FR"}
    assert len(found["FR"]) < len(country_outline("FR"))  # neither Corsica nor Réunion


def test_box_within_a_country_finds_it_alone():
    assert set(outlines_in(100, 32, 101, 33)) == {"CN"}


def test_box_in_a_hole_does_not_find_the_country_around_it():
    assert set(outlines_in(28.2, -29.6, 28.4, -29.4)) == {"LS"}


def test_box_around_a_country_and_box_at_sea():
    assert {"IS"} == set(outlines_in(-26, 62, -12, 68))
    assert outlines_in(-140, 0, -139, 1) == {}


def test_box_without_area_is_an_error():
    with pytest.raises(ValueError, match="no width"):
        outlines_in(179, 0, -179, 1)


def test_simplify_drops_only_points_near_the_line():
    ring = np.array([(0, 0), (50, 0), (100, 0), (100, 40), (101, 80), (0, 80), (0, 0)])
    kept = simplify(ring, 0.6)
    assert kept.tolist() == [[0, 0], [100, 0], [101, 80], [0, 80], [0, 0]]


def test_pack_stores_steps_of_hundredths():
    ring = np.array([(1.0, 2.0), (1.0, 3.0), (2.0, 3.0), (2.0, 2.0), (1.0, 2.0)])
    assert pack(ring, 0.5) == [100, 200, 0, 100, 100, 0, 0, -100, -100, 0]
    assert pack(ring * 1e-4, 0.5) == []
