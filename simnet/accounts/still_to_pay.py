"""What cases that are open at the horizon are expected to cost still.

A network that helps nobody would be cheap. So an open case is charged what its stages have cost,
on average, for a case that came through them: the hotline's stage all that was paid for the hotline
and the telephone, the outlets' stage all else.
"""

import numpy as np

from simnet.records import Outcome

from .basis import Basis
from .cases import is_among

OF_HOTLINE = ("hotline", "telephone")
"""categories of the hotline's stage"""


def still_to_pay(b: Basis) -> float:
    """Money of the company for all cases open at the horizon; 0 where there are none, NaN where
    nobody has come through a stage yet that some of them have before them."""
    cases = b.at_horizon.cases
    waits = (cases["outcome"] == Outcome.OPEN) & ~np.isnan(cases["called"])
    if not waits.any():
        return 0.0
    reached = {name: ~np.isnan(cases[name]) for name in ("answered", "triaged", "started")}
    in_hotline = int((waits & ~reached["answered"]).sum())
    before_visit = int((waits & reached["triaged"] & ~reached["started"]).sum())
    # who is still to be heard may need a visit, as others did
    referred = is_among(cases["outcome"], (Outcome.REFERRED,))
    needed = ~np.isnan(cases["assigned"]) | referred | (waits & reached["triaged"])
    heard = int(reached["triaged"].sum())
    to_hear = int((waits & ~reached["triaged"]).sum())
    before_visit_too = to_hear * int(needed.sum()) / heard if heard else float(to_hear)
    paid = {name: float(amounts.sum()) for name, amounts in b.books.paid().items()}
    of_hotline = sum(amount for name, amount in paid.items() if name in OF_HOTLINE)
    of_outlets = sum(paid.values()) - of_hotline
    return _owed(of_hotline, in_hotline, int(reached["answered"].sum())) + _owed(
        of_outlets, before_visit + before_visit_too, int(reached["started"].sum())
    )


def _owed(paid: float, waiting: float, through: int) -> float:
    """For those who wait for a stage what it has cost those who came through it."""
    if not waiting or not paid:
        return 0.0
    return paid * waiting / through if through else np.nan
