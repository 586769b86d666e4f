"""Whole scenarios, engine against engine."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from simnet.engine import TIMED, Engine
from simnet.plan import Plan, make_plan
from simnet.scenario import load, parse
from simnet.scenario.document import read_document

from .engines import Laps, laps
from .measure import Say, Timed, in_turns
from .scale import scaled

LARGE = "appliance-china"
"""the scenario that is made larger"""
SCALED = f"{LARGE}, scaled"
LOOP, END_TO_END, AUDIT = "loop alone", "end to end", "audit"
ONCE = 300_000
"""cases from which on SimPy runs once only: a million take it some two minutes"""
SEED = 1


def measure(folder: Path, cases: int, repetitions: int, say: Say) -> Iterator[Timed]:
    """Each scenario of the folder as it is, and the large one scaled to about `cases` cases."""
    for file in sorted(folder.glob("*.yaml")):
        rows = list(measure_one(file.stem, make_plan(load(file)), repetitions, say))
        yield from rows
        if file.stem == LARGE:
            data = large(folder, cases / rows[0].cases)
            yield from measure_one(SCALED, make_plan(parse(data, folder)), repetitions, say)


def large(folder: Path, factor: float) -> dict[str, Any]:
    """The data of the large scenario, scaled."""
    return scaled(read_document(folder / f"{LARGE}.yaml").data, factor)


def measure_one(name: str, plan: Plan, repetitions: int, say: Say) -> Iterator[Timed]:
    """All engines on the same random numbers; a row for each stage and engine."""
    found: dict[Engine, list[Laps]] = {engine: [] for engine in TIMED}
    runs = {engine: partial(_one, engine, plan) for engine in TIMED}
    often = dict.fromkeys(TIMED, repetitions)
    for engine, lap in in_turns(runs, often):
        found[engine].append(lap)
        say(f"{name}, {lap.cases:,} cases, {engine}: loop {lap.loop:.2f} s, "
            f"end to end {lap.end_to_end:.2f} s")  # fmt: skip
        if engine == "simpy" and lap.cases >= ONCE:
            often[engine] = 1
    for engine, all_laps in found.items():
        count = all_laps[0].cases
        stages = {
            LOOP: [lap.loop for lap in all_laps],
            END_TO_END: [lap.end_to_end for lap in all_laps],
            AUDIT: [lap.audit for lap in all_laps],
        }
        for stage, seconds in stages.items():
            yield Timed(f"{name}: {stage}", engine, count, tuple(seconds))


def _one(engine: Engine, plan: Plan, _repetition: int) -> Laps:
    return laps(engine, plan, SEED)
