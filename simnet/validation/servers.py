"""Who answers where: outlets with one technician each on a central board."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.scenario.quantity import WEEK
from simnet.theory import hypercube, hypercube_approximation

from .case import Case, Figure
from .figures import hours_between, load_of, outlet_kpi, share_elsewhere

Places = dict[str, tuple[float, float]]
"""latitude and longitude, degrees"""
WAIT = hours_between("triaged", "assigned")


def board(
    areas: Places, weights: NDArray[np.float64], outlets: Places, rate: float, mean: float,
    weeks: int,
) -> dict[str, Any]:  # fmt: skip
    """Jobs an hour from all areas, exponential repairs, ways that take no time."""
    work = {"repair": {"law": "exponential", "mean": mean}}
    return {
        "horizon": (weeks + 2) * WEEK,
        "follow_up": 0,
        "warm_up": WEEK,
        "markets": {
            "places": {
                name: {"lat": lat, "lon": lon, "weight": float(weight)}
                for (name, (lat, lon)), weight in zip(areas.items(), weights, strict=True)
            }
        },
        "enquiries": {"job": {"per_week": rate * WEEK, "work": work}},
        "dispatch": {"policy": "central_board"},
        "outlets": {
            "defaults": {"technicians": 1, "hours": "24/7", "speed": 1e9},
            "places": {name: {"lat": lat, "lon": lon} for name, (lat, lon) in outlets.items()},
        },
    }


def _by_distance(areas: Places, outlets: Places) -> NDArray[np.int64]:
    """Each area's outlets, the nearest first; all are near the equator, where degrees are equal."""
    away = np.array(list(areas.values()))[:, None] - np.array(list(outlets.values()))[None, :]
    return np.argsort((away**2).sum(axis=2), axis=1, kind="stable")


def three_servers() -> Case:
    """The exact hypercube."""
    rate, mean = 2.0, 0.9
    places = {"west": (0.0, 0.0), "middle": (0.0, 1.0), "east": (0.0, 2.5)}
    weights = np.array([0.5, 0.3, 0.2])
    order = _by_distance(places, places)
    theory = hypercube(rate * weights, order, mean)
    controls, load = load_of(rate, mean, "repair", "arrived", "repaired")
    return Case(
        name="hypercube, 3 servers",
        system=f"three outlets with a technician each on a central board, {rate:g} jobs an hour "
        f"from three areas with shares 0.5, 0.3, 0.2, exponential repairs of {mean:g} h",
        source="Larson 1974, Computers & Operations Research 1(1), pp. 67-95",
        exactness="exact",
        data=board(places, weights, places, rate, mean, weeks=310),
        figures=(
            *(
                Figure(f"workload, {name}", "", float(load), outlet_kpi(name, "utilisation"))
                for name, load in zip(places, theory.workload, strict=True)
            ),
            Figure("answered by others", "", theory.inter_area(order[:, 0]),
                   share_elsewhere(order[:, 0])),
            Figure("mean wait", "h", theory.wait, WAIT, controls=controls),
            *load,
        ),
    )  # fmt: skip


def twelve_servers() -> Case:
    """Larson's approximation beside the exact model."""
    rate, mean = 8.0, 0.9
    # a grid of 4 by 3 that is no square, so that no two outlets are equally near to an area
    outlets = {f"o{i}": (1.1 * (i // 4) + 0.05 * i, i % 4 - 0.03 * i) for i in range(12)}
    areas = {f"a{i}": (y + 0.11, x + 0.17) for i, (y, x) in enumerate(outlets.values())}
    weights = np.linspace(2.0, 1.0, 12) / 18
    order = _by_distance(areas, outlets)
    exact = hypercube(rate * weights, order, mean)
    near = hypercube_approximation(rate * weights, order, mean)
    home = order[:, 0]
    shown = ("o0", "o5", "o11")
    return Case(
        name="hypercube, 12 servers (Larson's approximation)",
        system=f"twelve outlets with a technician each on a central board, {rate:g} jobs an hour "
        f"from twelve unequal areas, exponential repairs of {mean:g} h",
        source="Larson 1975, Operations Research 23(5), pp. 845-868; exact: Larson 1974",
        exactness="workloads and shares also by an approximation, a few per cent off",
        data=board(areas, weights, outlets, rate, mean, weeks=16),
        figures=(
            *(
                Figure(f"workload, {name}", "", float(exact.workload[int(name[1:])]),
                       outlet_kpi(name, "utilisation"))
                for name in shown
            ),
            Figure("answered by others", "", exact.inter_area(home), share_elsewhere(home)),
            *(
                Figure(f"workload, {name}, approximation", "", float(near.workload[int(name[1:])]),
                       outlet_kpi(name, "utilisation"), claim="near", tolerance=0.05)
                for name in shown
            ),
            Figure("answered by others, approximation", "", near.inter_area(home),
                   share_elsewhere(home), claim="near", tolerance=0.05),
        ),
    )  # fmt: skip


CASES = (three_servers, twelve_servers)
