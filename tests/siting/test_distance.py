import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simnet.siting import great_circle_km
from simnet.siting.distance import EARTH_RADIUS_KM

lats, lons = st.floats(-90, 90), st.floats(-180, 180)


def test_a_quarter_of_the_meridian_is_ten_thousand_kilometres():
    # So the metre was defined in 1791; the mean sphere keeps it to 0.1 %.
    assert great_circle_km(0, 0, 90, 0) == pytest.approx(10_000, rel=1e-3)
    assert great_circle_km(0, 0, 90, 0) == pytest.approx(EARTH_RADIUS_KM * np.pi / 2)


def test_flinders_peak_to_buninyong():
    # Vincenty's test line, 54,972.271 m on GRS 80 (Geoscience Australia, GDA technical manual).
    lat1, lon1 = -(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600
    lat2, lon2 = -(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600
    assert great_circle_km(lat1, lon1, lat2, lon2) == pytest.approx(54.972271, rel=6e-3)


def test_nashville_to_los_angeles():
    # Rosetta Code's "Haversine formula": BNA to LAX is 2887.2599 km with R = 6372.8 km.
    km = great_circle_km(36.12, -86.67, 33.94, -118.40)
    assert km == pytest.approx(2887.2599506 * EARTH_RADIUS_KM / 6372.8, rel=1e-9)


def test_matrix_of_all_pairs_by_broadcasting():
    lat, lon = np.array([0.0, 10.0, -20.0]), np.array([0.0, 170.0, -170.0])
    km = great_circle_km(lat[:, None], lon[:, None], lat, lon)
    assert km.shape == (3, 3)
    np.testing.assert_array_equal(np.diag(km), 0)
    np.testing.assert_allclose(km, km.T)


@given(lats, lons, lats, lons, lats, lons)
def test_is_a_metric_of_at_most_half_the_girth(a1, o1, a2, o2, a3, o3):
    ab, ba = great_circle_km(a1, o1, a2, o2), great_circle_km(a2, o2, a1, o1)
    assert 0 <= ab <= np.pi * EARTH_RADIUS_KM
    assert ab == pytest.approx(ba)
    assert ab <= great_circle_km(a1, o1, a3, o3) + great_circle_km(a3, o3, a2, o2) + 1e-4
