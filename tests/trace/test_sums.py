"""What is always true of stories: waits and costs add up."""

from pathlib import Path

import numpy as np
import pytest

import simnet
from simnet.accounts import WAITS
from simnet.records import MILESTONES, Outcome
from simnet.trace import Scene, ending, story
from simnet.trace.story import steps

CONFIGS = Path(__file__).parents[2] / "configs"
DETOURS = [
    "horizon=2 months",
    "parts.board.repairable=0.5",
    "products.coffee machine.modes.pump.workshop=0.1",
    "products.coffee machine.modes.electronics.first_time_fix=0.7",
    "products.coffee machine.modes.electronics.second_part=pump",
]


@pytest.fixture(scope="module", params=["quickstart", "carry-in"])
def run(request):
    more = [] if request.param == "quickstart" else [*DETOURS, "outlets.defaults.service=carry_in"]
    changes = ["horizon=2 months", *more]
    return simnet.simulate(simnet.load(CONFIGS / "quickstart.yaml", changes), seed=1)


def check_waits(run):
    """Every case's waits, and moments that its milestones have."""
    times, count = run.times, len(run.records.cases["row"])
    for case in range(count):
        scene = Scene(run, case)
        told = steps(scene)
        found = ending(scene, told)
        hours = [step.hours for step in told]
        assert hours == sorted(hours)
        assert all(step.waited >= 0 for step in told)
        assert max(hours) <= run.plan.end
        reached = times.resolution[case]
        if not np.isnan(reached):
            assert found.waited == pytest.approx(reached, abs=1e-6)
            for name in WAITS:
                assert found.waits[name] == pytest.approx(times.waits[name][case], abs=1e-6)
        elif scene.outcome == Outcome.OPEN and scene.reached("called"):
            assert found.waited == pytest.approx(run.plan.end - scene["called"])
        for step in told:
            if step.event in MILESTONES:
                assert step.hours == scene[step.event]
    return count


def check_costs(run, cases):
    for case in cases:
        rows = run.case_ledger(case).itertuples(index=False, name=None)
        costs = [cost for step in story(run, case) for cost in step.costs]
        told = sorted((c.time, c.payer, c.payee, c.category, c.amount) for c in costs)
        assert told == sorted(rows)


def test_waits_and_costs_of_the_small_networks(stories):
    for run in stories.values():
        check_costs(run, range(check_waits(run)))


def test_waits_and_costs_of_a_shipped_network(run):
    assert check_waits(run) > 500
    check_costs(run, range(0, len(run.records.cases["row"]), 25))


def test_costs_stand_at_their_time_or_after_the_step(stories):
    for run in stories.values():
        for case in range(len(run.records.cases["row"])):
            told = story(run, case)
            for i, step in enumerate(told):
                later = [s.hours for s in told[i + 1 :] if s.hours > step.hours]
                for cost in step.costs:
                    assert step.hours <= cost.time
                    assert not later or cost.time < min(later)
