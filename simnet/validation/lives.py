"""Lives of units: renewal, minimal repair, and how a product spreads.

Repairs take no time: an outlet at the customers' place with unlimited technicians.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.scenario.quantity import YEAR
from simnet.theory import bass, minimal_repair, renewal_function, weibull_renewals

from .case import Case, Figure
from .figures import failures_per_unit, share_sold

Floats = NDArray[np.float64]

INSTANT = {"repair": 0}
SCALED = ("products", "unit", "in_field", "units")


def fleet(units: int, years: float, product: dict[str, Any]) -> dict[str, Any]:
    """So many new units, all in the field from time 0 on."""
    return {
        "horizon": years * YEAR,
        "follow_up": 0,
        "products": {
            "unit": {"in_field": {"units": units}, "warranty": "100 years", **product},
        },
        "outlets": {"places": {"here": {"technicians": "unlimited", "hours": "24/7"}}},
    }


def as_good_as_new() -> Case:
    """A renewal process."""
    shape, scale = 2.0, 1.5
    life = {"law": "weibull", "shape": shape, "scale": scale * YEAR}
    return Case(
        name="renewal, Weibull lives",
        system=f"units with Weibull lives, shape {shape:g}, scale {scale:g} years, as good as new "
        "after each repair",
        source="renewal equation: Tijms, A First Course in Stochastic Models, 2003, sec. 8.1.2; "
        "Xie 1989, Communications in Statistics - Simulation and Computation 18(1), pp. 281-293",
        exactness="exact, theory to 5 digits",
        data=fleet(
            4200, 4.0, {"failure": life, "modes": {"wear": {"share": 1, **INSTANT}}}
        ),
        figures=tuple(
            Figure(f"failures per unit by year {years:g}", "",
                   float(weibull_renewals(years, shape, scale)),
                   failures_per_unit(years * YEAR, "unit: wear"))
            for years in (1.0, 2.0, 4.0)
        ),
        scaled=SCALED,
    )  # fmt: skip


def as_bad_as_old() -> Case:
    """A power law process."""
    shape, scale = 2.5, 2.0
    life = {"law": "weibull", "shape": shape, "scale": scale * YEAR}
    return Case(
        name="minimal repair, power law",
        system=f"units with Weibull lives, shape {shape:g}, scale {scale:g} years, as old as "
        "before after each repair",
        source="Barlow and Hunter 1960, Operations Research 8(1), pp. 90-100",
        exactness="exact",
        data=fleet(
            2600, 4.0,
            {
                "failure": life, "repair_effect": "minimal",
                "modes": {"wear": {"share": 1, **INSTANT}},
            },
        ),
        figures=tuple(
            Figure(f"failures per unit by year {years:g}", "",
                   float(minimal_repair(years, shape, scale)),
                   failures_per_unit(years * YEAR, "unit: wear"))
            for years in (2.0, 4.0)
        ),
        scaled=SCALED,
    )  # fmt: skip


def clocks_of_their_own() -> Case:
    """A bathtub life that is renewed beside a wear that is not: neither sees the other."""
    ages, rates = (0.0, 0.25, 3.0), (1.2, 0.2, 1.0)
    shape, scale = 1.8, 2.5

    def cdf(years: Floats) -> Floats:
        lasts = np.clip(years[..., None] - np.array(ages), 0, np.append(np.diff(ages), np.inf))
        return -np.expm1(-(lasts @ np.array(rates)))

    steps = 4000
    renewals = renewal_function(cdf, 4.0 / steps, steps)
    bathtub = {
        "law": "piecewise_hazard", "ages": [age * YEAR for age in ages], "rates": list(rates),
    }  # fmt: skip
    wear = {"law": "weibull", "shape": shape, "scale": scale * YEAR}
    modes = {
        "electronics": {"failure": bathtub, **INSTANT},
        "wear": {"failure": wear, "repair_effect": "minimal", **INSTANT},
    }
    return Case(
        name="two modes with clocks of their own",
        system="units with a mode of bathtub hazard, as good as new after a repair, and a mode of "
        f"Weibull hazard, shape {shape:g}, scale {scale:g} years, as old as before",
        source="renewal equation: Xie 1989; Barlow and Hunter 1960",
        exactness="exact, theory to 5 digits",
        data=fleet(6200, 4.0, {"modes": modes}),
        figures=(
            *(
                Figure(f"electronics, failures per unit by year {years:g}", "",
                       float(renewals[round(years / 4.0 * steps)]),
                       failures_per_unit(years * YEAR, "unit: electronics"))
                for years in (1.0, 4.0)
            ),
            Figure("wear, failures per unit by year 4", "",
                   float(minimal_repair(4.0, shape, scale)),
                   failures_per_unit(4.0 * YEAR, "unit: wear")),
        ),
        scaled=SCALED,
    )  # fmt: skip


def spread_of_a_product() -> Case:
    """Bass diffusion."""
    p, q, potential = 0.03, 0.38, 60_000
    dates = {"2028-01-01": 730, "2031-01-01": 1826, "2034-01-01": 2922}
    return Case(
        name="Bass diffusion",
        system=f"sales with p = {p:g} and q = {q:g} a year",
        source="Bass 1969, Management Science 15(5), pp. 215-227",
        exactness="exact at the turn of a month (sales are even within one)",
        data={
            "start": "2026-01-01",
            "horizon": 2922 * 24.0,
            "follow_up": 0,
            "products": {
                "unit": {
                    "sales": {"curve": "bass", "potential": potential, "p": p, "q": q},
                }
            },
        },
        figures=tuple(
            Figure(f"share sold by {date}", "",
                   float(bass.cumulative(days / 365, 1.0, p, q)), share_sold(days * 24.0, "unit"))
            for date, days in dates.items()
        ),
        scaled=("products", "unit", "sales", "potential"),
    )  # fmt: skip


CASES = (as_good_as_new, as_bad_as_old, clocks_of_their_own, spread_of_a_product)
