"""Spare parts: what they cost, where they are stocked, and by which policy."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .law import Law, constant
from .quantity import Model, Money, NonNegative, Share


class StockPolicy(Model):
    """When to order and how many: base stock S, (s, S) or (r, Q); empty: nothing is held."""

    base_stock: Annotated[int, Field(ge=0)] | None = None
    """S: every demand orders one at once"""
    base_stock_total: Annotated[int, Field(ge=0)] | None = None
    """S for all outlets together, shared out by the demand that each serves"""
    reorder_below: Annotated[int, Field(ge=0)] | None = None
    """s: order when the inventory position is at or below it (with order_up_to)"""
    order_up_to: Annotated[int, Field(ge=1)] | None = None
    """S of (s, S)"""
    reorder_point: Annotated[int, Field(ge=0)] | None = None
    """r: order when the inventory position is at or below it (with order_quantity)"""
    order_quantity: Annotated[int, Field(ge=1)] | None = None
    """Q of (r, Q)"""

    @model_validator(mode="after")
    def _one_policy(self) -> Self:
        given = (
            self.base_stock is not None,
            self.base_stock_total is not None,
            self.reorder_below is not None or self.order_up_to is not None,
            self.reorder_point is not None or self.order_quantity is not None,
        )
        if sum(given) > 1:
            raise ValueError(
                "give one policy: base_stock, (reorder_below, order_up_to) or "
                "(reorder_point, order_quantity); a change takes one away by null"
            )
        if given[2]:
            if self.reorder_below is None or self.order_up_to is None:
                raise ValueError("(s, S) needs reorder_below and order_up_to")
            if self.order_up_to <= self.reorder_below:
                raise ValueError("order_up_to must be above reorder_below")
        if given[3] and (self.reorder_point is None or self.order_quantity is None):
            raise ValueError("(r, Q) needs reorder_point and order_quantity")
        return self


class Part(Model):
    """A spare part and how it is stocked."""

    cost: Money = 0.0
    """what the supplier gets"""
    price: Money | None = None
    """what a customer out of warranty pays; twice the cost where missing"""
    mass: NonNegative = 1.0
    """kg"""
    outlet_stock: StockPolicy = Field(default_factory=StockPolicy)
    """stock held at every outlet (an outlet may have its own)"""
    depot_stock: StockPolicy = Field(default_factory=StockPolicy)
    """stock held at the depot"""
    supplier_lead_time: Law = Field(default_factory=lambda: constant(14 * 24.0))
    """from an order at the supplier to its arrival"""
    emergency: bool = False
    """where an outlet is out of stock, send one by the emergency lane"""
    repairable: Share = 0.0
    """share of the failed parts that can be mended; the workshop does, and they go into the depot's
    stock. What is on its way back counts as on order: with too few spares in the loop cases wait
    for mended ones, and nothing is bought. All others are scrapped, and bought anew"""
    removed: Literal["after_visit", "at_failure"] = "after_visit"
    """when a failed part leaves the unit. after_visit: the technician brings it along from the
    visit that changes it, so that a case that waits for a part keeps the failed one. at_failure: it
    is sent in as soon as the outlet asks for another (once the outlet has the case or the unit; for
    a second visit, at the end of the first one)"""
    workshop_time: Law = Field(default_factory=lambda: constant(7 * 24.0))
    """time to mend a failed part, once it is on the workshop's bench (logistics.workshop)"""
    workshop_cost: Money = 0.0
    """cost of mending one there"""
    mended_at_outlet: Share = 0.0
    """share of the repairable ones that the outlet mends itself, for its own shelf. What it was
    sent in an emergency goes back to the depot, by way of the workshop"""
    outlet_time: Law = Field(default_factory=lambda: constant(24.0))
    """time to mend a failed part at the outlet; it keeps no technician"""
    outlet_cost: Money = 0.0
    """cost of mending one there, for the company"""

    @property
    def customer_price(self) -> float:
        """What a customer out of warranty pays for one."""
        return 2 * self.cost if self.price is None else self.price
