"""The estimate has an answer for every scenario that can be written."""

import math

from hypothesis import given, settings
from properties.networks import networks

import simnet
from simnet.estimate import GROUPS, Network, figures
from simnet.plan import make_plan


@settings(max_examples=80, derandomize=True, deadline=None)
@given(networks())
def test_every_network_has_an_estimate(data):
    """Figures are numbers, or NaN or infinite where a queue has no steady state, and say so then;
    none is negative but an income; shares lie between 0 and 1."""
    found = figures(Network(make_plan(simnet.parse(data))))
    assert {figure.group for figure in found} <= set(GROUPS)
    assert len({figure.name for figure in found}) == len(found)
    for figure in found:
        assert figure.meaning, figure.name
        if not math.isfinite(figure.value):
            assert figure.warnings, figure.name
        elif "cost" not in figure.name and "income" not in figure.name:
            assert figure.value >= -1e-9, figure
        if figure.unit == "share" and figure.name != "utilisation" and figure.value == figure.value:
            assert figure.value <= 1 + 1e-9 or figure.warnings, figure
