"""Hours of a run as moments of the calendar."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.scenario import Scenario


def moments(scenario: Scenario, hours: NDArray[Any]) -> pd.DatetimeIndex:
    """When `hours` (n,) from the start are on the scenario's wall clock, to the millisecond.

    NaT for NaN. With the scenario's `time_zone`, and without a zone where it names none. Each
    simulated day has 24 hours; where a zone's clocks go forward, the hour that they leave out falls
    on its end, and where they go back, the hour that comes twice is the first one.
    """
    known = ~np.isnan(hours)
    wall = np.full(len(hours), np.datetime64("NaT", "ms"))
    since = np.round(hours[known] * 3_600_000).astype("timedelta64[ms]")
    wall[known] = np.datetime64(scenario.start, "ms") + since
    found = pd.DatetimeIndex(wall)
    if scenario.time_zone is None:
        return found
    first = np.ones(len(found), dtype=bool)  # summer time, where an hour comes twice
    return found.tz_localize(scenario.time_zone, ambiguous=first, nonexistent="shift_forward")
