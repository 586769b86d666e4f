"""Tours of a technician or a van that start and end at one depot."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def savings_tours(distance: ArrayLike, max_stops: int, max_km: float = math.inf) -> list[list[int]]:
    """Tours through all stops by the parallel savings method.

    ``distance`` is (n + 1, n + 1), symmetric, in km, row 0 the depot. Every stop 1..n is in exactly
    one tour, listed in driving order without the depot, of at most ``max_stops`` stops and
    ``max_km`` km from depot to depot. Only a stop whose trip out and back alone exceeds ``max_km``
    does so, in a tour of its own: the customer has to be visited all the same.

    Each stop starts as a tour of its own; then, by falling saving d(i,0) + d(0,j) - d(i,j), two
    tours are joined where i and j are ends of them and the limits hold (Clarke and Wright 1964,
    Operations Research 12(4), pp. 568-581). Ties go to the lower indices, so equal input gives
    equal tours.

    Raises ``ValueError`` unless ``distance`` is a symmetric square matrix of non-negative finite
    numbers, ``max_stops`` at least 1 and ``max_km`` positive.
    """
    d = np.asarray(distance, dtype=np.float64)
    if d.ndim != 2 or d.shape[0] != d.shape[1] or not len(d):
        raise ValueError(f"distance must be a square matrix with the depot, got shape {d.shape}")
    if not np.all(np.isfinite(d)) or np.any(d < 0):
        raise ValueError("distance must be finite and not negative")
    if not np.allclose(d, d.T):
        raise ValueError("distance must be symmetric: savings_tours drives tours either way")
    if max_stops < 1 or not max_km > 0:
        raise ValueError(f"max_stops and max_km must be positive, got {max_stops} and {max_km}")

    out = d[0]
    first, second = np.triu_indices(len(d), k=1)
    first, second = first[first > 0], second[first > 0]
    saving = out[first] + out[second] - d[first, second]
    # Stable on pairs in order of index. Joining for no gain would only make tours longer.
    order = np.argsort(-saving, kind="stable")
    order = order[saving[order] > 0]

    tour_of = {stop: [stop] for stop in range(1, len(d))}
    km = {stop: 2.0 * float(out[stop]) for stop in tour_of}  # of the tour's both ends
    pairs = zip(first[order].tolist(), second[order].tolist(), saving[order].tolist(), strict=True)
    for i, j, gain in pairs:
        a, b = tour_of[i], tour_of[j]
        if a is b or i not in (a[0], a[-1]) or j not in (b[0], b[-1]):
            continue
        joined_km = km[i] + km[j] - gain
        if len(a) + len(b) > max_stops or joined_km > max_km:
            continue
        tour = (a if a[-1] == i else a[::-1]) + (b if b[0] == j else b[::-1])
        tour_of.update(dict.fromkeys(tour, tour))
        km[tour[0]] = km[tour[-1]] = joined_km
    tours = {min(tour): tour for tour in tour_of.values()}
    return [tour if tour[0] <= tour[-1] else tour[::-1] for _, tour in sorted(tours.items())]
