"""Changes that draw other random numbers and must leave every key figure the same in the mean.

One product in two halves, or the same network under other names, is the same network. Their means
over the replications may differ by chance only: for each change, the intervals of all differences
together hold 0 with 99 % (Bonferroni, Welch's t), and each must be narrow enough to tell. Fixed
seeds: the outcome is the same every time; with other seeds 1 in 100 would fail.
"""

import copy

import numpy as np
import pytest
from scipy import stats

import simnet

REPLICATIONS = 60
ERROR = 0.01
NARROW = {
    "cases": 0.02, "asa": 0.05, "abandonment": 0.04, "remote_fix": 0.1, "response_mean": 0.1,
    "resolution_mean": 0.1, "promise_kept": 0.04, "fill_rate": 0.08, "utilisation": 0.04,
    "availability": 0.0015, "cost_per_year": 0.015,
}  # fmt: skip
"""half width of the interval of each difference at most, as a part of the mean"""

NETWORK = {
    "start": "2026-01-05",
    "horizon": "26 weeks",
    "warm_up": "2 weeks",
    "products": {
        "fridge": {
            "price": 500,
            "failure": {"law": "weibull", "shape": 1.5, "scale": 2000},
            "warranty": "1 year",
            "modes": {
                "motor": {"share": 2, "repair": {"law": "lognormal", "mean": 2, "cv": 0.5},
                          "part": "motor", "first_time_fix": 0.8},
                "door": {"share": 1, "remote_fix": 0.3,
                         "repair": {"law": "exponential", "mean": 1}},
            },
            "tiers": {"gold": {"share": 0.25, "priority": 1, "promise": 10},
                      "tin": {"share": 0.75, "promise": 30}},
            "sales": 40,
            "in_field": {"units": 320, "age": {"law": "uniform", "low": 0, "high": 4000}},
        }
    },
    "markets": {
        "places": {
            "north": {"lat": 0, "lon": 0, "spread": 10},
            "south": {"lat": -0.8, "lon": 0},
        }
    },
    "enquiries": {"how": {"per_week": 50, "call_type": "design"}},
    "hotline": {
        "hours": "Mon-Sat 08:00-20:00",
        "patience": {"law": "exponential", "mean": 0.5},
        "call_types": {"technical": {"talk": {"law": "exponential", "mean": 0.2}},
                       "design": {"talk": 0.15}},
        "teams": {"all": {"shifts": [{"agents": 1, "hours": "Mon-Sat 08:00-20:00"}],
                          "shrinkage": 0.1}},
    },
    "reporting": {"delay": {"law": "exponential", "mean": 3}},
    "outlets": {
        "defaults": {"hours": "Mon-Sat 08:00-18:00", "capacity_share": 0.8, "technicians": 2},
        "places": {
            "here": {"lat": 0.1, "lon": 0},
            "there": {"lat": -0.9, "lon": 0, "contract": "partner"},
        },
    },
    "contracts": {"partner": {"refusal": 0.1}},
    "parts": {"motor": {"cost": 50, "outlet_stock": {"base_stock": 4},
                        "depot_stock": {"base_stock": 10},
                        "supplier_lead_time": {"law": "exponential", "mean": 100}}},
    "logistics": {"carriers": {"post": {"factor": {"law": "uniform", "low": 0.5, "high": 1.5}}}},
}  # fmt: skip


def figures(data, replications=range(REPLICATIONS)):
    """Key figures, shape (replications, len(NARROW))."""
    plan_of = simnet.parse(data)
    runs = (simnet.simulate(plan_of, seed=11, replication=r).kpis for r in replications)
    return np.array([[kpis[name] for name in NARROW] for kpis in runs])


@pytest.fixture(scope="module")
def whole():
    """What the network gives as it is."""
    return figures(NETWORK)


def in_halves():
    """The fridge sold under two names, half of the units each."""
    data = copy.deepcopy(NETWORK)
    fridge = data["products"].pop("fridge")
    fridge["sales"] /= 2
    fridge["in_field"]["units"] //= 2
    data["products"] = {"left": fridge, "right": copy.deepcopy(fridge)}
    return data


def under_other_names():
    """Every name that owns random numbers, or stands in the accounts, is another one."""
    data = copy.deepcopy(NETWORK)
    data["products"] = {"Kühlschrank": data["products"]["fridge"]}
    data["enquiries"] = {"怎么": data["enquiries"]["how"]}
    for table, names in (
        (data["markets"]["places"], {"north": "Nord", "south": "Süd"}),
        (data["outlets"]["places"], {"here": "hier", "there": "dort"}),
        (data["hotline"]["teams"], {"all": "alle"}),
        (data["logistics"]["carriers"], {"post": "Post"}),
        (data["parts"], {"motor": "Motor"}),
    ):
        for old, new in names.items():
            table[new] = table.pop(old)
    modes = data["products"]["Kühlschrank"]["modes"]
    modes["motor"]["part"] = "Motor"
    data["products"]["Kühlschrank"]["modes"] = {"M": modes["motor"], "T": modes["door"]}
    return data


@pytest.mark.parametrize("change", [in_halves, under_other_names])
@pytest.mark.long
def test_the_same_network_in_other_words_has_the_same_means(whole, change):
    """Confidence 99 % for all key figures together; every interval is narrow."""
    other = figures(change())
    count = len(NARROW)
    for k, (name, narrow) in enumerate(NARROW.items()):
        a, b = whole[:, k], other[:, k]
        assert not np.array_equal(a, b), f"{name}: the same random numbers"
        test = stats.ttest_ind(a, b, equal_var=False)
        low, high = test.confidence_interval(1 - ERROR / count)
        assert low <= 0 <= high, f"{name}: {a.mean():.5g} and {b.mean():.5g}"
        assert (high - low) / 2 < narrow * a.mean(), f"{name}: {low:.4g} to {high:.4g}"
