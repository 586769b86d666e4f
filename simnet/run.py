"""One run: a scenario simulated once, and all that can be asked of it."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet import accounts, brief
from simnet import engine as engines
from simnet.accounts import describe
from simnet.audit import Audit, AuditError, audit_ledger, audit_records
from simnet.draws import draw, refuse_too_much
from simnet.engine import Engine
from simnet.plan import Plan, make_plan, moments
from simnet.records import MILESTONES, Outcome, Progress, Records
from simnet.scenario import Scenario, parse

if TYPE_CHECKING:
    from simnet.plots import Plots


HEADLINES = ("response_mean", "response_p90", "promise_kept", "cost_per_case")
"""key figures that a run shows of itself"""


@dataclass(frozen=True, repr=False)
class Run(brief.Short):
    """Records of one replication, and what follows from them (computed when asked for)."""

    plan: Plan
    records: Records
    seed: int
    replication: int

    @property
    def _title(self) -> str:
        return f"Run of '{self.plan.scenario.name}'"

    @property
    def _facts(self) -> dict[str, str]:
        plan, total = self.plan, self.kpis.total
        figures = (
            f"{name} {brief.figure(total[name], describe(name)[0], plan.scenario.currency)}"
            for name in HEADLINES
            if not math.isnan(total.get(name, math.nan))
        )
        return {
            "time": f"{brief.span(plan.horizon)} from {plan.scenario.start}, seed {self.seed}, "
            f"replication {self.replication}",
            "size": brief.listed(
                brief.several(len(self.records.cases["row"]), "case") or "no cases",
                brief.several(plan.markets, "market"),
                brief.several(plan.outlets, "outlet"),
            ),
            "figures": brief.listed(*figures),
            "more": "run.kpis, run.cases, run.ledger, run.levels, run.plot",
        }

    @cached_property
    def times(self) -> accounts.CaseTimes:
        """Waits, response, resolution and promise as arrays."""
        return accounts.case_times(self.plan, self.records, self.plan.end)

    @cached_property
    def at_horizon(self) -> Records:
        """The records as they were at the horizon, where money, hours and levels end."""
        return accounts.at_horizon(self.plan, self.records)

    @cached_property
    def _times_at_horizon(self) -> accounts.CaseTimes:
        if self.at_horizon is self.records:
            return self.times
        return accounts.case_times(self.plan, self.at_horizon, self.plan.horizon)

    @cached_property
    def audit_of_records(self) -> Audit:
        """The identities that need no ledger; `simulate` looks at these."""
        return audit_records(self.plan, self.records, self.at_horizon, self.times)

    @cached_property
    def audit(self) -> Audit:
        """What is always true of a run, checked: `.audit.passed`, `.audit.broken`."""
        return self.audit_of_records + audit_ledger(self.plan, self.at_horizon, self.ledger)

    @cached_property
    def cases(self) -> pd.DataFrame:
        """A row for each case that began before the horizon, in order of `row`.

        case: its number in this run, from 0, which `simnet trace` and `case_ledger` take; it counts
        only what came to be, so another strategy numbers otherwise. row: its number among all that
        was drawn before the run, where the same failure or enquiry of the same customer has the
        same row in every strategy with the same demand, seed and replication: pair strategies by
        it. Then what and where, a column per milestone (hours from the start, NaN where not
        reached; `cases_dated` for timestamps), response, resolution and promise (hours), kept (1, 0
        or NaN), and `wait_NAME` (hours) for each named wait.
        """
        return self.cases_of(slice(None))

    def cases_of(self, rows: slice) -> pd.DataFrame:
        """These rows of `cases`, without the others being made."""
        plan = self.plan
        cases = {name: column[rows] for name, column in self.records.cases.items()}
        times = self.times
        products, parts = list(plan.scenario.products), list(plan.scenario.parts)

        def named(codes: NDArray[np.int64], names: list[str]) -> Any:
            return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object))

        source = cases["source"]
        product = np.array([s.product for s in plan.sources] or [-1])[source]
        tier_names = [t for p in plan.scenario.products.values() for t in p.tiers]
        unique = list(dict.fromkeys(tier_names))
        offsets = np.cumsum([0, *(len(p.tiers) for p in plan.scenario.products.values())])
        tier_of = np.array([unique.index(t) for t in tier_names] or [-1])
        tier = np.where(
            product >= 0, tier_of[np.where(product >= 0, offsets[product] + cases["tier"], 0)], -1
        )
        return pd.DataFrame(
            {
                "case": np.arange(*rows.indices(len(self.records.cases["row"]))),
                "row": cases["row"],
                "source": named(source, [s.label for s in plan.sources]),
                "product": named(product, products),
                "unit": cases["unit"],
                "tier": named(tier, unique),
                "market": named(cases["market"], list(plan.markets)),
                "outlet": named(cases["outlet"], list(plan.outlets)),
                "part": named(cases["part"], parts),
                "second_part": named(cases["second_part"], parts),
                "warranty": cases["warranty"],
                "outcome": named(cases["outcome"], [o.name.lower() for o in Outcome]),
                "attempts": cases["attempts"],
                "refusals": cases["refusals"],
                "km": cases["km"],
                **{name: cases[name] for name in MILESTONES},
                "response": times.response[rows],
                "resolution": times.resolution[rows],
                "promise": times.promise[rows],
                "kept": times.kept[rows],
                **{f"wait_{name}": hours[rows] for name, hours in times.waits.items()},
            }
        )

    @cached_property
    def cases_dated(self) -> pd.DataFrame:
        """As `cases`, with the milestones as timestamps instead of hours, NaT where not reached.

        They are what a clock on the wall shows, with the scenario's `time_zone` where it has one,
        see `moments`. Waits, response and resolution stay in hours.
        """
        milestones = {name: moments(self.plan.scenario, self.records.cases[name])
                      for name in MILESTONES}  # fmt: skip
        return self.cases.assign(**milestones)

    @cached_property
    def _books(self) -> accounts.Books:
        return accounts.books(self.plan, self.at_horizon, self._times_at_horizon)

    @property
    def ledger(self) -> pd.DataFrame:
        """Columns month, payer, payee, category, amount."""
        return self._books.ledger

    def case_ledger(self, case: int) -> pd.DataFrame:
        """Amounts that one case caused: columns time, payer, payee, category, amount; no rows where
        nobody paid for it. case: its number, see `cases`. Raises KeyError where there is none."""
        count = len(self.records.cases["row"])
        if (
            isinstance(case, bool)
            or not isinstance(case, int | np.integer)
            or not 0 <= case < count
        ):
            raise KeyError(f"the run has no case {case!r}; they are 0 to {count - 1}")
        return accounts.case_ledger(self.plan, self.records, self.times, case)

    @cached_property
    def kpis(self) -> accounts.Kpis:
        """Key figures: `.kpis["asa"]`, `.kpis.total`, and tables `.month`, `.market`, `.outlet`."""
        return accounts.kpis(self.plan, self.records, self.at_horizon, self.times, self._books)

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Mean and peak of each day: columns place, level, part, day, mean, peak."""
        return accounts.levels(self.plan, self.at_horizon)

    def at_prices_of(self, scenario: Scenario) -> "Run":
        """The same records at the prices of a scenario in which the same things happen."""
        run = Run(replace(self.plan, scenario=scenario), self.records, self.seed, self.replication)
        for name in ("times", "at_horizon", "_times_at_horizon"):
            vars(run)[name] = getattr(self, name)
        return run

    @property
    def plot(self) -> "Plots":
        """Pictures: `.plot.waits()`, `.response()`, `.costs()`, `.load()`, `.map()`."""
        from simnet.plots import Plots

        return Plots(self)


