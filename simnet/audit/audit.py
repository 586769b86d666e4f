"""The audit of a run: all identities, what was looked at, and what is broken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from simnet.accounts import CaseTimes
from simnet.brief import brief
from simnet.plan import Plan
from simnet.records import Records

from .cases import check_cases
from .finding import SHOWN, Check
from .money import check_ledger
from .people import check_people
from .queues import check_queues
from .stocks import check_stocks


@dataclass(frozen=True)
class Audit:
    """What the audit found."""

    __repr__ = brief

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every identity holds."""
        return not any(check.broken for check in self.checks)

    def __add__(self, other: "Audit") -> "Audit":
        return Audit(self.checks + other.checks)

    @property
    def line(self) -> str:
        """The result in one line."""
        counted: dict[str, int] = {}
        for check in self.checks:
            counted[check.things] = max(counted.get(check.things, 0), check.count)
        seen = ", ".join(f"{count:,} {things}" for things, count in counted.items())
        broken = sum(check.broken > 0 for check in self.checks)
        held = f"{len(self.checks) - broken} of {len(self.checks)} identities hold"
        return f"Audit: {held} ({seen})"

    @property
    def broken(self) -> list[str]:
        """What is broken: the identity, and the first cases or stocks that break it."""
        return [
            f"{check.identity}: broken {check.broken:,} times; first: {'; '.join(check.examples)}"
            for check in self.checks
            if check.broken
        ]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the manifest."""
        return {
            "passed": self.passed,
            "identities": {
                check.identity: {
                    check.things: check.count,
                    "broken": check.broken,
                    **({"examples": check.examples} if check.broken else {}),
                }
                for check in self.checks
            },
        }


def together(audits: Sequence[Audit]) -> Audit:
    """The audits of the replications, in order, as one."""
    found: dict[str, Check] = {}
    for number, audit in enumerate(audits):
        for check in audit.checks:
            whole = found.setdefault(check.identity, replace(check, count=0, broken=0, examples=[]))
            whole.count += check.count
            whole.broken += check.broken
            of = f"replication {number}, " if len(audits) > 1 else ""
            whole.examples += [of + text for text in check.examples[: SHOWN - len(whole.examples)]]
    return Audit(tuple(found.values()))


class AuditError(Exception):
    """Something is not true of a run that must be: a defect of simnet, not of the scenario."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        super().__init__("\n".join(audit.broken))


def audit_records(plan: Plan, records: Records, at_horizon: Records, times: CaseTimes) -> Audit:
    """The identities of cases, to the end of the run; and of parts, people and queues, at the
    horizon."""
    return Audit(
        (
            *check_cases(plan, records, times),
            *check_stocks(plan, at_horizon),
            *check_people(plan, at_horizon),
            *check_queues(plan, at_horizon),
        )
    )


def audit_ledger(plan: Plan, at_horizon: Records, entries: pd.DataFrame) -> Audit:
    """The identities of the money. entries: the run's ledger."""
    return Audit((*check_ledger(plan, at_horizon, entries),))
