"""The second book-keeping: every amount of a run, booked row by row by plain loops."""

from math import isnan
from types import SimpleNamespace

from accounts.plain import known, overlap

from simnet.records import Kind

YEAR = 8760


class Books:
    """Entries of (time, payer, payee, category, amount, case), one for each event."""

    def __init__(self, plain):
        self.plain, self.plan, self.scenario = plain, plain.plan, plain.scenario
        self.entries = []
        self.products()
        self.hotline()
        for o in range(len(plain.outlets)):
            self.outlet(o)
        self.stock()
        self.carriers()
        self.fleet()
        self.workshop()

    def book(self, time, payer, payee, category, amount, case=None):
        if payer != payee and amount != 0:
            self.entries.append(SimpleNamespace(
                time=time, payer=payer, payee=payee, category=category, amount=amount, case=case
            ))  # fmt: skip

    def each_month(self, payer, payee, category, amount_of):
        """Booked when the month begins; amount_of(month's number, its start, its end)."""
        for m, start in enumerate(self.plain.months):
            self.book(start, payer, payee, category, amount_of(m, start, self.plain.month_ends[m]))

    # what the books say

    def ledger(self):
        """(month, payer, payee, category, amount) in order."""
        sums = {}
        for e in self.entries:
            key = (self.plain.month_names[self.plain.month(e.time)], e.payer, e.payee, e.category)
            sums[key] = sums.get(key, 0.0) + e.amount
        return [(*key, amount) for key, amount in sorted(sums.items()) if abs(amount) > 1e-9]

    def of_case(self, number):
        """(time, payer, payee, category, amount) of what one case caused."""
        return sorted(
            (e.time, e.payer, e.payee, e.category, e.amount)
            for e in [*self.entries, *self.parts_taken()]
            if e.case == number
        )

    def direct_costs(self):
        """What the company paid for single cases: by category and case."""
        found = {}
        for e in [*self.entries, *self.parts_taken()]:
            if e.case is not None and e.payer == "company":
                amounts = found.setdefault(e.category, {})
                amounts[e.case] = amounts.get(e.case, 0.0) + e.amount
        return found

    def parts_taken(self):
        """What a case takes from the shelf, at the moment that it has it."""
        return [
            SimpleNamespace(time=ready, payer="company", payee="suppliers", category="parts taken",
                            amount=self.plain.parts[part].cost, case=c.number)
            for c in self.plain.cases
            for part, _, ready in c.asked
            if known(ready) and self.plain.parts[part].cost
        ]  # fmt: skip

    # who pays for what

    def products(self):
        for unit in self.plain.units:
            if unit.new:
                product = self.plain.products[unit.product]
                self.book(unit.sold, "customers", "company", "product sales", product.price)
                self.book(unit.sold, "company", "suppliers", "production", product.unit_cost)

    def hotline(self):
        hotline, calls = self.scenario.hotline, self.plain.calls
        if hotline is None:
            return
        first = 0
        for team in hotline.teams.values():
            for shift in team.shifts:
                hours = shift.hours.over(self.plain.horizon, self.plan.offset).tolist()
                self.each_month(
                    "company", "staff", "hotline",
                    lambda m, start, end, hours=hours, shift=shift, team=team: team.wage
                    * shift.agents * sum(overlap(a, b, start, end) for a, b in hours),
                )  # fmt: skip
                people = range(first, first + shift.agents)
                first += shift.agents
                for call in calls:
                    if call.agent in people and known(call.ended):
                        inside = sum(overlap(a, b, call.left, call.ended) for a, b in hours)
                        extra = call.ended - call.left - inside
                        if extra > 1e-9:
                            self.book(call.ended, "company", "staff", "hotline", extra * team.wage,
                                      call.case)  # fmt: skip
        for call in calls:
            # whoever is answered hangs up at the end of the talk
            until = self.plain.cases[call.case].triaged if call.agent >= 0 else call.left
            if known(until):
                amount = 60 * (until - call.begun) * hotline.cost_per_minute
                self.book(call.begun, "company", "telephone", "telephone", amount, call.case)

    def outlet(self, o):
        """All terms of an outlet's contract."""
        outlet = self.plain.outlets[o]
        contract = self.scenario.contracts[outlet.contract]
        parties = {
            "owner": "company" if contract.owned else self.plain.outlet_names[o],
            "customer": "customers",
        }
        for term in contract.terms:
            for time, quantity, case in self.counted(o, term.per):
                if case is not None and term.when != "always":
                    covered = self.plain.cases[case].warranty
                    if covered != (term.when == "in_warranty"):
                        continue
                self.book(
                    time, parties.get(term.payer, term.payer), parties.get(term.payee, term.payee),
                    term.category, quantity * term.amount, case,
                )  # fmt: skip

    def counted(self, o, driver):
        """(time, quantity, case or None) of each event that the driver counts at outlet o."""
        kind, _, what = driver.partition("_")
        if driver == "setup":
            return [] if self.plain.outlets[o].existing else [(0.0, 1, None)]
        if driver in ("month", "technician_month", "duty_hour"):
            return list(self.of_months(o, driver))
        if driver in ("case", "part_cost", "part_price"):
            return list(self.of_mended(o, driver))
        if kind == "promise":
            wanted = 1 if what == "kept" else 0
            return [
                (c.late, 1, c.number) for c in self.plain.cases if c.outlet == o
                and c.kept == wanted
            ]  # fmt: skip
        if driver in ("unit_sold", "sales_value"):
            return list(self.of_sales(o, driver))
        return list(self.of_visits(o, driver))

    def of_months(self, o, driver):
        plain = self.plain
        for m, start in enumerate(plain.months):
            end = plain.month_ends[m]
            if driver == "month":
                yield start, plain.part_of_month(m), None
            elif driver == "technician_month":
                if plain.limited[o]:
                    yield start, plain.part_of_month(m) * plain.outlets[o].technicians, None
            elif plain.limited[o]:
                for duty in plain.duties:
                    if duty.crew == len(plain.teams) + o:
                        yield start, overlap(duty.start, duty.end, start, end), None
            else:  # people without number are there while they work
                for v in plain.visits:
                    if v.outlet == o and known(v.free):
                        yield start, overlap(v.started, v.free, start, end), None

    def of_visits(self, o, driver):
        """Jobs that are over, the way home included."""
        for v in self.plain.visits:
            if v.outlet != o or isnan(v.free):
                continue
            if driver == "overtime_hour":
                if v.technician >= 0:
                    extra = self.plain.overtime(v.technician, v.started, v.free)
                    if extra > 1e-9:
                        yield v.free, extra, v.case
            elif driver == "visit":
                yield v.started, 1, v.case
            elif driver == "repair_hour":
                yield v.started, v.finished - v.arrived, v.case
            elif driver == "travel_hour":
                yield v.started, (v.arrived - v.started) + (v.free - v.finished), v.case
            else:
                assert driver == "km"
                yield v.started, v.km, v.case

    def of_mended(self, o, driver):
        for c in self.plain.cases:
            if c.outlet != o or not c.mended:
                continue
            if driver == "case":
                yield c.repaired, 1, c.number
            else:
                for number, _, _ in c.asked:
                    part = self.plain.parts[number]
                    price = 2 * part.cost if part.price is None else part.price
                    yield c.repaired, part.cost if driver == "part_cost" else price, c.number

    def of_sales(self, o, driver):
        """Units sold in the markets of which this outlet is the nearest."""
        for unit in self.plain.units:
            if unit.new and self.plan.preference[unit.market][:1] == (o,):
                price = self.plain.products[unit.product].price
                yield unit.sold, 1 if driver == "unit_sold" else price, None

    def stock(self):
        plain, logistics = self.plain, self.scenario.logistics
        value = 0.0
        for held in plain.initial_stock:
            for k, count in enumerate(held):
                value += count * plain.parts[k].cost
        self.book(0.0, "company", "suppliers", "initial stock", value)
        for s in plain.shipments:
            if s.kind == Kind.SUPPLY:
                amount = s.quantity * plain.parts[s.part].cost
                self.book(s.ordered, "company", "suppliers", "parts", amount)

        def held(m, start, end):
            """Value on all shelves, hour by hour of the month."""
            area = value * (end - start)
            for move in plain.moves:
                there = end - max(move.time, start)
                if there > 0:
                    area += move.on_hand * plain.parts[move.part].cost * there
            return area * logistics.holding_rate / YEAR

        self.each_month("company", "capital", "stock holding", held)
        self.each_month(
            "company", "landlord", "depot",
            lambda m, start, end: plain.part_of_month(m) * logistics.depot.per_month,
        )  # fmt: skip

    def carriers(self):
        carriers = list(self.scenario.logistics.carriers.items())
        for s in self.plain.shipments:
            if s.lane >= 0:
                name, tariff = carriers[s.lane]
                if s.part >= 0:
                    kg = s.quantity * self.plain.parts[s.part].mass
                else:  # a customer's unit
                    product = self.plain.cases[s.case].product
                    kg = self.plain.products[product].mass if product >= 0 else 0
                km = float(self.plan.depot_km[s.outlet])
                amount = tariff.per_shipment + tariff.per_kg * kg + tariff.per_km * km
                amount += tariff.per_kg_km * kg * km
                self.book(s.shipped, "company", f"carrier {name}", "transport", amount, s.case)

    def fleet(self):
        fleet = self.scenario.logistics.fleet
        if fleet is None or not self.plan.tours:
            return
        for trip in self.plain.trips:
            amount = trip.km * fleet.per_km
            self.book(trip.departed, "company", "vehicles", "transport", amount)
        self.each_month(
            "company", "vehicles", "transport",
            lambda m, start, end: (end - start) / 24 * fleet.trucks * fleet.per_truck_day,
        )  # fmt: skip

    def workshop(self):
        for s in self.plain.shipments:
            if s.kind in (Kind.MENDED_PART, Kind.MENDED_AT_OUTLET):
                part = self.plain.parts[s.part]
                at_outlet = s.kind == Kind.MENDED_AT_OUTLET
                cost = (part.outlet_cost if at_outlet else part.workshop_cost) * s.quantity
                self.book(s.shipped, "company", "staff", "workshop", cost, s.case)
        for b in self.plain.bench:
            if known(b.ended):
                amount = (b.ended - b.begun) * self.scenario.logistics.workshop.wage
                self.book(b.begun, "company", "staff", "workshop", amount, b.case)
