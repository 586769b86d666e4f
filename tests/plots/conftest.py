import pytest
from ruamel.yaml import YAML

import simnet
from simnet.plots import Plots

TV = """
products: {tv: {failure: {law: exponential, mean: 1 year}, in_field: {units: 400},
                price: 300, modes: {a: {share: 0.5, repair: 2 h, PART remote_fix: 0.2},
                                    b: {share: 0.5, repair: 1 h}}}}
"""
PARTS = "parts: {p: {cost: 10, outlet_stock: {base_stock: 2}}}\n"
HOTLINE = """
hotline: {hours: Mon-Sat 08:00-20:00, patience: {law: exponential, mean: 5 min},
          teams: {first: {shifts: [{agents: 1, hours: Mon-Sat 08:00-20:00}]}}}
enquiries: {usage: {call_type: technical, per_unit_year: 1.0}}
"""
MARKETS = """
markets: {places: {Lyon: {lat: 45.76, lon: 4.84, weight: 2, spread: 20},
                   Paris: {lat: 48.86, lon: 2.35, weight: 7}, Nice: {lat: 43.7, lon: 7.27}}}
"""
OUTLETS = """
outlets: {places: {Lyon: {lat: 45.76, lon: 4.84, technicians: 1},
                   Paris: {lat: 48.86, lon: 2.35, technicians: 2, contract: partner}}}
"""
WITH_PART = TV.replace("PART", "part: p,")
WITHOUT = TV.replace("PART", "")

SCENARIOS = {
    "whole": "horizon: 200 days\nwarm_up: 30 days\n"
    + WITH_PART + PARTS + HOTLINE + MARKETS + OUTLETS,
    "hotline": "horizon: 60 days\n" + WITHOUT + HOTLINE,
    "enquiries": "horizon: 30 days\n"
    + HOTLINE.replace("per_unit_year: 1.0", "per_week: 200"),
    "outlets": "horizon: 100 days\n" + WITHOUT + MARKETS + OUTLETS,
    "spot": "horizon: 100 days\n" + WITH_PART + PARTS + HOTLINE
    + "outlets: {places: {A: {technicians: 1}, B: {technicians: 1}}}",
    "stock": "horizon: 100 days\n" + WITH_PART + PARTS
    + "outlets: {places: {A: {technicians: unlimited, hours: 24/7}}}",
    "bare": "horizon: 20 days\n" + WITHOUT,
    "warm": "horizon: 20 days\nwarm_up: 479.99 h\n" + WITHOUT + HOTLINE + MARKETS + OUTLETS,
    "short": "horizon: 5 h\n" + WITHOUT + HOTLINE + MARKETS + OUTLETS,
    "chinese": """
name: 西安 $1 & $2
currency: 元
price_level: 7.8
horizon: 120 days
products:
  电视:
    failure: {law: exponential, mean: 1 year}
    in_field: {units: 300}
    tiers: {金: {share: 0.3, promise: 30 h, of: resolution}, 银: {share: 0.7, promise: 90 h}}
    modes: {坏: {share: 1, repair: 2 h, part: 件, workshop: 0.2}}
  $radio$: {failure: {law: exponential, mean: 1 year}, in_field: {units: 100},
            modes: {a: {share: 1, repair: 1 h}}}
parts: {件: {cost: 10, outlet_stock: {base_stock: 6}}}
markets: {places: {斐济: {lat: -17.7, lon: 178.0}, Samoa: {lat: -13.8, lon: -171.8}}}
outlets: {places: {斐济: {lat: -17.7, lon: 178.0, technicians: 3},
                   Samoa: {lat: -13.8, lon: -171.8, contract: 伙伴}}}
contracts: {伙伴: {terms: [{payer: company, payee: owner, per: case, amount: 30, category: 费用}]}}
logistics: {carriers: {顺丰: {per_shipment: 5}, 中通: {per_shipment: 5}}}
""",
    "many": """
horizon: 40 days
products: {tv: {failure: {law: exponential, mean: 1 year}, in_field: {units: 900},
  tiers: {a: {share: 0.2}, b: {share: 0.2, promise: 4 h}, c: {share: 0.2, promise: null},
          d: {share: 0.2, promise: 12 h}, e: {share: 0.1}, f: {share: 0.1}},
  modes: {a: {share: 1, repair: 2 h}}}}
markets: {cities: {country: FR, largest: 12}}
outlets: {defaults: {contract: partner}, site: {n: 9}}
""",
}  # fmt: skip


@pytest.fixture(scope="session")
def runs():
    found = {}

    def run(name):
        if name not in found:
            found[name] = simnet.simulate(simnet.parse(YAML(typ="safe").load(SCENARIOS[name])))
        return found[name]

    return run


@pytest.fixture(scope="session")
def figures(runs):
    found = {}

    def pictures(name):
        if name not in found:
            found[name] = dict(Plots(runs(name)).all())
        return found[name]

    return pictures
