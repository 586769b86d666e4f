"""What key figures are reckoned from: sums over groups of cases and calls, people, stock, money."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simnet.plan import Plan
from simnet.records import CallEnd, Outcome, Records

from . import usage
from .cases import ON_THE_PHONE, WAITS, CaseTimes, carried_in, column, moments, outcomes
from .groups import Groups
from .ledger import Books
from .sums import Bools, Floats, ratio

T = TypeVar("T")
Sums = dict[str, Floats]


@dataclass(frozen=True)
class Helped:
    """Hours of each case until it was helped, those included of whom that is not known.

    Arrays of shape (cases,). As it was, a case that is still open counts as having lasted until the
    records end, and who was lost does not count; at worst both count as if they had waited for the
    whole run.
    """

    response: Floats
    resolution: Floats
    kept: Floats
    until: Floats
    """hours at which those who were not helped count as helped, NaN for others; (cases,), or (1,)
    where there are none"""

    @classmethod
    def of(cls, plan: Plan, times: CaseTimes, at_worst: bool) -> "Helped":
        """times: of the whole run."""
        cases = times.records.cases
        rows = np.concatenate((times.open_ended, times.lost)) if at_worst else times.open_ended
        rows = rows[~np.isnan(cases["called"][rows])]
        if not len(rows):
            return cls(times.response, times.resolution, times.kept, np.full(1, np.nan))
        until = np.full(len(times.response), np.nan)
        until[rows] = cases["called"][rows] + plan.end if at_worst else times.until
        response, resolution, kept = (
            a.copy() for a in (times.response, times.resolution, times.kept)
        )
        for hours in (response, resolution):
            mine = rows[np.isnan(hours[rows])]
            hours[mine] = (until - cases["called"])[mine]
        if at_worst:
            mine = rows[np.isnan(kept[rows]) & ~np.isnan(times.promise[rows])]
            kept[mine] = 0.0
        return cls(response, resolution, kept, until)


class Basis:
    """All that figures may be made of; each is reckoned when it is asked for, once."""

    def __init__(
        self, plan: Plan, records: Records, at_horizon: Records, times: CaseTimes, books: Books,
        at_worst: bool = False,
    ) -> None:  # fmt: skip
        """records, times: of the whole run; at_horizon, books: of what was known at the horizon;
        at_worst: whether who was never helped counts as if he had waited for the whole run."""
        self.plan, self.records, self.at_horizon = plan, records, at_horizon
        self.times, self.books, self.at_worst = times, books, at_worst
        self._kept: dict[Callable[[Basis], Any], Any] = {}

    def once(self, reckon: Callable[["Basis"], T]) -> T:
        """What `reckon` makes of this basis, reckoned at the first time only."""
        if reckon not in self._kept:
            self._kept[reckon] = reckon(self)
        found: T = self._kept[reckon]
        return found

    @cached_property
    def groups(self) -> Groups:
        """Groups of the cases."""
        cases = self.records.cases
        return Groups.of(self.plan, cases["failed"], cases["market"], cases["outlet"])

    @cached_property
    def helped(self) -> Helped:
        """Hours of the cases until they were helped."""
        return Helped.of(self.plan, self.times, self.at_worst)

    @property
    def as_it_was(self) -> bool:
        """Whether nobody is left unhelped, so that at worst it is as it was."""
        return not len(self.times.open_ended) and not len(self.times.lost)

    def worst(self) -> "Basis":
        """The same with those who were never helped at their worst."""
        found = Basis(
            self.plan, self.records, self.at_horizon, self.times, self.books, at_worst=True
        )
        found.__dict__["groups"] = self.groups
        return found

    @cached_property
    def _added(self) -> tuple[Sums, dict[str, tuple[Floats, Floats]]]:
        """Sums over the cases of each group; promises and those kept, by tier."""
        from .loops import cases as loops

        cases, groups, helped = self.records.cases, self.groups, self.helped
        tiers, first_tier = _tiers(self.plan)
        table = np.zeros((groups.size + 1, len(loops.FIGURES) + len(WAITS)))
        of_tiers = np.zeros((groups.size + 1, len(tiers), 2))
        loops.add_up(
            moments(self.records), cases["outcome"], column(cases["outlet"]), cases["source"],
            cases["tier"], cases["unit"], column(cases["part"]), column(cases["second_part"]),
            helped.response, helped.resolution, helped.kept, helped.until, outcomes(ON_THE_PHONE),
            carried_in(self.plan), self._with_work, first_tier, groups.member, table, of_tiers,
        )  # fmt: skip
        groups.add_whole(table)
        groups.add_whole(of_tiers)
        names = (*loops.FIGURES, *WAITS)
        sums = dict(zip(names, np.ascontiguousarray(table[:-1].T), strict=True))
        promised, kept = of_tiers[:-1].T
        return sums, {name: (promised[i], kept[i]) for i, name in enumerate(tiers)}

    @property
    def cases(self) -> Sums:
        """Sums over the cases of each group, see `loops.cases.FIGURES`, and waits by name."""
        return self._added[0]

    @property
    def tiers(self) -> dict[str, tuple[Floats, Floats]]:
        """Promises, and promises kept, of each tier in each group."""
        return self._added[1]

    @cached_property
    def _with_work(self) -> Bools:
        """(sources,) whether a visit may be needed."""
        return np.array([s.work is not None for s in self.plan.sources] or [False])

    @cached_property
    def service(self) -> Bools:
        """(cases,) whether it is about a unit or a visit. A question answered on the telephone is
        none: its few minutes would hide how long the owners of broken units wait."""
        cases = self.records.cases
        found = (cases["unit"] >= 0) | ~np.isnan(cases["assigned"])
        if len(self.helped.until) > 1:
            found |= ~np.isnan(self.helped.until) & self._with_work[cases["source"]]
        return found

    def share(self, part: str, whole: str) -> Floats:
        """Ratio of two sums over cases, in each group."""
        return ratio(self.cases[part], self.cases[whole])

    @cached_property
    def _quantiles(self) -> dict[str, Floats]:
        found = {}
        for name, hours in (
            ("response", self.helped.response), ("resolution", self.helped.resolution)
        ):  # fmt: skip
            known = self.service & ~np.isnan(hours)
            found[name] = self.groups.quantiles(known, hours, QUANTILES)
        return found

    def quantile(self, name: str, share: float) -> Floats:
        """Quantile of `response` or `resolution` of service cases, in each group."""
        return self._quantiles[name][:, QUANTILES.index(share)]

    @cached_property
    def calls(self) -> Sums | None:
        """Sums over the calls of each group but the outlets, see `loops.groups.CALLS`; None without
        a hotline."""
        from .loops import groups as loops

        hotline, calls, cases = self.plan.scenario.hotline, self.records.calls, self.records.cases
        if hotline is None:
            return None
        callers = Groups.of(self.plan, calls["begun"], cases["market"][calls["case"]])
        table = np.zeros((callers.size + 1, len(loops.CALLS)))
        loops.calls(
            calls["end"], calls["queued"], calls["left"], self._last_calls(),
            float(hotline.service_level_within), self.times.until, callers.member, table,
        )  # fmt: skip
        callers.add_whole(table)
        return dict(zip(loops.CALLS, np.ascontiguousarray(table[:-1].T), strict=True))

    def _last_calls(self) -> Bools:
        """(calls,) whether it is the last of a customer who gave up for good."""
        calls, cases = self.records.calls, self.records.cases
        last = np.zeros(len(calls["case"]), dtype=np.bool_)
        gone = cases["outcome"] == Outcome.ABANDONED
        gave_up = np.flatnonzero(gone[calls["case"]] & (calls["end"] != CallEnd.CLOSED))
        final = np.full(len(cases["row"]), -1, dtype=np.int64)
        final[calls["case"][gave_up]] = gave_up  # of several the last one stays
        last[final[final >= 0]] = True
        return last

    @cached_property
    def people(self) -> tuple[Sums, Sums]:
        """How busy agents and technicians are: over time, and by outlet."""
        return usage.of_people(self.plan, self.at_horizon)

    @cached_property
    def stock(self) -> Sums:
        """Cases that wait for a part, and time from the depot to the outlet."""
        return usage.of_stock(self.groups, self.plan, self.at_horizon)

    @cached_property
    def availability(self) -> Floats:
        """Share of the units' time in which they work."""
        return usage.availability(self.groups, self.plan, self.at_horizon)


QUANTILES = [0.5, 0.9, 0.95]


def _tiers(plan: Plan) -> tuple[list[str], NDArray[np.int64]]:
    """Names of the tiers of all products, and where those of each source's product begin; a
    question belongs to no product, and has no tier (-1)."""
    products = plan.scenario.products
    names = [f"{name}, {tier}" for name, item in products.items() for tier in item.tiers]
    first = np.cumsum([0, *(len(item.tiers) for item in products.values())]).tolist()
    of_source = [first[s.product] if s.product >= 0 else -1 for s in plan.sources]
    return names, np.array(of_source or [-1], dtype=np.int64)
