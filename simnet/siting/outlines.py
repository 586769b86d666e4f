"""Country outlines, the backdrop of a map of outlets. Natural Earth, public domain."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from simnet.siting.cities import check_country

Ring = NDArray[np.float64]

_UNITS_PER_DEGREE = 100


@cache
def _packaged() -> dict[str, list[Ring]]:
    packed = resources.files("simnet.siting").joinpath("data/outlines.json.gz").read_bytes()
    outlines: dict[str, list[Ring]] = {}
    for code, rings in json.loads(gzip.decompress(packed)).items():
        # Each ring is x0, y0, dx1, dy1, ... in hundredths of a degree.
        outlines[code] = [
            np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / _UNITS_PER_DEGREE for ring in rings
        ]
        for ring in outlines[code]:
            ring.setflags(write=False)  # shared by all callers
    return outlines


def country_outline(country: str) -> list[Ring]:
    """The closed rings of a country (ISO 3166-1 alpha-2), each (n, 2) of lon, lat in degrees.

    Outer rings run clockwise, holes counter-clockwise. Accurate to about a kilometre, and cut at
    the 180th meridian. The rings are read-only. Raises ``ValueError`` for an unknown country.
    """
    outlines = _packaged()
    check_country(country, outlines)
    return list(outlines[country])


def outlines_in(west: float, south: float, east: float, north: float) -> dict[str, list[Ring]]:
    """The countries that meet a box of degrees, each with those of its rings that do.

    A country that contains the box meets it, one that has the box in a hole does not. Rings are
    whole, not clipped. Raises ``ValueError`` if the box has no width or height, also where it
    would cross the 180th meridian.
    """
    if not (west < east and south < north):
        raise ValueError(f"box {west}..{east} E, {south}..{north} N has no width or no height")
    found: dict[str, list[Ring]] = {}
    for code, rings in _packaged().items():
        crossing = [_crosses(ring, west, south, east, north) for ring in rings]
        around = [
            not cross and _contains(ring, west, south)
            for ring, cross in zip(rings, crossing, strict=True)
        ]
        # Around the box an outer ring adds one, a hole takes it away again.
        if any(crossing) or sum(around) % 2:
            found[code] = [
                ring
                for ring, cross, outside in zip(rings, crossing, around, strict=True)
                if cross or outside
            ]
    return found


def _crosses(ring: Ring, west: float, south: float, east: float, north: float) -> bool:
    """Whether any edge of the ring has a point in the box, by separating axes."""
    low, high = np.minimum(ring[:-1], ring[1:]), np.maximum(ring[:-1], ring[1:])
    near = np.all((low <= (east, north)) & (high >= (west, south)), axis=1)
    if not near.any():
        return False
    start, step = ring[:-1][near], np.diff(ring, axis=0)[near]
    corners = np.array([(west, south), (east, south), (east, north), (west, north)])
    to_corner = corners - start[:, None, :]
    side = np.sign(step[:, None, 0] * to_corner[..., 1] - step[:, None, 1] * to_corner[..., 0])
    return bool(np.any(np.abs(side.sum(axis=1)) < len(corners)))


def _contains(ring: Ring, lon: float, lat: float) -> bool:
    """Whether the point lies in the ring, by the number of edges that a ray to the east meets."""
    if not (np.all(ring.min(axis=0) <= (lon, lat)) and np.all(ring.max(axis=0) >= (lon, lat))):
        return False
    (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
    spans = (y1 > lat) != (y2 > lat)
    x1, y1, x2, y2 = x1[spans], y1[spans], x2[spans], y2[spans]
    return bool(np.count_nonzero(lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1)) % 2)
