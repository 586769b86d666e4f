"""The outlook: what a scenario will ask of hotline, outlets and stock, before anything runs.

Demand is counted in the draws of one replication, capacity in its shifts. Repairs are taken to
last no time and every case to go to the nearest outlet, so this is a load, not a forecast of waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simnet.draws import Draws, draw
from simnet.plan import FLEET, UNLIMITED, Plan
from simnet.policies import call_time, road_km
from simnet.scenario.quantity import WEEK

Floats = NDArray[np.float64]
Warned = tuple[float, str]
"""how bad, and what"""
OVERLOAD = 1.0
TIGHT = 0.9


def _per(amount: Floats, capacity: Floats) -> Floats:
    """Load: amount / capacity; inf where something is asked of nobody, NaN where nothing is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(amount > 0, amount / capacity, np.where(capacity > 0, 0.0, np.nan))


@dataclass(frozen=True)
class Outlook:
    """Expected demand against capacity."""

    plan: Plan
    draws: Draws

    @property
    def times(self) -> Floats:
        """Hours at which each possible case begins, if repairs take no time, shape (cases,)."""
        return self.draws.cases.moment

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

    @cached_property
    def windows(self) -> Floats:
        """Edges of the stretches that are looked at: quarters, or a short horizon as a whole."""
        parts = 4 if self.plan.horizon >= 12 * WEEK else 1
        return np.linspace(0.0, self.plan.horizon, parts + 1)

    def _window(self, times: Floats) -> NDArray[np.int64]:
        return np.clip(np.searchsorted(self.windows, times, side="right") - 1, 0,
                       len(self.windows) - 2)  # fmt: skip

    @cached_property
    def nearest(self) -> NDArray[np.int64]:
        """Nearest outlet by source and market, -1 where there is none."""
        rows = [[order[0] if order else -1 for order in orders] for orders in self.plan.able]
        return np.array(rows, dtype=np.int64).reshape(len(rows), -1)

    @cached_property
    def agents(self) -> Floats:
        """Agents on duty by team and hour of the week, shrinkage taken off, shape (teams, 168)."""
        hotline = self.plan.scenario.hotline
        teams = hotline.teams.values() if hotline is not None else ()
        found = np.zeros((len(teams), 168))
        for i, team in enumerate(teams):
            for shift in team.shifts:
                on = _part_of_hours(shift.hours.intervals)
                if shift.breaks is not None:
                    on = on - np.minimum(on, _part_of_hours(shift.breaks.intervals))
                found[i] += on * shift.agents * (1 - team.shrinkage)
        return found

    @cached_property
    def calls(self) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64], NDArray[np.int64]]:
        """Of the busiest window: hour of the week, work and type of each call, and how often the
        window has each hour of the week. Calls that come while nobody answers are moved to the
        next hour with agents."""
        plan, cases = self.plan, self.draws.cases
        mine = np.flatnonzero(self.ours & ~cases.self_service)
        window = self._window(self.times[mine])
        work = (cases.talk + cases.after_call)[mine]
        busiest = int(np.bincount(window, weights=work, minlength=1).argmax())
        mine, work = mine[window == busiest], work[window == busiest]
        times = self.times[mine]
        if not plan.scenario.reporting.profile.flat:
            of_unit = np.flatnonzero(cases.unit[mine] >= 0)
            rows = zip(times[of_unit].tolist(), cases.delay[mine][of_unit].tolist(), strict=True)
            times = times.copy()
            times[of_unit] = [call_time(*plan.profile_table, t, d) for t, d in rows]
        hotline = plan.scenario.hotline
        assert hotline is not None
        answered = (self.agents.sum(axis=0) > 0) & (_part_of_hours(hotline.hours.intervals) > 0)
        hour = _next(answered)[((times + plan.offset) % WEEK).astype(int)]
        kind = np.array([s.call_type for s in plan.sources], dtype=np.int64)[cases.source[mine]]
        start, end = self.windows[busiest : busiest + 2]
        hours = (np.arange(np.floor(start), np.ceil(end)) + plan.offset) % WEEK
        return hour, work, kind, np.bincount(hours.astype(int), minlength=168)

    @property
    def hotline(self) -> pd.DataFrame:
        """Load by hour of the week in the busiest window: calls, erlangs, agents, load."""
        if self.plan.scenario.hotline is None:
            return pd.DataFrame()
        hour, work, _, times = self.calls
        often = np.maximum(times, 1)
        agents = np.where(times > 0, self.agents.sum(axis=0), 0.0)
        asked = np.bincount(hour, weights=work, minlength=168) / often
        frame = pd.DataFrame(
            {"calls": np.bincount(hour, minlength=168) / often, "erlangs": asked, "agents": agents}
        )
        frame["load"] = _per(asked, agents)
        return frame

    @property
    def outlets(self) -> pd.DataFrame:
        """By outlet: visits and hours of work a week, hours of capacity, mean and peak load.

        The peak is that of the busiest window.
        """
        plan, cases = self.plan, self.draws.cases
        names, windows = list(plan.outlets), len(self.windows) - 1
        mine = np.flatnonzero(self.visits)
        outlet = self.nearest[cases.source[mine], cases.market[mine]]
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
        spot = outlet * windows + self._window(self.times[mine])
        total = np.bincount(spot, weights=hours, minlength=len(names) * windows)
        asked = total.reshape(len(names), windows).astype(np.float64)
        staff = self.draws.staff
        teams = len(plan.scenario.hotline.teams) if plan.scenario.hotline else 0
        crew = staff.crew[staff.person] - teams
        duty = np.zeros((len(names), windows))
        for w, (start, end) in enumerate(pairwise(self.windows)):
            length = np.clip(staff.end, start, end) - np.clip(staff.start, start, end)
            here = (crew >= 0) & (crew < len(names))
            duty[:, w] = np.bincount(crew[here], weights=length[here], minlength=len(names))
        weeks = plan.horizon / WEEK
        limited = plan.technicians != UNLIMITED
        duty[~limited] = np.inf
        return pd.DataFrame(
            {
                "technicians": np.where(limited, plan.technicians, np.nan),
                "visits": np.bincount(outlet, minlength=len(names)) / weeks,
                "work": asked.sum(axis=1) / weeks,
                "capacity": duty.sum(axis=1) / weeks,
                "load": _per(asked.sum(axis=1), duty.sum(axis=1)),
                "peak": _per(asked, duty).max(axis=1),
            },
            index=pd.Index(names, name="outlet"),
        )

    @property
    def stock(self) -> pd.DataFrame:
        """By part: demand a week, stock, and the fill rates to expect.

        Poisson demand over the replenishment time (Zipkin, Foundations of Inventory Management,
        2000, sections 6.2 and 6.3); what the depot owes on average adds to an outlet's time as in
        METRIC (Sherbrooke 1968, Operations Research 16:122-141).
        """
        plan, cases = self.plan, self.draws.cases
        columns = ["demand", "at outlets", "fill rate", "at depot", "in lead time",
                   "depot fill rate"]  # fmt: skip
        index = pd.Index(list(plan.scenario.parts), name="part")
        if not plan.outlets:
            return pd.DataFrame(np.empty((0, len(columns))), columns=columns)
        part, rows = self._demand
        outlet = self.nearest[cases.source[rows], cases.market[rows]]
        count = len(plan.outlets)
        found = []
        for k, item in enumerate(plan.scenario.parts.values()):
            demand = np.bincount(outlet[part == k], minlength=count) / plan.horizon
            total, mended = demand.sum(), item.repairable
            back = self._mean_way(plan.carrier(plan.scenario.logistics.returns), plan.depot_km)
            loop = float((back * demand).sum() / total) if total else 0.0
            lead = (1 - mended) * item.supplier_lead_time.mean()
            lead += mended * (loop + item.workshop_time.mean())
            depot_fill, owed = self._service(count, k, total * lead)
            wait = owed / total if total else 0.0
            filled = np.array(
                [
                    self._service(o, k, demand[o] * (self._transit(o) + wait))[0]
                    for o in range(count)
                ]
            )
            found.append(
                (total * WEEK, sum(plan.ordering(o, k)[3] for o in range(count)),
                 float((filled * demand).sum() / total) if total else 1.0,
                 plan.ordering(count, k)[3], total * lead, depot_fill)
            )  # fmt: skip
        return pd.DataFrame(found, columns=columns, index=index)

    @property
    def _demand(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Part (-1 for none) and case of each visit, second ones included."""
        cases, mine = self.draws.cases, np.flatnonzero(self.visits)
        again = mine[cases.second[mine] & ~cases.workshop[mine]]
        part = np.concatenate((cases.part[mine], cases.second_part[again]))
        return part.astype(np.int64), np.concatenate((mine, again))

    def _mean_way(self, number: int, km: Floats) -> Floats:
        """Mean hours of a carrier over `km`."""
        carrier = list(self.plan.scenario.logistics.carriers.values())[number]
        speed = np.inf if carrier.speed is None else carrier.speed
        return (carrier.base + km / speed) * carrier.factor.mean()

    def _transit(self, outlet: int) -> float:
        """Mean hours from the depot to an outlet, waiting for the truck included."""
        plan, fleet = self.plan, self.plan.scenario.logistics.fleet
        lane = int(plan.lane[outlet])
        if lane != FLEET or fleet is None:
            return float(self._mean_way(lane, plan.depot_km[outlet]))
        tour = next(t for t in plan.tours if outlet in t.outlets)
        gaps = np.diff(fleet.departures.over(52 * WEEK, plan.offset))
        wait = float((gaps**2).sum() / gaps.sum() / 2) if len(gaps) else plan.horizon
        return wait + tour.hours[tour.outlets.index(outlet)]

    def _service(self, place: int, part: int, in_lead_time: float) -> tuple[float, float]:
        """Fill rate and mean backorders; the inventory position is uniform over (low, start]."""
        low, _, _, start = self.plan.ordering(place, part)
        positions = np.arange(int(low) + 1, start + 1)
        if start <= 0 or not len(positions):
            return 0.0, in_lead_time
        demand = stats.poisson(in_lead_time)
        # E[(D - y)+] = a P(D >= y) - y P(D > y), Zipkin (2000), section 6.2.2
        owed = in_lead_time * demand.sf(positions - 1) - positions * demand.sf(positions)
        return float(np.mean(demand.cdf(positions - 1))), float(np.mean(owed))

    @property
    def fleet(self) -> tuple[float, float]:
        """kg a week asked of the own fleet, and the most that its trucks can take."""
        plan, fleet = self.plan, self.plan.scenario.logistics.fleet
        if fleet is None or not plan.tours:
            return 0.0, np.inf
        cases = self.draws.cases
        part, rows = self._demand
        outlet = self.nearest[cases.source[rows], cases.market[rows]]
        mass = np.array([*(part.mass for part in plan.scenario.parts.values()), 0.0])[part]
        asked = float(mass[plan.lane[outlet] == FLEET].sum()) / plan.horizon * WEEK
        # a truck that comes home between two departures waits for the next one
        away = float(np.mean([tour.duration for tour in plan.tours]))
        gap = WEEK / max(len(fleet.departures.moments), 1)
        trips = WEEK / (gap * max(1.0, np.ceil(away / gap))) * fleet.trucks
        return asked, trips * fleet.capacity

    @property
    def warnings(self) -> list[str]:
        """What will not go well, the worst first."""
        found = [*self._hotline_warnings(), *self._outlet_warnings(), *self._stock_warnings()]
        return [text for _, text in sorted(found, key=lambda item: -item[0])]

    def _hotline_warnings(self) -> Iterator[Warned]:
        hotline = self.plan.scenario.hotline
        if hotline is None:
            return
        if not self.agents.any():
            yield np.inf, "the hotline has no agents at all"
            return
        _, work, kind, times = self.calls
        there_by_team = (self.agents * times).sum(axis=1)
        for number, name in enumerate(hotline.call_types):
            asked = work[kind == number].sum()
            able = [team.skills is None or name in team.skills for team in hotline.teams.values()]
            there = there_by_team[np.array(able)].sum()
            if asked > 0 and there == 0:
                yield np.inf, f"calls of type {name} find no agent who takes them"
            elif asked > there and len(hotline.call_types) > 1:
                share = f"{asked / there:.0%} of the time of the agents who take them"
                yield asked / there, f"calls of type {name} ask for {share}"
        load = work.sum() / max(there_by_team.sum(), 1e-9)
        over = int((self.hotline["load"] > OVERLOAD).sum())
        if load > OVERLOAD:
            text = f"the hotline is asked for {load:.0%} of its agents' time, all hours together"
            yield load, f"{text}: callers will give up or never get in"
        elif over and times.min() >= 4:  # of fewer weeks an hour's calls say little
            text = f"the hotline is overloaded in {over} of the week's hours"
            yield 1.0, f"{text} (queues build up and are worked off later)"

    def _outlet_warnings(self) -> Iterator[Warned]:
        if not self.plan.outlets:
            return
        for name, row in self.outlets.to_dict("index").items():
            peak, whole = row["peak"], row["load"] > OVERLOAD or len(self.windows) == 2
            if row["work"] > 0 and row["capacity"] == 0:
                yield np.inf, f"outlet {name} has no technicians, but work to do"
            elif peak > TIGHT:
                text = f"outlet {name} is asked for {peak:.0%} of its technicians' time"
                when = "" if whole else " in its busiest quarter"
                effect = "its queue will grow" if peak > OVERLOAD else "long waits"
                yield peak, f"{text}{when}: {effect}"
        asked, most = self.fleet
        if asked > most:
            text = f"the fleet takes at most {most:,.0f} kg a week"
            yield asked / most, f"{text}, and {asked:,.0f} kg are asked for"

    def _stock_warnings(self) -> Iterator[Warned]:
        for name, row in self.stock.to_dict("index").items():
            fill, depot_fill = row["fill rate"], row["depot fill rate"]
            if row["demand"] == 0:
                continue
            if row["at outlets"] > 0 and fill < 0.8:
                text = f"outlets will have it on the shelf for {fill:.0%} of the demand"
                yield 1 - fill, f"part {name}: {text}"
            if row["at depot"] > 0 and depot_fill < 0.5:
                held, asked = row["at depot"], row["in lead time"]
                text = f"the depot holds {held:.0f}, and {asked:.0f} are asked for while an order"
                yield 1 - depot_fill, f"part {name}: {text} is on its way: it will often be empty"


def _part_of_hours(intervals: tuple[tuple[float, float], ...]) -> Floats:
    """Part of each hour of the week that lies in the intervals, shape (168,)."""
    hours = np.arange(168.0)
    found = np.zeros(168)
    for start, end in intervals:
        found += np.clip(np.minimum(hours + 1, end) - np.maximum(hours, start), 0, 1)
    return found


def _next(there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each hour of the week the first one from it on that is `there`; itself if none is."""
    hours = np.arange(168)
    if not there.any():
        return hours
    known = np.flatnonzero(there)
    at = np.searchsorted(known, hours)
    return known[at % len(known)]


def outlook(plan: Plan, seed: int) -> Outlook:
    """Look at a plan with the draws of replication 0. Raises ScenarioError."""
    return Outlook(plan, draw(plan, seed, 0))
