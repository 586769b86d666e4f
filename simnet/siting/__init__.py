"""Where markets are, how far apart, and where outlets should open."""

from simnet.siting.cities import ATTRIBUTION, load_cities, select_cities
from simnet.siting.distance import great_circle_km
from simnet.siting.outlines import country_outline, outlines_in
from simnet.siting.pmedian import Siting, p_median
from simnet.siting.tours import savings_tours

__all__ = [
    "ATTRIBUTION",
    "Siting",
    "country_outline",
    "great_circle_km",
    "load_cities",
    "outlines_in",
    "p_median",
    "savings_tours",
    "select_cities",
]