FIRST = {
    "horizon": "1 week",
    "products": {"thing": {
        "failure": {"law": "exponential", "mean": "2 weeks"},
        "modes": {"any": {"share": 1, "part": "part"}}, "in_field": {"units": 20},
    }},
    "hotline": {"teams": {"all": {"shifts": [{"agents": 1, "hours": "24/7"}]}}},
    "outlets": {"places": {"here": {"lat": 0, "lon": 0}}},
    "parts": {"part": {"outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 1}}},
}  # fmt: skip
"""a scenario in which a little of everything happens"""


def is_ready(engine: Engine) -> bool:
    """Whether all that a run and its accounts need is compiled."""
    return engines.is_ready(engine) and accounts.is_ready()


def prepare(engine: Engine) -> None:
    """Compile all that a run and its accounts need, for this process and later ones."""
    engines.prepare(engine)
    if not accounts.is_ready():
        run = simulate(parse(FIRST), engine=engine)
        _ = run.kpis, run.levels


def simulate(
    scenario: Scenario,
    seed: int | None = None,
    replication: int = 0,
    progress: Progress | None = None,
    plan: Plan | None = None,
    audit: bool = True,
    engine: Engine = "compiled",
) -> Run:
    """Simulate a scenario once.

    seed: of the random numbers, the scenario's own where None; replication: which of the
    independent repetitions; progress: called with (share of the horizon done, cases so far);
    plan: the scenario's plan where it is there already; audit: whether to look at once if what is
    always true of a run holds (see `Run.audit`); engine: see `simnet.engine.ENGINES`.
    Raises ScenarioError where the scenario cannot be simulated, AuditError where the audit fails.
    """
    if not isinstance(scenario, Scenario):
        raise TypeError(f"a Scenario is needed, as simnet.load gives it, and not {scenario!r:.80}")
    plan = make_plan(scenario) if plan is None else plan
    seed = scenario.seed if seed is None else seed
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"a seed is a whole number from 0 on, but it is {seed!r}")
    if (
        isinstance(replication, bool)
        or not isinstance(replication, int | np.integer)
        or replication < 0
    ):
        raise ValueError(f"a replication is a whole number from 0 on, but it is {replication!r}")
    refuse_too_much(plan)  # before anybody waits for the compiler
    engines.prepare(engine)
    records = engines.run(plan, draw(plan, seed, replication), progress, engine)
    run = Run(plan, records, seed, replication)
    if audit and not run.audit_of_records.passed:
        raise AuditError(run.audit_of_records)
    return run
