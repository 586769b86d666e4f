"""Spare parts: what they cost, where they are stocked, and by which policy."""

from typing import Annotated, Self

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
    """share of the failed parts that the workshop can mend; they are sent in after the visit and go
    into the depot's stock. What is on its way back counts as on order: with too few spares in the
    loop cases wait for mended ones, and nothing is bought"""
    workshop_time: Law = Field(default_factory=lambda: constant(7 * 24.0))
    """time to mend a failed part, once it is at the workshop"""
    workshop_cost: Money = 0.0
    """cost of mending one"""

    @property
    def customer_price(self) -> float:
        """What a customer out of warranty pays for one."""
        return 2 * self.cost if self.price is None else self.price
