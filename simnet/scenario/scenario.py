"""The scenario: everything that a planner writes."""

import datetime
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .contract import BUILT_IN, Contract
from .hotline import Enquiry, Hotline
from .logistics import Logistics
from .market import Market, Markets, Reporting
from .outlet import Dispatch, Outlets
from .part import Part
from .problem import Path, Problem, place_of
from .product import Product
from .quantity import YEAR, Format, Hours, Model, PositiveHours


def _with_built_in(value: Any) -> Any:
    """Contracts that the scenario does not write are the built-in ones."""
    if not isinstance(value, dict):
        return value
    merged = {name: contract.model_dump(by_alias=True) for name, contract in BUILT_IN.items()}
    for name, own in value.items():
        base = merged.get(name)
        merged[name] = {**base, **own} if base is not None and isinstance(own, dict) else own
    return merged


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
    start: datetime.date = datetime.date(2026, 1, 1)
    """calendar day of time 0"""
    horizon: PositiveHours = 2 * YEAR
    """simulated time"""
    warm_up: Hours = 0.0
    """time at the start that the figures leave out (accounts cover all)"""
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
    hotline: Hotline | None = None
    """the hotline; without one, every case is known to the desk at once"""
    dispatch: Dispatch = Field(default_factory=Dispatch)
    """how an outlet is chosen"""
    outlets: Outlets | None = None
    """the outlets; without them, every case ends with the call"""
    parts: dict[str, Part] = Field(default_factory=dict)
    """spare parts"""
    logistics: Logistics = Field(default_factory=Logistics)
    """how parts reach the outlets"""
    contracts: Annotated[
        dict[str, Contract],
        BeforeValidator(_with_built_in, json_schema_input_type=dict[str, Contract]),
    ] = Field(default_factory=lambda: dict(BUILT_IN))
    """terms with the owners of outlets"""

    @cached_property
    def places(self) -> dict[Path, str]:
        """File and line of each path of the document; empty for what was not read from a file."""
        return {}

    def problem(self, path: Path, message: str) -> Problem:
        """An error in this scenario, with file and line where they are known."""
        return Problem(path, message, place_of(self.places, path))
