"""Products: what is sold, how it fails, and what a repair takes."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .law import Law, constant
from .market import InField, Sales
from .quantity import YEAR, Hours, Model, Money, NonNegative, PositiveHours, Share


class Tier(Model):
    """A group of customers and the promise that they were given."""

    share: Share = 1.0
    """share of the units sold with this tier"""
    promise: PositiveHours | None = 48.0
    """promised time"""
    of: Literal["response", "resolution"] = "response"
    """what the promise speaks of: first help at the unit, or the working unit"""
    priority: int = 0
    """higher goes first, in the hotline's and the outlets' queues"""


class Work(Model):
    """What has to be done at the unit when the telephone was not enough."""

    repair: Law = Field(default_factory=lambda: constant(1.0))
    """hands-on time of a visit"""
    part: str | None = None
    """part that the visit may need"""
    part_chance: Share = 1.0
    """chance that the visit needs its part"""
    skill: str | None = None
    """skill that the outlet must have"""
    first_time_fix: Share = 1.0
    """chance that the first visit mends it; else a second one follows"""
    second_part: str | None = None
    """part that the second visit needs"""
    second_repair: Law | None = None
    """hands-on time of the second visit; as the first where missing"""
    workshop: Share = 0.0
    """chance that the unit has to go to the central workshop after the first visit"""


class FailureMode(Work):
    """One way to fail."""

    share: NonNegative | None = None
    """share of the product's failures (needs the product's failure law)"""
    failure: Law | None = None
    """a law of its own instead of a share: then the mode has its own clock"""
    repair_effect: Literal["as_new", "minimal"] = "as_new"
    """as_new: a repair sets the mode's own clock back; minimal: the clock goes on"""
    call_type: str = "technical"
    """call type of the hotline that takes it"""
    remote_fix: Share | None = None
    """chance that the call mends it; the call type's where missing"""

    @model_validator(mode="after")
    def _share_or_law(self) -> Self:
        if (self.share is None) == (self.failure is None):
            raise ValueError("a failure mode has either a share or a failure law of its own")
        return self


class Product(Model):
    """A product with its price, promise and failures."""

    price: Money = 0.0
    """price to the customer"""
    unit_cost: Money = 0.0
    """cost of making one"""
    mass: NonNegative = 1.0
    """kg"""
    volume: NonNegative = 0.0
    """m3"""
    warranty: Hours = 2 * YEAR
    """time after the sale in which the maker pays"""
    comes_after_warranty: Share = 0.3
    """share of the failures out of warranty with which the customer still comes to us"""
    end_of_life: PositiveHours | None = None
    """age at which a unit leaves the field"""
    elsewhere: Hours = 168.0
    """time until a customer whom we lost has the unit mended elsewhere"""
    tiers: dict[str, Tier] = Field(default_factory=lambda: {"standard": Tier()}, min_length=1)
    """service promise by tier"""
    failure: Law | None = None
    """operating time to failure, shared by the modes that have a share"""
    repair_effect: Literal["as_new", "minimal"] = "as_new"
    """what a repair does to the clock of `failure`"""
    modes: Annotated[dict[str, FailureMode], Field(min_length=1)] = Field(
        default_factory=lambda: {"failure": FailureMode(share=1.0)}
    )
    """failure modes"""
    sales: Sales | None = None
    """units sold per month in all markets together, split by the markets' weights"""
    in_field: InField | None = None
    """units already sold at the start, split by the markets' weights"""

    @model_validator(mode="after")
    def _modes_and_law(self) -> Self:
        shares = [mode.share for mode in self.modes.values() if mode.share is not None]
        if self.failure is not None and not sum(shares) > 0:
            raise ValueError("failure has a law, but no mode has a share of it")
        total = sum(tier.share for tier in self.tiers.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of the tiers add up to {total:g}, not to 1")
        return self
