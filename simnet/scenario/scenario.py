"""The scenario: everything that a planner writes."""

import datetime
import re
from functools import cached_property
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo

from simnet.brief import lines, listed, page, several, span

from .amounts import in_currency
from .contract import BUILT_IN, Contract
from .hotline import Enquiry, Hotline
from .logistics import Logistics
from .market import Market, Markets, Reporting
from .outlet import Dispatch, Outlets
from .part import Part
from .problem import Path, Problem, nearest, place_of
from .product import Product
from .quantity import PRICED, WEEK, YEAR, Format, Hours, Model, Positive, PositiveHours

M = TypeVar("M", bound=BaseModel | None)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?)?$")


def _day(value: Any) -> Any:
    """A calendar day, and nothing that pydantic would make one of: a number of seconds."""
    day = value.isoformat() if isinstance(value, datetime.date) else value
    if not isinstance(day, str) or not _DAY.match(day):
        raise ValueError("a day such as 2026-01-31 is needed; time 0 is its midnight")
    return day[:10]


def _with_built_in(value: Any, info: ValidationInfo) -> Any:
    """Contracts that the scenario does not write are the built-in ones, at its level of prices."""
    if not isinstance(value, dict):
        return value
    level = info.data.get("price_level")
    merged = {
        name: contract.at_level(level or 1.0).model_dump(by_alias=True)
        for name, contract in BUILT_IN.items()
    }
    for name, own in value.items():
        base = merged.get(name)
        merged[name] = {**base, **own} if base is not None and isinstance(own, dict) else own
    return merged


def _in_currency(value: M, info: ValidationInfo) -> M:
    """Amounts that are not written are the defaults, at the scenario's level of prices."""
    return in_currency(value, info.data.get("price_level") or 1.0)


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            near = nearest(name, available_timezones())
            said = f"there is no time zone {name!r}{near}"
            raise ValueError(f"{said} (a name such as Europe/Berlin is needed)") from error
    return name


class Scenario(Model):
    """One after-sales network and the demand that it meets."""

    format: Format = 1
    """of this file; what is written for a newer simnet is refused"""
    name: str = "network"
    """shown in tables and pictures"""
    description: str = ""
    """what it is about"""
    currency: str = "EUR"
    """name of the unit of money"""
    price_level: Annotated[Positive | None, PRICED] = None
    """units of the currency for what costs 1 EUR: what the contracts that come with simnet and
    other amounts that are not written are multiplied by; needed where the currency is not EUR and
    such amounts are used"""
    start: Annotated[datetime.date, BeforeValidator(_day)] = datetime.date(2026, 1, 1)
    """calendar day of time 0, which is its midnight"""
    time_zone: Annotated[str | None, AfterValidator(_known_zone)] = None
    """of timestamps in tables and event logs, such as Europe/Berlin; without one they are local
    times of no zone (the simulated clock hangs on the wall: each of its days has 24 hours)"""
    horizon: PositiveHours = 2 * YEAR
    """simulated time"""
    warm_up: Hours = 0.0
    """time at the start that the figures leave out (accounts cover all)"""
    follow_up: Hours = 8 * WEEK
    """time after the horizon in which cases that began before it are followed to their end, no
    longer than they need; others go on calling, but do not count; money, people's hours and levels
    end at the horizon"""
    seed: Annotated[int, Field(ge=0)] = 0
    """seed of the random numbers"""
    products: dict[str, Product] = Field(default_factory=dict)
    """what is sold"""
    markets: Markets = Field(default_factory=lambda: Markets(places={"everywhere": Market()}))
    """where customers are"""
    reporting: Reporting = Field(default_factory=Reporting)
    """how a failure becomes a call"""
    enquiries: dict[str, Enquiry] = Field(default_factory=dict)
    """requests that are no failures"""
    hotline: Annotated[Hotline | None, AfterValidator(_in_currency)] = None
    """the hotline; without one, every case is known to the desk at once"""
    dispatch: Dispatch = Field(default_factory=Dispatch)
    """how an outlet is chosen"""
    outlets: Outlets | None = None
    """the outlets; without them, every case ends with the call"""
    parts: dict[str, Part] = Field(default_factory=dict)
    """spare parts"""
    logistics: Annotated[Logistics, AfterValidator(_in_currency)] = Field(
        default_factory=Logistics, validate_default=True
    )
    """how parts reach the outlets"""
    contracts: Annotated[
        dict[str, Contract],
        BeforeValidator(_with_built_in, json_schema_input_type=dict[str, Contract]),
    ] = Field(default_factory=dict, validate_default=True)
    """terms with the owners of outlets"""

    def __repr__(self) -> str:
        """What it is of, in a few lines."""
        return lines(f"Scenario '{self.name}'", self._facts)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return page(f"Scenario '{self.name}'", self._facts)

    @property
    def _facts(self) -> dict[str, str]:
        outlets, hotline = self.outlets, self.hotline
        sited = outlets.site.n if outlets is not None and outlets.site is not None else 0
        given = len(outlets.places) if outlets is not None else 0
        return {
            "time": f"{span(self.horizon)} from {self.start}, seed {self.seed}",
            "demand": listed(
                several(self.products, "product"),
                several(self.enquiries, "kind") + " of enquiry" if self.enquiries else "",
                several(self.markets.places, "market") or "markets on real cities",
            ),
            "service": listed(
                f"hotline with {several(hotline.teams, 'team')}" if hotline else "",
                f"{sited} outlets on sites to be found" if sited else
                several(given, "outlet"),
                several(self.parts, "part"),
            ),
            "about": self.description,
        }  # fmt: skip

    @cached_property
    def places(self) -> dict[Path, str]:
        """File and line of each path of the document; empty for what was not read from a file."""
        return {}

    @cached_property
    def notes(self) -> list[str]:
        """What was read and has no effect: columns that are not used, changes that change
        nothing."""
        return []

    def problem(self, path: Path, message: str) -> Problem:
        """An error in this scenario, with file and line where they are known."""
        return Problem(path, message, place_of(self.places, path))
