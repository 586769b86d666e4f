"""The outlook: what a scenario will ask of hotline, outlets and stock, before anything runs.

Demand is counted in the draws of one replication, capacity in its shifts. Repairs are taken to
last no time and every case to go to the nearest outlet, so this is a load, not a forecast of waits.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simnet.draws import Draws, draw
from simnet.plan import FLEET, UNLIMITED, Plan
from simnet.policies import call_time, road_km, transit_time
from simnet.scenario.quantity import WEEK

Floats = NDArray[np.float64]
OVERLOAD = 1.0
TIGHT = 0.9
SAMPLE = 20_000


def _per(amount: Floats, capacity: Floats) -> Floats:
    """Load: amount / capacity; inf where something is asked of nobody, NaN where nothing is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(amount > 0, amount / capacity, np.where(capacity > 0, 0.0, np.nan))


@dataclass(frozen=True)
class Outlook:
    """Expected demand against capacity."""

    plan: Plan
    draws: Draws

    @cached_property
    def times(self) -> Floats:
        """Hours at which each possible case begins, if repairs take no time, shape (cases,)."""
        cases = self.draws.cases
        if not len(cases):
            return np.empty(0)
        total = np.cumsum(cases.time)
        start = np.flatnonzero(cases.first)
        base = (total - cases.time)[start]
        return total - np.repeat(base, np.diff(np.append(start, len(cases))))

    @cached_property
    def ours(self) -> NDArray[np.bool_]:
        """Cases with which the customer comes to us."""
        cases, units = self.draws.cases, self.draws.units
        found = np.ones(len(cases), dtype=bool)
        of_unit = cases.unit >= 0
        warranty = np.array([p.warranty for p in self.plan.scenario.products.values()])
        unit = cases.unit[of_unit]
        covered = self.times[of_unit] < units.sold[unit] + warranty[units.product[unit]]
        found[of_unit] = covered | cases.comes[of_unit]
        return found & (self.times < self.plan.horizon)

    @cached_property
    def visits(self) -> NDArray[np.bool_]:
        """Cases that need a visit."""
        cases = self.draws.cases
        return self.ours & ~cases.remote & ~cases.self_service

    @property
    def demand(self) -> pd.DataFrame:
        """Possible cases, calls and visits by source."""
        source = self.draws.cases.source
        rows = [
            (s.label, int((source == i).sum()), int((self.ours & (source == i)).sum()),
             int((self.visits & (source == i)).sum()))
            for i, s in enumerate(self.plan.sources)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["source", "cases", "calls", "visits"])

    @property
    def hotline(self) -> pd.DataFrame:
        """Load by hour of the week, at the busiest quarter of the horizon: calls, agents, load."""
        plan, cases = self.plan, self.draws.cases
        hotline = plan.scenario.hotline
        if hotline is None:
            return pd.DataFrame()
        mine = np.flatnonzero(self.ours & ~cases.self_service)
        quarter = np.minimum((self.times[mine] / plan.horizon * 4).astype(int), 3)
        busiest = int(np.bincount(quarter, minlength=4).argmax())
        mine = mine[quarter == busiest]
        scale = max(1.0, len(mine) / SAMPLE)
        some = mine[:: int(np.ceil(scale))]
        scale = len(mine) / max(len(some), 1)
        calls = self.times[some]
        if not plan.scenario.reporting.profile.flat:
            table = plan.profile_table
            of_unit = cases.unit[some] >= 0
            calls = calls.copy()
            calls[of_unit] = [
                call_time(*table, t, d)
                for t, d in zip(calls[of_unit].tolist(), cases.delay[some][of_unit].tolist(),
                                strict=True)
            ]  # fmt: skip
        hour = ((calls + plan.offset) % WEEK).astype(int)
        open_hours = self._open_hours(hotline.hours.intervals)
        hour = self._next_open(open_hours)[hour]
        work = (cases.talk + cases.after_call)[some] * scale
        weeks = plan.horizon / 4 / WEEK
        count = np.bincount(hour, minlength=168) * scale / weeks
        asked = np.bincount(hour, weights=work, minlength=168) / weeks
        agents = np.zeros(168)
        for team in hotline.teams.values():
            for shift in team.shifts:
                on = self._open_hours(shift.hours.intervals)
                if shift.breaks is not None:
                    on = on - np.minimum(on, self._open_hours(shift.breaks.intervals))
                agents += on * shift.agents * (1 - team.shrinkage)
        frame = pd.DataFrame({"calls": count, "erlangs": asked, "agents": agents})
        frame["load"] = _per(asked, agents)
        return frame

    @staticmethod
    def _open_hours(intervals: tuple[tuple[float, float], ...]) -> Floats:
        """Part of each hour of the week that lies in the intervals, shape (168,)."""
        hours = np.arange(168.0)
        found = np.zeros(168)
        for start, end in intervals:
            found += np.clip(np.minimum(hours + 1, end) - np.maximum(hours, start), 0, 1)
        return found

    @staticmethod
    def _next_open(open_hours: Floats) -> NDArray[np.int64]:
        """For each hour of the week the first open one from it on; calls move there."""
        found = np.arange(168)
        for hour in range(168):
            for ahead in range(168):
                if open_hours[(hour + ahead) % 168] > 0:
                    found[hour] = (hour + ahead) % 168
                    break
        return found

    @property
    def outlets(self) -> pd.DataFrame:
        """By outlet: visits and hours of work a week, hours of capacity, mean and peak load.

        The peak is the busiest of the horizon's quarters.
        """
        plan, cases = self.plan, self.draws.cases
        names = list(plan.outlets)
        mine = np.flatnonzero(self.visits)
        nearest = np.array(
            [[order[0] if order else -1 for order in by_market] for by_market in plan.able]
        ).reshape(len(plan.sources), len(plan.markets))
        outlet = nearest[cases.source[mine], cases.market[mine]]
        terms = list(plan.outlets.values())
        travel = np.array(
            [
                0.0 if terms[o].service == "carry_in" else
                2 * road_km(plan.crow_km[m, o], off, terms[o].detour) / terms[o].speed
                for o, m, off in zip(outlet.tolist(), cases.market[mine].tolist(),
                                     cases.off[mine].tolist(), strict=True)
            ]
        )  # fmt: skip
        second = cases.second[mine] & ~cases.workshop[mine]
        hours = travel + cases.repair[mine] + second * (travel + cases.second_repair[mine])
        quarter = np.minimum((self.times[mine] / plan.horizon * 4).astype(int), 3)
        asked = np.bincount(outlet * 4 + quarter, weights=hours, minlength=4 * len(names))
        asked = asked.reshape(len(names), 4)
        staff = self.draws.staff
        teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0
        crew = staff.crew[staff.person] - teams
        here = (crew >= 0) & (crew < len(names))
        duty = np.bincount(
            crew[here], weights=(staff.end - staff.start)[here], minlength=len(names)
        )
        weeks = plan.horizon / WEEK
        limited = plan.technicians != UNLIMITED
        frame = pd.DataFrame(
            {
                "technicians": np.where(limited, plan.technicians, np.nan),
                "visits": np.bincount(outlet, minlength=len(names)) / weeks,
                "work": asked.sum(axis=1) / weeks,
                "capacity": np.where(limited, duty / weeks, np.inf),
            },
            index=pd.Index(names, name="outlet"),
        )
        frame["load"] = _per(frame["work"].to_numpy(), frame["capacity"].to_numpy())
        peak = asked.max(axis=1) * 4 / weeks
        frame["peak"] = _per(peak, frame["capacity"].to_numpy())
        return frame

    @property
    def stock(self) -> pd.DataFrame:
        """By part: demand a week, base stock or reorder level, and the fill rate to expect.

        Poisson demand over the replenishment time, the depot taken to deliver at once (Zipkin,
        Foundations of Inventory Management, 2000, sections 6.2 and 6.3).
        """
        plan, cases = self.plan, self.draws.cases
        mine = np.flatnonzero(self.visits)
        part = cases.part[mine]
        nearest = np.array([[o[0] if o else -1 for o in rows] for rows in plan.able])
        outlet = nearest[cases.source[mine], cases.market[mine]] if len(mine) else part
        count = len(plan.outlets)
        rows = []
        for k, (name, item) in enumerate(plan.scenario.parts.items()):
            demand = np.bincount(outlet[part == k], minlength=count) / plan.horizon
            filled = np.array(
                [self._fill(o, k, demand[o] * self._transit(o)) for o in range(count)]
            )
            total = demand.sum()
            lead = item.supplier_lead_time.mean()
            net = total * (1 - item.repairable)
            held = sum(plan.ordering(o, k)[3] for o in range(count))
            rows.append(
                (name, total * WEEK, held, float((filled * demand).sum() / total) if total else 1.0,
                 plan.ordering(count, k)[3], net * lead, self._fill(count, k, net * lead))
            )  # fmt: skip
        columns = ["part", "demand", "at outlets", "fill rate", "at depot", "in lead time",
                   "depot fill rate"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).set_index("part")

    def _transit(self, outlet: int) -> float:
        """Mean hours from the depot to an outlet, waiting for the truck included."""
        plan, logistics = self.plan, self.plan.scenario.logistics
        lane = int(plan.lane[outlet])
        if lane == FLEET and logistics.fleet is not None:
            tour = next(t for t in plan.tours if outlet in t.outlets)
            leaves = logistics.fleet.departures.over(52 * WEEK, plan.offset)
            gaps = np.diff(leaves)
            wait = float((gaps**2).sum() / gaps.sum() / 2) if len(gaps) else plan.horizon
            return wait + tour.hours[tour.outlets.index(outlet)]
        carrier = list(logistics.carriers.values())[lane]
        speed = np.inf if carrier.speed is None else carrier.speed
        km = float(plan.depot_km[outlet])
        return transit_time(carrier.base, km, float(speed), carrier.factor.mean())

    def _fill(self, place: int, part: int, in_lead_time: float) -> float:
        """Share of Poisson demand met at once; the position is uniform over (low, start]."""
        low, _, _, start = self.plan.ordering(place, part)
        positions = np.arange(int(low) + 1, start + 1)
        if not len(positions) or start <= 0:
            return 0.0
        return float(np.mean(stats.poisson.cdf(positions - 1, in_lead_time)))

    @property
    def warnings(self) -> list[str]:
        """What will not go well, the worst first."""
        found: list[tuple[float, str]] = []
        hotline = self.hotline
        if len(hotline):
            total = hotline["erlangs"].sum() / max(hotline["agents"].sum(), 1e-12)
            peak = hotline["load"].max()
            if total > OVERLOAD:
                found.append(
                    (
                        total,
                        f"the hotline is asked for {total:.0%} of its agents' time, "
                        "all hours together: callers will give up or never get in",
                    )
                )
            elif peak > OVERLOAD:
                over = int((hotline["load"] > OVERLOAD).sum())
                found.append(
                    (
                        1.0,
                        f"the hotline is overloaded in {over} of the week's hours "
                        "(queues build up and are worked off later)",
                    )
                )
        if self.plan.outlets:
            for name, row in self.outlets.iterrows():
                if row["peak"] > OVERLOAD:
                    when = "" if row["load"] > OVERLOAD else ", in its busiest quarter"
                    found.append(
                        (
                            row["peak"],
                            f"outlet {name} is asked for {row['peak']:.0%} of "
                            f"its technicians' time{when}: its queue will grow",
                        )
                    )
                elif row["peak"] > TIGHT:
                    found.append(
                        (
                            row["peak"],
                            f"outlet {name} is asked for {row['peak']:.0%} of "
                            "its technicians' time in its busiest quarter: long waits",
                        )
                    )
        for name, row in self.stock.iterrows():
            stocked = row["at outlets"] > 0
            if stocked and row["fill rate"] < 0.8:
                found.append(
                    (
                        1 - row["fill rate"],
                        f"part {name}: outlets will have it on the "
                        f"shelf for {row['fill rate']:.0%} of the demand only",
                    )
                )
            if row["at depot"] > 0 and row["depot fill rate"] < 0.5:
                found.append(
                    (
                        1 - row["depot fill rate"],
                        f"part {name}: the depot holds "
                        f"{row['at depot']:.0f}, and {row['in lead time']:.0f} are asked for "
                        "while an order is on its way: it will often be empty",
                    )
                )
        return [text for _, text in sorted(found, key=lambda item: -item[0])]


def outlook(plan: Plan, seed: int) -> Outlook:
    """Look at a plan with the draws of replication 0. Raises ScenarioError."""
    return Outlook(plan, draw(plan, seed, 0))
