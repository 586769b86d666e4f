"""Figures of cases, calls, people and parts. Each is an array with an element for each group, see
`Groups`, or as long as its tables need it (`registry`)."""

import numpy as np

from .basis import Basis, Sums
from .cases import WAITS
from .registry import (
    CUSTOMERS,
    HOTLINE,
    HOURS,
    LOGISTICS,
    OF_DEMAND,
    OUTLETS,
    OVER_TIME,
    UNHELPED,
    figure,
)
from .sums import Floats, ratio

# customers


@figure("cases", "", "cases that began, the warm-up left out", None, CUSTOMERS)
def _cases(b: Basis) -> Floats:
    return b.cases["cases"]


for _name, _label, _of in (
    ("response", "first call to first help", "customers have help"),
    ("resolution", "first call to working unit", "units work"),
):

    @figure(f"{_name}_mean", "h", _label, "min", CUSTOMERS, at_worst=True)
    def _mean(b: Basis, name: str = _name) -> Floats:
        counted = {"response": "answers", "resolution": "settlements"}
        return b.share(name, counted[name])

    for _share, _word in ((0.5, "half of the"), (0.9, "nine of ten"), (0.95, "nineteen of twenty")):

        @figure(
            f"{_name}_p{100 * _share:.0f}", "h", f"{_word} {_of} within", "min", CUSTOMERS,
            at_worst=True,
        )  # fmt: skip
        def _quantile(b: Basis, name: str = _name, share: float = _share) -> Floats:
            return b.quantile(name, share)


@figure("first_time_fix", "share", "repairs done in one visit", "max", CUSTOMERS)
def _first_time_fix(b: Basis) -> Floats:
    return b.share("mended at once", "mended")


@figure("remote_fix", "share", "failures mended on the telephone, of all mended", "max", CUSTOMERS)
def _remote_fix(b: Basis) -> Floats:
    on_phone = b.cases["mended on the phone"]
    return ratio(on_phone, b.cases["units mended"] + on_phone)


@figure("promise_kept", "share", "promises kept", "max", CUSTOMERS, at_worst=True)
def _promise_kept(b: Basis) -> Floats:
    return b.share("kept", "promises")


@figure(
    "promise_kept: ", "share", "promises kept: {}", "max", CUSTOMERS, over=OF_DEMAND,
    at_worst=True, family=True,
)  # fmt: skip
def _promise_of_tier(b: Basis) -> Sums:
    count = b.groups.size - b.groups.outlets
    return {name: ratio(kept, promised)[:count] for name, (promised, kept) in b.tiers.items()}


@figure("availability", "share", "time in which a unit works", "max", CUSTOMERS, over=OF_DEMAND)
def _availability(b: Basis) -> Floats:
    return b.availability


@figure("wait_", "h", "mean wait: {}", "min", HOURS, at_worst=True, family=True)
def _waits(b: Basis) -> Sums:
    return {name: b.share(name, "settlements") for name in WAITS}


# who is not helped


@figure("open_cases", "", "cases still open when the run ends", "min", UNHELPED)
def _open(b: Basis) -> Floats:
    return b.cases["open"]


@figure("open_share", "share", "cases still open when the run ends, of all", "min", UNHELPED)
def _open_share(b: Basis) -> Floats:
    return b.share("open", "cases")


@figure("unhelped", "", "cases still open, given up or referred away", "min", UNHELPED)
def _unhelped(b: Basis) -> Floats:
    return b.cases["open"] + b.cases["lost"]


@figure(
    "unhelped_share", "share", "cases still open, given up or referred away, of those that came",
    "min", UNHELPED,
)  # fmt: skip
def _unhelped_share(b: Basis) -> Floats:
    return ratio(b.cases["open"] + b.cases["lost"], b.cases["asked"])


for _place in ("market", "outlet"):

    @figure(
        f"worst_{_place}_response_p90", "h", f"response_p90 of the {_place} where it is longest",
        "min", UNHELPED, over=("total",), at_worst=True,
    )  # fmt: skip
    def _worst_response(b: Basis, place: str = _place) -> Floats:
        return _largest(b, b.quantile("response", 0.9), place)

    @figure(
        f"worst_{_place}_open_share", "share", f"open_share of the {_place} where it is highest",
        "min", UNHELPED, over=("total",),
    )  # fmt: skip
    def _worst_open(b: Basis, place: str = _place) -> Floats:
        return _largest(b, b.share("open", "cases"), place)


