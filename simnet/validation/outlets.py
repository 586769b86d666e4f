"""One outlet that opens around the clock and needs no travel: queues with repairs of any law."""

from typing import Any

from simnet.scenario.quantity import WEEK
from simnet.theory import allen_cunneen, machine_repair, mmc, pollaczek_khinchine

from .case import Case, Control, Figure
from .figures import hours_between, kpi, load_of

WAIT = hours_between("part_ready", "started")
REPAIRING = ("repair", "arrived", "repaired")


def outlet(
    rate: float, repair: dict[str, Any] | float, technicians: int, weeks: int
) -> dict[str, Any]:
    """Jobs an hour at one outlet; no hotline, no travel, no parts."""
    return {
        "horizon": (weeks + 2) * WEEK,
        "follow_up": 0,
        "warm_up": WEEK,
        "enquiries": {"job": {"per_week": rate * WEEK, "work": {"repair": repair}}},
        "outlets": {"places": {"here": {"technicians": technicians, "hours": "24/7"}}},
    }


def exponential_repairs() -> Case:
    """M/M/c."""
    rate, mean, technicians = 2.0, 0.5, 2
    theory = mmc(rate, mean, technicians)
    controls, load = load_of(rate, mean, *REPAIRING)
    return Case(
        name="M/M/c",
        system=f"outlet, {technicians} technicians, {rate:g} jobs an hour, exponential repairs of "
        f"{mean:g} h",
        source="Gross et al. 2008, sec. 2.3",
        exactness="exact",
        data=outlet(rate, {"law": "exponential", "mean": mean}, technicians, weeks=240),
        figures=(
            Figure("mean wait", "h", float(theory.wait), WAIT, controls=controls),
            Figure("utilisation", "", float(theory.utilisation), kpi("utilisation")),
            *load,
        ),
    )


def lognormal_repairs() -> Case:
    """M/G/1. The wait hangs on the few longest repairs, so that their chance is taken out."""
    rate, mean, cv = 1.0, 0.4, 1.5
    theory = pollaczek_khinchine(rate, mean, cv)
    controls, load = load_of(rate, mean, *REPAIRING)
    square = hours_between("arrived", "repaired", power=2)
    controls = (*controls, Control(mean**2 * (1 + cv**2), square))
    return Case(
        name="M/G/1 (Pollaczek-Khinchine)",
        system=f"outlet, 1 technician, {rate:g} job an hour, lognormal repairs of {mean:g} h, "
        f"cv {cv:g}",
        source="Gross et al. 2008, sec. 5.1; controls: Lavenberg and Welch 1981, Management "
        "Science 27(3), pp. 322-335",
        exactness="exact; the wait as it were with the mean number of jobs and the mean of the "
        "repair time and its square, by regression over the replications",
        data=outlet(rate, {"law": "lognormal", "mean": mean, "cv": cv}, 1, weeks=400),
        figures=(
            Figure("mean wait", "h", float(theory.wait), WAIT, controls=controls),
            Figure("utilisation", "", float(theory.utilisation), kpi("utilisation")),
            *load,
        ),
    )


def fixed_repairs() -> Case:
    """M/D/1."""
    rate, mean = 1.0, 0.4
    theory = pollaczek_khinchine(rate, mean, 0.0)
    return Case(
        name="M/D/1",
        system=f"outlet, 1 technician, {rate:g} job an hour, repairs of {mean:g} h",
        source="Gross et al. 2008, sec. 5.1",
        exactness="exact",
        data=outlet(rate, mean, 1, weeks=125),
        figures=(
            Figure("mean wait", "h", float(theory.wait), WAIT),
            Figure("utilisation", "", float(theory.utilisation), kpi("utilisation")),
        ),
    )


def several_with_regular_repairs() -> Case:
    """M/G/c, an approximation."""
    rate, mean, cv, technicians = 2.0, 0.6, 0.5, 2
    theory = allen_cunneen(rate, mean, cv, technicians)
    controls, load = load_of(rate, mean, *REPAIRING)
    return Case(
        name="M/G/c (Allen-Cunneen)",
        system=f"outlet, {technicians} technicians, {rate:g} jobs an hour, gamma repairs of "
        f"{mean:g} h, cv {cv:g}",
        source="Allen, Probability, Statistics, and Queueing Theory, 2nd ed. 1990, sec. 5.4",
        exactness="an approximation of the wait, a few per cent off; utilisation exact",
        data=outlet(rate, {"law": "gamma", "mean": mean, "cv": cv}, technicians, weeks=110),
        figures=(
            Figure("mean wait", "h", float(theory.wait), WAIT, claim="near", tolerance=0.05,
                   controls=controls),
            Figure("utilisation", "", float(theory.utilisation), kpi("utilisation")),
            *load,
        ),
    )  # fmt: skip


def units_that_stand_still() -> Case:
    """M/M/c//N."""
    units, life, repair, technicians = 8, 12.0, 4.0, 2
    theory = machine_repair(units, life, repair, technicians)
    return Case(
        name="M/M/c//N (machine repair)",
        system=f"{units} units with exponential lives of {life:g} running hours, one outlet with "
        f"{technicians} technicians, exponential repairs of {repair:g} h",
        source="Gross et al. 2008, sec. 2.7",
        exactness="exact",
        data={
            "horizon": 250 * WEEK,
            "follow_up": 0,
            "warm_up": WEEK,
            "products": {
                "machine": {
                    "failure": {"law": "exponential", "mean": life},
                    "modes": {
                        "any": {"share": 1, "repair": {"law": "exponential", "mean": repair}}
                    },
                    "in_field": {"units": units},
                    "warranty": "100 years",
                }
            },
            "outlets": {"places": {"here": {"technicians": technicians, "hours": "24/7"}}},
        },
        figures=(
            Figure("availability", "", float(theory.availability), kpi("availability")),
            Figure("units down", "", float(theory.down),
                   lambda run: units * (1 - run.kpis["availability"])),
            Figure("utilisation", "", float(theory.utilisation), kpi("utilisation")),
            Figure("mean wait", "h", float(theory.wait), WAIT),
        ),
    )  # fmt: skip


CASES = (
    exponential_repairs, lognormal_repairs, fixed_repairs, several_with_regular_repairs,
    units_that_stand_still,
)  # fmt: skip
