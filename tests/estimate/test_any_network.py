"""The estimate has an answer for every scenario that can be written, and check has one, too."""

import math

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from properties.networks import networks, one_of, some

import simnet
from simnet.estimate import (
    GROUPS,
    Network,
    demand_table,
    figures,
    hotline_table,
    outlets_table,
    stock_table,
    warnings,
)
from simnet.plan import make_plan

EDGES = {
    "horizon": one_of(1, 30, "20 years"),
    "hotline.lines": one_of(1, 2, 3),
    "hotline.patience": one_of(0, 1e-9, 0.1, 1e4),
    "hotline.redial": st.just({"chance": 1, "attempts": 9, "delay": 0}),
    "hotline.teams.all.shifts": one_of(
        [{"agents": 0, "hours": "24/7"}], [{"agents": 1, "hours": "Mon 08:00-08:10"}],
        [{"agents": 500, "hours": "24/7"}],
    ),
    "hotline.call_types.technical.talk": one_of(0, 1e-6, 200),
    "products.fridge.in_field.units": one_of(0, 1, 2, 5000),
    "products.fridge.warranty": one_of(0, "1000 years"),
    "outlets.defaults.technicians": one_of(0, 1, 300, "unlimited"),
    "outlets.defaults.hours": one_of("Sun 23:00-23:30", "24/7"),
    "outlets.defaults.last_start": one_of(0, 0.4, 30),
    "outlets.defaults.capacity_share": one_of(0.01),
    "enquiries.check.per_week": one_of(0, 1e-6, 5000),
    "enquiries.check.work.repair": one_of(0, 1e-9, 500),
    "parts.pump.outlet_stock": one_of({"base_stock": 0}, {"base_stock": 700},
                                      {"reorder_point": 0, "order_quantity": 300}),
    "parts.pump.depot_stock": one_of({"base_stock": 0}, {"base_stock": 3000},
                                     {"reorder_point": 0, "order_quantity": 900}),
    "parts.pump.supplier_lead_time": one_of(0, 1e-3, 20_000),
    "logistics.workshop.technicians": one_of(1, "unlimited"),
    "logistics.fleet.departures": one_of("Mon 00:00", "00:00 00:01 23:59"),
}  # fmt: skip
"""values at the ends of what may be written; each is set where the network has the place for it"""


def changed(data, edges):
    """The network with these values, where its mappings are there."""
    for path, value in edges.items():
        *above, last = path.split(".")
        inner = data
        for key in above:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner[last] = value
    return data


def check_figures(found):
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


@settings(max_examples=12, derandomize=True, deadline=None, phases=[Phase.generate])
@given(networks())
def test_every_network_has_an_estimate(data):
    """Figures are numbers, or NaN or infinite where a queue has no steady state, and say so then;
    none is negative but an income; shares lie between 0 and 1."""
    check_figures(figures(Network(make_plan(simnet.parse(data))).settled()))


@settings(max_examples=20, derandomize=True, deadline=None, phases=[Phase.generate])
@given(networks(), some(**EDGES))
def test_at_the_ends_of_what_may_be_written_estimate_and_check_have_answers(data, edges):
    """None, one, very many; no time and a very long one: no figure, table or warning raises."""
    try:
        plan = make_plan(simnet.parse(changed(data, edges)))
    except simnet.ScenarioError:
        return  # a combination that is refused with its reason
    network = Network(plan).settled()
    check_figures(figures(network))
    warnings(network)
    for table in (demand_table, hotline_table, outlets_table, stock_table):
        table(network)
