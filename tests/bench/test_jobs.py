"""Each contestant's result fits theory, and that of a wrong model is refused.

Seeds are fixed; with others a right model would be refused once in 16,000 times for each figure.
"""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

import pytest

from simnet.bench import contest
from simnet.bench.jobs import Expected, Found, HotlineJob, OutletJob, refusal
from simnet.bench.measure import MOST

HOTLINE = HotlineJob(4_000)
OUTLETS = OutletJob(2_000, outlets=5)  # as long as 20,000 at 50 outlets
if not contest.missing():
    contest.load(peers=True)  # before another test compiles anything
BY = ("plain SimPy", "simnet", *contest.PEERS)


def runner(by):
    if by == "plain SimPy":
        return contest.contestants(peers=False)[contest.PLAIN].run
    if by == "simnet":
        return contest.contestants(peers=False)["simnet, simpy"].run
    if find_spec(by) is None:
        pytest.skip(f'{by} is not installed: pip install "simnet[peers]"')
    module = import_module(f"simnet.bench.in_{by}")
    return lambda job, seed: getattr(module, job.name)(job, seed)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("by", BY)
def test_a_right_result_counts_and_a_wrong_one_is_refused(by):
    run = runner(by)
    right = [run(HOTLINE, 1)]
    assert refusal(HOTLINE, right) == ""
    wrong = [run(replace(HOTLINE, agents=14), 1)]
    assert refusal(HOTLINE, wrong).startswith("mean wait")
    patient = [run(replace(HOTLINE, patience=1.0), 1)]
    assert refusal(HOTLINE, patient)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("by", BY)
def test_outlets_too(by):
    run = runner(by)
    assert refusal(OUTLETS, [run(OUTLETS, 1)]) == ""
    assert refusal(OUTLETS, [run(replace(OUTLETS, technicians=5, load=0.5), 1)])
    slow = [run(replace(OUTLETS, shipment=30.0), 1)]
    assert refusal(OUTLETS, slow).startswith("mean shipment")


def test_too_few_customers_are_refused():
    figures = {name: expected.value for name, expected in HOTLINE.theory().items()}
    assert refusal(HOTLINE, [Found(4_000, figures)]) == ""
    assert refusal(HOTLINE, [Found(3_700, figures)]).startswith("3,700 customers")
    assert refusal(HOTLINE, [Found(4_000, {**figures, "abandonment": float("nan")})])


def test_the_tolerance_narrows_with_the_root_of_the_customers():
    assert Expected(1.0, 2.0).tolerance(10_000) == pytest.approx(0.08)
    assert Expected(1.0, 2.0).tolerance(40_000) == pytest.approx(0.04)


def test_the_law_of_the_shipment_has_its_mean():
    mu, sigma = OUTLETS.shipment_law
    assert pytest.approx(2.718281828459045 ** (mu + sigma**2 / 2)) == 24.0
    assert OUTLETS.rate == pytest.approx(1.2)


def test_who_fails_or_is_wrong_has_no_time_and_the_others_go_on():
    def broken(job, seed):
        raise RuntimeError("no engine")

    def wrong(job, seed):
        return Found(job.customers, {"mean wait, h": 1.0, "abandonment": 0.0})

    def right(job, seed):
        return Found(
            job.customers, {name: expected.value for name, expected in job.theory().items()}
        )

    said = []
    rows = {
        row.contestant: row
        for row in contest.compete(
            HotlineJob(500), {"a": broken, "b": wrong, "c": right}, 2, said.append
        )
    }
    assert rows["a"].refused == "RuntimeError: no engine"
    assert rows["b"].refused.startswith("mean wait")
    assert rows["c"].refused == ""
    assert len(rows["c"].seconds) == 2 * MOST
    assert len(said) == 4 * MOST
