"""Runs of small networks, each simulated once."""

from dataclasses import replace

import pytest
from accounts.plain import Plain
from accounts.scenarios import NETWORKS

import simnet


@pytest.fixture(scope="session")
def networks():
    """The runs of all networks, row by row, to be reckoned with plain loops."""
    return {name: Plain(simnet.simulate(simnet.parse(data))) for name, data in NETWORKS.items()}


@pytest.fixture(params=NETWORKS)
def plain(networks, request):
    """One of them, its accounts to be made anew by each test."""
    found = networks[request.param]
    found.run = replace(found.run)
    return found
