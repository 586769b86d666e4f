"""Markets: where customers are and how sales run over time."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, model_validator

from .entries import read_entries
from .law import Law, constant
from .quantity import Model, NonNegative, Positive
from .week import Profile

REQUIRED = ("latitude", "longitude", "weight")
"""columns of a table of markets, beside the name"""
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


def _by_rule(rule: CityMarkets) -> dict[str, dict[str, Any]]:
    """The markets of a rule, as they would be written; none where the rule is wrong, which is said
    when the markets are placed."""
    from simnet.siting import select_cities  # takes a third of a second to import

    try:
        table = select_cities(rule.country, rule.largest, rule.min_population)
    except ValueError:
        return {}
    return {
        str(city["name"]): {
            "lat": city["lat"], "lon": city["lon"], "weight": float(city["population"]),
            "region": str(city["region"]), "spread": rule.spread,
        }
        for city in table.to_dict("records")
    }  # fmt: skip


def _cities(rule: Any, info: ValidationInfo) -> dict[str, dict[str, Any]]:
    try:
        return _by_rule(CityMarkets.model_validate(rule, context=info.context))
    except ValidationError:
        return {}


class Markets(Model):
    """Markets by rule, from a CSV file, one by one, or all of these together."""

    cities: CityMarkets | None = None
    """cities by rule"""
    csv: str | None = None
    """table (CSV, or a workbook) with name, latitude, longitude, weight; every other field of a
    market may be a column too"""
    columns: dict[str, str] | None = None
    """names of the table's columns where they are others, such as {name: 名称}"""
    places: dict[str, Market] = Field(default_factory=dict)
    """markets one by one; what one does not say is that of the table's or the city of this name"""

    @model_validator(mode="before")
    @classmethod
    def _read_csv(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("places") or {}, dict):
            return value
        rest = dict(value)
        own = rest.get("places") or {}
        found: dict[str, dict[str, Any]] = {}
        if rest.get("csv") is not None:
            found = read_entries(rest.pop("csv"), rest.pop("columns", None), info, Market, REQUIRED)
        if own and rest.get("cities") is not None:
            cities = _cities(rest["cities"], info)
            found = {name: cities[name] for name in own if name in cities} | found
        laid = {
            name: {**found.get(name, {}), **place} if isinstance(place, dict) else place
            for name, place in own.items()
        }
        if found:
            rest["places"] = {**found, **laid}
        return rest

    def by_rule(self) -> list[str]:
        """Names of the markets that are cities by rule; none where the rule is wrong."""
        return list(_by_rule(self.cities)) if self.cities is not None else []

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
