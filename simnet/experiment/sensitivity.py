"""Which factor matters how much: tornado, Sobol' indices, Morris' elementary effects."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.statistics import mean_interval, sobol_without_noise, split_variance

from .design import one_at_a_time
from .error import QuestionError
from .question import Question, Sensitivity
from .session import Session
from .strategy import Strategy

Floats = NDArray[np.float64]


class Sample:
    """The points that a sensitivity question wants simulated."""

    def __init__(self, question: Question, asked: Sensitivity) -> None:
        self.question, self.asked = question, asked
        factors = question.factors
        self.names = list(factors)
        self.problem = {
            "num_vars": len(factors), "names": self.names, "bounds": [[0.0, 1.0]] * len(factors),
        }  # fmt: skip
        if asked.method == "tornado":
            self.points = one_at_a_time(factors)
            return
        self.shares = self._shares()
        self.points = [
            {n: f.at(float(u)) for (n, f), u in zip(factors.items(), row, strict=True)}
            for row in self.shares
        ]

    def _shares(self) -> Floats:
        """(rows, factors) in the unit cube; always the same."""
        try:
            from SALib.sample import morris, sobol
        except ImportError as error:
            raise QuestionError("this needs SALib: pip install 'simnet[search]'") from error
        if self.asked.method == "morris":
            return np.asarray(morris.sample(self.problem, self.asked.points, seed=0))
        if self.asked.points & (self.asked.points - 1):
            raise QuestionError(
                f"sensitivity.points is {self.asked.points}; Sobol' needs a power of 2, such as 64"
            )
        found = sobol.sample(self.problem, self.asked.points, calc_second_order=False, seed=0)
        return np.asarray(found)


def effects(
    sample: Sample, session: Session, strategies: dict[str, Strategy], names: list[str], count: int
) -> dict[str, pd.DataFrame]:
    """For each response a table of what the factors do. names: of each point's strategy.

    tornado: factor, level, difference from the usual levels with lower and upper (paired, 95 %).
    sobol: factor, first, first_half_width, total, total_half_width (95 %, bootstrap), of the
    expected response: what the simulator's chance adds to the variance is taken out, see
    `simnet.statistics.sobol_without_noise`, and told as `noise_share`. Saltelli et al. 2010,
    Comput. Phys. Commun. 181(2); Jansen 1999, ibid. 117.
    morris: factor, mu (mean elementary effect for the whole range), mu_star (mean size), its
    half_width, sigma, noise (standard error of mu from replication to replication). Morris 1991,
    Technometrics 33(2); Campolongo et al. 2007, Environ. Model. Softw. 22(10).
    """
    found = {}
    for response in sample.question.responses:
        by_name = {
            name: session.values([strategy], response, range(count))[0]
            for name, strategy in strategies.items()
        }
        values = np.array([by_name[name] for name in names])
        if np.isnan(values).any():
            raise QuestionError(f"{response} has nothing to say in some replication")
        kind = {"tornado": _tornado, "sobol": _sobol, "morris": _morris}[sample.asked.method]
        found[response] = kind(sample, values)
    return found


def _tornado(sample: Sample, values: Floats) -> pd.DataFrame:
    usual = sample.points[0]
    rows = []
    for at, point in enumerate(sample.points):
        changed = [name for name in point if point[name] != usual[name]]
        if not changed:
            continue
        gap = mean_interval(values[at] - values[0])
        mean, half = float(gap.mean), float(gap.half_width)
        rows.append(
            {
                "factor": changed[0], "level": point[changed[0]], "usual": usual[changed[0]],
                "difference": mean, "lower": mean - half, "upper": mean + half,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _sobol(sample: Sample, values: Floats) -> pd.DataFrame:
    from SALib.analyze import sobol

    said: Any = sobol.analyze(sample.problem, values.mean(axis=1), calc_second_order=False, seed=0)
    share = 0.0
    if values.shape[1] > 1:
        distinct = np.unique(values, axis=0)  # points that fall together are one
        share = split_variance(distinct, common=True).share if len(distinct) > 1 else 0.0
    first, total = sobol_without_noise(said["S1"], said["ST"], share)
    return pd.DataFrame(
        {
            "factor": sample.names, "first": first, "first_half_width": said["S1_conf"],
            "total": total, "total_half_width": said["ST_conf"], "noise_share": share,
        }
    )  # fmt: skip


def _morris(sample: Sample, values: Floats) -> pd.DataFrame:
    from SALib.analyze import morris

    def analyze(y: Floats) -> Any:
        return morris.analyze(sample.problem, sample.shares, y, seed=0)

    said = analyze(values.mean(axis=1))
    each = np.array([analyze(column)["mu"] for column in values.T])
    noise = np.full(len(sample.names), np.nan)
    if len(each) > 1:
        noise = each.std(axis=0, ddof=1) / np.sqrt(len(each))
    return pd.DataFrame(
        {
            "factor": sample.names, "mu": said["mu"], "mu_star": said["mu_star"],
            "mu_star_half_width": said["mu_star_conf"], "sigma": said["sigma"], "noise": noise,
        }
    )  # fmt: skip
