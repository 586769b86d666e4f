"""What contracts count: the events of each driver, one by one or summed up."""

from dataclasses import dataclass

import numpy as np

from simnet.plan import UNLIMITED, Plan
from simnet.records import Outcome, Records

from .cases import CaseTimes, parts_needed
from .duty import Duty, duty_by_month
from .months import hours_by_month, month_lengths
from .slots import Slots, Summed
from .sums import Bools, Floats, Ints

OF_NO_CASE = ("setup", "month", "technician_month", "duty_hour", "unit_sold", "sales_value")
"""drivers that no single case is behind"""


@dataclass(frozen=True)
class Events:
    """Arrays of shape (n,): at which outlet, when (hours), and how much."""

    outlet: Ints
    time: Floats
    quantity: Floats
    case: Ints | None = None
    """the case behind it, where the driver counts cases"""


class Drivers:
    """The events of each driver at the outlets whose contract counts it, reckoned when asked for:
    all of them at once take much memory."""

    def __init__(self, plan: Plan, records: Records, times: CaseTimes) -> None:
        self.plan, self.records, self.times = plan, records, times
        self.slots = Slots(plan, records)
        parts = list(plan.scenario.parts.values())
        self.part_cost = np.array([part.cost for part in parts] + [0.0])
        self.part_price = np.array([part.customer_price for part in parts] + [0.0])

    def events(self, driver: str) -> Events:
        """Every event of a driver."""
        if driver in ("setup", "month", "technician_month", "duty_hour"):
            return self._of_outlets(driver)
        if driver in ("unit_sold", "sales_value"):
            return self._of_sales(driver)
        if driver in ("part_cost", "part_price"):
            return self._of_parts(driver)
        if driver in ("case", "promise_kept", "promise_missed"):
            return self._of_cases(driver)
        return self._of_overtime() if driver == "overtime_hour" else self._of_visits(driver)

    def _none(self, driver: str) -> bool:
        """Whether it is clear without looking at each that there are no such events."""
        if driver in ("part_cost", "part_price"):
            return not (self.part_cost if driver == "part_cost" else self.part_price).any()
        return driver == "km" and not self.records.visits["km"].any()

    def sums(self, driver: str) -> Summed:
        """The events summed up."""
        if self._none(driver):
            return self.slots.nothing(len(self.plan.outlets), len(self.plan.scenario.contracts))
        events = self.events(driver)
        return self.slots.of_outlets(events.time, events.quantity, events.case, events.outlet)

    def _counts(self, driver: str) -> Bools:
        """Whether the contract of each outlet counts this, shape (outlets,)."""
        contracts = self.plan.scenario.contracts.values()
        asks = np.array([any(t.per == driver for t in c.terms) for c in contracts], dtype=bool)
        return asks[self.plan.contract]

    def _of_outlets(self, driver: str) -> Events:
        plan = self.plan
        outlets, months = np.arange(len(plan.outlets)), len(plan.month_starts)
        if driver == "setup":
            new = np.array([float(not outlet.existing) for outlet in plan.outlets.values()])
            return Events(outlets, np.zeros(len(outlets)), new)
        if driver == "duty_hour":
            quantity = self._duty()
        else:
            people = np.maximum(plan.technicians, 0)
            count = people if driver == "technician_month" else np.ones(len(outlets))
            quantity = np.outer(count, month_lengths(plan))
        return Events(
            np.repeat(outlets, months), np.tile(plan.month_starts, len(outlets)), quantity.ravel()
        )

    def _duty(self) -> Floats:
        """Hours on duty by outlet and month."""
        plan, visits = self.plan, self.records.visits
        unlimited = plan.technicians == UNLIMITED
        duty = duty_by_month(plan, self.records.staff, self._counts("duty_hour"))
        if unlimited.any():
            # people without number are on duty while they work
            rows = np.flatnonzero(~np.isnan(visits["free"]) & unlimited[visits["outlet"]])
            started, free, outlet = (visits[name][rows] for name in ("started", "free", "outlet"))
            work = hours_by_month(plan, started, free, group=outlet, groups=len(duty))
            duty += work[0]
        return duty

    def _jobs(self, driver: str) -> Ints:
        """Rows of the visits that are over."""
        visits = self.records.visits
        return np.flatnonzero(self._counted(driver, visits["outlet"]) & ~np.isnan(visits["free"]))

    def _counted(self, driver: str, outlet: Ints) -> Bools:
        """Whether the contract of the outlet counts this, shape (n,). outlet: (n,), -1 for none."""
        counts = self._counts(driver)
        return outlet >= 0 if counts.all() else (outlet >= 0) & counts[outlet]

    def _of_visits(self, driver: str) -> Events:
        visits, rows = self.records.visits, self._jobs(driver)
        started = visits["started"][rows]
        if driver == "visit":
            quantity = np.ones(len(rows))
        elif driver == "km":
            quantity = visits["km"][rows]
        elif driver == "repair_hour":
            quantity = visits["finished"][rows] - visits["arrived"][rows]
        else:
            quantity = visits["arrived"][rows] - started
            quantity += visits["free"][rows] - visits["finished"][rows]
        return Events(visits["outlet"][rows], started, quantity, visits["case"][rows])

    def _of_overtime(self) -> Events:
        visits, duty = self.records.visits, Duty.of(self.records.staff)
        work = [visits[name] for name in ("technician", "started", "free")]
        rows = duty.overrun(*work)
        rows = rows[self._counted("overtime_hour", visits["outlet"][rows])]
        person, started, free = (column[rows] for column in work)
        hours = duty.overtime(person, started, free)
        return Events(visits["outlet"][rows], free, hours, visits["case"][rows])

    def _of_cases(self, driver: str) -> Events:
        cases, times, outlet = self.records.cases, self.times, self.records.cases["outlet"]
        if driver == "case":
            counted, moment = cases["outcome"] == Outcome.REPAIRED, cases["repaired"]
        else:
            counted, moment = times.kept == (driver == "promise_kept"), times.late
        case = np.flatnonzero(counted & self._counted(driver, outlet))
        return Events(outlet[case], moment[case], np.ones(len(case)), case)

    def _of_parts(self, driver: str) -> Events:
        cases = self.records.cases
        value = self.part_cost if driver == "part_cost" else self.part_price
        mended = (cases["outcome"] == Outcome.REPAIRED) & self._counted(driver, cases["outlet"])
        used = [(part, np.flatnonzero(mended & (value[part] != 0)))
                for part in parts_needed(self.records)]  # fmt: skip
        case = np.concatenate([rows for _, rows in used])
        amount = np.concatenate([value[part[rows]] for part, rows in used])
        return Events(cases["outlet"][case], cases["repaired"][case], amount, case)

    def _of_sales(self, driver: str) -> Events:
        """Sales count for the outlet nearest to the customer."""
        units, preference = self.records.units, self.plan.preference
        home = np.array([order[0] if order else -1 for order in preference], dtype=np.int64)
        rows = np.flatnonzero(units.new & (home >= 0)[units.market])
        value = np.array([p.price for p in self.plan.scenario.products.values()] or [0.0])
        quantity = np.ones(len(rows)) if driver == "unit_sold" else value[units.product[rows]]
        return Events(home[units.market[rows]], units.sold[rows], quantity)
