"""Key figures of a run: all that are registered, in total and as tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from simnet.brief import brief
from simnet.plan import Plan
from simnet.records import Records
from simnet.scenario.problem import nearest

from . import figures, money  # noqa: F401  (they register the figures)
from .basis import Basis
from .cases import CaseTimes
from .ledger import Books
from .registry import AT, FIGURES, Figure, Table, at_worst
from .sums import Floats


@dataclass(frozen=True)
class Kpis:
    """Key figures in total, and as tables by month, market and outlet.

    A figure that rests on who was helped has a twin, `response_p90 (at worst)`: what it would be
    had those who were never helped waited for the whole run. Where both are the same, nobody who is
    missing could change it.
    """

    __repr__ = brief

    total: dict[str, float]
    month: pd.DataFrame
    market: pd.DataFrame
    outlet: pd.DataFrame

    def __getitem__(self, name: str) -> float:
        """A figure in total, or of one place: `response_p90`, `response_p90 @ Berlin`.

        A place is a market of that name, else an outlet; `@ outlet Berlin` says which. Raises
        KeyError, with the name that is nearest.
        """
        if not isinstance(name, str):
            raise KeyError(f"the name of a key figure is needed, but it is {name!r}")
        head, at, place = name.partition(AT)
        table: Any = self._row(place) if at else self.total
        if head not in table:
            if at and head in self.total:
                raise KeyError(f"'{head}' is a figure of the whole run, and not of {place}")
            near = nearest(head, map(str, table))
            raise KeyError(f"there is no key figure '{head}'{near}")
        return float(table[head])

    def _row(self, place: str) -> dict[str, float]:
        kinds = {"market": self.market, "outlet": self.outlet}
        kind, _, rest = place.partition(" ")
        if kind in kinds and rest in kinds[kind].index:
            return row_of(kinds[kind], rest)
        for table in kinds.values():
            if place in table.index:
                return row_of(table, place)
        if kind not in kinds or not rest:
            kind, rest = "market or outlet", place
        known = [str(name) for table in kinds.values() for name in table.index]
        raise KeyError(f"there is no {kind} '{rest}'{nearest(rest, known)}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what cannot be said (no such case) is None."""

        def plain(value: Any) -> Any:
            return None if isinstance(value, float) and np.isnan(value) else value

        tables = {"month": self.month, "market": self.market, "outlet": self.outlet}
        return {
            "total": {name: plain(value) for name, value in self.total.items()},
            **{
                name: {
                    str(row): {str(k): plain(float(v)) for k, v in cells.items()}
                    for row, cells in table.to_dict("index").items()
                }
                for name, table in tables.items()
            },
        }


def row_of(table: pd.DataFrame, place: str) -> dict[str, float]:
    """The figures of one place."""
    return dict(
        zip(map(str, table.columns), table.loc[place].to_numpy(float).tolist(), strict=True)
    )


def kpis(plan: Plan, records: Records, at_horizon: Records, times: CaseTimes, books: Books) -> Kpis:
    """Key figures of a run. Times and shares speak of cases and calls that began after the warm-up
    and before the horizon, followed to the end of the run; money of all until the horizon.

    records, times: of the whole run; at_horizon: see there; books: of what was known at the
    horizon.
    """
    basis = Basis(plan, records, at_horizon, times, books)
    worst = basis if basis.as_it_was else basis.worst()
    rows: dict[Table, list[str]] = {
        "total": [""], "month": plan.month_names, "market": list(plan.markets),
        "outlet": list(plan.outlets),
    }  # fmt: skip
    found: dict[Table, dict[str, Floats]] = {table: {} for table in rows}
    for name, figure, values in _values(basis, worst):
        # of what does not apply there is one value, in total
        over = figure.over if len(values) > 1 else figure.over[:1]
        ends = np.cumsum([0, *(len(rows[table]) for table in over)]).tolist()
        for table, (start, end) in zip(over, pairwise(ends), strict=True):
            found[table][name] = values[start:end]
    tables = {
        name: pd.DataFrame(found[name], index=pd.Index(rows[name], name=name))
        for name in rows if name != "total"
    }  # fmt: skip
    return Kpis({name: float(value[0]) for name, value in found["total"].items()}, **tables)


def _values(basis: Basis, worst: Basis) -> Iterator[tuple[str, Figure, Floats]]:
    """Name, registration and values of every figure and of its twin; of a figure that does not
    apply NaN in total, and nothing else."""
    for figure in FIGURES:
        seen = _reckoned(figure, basis)
        at = seen if worst is basis or not figure.at_worst else _reckoned(figure, worst)
        for name, values in seen.items():
            yield name, figure, values
            if figure.at_worst:
                # a wait that others would share more of is not the shorter for it
                worse = {"min": np.fmax, "max": np.fmin}.get(figure.goal or "")
                twin = at[name] if worse is None else worse(values, at[name])
                yield at_worst(name), figure, twin


def _reckoned(figure: Figure, basis: Basis) -> dict[str, Floats]:
    values = figure.reckon(basis)
    if figure.family:
        return {f"{figure.name}{rest}": column for rest, column in (values or {}).items()}
    if values is None:
        return {figure.name: np.full(1, np.nan)} if figure.over[0] == "total" else {}
    return {figure.name: values}
