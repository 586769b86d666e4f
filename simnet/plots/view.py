"""What a picture is drawn from: the parts of a run that the plots read."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.accounts import CaseTimes, Kpis
from simnet.accounts import never_helped as said_of
from simnet.plan import Plan
from simnet.records import Outcome, Records

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class RunView(Protocol):
    """A run; written as a protocol, since the plots stand below `simnet.run`."""

    @property
    def plan(self) -> Plan: ...
    @property
    def records(self) -> Records: ...
    @property
    def seed(self) -> int: ...
    @property
    def replication(self) -> int: ...
    @property
    def times(self) -> CaseTimes: ...
    @property
    def ledger(self) -> pd.DataFrame: ...
    @property
    def kpis(self) -> Kpis: ...
    @property
    def levels(self) -> pd.DataFrame: ...


class NothingToShow(Exception):
    """The scenario has not what the picture is about; the message says so in a sentence."""


@dataclass(frozen=True)
class Population:
    """Masks of shape (cases,): who is meant by the figures of a picture."""

    recent: Mask
    """began after the warm-up"""
    visited: Mask
    """recent, and a visit or a repair at the counter mended the unit"""
    by_phone: Mask
    """recent, and the call was enough"""
    service: Mask
    """recent, and of a unit or in need of a visit: the cases of the key figures' response time"""


def population(run: RunView) -> Population:
    """Which cases count, as in the key figures."""
    cases, outcome = run.records.cases, run.records.cases["outcome"]
    recent = np.asarray(cases["failed"] >= run.plan.scenario.warm_up)
    phone = (Outcome.REMOTE_FIX, Outcome.SELF_SERVICE, Outcome.ANSWERED)
    assigned = ~np.isnan(cases["assigned"].astype(np.float64))
    with_work = np.array([s.work is not None for s in run.plan.sources] or [False])[cases["source"]]
    return Population(
        recent=recent,
        visited=recent & (outcome == Outcome.REPAIRED),
        by_phone=recent & np.isin(outcome, [int(o) for o in phone]),
        service=recent & ((cases["unit"] >= 0) | assigned | (unhelped(run) & with_work)),
    )


def unhelped(run: RunView) -> Mask:
    """(cases,) of customers who called and were never helped."""
    outcome, called = run.records.cases["outcome"], run.records.cases["called"]
    gone = [int(o) for o in (Outcome.OPEN, Outcome.ABANDONED, Outcome.REFERRED)]
    return np.isin(outcome, gone) & ~np.isnan(called)


def never_helped(run: RunView) -> str:
    """How many cases nobody helped, if they are more than a few; in a sentence without its end."""
    return said_of(run.kpis.total, run.kpis.market, run.kpis.outlet)


def product_of(run: RunView) -> Ints:
    """Product of each case, -1 for an enquiry."""
    products = np.array([s.product for s in run.plan.sources] or [-1], dtype=np.int64)
    return np.asarray(products[run.records.cases["source"].astype(np.int64)])
