"""Outlets: where help comes from, and the desk that chooses one."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, model_validator

from simnet.policies import DESKS, Policy

from .entries import read_entries
from .law import Law, constant
from .market import CityRule, Latitude, Longitude
from .part import StockPolicy
from .quantity import Hours, Model, Positive, PositiveHours
from .week import WeekHours, parse_week

REQUIRED = ("latitude", "longitude", "technicians", "contract")
"""columns of a register, beside the name"""
Staff = Annotated[int, Field(ge=0)] | Literal["unlimited"]


class OutletTerms(Model):
    """What an outlet has, wherever it stands; also the defaults of all outlets."""

    contract: str = "company"
    """name of the contract under which it is run"""
    technicians: Staff = 2
    """how many, or unlimited"""
    hours: WeekHours = Field(default_factory=lambda: parse_week("Mon-Fri 08:00-18:00"))
    """weekly working hours"""
    capacity_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """share of each working day that its technicians have for us (and are paid for by the
    duty_hour), at a random place of the day"""
    last_start: Hours = 0.0
    """a technician begins no job so shortly before the end of his duty; what is begun is finished,
    in overtime"""
    speed: Positive = 40.0
    """km/h on the way to the customer"""
    detour: Annotated[float, Field(ge=1)] = 1.3
    """kilometres driven for one as the crow flies"""
    radius: Positive | None = None
    """service radius in km as the crow flies; without limit where missing"""
    service: Literal["on_site", "carry_in"] = "on_site"
    """the technician drives to the unit, or the customer brings it"""
    skills: tuple[str, ...] | None = None
    """skills of its technicians; all where missing"""
    existing: bool = False
    """whether it stands already: then no set-up is paid"""
    lane: str | None = None
    """carrier that supplies it, or fleet; the network's lane where missing"""
    stock: dict[str, StockPolicy] = Field(default_factory=dict)
    """its own stock policy for a part"""


class Outlet(OutletTerms):
    """A service point on the map."""

    lat: Latitude = 0.0
    """degrees north"""
    lon: Longitude = 0.0
    """degrees east"""
    region: str = ""
    """region, for territories"""
    contact: str = ""
    """telephone or address, from the register"""
    size: str = ""
    """size class, from the register"""


class Candidates(CityRule):
    """Places that may become an outlet: cities by rule."""


class SiteRule(Model):
    """Outlets at the n best of the candidate places for the markets' weights (p-median)."""

    n: Annotated[int, Field(ge=1)]
    """number of outlets, the locked ones included"""
    candidates: Literal["markets"] | Candidates = "markets"
    """places to choose from: the markets' own, or cities by rule"""
    lock: bool = True
    """whether outlets given by register or places stay open and count"""
    method: Literal["auto", "exact", "heuristic"] = "auto"
    """auto: exact, or the heuristic with its gap where exact takes too long"""
    time_limit: PositiveHours = 60 / 3600
    """longest time for exact"""
    technicians_total: Annotated[int, Field(ge=1)] | None = None
    """technicians of the sited outlets together, at least one each, by the work that each is
    expected to have, ways included"""


def _sound(defaults: Any, info: ValidationInfo) -> dict[str, Any]:
    """The defaults; none where they are wrong, which is said once, where they stand."""
    try:
        OutletTerms.model_validate(defaults, context=info.context)
    except ValidationError:
        return {}
    return defaults if isinstance(defaults, dict) else {}


class Outlets(Model):
    """All outlets: by register, by rule, one by one, or these together."""

    defaults: OutletTerms = Field(default_factory=OutletTerms)
    """what an outlet has where it does not say otherwise"""
    register_csv: Annotated[str | None, Field(alias="register")] = None
    """table (CSV, or a workbook) with name, latitude, longitude, technicians, contract; every other
    field of an outlet may be a column too"""
    columns: dict[str, str] | None = None
    """names of the register's columns where they are others, such as {name: 名称}"""
    site: SiteRule | None = None
    """outlets by rule"""
    places: dict[str, Outlet] = Field(default_factory=dict)
    """outlets one by one"""

    @model_validator(mode="before")
    @classmethod
    def _read_register_and_defaults(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return value
        rest = dict(value)
        places = {} if rest.get("places") is None else rest["places"]
        if not isinstance(places, dict):
            return rest
        places = {name: {} if place is None else place for name, place in places.items()}
        if rest.get("register") is not None:
            register = read_entries(
                rest.pop("register"), rest.pop("columns", None), info, Outlet, REQUIRED
            )
            own = {
                name: {**register.get(name, {}), **place} if isinstance(place, dict) else place
                for name, place in places.items()
            }
            places = {**register, **own}
        defaults = _sound(rest.get("defaults"), info)
        rest["places"] = {
            name: {**defaults, **place} if isinstance(place, dict) else place
            for name, place in places.items()
        }
        return rest

    @model_validator(mode="after")
    def _some_outlet(self) -> Self:
        if self.site is None and not self.places:
            raise ValueError("no outlet: give register, site or places")
        return self


class Dispatch(Model):
    """The desk that chooses the outlet for a case."""

    policy: Annotated[
        Policy, Field(description="; ".join(f"{name}: {d.meaning}" for name, d in DESKS.items()))
    ] = "nearest"
    coordination: Law = Field(default_factory=lambda: constant(0.0))
    """the desk's own delay, before it chooses"""
