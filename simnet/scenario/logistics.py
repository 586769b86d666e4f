"""Logistics: depot, carriers, own fleet, central workshop."""

from typing import Annotated, Literal

from pydantic import Field

from .law import Law, constant
from .market import Latitude, Longitude
from .quantity import IN_EUROS, Hours, Model, Positive, Share, Tariff
from .week import Departures, WeekHours, parse_timetable, parse_week


class Depot(Model):
    """The central warehouse."""

    lat: Latitude | None = None
    """degrees north; in the market of the greatest weight where missing"""
    lon: Longitude | None = None
    """degrees east"""
    per_month: Tariff = 0.0
    """rent and staff, paid by the company"""


class Carrier(Model):
    """Third-party logistics: transit time (base + km / speed) x factor, and a tariff."""

    base: Hours = 12.0
    """handling time"""
    speed: Positive | None = 50.0
    """km an hour, stops and nights included; distance does not count where null"""
    factor: Law = Field(default_factory=lambda: constant(1.0))
    """random factor of the transit time, mean 1"""
    per_shipment: Tariff = 0.0
    """tariff: for a shipment"""
    per_kg: Tariff = 0.0
    """tariff: for a kg"""
    per_km: Tariff = 0.0
    """tariff: for a km"""
    per_kg_km: Tariff = 0.0
    """tariff: for a kg over a km"""


class Fleet(Model):
    """Own trucks that leave the depot by a timetable."""

    departures: Departures = Field(default_factory=lambda: parse_timetable("Mon 06:00, Thu 06:00"))
    """when trucks leave"""
    trucks: Annotated[int, Field(ge=1)] = 1
    """how many there are; each makes one tour at a time"""
    capacity: Positive = 1000.0
    """kg that a truck loads; what does not fit waits for the next departure"""
    speed: Positive = 60.0
    """km/h"""
    stop: Hours = 0.5
    """time at each outlet"""
    stops_per_tour: Annotated[int, Field(ge=1)] = 1
    """outlets that a truck visits on one tour; tours by savings (Clarke & Wright 1964)"""
    per_km: Annotated[Tariff, IN_EUROS] = 1.0
    """cost of a km"""
    per_truck_day: Annotated[Tariff, IN_EUROS] = 200.0
    """cost of a truck with its driver, each day"""


class Workshop(Model):
    """The central workshop, at the depot, for units that an outlet cannot mend and failed parts."""

    technicians: Annotated[int, Field(ge=1)] | Literal["unlimited"] = "unlimited"
    """how many"""
    hours: WeekHours = Field(default_factory=lambda: parse_week("24/7"))
    """weekly working hours"""
    repair: Law = Field(default_factory=lambda: constant(24.0))
    """time of a unit on the bench"""
    wage: Annotated[Tariff, IN_EUROS] = 20.0
    """cost of an hour on the bench"""
    mends_parts: bool = False
    """whether failed parts are mended on the bench, too, one by one by these technicians, in the
    part's workshop_time and at this wage; units, for which customers wait, go first. Else each part
    is mended as soon as it is there, and keeps nobody"""


class Logistics(Model):
    """Who moves parts between the depot and the outlets."""

    depot: Depot = Field(default_factory=Depot)
    """central warehouse"""
    carriers: dict[str, Carrier] = Field(default_factory=lambda: {"carrier": Carrier()})
    """carriers by name"""
    fleet: Fleet | None = None
    """own trucks, under the lane name fleet"""
    lane: str | None = None
    """who supplies the outlets: a carrier, or fleet; the first carrier where missing"""
    fleet_share: Share | None = None
    """share of all demand from which on own trucks pay: the outlets that serve most, and together
    this share, are supplied by the fleet, the others by the lane"""
    emergency: str | None = None
    """carrier of emergency shipments; the lane where missing"""
    returns: str | None = None
    """carrier of failed parts and of units to the workshop and back; the first one where missing"""
    workshop: Workshop = Field(default_factory=Workshop)
    """central workshop"""
    holding_rate: Tariff = 0.0
    """cost of capital, a year, as a share of the value of the stock"""
