"""Distances on the earth's surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the GRS 80 ellipsoid, (2a + b) / 3 (Moritz 1980, Geodetic Reference System)."""


def great_circle_km(
    lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distance in km between points given in degrees.

    The four arguments broadcast against each other, so a matrix of all pairs is
    ``great_circle_km(lat[:, None], lon[:, None], lat, lon)``. The result has the broadcast
    shape, ``()`` for four scalars. On a sphere; the ellipsoid differs by at most 0.6 %.

    The haversine form, because the cosine rule loses all digits for near points
    (Sinnott 1984, "Virtues of the haversine", Sky and Telescope 68, p. 159).
    """
    phi1, lam1, phi2, lam2 = (
        np.radians(np.asarray(x, dtype=np.float64)) for x in (lat1, lon1, lat2, lon2)
    )
    h = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * np.cos(phi2) * np.sin((lam2 - lam1) / 2) ** 2
    )
    # Rounding can lift h of two antipodes just above 1.
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0))))
