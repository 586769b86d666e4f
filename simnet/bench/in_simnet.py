"""The two jobs as scenarios: by configuration alone, from the data to all figures of a run."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simnet.engine import Engine
from simnet.plan import make_plan
from simnet.records import CallEnd, Kind
from simnet.run import Run
from simnet.scenario import parse

from .engines import simulate
from .jobs import Found, HotlineJob, OutletJob


def hotline_data(job: HotlineJob) -> dict[str, Any]:
    """A hotline and nothing else; who gives up does not call again."""
    return {
        "horizon": job.horizon,
        "follow_up": 0,
        "enquiries": {"question": {"per_week": job.rate * 168.0}},
        "hotline": {
            "call_types": {"technical": {"talk": {"law": "exponential", "mean": job.talk}}},
            "teams": {"all": {"shifts": [{"agents": job.agents, "hours": "24/7"}]}},
            "patience": {"law": "exponential", "mean": job.patience},
            "redial": {"chance": 0, "attempts": 1},
        },
    }


def hotline(job: HotlineJob, seed: int, engine: Engine) -> Found:
    """Waits and fates of the calls."""
    run = _run(hotline_data(job), seed, engine)
    calls = run.records.calls
    counted = _within(job.window, calls["begun"])
    return Found(
        len(run.records.cases["row"]),
        {
            "mean wait, h": float(np.mean(calls["left"][counted] - calls["queued"][counted])),
            "abandonment": float(np.mean(calls["end"][counted] == CallEnd.ABANDONED)),
        },
    )


def outlets_data(job: OutletJob) -> dict[str, Any]:
    """Markets with an outlet each, at the same point, so that there is no way to drive.

    Every job takes a part, of which there are enough for ever (the level at which more would be
    ordered is never reached). The failed part is sent in when the repair is over, and that is the
    shipment that follows: the carrier's 24 h times a lognormal factor. At the workshop it takes no
    time to mend it, an event that the other programs do not have.
    """
    places = {f"place {i + 1}": {"lat": float(i), "lon": 0.0} for i in range(job.outlets)}
    enough = 100 * job.customers
    return {
        "horizon": job.horizon,
        "follow_up": 0,
        "markets": {"places": places},
        "enquiries": {
            "job": {
                "per_week": job.rate * job.outlets * 168.0,
                "work": {"repair": {"law": "exponential", "mean": job.repair}, "part": "spare"},
            }
        },
        "outlets": {
            "defaults": {"technicians": job.technicians, "hours": "24/7"},
            "places": places,
        },
        "parts": {
            "spare": {
                "outlet_stock": {"reorder_below": 0, "order_up_to": enough},
                "repairable": 1.0,
                "workshop_time": 0.0,
            }
        },
        "logistics": {
            "carriers": {
                "carrier": {
                    "base": job.shipment,
                    "speed": None,
                    "factor": {"law": "lognormal", "mean": 1.0, "cv": job.shipment_cv},
                }
            }
        },
    }


def outlets(job: OutletJob, seed: int, engine: Engine) -> Found:
    """Waits of the cases for a technician, and durations of the shipments."""
    run = _run(outlets_data(job), seed, engine)
    cases, shipments = run.records.cases, run.records.shipments
    counted = _within(job.window, cases["failed"])
    waits = cases["started"][counted] - cases["part_ready"][counted]
    sent = _within(job.window, shipments["shipped"])
    failed_part = shipments["kind"][sent] == Kind.FAILED_PART
    hours = shipments["arrived"][sent] - shipments["shipped"][sent]
    return Found(
        len(cases["row"]),
        {
            "mean wait, h": float(np.mean(waits)),
            "probability of delay": float(np.mean(waits > 0)),
            "mean shipment, h": float(np.mean(hours[failed_part])),
        },
    )


def _within(window: tuple[float, float], time: NDArray[np.float64]) -> slice:
    """The rows of a table, which is in order of `time`, from one moment until another."""
    return slice(*np.searchsorted(time, window).tolist())


def _run(data: dict[str, Any], seed: int, engine: Engine) -> Run:
    """From the data to the key figures; daily levels, which no other contestant keeps, are left."""
    run = simulate(engine, make_plan(parse(data)), seed)
    assert run.kpis
    return run
