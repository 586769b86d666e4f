"""Markets: where customers are and how sales run over time."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from .csvfile import number, read_table
from .law import Law, constant
from .quantity import Model, NonNegative, Positive
from .week import Profile

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class SalesModel(Model):
    """What every sales curve has."""

    season: tuple[NonNegative, ...] | None = Field(default=None, min_length=12, max_length=12)
    """factor of each calendar month, January first"""


class ConstantSales(SalesModel):
    """The same number every month."""

    curve: Literal["constant"] = "constant"
    per_month: NonNegative
    """units a month"""


class LinearSales(SalesModel):
    """From one rate at the start to another at the end of the horizon."""

    curve: Literal["linear"]
    start: NonNegative
    """units a month at the start"""
    end: NonNegative
    """units a month at the end of the horizon"""


class BassSales(SalesModel):
    """Diffusion after Bass (1969), Management Science 15(5):215-227."""

    curve: Literal["bass"]
    potential: Positive
    """customers who will buy at last"""
    p: Positive = 0.03
    """coefficient of innovation, per year"""
    q: NonNegative = 0.38
    """coefficient of imitation, per year"""

    def cumulative(self, years: float) -> float:
        """Units sold until `years` after the launch (Bass 1969, eq. 9)."""
        decay = math.exp(-(self.p + self.q) * years)
        return self.potential * (1 - decay) / (1 + self.q / self.p * decay)


class TableSales(SalesModel):
    """Month by month; the last one goes on."""

    curve: Literal["table"]
    per_month: tuple[NonNegative, ...] = Field(min_length=1)
    """units in each month from the start on"""


def _sales_from_number(value: Any) -> Any:
    """A bare number is a constant number of units a month."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"curve": "constant", "per_month": value}
    if isinstance(value, dict) and "curve" not in value:
        return {"curve": "constant", **value}
    return value


_Curve = Annotated[
    ConstantSales | LinearSales | BassSales | TableSales, Field(discriminator="curve")
]
Sales = Annotated[
    _Curve, BeforeValidator(_sales_from_number, json_schema_input_type=float | _Curve)
]


class InField(Model):
    """Units sold before the start. Their past failures are drawn too, so that they have aged."""

    units: Annotated[int, Field(ge=0)]
    """how many"""
    age: Law = Field(default_factory=lambda: constant(0.0))
    """age at the start"""


class Market(Model):
    """A demand area."""

    lat: Latitude = 0.0
    """degrees north"""
    lon: Longitude = 0.0
    """degrees east"""
    weight: NonNegative = 1.0
    """its part of all demand; the scale does not matter"""
    region: str = ""
    """region, for territories"""
    spread: NonNegative = 0.0
    """radius in km of the disc over which its customers live"""
    sales: dict[str, Sales] = Field(default_factory=dict)
    """its own sales of a product, instead of its part of the whole"""
    in_field: dict[str, InField] = Field(default_factory=dict)
    """its own units in the field, instead of its part of the whole"""


class CityRule(Model):
    """Cities from the table that comes with simnet (GeoNames, CC BY 4.0)."""

    country: Annotated[str, Field(min_length=2, max_length=2)] | None = None
    """ISO code of two letters, such as CN; the whole world where missing"""
    largest: Annotated[int, Field(ge=1)] | None = None
    """so many of the largest"""
    min_population: NonNegative = 0.0
    """only cities with so many people"""


class CityMarkets(CityRule):
    """Every city is a market, its population the weight."""

    spread: NonNegative = 10.0
    """radius in km of the disc over which a city's customers live"""


class Markets(Model):
    """Markets by rule, from a CSV file, one by one, or all of these together."""

    cities: CityMarkets | None = None
    """cities by rule"""
    csv: str | None = None
    """CSV file with name, latitude, longitude, weight (and region, spread)"""
    places: dict[str, Market] = Field(default_factory=dict)
    """markets one by one"""

    @model_validator(mode="before")
    @classmethod
    def _read_csv(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict) or value.get("csv") is None:
            return value
        own = value.get("places") or {}
        if not isinstance(own, dict):
            return value
        rows = read_table(
            value["csv"], info.context, ("name", "latitude", "longitude", "weight"),
            ("region", "spread"),
        )  # fmt: skip
        places = {}
        for row in rows:
            name = row.cells["name"]
            if not name or name in places:
                raise row.fail("name", "is empty or stands twice")
            places[name] = {
                "lat": number(row, "latitude", -90, 90),
                "lon": number(row, "longitude", -180, 180),
                "weight": number(row, "weight", 0),
                "region": row.cells.get("region", ""),
                "spread": number(row, "spread", 0) if row.cells.get("spread") else 0.0,
            }
        rest = {key: item for key, item in value.items() if key != "csv"}
        return {**rest, "places": {**places, **own}}

    @model_validator(mode="after")
    def _some_market(self) -> Self:
        if self.cities is None and not self.places:
            raise ValueError("no market: give cities, csv or places")
        if self.cities is None and not sum(place.weight for place in self.places.values()) > 0:
            raise ValueError("the weights of the markets add up to zero")
        return self


class Reporting(Model):
    """How a failure becomes a call."""

    delay: Law = Field(default_factory=lambda: constant(0.0))
    """from the failure to the first call, on a clock that runs as fast as `profile` is high"""
    profile: Profile = Field(default_factory=Profile)
    """when in the week customers call"""