def _largest(b: Basis, values: Floats, place: str) -> Floats:
    _, _, markets, outlets = b.groups.slices
    mine = values[markets if place == "market" else outlets]
    known = mine[~np.isnan(mine)]
    return np.array([known.max() if len(known) else np.nan])


# the hotline


@figure("calls_offered", "", "calls that reached the open hotline", None, HOTLINE, over=OF_DEMAND)
def _offered(b: Basis) -> Floats | None:
    return None if b.calls is None else b.calls["offered"]


@figure("calls_abandoned", "", "callers who gave up in the queue", "min", HOTLINE, over=OF_DEMAND)
def _abandoned(b: Basis) -> Floats | None:
    return None if b.calls is None else b.calls["gone"]


@figure("calls_blocked", "", "calls that found all lines busy", "min", HOTLINE, over=OF_DEMAND)
def _blocked(b: Basis) -> Floats | None:
    return None if b.calls is None else b.calls["blocked"]


@figure(
    "asa", "s", "average speed of answer, menu left out", "min", HOTLINE, over=OF_DEMAND,
    at_worst=True,
)  # fmt: skip
def _asa(b: Basis) -> Floats | None:
    if b.calls is None:
        return None
    answered, waiting = b.calls["heard"], b.calls["waiting"]
    if not b.at_worst:
        return ratio(3600 * (b.calls["waited"] + b.calls["waiting for"]), answered + waiting)
    never = waiting + b.calls["gone for good"] + b.calls["blocked for good"]
    return ratio(3600 * (b.calls["waited"] + never * b.plan.end), answered + never)


@figure(
    "service_level", "share", "calls answered in time, of those answered or abandoned", "max",
    HOTLINE, over=OF_DEMAND, at_worst=True,
)  # fmt: skip
def _service_level(b: Basis) -> Floats | None:
    if b.calls is None:
        return None
    late = b.calls["waiting"] + b.calls["blocked for good"]
    if not b.at_worst:  # who has not waited that long may still be answered in time
        late = b.calls["waiting"] - b.calls["waiting shortly"]
    return ratio(b.calls["soon"], b.calls["heard"] + b.calls["gone"] + late)


@figure(
    "abandonment", "share", "calls abandoned, of those answered or abandoned", "min", HOTLINE,
    over=OF_DEMAND, at_worst=True,
)  # fmt: skip
def _abandonment(b: Basis) -> Floats | None:
    if b.calls is None:
        return None
    gone = b.calls["gone"]
    if b.at_worst:
        gone = gone + b.calls["waiting"] + b.calls["blocked for good"]
    return ratio(gone, b.calls["heard"] + gone)


@figure(
    "occupancy", "share", "agents' busy hours, of their hours on duty", None, HOTLINE,
    over=OVER_TIME,
)  # fmt: skip
def _occupancy(b: Basis) -> Floats:
    return b.people[0]["occupancy"]


# outlets and parts


@figure(
    "utilisation", "share", "technicians' busy hours, of their hours on duty", None, OUTLETS,
    over=("total", "month", "outlet"),
)  # fmt: skip
def _utilisation(b: Basis) -> Floats:
    return np.concatenate([found["utilisation"] for found in b.people])


@figure(
    "overtime", "share", "technicians' busy hours outside of duty, of all busy hours", "min",
    OUTLETS, over=OVER_TIME,
)  # fmt: skip
def _overtime(b: Basis) -> Floats:
    return b.people[0]["overtime"]


@figure("technicians", "", "technicians", None, OUTLETS, over=("outlet",))
def _technicians(b: Basis) -> Floats:
    return b.people[1]["technicians"]


@figure("overtime_hours", "h", "technicians' hours outside of duty", "min", OUTLETS, ("outlet",))
def _overtime_hours(b: Basis) -> Floats:
    return b.people[1]["overtime_hours"]


@figure("fill_rate", "share", "parts that the outlet had on the shelf", "max", OUTLETS)
def _fill_rate(b: Basis) -> Floats:
    return b.share("parts at hand", "parts asked for")


@figure("backorders", "", "cases that wait for a part, on average", "min", OUTLETS, over=OF_DEMAND)
def _backorders(b: Basis) -> Floats:
    return b.stock["backorders"]


@figure("transit_mean", "h", "depot to outlet", "min", LOGISTICS, over=OF_DEMAND)
def _transit(b: Basis) -> Floats:
    return b.stock["transit_mean"]
